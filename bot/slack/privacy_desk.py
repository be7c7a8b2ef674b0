"""`PrivacyDesk`: what listeners call when somebody wants to be forgotten."""

from dataclasses import dataclass
from typing import Any

from bot.audiences import Asker
from bot.block_kit.part import Part
from bot.readers.personal_data import PersonalData
from bot.slack.background import Background
from bot.slack.payloads import Interaction
from bot.slack.responder import Responder
from bot.slack.views.controls import Action
from bot.slack.views.personal_data import forgotten_view, kept_view


@dataclass(frozen=True)
class PrivacyDesk:
    """Shows what is kept about a person, and deletes it when they say so."""

    data: PersonalData
    doorway: Responder
    background: Background

    async def typed_forget(
        self, asker: Asker, _words: str, trigger_id: str
    ) -> Part | None:
        """Open the list of what is kept."""
        press = Interaction(asker, Action.OPEN, "", trigger_id=trigger_id)
        self.background.start(self._open(press), "forget")
        return None

    async def _open(self, press: Interaction) -> None:
        kept = await self.data.of(press.asker)
        await self.doorway.open(press, kept_view(kept))

    async def submitted(self, asker: Asker) -> dict[str, Any]:
        """Delete it all before Slack is answered, and return what the list turns to."""
        await self.data.forget(asker)
        return {"response_action": "update", "view": forgotten_view()}
