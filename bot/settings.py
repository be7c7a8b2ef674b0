"""Settings, read once at start from the environment and `.env`; nowhere else.

Names starting `SLACK_` are Slack's own; everything else starts `BRIEFING_BOT_`.
"""

import logging
import re
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    SettingsConfigDict,
)
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.briefing.problems import did_you_mean, listed
from bot.briefing.tlp import Label
from bot.corrections.model import Rules
from bot.digests.delivery_timing import Timing
from bot.errors import SettingsError
from bot.meaning.embedders import EmbeddingsSettings
from bot.outbox.model import Uncertain

COMMAND = r"^/[a-z0-9_-]{1,31}$"
_ADDRESS = r"https://[^/?#\s@]+|http://(localhost|127\.0\.0\.1)(:\d+)?"
NO_ADDRESS = (
    "must be the address that browsers reach the bot at, such as "
    "https://brief.example.com, without a path; http is for localhost alone"
)

_PLACEHOLDER = re.compile(
    r"…|\.\.\.|[<>]|\byour\b|[-_](?:x{3,}|\*+)$|change.?me", re.IGNORECASE
)
SQLITE = "sqlite:///briefing-bot.sqlite3"
ENV_FILE = ".env"
NOT_UTF8 = (
    f'The file "{ENV_FILE}" is not UTF-8, as some editors and shells on Windows leave '
    "it: save it as UTF-8."
)
NOT_READABLE = (
    f'The file "{ENV_FILE}" cannot be read ({{said}}): let the user that I run as read '
    "it, or take it away."
)
NO_API = (
    "must be an address such as https://slack.com/api/; leave it out to speak with "
    "Slack itself"
)


def public_address(url: str) -> str:
    """Return the address that browsers and Slack reach, without a slash at its end.

    Nothing stays nothing. Raise ValueError for what is no such address.
    """
    bare = url.rstrip("/")
    if bare and not re.fullmatch(_ADDRESS, bare):
        raise ValueError(NO_ADDRESS)
    return bare


class Mode(StrEnum):
    """How Slack reaches the bot."""

    SOCKET = "Socket Mode"
    HTTP = "signed HTTP"


class _FromEnvironment(BaseSettings):
    """Takes values as people leave them: what is empty is as good as not set.

    `docker run --env-file` passes on quotation marks and Windows' ends of lines, which
    a `.env` file is read without.
    """

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, values: dict[str, Any]) -> dict[str, Any]:
        bare = {name: bare_value(value) for name, value in values.items()}
        return {name: value for name, value in bare.items() if value != ""}


def read_file(file: Path = Path(ENV_FILE)) -> dict[str, str]:
    """Return what the file sets, or nothing where there is none.

    Raise `SettingsError` where it is there and cannot be read.
    """
    # Its reader names lines that it cannot parse each time, and not the file.
    logging.getLogger("dotenv").setLevel(logging.ERROR)
    try:
        source = DotEnvSettingsSource(Slack, env_file=file, case_sensitive=True)
    except UnicodeDecodeError as exc:
        raise SettingsError(NOT_UTF8) from exc
    except OSError as exc:
        raise SettingsError(NOT_READABLE.format(said=exc.strerror)) from exc
    return {name: bare_value(value or "") for name, value in source.env_vars.items()}


def bare_value(value: Any) -> Any:
    """Return a text without the space and the pair of quotation marks around it."""
    if not isinstance(value, str):
        return value
    value = value.strip()
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].strip() if is_quoted else value


