"""Who was shown words that were wrong, in a message only they saw; how often each claim
is read.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Delete, delete, func, select

from bot.audiences import Asker
from bot.briefing.library import Library, SubLibrary
from bot.briefing.tlp import CURATOR
from bot.briefing.verdicts import verdict
from bot.corrections.model import ClaimKey
from bot.db.database import Database
from bot.db.statements import add_up, is_among, of_installation, upsert
from bot.db.tables import claim_reads, claim_reads_by_day, current_revision, glimpses
from bot.installation import Installation

_AT_ONCE = 300
"""Wordings asked for in one statement: SQLite takes some thousand parameters."""


@dataclass(frozen=True, slots=True)
class ShownWording:
    """The wording of a claim that somebody was shown in a message only they saw.

    `entries` counts the claim's revisions at that time: those that follow are news.
    """

    installation: Installation
    user_id: str
    claim: ClaimKey
    fingerprint: str
    entries: int
    shown_at: datetime


Reads = Counter[tuple[Installation, ClaimKey]]
"""How often claims were read in each workspace; of whom is not kept."""


@dataclass(frozen=True, slots=True)
class _Kept:
    shown: Sequence[ShownWording]
    reads: Reads


class ShownWordingStore:
    """Stores wordings and counts; what is asked for at one time is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self, shown: Sequence[ShownWording], reads: Reads | None = None
    ) -> None:
        """Keep what people were shown, in place of earlier wordings of these claims.

        What is asked for later is written later: the last wording stays.
        """
        if shown:
            await self._database.write_together(_keep, _Kept(shown, reads or Counter()))

    async def outdated(self, current: Mapping[ClaimKey, str]) -> Sequence[ShownWording]:
        """Return what people were shown in other wordings than these fingerprints."""
        return await self._database.read(lambda c: _outdated(c, current))

    async def current_since(self) -> datetime:
        """Return when the revision became current, in the database's time.

        It is now where that is not known.
        """
        statement = select(current_revision.c.since)
        since: datetime | None = await self._database.read(
            lambda c: c.scalar(statement)
        )
        return since or self.now()

    def now(self) -> datetime:
        """Return the database's time."""
        return self._database.now()

    async def count(
        self, installation: Installation, claims: Collection[ClaimKey]
    ) -> None:
        """Count one more read of each of these claims; of whom is not kept."""
        if claims:
            reads = Counter((installation, claim) for claim in set(claims))
            await self._database.write_together(_count, reads)

    async def reads(self, installation: Installation) -> Mapping[ClaimKey, int]:
        """Return how often each claim was read."""
        columns = claim_reads.c
        statement = select(columns.briefing_id, columns.claim_id, columns.reads)
        ours = statement.where(*of_installation(installation, claim_reads))
        found = await self._database.rows(ours)
        return {ClaimKey(row.briefing_id, row.claim_id): row.reads for row in found}

    async def reads_since(
        self, installation: Installation, day: date
    ) -> Mapping[ClaimKey, int]:
        """Return how often each claim was read on this day, in UTC, and after it."""
        columns = claim_reads_by_day.c
        statement = (
            select(columns.briefing_id, columns.claim_id, func.sum(columns.reads))
            .where(
                *of_installation(installation, claim_reads_by_day),
                columns.day >= day.isoformat(),
            )
            .group_by(columns.briefing_id, columns.claim_id)
        )
        rows = await self._database.rows(statement)
        return {ClaimKey(briefing, claim): int(n) for briefing, claim, n in rows}

    async def count_of_person(self, installation: Installation, user_id: str) -> int:
        """Return how many wordings are stored that a person was shown."""
        mine = _of_person(installation, user_id)
        statement = select(func.count()).select_from(glimpses).where(*mine)
        found = await self._database.read(lambda c: c.scalar(statement))
        return int(found or 0)

    async def forget(self, installation: Installation, user_id: str) -> int:
        """Drop what a person was shown."""
        mine = _of_person(installation, user_id)
        return await self._delete(delete(glimpses).where(*mine))

    async def drop_before(self, then: datetime) -> int:
        """Drop what was shown before then, and return how many."""
        old_day = claim_reads_by_day.c.day < then.date().isoformat()
        await self._delete(delete(claim_reads_by_day).where(old_day))
        return await self._delete(delete(glimpses).where(glimpses.c.shown_at < then))

    async def _delete(self, statement: Delete) -> int:
        return await self._database.write(lambda c: c.execute(statement).rowcount)


