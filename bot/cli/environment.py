"""What stands in the environment and in `.env` that cannot be meant so."""

import os
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from pydantic_settings import BaseSettings

from bot.briefing.problems import did_you_mean
from bot.doctor_findings import Diagnosis, problem, warning
from bot.settings import (
    ENV_FILE,
    Settings,
    Slack,
    bare_value,
    is_placeholder,
    read_file,
)

ABOUT = "Settings"
FILE = Path(ENV_FILE)
PREFIXES: dict[str, type[BaseSettings]] = {
    "SLACK_": Slack,
    "BRIEFING_BOT_": Settings,
}
OF_SLACKS_CLI = "SLACK_CLI_"
"""Begins what `slack run` sets beside our own."""
_REMEDY = "Put the real value in: .env.example says where each is found."
_LINE = re.compile(r"\s*[^=#\"']+=\s*(?P<value>.*)")
_NAME_AND_VALUE = "Write NAME=value there, or a # before what is a remark."
ALIKE = 0.9
"""From how alike on a name without our beginning is one of ours, misspelt."""


def read_environment(file: Path = FILE) -> dict[str, str]:
    """Return every variable that the bot would see; the environment's come first.

    Raise `SettingsError` where there is a file that cannot be read.
    """
    in_environment = {name: bare_value(value) for name, value in os.environ.items()}
    return read_file(file) | in_environment


def diagnose_environment(found: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Name variables that nothing reads, and values that were never filled in."""
    known = {
        f"{prefix}{field}".upper()
        for prefix, model in PREFIXES.items()
        for field in model.model_fields
        if field != "slack"
    }
    for name, value in sorted(found.items()):
        upper = name.upper()
        if upper in known:
            if is_placeholder(value):
                yield problem(ABOUT, f"{name} holds a placeholder still", _REMEDY)
            continue
        if upper.startswith(OF_SLACKS_CLI):
            continue
        is_ours = upper.startswith(tuple(PREFIXES))
        if is_ours or get_close_matches(upper, known, cutoff=ALIKE):
            near = did_you_mean(upper, known)
            remedy = near or ".github/OPERATING.md lists what I read; take it out."
            yield warning(ABOUT, f"nothing reads {name}", remedy)


def diagnose_file(file: Path = FILE) -> Iterator[Diagnosis]:
    """Name the lines of the file that set nothing, such as `NAME: value`."""
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    quote = ""
    for number, line in enumerate(lines, 1):
        if quote:
            # A value may go over several lines, as keys do.
            quote = "" if quote in line else quote
        elif found := _LINE.match(line):
            first, rest = found["value"][:1], found["value"][1:]
            quote = first if first in ("'", '"') and first not in rest else ""
        elif line.strip() and not line.lstrip().startswith("#"):
            text = f"line {number} of {file.name} is not read: it is no NAME=value"
            yield warning(ABOUT, text, _NAME_AND_VALUE)
