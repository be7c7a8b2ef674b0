"""What `doctor` examines where workspaces install the app by themselves."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.briefing.library import Library
from bot.cli.database import is_missing
from bot.db.database import open_database
from bot.db.migrate import HEAD
from bot.db.migrate import version as step_of
from bot.doctor_findings import Diagnosis, fine, problem, warning
from bot.errors import BotError, SettingsError
from bot.files.briefs import HOW_WORKSPACES, NO_WORKSPACES
from bot.installations.installed import Installations
from bot.installations.store import InstallationStore, Stored
from bot.installations.token_cipher import TokenCipher
from bot.settings import NO_ADDRESS, Settings
from bot.slack.clients import InstalledClients, identify
from bot.slack.failures import SLACK_TROUBLE, delivery_error, error_code
from bot.slack.manifest import REDIRECT_PATH

REACHED_WITHIN_S = 5.0
WRONG_SECRETS = {
    "invalid_client_id": "Slack does not know SLACK_CLIENT_ID",
    "bad_client_secret": "Slack does not accept SLACK_CLIENT_SECRET",
}
SECRETS = "Copy both from Basic Information in the app's settings."
PUT_BACK = (
    "Put that key back at the end of BRIEFING_BOT_TOKEN_KEYS, or have the app "
    "installed there again."
)
KEEP = "Leave that key in the list until the bot has run for an hour."
NAME_THEM = "Name them in briefs/workspaces.yaml, with their briefings."
OPEN_IT = (
    "Run the bot, and let your proxy pass /slack/ and /healthz on to its port; or "
    "mend BRIEFING_BOT_PUBLIC_URL."
)


async def examine_oauth(
    settings: Settings, library: Library, session: aiohttp.ClientSession
) -> AsyncIterator[Diagnosis]:
    """Look at secrets, keys, addresses and what is installed; nothing is changed."""
    yield await _secrets(settings, session)
    yield await _address(settings, session)
    if library.workspaces is None:
        yield problem("Workspaces", NO_WORKSPACES, HOW_WORKSPACES)
    try:
        cipher = TokenCipher(settings.keys)
        cipher.encrypt("")
    except SettingsError as error:
        text, _, remedy = str(error).partition(": ")
        yield problem("Token keys", text, f"{remedy[:1].upper()}{remedy[1:]}")
        return

    url = settings.database_url
    if is_missing(url):
        yield fine("Token keys", "good, and nothing is encrypted yet")
        return
    try:
        async with open_database(url) as database:
            if await database.read(step_of) < HEAD:
                return
            client_id = settings.slack.client_id
            store = InstallationStore(database, cipher, client_id=client_id)
            stored, older = await store.stored(), await store.count_of_older_keys()
    except BotError:
        return  # What is wrong with the database is told already.
    for diagnosis in diagnose_tokens(stored, older=older, keys=len(settings.keys)):
        yield diagnosis
    if library.workspaces is not None:
        unnamed = [
            one.installation.team_id
            for one in stored.workspaces
            if library.workspaces.entry_of(one.installation) is None
        ]
        if unnamed:
            text = f"{', '.join(sorted(unnamed))} have the app and no briefing"
            yield warning("Workspaces", text, NAME_THEM)
    async for diagnosis in _tokens(settings, stored, session):
        yield diagnosis


def diagnose_tokens(stored: Stored, *, older: int, keys: int) -> Iterator[Diagnosis]:
    """Judge whether the keys fit what they encrypted; `older` tokens want another."""
    if stored.unreadable:
        places = {one.team_id or one.enterprise_id for one in stored.unreadable}
        text = f"the tokens of {', '.join(sorted(places))} fit none of them"
        yield problem("Token keys", text, PUT_BACK)
    elif older:
        text = f"{older} tokens are encrypted with another key than the first"
        yield warning("Token keys", text, KEEP)
    elif keys > 1:
        yield fine("Token keys", "all is encrypted with the first: the others may go")
    else:
        yield fine("Token keys", "all tokens can be read")


async def _secrets(settings: Settings, session: aiohttp.ClientSession) -> Diagnosis:
    """Exchange a code that cannot be good: Slack looks at the secrets first."""
    slack = settings.slack
    client = AsyncWebClient(base_url=slack.api_url, session=session, retry_handlers=[])
    try:
        await client.oauth_v2_access(
            client_id=slack.client_id,
            client_secret=slack.client_secret.get_secret_value(),
            code="doctor",
        )
    except SlackApiError as exc:
        if text := WRONG_SECRETS.get(error_code(exc)):
            return problem("OAuth", text, SECRETS)
    except SLACK_TROUBLE as exc:
        text = f"Slack does not answer. {delivery_error(exc)}"
        return warning("OAuth", text, "Try again; see slack-status.com.")
    return fine("OAuth", "Slack knows the app and its secret")


async def _address(settings: Settings, session: aiohttp.ClientSession) -> Diagnosis:
    """Ask whether a bot answers where browsers are sent to."""
    base = settings.public_url
    if not base:
        how = f"Set it: it {NO_ADDRESS}."
        return problem("Redirect URL", "BRIEFING_BOT_PUBLIC_URL is not set", how)
    try:
        timeout = aiohttp.ClientTimeout(total=REACHED_WITHIN_S)
        async with session.get(f"{base}/healthz", timeout=timeout) as response:
            answers = "status" in await response.text()
    except (aiohttp.ClientError, TimeoutError, OSError):
        answers = False
    if not answers:
        return warning("Redirect URL", f"no bot answers at {base}/healthz", OPEN_IT)
    text = f"{base}{REDIRECT_PATH}, which is to stand in the app's settings"
    return fine("Redirect URL", text)


async def _tokens(
    settings: Settings, stored: Stored, session: aiohttp.ClientSession
) -> AsyncIterator[Diagnosis]:
    """Ask Slack whether each token holds, an organisation's once."""
    clients_of = InstalledClients(
        Installations(), session, api_url=settings.slack.api_url
    )
    own = [one for one in stored.workspaces if not one.is_org_wide]
    good = 0
    for one in (*own, *stored.organisations):
        place = one.installation.team_id or one.installation.enterprise_id
        try:
            await identify(clients_of.clients_for(one).reading)
            good += 1
        except SLACK_TROUBLE as exc:
            text, _, remedy = str(delivery_error(exc)).partition(": ")
            how = f"{remedy[:1].upper()}{remedy[1:]}" or "Try again."
            yield problem("Installed", f"{place}: {text}", how)
    places, tokens = _count(len(stored.workspaces), "workspace"), _count(good, "token")
    yield fine("Installed", f"in {places}, by {tokens} Slack still knows")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"
