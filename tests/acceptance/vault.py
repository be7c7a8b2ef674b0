"""A folder of briefings with a secret for each label, every text of it marked."""

import json
from pathlib import Path
from typing import Any

from bot.briefing.tlp import Label

MARKS = {
    Label.GREEN: "quixgreen",
    Label.AMBER: "quixamber",
    Label.AMBER_STRICT: "quixstrict",
    Label.RED: "quixred",
}
"""The word that stands in every text of what has that label, and nowhere else."""
CLOSED, OPENED = "quixclosed", "quixopened"
"""Words of a claim that is made AMBER later, and of one that was AMBER before."""
ROOMS = {
    "C0KOREA": Label.GREEN,
    "C0VISITORS": Label.GREEN,
    "C0GUESTED": Label.GREEN,
    "C0CURATORS": Label.AMBER_STRICT,
    "C0PARTNERS": Label.CLEAR,
    "C0JOINT": Label.CLEAR,
}
"""The strictest label that a room may see: public, private and shared ones."""
NAMED = "U0BRUNO"
_AUDIENCES = {"red": [NAMED]}


def strictest_seen(label: Label) -> set[str]:
    """Return the words that nobody may see who sees no more than this label."""
    return {word for each, word in MARKS.items() if each.rank > label.rank}


def lay_out(folder: Path, *, later: bool = False) -> None:
    """Write the folder; `later` the two claims have changed places behind the door."""
    folder.mkdir(exist_ok=True)
    briefings = [_harbour(later), *(_book(label) for label in MARKS)]
    for briefing in briefings:
        # JSON is YAML, too.
        text = json.dumps(briefing, indent=1)
        (folder / f"{briefing['id']}.yaml").write_text(text, encoding="utf-8")
    digests = json.dumps({"digests": [_digest()]})
    (folder / "digests.yaml").write_text(digests, encoding="utf-8")


def lay_out_clear(folder: Path) -> None:
    """Leave nothing in the folder but what everybody may see."""
    for path in folder.glob("*.yaml"):
        path.unlink()
    harbour = _harbour(later=False) | {"sections": [_storm(_losses())]}
    harbour |= {"sources": {"port": {"publisher": "Port authority"}}}
    (folder / "harbour.yaml").write_text(json.dumps(harbour), encoding="utf-8")


def _harbour(later: bool) -> dict[str, Any]:
    labels = (Label.AMBER, None) if later else (None, Label.AMBER)
    turned = [_turned(*pair) for pair in zip((CLOSED, OPENED), labels, strict=True)]
    topics = [_topic(label) for label in MARKS]
    return {
        "id": "harbour",
        "title": "What the storm did to the harbour",
        "short": "Harbour",
        "bottom_line": "A storm sank boats.",
        "as_of": "2026-11",
        "verified": "2026-11-20",
        "handling": Label.CLEAR,
        "audiences": _AUDIENCES,
        "sources": {"port": {"publisher": "Port authority"}} | _sources(*MARKS),
        "entities": {f"{m}-bay": _bay(m) for m in MARKS.values()},
        "synonyms": [[mark, f"{mark} spelled out"] for mark in MARKS.values()],
        "sections": [_storm(_losses(), *map(_claim, MARKS), *turned), *topics],
    }


def _storm(*claims: dict[str, Any]) -> dict[str, Any]:
    return {"id": "storm", "title": "A storm hit the port", "claims": list(claims)}


def _losses() -> dict[str, Any]:
    return {
        "id": "losses",
        "text": "About 40 boats were lost.",
        "sources": ["port"],
        "figures": [{"label": "boats lost", "value": 40}],
    }


def _turned(word: str, label: Label | None) -> dict[str, Any]:
    claim = {"id": word, "text": f"The pier is {word}.", "sources": ["port"]}
    return claim | ({"handling": label} if label else {})


def _claim(label: Label, *, id: str = "claim") -> dict[str, Any]:
    mark = MARKS[label]
    return {
        "id": f"{mark}-{id}",
        "text": f"The {mark} count says that 7 boats were lost at {mark} bay.",
        "short": f"7 boats, says {mark}",
        "caveat": f"A {mark} caveat.",
        "aliases": [f"{mark} {id} alias"],
        "kind": "estimate",
        "sources": [{"id": f"{mark}-source", "quote": f"{mark} quote"}],
        "figures": [{"label": "boats lost", "value": 7}],
        "when": "2026-10",
        "contradicts": ["losses"] if id == "claim" else [],
        "handling": label,
        "revisions": [
            {
                "date": "2026-11-19",
                "kind": "correction",
                "was": f"The {mark} count says 6.",
                "because": f"The {mark} count was wrong.",
            }
        ],
    }


def _topic(label: Label) -> dict[str, Any]:
    mark = MARKS[label]
    return {
        "id": f"{mark}-topic",
        "short": f"{mark} topic",
        "title": f"A {mark} title",
        "aliases": [f"{mark} topic alias"],
        "summary": f"A {mark} summary.",
        "claims": [_claim(label, id="further")],
    }


def _sources(*labels: Label) -> dict[str, Any]:
    return {
        f"{MARKS[label]}-source": {
            "publisher": f"{MARKS[label]} agency",
            "short": f"{MARKS[label]} agency",
            "note": f"A {MARKS[label]} note.",
        }
        for label in labels
    }


def _bay(mark: str) -> dict[str, Any]:
    return {"name": f"{mark} bay", "aliases": [f"bay of {mark}"]}


def _book(label: Label) -> dict[str, Any]:
    mark = MARKS[label]
    return {
        "id": f"{mark}-book",
        "title": f"What the {mark} book says",
        "short": f"{mark} book",
        "as_of": "2026-11",
        "verified": "2026-11-20",
        "handling": label,
        "audiences": _AUDIENCES,
        "aliases": [f"{mark} book alias"],
        "sources": _sources(label),
        "sections": [_topic(label) | {"claims": [_claim(label, id="page")]}],
    }


def _digest() -> dict[str, Any]:
    """The digest of what everybody sees a part of, and of what hardly anybody does."""
    return {
        "id": "all",
        "title": f"The {MARKS[Label.RED]} list",
        "briefings": ["harbour", f"{MARKS[Label.RED]}-book"],
        "when": {"every": "day", "at": "08:00", "timezone": "Europe/London"},
        "to": [*ROOMS, "U0ALICE", "U0GITA", NAMED],
    }
