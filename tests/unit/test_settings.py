"""Settings: what is missing, wrong or swapped is said in plain words."""

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
            "SLACK_BOT_TOKEN is no bot token: it starts with xoxb-.",
        ),
        (
            {"bot_token": "xoxb-1", "app_token": "abc"},
            "SLACK_APP_TOKEN is no app-level token: it starts with xapp-.",
        ),
        (
            {"bot_token": "xoxb-1"},
            "Slack cannot reach the bot. Set SLACK_APP_TOKEN (xapp-…) for Socket "
            "Mode, or SLACK_SIGNING_SECRET for HTTP.",
        ),
    ],
    ids=["nothing", "half", "swapped", "user-token", "no-app-token", "no-way-in"],
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
            'BRIEFING_BOT_PORT "http" is not allowed: Input should be a valid '
            "integer, unable to parse string as an integer.",
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
