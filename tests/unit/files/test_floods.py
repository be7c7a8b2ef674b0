"""Files with mistakes by the ten thousand, which must not take the bot down."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import BriefingError
from bot.files.briefs import YamlBriefingSource
from tests.calls import calls_of
from tests.yaml_texts import SMALLEST

HEAD, _, _ = SMALLEST.partition("sections:")
PORT = "  port: {publisher: Port authority}\n"
FLOODS = {
    "entries of no section": HEAD + "sections: [" + "a," * 50_000 + "a]\n",
    "unknown keys": SMALLEST + "".join(f"k{n}: v\n" for n in range(50_000)),
    "sources that are none": SMALLEST.replace(
        PORT, PORT + "".join(f"  S{n}: x\n" for n in range(30_000))
    ),
    "a circle of carriers": SMALLEST.replace(
        PORT,
        PORT
        + "".join(
            f"  s{n}: {{publisher: p, via: [s{(n + 1) % 9_000}]}}\n"
            for n in range(9_000)
        ),
    ),
    "citations of nothing": SMALLEST
    + "".join(
        f"      - {{id: c{n}, text: News., sources: [z{n}]}}\n" for n in range(5_000)
    ),
}


@pytest.mark.parametrize("text", FLOODS.values(), ids=FLOODS.keys())
def test_a_flood_of_mistakes_ends_soon(text: str, tmp_path: Path) -> None:
    """Nothing compares everything with everything: the work is as long as the file."""
    (tmp_path / "harbour.yaml").write_text(text)
    errors: list[BriefingError] = []
    source = YamlBriefingSource(tmp_path)

    calls = calls_of(lambda: errors.extend(source.read(date(2026, 11, 23)).errors))

    assert errors
    assert all(len(str(error)) < 1_000 for error in errors)
    assert calls < 15 * len(text)


def test_mistakes_that_nobody_would_read_are_counted(tmp_path: Path) -> None:
    """Two hundred are told, and how many more there are."""
    (tmp_path / "harbour.yaml").write_text(FLOODS["unknown keys"])

    errors = YamlBriefingSource(tmp_path).read(date(2026, 11, 23)).errors

    assert len(errors) == 201
    assert errors[0].text == "There are 49,800 more mistakes in this file."
