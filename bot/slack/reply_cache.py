"""`ReplyCache`: finished answers as ready JSON, per sub-library and day."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from bot.block_kit.part import ClaimMark, Part
from bot.briefing.library import SubLibrary
from bot.corrections.model import ClaimKey
from bot.questions.answers import Answer
from bot.questions.pages import Checked, Reply, Shown
from bot.slack.views.draft import draft_marks, draft_modal
from bot.slack.views.message import RenderContext
from bot.slack.views.modal import reply_modal
from bot.slack.views.render import modal, render

MOST_KEPT = 2_000
"""Finished answers kept per sub-library; then all go, and come back when asked for."""

ACKNOWLEDGEMENT_BYTES = 20_000
"""At a frame of over 20,480 bytes Slack is reported to close the socket."""

_Key = tuple[date, Reply]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A finished answer: the bytes that leave, and the claims they show."""

    json: str
    claims: frozenset[ClaimKey]
    fits_acknowledgement: bool


class ReplyCache:
    """Renders answers, and keeps those to commands as the bytes that leave.

    A sub-library is one revision as one clearance sees it, so nothing that is kept can
    outlive its revision or reach another audience.
    """

    def __init__(self, command: str) -> None:
        self._command = command
        self._kept: WeakKeyDictionary[SubLibrary, dict[_Key, _Ready]]
        self._kept = WeakKeyDictionary()

    def context(self, answer: Answer) -> RenderContext:
        """Return what rendering this answer may know."""
        return RenderContext(answer.library, answer.today, self._command)

    def part(self, answer: Answer) -> Part:
        """Render an answer."""
        return render(answer.reply, self.context(answer))

    def view(self, answer: Answer) -> dict[str, Any]:
        """Render an answer as a modal: a page or a draft in full, else its words."""
        if isinstance(answer.reply, Checked):
            return draft_modal(self.context(answer), answer.reply.check)
        if isinstance(answer.reply, Shown):
            view = modal(self.context(answer), answer.reply.page)
            if view:
                return view
        return reply_modal(self.part(answer))

    def json(self, answer: Answer) -> str:
        """Return the answer as the payload of an acknowledgement."""
        return self._ready(answer).json

    def fits_acknowledgement(self, answer: Answer) -> bool:
        """Say whether the answer's payload is short enough for an acknowledgement."""
        return self._ready(answer).fits_acknowledgement

    def claims(self, answer: Answer) -> frozenset[ClaimKey]:
        """Return the claims of which the answer shows a wording."""
        return self._ready(answer).claims

    def claims_in_view(self, answer: Answer) -> frozenset[ClaimKey]:
        """Return the same of the answer's view: it shows all that a draft touches."""
        if isinstance(answer.reply, Checked):
            shown = draft_marks(self.context(answer), answer.reply.check.by_weight)
            marks = filter(None, (each.mark for each in shown))
            return _claims_of(marks, answer.library)
        return self.claims(answer)

    def _ready(self, answer: Answer) -> _Ready:
        kept = self._kept.setdefault(answer.library, {})
        key = (answer.today, answer.reply)
        ready = kept.get(key)
        if ready is None:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            part = self.part(answer)
            json = payload_json(part)
            claims = _claims_of(part.claims, answer.library)
            ready = _Ready(json, claims, fits_acknowledgement(json))
            kept[key] = ready
        return ready


def _claims_of(marks: Iterable[ClaimMark], library: SubLibrary) -> frozenset[ClaimKey]:
    """Return the claims among what is marked: a bottom line or a title is none."""
    keys = (ClaimKey(mark.briefing_id, mark.claim_id) for mark in marks)
    return frozenset(key for key in keys if library.claim(*key))


def payload_json(part: Part) -> str:
    """Return a part as the JSON of an ephemeral answer."""
    return json.dumps(payload(part), ensure_ascii=False)


def fits_acknowledgement(ready_json: str) -> bool:
    """Say whether an acknowledgement of this JSON fits into a frame of the socket.

    The SDK writes all that is not ASCII in escapes of six characters, or of twelve.
    """
    if 12 * len(ready_json) <= ACKNOWLEDGEMENT_BYTES:
        return True
    return len(json.dumps(json.loads(ready_json))) <= ACKNOWLEDGEMENT_BYTES


def payload(part: Part) -> dict[str, object]:
    """Return a part as an ephemeral answer: in an acknowledgement, by a URL."""
    return {
        "response_type": "ephemeral",
        "text": part.text,
        "blocks": list(part.blocks),
        "unfurl_links": False,
        "unfurl_media": False,
    }
