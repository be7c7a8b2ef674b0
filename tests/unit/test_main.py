"""How a run of the program ends: one exit code for each who can do something."""

import pytest

from bot.__main__ import run
from bot.errors import SettingsError


def ending_with(error: BaseException | None, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the exit code and what was said of a program that ends like this."""

    def program(arguments: list[str], prog_name: str) -> None:
        if error is not None:
            raise error

    code = run(["check"], program)
    return f"{code}: {capsys.readouterr().err}"


def test_a_run_that_ends_well_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0."""
    assert ending_with(None, capsys) == "0: "


def test_your_mistake_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1, and the text is the advice; no traceback."""
    error = SettingsError("SLACK_BOT_TOKEN is not set.")

    assert ending_with(error, capsys) == "1: SLACK_BOT_TOKEN is not set.\n"


def test_an_interrupt_is_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 130, as shells have it, and silence."""
    assert ending_with(KeyboardInterrupt(), capsys) == "130: "


def test_a_commands_own_code_is_kept(capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage ends with 2, whoever found it."""
    assert ending_with(SystemExit(2), capsys) == "2: "


def test_our_bug_is_owned_and_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 3, with the traceback that a report needs."""
    said = ending_with(RuntimeError("impossible"), capsys)

    assert said.startswith("3: Traceback")
    assert said.endswith(
        "This is a bug of briefing-bot's, not a mistake of yours. Please report it.\n"
    )
