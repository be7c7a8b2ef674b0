"""The outbox's values: what a delivery is, the states it passes, how it may end."""

import hashlib
import json
from dataclasses import astuple, dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import count
from typing import Any, NewType
from uuid import UUID, uuid5

from bot.block_kit.part import UNKNOWN, ClaimMark, DrawnFigure, Part, Span
from bot.briefing.library import Library
from bot.briefing.tlp import LABELS, Audience, Label
from bot.installation import Installation
from bot.log_context import request_id

DeliveryId = NewType("DeliveryId", str)
"""A UUIDv5 of the delivery's key, so that even a restored database names it alike."""

_WAITED = "answered"
"""The occurrence of an answer to somebody who waited for it."""
_NAMESPACE = UUID("9d0c2f0a-6a53-5b0e-8f5e-2f1f6b0b8a51")


class Status(StrEnum):
    """Where a delivery stands. The last three are endings.

    ```
    planned ──> acquired ──> sending ──> sent | failed | skipped
       ^           │ lease      │ looked up: not there
       └───────────┴─────<──────┘ retry
    ```
    """

    PLANNED = "planned"
    ACQUIRED = "acquired"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"

    @property
    def is_ending(self) -> bool:
        return self in _ENDINGS


_ENDINGS = frozenset({Status.SENT, Status.FAILED, Status.SKIPPED})


class DeliveryKind(StrEnum):
    """Why something is posted; rows of one kind never overtake each other in a lane."""

    DIGEST = "digest"
    ANSWER = "answer"
    SHARE = "share"
    NOTICE = "notice"
    CORRECTION = "correction"


class Uncertain(StrEnum):
    """What to do about an unclear outcome where a channel cannot be read back."""

    NEVER_TWICE = "never-twice"
    NEVER_LOST = "never-lost"


@dataclass(frozen=True, slots=True)
class DeliveryKey:
    """What makes two deliveries the same one: equal keys are delivered once.

    `subject`, `occurrence` and `recipient` mean what the constructor for the kind says.
    """

    installation: Installation
    kind: DeliveryKind
    subject: str
    occurrence: str
    recipient: str

    @classmethod
    def for_digest(
        cls, installation: Installation, digest_id: str, nominal: str, *, recipient: str
    ) -> "DeliveryKey":
        """`nominal` is the local time that names the occurrence, not an instant."""
        kind = DeliveryKind.DIGEST
        return cls(installation, kind, digest_id, nominal, recipient)

    @classmethod
    def for_answer(
        cls, installation: Installation, channel_id: str, message_ts: str
    ) -> "DeliveryKey":
        """One answer for each message that asked, however often Slack tells of it."""
        kind = DeliveryKind.ANSWER
        return cls(installation, kind, channel_id, message_ts, channel_id)

    @classmethod
    def for_asker(
        cls, installation: Installation, question_id: str, *, user_id: str
    ) -> "DeliveryKey":
        """An answer to somebody who asked in vain and hears of it later, once."""
        kind = DeliveryKind.ANSWER
        return cls(installation, kind, question_id, _WAITED, user_id)

    @classmethod
    def for_share(
        cls, installation: Installation, section: str, pressed: str, *, channel_id: str
    ) -> "DeliveryKey":
        """`pressed` is the `trigger_id` or `action_ts` of "Share here"."""
        return cls(installation, DeliveryKind.SHARE, section, pressed, channel_id)

    @classmethod
    def for_notice(
        cls, installation: Installation, about: str, occasion: str, *, recipient: str
    ) -> "DeliveryKey":
        """A line to curators: the same thing on the same occasion is said once."""
        return cls(installation, DeliveryKind.NOTICE, about, occasion, recipient)

    @classmethod
    def for_correction(
        cls,
        installation: Installation,
        message: "MessageId",
        state: int,
        *,
        step: str,
        channel_id: str,
    ) -> "DeliveryKey":
        """What brings a message to a state, or tells of it: `step` says which.

        The `state` counts how often the message was corrected, from 1.
        """
        kind, occurrence = DeliveryKind.CORRECTION, f"{state}/{step}"
        return cls(installation, kind, str(message), occurrence, channel_id)

    @property
    def is_due_when_it_happens(self) -> bool:
        """Say whether it is due at the hour, question or press that it is for.

        Otherwise it follows from rows, and is due when somebody looks at them.
        """
        if self.kind is DeliveryKind.ANSWER:
            return self.occurrence != _WAITED
        return self.kind in (DeliveryKind.DIGEST, DeliveryKind.SHARE)

    @property
    def request_id(self) -> str:
        """The id in the log of the message or press it answers; else empty."""
        if self.kind is DeliveryKind.SHARE:
            return request_id(self.occurrence)
        is_answer = self.kind is DeliveryKind.ANSWER and self.is_due_when_it_happens
        return request_id(self.subject, self.occurrence) if is_answer else ""

    @property
    def person_id(self) -> str:
        """The person it is for; empty where it is for a channel."""
        bare = self.recipient.rpartition("/")[2]
        return bare if bare.startswith(("U", "W")) else ""

    @property
    def delivery_id(self) -> DeliveryId:
        name = "\x1f".join(
            (
                self.installation.enterprise_id,
                self.installation.team_id,
                self.kind.value,
                self.subject,
                self.occurrence,
                self.recipient,
            )
        )
        return DeliveryId(str(uuid5(_NAMESPACE, name)))


