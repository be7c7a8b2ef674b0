"""Being forgotten: the list of what is kept, with the button that deletes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.installation import Installation
from bot.readers.personal_data import PersonalData
from bot.slack.background import Background
from bot.slack.commands import Verb
from bot.slack.payloads import Interaction, Json, read_asker
from bot.slack.responder import Responder, after_ack
from bot.slack.views.personal_data import (
    CALLBACK_ID,
    DELETE,
    forgotten_view,
    kept_view,
)

TYPE_AGAIN = (
    "Slack didn't open the list of what I keep about you just now. Please type "
    "{command} forget me again."
)


@dataclass(frozen=True)
class PrivacyHandlers:
    """Shows what is kept about a person, and deletes it when they say so.

    `questions_go_to` is the host of an embeddings endpoint that is not on our machine.
    """

    data: PersonalData
    responder: Responder
    background: Background
    command: str
    questions_go_to: str

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """The commands that are answered here."""
        return {"forget me": self.typed_forget}

    def register(self, slack_app: AsyncApp) -> None:
        """Listen to the button of the list, and to lists of an earlier release."""
        forget = after_ack(self.forget, "forgetting", self.responder, self.background)
        slack_app.action(DELETE)(forget)
        slack_app.view(CALLBACK_ID)(self.submitted)

    async def typed_forget(self, typed: Interaction) -> None:
        """Open the list of what is kept."""
        kept = await self.data.of(typed.asker)
        again = TYPE_AGAIN.format(command=self.command)
        view = kept_view(kept, questions_go_to=self.questions_go_to)
        await self.responder.open(typed, view, instead=again)

    async def forget(self, interaction: Interaction) -> None:
        """Delete it all, and say so in the list's place."""
        await self.data.forget(interaction.asker)
        await self.responder.turn(interaction, forgotten_view())

    async def submitted(
        self, ack: AsyncAck, installation: Installation, body: Json
    ) -> None:
        """Do the same for a list of an earlier release, before Slack is answered."""
        await self.data.forget(read_asker(installation, body))
        await ack(response_action="update", view=forgotten_view())
