"""`digest preview`: when a digest is due next, and what would go out now, to whom."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.block_kit.part import Part
from bot.briefing.handling import Audience, Reach
from bot.briefing.library import Library
from bot.briefing.problems import did_you_mean, listed
from bot.briefing.snapshot import SnapshotError, read_snapshot
from bot.cli.database import found_database
from bot.cli.library import load_all
from bot.db.database import Database
from bot.digests.compose import Occasion, Silence, compose
from bot.digests.models import Digest
from bot.digests.occurrences import Occurrence, Upcoming, nominal_name, upcoming
from bot.digests.recipients import Recipient, RecipientKind
from bot.digests.wall_clock import ClockChange
from bot.errors import SettingsError
from bot.outbox.history import DeliveryHistory
from bot.outbox.model import DeliveryRecord, Status
from bot.revisions import RevisionStore
from bot.settings import Settings
from bot.slack.views.digest import SlackDigestRenderer

WAITING = "It waits for a channel: name one under `to`, or try `digest send ID --to …`."
FOR_MEMBERS = "as full members may see it; guests and shared channels may see less"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What these recipients would get now: messages, or the reason for silence."""

    recipients: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    silence: str = ""


def preview_digest(
    digest_id: str, folder: Path, default_handling: str, *, as_json: bool
) -> None:
    """Print it. Raise `SettingsError`, with the nearest id, for an unknown digest."""
    library, digests = load_all(folder, default_handling)
    digest = find_digest(digest_id, digests)
    now = datetime.now(UTC)
    due_next = upcoming(digest, now)
    outgoing = asyncio.run(_outgoing(digest, library, now))
    if as_json:
        told = {
            "id": digest.id,
            "occurrences": [_as_json(one) for one in due_next],
            "outgoing": [_outgoing_as_told(one) for one in outgoing],
        }
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    _print_upcoming(console, digest, due_next)
    _print_outgoing(console, outgoing)


def find_digest(digest_id: str, digests: Sequence[Digest]) -> Digest:
    """Return a digest of the file. Raise `SettingsError` if there is none."""
    known = {digest.id: digest for digest in digests}
    if digest_id not in known:
        hint = did_you_mean(digest_id, known) or f"Known are: {listed(known)}."
        hint = hint if known else "There are none in digests.yaml."
        raise SettingsError(f'There is no digest "{digest_id}". {hint}')
    return known[digest_id]


async def _outgoing(digest: Digest, library: Library, now: datetime) -> list[Outgoing]:
    """Compose once for all recipients who last received the same revision."""
    wanted = digest.to or (None,)
    async with found_database(Settings.read().database_url) as database:
        last = await _last_revisions(database, digest) if database else {}
        by_revision: dict[str, list[Recipient | None]] = {}
        for recipient in wanted:
            by_revision.setdefault(last.get(str(recipient), ""), []).append(recipient)
        return [
            _compose(
                digest,
                library,
                await _earlier(database, revision) if database else None,
                now=now,
                recipients=recipients,
            )
            for revision, recipients in by_revision.items()
        ]


async def _last_revisions(database: Database, digest: Digest) -> dict[str, str]:
    records: Sequence[DeliveryRecord] = await DeliveryHistory(database).records(
        digest_id=digest.id, statuses=[Status.SENT], limit=100 + 10 * len(digest.to)
    )
    return {r.key.recipient: r.revision for r in reversed(records)}


async def _earlier(database: Database, revision: str) -> Library | None:
    stored = await RevisionStore(database).snapshot(revision)
    try:
        return read_snapshot(stored.text) if stored else None
    except SnapshotError:
        return None


def _compose(
    digest: Digest,
    library: Library,
    earlier: Library | None,
    *,
    now: datetime,
    recipients: Sequence[Recipient | None],
) -> Outgoing:
    names = tuple(str(recipient) for recipient in recipients if recipient)
    audience = _members(recipients[0])
    seen = library.for_audience(audience)
    local = now.astimezone(digest.when.zone)
    occasion = Occasion(
        Occurrence(nominal_name(local), now), now, is_first=earlier is None
    )
    before = earlier.as_told_with(seen, audience) if earlier else None
    document = compose(digest, seen, occasion, earlier=before)
    if isinstance(document, Silence):
        return Outgoing(names, silence=document.value)
    return Outgoing(names, SlackDigestRenderer().render(document, seen))


def _members(recipient: Recipient | None) -> Audience:
    """Slack is not asked: a channel counts as one of full members."""
    if recipient and recipient.kind is RecipientKind.USER:
        return Audience(Reach.MEMBER, frozenset({recipient.value}))
    ids = frozenset({recipient.value} if recipient else ())
    return Audience(Reach.PRIVATE_ROOM, ids)


def _as_json(upcoming: Upcoming) -> dict[str, object]:
    change = upcoming.change
    return {
        "nominal": upcoming.occurrence.nominal,
        "due_at": upcoming.local.isoformat(),
        "in_gap": upcoming.occurrence.in_gap,
        "clock_change": change
        and {"at": change.at.isoformat(), "forward_s": change.forward.total_seconds()},
    }


def _outgoing_as_told(outgoing: Outgoing) -> dict[str, object]:
    return {
        "to": list(outgoing.recipients),
        "silence": outgoing.silence,
        "messages": [
            {"text": part.text, "blocks": list(part.blocks)} for part in outgoing.parts
        ],
    }


def _print_upcoming(
    console: Console, digest: Digest, upcoming: Sequence[Upcoming]
) -> None:
    console.print(Text(digest.title, style="bold"))
    console.print(f"Due next, {digest.when.timezone}:")
    for line in _upcoming_lines(upcoming, digest):
        console.print(Padding(Text(line), (0, 0, 0, 2)))
    console.print()


def _upcoming_lines(upcoming: Sequence[Upcoming], digest: Digest) -> Iterator[str]:
    for one in upcoming:
        if one.change:
            yield change_in_words(one.change, digest)
        gap = ""
        if one.occurrence.in_gap:
            hour = one.occurrence.nominal.partition("T")[2]
            gap = f"  ({hour} does not exist that day)"
        yield f"{one.local:%a %Y-%m-%d %H:%M} {_offset(one.local)}{gap}"


def change_in_words(change: ClockChange, digest: Digest) -> str:
    """Say that the clocks go forward or back, and when."""
    local = (change.at - timedelta(seconds=1)).astimezone(digest.when.zone)
    way = "forward" if change.forward > timedelta() else "back"
    by = str(abs(change.forward)).removesuffix(":00")
    return f"-- the clocks go {way} by {by} h on {local:%a %Y-%m-%d}"


def _offset(local: datetime) -> str:
    text = f"{local:%z}"
    return f"{text[:3]}:{text[3:5]}"


def _print_outgoing(console: Console, outgoing: Sequence[Outgoing]) -> None:
    console.print(f"What would go out now, {FOR_MEMBERS}:")
    for one in outgoing:
        console.print()
        console.print(Text(", ".join(one.recipients) or WAITING, style="bold"))
        if one.silence:
            console.print(Padding(f"Nothing: {one.silence}.", (0, 0, 0, 2)))
        for lead in one.parts[:1]:
            console.print(Padding(Text(lead.text), (0, 0, 0, 2)))
        if thread := one.parts[1:]:
            console.print(Padding(_thread_in_short(thread), (0, 0, 0, 2)))


def _thread_in_short(thread: Sequence[Part]) -> Text:
    """Name the messages of the thread by their first lines; `--json` has them whole."""
    firsts = (part.text.partition("\n")[0] for part in thread)
    return Text("\n".join(["", "In the thread:", *(f"  {line}" for line in firsts)]))