@dataclass(frozen=True, slots=True)
class _Due:
    """What is right by now, and from when on whoever was shown otherwise is told."""

    fingerprint: str
    ready_at: datetime


@dataclass(frozen=True, slots=True)
class _Noted:
    """What somebody was shown of a library, and of what corrections they were told."""

    installation: Installation
    user_id: str
    library: SubLibrary
    claims: frozenset[ClaimKey]
    notified: Collection[ClaimKey]
    at: datetime


class ShownWordings:
    """Knows from memory whom to notify of a correction at their next command.

    Nobody is told within the `quiet` time, in which a slip can be taken back: it counts
    from when a revision became current, as it does for what was posted. The map is made
    at each load and kept up to date here. Another replica learns at its own next load
    who was notified: until then it may notify once more.
    """

    def __init__(self, store: ShownWordingStore, *, quiet: timedelta) -> None:
        self._store = store
        self._quiet = quiet
        self._due: dict[ClaimKey, _Due] = {}
        self._outdated: dict[tuple[Installation, str], set[ClaimKey]] = {}
        self._again: dict[tuple[Installation, str], set[ClaimKey]] = {}
        """Who looked again within the quiet time: of them the new words are stored."""
        self._noted: list[_Noted] = []

    async def refresh(self, library: Library) -> None:
        """Find who was shown what is corrected or withdrawn in this library."""
        await self.keep()
        everything = library.for_audience(CURATOR)
        current = {
            ClaimKey(briefing_id, claim_id): fingerprint
            for briefing_id, prints in everything.fingerprints.items()
            for claim_id, fingerprint in prints.items()
        }
        outdated: dict[tuple[Installation, str], set[ClaimKey]] = {}
        for shown in await self._store.outdated(current):
            claim, now = everything.claim(*shown.claim), current.get(shown.claim, "")
            if verdict(shown.fingerprint, shown.entries, claim, now).is_wrong:
                person = shown.installation, shown.user_id
                outdated.setdefault(person, set()).add(shown.claim)

        same = {k for k, due in self._due.items() if due.fingerprint == current.get(k)}
        self._again = {person: keys & same for person, keys in self._again.items()}
        for person, keys in self._again.items():
            if keys:
                outdated.setdefault(person, set()).update(keys)
        ready_at = await self._store.current_since() + self._quiet
        wrong = {key for keys in outdated.values() for key in keys}
        self._due = {
            key: self._due[key] if key in same else _Due(current.get(key, ""), ready_at)
            for key in wrong
        }
        self._outdated = outdated

    def corrected(self, asker: Asker, library: SubLibrary) -> tuple[ClaimKey, ...]:
        """Return what to notify this person of, as far as they may see it."""
        found = self._outdated.get((asker.installation, asker.user_id), set())
        return tuple(
            sorted(
                key for key in found if library.claim(*key) and not self._is_quiet(key)
            )
        )

    def _is_quiet(self, key: ClaimKey) -> bool:
        return self._store.now() < self._due[key].ready_at

    def note(
        self,
        asker: Asker,
        library: SubLibrary,
        claims: frozenset[ClaimKey],
        *,
        notified: Collection[ClaimKey],
        at: datetime,
    ) -> None:
        """Note that somebody was shown these claims, or notified of some, for `keep`.

        Whoever looks again within the quiet time is notified when it is over.
        """
        person = asker.installation, asker.user_id
        self._noted.append(_Noted(*person, library, claims, notified, at))
        wrong = self._outdated.pop(person, None)
        if wrong is None:
            return
        again = {key for key in wrong & claims if self._is_quiet(key)}
        again.difference_update(notified)
        if left := wrong.difference(claims, notified) | again:
            self._outdated[person] = left
        if again := (self._again.pop(person, set()) & left) | again:
            self._again[person] = again

    async def keep(self) -> None:
        """Store what was noted until now: of each person a claim's last wording."""
        noted, self._noted = self._noted, []
        last: dict[tuple[Installation, str, ClaimKey], _Noted] = {}
        reads: Reads = Counter()
        for each in noted:
            here, seen = each.installation, each.claims.union(each.notified)
            last.update({(here, each.user_id, key): each for key in seen})
            reads.update((here, key) for key in each.claims)

        shown = []
        for (installation, user_id, key), each in last.items():
            claim = each.library.claim(*key)
            assert claim is not None, "only what exists is shown"
            fingerprint = each.library.fingerprints[key.briefing_id][key.claim_id]
            entries = len(claim.revisions)
            shown.append(
                ShownWording(installation, user_id, key, fingerprint, entries, each.at)
            )
        await self._store.keep(shown, reads)

    def forget(self, installation: Installation, user_id: str) -> None:
        """Drop a person from memory; the store is asked separately."""
        person = installation, user_id
        self._outdated.pop(person, None)
        self._again.pop(person, None)
        self._noted = [n for n in self._noted if (n.installation, n.user_id) != person]


