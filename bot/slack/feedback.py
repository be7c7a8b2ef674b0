"""Reaching the curators: two forms that buttons open, stored when they are sent."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import ValidationError
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.briefing.library import SubLibrary
from bot.curators.feedback import Feedback, Remark
from bot.curators.votes import VoteStore
from bot.errors import BotError
from bot.installation import Installation
from bot.outbox.model import MessageRef
from bot.questions.pages import Page, PageKind
from bot.slack.background import Background
from bot.slack.payloads import (
    Interaction,
    Json,
    chosen_in,
    field_in,
    read_asker,
    read_interaction,
    text_in,
)
from bot.slack.responder import Responder, after_ack
from bot.slack.views.controls import HELPFUL, VOTE, Action, briefing_asked
from bot.slack.views.feedback import (
    NOTHING_WRITTEN,
    QUESTION,
    REPORT,
    FeedbackField,
    question_form,
    received_view,
    report_form,
)
from bot.slack.views.mrkdwn import written
from bot.slack.views.notices import notice

PRESS_ASK_AGAIN = (
    "Slack didn't open the form just now. Please press “Ask the curators” again."
)
PRESS_REPORT_AGAIN = (
    "Slack didn't open the form just now. Please choose “Wrong or outdated?” again."
)
SAY_MORE = (
    "Thank you, that is counted. If something is wrong, choose “Wrong or outdated?” in "
    "the menu: the curators read it."
)
FORM_UNREAD = (
    "I can't tell any more what this form is about. Copy what you wrote, and choose "
    "“Wrong or outdated?” under the answer again."
)
TOO_OLD_TO_JUDGE = "Thank you. That message is so old that I can't count it any more."
_MOST_WORDS = 400
"""A form's hidden text holds 3,000 characters, and JSON doubles some of them."""


@dataclass(frozen=True)
class FeedbackHandlers:
    """Opens the two forms, and takes them when they are sent."""

    feedback: Feedback
    responder: Responder
    background: Background
    votes: VoteStore
    team_url: Callable[[Installation], str]
    """Returns a workspace's address."""

    def register(self, slack_app: AsyncApp) -> None:
        """Listen to "Ask the curators", to both forms, and to votes."""
        vote = after_ack(self.vote, "vote", self.responder, self.background)
        slack_app.action(VOTE)(vote)
        slack_app.action(re.compile(f"^{Action.ASK}/"))(self.ask_pressed)
        slack_app.view(QUESTION)(self.submitted)
        slack_app.view(REPORT)(self.submitted)

    async def ask_pressed(
        self, ack: AsyncAck, installation: Installation, body: Json, action: Json
    ) -> None:
        """Open the form that passes a question on; the button carries the question."""
        await ack()
        interaction = read_interaction(installation, body, action)
        # A button cannot carry nothing, and says so by a dash.
        question = "" if interaction.value == "–" else interaction.value
        form = question_form(question, briefing_asked(text_in(action, "action_id")))
        work = self.responder.open(interaction, form, instead=PRESS_ASK_AGAIN)
        self.background.start(self.responder.carry_out(interaction, work), "ask")

    async def vote(self, interaction: Interaction) -> None:
        """Count a vote; who did not find it helpful hears how to say more."""
        asker, is_helpful = interaction.asker, interaction.value == HELPFUL
        message = MessageRef(asker.channel_id, interaction.message_ts)
        is_known = await self.votes.vote(
            asker.installation, asker.user_id, message, is_helpful=is_helpful
        )
        if not is_known:
            await self.responder.add(interaction, notice(TOO_OLD_TO_JUDGE))
        elif not is_helpful:
            await self.responder.add(interaction, notice(SAY_MORE))

    async def report(
        self, interaction: Interaction, page: Page, library: SubLibrary
    ) -> None:
        """Open the form that says what is wrong about a page of this library."""
        words = _words_of(interaction, page, library)[:_MOST_WORDS]
        remark = Remark(
            user_id=interaction.asker.user_id,
            comment="",
            page=page.encode(),
            words=words,
            permalink=self._permalink(interaction),
        )
        form = report_form(words, remark.model_dump_json())
        await self.responder.open(interaction, form, instead=PRESS_REPORT_AGAIN)

    def _permalink(self, interaction: Interaction) -> str:
        """Return the message's address, where curators may be able to follow it."""
        channel_id, ts = interaction.asker.channel_id, interaction.message_ts
        if interaction.is_ephemeral or not ts or channel_id[:1] not in "CG":
            return ""
        team_url = self.team_url(interaction.asker.installation)
        address = f"{team_url.rstrip('/')}/archives/{channel_id}"
        return f"{address}/p{ts.replace('.', '')}"

    async def submitted(
        self, ack: AsyncAck, installation: Installation, body: Json
    ) -> None:
        """Store what a form says before Slack is answered, so that none gets lost."""
        asker, view = read_asker(installation, body), body.get("view") or {}
        comment = text_in(field_in(view, FeedbackField.COMMENT), "value").strip()
        form_id = text_in(view, "id")
        if not comment:
            errors = {FeedbackField.COMMENT.value: NOTHING_WRITTEN}
            await ack(response_action="errors", errors=errors)
            return
        if text_in(view, "callback_id") == QUESTION:
            wants_answer = bool(chosen_in(view, FeedbackField.TELL_ME))
            remark = Remark(
                user_id=asker.user_id, comment=comment, wants_answer=wants_answer
            )
            asked = text_in(view, "private_metadata")
            reached = await self.feedback.ask(
                asker, remark, briefing_id=asked, occasion=form_id
            )
            thanks = received_view(
                is_question=True, reached=reached, notified=wants_answer
            )
        else:
            try:
                about = Remark.model_validate_json(text_in(view, "private_metadata"))
            except ValidationError as exc:
                raise BotError(FORM_UNREAD) from exc
            remark = about.model_copy(update={"comment": comment})
            reached = await self.feedback.report(asker, remark, occasion=form_id)
            thanks = received_view(is_question=False, reached=reached, notified=False)
        await ack(response_action="update", view=thanks)


def _words_of(interaction: Interaction, page: Page, library: SubLibrary) -> str:
    """Return the words that somebody was shown, or those of the page as it is now."""
    claim = library.claim(page.briefing_id, page.item_id)
    if page.kind is PageKind.CLAIM and claim:
        lines = map(written, interaction.message_text.splitlines())
        return "\n".join(lines) or claim.text
    section = library.section(page.briefing_id, page.item_id)
    if page.kind is PageKind.SECTION and section:
        return section.title
    briefing = library.by_id.get(page.briefing_id)
    return briefing.title if briefing else ""
