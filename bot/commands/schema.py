"""`schema`: what editors need to complete and check a file."""

import json

import typer

from bot.briefing.models import Briefing
from bot.briefing.schema import json_schema

SCHEMA_FILE = ".schema.json"
"""Beside the briefings, where their first line points."""


def print_schema() -> None:
    """Print the JSON Schema of a briefing."""
    typer.echo(schema_text(), nl=False)


def schema_text() -> str:
    """Return the schema as it is kept in a file."""
    return json.dumps(json_schema(Briefing), ensure_ascii=False, indent=2) + "\n"
