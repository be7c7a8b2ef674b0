"""What changed last, taken from the claims' own lists of revisions. No I/O."""

from bot.block_kit.part import Part
from bot.briefing.changes import Change
from bot.briefing.models import Briefing, Claim, ClaimRevision, RevisionKind
from bot.briefing.wording import headline
from bot.digests.compose import tally
from bot.questions.pages import Page, Since
from bot.slack.views.claim_line import bold_words
from bot.slack.views.digest_changes import change_line
from bot.slack.views.footer import as_of
from bot.slack.views.listing import listing
from bot.slack.views.message import ENTRY_LINES, count_lines
from bot.slack.views.mrkdwn import escape, italic
from bot.slack.views.render_context import RenderContext
from bot.slack.views.text_diff import text_diff
from bot.slack.views.times import moment, say_day

_WORDS = {
    RevisionKind.CORRECTION: "✏️ *Corrected*",
    RevisionKind.UPDATE: "*Updated*",
    RevisionKind.WITHDRAWAL: "✏️ *Withdrawn*",
}


def changes_answer(context: RenderContext, page: Page, briefing: Briefing) -> Part:
    """List corrections, updates and withdrawals, newest first; none is one line."""
    found = revisions(briefing)
    if not found:
        title = f"{escape(briefing.name)}: no corrections or updates so far."
        return listing(context, page, briefing, title=title, facts=_facts(briefing))
    return listing(
        context,
        page,
        briefing,
        title=f"{escape(briefing.name)}: {_count(found)}",
        entries=[(_entry(claim, revision), (claim,)) for revision, claim in found],
        facts=_facts(briefing),
    )


def since_answer(context: RenderContext, since: Since) -> Part | None:
    """List what changed since the last digest here; None if the briefing is gone."""
    briefing = context.briefing(since.page.briefing_id)
    if briefing is None:
        return None
    news = since.changes.news
    what = tally(news) or "nothing changed"
    when = moment(since.notified_at, "UTC")
    return listing(
        context,
        since.page,
        briefing,
        title=f"{escape(briefing.name)}: {what} since the digest of {when}",
        entries=[(f"• {change_line(c, briefing)}", _shown(c, briefing)) for c in news],
        facts=_facts(briefing),
    )


def _shown(change: Change, briefing: Briefing) -> tuple[Claim, ...]:
    """Return the claim as it stands; nothing of one that is gone."""
    return tuple(claim for claim in briefing.claims if claim.id == change.claim_id)


def revisions(briefing: Briefing) -> list[tuple[ClaimRevision, Claim]]:
    """Return every revision with its claim, newest first, then in the file's order."""
    found = [
        (revision, claim) for claim in briefing.claims for revision in claim.revisions
    ]
    return sorted(found, key=lambda pair: pair[0].date, reverse=True)


def _count(found: list[tuple[ClaimRevision, Claim]]) -> str:
    number = len(found)
    return "1 change" if number == 1 else f"{number:,} changes"


def _facts(briefing: Briefing) -> tuple[str, ...]:
    if briefing.verified is None:
        return (as_of(briefing),)
    return as_of(briefing), f"verified {say_day(briefing.verified)}"


def _entry(claim: Claim, revision: ClaimRevision) -> str:
    """Say it in three lines: the words as they are now, and what they were."""
    word = f"{_WORDS[revision.kind]} {say_day(revision.date)}:"
    because = italic(escape(revision.because))
    if revision.kind is RevisionKind.WITHDRAWAL:
        return f"• {word} “{escape(headline(claim))}” — {because}"
    said = f"• {word} {bold_words(claim)}; {text_diff(revision.was, claim.text)}"
    full = f"{said} — {because}"
    return full if count_lines(full) <= ENTRY_LINES else said


def last_change(briefing: Briefing) -> list[str]:
    """Say the newest revision in one line; nothing where there is none."""
    for revision, claim in revisions(briefing)[:1]:
        day = say_day(revision.date)
        word = _WORDS[revision.kind]
        return [f"{word} {day}: {escape(headline(claim))}"]
    return []
