"""Settings: what is missing, wrong or swapped is said in plain words."""

import re
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import Mode, Settings, Slack


@pytest.fixture(autouse=True)
def _empty_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No variable and no `.env` of this machine counts."""
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    for name in ("BOT_TOKEN", "APP_TOKEN", "SIGNING_SECRET", "API_URL"):
        monkeypatch.delenv(f"SLACK_{name}", raising=False)


NO_BOT_TOKEN = (
    "SLACK_BOT_TOKEN is no bot token: that starts with xoxb- and stands under OAuth & "
    "Permissions in the app's settings."
)
NO_APP_TOKEN = (
    "SLACK_APP_TOKEN is no app-level token: that starts with xapp- and is made under "
    "Basic Information in the app's settings."
)
OTHER_SECRET = (
    "SLACK_SIGNING_SECRET holds another secret: the one that is meant is called "
    "Signing Secret under Basic Information in the app's settings."
)


def slack(**values: str) -> Slack:
    return Slack.model_validate(values)


@pytest.mark.parametrize(
    ("values", "mode"),
    [
        ({"bot_token": "xoxb-1", "app_token": "xapp-1"}, Mode.SOCKET),
        ({"bot_token": "xoxb-1", "signing_secret": "s"}, Mode.HTTP),
        (
            {"bot_token": "xoxb-1", "app_token": "xapp-1", "signing_secret": "s"},
            Mode.SOCKET,
        ),
    ],
    ids=["socket", "http", "both"],
)
def test_the_mode_follows_from_what_is_set(values: dict[str, str], mode: Mode) -> None:
    """An app token means Socket Mode, a signing secret alone means HTTP."""
    assert slack(**values).mode is mode


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            {},
            "SLACK_BOT_TOKEN is not set. It starts with xoxb- and stands under "
            "OAuth & Permissions in the app's settings. (Where workspaces are to "
            "install the app by themselves, set SLACK_CLIENT_ID instead.)",
        ),
        (
            {"client_id": "1.2"},
            "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together: both stand under "
            "Basic Information in the app's settings.",
        ),
        (
            {"bot_token": "xapp-1", "app_token": "xoxb-1"},
            "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are swapped: the bot token starts "
            "with xoxb-, the app token with xapp-.",
        ),
        (
            {"bot_token": "xoxp-1"},
            NO_BOT_TOKEN,
        ),
        ({"bot_token": "xoxb-1", "app_token": "abc"}, NO_APP_TOKEN),
        ({"bot_token": "xoxb-1", "app_token": "xoxb-1"}, NO_APP_TOKEN),
        ({"bot_token": "xapp-1"}, NO_BOT_TOKEN),
        (
            {"bot_token": "xoxe.xoxb-1", "app_token": "xapp-1"},
            "SLACK_BOT_TOKEN ends within hours: the app's tokens are set to rotate. "
            "Make an app of `briefing-bot manifest` without --distribute for one "
            "workspace, or set SLACK_CLIENT_ID and let workspaces install this one.",
        ),
        (
            {"client_id": "8f742231b10e8888", "client_secret": "12.34"},
            "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are swapped: the id is two "
            "numbers with a point between them.",
        ),
        (
            {"client_id": "your-client-id", "client_secret": "s"},
            "SLACK_CLIENT_ID holds a placeholder still: put in the value that stands "
            "in the app's settings.",
        ),
        ({"bot_token": "xoxb-1", "signing_secret": "xoxb-1"}, OTHER_SECRET),
        (
            {"client_id": "1.2", "client_secret": "s", "signing_secret": "s"},
            OTHER_SECRET,
        ),
        (
            {"bot_token": "xoxb-1"},
            "Slack cannot reach the bot. Set SLACK_APP_TOKEN (xapp-…) for Socket "
            "Mode, or SLACK_SIGNING_SECRET for HTTP.",
        ),
    ],
    ids=[
        *("nothing", "half", "swapped", "user-token", "no-app-token", "bot-twice"),
        *("app-for-bot", "rotating", "oauth-swapped", "placeholder"),
        *("token-for-secret", "client-for-signing", "no-way-in"),
    ],
)
def test_a_wrong_token_is_named_with_its_remedy(
    values: dict[str, str], text: str
) -> None:
    """The operator reads what to set and where to find it."""
    with pytest.raises(SettingsError) as caught:
        _ = slack(**values).mode

    assert str(caught.value) == text


def test_an_address_without_a_slash_gets_one() -> None:
    """The SDK joins method names to it."""
    assert slack(api_url="http://127.0.0.1:9/api").api_url == "http://127.0.0.1:9/api/"


def test_tokens_are_not_printed() -> None:
    """A settings object in a log line shows no secret."""
    assert "xoxb-secret" not in repr(slack(bot_token="xoxb-secret"))


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        (
            "DEFAULT_HANDLING",
            "TLP:CLEAR",
            'BRIEFING_BOT_DEFAULT_HANDLING "TLP:CLEAR" is not allowed: must not be '
            "TLP:CLEAR: what nobody labelled is not public.",
        ),
        (
            "EDIT_URL",
            "https://git.example/edit",
            'BRIEFING_BOT_EDIT_URL "https://git.example/edit" is not allowed: must '
            "hold {path}, and {line} if the server knows lines.",
        ),
        (
            "PORT",
            "http",
            'BRIEFING_BOT_PORT "http" is not allowed: it is a whole number.',
        ),
        (
            "PORT",
            "70000",
            'BRIEFING_BOT_PORT "70000" is not allowed: it is 65535 at most.',
        ),
        (
            "WORKERS",
            "0",
            'BRIEFING_BOT_WORKERS "0" is not allowed: it is 1 at least.',
        ),
        (
            "POST_TIMEOUT",
            "soon",
            'BRIEFING_BOT_POST_TIMEOUT "soon" is not allowed: it is a number.',
        ),
        (
            "POST_TIMEOUT",
            "0",
            'BRIEFING_BOT_POST_TIMEOUT "0" is not allowed: it is more than 0.',
        ),
        (
            "CORRECTIONS_SECOND_CURATOR",
            "maybe",
            'BRIEFING_BOT_CORRECTIONS_SECOND_CURATOR "maybe" is not allowed: it is '
            "true or false.",
        ),
        (
            "UNCERTAIN",
            "never_lost",
            'BRIEFING_BOT_UNCERTAIN "never_lost" is not allowed: it is one of '
            'never-twice, never-lost. Did you mean "never-lost"?',
        ),
        (
            "COMMAND",
            "brief",
            'BRIEFING_BOT_COMMAND "brief" is not allowed: it begins with a slash, and '
            "up to 31 small letters, digits, - and _ follow it.",
        ),
    ],
)
def test_a_wrong_variable_is_named_with_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, text: str
) -> None:
    """The name is the one that the operator typed."""
    monkeypatch.setenv(f"BRIEFING_BOT_{name}", value)

    with pytest.raises(SettingsError) as caught:
        Settings.read()

    assert str(caught.value) == text


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_no_variable_is_refused_in_a_librarys_words(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whatever is wrong with a value, what it may be is said in plain words."""
    monkeypatch.setenv(f"BRIEFING_BOT_{name.upper()}", "\u2026?")

    said = ""
    try:
        Settings.read()
    except SettingsError as error:
        said = str(error)

    assert not said or said.startswith(f"BRIEFING_BOT_{name.upper()} ")
    assert not re.search(r"[Ii]nput|[Ss]tring|pattern|unable", said)


