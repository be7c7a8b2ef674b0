"""`CorrectionNotices`: asking curators for a go, and for the entry that is missing."""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.block_kit.part import Part
from bot.briefing.library import Library
from bot.briefing.verdicts import Verdict
from bot.corrections.model import Correction, Needs, Unexplained
from bot.curators.curator_directory import rows_to_curators
from bot.digests.models import RecipientKind, read_recipient
from bot.installation import Installation
from bot.interfaces import LibrarySource
from bot.outbox.model import (
    Composed,
    Delivery,
    Payload,
    Skipped,
)
from bot.outbox.plan import DeliveryStore

log = logging.getLogger(__name__)

SUBJECT = "corrections"
"""The first step of these notices' subject, by which they find their composer."""
GRACE = timedelta(days=1)
_NAMED = 5

GO = "{what} in “{briefing}” would be told to {rooms}."
WITHDRAWAL = "A withdrawal in “{briefing}” waits for another curator: {claims}."
MOVED = "*No entry:* `{claim}` in “{briefing}” says something else by now."
GONE = "*No entry:* `{claim}` in “{briefing}” is gone, and messages still show it."
MOVED_HOW = (
    "Messages that said “{was}” stay as they are until its `revisions` say why. If it "
    "was wrong, paste:"
)
GONE_HOW = "If it was wrong, put it back, and with it:"
ENTRY = "revisions: [{{date: {day}, kind: {kind}, was: {was}, because: …}}]"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a button lets go: all of a briefing's corrections that were ready by then.

    A later revision is another correction, and asks for a go of its own.
    """

    briefing_id: str
    until: datetime

    def encode(self) -> str:
        return f"{self.briefing_id}/{self.until.isoformat()}"

    @classmethod
    def decode(cls, text: str) -> "Asked | None":
        briefing_id, _, until = text.partition("/")
        try:
            return cls(briefing_id, datetime.fromisoformat(until))
        except ValueError:
            return None


class GoComposer:
    """The `Composer` of notices that ask for a go: they carry its button."""

    def __init__(self, render: Callable[[str, str], Part]) -> None:
        self._render = render

    def reader(self, delivery: Delivery) -> str:
        return delivery.key.person_id

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        carried = delivery.key.subject.partition("/")[2]
        part = self._render(delivery.request, carried)
        return Composed(Payload((part,), revision="", audience=""))


class CorrectionNotices:
    """`CuratorQuestions` by notices, each thing asked once."""

    def __init__(
        self,
        store: DeliveryStore,
        briefings: LibrarySource,
        installations: Callable[[], Sequence[Installation]],
    ) -> None:
        self._store = store
        self._briefings = briefings
        self._installations = installations

    async def ask_for_go(self, waiting: Sequence[Correction]) -> None:
        """Ask for each briefing once a day: the notice names what waits by then."""
        now = self._store.now()
        by_briefing: defaultdict[str, list[Correction]] = defaultdict(list)
        for each in waiting:
            by_briefing[each.claim.briefing_id].append(each)
        for briefing_id, found in sorted(by_briefing.items()):
            until = max(each.ready_at for each in found)
            days = (now - until) // timedelta(days=1)
            await self._tell(
                briefing_id,
                self._go_words(briefing_id, found),
                about=f"{SUBJECT}/{Asked(briefing_id, until).encode()}",
                occasion=f"go/{days}",
            )

    def _go_words(self, briefing_id: str, found: Sequence[Correction]) -> str:
        name = self._name(briefing_id)
        listed = ", ".join(f"`{each.claim.claim_id}`" for each in found[:_NAMED])
        if len(found) > _NAMED:
            listed += f" and {len(found) - _NAMED} more"
        if all(each.needs is Needs.WITHDRAWAL for each in found):
            return WITHDRAWAL.format(briefing=name, claims=listed)
        rooms = max(each.rooms or 0 for each in found)
        people = "1 room or person" if rooms == 1 else f"{rooms:,} rooms and people"
        noun = "correction" if len(found) == 1 else "corrections"
        what = f"{len(found):,} {noun} ({listed})"
        return GO.format(what=what, briefing=name, rooms=people)

    async def ask_for_entries(self, unexplained: Sequence[Unexplained]) -> None:
        """Give the entry to paste; the same change is asked about once."""
        today = self._store.now().date()
        for each in unexplained:
            await self._tell(
                each.claim.briefing_id,
                _entry_words(each, self._name(each.claim.briefing_id), today),
                about=f"entry/{each.claim.briefing_id}/{each.claim.claim_id}",
                occasion=f"{each.fingerprint}/{each.verdict}",
            )

    async def _tell(
        self, briefing_id: str, words: str, *, about: str, occasion: str
    ) -> None:
        now = self._store.now()
        library = self._briefings.served.library
        briefings = [each for each in library.briefings if each.id == briefing_id]
        rows = [
            row
            for installation in self._installations()
            for briefing in briefings
            for row in rows_to_curators(
                installation,
                library.curators(briefing, installation),
                words,
                about=about,
                occasion=occasion,
                now=now,
                grace=GRACE,
            )
        ]
        if not rows:
            log.warning("notice.nobody_to_tell", extra={"about": about})
            return
        await self._store.plan(rows)

    def _name(self, briefing_id: str) -> str:
        briefings = self._briefings.served.library.briefings
        names = (b.name for b in briefings if b.id == briefing_id)
        return next(names, briefing_id)


def _entry_words(each: Unexplained, briefing: str, today: date) -> str:
    is_gone = each.verdict is Verdict.GONE
    what = (GONE if is_gone else MOVED).format(
        claim=each.claim.claim_id, briefing=briefing
    )
    how = GONE_HOW if is_gone else MOVED_HOW.format(was=each.was)
    kind = "withdrawal" if is_gone else "correction"
    was = '"' + each.was.replace("\\", "\\\\").replace('"', '\\"') + '"'
    entry = ENTRY.format(day=today.isoformat(), kind=kind, was=was)
    return "\n".join((what, how, entry))


def has_second_curator(library: Library) -> frozenset[str]:
    """Return the briefings with two curators; a channel is taken for several."""
    return frozenset(
        briefing.id
        for briefing in library.briefings
        if len(briefing.curators) > 1
        or not all(_is_person(curator) for curator in briefing.curators)
    )


def _is_person(curator: str) -> bool:
    with suppress(ValueError):
        return read_recipient(curator).kind is RecipientKind.USER
    return True
