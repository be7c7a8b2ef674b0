"""The line of a file that a message is about, with a caret under the place."""

from rich.cells import cell_len

from bot.errors import BriefingError

NARROWEST = 20
"""Columns of text that are shown on however narrow a terminal."""


def excerpt(problem: BriefingError, lines: list[str], width: int) -> list[str]:
    """Return the line and the carets below it, cut to the width of the terminal.

    Return nothing for what is about a file as a whole, or about a line it has not.
    """
    is_about_all = (problem.line, problem.column, problem.where) == (1, 1, ())
    if is_about_all or problem.line > len(lines):
        return []
    line, start = lines[problem.line - 1].rstrip(), problem.column - 1
    if start > len(line):
        return []
    # The words that the message quotes are underlined whole where they stand there.
    said = problem.text.partition('"')[2].partition('"')[0]
    length = len(said) if said and line.startswith(said, start) else 1
    # What a terminal would obey, or show wider than it is counted, becomes a blank.
    line = "".join(sign if sign.isprintable() else " " for sign in line)

    gutter = f"{problem.line:>5} | "
    room = max(NARROWEST, width - len(gutter))
    if cell_len(line) > room:
        begin = max(0, min(start - room // 3, len(line) - room + 1))
        end = begin + room - 2
        shown = (
            f"{'…' if begin else ''}{line[begin:end]}{'…' if end < len(line) else ''}"
        )
        start = start - begin + (1 if begin else 0)
        line = shown
    before, pointed = line[:start], line[start : start + length]
    carets = "^" * max(1, cell_len(pointed))
    blank = " " * cell_len(before)
    return [f"{gutter}{line}", f"{' ' * (len(gutter) - 2)}| {blank}{carets}"]
