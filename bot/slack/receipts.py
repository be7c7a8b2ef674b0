"""Receipts: "Why this?" under a message, and the command with a message's link."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.block_kit.part import Part
from bot.outbox.model import MessageRef
from bot.readers.receipts import Receipts, linked_message
from bot.slack.commands import RECEIPT, Verb
from bot.slack.payloads import Interaction
from bot.slack.views.notices import notice
from bot.slack.views.receipt import WHICH, receipt_answer


@dataclass(frozen=True)
class ReceiptHandlers:
    """Answers after the acknowledgement: who is in the conversation is asked first."""

    receipts: Receipts
    command: str

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """The commands that are answered here."""
        return {RECEIPT: self.typed}

    async def typed(self, typed: Interaction) -> Part:
        """Answer for the message whose link was given."""
        message = linked_message(typed.value)
        if message is None:
            return notice(WHICH.format(command=self.command))
        return receipt_answer(await self.receipts.of_message(typed.asker, message))

    async def pressed(self, interaction: Interaction) -> Part:
        """Answer for the message in whose menu it was chosen."""
        message = MessageRef(interaction.asker.channel_id, interaction.message_ts)
        return receipt_answer(
            await self.receipts.of_message(interaction.asker, message)
        )