def test_a_slack_that_is_no_address_is_named_as_it_was_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Slack's own variables begin in another way than ours."""
    monkeypatch.setenv("SLACK_API_URL", "localhost:9/api")

    with pytest.raises(SettingsError) as caught:
        Settings.read()

    assert str(caught.value) == (
        'SLACK_API_URL "localhost:9/api" is not allowed: must be an address such as '
        "https://slack.com/api/; leave it out to speak with Slack itself."
    )


@pytest.mark.parametrize(
    "value", ['"xoxb-1"', "'xoxb-1'", "xoxb-1\r", " xoxb-1 ", '"xoxb-1"\r']
)
def test_a_value_is_taken_without_what_an_env_file_leaves_around_it(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """Docker passes on quotation marks and Windows' ends of lines as they are."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", value)
    monkeypatch.setenv("BRIEFING_BOT_PORT", '"8080"\r')

    settings = Settings.read()

    assert settings.slack.bot_token.get_secret_value() == "xoxb-1"
    assert settings.port == 8080


@pytest.mark.parametrize("value", ["", " ", '""'])
def test_what_is_empty_is_as_good_as_not_set(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    """As Compose writes `${PORT:-}`, and as a line is left that nobody filled in."""
    for name in ("PORT", "LOG_FORMAT", "DATABASE_URL", "BRIEFS", "UNCERTAIN"):
        monkeypatch.setenv(f"BRIEFING_BOT_{name}", value)

    assert Settings.read() == Settings()
    assert Settings.read().port == 3000


def test_a_file_in_another_encoding_is_said_with_what_to_do() -> None:
    """PowerShell writes UTF-16."""
    Path(".env").write_bytes("SLACK_BOT_TOKEN=xoxb-1\n".encode("utf-16"))

    with pytest.raises(SettingsError) as caught:
        Settings.read()

    assert str(caught.value) == (
        'The file ".env" is not UTF-8, as some editors and shells on Windows leave it: '
        "save it as UTF-8."
    )


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="only on Linux")
def test_a_file_that_cannot_be_read_is_said_with_what_to_do() -> None:
    """Often it is readable for another user alone."""
    Path(".env").symlink_to("/proc/self/mem")

    with pytest.raises(SettingsError) as caught:
        Settings.read()

    assert str(caught.value) == (
        'The file ".env" cannot be read (Input/output error): let the user that I run '
        "as read it, or take it away."
    )


def test_the_outboxs_times_follow_the_timeout_of_a_post(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tests run at a twentieth of it, with one variable."""
    monkeypatch.setenv("BRIEFING_BOT_POST_TIMEOUT", "0.5")

    timing = Settings.read().timing

    assert timing.lease.total_seconds() == 3
    assert timing.settle.total_seconds() == 0.5


def test_the_pace_of_posts_is_an_operators_to_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Several processes share what Slack allows one workspace."""
    assert Settings.read().posts_per_minute == 300

    monkeypatch.setenv("BRIEFING_BOT_POSTS_PER_MINUTE", "150")

    assert Settings.read().posts_per_minute == 150
