"""Faults by rule: what goes wrong, with which calls, how often."""

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from pydantic import Field

from bot.simulator.workspace_file import Strict


class FaultKind(StrEnum):
    """What happens to the call; `after` means that Slack has done what was asked."""

    DROP_BEFORE = "drop_before"
    DROP_AFTER = "drop_after"
    STATUS_BEFORE = "status_before"
    STATUS_AFTER = "status_after"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    HANG_AND_DROP = "hang_and_drop"
    HANG_AND_STORE = "hang_and_store"
    LATE_HISTORY = "late_history"
    NO_METADATA = "no_metadata"
    PLAIN_429 = "plain_429"


class FaultRule(Strict):
    """One fault: all given conditions must hold.

    `nth` fires on that matching call alone, counted from 1; `count` bounds how often
    the rule fires at all; `probability` is drawn from `seed`. `seconds` is how long to
    hang, or how late history is, or the `Retry-After` of a 429.
    """

    kind: FaultKind
    method: str = "*"
    channel: str = ""
    nth: int = Field(default=0, ge=0)
    count: int = Field(default=0, ge=0)
    probability: float = Field(default=1.0, ge=0, le=1)
    seed: int = 0
    seconds: float = Field(default=0.0, ge=0)
    error: str = "internal_error"
    status: int = 500


@dataclass(slots=True)
class Armed:
    """A rule and how often it matched and fired so far."""

    rule: FaultRule
    random: Random
    matched: int = field(default=0)
    fired: int = field(default=0)

    def fires(self, method: str, channel: str) -> bool:
        """Count a call, and say whether it meets this fault."""
        rule = self.rule
        if rule.method not in ("*", method) or rule.channel not in ("", channel):
            return False

        self.matched += 1
        if rule.nth and self.matched != rule.nth:
            return False
        if rule.count and self.fired >= rule.count:
            return False
        if self.random.random() >= rule.probability:
            return False
        self.fired += 1
        return True


class Faults:
    """The rules in force; of several that match a call the first one happens."""

    def __init__(self) -> None:
        self._armed: list[Armed] = []

    def add(self, *rules: FaultRule) -> None:
        self._armed += [Armed(rule, Random(rule.seed)) for rule in rules]

    def clear(self) -> None:
        self._armed.clear()

    def fired(self) -> list[tuple[FaultRule, int]]:
        """Return each rule with how often it has happened."""
        return [(armed.rule, armed.fired) for armed in self._armed]

    def draw(self, method: str, channel: str) -> FaultRule | None:
        """Return the fault that this call meets, if any."""
        for armed in self._armed:
            if armed.fires(method, channel):
                return armed.rule
        return None
