"""Notices to curators: plain words of services, made safe for Slack. No I/O."""

import re

from bot.block_kit.part import Part
from bot.slack.views.message import PART_TEXT, message, paragraphs, shorten
from bot.slack.views.mrkdwn import escape

_TOKEN = re.compile(
    r"&lt;(@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|!date\^\d+\^[^|&\n]+\|[^|&\n]+)&gt;"
)


class NoticeWords:
    """A `NoticeRenderer`: what a notice quotes can neither mention nor link."""

    def render(self, words: str) -> Part:
        lines = (_TOKEN.sub(r"<\1>", escape(line)) for line in words.split("\n"))
        return message(*paragraphs(shorten("\n".join(lines), PART_TEXT)))
