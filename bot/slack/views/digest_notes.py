"""The small lines of a digest: why it is late, who set it up, that nothing is new."""

import re
from datetime import datetime

from bot.digests.compose import DigestDocument, Introduction, Late
from bot.slack.views.mrkdwn import bold, escape, italic
from bot.slack.views.times import say_hour, say_short_weekday, say_zone

_USER_ID = re.compile(r"[UW][A-Z0-9]{2,}")


def notes(document: DigestDocument) -> list[str]:
    """Return the lines below the lead, escaped."""
    said = []
    if document.late:
        said.append(_late(document.late))
    if document.introduction:
        said.append(_introduction(document.introduction))
    return said


def _late(late: Late) -> str:
    because = f": {escape(late.because)}" if late.because else ""
    is_same_day = late.due.date() == late.sent.date()
    due, sent = (_hour(at, is_same_day) for at in (late.due, late.sent))
    return f"Due {due}, sent {sent}{because}"


def _hour(at: datetime, is_same_day: bool) -> str:
    return say_hour(at) if is_same_day else f"{say_short_weekday(at)} {say_hour(at)}"


def _introduction(introduction: Introduction) -> str:
    """A channel is told who set a digest up (a rule of Slack's Marketplace)."""
    who = introduction.set_up_by
    by = f"<@{who}>" if _USER_ID.fullmatch(who) else "the curators"
    return f"{escape(introduction.digest_title)}: set up here by {by}"


def nothing_new(document: DigestDocument) -> str:
    """Say in one line that nothing changed, since when, and when that was checked."""
    names = ", ".join(escape(part.briefing.name) for part in document.parts)
    since = document.unchanged_since
    day = f" since {say_short_weekday(since)}" if since else ""
    checked = document.checked
    when = f"{say_short_weekday(checked)} {say_hour(checked)} {say_zone(checked)}"
    said = f"{bold(f'{names}:')} nothing changed{day}. {italic(f'Checked {when}')}"
    return "\n".join([said, *map(italic, notes(document))])
