"""From a problem's path of keys to its line and column in the file."""

import re
from functools import lru_cache

from bot.briefing.problems import Problem
from bot.files.yaml_events import Mark
from bot.files.yaml_places import Branch, Place, place_of
from bot.files.yaml_text import read_yaml


def locate(problem: Problem, text: str, places: Branch) -> Place:
    """Return where the key, the value or the words of a problem stand."""
    mark = places.find(problem.where, at_key=problem.at_key)
    if problem.phrase:
        return _phrase(problem, text, mark) or place_of(mark)
    return place_of(mark)


@lru_cache(maxsize=1)
def places_of(text: str) -> Branch:
    """Return the places in a text; of the last one asked for, without reading it."""
    return read_yaml(text.encode()).places


def _phrase(problem: Problem, text: str, mark: Mark) -> Place | None:
    """Find words inside a text, which a folded text may break over lines."""
    words = re.compile(r"\s+".join(map(re.escape, problem.phrase.split())))
    hits = words.finditer(text, mark.index)
    for position, hit in enumerate(hits):
        if position == problem.occurrence:
            return _ahead(mark, text[mark.index : hit.start()])
    return None


def _ahead(mark: Mark, passed: str) -> Place:
    """Return the place behind the text that was passed since the mark."""
    lines = re.split(r"\r\n|\r|\n", passed)
    column = len(lines[-1]) + (mark.column if len(lines) == 1 else 0)
    return Place(mark.line + len(lines), column + 1)
