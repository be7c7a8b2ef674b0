"""Being forgotten: the list of what is kept, sent back with "Forget it all"."""

from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack.payloads import read_asker
from bot.slack.privacy_desk import PrivacyDesk
from bot.slack.views.personal_data import CALLBACK_ID


def register(slack_app: AsyncApp, desk: PrivacyDesk) -> None:
    """Listen to the list when it is sent back."""

    async def forget(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack(**await desk.submitted(read_asker(body)))

    slack_app.view(CALLBACK_ID)(forget)