def _keep(
    connection: Connection, asked: Sequence[_Kept], now: datetime
) -> Sequence[None]:
    """Keep the last of each: whoever asks again and again is one row."""
    rows = {
        (shown.installation, shown.user_id, shown.claim): {
            "enterprise_id": shown.installation.enterprise_id,
            "team_id": shown.installation.team_id,
            "user_id": shown.user_id,
            "briefing_id": shown.claim.briefing_id,
            "claim_id": shown.claim.claim_id,
            "fingerprint": shown.fingerprint,
            "entries": shown.entries,
            "shown_at": shown.shown_at,
        }
        for each in asked
        for shown in each.shown
    }
    change = ("fingerprint", "entries", "shown_at")
    statement = upsert(glimpses, connection, change=change)
    connection.execute(statement, list(rows.values()))
    return _count(connection, [each.reads for each in asked], now)


def _outdated(
    connection: Connection, current: Mapping[ClaimKey, str]
) -> list[ShownWording]:
    """Find the wordings that are no longer current, then whoever was shown them."""
    wording = (glimpses.c.briefing_id, glimpses.c.claim_id, glimpses.c.fingerprint)
    kept = connection.execute(select(*wording).distinct()).all()
    old = [tuple(row) for row in kept if current.get(ClaimKey(*row[:2])) != row[2]]
    found: list[ShownWording] = []
    for start in range(0, len(old), _AT_ONCE):
        among = is_among(wording, old[start : start + _AT_ONCE])
        found += [
            ShownWording(
                Installation(row.team_id, row.enterprise_id),
                row.user_id,
                ClaimKey(row.briefing_id, row.claim_id),
                row.fingerprint,
                row.entries,
                row.shown_at,
            )
            for row in connection.execute(select(glimpses).where(among))
        ]
    return found


def _count(
    connection: Connection, asked: Sequence[Reads], now: datetime
) -> Sequence[None]:
    """Add up first: one row of the statement for each claim."""
    counted: Reads = Counter()
    for reads in asked:
        counted.update(reads)
    rows = [
        {
            "enterprise_id": installation.enterprise_id,
            "team_id": installation.team_id,
            "briefing_id": claim.briefing_id,
            "claim_id": claim.claim_id,
            "reads": number,
        }
        for (installation, claim), number in sorted(counted.items())
    ]
    if rows:
        day = {"day": now.date().isoformat()}
        by_day = add_up(claim_reads_by_day, connection, column="reads")
        connection.execute(add_up(claim_reads, connection, column="reads"), rows)
        connection.execute(by_day, [row | day for row in rows])
    return [None] * len(asked)


def _of_person(
    installation: Installation, user_id: str
) -> tuple[ColumnElement[bool], ...]:
    return (*of_installation(installation, glimpses), glimpses.c.user_id == user_id)
