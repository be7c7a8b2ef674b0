"""`trigger_id`s: proof that somebody just did something; good for 3 s and one view."""

import secrets
from dataclasses import dataclass

from bot.simulator.clock import Clock
from bot.simulator.errors import SlackError

LIFE_S = 3.0


@dataclass(frozen=True, slots=True)
class Trigger:
    """Whose act it was, and until which epoch second it may open a view."""

    user: str
    expires_at: float


class Triggers:
    """Issues trigger ids and takes each of them once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, Trigger] = {}
        self._used: set[str] = set()

    def issue(self, user: str) -> str:
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        expires_at = self._clock.now().timestamp() + LIFE_S
        self._open[trigger_id] = Trigger(user, expires_at)
        return trigger_id

    def redeem(self, trigger_id: str) -> str:
        """Return whose trigger it was, and use it up."""
        if trigger_id in self._used:
            raise SlackError("exchanged_trigger_id")
        trigger = self._open.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if self._clock.now().timestamp() > trigger.expires_at:
            raise SlackError("expired_trigger_id")

        del self._open[trigger_id]
        self._used.add(trigger_id)
        return trigger.user