@dataclass(frozen=True, slots=True)
class MessageId:
    """A message of ours by its delivery and part, whatever its channel is called."""

    delivery_id: str
    part: int

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.part}"

    @classmethod
    def read(cls, text: str) -> "MessageId":
        delivery_id, _, part = text.rpartition("/")
        return cls(delivery_id, int(part))


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A Slack message: `ts` alone is unique only inside its channel."""

    channel_id: str
    ts: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a delivery ended, and why, in words for people."""

    status: Status
    reason: str


SENT = Ending(Status.SENT, "sent")
SENT_LATE = Ending(Status.SENT, "sent late")
TOO_LATE = Ending(Status.SKIPPED, "skipped: too late")
DUPLICATE_DESTINATION = Ending(Status.SKIPPED, "skipped: duplicate destination")
SCHEDULE_CHANGED = Ending(Status.SKIPPED, "skipped: schedule changed")
SCHEDULE_REMOVED = Ending(Status.SKIPPED, "skipped: schedule removed")
RECIPIENT_REMOVED = Ending(Status.SKIPPED, "skipped: recipient removed")
NOTHING_NEW = Ending(Status.SKIPPED, "skipped: nothing new")
PAUSED = Ending(Status.SKIPPED, "skipped: paused")
UNCONFIRMED = Ending(
    Status.FAILED,
    "failed: Slack never said whether the message was stored, and the channel cannot "
    "be read back; not sent again, so as never to post twice",
)


