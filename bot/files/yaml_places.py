"""Where in a YAML file each key and value stands: line and column, from 1."""

from dataclasses import dataclass, field
from typing import NamedTuple

from bot.files.yaml_events import Mark

KeyPath = tuple[str | int, ...]
"""The keys and list positions that lead to a value, from the top of the file."""


class Place(NamedTuple):
    """A line and a column, both counted from 1, as editors do."""

    line: int
    column: int


@dataclass(slots=True)
class Branch:
    """The marks of a mapping or a list: its own, its keys' and its values'.

    libyaml makes these marks anyway, so keeping them costs no time.
    """

    mark: Mark
    keys: dict[str | int, Mark] = field(default_factory=dict)
    inside: "dict[str | int, Branch | Mark]" = field(default_factory=dict)

    def find(self, path: KeyPath, *, at_key: bool = False) -> Mark:
        """Return the mark of the value at this path, or of its key.

        Where the path leads to something that is not there (a missing key, say), it is
        the mark of the last thing on the way that is.
        """
        here = self
        for step in path[:-1]:
            below = here.inside.get(step)
            if not isinstance(below, Branch):
                return below or here.mark
            here = below
        return here._last(path[-1], at_key=at_key) if path else here.mark

    def _last(self, step: str | int, *, at_key: bool) -> Mark:
        if at_key and step in self.keys:
            return self.keys[step]
        value = self.inside.get(step, self.mark)
        return value.mark if isinstance(value, Branch) else value


def place_of(mark: Mark) -> Place:
    """Turn libyaml's mark, which counts from 0, into a place."""
    return Place(mark.line + 1, mark.column + 1)


@dataclass(frozen=True, slots=True)
class _Start:
    index: int = 0
    line: int = 0
    column: int = 0


START: Mark = _Start()
"""The first character of a file."""
