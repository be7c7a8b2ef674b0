"""`trigger_id`s: proof that somebody just did something; good for 3 s and one view."""

import secrets
from dataclasses import dataclass

from bot.simulator.clock import Clock
from bot.simulator.delivery import SLACK_WAITS_S
from bot.simulator.errors import SlackError


@dataclass(frozen=True, slots=True)
class Trigger:
    """Whose act it was, until which epoch second it may open a view, and where.

    One from inside a modal may lay another one on top of it, and open none beside it.
    """

    user: str
    expires_at: float
    in_modal: bool = False


class Triggers:
    """Issues trigger ids and takes each of them once."""

    def __init__(self, clock: Clock, *, live_s: float = SLACK_WAITS_S) -> None:
        self._clock = clock
        self._live_s = live_s
        self._open: dict[str, Trigger] = {}
        self._used: set[str] = set()

    def issue(self, user: str, *, in_modal: bool = False) -> str:
        trigger_id = f"{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        expires_at = self._clock.now().timestamp() + self._live_s
        self._open[trigger_id] = Trigger(user, expires_at, in_modal)
        return trigger_id

    def knows(self, trigger_id: str) -> bool:
        """Say whether it was issued here."""
        return trigger_id in self._open or trigger_id in self._used

    def redeem(self, trigger_id: str, *, opens_modal: bool = False) -> str:
        """Return whose trigger it was, and use it up.

        Slack says that a modal opened from inside another one is open, and its desktop
        clients show nothing (bolt-js#1072): here it is refused, so that it is noticed.
        """
        if trigger_id in self._used:
            raise SlackError("exchanged_trigger_id")
        trigger = self._open.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if self._clock.now().timestamp() > trigger.expires_at:
            raise SlackError("expired_trigger_id")
        if opens_modal and trigger.in_modal:
            raise SlackError("invalid_trigger_id")

        del self._open[trigger_id]
        self._used.add(trigger_id)
        return trigger.user
