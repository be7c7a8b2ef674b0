"""Where the app is installed: the key of every row, cache and interface call."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Installation:
    """One workspace, or one workspace of an Enterprise organisation.

    `enterprise_id` is empty outside Enterprise, as a NULL in a unique key would make
    every row distinct.
    """

    team_id: str
    enterprise_id: str = ""
