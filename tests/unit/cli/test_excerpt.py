"""The line under a message, and the place in it."""

import pytest

from bot.cli.excerpt import excerpt
from bot.errors import BriefingError

LINES = ["id: harbour", "short: 港湾 400 boats", "\ttitle: \x1b[31mred", "x" * 200]


def problem(line: int, column: int, text: str = "It is wrong.") -> BriefingError:
    return BriefingError("harbour.yaml", line, column, text, where=("id",))


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (
            problem(1, 5, '"harbour" is not the name of its file.'),
            ["    1 | id: harbour", "      |     ^^^^^^^"],
        ),
        (problem(1, 5), ["    1 | id: harbour", "      |     ^"]),
        (
            problem(2, 11, '"400" does not stand in the text.'),
            ["    2 | short: 港湾 400 boats", "      |             ^^^"],
        ),
        (
            problem(2, 8, '"港湾" is odd.'),
            ["    2 | short: 港湾 400 boats", "      |        ^^^^"],
        ),
        (problem(3, 1), ["    3 |  title:  [31mred", "      | ^"]),
    ],
    ids=["words", "a sign", "behind wide signs", "wide words", "signs terminals obey"],
)
def test_the_caret_stands_under_the_place(
    found: BriefingError, shown: list[str]
) -> None:
    """It is as long as the words that the message quotes, in columns."""
    assert excerpt(found, LINES, 80) == shown


def test_a_long_line_is_cut_around_the_place() -> None:
    """Both ends are marked, and no line is wider than the terminal."""
    line, carets = excerpt(problem(4, 101), LINES, 60)

    assert line.startswith("    4 | …x")
    assert line.endswith("x…")
    assert len(line) == 60
    assert line[carets.index("^")] == "x"


@pytest.mark.parametrize(
    "found",
    [
        BriefingError("harbour.yml", 1, 1, "It is not read."),
        problem(9, 1),
        problem(1, 99),
    ],
    ids=["the file as a whole", "no such line", "no such column"],
)
def test_what_has_no_place_shows_no_line(found: BriefingError) -> None:
    """A caret under the first character would point at something else."""
    assert excerpt(found, LINES, 80) == []
