"""The go: a curator's press on "Correct them" lets corrections out."""

from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from bot.corrections.corrections import Corrections
from bot.curators.correction_notices import GoRequest
from bot.curators.curator_directory import CuratorDirectory
from bot.slack.background import Background
from bot.slack.payloads import Interaction
from bot.slack.responder import Responder, after_ack
from bot.slack.views.notices import NoticeAction, notice

NOT_A_CURATOR = "Only this briefing's curators can let its corrections go out."
GOING = "Thank you. {number} going out now."
NOTHING_WAITS = "Nothing waits any more: somebody was quicker, or the words changed."


@dataclass(frozen=True)
class CorrectionHandlers:
    """Lets corrections go out when a curator of their briefing says so."""

    corrections: Corrections
    curators: CuratorDirectory
    responder: Responder
    background: Background

    def register(self, slack_app: AsyncApp) -> None:
        """Listen to the button."""
        go = after_ack(self.go, "corrections", self.responder, self.background)
        slack_app.action(NoticeAction.GO.value)(go)

    async def go(self, interaction: Interaction) -> None:
        """Let out what waited when the notice asked; who pressed hears of it."""
        asker, asked = interaction.asker, GoRequest.decode(interaction.value)
        if asked is None:
            return
        theirs = await self.curators.briefings_of(asker.installation, asker.user_id)
        words = NOT_A_CURATOR
        if asked.briefing_id in theirs:
            given = await self.corrections.go(
                asker.user_id, until=asked.until, briefing_ids=[asked.briefing_id]
            )
            noun = "correction is" if len(given) == 1 else "corrections are"
            number = f"{len(given):,} {noun}"
            words = GOING.format(number=number) if given else NOTHING_WAITS
        await self.responder.add(interaction, notice(words))
