"""From a problem's path of keys to its line and column in the file."""

import re

from bot.briefing.problems import Problem
from bot.storage.yaml_events import Mark
from bot.storage.yaml_places import Place, place_of
from bot.storage.yaml_text import Document


def locate(problem: Problem, document: Document) -> Place:
    """Return where the key, the value or the words of a problem stand."""
    mark = document.places.find(problem.where, at_key=problem.at_key)
    if problem.phrase:
        return _phrase(problem, document.text, mark) or place_of(mark)
    return place_of(mark)


def _phrase(problem: Problem, text: str, mark: Mark) -> Place | None:
    """Find words inside a text, which a folded text may break over lines."""
    words = r"\s+".join(re.escape(word) for word in problem.phrase.split())
    hits = re.finditer(words, text[mark.index :])
    for position, hit in enumerate(hits):
        if position == problem.occurrence:
            return _ahead(mark, text[mark.index : mark.index + hit.start()])
    return None


def _ahead(mark: Mark, passed: str) -> Place:
    """Return the place behind the text that was passed since the mark."""
    lines = re.split(r"\r\n|\r|\n", passed)
    column = len(lines[-1]) + (mark.column if len(lines) == 1 else 0)
    return Place(mark.line + len(lines), column + 1)
