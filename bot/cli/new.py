"""`new`: a skeleton that passes `check` and says what each key is for."""

import re
from datetime import UTC, datetime
from pathlib import Path

import typer

from bot.briefing.checks import RESERVED
from bot.briefing.field_types import SLUG
from bot.cli.schema import SCHEMA_FILE, schema_text
from bot.errors import SettingsError


def write_skeleton(id: str, folder: Path) -> None:
    """Write the skeleton and, beside it, the schema for editors.

    Raise SettingsError for an id that cannot be used or a file that is there already.
    """
    if not re.fullmatch(SLUG, id) or len(id) > 60:
        raise SettingsError(
            f'"{id}" is not an id. Use up to 60 small letters, digits and hyphens, '
            "such as north-sea-cables."
        )
    if id in RESERVED:
        raise SettingsError(f'The id "{id}" is reserved: {RESERVED[id]}.')
    path = folder / f"{id}.yaml"
    if path.exists():
        raise SettingsError(
            f'"{path}" is there already. Choose another id, or edit it.'
        )
    folder.mkdir(parents=True, exist_ok=True)
    today = datetime.now(tz=UTC).date()
    text = _SKELETON.format(
        id=id, schema=SCHEMA_FILE, today=today, month=str(today)[:7]
    )
    path.write_text(text, encoding="utf-8")
    (folder / SCHEMA_FILE).write_text(schema_text(), encoding="utf-8")
    typer.echo(f"Wrote {path}. Replace what it says, then run `briefing-bot check`.")


_SKELETON = """\
# yaml-language-server: $schema={schema}
# Your editor completes and checks this file by the schema named above.
# `briefing-bot check` finds what the schema cannot see, such as numbers that disagree.

id: {id} # the name of this file
title: The storm sank 40 boats    # a sentence: what is new
bottom_line: >                 # the answer; its numbers must stand in a claim
  The storm sank 40 boats. Nobody was hurt, the port authority says.
as_of: {month}                 # 2025-07-12, 2025-07 or 2025; ~ behind it means about
verified: {today}           # when you last stood by it
review_every: 30 days          # or never, for a closed briefing
# handling: TLP:GREEN          # who may see it; left out = the configured default

sources:                       # whoever said it; `via` names whom it reached us through
  port:
    publisher: The port authority
    # party: the harbour       # a party to the matter is shown as one
    # reliability: B           # Admiralty code A to F; left out = not judged
  gazette:
    publisher: Harbour Gazette
    url: https://example.org/storm
  witness:
    unnamed: true              # "source not named": counts as no origin
    via: [gazette]

sections:
  - id: losses
    title: The storm sank 40 boats and spared the people
    claims:                    # most important first
      - id: boats              # stable for life: messages and corrections refer to it
        aliases: [ships]       # other words that lead here
        # `>` lets a text run over several lines, with any signs in it.
        text: >
          The storm of 3 November sank 40 boats, the port authority says.
        short: 40 boats sunk   # at most 80 characters, figure first
        kind: report           # fact, statement, report, estimate, assessment, forecast
        sources: [port]
        figures: [{{label: boats sunk, value: 40, unit: boats}}]
      - id: unhurt
        text: Nobody was hurt.
        kind: statement
        sources: [port, witness]
      # The desk's own judgment cites no source but names its basis:
      # - id: repairs
      #   text: The harbour is likely to be whole again by spring.
      #   kind: forecast
      #   sources: []
      #   basis: [boats]
      #   likelihood: likely   # ICD 203: almost no chance … almost certain
"""
