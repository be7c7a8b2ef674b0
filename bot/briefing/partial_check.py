"""What is left of a briefing without the parts whose shape was refused.

It is checked in the same run, so that a curator sees every mistake at once; it is
never served.
"""

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from bot.briefing.checks import cross_check
from bot.briefing.models import Briefing
from bot.briefing.problems import KeyPath, Problem, Severity
from bot.briefing.scalars import SLUG
from bot.briefing.validation_messages import MOST, refused_paths

_STUB_TEXT = "…"
_NEEDED = {"id": "unreadable", "title": _STUB_TEXT, "as_of": "2000"}
"""Keys without which there is no briefing, and what stands in for them."""


def problems_of_the_rest(tree: Any, error: ValidationError) -> list[Problem]:
    """Return the errors of the parts that could be read, as far as they are certain.

    What a refused part may be the reason of is left out, as are all warnings.
    """
    if error.error_count() > MOST:
        return []
    rest = _Rest(deepcopy(tree))
    if not all(rest.leave_out(path) for path in refused_paths(error)):
        return []
    try:
        briefing = Briefing.model_validate(rest.tree)
    except ValidationError:
        return []
    return [p for p in cross_check(briefing) if rest.is_certain(p)]


@dataclass(slots=True)
class _Rest:
    """A copy of the tree, in which a stub stands for each part that was refused."""

    tree: Any
    stubs: set[KeyPath] = field(default_factory=set)
    has_lost_an_id: bool = False

    def leave_out(self, path: KeyPath) -> bool:
        """Put a stub there; return False where nothing sensible would be left."""
        match path:
            case ("sections", int(at), "claims", int(position), *inside):
                claims = self.tree["sections"][at]["claims"]
                was = claims[position]
                id = was.get("id") if isinstance(was, dict) else None
                if inside[:1] == ["id"] or not isinstance(id, str):
                    self.has_lost_an_id = True
                    id = f"unreadable-{at}-{position}"
                sources = list(self.tree["sources"])[:1]
                claims[position] = {"id": id, "text": _STUB_TEXT, "sources": sources}
                self.stubs.add(("sections", at, "claims", position))
            case ("sections", int(at), str(key), *_) if key != "claims":
                section = self.tree["sections"][at]
                section.pop(key, None)
                if key in ("id", "title"):
                    section[key] = f"unreadable-{at}"
                self.stubs.add(("sections", at, key))
            case ("sources", str(id), *_):
                self.tree["sources"].pop(id, None)
                self.stubs.add(("sources", id))
                if re.fullmatch(SLUG, id):
                    self.tree["sources"][id] = {"unnamed": "true"}
                else:
                    self.has_lost_an_id = True
            case (str(key), *_) if key not in ("sources", "sections"):
                self.tree.pop(key, None)
                if key in _NEEDED:
                    self.tree[key] = _NEEDED[key]
                self.stubs.add((key,))
            case _:
                return False
        return True

    def is_certain(self, problem: Problem) -> bool:
        """Say whether a problem would be there without the stubs as well."""
        if problem.severity is Severity.WARNING:
            return False
        where = problem.where
        if any(where[: len(stub)] == stub for stub in self.stubs):
            return False
        # Numbers and references may lead to what a stub stands for.
        is_lead = where[-1] in ("summary", "bottom_line")
        is_reference = "There is no" in problem.text
        return not ((is_lead and self.stubs) or (is_reference and self.has_lost_an_id))
