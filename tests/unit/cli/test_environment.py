"""What `doctor` says of variables: misspelt ones, and examples left as they are."""

from pathlib import Path

import pytest

from bot.cli.environment import (
    diagnose_environment,
    diagnose_file,
    read_environment,
)
from bot.doctor_findings import Grade
from bot.settings import is_placeholder


def test_a_misspelt_variable_is_named_with_the_one_meant() -> None:
    """Nothing reads it, and nothing else would say so."""
    (found,) = diagnose_environment({"SLACK_BOT_TOKN": "xoxb-1", "PATH": "/bin"})

    assert (found.grade, found.text) == (
        Grade.WARNING,
        "nothing reads SLACK_BOT_TOKN",
    )
    assert found.remedy == 'Did you mean "SLACK_BOT_TOKEN"?'


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("BRIEFINGBOT_PORT", "BRIEFING_BOT_PORT"),
        ("BREIFING_BOT_DATABASE_URL", "BRIEFING_BOT_DATABASE_URL"),
        ("SLACKBOT_TOKEN", "SLACK_BOT_TOKEN"),
    ],
)
def test_a_misspelt_beginning_is_noticed_too(typed: str, meant: str) -> None:
    """A name that is not ours but for one sign was meant to be."""
    (found,) = diagnose_environment({typed: "1", "HUBOT_SLACK_TOKEN": "1"})

    assert found.text == f"nothing reads {typed}"
    assert found.remedy == f'Did you mean "{meant}"?'


def test_a_line_that_sets_nothing_is_named(tmp_path: Path) -> None:
    """As in YAML, or a heading; what a value holds in further lines is its own."""
    file = tmp_path / ".env"
    file.write_text(
        "# ours\n\nSLACK_BOT_TOKEN: xoxb-1\nexport PORT=1\n"
        "KEY='-----BEGIN\nabc\n-----END'\nTokens\n"
    )

    assert [(found.text, found.remedy) for found in diagnose_file(file)] == [
        (
            f"line {number} of .env is not read: it is no NAME=value",
            "Write NAME=value there, or a # before what is a remark.",
        )
        for number in (3, 8)
    ]


def test_a_placeholder_is_a_problem() -> None:
    """Slack's refusal of it would name another reason."""
    (found,) = diagnose_environment({"SLACK_BOT_TOKEN": "xoxb-…"})

    assert (found.grade, found.text) == (
        Grade.PROBLEM,
        "SLACK_BOT_TOKEN holds a placeholder still",
    )


@pytest.mark.parametrize(
    "value",
    [
        *("xoxb-", "xapp-", "xoxb-…", "xoxb-...", "<token>", "your-token"),
        *("xoxb-your-token", "xoxb-xxxx", "xapp-1-XXXX", "changeme", "CHANGE_ME"),
    ],
)
def test_an_example_is_told_from_a_token(value: str) -> None:
    """As `.env.example` and other people's guides write them."""
    assert is_placeholder(value)


@pytest.mark.parametrize(
    "value", ["", "xoxb-12-34-aXxxB", "xapp-1-A0-1-f00", "8f742231b10e8888abcd99yyyzzz"]
)
def test_a_token_is_no_example(value: str) -> None:
    """Slack's own are letters, digits and hyphens, of any kind."""
    assert not is_placeholder(value)


def test_the_file_is_read_as_the_bot_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Comments are left out, quotation marks are none of the value."""
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-2")
    file = tmp_path / ".env"
    file.write_text(
        "# SLACK_SIGNING_SECRET=1\n"
        'export SLACK_BOT_TOKEN="xoxb-1"\nSLACK_APP_TOKEN=xapp-1\nnothing\n'
    )

    found = read_environment(file)

    assert "SLACK_SIGNING_SECRET" not in found
    assert (found["SLACK_BOT_TOKEN"], found["SLACK_APP_TOKEN"]) == ("xoxb-1", "xapp-2")


def test_the_example_file_is_all_read_and_not_filled_in() -> None:
    """What it names exists, and whoever copies it alone is told so."""
    file = Path(__file__).parents[3] / ".env.example"
    text = file.read_text(encoding="utf-8").replace("# SLACK_S", "SLACK_S")
    names = {line.partition("=")[0].strip("# ") for line in text.splitlines()}
    named = {n: "" for n in names if n.isupper() and n.startswith(("SLACK", "BRIEF"))}

    assert list(diagnose_environment(named)) == []
