"""The curators' part of the App Home: what waits for their hand. No I/O."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block as SdkBlock

from bot.briefing.wording import headline
from bot.curators.dashboard import DashboardPage, FailedDelivery, LoadError, StaleClaim
from bot.outbox.model import DeliveryKind
from bot.questions.unanswered import UnansweredTopic
from bot.slack.views.message import paragraphs, shorten
from bot.slack.views.mrkdwn import bold, escape, link, quote
from bot.slack.views.times import moment

_MOST = 10
_LINE = 400

_KINDS = {
    DeliveryKind.DIGEST: "A digest",
    DeliveryKind.ANSWER: "An answer",
    DeliveryKind.SHARE: "A shared answer",
    DeliveryKind.NOTICE: "A notice",
    DeliveryKind.CORRECTION: "A correction",
}


def curation_blocks(page: DashboardPage, zone: str) -> list[SdkBlock]:
    """Return what a curator should look at; what keeps files from serving is first."""
    parts = [
        (_state(page, zone), [_error(each) for each in page.errors]),
        (
            _count(len(page.failed), "failed delivery", "failed deliveries"),
            [_failed(each, zone) for each in page.failed],
        ),
        (
            _count(len(page.stale), "claim overdue", "claims overdue", " for review"),
            [_stale(each) for each in page.stale],
        ),
        (
            _count(len(page.gaps), "question", "questions", " without an answer"),
            [_gap(each, zone) for each in page.gaps],
        ),
    ]
    lists = (_list(title, lines) for title, lines in parts)
    heading = paragraphs(bold("For curators"))
    return [*heading, *(block for blocks in lists for block in blocks)]


def _list(title: str, lines: Sequence[str]) -> list[SdkBlock]:
    shown = listed(lines, _MOST)
    return paragraphs("\n".join([title, *shown]))


def listed(lines: Sequence[str], most: int) -> list[str]:
    """Return as many lines as may be shown, and one on how many are left out."""
    left = len(lines) - most
    rest = [f"And {left:,} more."] if left > 0 else []
    return [*(shorten(line, _LINE) for line in lines[:most]), *rest]


def _count(number: int, one: str, many: str, rest: str = "") -> str:
    said = "No" if not number else f"{number:,}"
    return bold(f"{said} {one if number == 1 else many}{rest}")


def _state(page: DashboardPage, zone: str) -> str:
    """Say whether what is in the files is what is served, and since when."""
    if page.errors:
        number = len(page.errors)
        said = "1 error keeps" if number == 1 else f"{number:,} errors keep"
        return f"{bold(f'{said} newer files from being served')}{_since(page, zone)}"
    return f"{bold('All files are served')}{_since(page, zone)}"


def _since(page: DashboardPage, zone: str) -> str:
    if page.revision is None:
        return ""
    commit = page.revision.commit[:9]
    of_commit = f", commit {escape(commit)}" if commit else ""
    return f" · loaded {moment(page.revision.stored_at, zone)}{of_commit}"


def _error(found: LoadError) -> str:
    return f"• {escape(found.words)}{_edit(found.edit_url)}"


def _failed(failed: FailedDelivery, zone: str) -> str:
    record = failed.record
    what = quote(failed.title) if failed.title else _KINDS[record.key.kind]
    reason = record.reason.removeprefix("failed: ")
    when = moment(record.due_at, zone)
    whom = _whom(record.key.recipient, record.destination)
    return f"• {what} to {whom}, due {when}: {escape(reason)}"


def _whom(recipient: str, destination: str) -> str:
    """Name a person or a channel as Slack shows them; a DM is nobody else's to see."""
    bare = recipient.rpartition("/")[2]
    known = bare if bare[:1] in ("U", "W") else destination
    if known[:1] in ("U", "W"):
        return f"<@{known}>"
    return f"<#{known}>" if known[:1] in ("C", "G") else "a direct message"


def _stale(stale: StaleClaim) -> str:
    reads = "never read" if not stale.reads else f"read {stale.reads:,} times"
    said = "read once" if stale.reads == 1 else reads
    name = escape(stale.briefing.name)
    return f"• {escape(headline(stale.claim))} · {name}, {said}{_edit(stale.edit_url)}"


def _gap(gap: UnansweredTopic, zone: str) -> str:
    times = "once" if gap.times == 1 else f"{gap.times:,} times"
    waiting = f", {gap.waiting:,} waiting for an answer" if gap.waiting else ""
    last = moment(gap.last_asked_at, zone)
    return f"• {quote(gap.question, 120)} asked {times}, last {last}{waiting}"


def _edit(url: str) -> str:
    return f" · {link(url, 'Edit')}" if url else ""
