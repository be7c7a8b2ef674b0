"""`new`: a skeleton that passes `check` and says what each key is for."""

import re
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from bot.briefing.checks import RESERVED
from bot.briefing.field_types import SLUG
from bot.cli.schema import SCHEMA_FILE, schema_text
from bot.digests.models import SUBSCRIPTION_PREFIX, DigestFile, is_subscription
from bot.errors import SettingsError
from bot.files.briefs import DIGESTS, briefing_paths
from bot.files.checked_file import read_file


def write_skeleton(id: str, folder: Path) -> None:
    """Write the skeleton and, beside it, the schema for editors.

    Raise SettingsError for an id that cannot be used or a file that is there already.
    """
    _check_id(id)
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


def _check_id(id: str) -> None:
    if not re.fullmatch(SLUG, id) or len(id) > LONGEST_ID:
        raise SettingsError(
            f'"{id}" is not an id. Use up to {LONGEST_ID} small letters, digits and '
            "hyphens, such as north-sea-cables."
        )


LONGEST_ID = 60
DIGESTS_SCHEMA_FILE = ".digests.schema.json"


def add_digest(id: str, folder: Path) -> None:
    """Add a digest of all briefings below those that are in the file, or start it.

    Raise SettingsError for an id that is taken or cannot be, where there is nothing to
    tell of, and where the file has errors or a form that cannot be added to.
    """
    _check_id(id)
    if is_subscription(id):
        raise SettingsError(
            f'The id "{id}" begins with "{SUBSCRIPTION_PREFIX}", as only those of '
            "subscriptions do."
        )
    briefings = [path.stem for path in briefing_paths(folder)]
    if not briefings:
        raise SettingsError(
            f'The folder "{folder}" holds no briefing to send. Start one with '
            "`briefing-bot new ID`."
        )
    path = folder / DIGESTS
    entry = _DIGEST.format(
        id=id,
        title=id.replace("-", " ").capitalize(),
        briefings=", ".join(briefings),
    )
    text = _DIGESTS.format(schema=DIGESTS_SCHEMA_FILE)
    if path.exists():
        file = read_file(path, DigestFile)
        if file.value is None or file.errors:
            raise SettingsError(f"{file.errors[0]} Mend it, then run me again.")
        if id in [digest.id for digest in file.value.digests]:
            raise SettingsError(
                f'The digest "{id}" is in "{path}" already. Choose another id, or edit '
                "it."
            )
        text = file.text
    text = _with_entry(text, entry)
    with TemporaryDirectory() as beside:
        # It is tried elsewhere, as a running bot reads the file as soon as it changes.
        tried = Path(beside) / DIGESTS
        tried.write_text(text, encoding="utf-8")
        added = read_file(tried, DigestFile).value
    if added is None or added.digests[-1].id != id:
        raise SettingsError(
            f'Nothing can be added to "{path}" as it is written. Add this yourself:\n'
            f"{entry}"
        )
    path.write_text(text, encoding="utf-8")
    (folder / DIGESTS_SCHEMA_FILE).write_text(schema_text("digests"), encoding="utf-8")
    typer.echo(
        f'Added the digest "{id}" to {path}. Name a channel under `to`, then look at '
        f"it with `briefing-bot digest preview {id}`."
    )


def _with_entry(text: str, entry: str) -> str:
    """Return the file with one more digest, indented as those before it."""
    text = re.sub(r"^digests:\s*\[\s*\][ \t]*(#.*)?$", "digests:", text, flags=re.M)
    first = re.search(r"^digests:[^\n]*\n(?:\s*(?:#[^\n]*)?\n)*( *)- ", text, re.M)
    indent = first[1] if first else "  "
    lines = [f"{indent}{line}" if line else "" for line in entry.splitlines()]
    return "\n".join([text.rstrip("\n"), *lines, ""])


_DIGESTS = """\
# yaml-language-server: $schema={schema}
# What is posted by itself: each digest with its hour, its zone and its channels.
digests:
"""
_DIGEST = """\
- id: {id} # stable for life: what was sent is remembered by it
  title: {title}
  briefings: [{briefings}] # or sections: [briefing/section]
  show: changes # full, headlines, or what changed since the last one
  # or cron: "0 8 * * mon-fri" instead of every and at
  when: {{every: weekday, at: 08:00, timezone: Europe/London}}
  to: [] # waiting for a channel, such as "#korea-desk", or for the id of a person (U…)
  nothing_new: say-so # or skip
  missed: latest # after an outage: latest, or skip
"""


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
    publisher: Port authority
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
