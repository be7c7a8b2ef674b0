"""`schema`: what editors need to complete and check a file."""

import json

import typer
from pydantic import BaseModel

from bot.briefing.kept_questions import QuestionFile
from bot.briefing.models import Briefing
from bot.briefing.problems import did_you_mean, listed
from bot.briefing.schema import json_schema
from bot.briefing.workspaces import WorkspaceList
from bot.digests.models import DigestFile
from bot.errors import SettingsError

SCHEMA_FILE = ".schema.json"
"""Beside the briefings, where their first line points."""


_MODELS: dict[str, type[BaseModel]] = {
    "briefing": Briefing,
    "digests": DigestFile,
    "workspaces": WorkspaceList,
    "questions": QuestionFile,
}


def print_schema(of: str) -> None:
    """Print the JSON Schema of a kind of file. Raise SettingsError for no such kind."""
    if of not in _MODELS:
        hint = did_you_mean(of, _MODELS) or f"There are: {listed(_MODELS)}."
        raise SettingsError(f'There is no schema of "{of}". {hint}')
    typer.echo(schema_text(of), nl=False)


def schema_text(of: str = "briefing") -> str:
    """Return the schema as it is kept in a file."""
    return json.dumps(json_schema(_MODELS[of]), ensure_ascii=False, indent=2) + "\n"
