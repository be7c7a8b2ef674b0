"""`Corrections`: sees to it that whoever read an error learns of it."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from sqlalchemy import select

from bot.briefing.library import Library, SnapshotError
from bot.briefing.verdicts import is_lead
from bot.corrections.adopt import adopt_messages, adopt_payloads
from bot.corrections.asked_about import AskedAbout
from bot.corrections.follow_up import ended_threads, follow_up
from bot.corrections.judge import Judge, current_wordings
from bot.corrections.model import (
    GO,
    ClaimKey,
    Correction,
    Rules,
    Unexplained,
    WrongClaim,
)
from bot.corrections.records import (
    Notice,
    clear,
    give_go,
    mark_asked,
    open_corrections,
    read_asked,
    read_wordings,
    take_note,
)
from bot.corrections.states import LISTED, PAGE, Plan, list_carriers, plan_page
from bot.db.database import Database
from bot.db.tables import correction_steps, payload_claims, payloads
from bot.errors import DatabaseUnavailable
from bot.interfaces import ring_or_stop
from bot.outbox.interfaces import DeliveryObserver
from bot.outbox.model import Delivery, DeliveryKind, Ending, MessageId, Status
from bot.outbox.notifier import Notifier
from bot.revisions import Revisions

log = logging.getLogger(__name__)

POLL_S = 1.0
"""How often it is asked whether a quiet time is over, while one runs."""
GO_S = 5.0
"""How often it is asked whether a go was given elsewhere, while one is awaited."""
REST_S = 60.0
RETRY_S = 5.0
_AT_ONCE = 200


class CuratorQuestions(Protocol):
    """Asks curators what only they can decide; asking twice is asking once."""

    async def ask_for_go(self, waiting: Sequence[Correction]) -> None:
        """Ask whether these may go out; once a day while they wait."""
        ...

    async def say_who_let_out(self, asked: Sequence[Correction]) -> None:
        """Say where it was asked who gave the go; doing it twice is doing it once."""
        ...

    async def ask_for_entries(self, unexplained: Sequence[Unexplained]) -> None:
        """Ask, once for each, what a change without an entry was."""
        ...


class Corrections:
    """Looks by level, so that it may be done again at any time, by any replica.

    1. Wordings that were shown are judged by the current library: the changed claims'
       at every load, a message's own when it is sent or its edit has ended, and all of
       them each hour.
    2. What is wrong is noticed once, and waits for the quiet time, and for a go where
       many would be told.
    3. Every message that shows it gets its next state planned, the newest first.
    4. When its edit has ended, those who read it there are told.
    """

    def __init__(
        self,
        database: Database,
        revisions: Revisions,
        notifier: Notifier,
        *,
        rules: Rules,
        has_second: Callable[[Library], Collection[str]],
        ask: CuratorQuestions,
    ) -> None:
        self._database = database
        self._revisions = revisions
        self._notifier = notifier
        self._rules = rules
        self._has_second = has_second
        self._ask = ask
        self._judge = Judge(revisions)
        self._asked = AskedAbout()
        self._wake = asyncio.Event()
        self._loaded: Mapping[ClaimKey, tuple[str, int]] | None = None
        self._is_all = True
        self._claims: set[ClaimKey] = set()
        self._sent: set[str] = set()
        self._edits: set[str] = set()
        self._is_asked = False
        self._went: set[tuple[ClaimKey, int]] = set()
        self._rest_s = REST_S

    async def loaded(self, library: Library) -> None:
        """Look at what a load changed; at everything after the first."""
        current = current_wordings(library)
        if self._loaded is None:
            self._is_all = True
        else:
            both = self._loaded.keys() | current.keys()
            before = self._loaded
            changed = {k for k in both if before.get(k) != current.get(k)}
            # Titles and summaries may have moved before the claim that they go by.
            briefings = {key.briefing_id for key in changed}
            leads = {k for k in current if is_lead(k.claim_id)}
            self._claims |= changed | {k for k in leads if k.briefing_id in briefings}
        self._loaded = current
        self._wake.set()

    def hearing(self, other: DeliveryObserver) -> DeliveryObserver:
        """Return an observer that hears of ends for us, and passes on to another."""
        return _Hearing(self, other)

    def ended(self, delivery: Delivery, ending: Ending) -> None:
        """Look at a message that was sent, or whose edit has ended.

        A question that was on its way may have been answered meanwhile.
        """
        if delivery.corrects:
            self._edits.add(delivery.id)
            self._wake.set()
        if ending.status is Status.SENT and delivery.payload_hash:
            self._sent.add(delivery.payload_hash)
        is_question = delivery.key.subject.startswith(f"{GO}/")
        if delivery.key.kind is DeliveryKind.NOTICE and is_question:
            self._is_asked = True
            self._wake.set()

    def look_at_all(self) -> None:
        """Look at everything that was ever shown."""
        self._is_all = True
        self._wake.set()

    async def go(
        self,
        by: str,
        *,
        until: datetime | None = None,
        briefing_ids: Collection[str] | None = None,
    ) -> Sequence[Correction]:
        """Let corrections that wait go out; return them."""
        now = self._database.now()
        given = await self._database.write(
            lambda c: give_go(c, by=by, now=now, until=until, briefing_ids=briefing_ids)
        )
        for each in given:
            log.info("correction.go", extra=_facts(each) | {"by": by})
        self._claims |= {each.claim for each in given}
        self._wake.set()
        return given

    async def run(self, stop: asyncio.Event) -> None:
        """Work whenever there is something to look at, until told to stop."""
        wait_s = 0.0
        while await ring_or_stop(self._wake, stop, within_s=wait_s):
            try:
                wait_s = POLL_S if await self.work() else self._rest_s
            except (DatabaseUnavailable, SnapshotError) as error:
                log.warning("correction.later", extra={"reason": str(error)})
                wait_s = RETRY_S

    async def work(self) -> bool:
        """Do all that can be done now; say whether something is awaited soon."""
        if not self._revisions.is_published:
            # The first load looks at everything.
            return False
        claims, edits, sent = self._claims, self._edits, self._sent
        is_all, is_asked = self._is_all, self._is_asked
        self._claims, self._edits, self._sent = set(), set(), set()
        self._is_all = self._is_asked = False
        try:
            if is_all:
                await self._adopt()
            claims |= await self._of_sent(sent)
            looked_at = None if is_all else claims
            is_awaited = await self._correct(looked_at, edits, is_asked=is_asked)
            await self._follow(None if is_all else edits)
            return is_awaited or bool(self._claims)
        except BaseException:
            # Nothing that was to be looked at is forgotten.
            self._claims |= claims
            self._edits |= edits
            self._sent |= sent
            self._is_all = self._is_all or is_all
            self._is_asked = self._is_asked or is_asked
            raise

    async def _adopt(self) -> None:
        for adopt in (adopt_messages, adopt_payloads):
            while await self._database.write(adopt):
                log.info("correction.adopted", extra={"rows": adopt.__name__})

    async def _of_sent(self, hashes: Collection[str]) -> set[ClaimKey]:
        """Return the claims in payloads that were made of another revision."""
        if not hashes:
            return set()
        await self._revisions.refresh()
        current = (await self._revisions.current()).content_hash
        columns = payload_claims.c
        statement = (
            select(columns.briefing_id, columns.claim_id)
            .join(payloads, payloads.c.hash == columns.payload_hash)
            .where(payloads.c.revision != current)
            .distinct()
        )
        rows = await self._among(statement, columns.payload_hash, hashes)
        return {ClaimKey(row.briefing_id, row.claim_id) for row in rows}

    async def _among(
        self, statement: Any, column: Any, values: Collection[str]
    ) -> list[Any]:
        found: list[Any] = []
        wanted = sorted(values)
        for start in range(0, len(wanted), _AT_ONCE):
            among = statement.where(column.in_(wanted[start : start + _AT_ONCE]))
            found += await self._database.rows(among)
        return found

    async def _correct(
        self,
        claims: Collection[ClaimKey] | None,
        edits: Collection[str],
        *,
        is_asked: bool,
    ) -> bool:
        """Notice, clear and plan; say whether a quiet time still runs.

        Of `edits` that have ended their messages are looked at once more, and no others
        with the same claims: ten thousand edits end one by one. `is_asked` where a
        question was posted, which may be answered by now.
        """
        await self._revisions.refresh()
        if self._revisions.is_superseded:
            # Whoever is ahead does it: this one would correct things back.
            return False
        library = await self._revisions.current()
        step = correction_steps.c
        steps = select(step.briefing_id, step.claim_id, step.delivery_id, step.part)
        edited = await self._among(steps.distinct(), step.step_id, edits)
        of_edits = {ClaimKey(row.briefing_id, row.claim_id) for row in edited}
        if claims is None or claims or of_edits:
            looked_at = None if claims is None else {*claims, *of_edits}
            await self._look(library, looked_at)

        opened = await self._database.read(open_corrections)
        now = self._database.now()
        pending = [each for each in opened.values() if each.needs is None]
        ready = [each for each in pending if each.ready_at <= now]
        dirty = set(opened) if claims is None else set(claims)
        # A go may have been given at the command line, or to another replica.
        went = {(each.claim, each.number) for each in opened.values() if each.go_at}
        given = went - self._went
        dirty |= {claim for claim, _ in given}
        if ready:
            found = await self._findings(library, (each.claim for each in ready))
            second = self._has_second(library)
            decided = await self._database.write(
                lambda c: clear(c, found, rules=self._rules, has_second=second, now=now)
            )
            for each in decided:
                log.info("correction.ready", extra=_facts(each))
            dirty |= {each.claim for each in decided}
            opened = await self._database.read(open_corrections)

        await self._plan(library, opened, dirty)
        if given or is_asked or claims is None:
            # Each hour once more: another replica may have ended over its question.
            await self._ask.say_who_let_out(await self._database.read(read_asked))
        self._went = went
        messages = [MessageId(row.delivery_id, row.part) for row in edited]
        await self._plan(library, opened, of_edits - dirty, messages)
        waiting = [each for each in opened.values() if each.is_waiting]
        self._rest_s = GO_S if waiting else REST_S
        if waiting:
            await self._ask.ask_for_go(waiting)
            await self._database.write(lambda c: mark_asked(c, waiting, now))
        return len(pending) > len(ready)

    async def _look(
        self, library: Library, claims: Collection[ClaimKey] | None
    ) -> None:
        """Notice what is wrong by now, and ask for entries that are missing.

        What was asked about is asked about again when everything is looked at: there
        may be other curators by now.
        """
        wordings = await self._database.read(lambda c: read_wordings(c, claims))
        asked, others = self._asked.part(library, wordings)
        judgment = await self._judge.judge(library, others)
        now = self._database.now()
        notice = Notice(judgment, current_wordings(library), self._rules)
        await self._database.write(lambda c: take_note(c, notice, now))
        unexplained = judgment.unexplained
        if claims is None:
            self._asked.forget_all_but(asked)
            unexplained = (*asked, *unexplained)
        if unexplained:
            await self._ask.ask_for_entries(unexplained)
            self._asked.remember(unexplained)

    async def _findings(
        self, library: Library, claims: Iterable[ClaimKey]
    ) -> Mapping[ClaimKey, WrongClaim]:
        wanted = set(claims)
        wordings = await self._database.read(lambda c: read_wordings(c, wanted))
        _, others = self._asked.part(library, wordings)
        return (await self._judge.judge(library, others)).findings

    async def _plan(
        self,
        library: Library,
        opened: Mapping[ClaimKey, Correction],
        dirty: Collection[ClaimKey],
        messages: Sequence[MessageId] | None = None,
    ) -> None:
        """Plan the messages of claims that may go out, page by page; None for all."""
        may_go = [each for each in opened.values() if each.is_cleared]
        if not {each.claim for each in may_go} & set(dirty):
            return
        found = await self._findings(library, (each.claim for each in may_go))
        cleared = {
            each.claim: (each, found[each.claim])
            for each in may_go
            if each.claim in found and found[each.claim].fingerprint == each.fingerprint
        }
        for claim in sorted(cleared.keys() & set(dirty)):
            plan = Plan(library.content_hash, claim, cleared)
            planned, before = 0, None
            while True:
                listed = messages
                if listed is None:
                    found_now = cleared[claim][1]
                    carried = await self._database.read(
                        partial(list_carriers, finding=found_now, before=before)
                    )
                    before = carried[-1] if carried else None
                    listed = [each.id for each in carried]
                for start in range(0, len(listed), PAGE):
                    page = listed[start : start + PAGE]
                    now = self._database.now()
                    planned += await self._database.write(
                        partial(plan_page, plan=plan, ids=page, now=now)
                    )
                    self._notifier.notify()
                if messages is not None or len(listed) < LISTED:
                    break
            if planned:
                extra = _facts(cleared[claim][0]) | {"messages": planned}
                log.info("correction.planned", extra=extra)

    async def _follow(self, edits: Collection[str] | None) -> None:
        if edits is not None and not edits:
            return
        threads = await self._database.read(lambda c: ended_threads(c, edits))
        is_planned = False
        for thread in sorted(threads, key=lambda each: each.thread_ts, reverse=True):
            following = partial(follow_up, thread=thread, now=self._database.now())
            is_planned |= await self._database.write(following)
        if is_planned:
            self._notifier.notify()


class _Hearing:
    def __init__(self, corrections: Corrections, other: DeliveryObserver) -> None:
        self._corrections = corrections
        self._other = other

    async def ended(self, delivery: Delivery, ending: Ending) -> None:
        self._corrections.ended(delivery, ending)
        await self._other.ended(delivery, ending)

    async def resent_unverified(self, delivery: Delivery) -> None:
        await self._other.resent_unverified(delivery)


def _facts(correction: Correction) -> dict[str, object]:
    """Return what a log line says of a correction: never its words."""
    return {
        "briefing_id": correction.claim.briefing_id,
        "claim_id": correction.claim.claim_id,
        "number": correction.number,
        "kind": correction.kind.value,
        "needs": (correction.needs or ""),
        "messages": correction.messages,
        "rooms": correction.rooms,
    }
