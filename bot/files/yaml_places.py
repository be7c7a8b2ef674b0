"""Where in a YAML file each key and value stands: line and column, from 1."""

from dataclasses import dataclass, field
from typing import NamedTuple

from yaml import Mark

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
        if not path:
            return here.mark
        step = path[-1]
        if at_key and step in here.keys:
            return here.keys[step]
        value = here.inside.get(step, here.mark)
        return value.mark if isinstance(value, Branch) else value


def place_of(mark: Mark) -> Place:
    """Turn libyaml's mark, which counts from 0, into a place."""
    return Place(mark.line + 1, mark.column + 1)


START = Mark("", 0, 0, 0, None, 0)
"""The first character of a file."""
