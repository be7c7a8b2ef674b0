"""`FeedbackDesk`: what listeners call when somebody wants to reach the curators."""

from dataclasses import dataclass
from typing import Any

from bot.audiences import Asker
from bot.briefing.library import SubLibrary
from bot.curators.feedback import Feedback, Remark
from bot.questions.pages import Page, PageKind
from bot.slack.payloads import Interaction, Json, chosen_in, text_in
from bot.slack.responder import Responder
from bot.slack.views.feedback import (
    QUESTION,
    FeedbackField,
    question_form,
    received_view,
    report_form,
)

_MOST_WORDS = 400
"""A form's hidden text holds 3,000 characters, and JSON doubles some of them."""


@dataclass(frozen=True)
class FeedbackDesk:
    """Opens the two forms, and takes them when they are sent."""

    feedback: Feedback
    doorway: Responder
    team_url: str

    async def ask(self, press: Interaction) -> None:
        """Open the form that passes a question on."""
        await self.doorway.open(press, question_form(press.value))

    async def report(self, press: Interaction, page: Page, library: SubLibrary) -> None:
        """Open the form that says what is wrong about a page of this library."""
        words = _words_of(press, page, library)[:_MOST_WORDS]
        remark = Remark(
            user_id=press.asker.user_id,
            comment="",
            page=page.encode(),
            words=words,
            permalink=self._permalink(press),
        )
        await self.doorway.open(press, report_form(words, remark.model_dump_json()))

    def _permalink(self, press: Interaction) -> str:
        """Return the message's address, where curators may be able to follow it."""
        channel_id = press.asker.channel_id
        if press.is_ephemeral or not press.message_ts or channel_id[:1] not in "CG":
            return ""
        number = press.message_ts.replace(".", "")
        return f"{self.team_url.rstrip('/')}/archives/{channel_id}/p{number}"

    async def submitted(self, asker: Asker, view: Json) -> dict[str, Any]:
        """Store what a form says, and return what it turns to.

        Stored before Slack is answered: a form that closes is kept.
        """
        if text_in(view, "callback_id") == QUESTION:
            return await self._submitted_question(asker, view)
        return await self._submitted_report(asker, view)

    async def _submitted_question(self, asker: Asker, form: Json) -> dict[str, Any]:
        wants_answer = bool(chosen_in(form, FeedbackField.TELL_ME))
        remark = Remark(
            user_id=asker.user_id,
            comment=_comment(form),
            wants_answer=wants_answer,
        )
        reached = await self.feedback.ask(asker, remark, occasion=text_in(form, "id"))
        return _turn(
            received_view(is_question=True, reached=reached, told=wants_answer)
        )

    async def _submitted_report(self, asker: Asker, view: Json) -> dict[str, Any]:
        about = Remark.model_validate_json(text_in(view, "private_metadata"))
        remark = about.model_copy(update={"comment": _comment(view)})
        reached = await self.feedback.report(
            asker, remark, occasion=text_in(view, "id")
        )
        return _turn(received_view(is_question=False, reached=reached, told=False))


def _turn(view: dict[str, Any]) -> dict[str, Any]:
    return {"response_action": "update", "view": view}


def _comment(view: Json) -> str:
    field = FeedbackField.COMMENT.value
    return text_in(view, "state", "values", field, field, "value").strip()


def _words_of(press: Interaction, page: Page, library: SubLibrary) -> str:
    """Return the words that somebody was shown, or those of the page as it is now."""
    claim = library.claim(page.briefing_id, page.item_id)
    if page.kind is PageKind.CLAIM and claim:
        return press.message_text or claim.text
    section = library.section(page.briefing_id, page.item_id)
    if page.kind is PageKind.SECTION and section:
        return section.title
    briefing = library.by_id.get(page.briefing_id)
    return briefing.title if briefing else ""
