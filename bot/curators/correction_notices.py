"""`CorrectionNotices`: asking curators for a go, and for the entry that is missing."""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.briefing.library import Library
from bot.briefing.verdicts import Verdict
from bot.corrections.model import GO, Correction, Needs, Unexplained
from bot.curators.curator_directory import rows_to_curators
from bot.curators.handling import Handled, mark_row
from bot.curators.notices import CuratorNotice
from bot.digests.models import RecipientKind, read_recipient
from bot.installation import Installation
from bot.interfaces import LibrarySource
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.plan import DeliveryStore

log = logging.getLogger(__name__)

GRACE = timedelta(days=1)
_NAMED = 5

GO_WORDS = "{what} in “{briefing}” would be told to {rooms}."
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
class GoRequest:
    """What a button lets go: all of a briefing's corrections that were ready by then.

    A later revision is another correction, and asks for a go of its own.
    """

    briefing_id: str
    until: datetime

    def encode(self) -> str:
        return f"{self.briefing_id}/{self.until.isoformat()}"

    @property
    def subject(self) -> str:
        """What the notice is about that carries the button."""
        return f"{GO}/{self.encode()}"

    @classmethod
    def decode(cls, text: str) -> "GoRequest | None":
        briefing_id, _, until = text.partition("/")
        try:
            return cls(briefing_id, datetime.fromisoformat(until))
        except ValueError:
            return None


class CorrectionNotices:
    """`CuratorQuestions` by notices, each thing asked once."""

    def __init__(
        self,
        store: DeliveryStore,
        history: DeliveryHistory,
        briefings: LibrarySource,
        installations: Callable[[], Sequence[Installation]],
        *,
        link_to: Callable[[str, str], Awaitable[str]],
    ) -> None:
        """Take how to link to a claim's line; it returns nothing where it cannot."""
        self._store = store
        self._history = history
        self._briefings = briefings
        self._installations = installations
        self._link_to = link_to

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
                about=GoRequest(briefing_id, until).subject,
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
        return GO_WORDS.format(what=what, briefing=name, rooms=people)

    async def say_who_let_out(self, asked: Sequence[Correction]) -> None:
        """Mark each notice of which nothing waits any more, by whose go it was.

        It may have been given under another notice, or at the command line.
        """
        gone: dict[str, str] = {}
        for until in {GoRequest(e.claim.briefing_id, e.ready_at) for e in asked}:
            meant = [
                each
                for each in asked
                if each.claim.briefing_id == until.briefing_id
                and each.ready_at <= until.until
            ]
            given = [(each.go_at, each.go_by) for each in meant if each.go_at]
            if given and not any(each.is_waiting for each in meant):
                gone[until.subject] = max(given)[1]
        now = self._store.now()
        rows = [
            mark_row(
                installation,
                notice.message,
                Handled.LET_OUT,
                reader_id=notice.reader_id,
                by=gone[notice.subject],
                now=now,
            )
            for installation in self._installations()
            for notice in await self._history.notices(installation, gone)
        ]
        if rows:
            await self._store.plan(rows)

    async def ask_for_entries(self, unexplained: Sequence[Unexplained]) -> None:
        """Give the entry to paste; the same change is asked about once.

        Whether it was an error nobody but a curator knows, so one says that it is done.
        """
        today = self._store.now().date()
        for each in unexplained:
            is_gone = each.verdict is Verdict.GONE
            what = (GONE if is_gone else MOVED).format(
                claim=each.claim.claim_id, briefing=self._name(each.claim.briefing_id)
            )
            how = GONE_HOW if is_gone else MOVED_HOW.format(was=each.was)
            kind = "withdrawal" if is_gone else "correction"
            was = '"' + each.was.replace("\\", "\\\\").replace('"', '\\"') + '"'
            entry = ENTRY.format(day=today.isoformat(), kind=kind, was=was)
            notice = CuratorNotice(
                words="\n".join((what, how, entry)),
                edit_url=await self._link_to(*each.claim),
            )
            await self._tell(
                each.claim.briefing_id,
                notice.model_dump_json(),
                about=f"entry/{each.claim.briefing_id}/{each.claim.claim_id}",
                occasion=f"{each.fingerprint}/{each.verdict}",
            )

    async def _tell(
        self, briefing_id: str, request: str, *, about: str, occasion: str
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
                request,
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
