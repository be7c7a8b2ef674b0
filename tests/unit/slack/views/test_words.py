"""What stumbled when it was read aloud stands in no text that a golden file holds."""

import json
import re
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[4] / "tests" / "golden"
FILES = sorted(GOLDEN.rglob("*.json"))
STUMBLES = {
    r"As of about \d": "about, of a day that is known",
    r"Read “": "what a word was read as, as an order to the reader",
    r"\d more under More": "more, twice",
    r"\bFigures \(": "a heading with a name in brackets, in which there are brackets",
    r"the digest of (today|yesterday)": "a digest of a day, with an hour behind it",
    r"\bnever read\b": "of what nobody was shown",
    r"\d [AP]M\b": "twelve hours",
    r"\d\d:\d\d, \w+ (\w+ )?time": "an hour, cut from its zone",
    r"\)\)": "brackets in brackets",
    r"Forget it all": "a threat on a button",
    r"\b1 with 1\b|\b1 \w+s\b(?! of)": "one of several",
    r"\bsaid on (today|yesterday|<!date)": "a day behind a preposition for dates",
}


def texts(value: object) -> list[str]:
    """Return every string of a golden file that a reader sees."""
    if isinstance(value, dict):
        own = value.get("text")
        inner = [text for each in value.values() for text in texts(each)]
        return [own, *inner] if isinstance(own, str) else inner
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return []


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_no_text_stumbles(path: Path) -> None:
    """Each of these was met, and mended, once."""
    said = texts(json.loads(path.read_text(encoding="utf-8")))

    found = [
        (why, text)
        for text in said
        for form, why in STUMBLES.items()
        if re.search(form, text)
    ]
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_hours_have_one_style_in_a_message(path: Path) -> None:
    """Slack may write an instant as "8:00 AM": then no "08:00" of ours is beside it."""
    said = "\n".join(texts(json.loads(path.read_text(encoding="utf-8"))))

    own = re.sub(r"<!date[^>]*>", "", said)
    assert not ("{time}" in said and re.search(r"\b\d\d:\d\d\b", own))
