"""What stands in the environment and in `.env` that cannot be meant so."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic_settings import BaseSettings

from bot.briefing.problems import did_you_mean
from bot.doctor_findings import Diagnosis, problem, warning
from bot.settings import Settings, Slack, is_placeholder

ABOUT = "Settings"
FILE = Path(".env")
PREFIXES: dict[str, type[BaseSettings]] = {
    "SLACK_": Slack,
    "BRIEFING_BOT_": Settings,
}
OF_SLACKS_CLI = "SLACK_CLI_"
"""Begins what `slack run` sets beside our own."""
_REMEDY = "Put the real value in: .env.example says where each is found."
_LINE = re.compile(r"\s*(?:export\s+)?(?P<name>\w+)\s*=\s*(?P<value>.*)")


def read_environment(file: Path = FILE) -> dict[str, str]:
    """Return every variable that the bot would see; the environment's come first."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    found = [match for line in lines if (match := _LINE.fullmatch(line))]
    in_file = {each["name"]: each["value"].strip(" \"'") for each in found}
    return in_file | dict(os.environ)


def diagnose_environment(found: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Name variables that nothing reads, and values that were never filled in."""
    known = {
        f"{prefix}{field}".upper()
        for prefix, model in PREFIXES.items()
        for field in model.model_fields
        if field != "slack"
    }
    for name, value in sorted(found.items()):
        if name.upper() in known and is_placeholder(value):
            yield problem(ABOUT, f"{name} holds a placeholder still", _REMEDY)
        if name.upper().startswith(OF_SLACKS_CLI):
            continue
        if name.upper() not in known and name.upper().startswith(tuple(PREFIXES)):
            near = did_you_mean(name.upper(), known)
            remedy = near or ".github/OPERATING.md lists what I read; take it out."
            yield warning(ABOUT, f"nothing reads {name}", remedy)