def cut_after(posted: int, parts: int) -> Ending:
    """Say how a delivery ended whose readers changed while it was posted."""
    return Ending(
        Status.FAILED,
        f"failed: only the first {posted} of {parts} parts were posted: not everybody "
        "there may see the rest any more",
    )


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A row to plan. Planning the same key again changes nothing.

    `destination` is the channel id where known, else the recipient as configured
    (`#name`, `U…`), resolved before anything is sent. `expires_at` is the end of grace
    for passing errors. `request` is the composer's own text (a question, a command),
    opaque here, and of answers and notices dropped at the end. `thread_ts` puts the
    first part into that thread, `broadcast` shows it in the channel too; `edit_ts`
    names a message to be updated instead of posting one. `ending` records a row that is
    over already. Rows of a higher `rank` wait for all of a lower one in a workspace.
    """

    key: DeliveryKey
    destination: str
    due_at: datetime
    expires_at: datetime
    request: str = ""
    thread_ts: str = ""
    edit_ts: str = ""
    broadcast: bool = False
    ending: Ending | None = None
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A row as its holder took it: `attempt` tells this holder from any other.

    `messages` are the parts that Slack has, all posted from the payload that was
    composed at `prepared_at`. While the outcome of `part`, begun at
    `sending_at`, is unclear, `lookups` counts how often it was looked for in vain, and
    `look_up_place` is where the look that is under way goes on.
    `failures` counts the passing errors since the last success.
    """

    id: DeliveryId
    key: DeliveryKey
    destination: str
    due_at: datetime
    expires_at: datetime
    status: Status
    attempt: int
    lease_until: datetime
    part: int = 0
    messages: tuple["StoredMessage", ...] = ()
    payload_hash: str = ""
    prepared_at: datetime | None = None
    sending_at: datetime | None = None
    lookups: int = 0
    look_up_place: str = ""
    failures: int = 0
    request: str = ""
    thread_ts: str = ""
    edit_ts: str = ""
    broadcast: bool = False

    @property
    def installation(self) -> Installation:
        return self.key.installation

    @property
    def corrects(self) -> MessageId | None:
        """The message that it edits in place; None for all that posts or redraws."""
        if self.key.kind is DeliveryKind.CORRECTION and self.edit_ts:
            return MessageId.read(self.key.subject)
        return None

    @property
    def channel_id(self) -> str:
        """Where its parts stand, or else where the first one goes: maybe a person."""
        stored = (message.channel_id for message in self.messages)
        return next(stored, self.destination)

    @property
    def next_part(self) -> int:
        """The first part that Slack does not have."""
        stored = {message.part for message in self.messages}
        return next(part for part in count() if part not in stored)

    @property
    def first_ts(self) -> str:
        """The message in the channel that the other parts hang under, or empty."""
        return next((m.ts for m in self.messages if m.part == 0), "")


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A part that Slack has: `mark_echoed` is False where it dropped our metadata."""

    part: int
    channel_id: str
    ts: str
    mark_echoed: bool


@dataclass(frozen=True)
class Payload:
    """What is posted, frozen before the first POST and never composed again.

    `revision` is the library's, `audience` the labels that were in sight when it was
    composed: "harbour TLP:CLEAR TLP:AMBER; port TLP:GREEN". `by_meaning` says that
    sentence vectors took part in an answer. Payloads that are equal have equal hashes
    and are stored once.
    """

    parts: tuple[Part, ...]
    revision: str
    audience: str
    by_meaning: bool = False

    @property
    def is_clear(self) -> bool:
        """Say whether it was made of nothing but what anybody may see."""
        labels = (set(each.split()[1:]) for each in self.audience.split(";"))
        return all(those <= {Label.CLEAR} for those in labels)

    def may_be_seen(self, library: Library, audience: Audience, *, part: int) -> bool:
        """Say whether an audience may see what it says from this part on.

        `library` is the current one: its lists say whom the labels mean by now, and
        what it withholds is not shown either, whatever label it had before.
        """
        seen = library.for_audience(audience)
        allowed = dict(seen.clearance)
        for briefing in filter(None, self.audience.split("; ")):
            id, *labels = briefing.split()
            if not set(labels) <= allowed.get(id, LABELS[audience.reach]):
                return False
        marks = (mark for each in self.parts[part:] for mark in each.claims)
        shown = {(mark.briefing_id, mark.claim_id) for mark in marks}
        return not shown & seen.withheld

    @cached_property
    def hash(self) -> str:
        return hashlib.sha256(self.as_json.encode()).hexdigest()

    @cached_property
    def as_json(self) -> str:
        """Canonical: the same payload is the same text in every process."""
        content = {
            "parts": [
                {
                    "text": part.text,
                    "blocks": list(part.blocks),
                    "claims": [
                        [mark.briefing_id, mark.claim_id, mark.fingerprint]
                        for mark in part.claims
                    ],
                    # Left out where there are none: earlier payloads keep their hash.
                    **(
                        {"plain_blocks": list(part.plain_blocks)}
                        if part.plain_blocks
                        else {}
                    ),
                    **_places(part),
                    **(
                        {"drawn": [astuple(figure) for figure in part.drawn]}
                        if part.drawn
                        else {}
                    ),
                }
                for part in self.parts
            ],
            "revision": self.revision,
            "audience": self.audience,
            **({"by_meaning": True} if self.by_meaning else {}),
        }
        return json.dumps(
            content, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )

    @classmethod
    def from_json(cls, text: str) -> "Payload":
        content = json.loads(text)
        return cls(
            parts=tuple(map(_part_from_json, content["parts"])),
            revision=content["revision"],
            audience=content["audience"],
            by_meaning=content.get("by_meaning", False),
        )


def _places(part: Part) -> dict[str, Any]:
    """Say where each claim's words stand; nothing of a message that shows none.

    Apart from the claims, so that a release that does not know of it reads them.
    """
    entries = [mark.entries for mark in part.claims]
    if set(entries) <= {UNKNOWN} and not part.spans:
        return {}
    # `astuple` would copy each number deeply: a tenth of what a short answer takes.
    spans = [[s.claim, s.block, s.element, s.start, s.end] for s in part.spans]
    return {"entries": entries, "spans": spans}


def _part_from_json(part: dict[str, Any]) -> Part:
    entries = part.get("entries") or [UNKNOWN] * len(part["claims"])
    return Part(
        text=part["text"],
        blocks=tuple(part["blocks"]),
        claims=tuple(
            ClaimMark(briefing_id, claim_id, fingerprint, count)
            for (briefing_id, claim_id, fingerprint), count in zip(
                part["claims"], entries, strict=True
            )
        ),
        plain_blocks=tuple(part.get("plain_blocks", ())),
        spans=tuple(Span(*span) for span in part.get("spans", ())),
        drawn=tuple(DrawnFigure(*figure) for figure in part.get("drawn", ())),
    )


@dataclass(frozen=True, slots=True)
class Composed:
    """What a composer made of a delivery; `edit_ts` asks to update that message."""

    payload: Payload
    edit_ts: str = ""


@dataclass(frozen=True, slots=True)
class Skipped:
    """Nothing is to be sent, for this reason (an `Ending` of status skipped)."""

    ending: Ending = field(default=NOTHING_NEW)


@dataclass(frozen=True, slots=True)
class DeliveryMark:
    """What a posted message carries in its metadata, so that it can be found again."""

    delivery_id: DeliveryId
    part: int


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """Slack's `ok`. `channel_id` is where it really went (a DM's `D…`).

    `mark_echoed` is False where the answer shows no trace of our metadata: then nothing
    posted in that channel can be found again.
    """

    channel_id: str
    ts: str
    mark_echoed: bool = True


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What a page of a channel's history held: the message looked for, or None.

    `next_page` names the page after it; empty where there is none.
    """

    found: PostedMessage | None
    next_page: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What a recipient got last of a digest: `message` is its first part.

    `claims_shown_at` is when the last one that showed a claim was due; None if none
    did.
    """

    payload_hash: str
    revision: str
    message: MessageRef
    due_at: datetime
    claims_shown_at: datetime | None = None

    @property
    def showed_no_claim(self) -> bool:
        """Say whether it was the line that nothing is new, which may be edited."""
        return self.claims_shown_at != self.due_at


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """What became of a delivery, for people who ask.

    While it is under way, `ended_at` is None and `retry_at` is when it goes on.
    """

    key: DeliveryKey
    destination: str
    due_at: datetime
    status: Status
    reason: str
    ended_at: datetime | None
    retry_at: datetime
    attempt: int
    message: MessageRef | None
    """The first part, where one was posted."""
    revision: str = ""
    """The library it was made of, from the moment its words were fixed."""
