"""The editors' schema: it takes what the loader takes, and refuses the same shapes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.briefing.models import Briefing
from bot.briefing.schema import json_schema
from tests.frozen import FIRST
from tests.yaml_texts import RICH, SMALLEST

KEPT = Path(__file__).parents[3] / "briefs" / ".schema.json"
VALIDATOR = Draft202012Validator(json_schema(Briefing))


class EditorLoader(yaml.SafeLoader):
    """Reads what editors see: YAML 1.2's types, in which a date is a text."""


EditorLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"~|null|", "~n\0"),
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?\d+", "-+0123456789"),
    ("float", r"[-+]?\d+\.\d+", "-+0123456789"),
):
    EditorLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), list(first)
    )


def complaints(text: str) -> list[str]:
    """Return what an editor would underline."""
    tree: Any = yaml.load(text, Loader=EditorLoader)
    return [error.message for error in VALIDATOR.iter_errors(tree)]


def test_the_schema_is_a_schema() -> None:
    """Draft 2020-12 is what editors read."""
    Draft202012Validator.check_schema(json_schema(Briefing))


@pytest.mark.parametrize(
    "text",
    [SMALLEST, RICH, FIRST.read_text(encoding="utf-8")],
    ids=["smallest", "rich", "first briefing"],
)
def test_what_the_loader_takes_is_not_underlined(text: str) -> None:
    """A false alarm in the editor teaches to ignore it."""
    assert complaints(text) == []


@pytest.mark.parametrize(
    ("was", "wrong"),
    [
        ("as_of: 2026-11\n", "as_of:\n"),
        ("as_of: 2026-11\n", ""),
        ("as_of: 2026-11", "as_of: November"),
        ("as_of: 2026-11", "as_of: 2026-11\nweather: bad"),
        ("id: losses", "id: Boats Lost"),
        ("[port]", "port"),
        ("[port]", "[Port Authority]"),
        ("[port]", "[{id: port, page: 3}]"),
        ("  port: {", "  Port: {"),
        ("Port authority}", "Port authority, reliability: G}"),
        ("Port authority}", "Port authority, url: example.org}"),
        ("Port authority}", "Port authority, unnamed: maybe}"),
        ("        text:", "        kind: estimated\n        text:"),
        ("        text:", "        credibility: 7\n        text:"),
        ("        text:", "        likelihood: highly likely\n        text:"),
        ("        text:", "        handling: TLP:WHITE\n        text:"),
        ("        text:", "        figures: [{label: x, value: many}]\n        text:"),
        ("as_of", "review_every: 2 weeks\nas_of"),
        ("as_of", "verified: 2026-11\nas_of"),
        ("as_of", "audiences: {red: [kim]}\nas_of"),
        ("as_of", "short: a name of more than 24 signs\nas_of"),
        ("About 40 boats were lost.", '""'),
        ("About 40 boats were lost.", "[a, b]"),
    ],
)
def test_what_the_loader_refuses_of_shape_is_underlined(was: str, wrong: str) -> None:
    """The curator sees it while typing, before any check."""
    assert was in SMALLEST
    assert complaints(SMALLEST.replace(was, wrong)) != []


def test_numbers_are_taken_where_the_loader_reads_text() -> None:
    """A year, a grade and a word of digits are numbers to an editor."""
    text = SMALLEST.replace("as_of: 2026-11", "as_of: 2026\naliases: [1914]")
    assert complaints(text + "        credibility: 2\n") == []


def test_every_key_is_explained() -> None:
    """Editors show the words that stand under a key in the model."""
    models = json_schema(Briefing)["$defs"].values()
    silent = [
        f"{model['title']}.{key}"
        for model in models
        for key, value in model.get("properties", {}).items()
        if "description" not in value
    ]

    assert silent == []


def test_the_schema_beside_the_briefings_is_the_generated_one() -> None:
    """`briefing-bot schema > briefs/.schema.json` after a change of the model."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))

    assert kept == json_schema(Briefing)
