"""Shape and content are told in one run, and nothing that follows from another."""

from datetime import date
from pathlib import Path

import pytest

from bot.files.briefs import YamlBriefingSource

BROKEN = """\
id: harbour
title: What the storm did to the harbour
as_of: 2026-11
bottom_line: About 70 boats were lost.
sources:
  port: {publisher: Port authority}
  gazette: {publisher: Harbour Gazette, reliability: G}
sections:
  - id: storm
    title: A storm hit the port
    claims:
      - id: losses
        text: About 40 boats were lost.
        short: About 50 boats lost
        sources: [prot, gazette]
      - id: repairs
        text: The port plans 70 repairs.
        short: About 80 repairs
        kind: planned
        sources: [port]
      - id: spring
        text: A storm is likely.
        kind: forecast
        sources: []
        basis: [repairs, loses]
        likelihood: likely
"""


def told(folder: Path, text: str) -> list[str]:
    """Return what is said of a briefing, without file and advice."""
    (folder / "harbour.yaml").write_text(text)
    errors = YamlBriefingSource(folder).read(date(2026, 11, 23)).errors
    return [f"{error.line}:{error.column}: {error.text}" for error in errors]


def test_a_wrong_shape_hides_no_mistake_elsewhere(tmp_path: Path) -> None:
    """What the refused claim may be the reason of is left for the next run."""
    assert told(tmp_path, BROKEN) == [
        '7:54: "G" is not allowed under "reliability".',
        '14:22: "50" does not stand in the claim\'s text, which has 40.',
        '15:19: There is no source "prot" in this briefing.',
        '19:15: "planned" is not allowed under "kind".',
        '25:26: There is no claim "loses" in this briefing.',
    ]


@pytest.mark.parametrize(
    ("was", "wrong", "first"),
    [
        ("id: harbour", "id: Harbour", '"Harbour" is not an id'),
        ("as_of: 2026-11", "as_of: Nov", '"Nov" is not a date'),
        ("as_of", "weather: bad\nas_of", '"weather" is not a key'),
        ("    title: A storm", "    titel: A storm", '"titel" is not a key'),
        ("- id: storm", "- id: The Storm", '"The Storm" is not an id'),
        ("- id: repairs", "- nr: 5\n        id: repairs", '"nr" is not a key'),
        ("  gazette: {", "  Gazette: {", '"Gazette" is not an id'),
    ],
)
def test_whatever_is_refused_the_rest_is_checked(
    tmp_path: Path, was: str, wrong: str, first: str
) -> None:
    """The number that is wrong in the first claim is told beside each refusal."""
    errors = told(tmp_path, BROKEN.replace(was, wrong))

    assert any(first in error for error in errors)
    assert any('"50" does not stand' in error for error in errors)


@pytest.mark.parametrize(
    "wrong", ["sources: none\n", "sections: none\n", "sections: [none]\n"]
)
def test_where_little_is_left_only_the_shape_is_told(
    tmp_path: Path, wrong: str
) -> None:
    """Guessing what a list of claims might have been would only mislead."""
    key = wrong.split(":")[0]
    head, _, rest = BROKEN.partition(f"\n{key}:")
    tail = rest[rest.find("\nsections:") + 1 :] if key == "sources" else ""

    assert len(told(tmp_path, f"{head}\n{wrong}{tail}")) >= 1
