"""Being forgotten: the list of what is kept, with the button that deletes it."""

from collections.abc import Mapping
from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.installation import Installation
from bot.readers.personal_data import PersonalData
from bot.slack.background import Background
from bot.slack.commands import Verb
from bot.slack.payloads import Interaction, Json, read_asker, read_interaction
from bot.slack.responder import Responder
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
        """Listen to the list when it is sent back."""
        slack_app.action(DELETE)(self.pressed)
        slack_app.view(CALLBACK_ID)(self.submitted)

    async def typed_forget(self, typed: Interaction) -> None:
        """Open the list of what is kept."""
        kept = await self.data.of(typed.asker)
        again = TYPE_AGAIN.format(command=self.command)
        view = kept_view(kept, questions_go_to=self.questions_go_to)
        await self.responder.open(typed, view, instead=again)

    async def pressed(
        self, ack: AsyncAck, installation: Installation, body: Json, action: Json
    ) -> None:
        """Delete it all, and say so in the list's place."""
        await ack()
        interaction = read_interaction(installation, body, action)
        work = self.responder.carry_out(interaction, self._forget(interaction))
        self.background.start(work, "forgetting")

    async def _forget(self, interaction: Interaction) -> None:
        await self.data.forget(interaction.asker)
        await self.responder.turn(interaction, forgotten_view())

    async def submitted(
        self, ack: AsyncAck, installation: Installation, body: Json
    ) -> None:
        """Do the same for a list of an earlier release, before Slack is answered."""
        await self.data.forget(read_asker(installation, body))
        await ack(response_action="update", view=forgotten_view())