class Slack(_FromEnvironment):
    """What Slack gives an app; empty means that it was not set."""

    model_config = SettingsConfigDict(
        env_prefix="SLACK_", env_file=ENV_FILE, extra="ignore", frozen=True
    )

    bot_token: SecretStr = SecretStr("")
    app_token: SecretStr = SecretStr("")
    signing_secret: SecretStr = SecretStr("")
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    """With these workspaces install the app through OAuth."""
    api_url: str = "https://slack.com/api/"
    """Any Slack-compatible server; it ends with a slash."""

    @field_validator("api_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if not re.match(r"https?://[^/\s]", url):
            raise ValueError(NO_API)
        return url if url.endswith("/") else f"{url}/"

    @property
    def has_oauth(self) -> bool:
        """Say whether workspaces install the app by themselves."""
        return bool(self.client_id)

    @property
    def mode(self) -> Mode:
        """Socket Mode if there is an app token, else HTTP; raises `SettingsError`."""
        _refuse_swapped(self)
        if self.app_token.get_secret_value():
            return Mode.SOCKET
        if self.signing_secret.get_secret_value():
            return Mode.HTTP
        raise SettingsError(
            "Slack cannot reach the bot. Set SLACK_APP_TOKEN (xapp-…) for Socket Mode, "
            "or SLACK_SIGNING_SECRET for HTTP."
        )


NO_DATABASE = "is no address: use sqlite:///PATH or postgresql://USER@HOST/NAME"
NOT_ESCAPED = (
    "holds signs that end its password, or a port that is none: in a user's name or "
    "password write %40 for @, %2F for /, %3A for :, %3F for ?, %23 for # and %25 for %"
)
NO_HOST = (
    "names no host behind a password, or a port that is none: write "
    "postgresql://USER:PASSWORD@HOST/NAME"
)
_CREDENTIALS = re.compile(r"^[\w+]+://(?:[^:/]*(?::[^@]*)?@)?")
"""What SQLAlchemy reads as the user's name and password, and before them."""


class Settings(_FromEnvironment):
    """Everything an operator decides. Times are seconds unless the name says other."""

    model_config = SettingsConfigDict(
        env_prefix="BRIEFING_BOT_", env_file=ENV_FILE, extra="ignore", frozen=True
    )

    briefs: Path = Path("briefs")
    database_url: str = SQLITE
    command: str = Field(default="/brief", pattern=COMMAND)
    default_handling: Label = Label.AMBER
    uncertain: Uncertain = Uncertain.NEVER_TWICE
    me: str = Field(default="", pattern=r"^([UW][A-Z0-9]{2,})?$")
    """Your own Slack user id, which `digest send --to @me` means."""
    edit_url: str = ""
    """Where a curator edits a file: `…/edit/main/{path}#L{line}`."""
    public_url: str = ""
    """Where a browser and Slack reach the bot: https, without a path."""
    token_keys: SecretStr = SecretStr("")
    """Keys that encrypt workspaces' tokens, the newest first, set apart by commas."""
    removed_days: int = Field(default=30, ge=0, le=3650)
    """How long the data of a workspace stays that has removed the app."""
    questions_days: int = Field(default=90, ge=1, le=3650)
    messages_days: int = Field(default=180, ge=30, le=3650)
    """How long messages are corrected, and all is kept that this takes."""
    port: int = Field(default=3000, ge=0, le=65535)
    host: str = "0.0.0.0"
    workers: int = Field(default=8, ge=1, le=64)
    corrections_quiet: float = Field(default=120.0, ge=0)
    corrections_rooms: int = Field(default=25, ge=0)
    corrections_claims: int = Field(default=5, ge=0)
    corrections_second_curator: bool = True
    post_timeout: float = Field(default=10.0, gt=0)
    posts_per_minute: int = Field(default=300, ge=1, le=6000)
    """What this process posts to one workspace; Slack counts all processes together."""
    log_format: str = Field(default="text", pattern="^(text|json)$")
    meaning: str = Field(default="auto", pattern="^(auto|off)$")
    """`off` lets words alone answer, although the extra is installed."""
    embeddings_url: str = ""
    """An endpoint that speaks OpenAI's `/v1/embeddings`, in place of the extra."""
    embeddings_model: str = ""
    embeddings_key: SecretStr = SecretStr("")
    embeddings_questions: str = Field(default="", pattern="^(send)?$")
    """`send` lets questions go to an endpoint that is not on this machine."""
    embeddings_label: Label = Label.CLEAR
    """The strictest label of claims that an endpoint is given."""
    embeddings_plain_http: str = Field(default="", pattern="^(allow)?$")
    slack: Annotated[Slack, NoDecode] = Field(default_factory=Slack)

    @field_validator("slack", mode="before")
    @classmethod
    def _from_its_own_variables(cls, given: object) -> object:
        # A variable of this name would be none of ours.
        return Slack() if isinstance(given, str) else given

    @field_validator("default_handling")
    @classmethod
    def _never_clear(cls, label: Label) -> Label:
        if label is Label.CLEAR:
            raise ValueError(
                "must not be TLP:CLEAR: what nobody labelled is not public"
            )
        return label

    @field_validator("database_url")
    @classmethod
    def _is_a_database(cls, url: str) -> str:
        scheme, colon, rest = url.partition("://")
        # PostgreSQL's own programs take both, and hosts that give the address out do.
        scheme = re.sub(r"^postgres$", "postgresql", scheme.lower())
        url = f"{scheme}{colon}{rest}" if colon else url
        try:
            parsed = make_url(url)
        except ArgumentError as exc:
            raise ValueError(NO_DATABASE) from exc
        except ValueError as exc:
            # It names what stands where a port should, which may be a password's end.
            raise ValueError(NOT_ESCAPED if "@" in url else NO_HOST) from exc
        port = 1 if parsed.port is None else parsed.port
        # What stands behind an unescaped @ of a password would be taken for the host,
        # which drivers name in their errors.
        is_cut = "@" in _CREDENTIALS.sub("", url, count=1) or not 0 < port <= 65535
        if is_cut and parsed.get_backend_name() != "sqlite":
            raise ValueError(NOT_ESCAPED if "@" in url else NO_HOST)
        return url

    @field_validator("edit_url")
    @classmethod
    def _names_the_place(cls, url: str) -> str:
        if url and "{path}" not in url:
            raise ValueError("must hold {path}, and {line} if the server knows lines")
        return url

    @field_validator("public_url")
    @classmethod
    def _is_public(cls, url: str) -> str:
        return public_address(url)

    def check_oauth(self) -> None:
        """Raise `SettingsError` for what OAuth wants beside the app's secrets."""
        if not self.slack.has_oauth:
            return
        if not self.public_url:
            raise SettingsError(f"BRIEFING_BOT_PUBLIC_URL is not set. It {NO_ADDRESS}.")

    @property
    def keys(self) -> list[str]:
        """The keys that encrypt tokens, the newest first."""
        listed = self.token_keys.get_secret_value().split(",")
        return [key.strip() for key in listed if key.strip()]

    @field_validator("embeddings_url")
    @classmethod
    def _names_an_endpoint(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and not (parts.scheme in ("http", "https") and parts.hostname):
            raise ValueError("must be an address such as http://127.0.0.1:11434/v1")
        if parts.username or parts.password or (parts.port or 1) < 1:
            raise ValueError("must hold no name or password: set the key instead")
        return url

    @property
    def embeddings(self) -> EmbeddingsSettings:
        """What is set about sentence vectors."""
        return EmbeddingsSettings(
            is_off=self.meaning == "off",
            url=self.embeddings_url,
            model=self.embeddings_model,
            key=self.embeddings_key.get_secret_value(),
            sends_questions=self.embeddings_questions == "send",
            allows_plain_http=self.embeddings_plain_http == "allow",
            most_label=self.embeddings_label,
        )

    @property
    def correction_rules(self) -> Rules:
        """For how long a slip can be taken back, and what waits for a curator's go."""
        return Rules(
            quiet=timedelta(seconds=self.corrections_quiet),
            most_rooms=self.corrections_rooms,
            most_claims=self.corrections_claims,
            second_curator=self.corrections_second_curator,
        )

    @property
    def timing(self) -> Timing:
        """The outbox's times, in proportion to the timeout of one post."""
        usual = Timing()
        factor = timedelta(seconds=self.post_timeout) / usual.post_timeout
        return usual if factor == 1 else usual.scaled(factor)

    @classmethod
    def read(cls) -> Self:
        """Read the environment; raise `SettingsError` naming each wrong variable."""
        read_file()
        try:
            return cls()
        except ValidationError as exc:
            prefix = "SLACK" if exc.title == Slack.__name__ else "BRIEFING_BOT"
            told = (_told(prefix, error) for error in exc.errors())
            raise SettingsError("\n".join(told)) from exc


_PATTERNS = {
    "COMMAND": "it begins with a slash, and up to 31 small letters, digits, - and _ "
    "follow it",
    "ME": 'it is a member\'s id, such as U0123ABCD ("Copy member ID" in the profile)',
    "LOG_FORMAT": "it is text or json",
    "MEANING": "it is auto or off",
    "EMBEDDINGS_QUESTIONS": "it is send, or not set",
    "EMBEDDINGS_PLAIN_HTTP": "it is allow, or not set",
}
_RULES = {
    "int_parsing": "it is a whole number",
    "int_from_float": "it is a whole number",
    "float_parsing": "it is a number",
    "bool_parsing": "it is true or false",
    "greater_than": "it is more than {gt:g}",
    "greater_than_equal": "it is {ge:g} at least",
    "less_than_equal": "it is {le:g} at most",
}


def _told(prefix: str, error: ErrorDetails) -> str:
    """Say of one variable what is wrong with its value, and what it may be."""
    name = "_".join(str(part) for part in error["loc"]).upper()
    # An address may hold a password.
    value = "…" if name in ("DATABASE_URL", "EMBEDDINGS_URL") else error["input"]
    facts, hint = error.get("ctx", {}), ""
    match error["type"]:
        case "string_pattern_mismatch":
            rule = _PATTERNS[name]
        case "enum":
            allowed = re.findall("'([^']+)'", facts["expected"])
            rule, hint = f"it is one of {listed(allowed)}", did_you_mean(value, allowed)
        case kind if kind in _RULES:
            rule = _RULES[kind].format_map(facts)
        case _:
            rule = error["msg"].removeprefix("Value error, ")
    return f'{prefix}_{name} "{value}" is not allowed: {rule}. {hint}'.rstrip()


def is_placeholder(value: str) -> bool:
    """Say whether an example was left as it is: `xoxb-…`, `<token>`, `your-token`."""
    return value in ("xoxb-", "xapp-") or bool(_PLACEHOLDER.search(value))


def _refuse_swapped(slack: Slack) -> None:
    """Raise `SettingsError` for what stands in the wrong variable, or was left out."""
    bot, app = slack.bot_token.get_secret_value(), slack.app_token.get_secret_value()
    signing = slack.signing_secret.get_secret_value()
    client_secret = slack.client_secret.get_secret_value()
    given = {
        "BOT_TOKEN": bot,
        "APP_TOKEN": app,
        "SIGNING_SECRET": signing,
        "CLIENT_ID": slack.client_id,
        "CLIENT_SECRET": client_secret,
    }
    for name, value in given.items():
        if is_placeholder(value):
            raise SettingsError(PLACEHOLDER.format(name=name))
    wrong = {
        HALF_OF_OAUTH: slack.has_oauth is not bool(client_secret),
        # An id has a point in it, a secret none.
        SWAPPED_OAUTH: "." in client_secret and "." not in slack.client_id,
        SWAPPED: bot.startswith("xapp-") and app.startswith("xoxb-"),
        NO_BOT_TOKEN: not bot and not slack.has_oauth,
        EXPIRING: bot.startswith("xoxe."),
        NOT_A_BOT_TOKEN: bool(bot) and not bot.startswith("xoxb-"),
        NOT_AN_APP_TOKEN: bool(app) and not app.startswith("xapp-"),
        NOT_A_SIGNING_SECRET: signing.startswith(("xox", "xapp-"))
        or (bool(signing) and signing == client_secret),
    }
    for text, is_so in wrong.items():
        if is_so:
            raise SettingsError(text)


PLACEHOLDER = (
    "SLACK_{name} holds a placeholder still: put in the value that stands in the app's "
    "settings."
)
HALF_OF_OAUTH = (
    "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together: both stand under Basic "
    "Information in the app's settings."
)
SWAPPED_OAUTH = (
    "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are swapped: the id is two numbers with a "
    "point between them."
)
SWAPPED = (
    "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped: the bot token starts with xoxb-, "
    "the app token with xapp-."
)
NO_BOT_TOKEN = (
    "SLACK_BOT_TOKEN is not set. It starts with xoxb- and stands under OAuth & "
    "Permissions in the app's settings. (Where workspaces are to install the app by "
    "themselves, set SLACK_CLIENT_ID instead.)"
)
EXPIRING = (
    "SLACK_BOT_TOKEN ends within hours: the app's tokens are set to rotate. Make an "
    "app of `briefing-bot manifest` without --distribute for one workspace, or set "
    "SLACK_CLIENT_ID and let workspaces install this one."
)
NOT_A_BOT_TOKEN = (
    "SLACK_BOT_TOKEN is no bot token: that starts with xoxb- and stands under OAuth & "
    "Permissions in the app's settings."
)
NOT_AN_APP_TOKEN = (
    "SLACK_APP_TOKEN is no app-level token: that starts with xapp- and is made under "
    "Basic Information in the app's settings."
)
NOT_A_SIGNING_SECRET = (
    "SLACK_SIGNING_SECRET holds another secret: the one that is meant is called "
    "Signing Secret under Basic Information in the app's settings."
)
