"""`doctor` where workspaces install the app by themselves."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.cli.doctor import examine
from bot.doctor_findings import Diagnosis, Grade
from bot.settings import Mode
from tests.acceptance.tenants import Tenants, open_tenants, url_of
from tests.installations import KEY, NEW_KEY

# The SDK itself still uses what aiohttp has begun to retire.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")

ABOUT = {"OAuth", "Redirect URL", "Token keys", "Workspaces", "Installed"}


@pytest.fixture
async def tenants(tmp_path: Path) -> AsyncIterator[Tenants]:
    async with open_tenants(tmp_path) as tenants:
        yield tenants


async def found(tenants: Tenants, **settings: object) -> list[Diagnosis]:
    """Examine the bot with these settings; return what is found of OAuth."""
    settled = tenants.settings(Mode.SOCKET, meaning="off", **settings)
    return [each for each in await examine(settled) if each.about in ABOUT]


def not_fine(diagnoses: list[Diagnosis]) -> list[tuple[str, str, str]]:
    wrong = (d for d in diagnoses if d.grade is not Grade.FINE)
    return [(d.about, d.text, d.remedy) for d in wrong]


async def test_a_sound_installation_has_nothing_wrong(tenants: Tenants) -> None:
    """Secrets, address, keys, and the tokens that are kept."""
    async with tenants.bot() as app:
        await tenants.install(app)
        diagnoses = await found(tenants, public_url=url_of(app))

    assert not_fine(diagnoses) == []
    assert [(d.about, d.text) for d in diagnoses][-2:] == [
        ("Token keys", "all tokens can be read"),
        ("Installed", "in 1 workspace, by 1 token Slack still knows"),
    ]


async def test_each_thing_that_is_wrong_has_its_remedy(tenants: Tenants) -> None:
    """A secret of another app, nobody at the address, a key that went too early."""
    async with tenants.bot() as app:
        await tenants.install(app)
    slack = tenants.settings(Mode.SOCKET).slack
    wrong = slack.model_copy(update={"client_secret": SecretStr("old")})

    diagnoses = await found(
        tenants,
        slack=wrong,
        public_url="http://127.0.0.1:9",
        token_keys=SecretStr(NEW_KEY),
    )

    assert not_fine(diagnoses) == [
        (
            "OAuth",
            "Slack does not accept SLACK_CLIENT_SECRET",
            "Copy both from Basic Information in the app's settings.",
        ),
        (
            "Redirect URL",
            "no bot answers at http://127.0.0.1:9/healthz",
            "Run the bot, and let your proxy pass /slack/ and /healthz on to its port; "
            "or mend BRIEFING_BOT_PUBLIC_URL.",
        ),
        (
            "Token keys",
            "the tokens of T0ALPHA fit none of them",
            "Put that key back at the end of BRIEFING_BOT_TOKEN_KEYS, or have the app "
            "installed there again.",
        ),
    ]


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (f"{NEW_KEY},{KEY}", "4 tokens are encrypted with another key than the first"),
        (f"{KEY},{NEW_KEY}", "all is encrypted with the first: the others may go"),
        ("hunter2", "Key 1 in BRIEFING_BOT_TOKEN_KEYS is no key"),
        ("", "BRIEFING_BOT_TOKEN_KEYS is not set"),
    ],
    ids=["first-is-new", "first-is-old", "no-key", "none"],
)
async def test_it_says_how_far_an_exchange_of_keys_is(
    tenants: Tenants, keys: str, text: str
) -> None:
    """When the old one may go, and what is no key at all."""
    async with tenants.bot() as app:
        await tenants.install(app)

    diagnoses = await found(tenants, token_keys=SecretStr(keys))

    assert text in [d.text for d in diagnoses if d.about == "Token keys"]


async def test_a_workspace_without_a_briefing_is_named(tenants: Tenants) -> None:
    """Its people installed the app and get nothing."""
    async with tenants.bot() as app:
        await tenants.install(app)
    path = tenants.briefs / "workspaces.yaml"
    await asyncio.to_thread(path.write_text, "workspaces: []\n")

    diagnoses = await found(tenants)

    assert (
        "Workspaces",
        "T0ALPHA have the app and no briefing",
        "Name them in briefs/workspaces.yaml, with their briefings.",
    ) in not_fine(diagnoses)


async def test_a_dead_token_is_a_problem(tenants: Tenants) -> None:
    """The bot notices within the hour; the doctor at once."""
    async with tenants.bot() as app:
        await tenants.install(app)
    tenants.sim.uninstall()

    diagnoses = await found(tenants)

    assert (
        "Installed",
        "T0ALPHA: The app was removed from the workspace",
        "Install it again.",
    ) in not_fine(diagnoses)
