"""`manifest` and `--version`: what is printed, and what is refused."""

import json

import pytest

from bot.__main__ import FINE, YOUR_INPUT, run


def test_a_manifest_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """To be pasted as it is."""
    assert run(["manifest", "--url", "https://bot.example/", "--distribute"]) == FINE

    made = json.loads(capsys.readouterr().out)
    urls = made["oauth_config"]["redirect_urls"]
    assert urls == ["https://bot.example/slack/oauth_redirect"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--url", "bot.example"],
            '--url "bot.example" must be the address that browsers reach the bot at, '
            "such as https://brief.example.com, without a path; http is for localhost "
            "alone.\n",
        ),
        (
            ["--command", "/My brief"],
            '"/My brief" is no name of a command: it begins with a slash, and up to 31 '
            "small letters, digits, - and _ follow it. Try /my-brief.\n",
        ),
        (
            ["--distribute"],
            "--distribute wants --url: Slack sends whoever installs the app back "
            "there.\n",
        ),
    ],
)
def test_what_slack_would_refuse_is_refused_here(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what to write instead."""
    assert run(["manifest", *arguments]) == YOUR_INPUT

    assert capsys.readouterr().err == said


def test_the_release_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything else is asked of it."""
    assert run(["--version"]) == FINE

    assert capsys.readouterr().out.startswith("briefing-bot ")
