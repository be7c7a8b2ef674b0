"""`digest preview`: when a digest is due next, and what would go out now, to whom."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.block_kit.part import Part
from bot.briefing.library import Library, SnapshotError, read_snapshot
from bot.briefing.problems import did_you_mean, listed
from bot.briefing.tlp import Audience, Reach
from bot.cli.database import found_database
from bot.cli.library import load_all
from bot.db.database import Database
from bot.digests.compose import Occasion, Silence, compose
from bot.digests.models import Digest, Recipient, RecipientKind
from bot.digests.occurrences import (
    ClockChange,
    Occurrence,
    Upcoming,
    nominal_name,
    upcoming,
)
from bot.errors import SettingsError
from bot.installation import Installation
from bot.outbox.delivery_history import DeliveryHistory
from bot.outbox.model import Status
from bot.revisions import RevisionStore
from bot.settings import Settings
from bot.slack.views.digest import render_digest

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
        _print_json(digest, due_next, outgoing)
    else:
        _print(digest, due_next, outgoing)


def list_digests(folder: Path, default_handling: str, *, as_json: bool) -> None:
    """Print every digest of the file with when it is due next, and to whom."""
    _, digests = load_all(folder, default_handling)
    now = datetime.now(UTC)
    due_next = {
        digest.id: next(iter(upcoming(digest, now)), None) for digest in digests
    }
    if as_json:
        content = [
            {
                "id": digest.id,
                "title": digest.title,
                "due_at": due.local.isoformat()
                if (due := due_next[digest.id])
                else None,
                "to": [str(recipient) for recipient in digest.to],
            }
            for digest in digests
        ]
        typer.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return

    console = Console(highlight=False, soft_wrap=True)
    if not digests:
        console.print(NO_DIGESTS)
        return
    for digest in digests:
        due = due_next[digest.id]
        when = f"{due.local:%a %Y-%m-%d %H:%M}" if due else "never again"
        names = ", ".join(map(str, digest.to))
        to = f"to {names}" if names else "waits for a channel"
        console.print(
            Text(digest.id, style="bold").append(f"  {digest.title}", "not bold")
        )
        console.print(Text(f"  next {when}, {digest.when.timezone}; {to}"))
    console.print(
        Text(f"\nLook at one with `briefing-bot digest preview {digests[0].id}`.")
    )


NO_DIGESTS = (
    "There are no digests in digests.yaml. Start one with `briefing-bot new --digest "
    "weekday-brief`."
)


def find_digest(digest_id: str, digests: Sequence[Digest]) -> Digest:
    """Return a digest of the file. Raise `SettingsError` if there is none."""
    known = {digest.id: digest for digest in digests}
    if digest_id not in known:
        hint = did_you_mean(digest_id, known) or f"Known are: {listed(known)}."
        hint = hint if known else NO_DIGESTS
        raise SettingsError(f'There is no digest "{digest_id}". {hint}')
    return known[digest_id]


async def _outgoing(digest: Digest, library: Library, now: datetime) -> list[Outgoing]:
    """Compose once for all recipients who last received the same revision."""
    async with found_database(Settings.read().database_url) as database:
        last: dict[str, str] = {}
        if database:
            records = await DeliveryHistory(database).records(
                digest_id=digest.id,
                statuses=[Status.SENT],
                limit=100 + 10 * len(digest.to),
            )
            last = {r.key.recipient: r.revision for r in reversed(records)}

        by_revision: dict[str, list[Recipient | None]] = {}
        for recipient in digest.to or (None,):
            by_revision.setdefault(last.get(str(recipient), ""), []).append(recipient)

        outgoing = []
        for revision, recipients in by_revision.items():
            earlier = await _earlier(database, revision) if database else None
            outgoing.append(
                _compose(digest, library, earlier, now=now, recipients=recipients)
            )
        return outgoing


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
    # Slack is not asked: a channel counts as one of full members.
    first = recipients[0]
    is_user = first is not None and first.kind is RecipientKind.USER
    audience = Audience(
        Reach.MEMBER if is_user else Reach.PRIVATE_ROOM,
        frozenset({first.value} if first else ()),
        Installation(first.team_id) if first and first.team_id else None,
    )
    seen = library.for_audience(audience)
    local = now.astimezone(digest.when.zone)
    occasion = Occasion(
        Occurrence(nominal_name(local), now), now, is_first=earlier is None
    )
    before = earlier.as_told_with(seen, audience) if earlier else None
    document = compose(digest, seen, occasion, earlier=before)
    if isinstance(document, Silence):
        return Outgoing(names, silence=document.value)
    return Outgoing(names, render_digest(document, seen))


def _print_json(
    digest: Digest, due_next: Sequence[Upcoming], outgoing: Sequence[Outgoing]
) -> None:
    content = {
        "id": digest.id,
        "occurrences": [
            {
                "nominal": one.occurrence.nominal,
                "due_at": one.local.isoformat(),
                "in_gap": one.occurrence.in_gap,
                "clock_change": one.change
                and {
                    "at": one.change.at.isoformat(),
                    "forward_s": one.change.forward.total_seconds(),
                },
            }
            for one in due_next
        ],
        "outgoing": [
            {
                "to": list(one.recipients),
                "silence": one.silence,
                "messages": [
                    {"text": part.text, "blocks": list(part.blocks)}
                    for part in one.parts
                ],
            }
            for one in outgoing
        ],
    }
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))


def _print(
    digest: Digest, due_next: Sequence[Upcoming], outgoing: Sequence[Outgoing]
) -> None:
    """Print the first message whole, and those of its thread by their first lines."""
    console = Console(highlight=False)
    console.print(Text(digest.title, style="bold"))
    console.print(f"Due next, {digest.when.timezone}:")
    for one in due_next:
        if one.change:
            _indent(console, change_in_words(one.change, digest))
        missing = ""
        if one.occurrence.in_gap:
            hour = one.occurrence.nominal.partition("T")[2]
            missing = f"  ({hour} does not exist that day)"
        offset = f"{one.local:%z}"
        when = f"{one.local:%a %Y-%m-%d %H:%M} {offset[:3]}:{offset[3:5]}"
        _indent(console, f"{when}{missing}")
    console.print()

    if not digest.to:
        console.print(Text(f"{WAITING}\n", style="bold"))
    console.print(f"What would go out now, {FOR_MEMBERS}:")
    for each in outgoing:
        console.print()
        if each.recipients:
            console.print(Text(", ".join(each.recipients), style="bold"))
        if each.silence:
            _indent(console, f"Nothing: {each.silence}.")
        for lead in each.parts[:1]:
            _indent(console, lead.text)
        if thread := each.parts[1:]:
            firsts = (part.text.partition("\n")[0] for part in thread)
            lines = ["", "In the thread:", *(f"  {line}" for line in firsts)]
            _indent(console, "\n".join(lines))


def _indent(console: Console, words: str) -> None:
    console.print(Padding(Text(words), (0, 0, 0, 2)))


def change_in_words(change: ClockChange, digest: Digest) -> str:
    """Say that the clocks go forward or back, and when."""
    local = (change.at - timedelta(seconds=1)).astimezone(digest.when.zone)
    way = "forward" if change.forward > timedelta() else "back"
    by = str(abs(change.forward)).removesuffix(":00")
    return f"-- the clocks go {way} by {by} h on {local:%a %Y-%m-%d}"
