"""How long people and posts are let wait for Slack, in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waits:
    """The first three stay within the three seconds that Slack gives a request.

    `listener_s` is until a request that has no answer yet gets an apology: it takes
    time on the way, too. `person_s` is until a command is answered without knowing who
    asks; `form_s` is for a zone, or for who is in a channel. `members_s` is for who is
    in a conversation, after the acknowledgement. `room_s` is how long a post waits with
    its lease; then it is planned again, and asks anew.
    """

    listener_s: float = 2.5
    person_s: float = 1.0
    form_s: float = 1.2
    members_s: float = 10.0
    room_s: float = 2.0


USUAL_WAITS = Waits()
