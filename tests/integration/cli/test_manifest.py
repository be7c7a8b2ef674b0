"""`manifest` and `--version`: what is printed, and what is refused."""

import json
from pathlib import Path

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


HARBOUR = """\
id: harbour
title: The storm closed the harbour
as_of: 2026-11
handling: TLP:CLEAR
sources: {port: {publisher: Port authority}}
sections:
  - id: storm
    title: The storm closed the harbour
    claims:
      - {id: boats, text: About 40 boats were lost., sources: [port]}
      - {id: pier, text: The pier was mined., sources: [port], handling: TLP:GREEN}
"""
KEPT = """\
questions:
  - {q: "How many boats were lost?", answer: [boats]}
  - {q: "Was the pier mined?", answer: [pier]}
"""


def test_an_agents_manifest_suggests_what_anybody_may_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """From the files at hand; what it costs is said beside it."""
    monkeypatch.setenv("BRIEFING_BOT_BRIEFS", str(tmp_path))
    (tmp_path / "harbour.yaml").write_text(HARBOUR)
    (tmp_path / "harbour.questions.yaml").write_text(KEPT)
    assert run(["manifest", "--agent"]) == FINE

    printed = capsys.readouterr()
    view = json.loads(printed.out)["features"]["agent_view"]
    asked = "How many boats were lost?"
    assert view["suggested_prompts"] == [{"title": asked, "message": asked}]
    assert printed.err == (
        "With --agent Slack keeps guests from using the app, and each direct message "
        "to it begins a thread. Slack does not undo either.\n"
    )


@pytest.mark.parametrize("lacks", ["folder", "questions", "workspaces"])
def test_an_agents_manifest_is_printed_where_nothing_can_be_suggested(
    lacks: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No briefing, no question, or briefings that only some workspaces have."""
    monkeypatch.setenv("BRIEFING_BOT_BRIEFS", str(tmp_path))
    if lacks != "folder":
        (tmp_path / "harbour.yaml").write_text(HARBOUR)
    if lacks == "workspaces":
        (tmp_path / "harbour.questions.yaml").write_text(KEPT)
        listed = "workspaces: [{id: T0ONE, briefings: [harbour]}]"
        (tmp_path / "workspaces.yaml").write_text(listed)
    assert run(["manifest", "--agent"]) == FINE

    printed = capsys.readouterr()
    view = json.loads(printed.out)["features"]["agent_view"]
    assert "suggested_prompts" not in view
    assert "It suggests no question" in printed.err


def test_the_release_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything else is asked of it."""
    assert run(["--version"]) == FINE

    assert capsys.readouterr().out.startswith("briefing-bot ")
