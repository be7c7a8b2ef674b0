"""`HomeDesk`: what listeners call about the App Home."""

import logging
from dataclasses import dataclass

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.audiences import Asker
from bot.errors import DeliveryError
from bot.readers.home import Home
from bot.slack.clients import ClientsOf
from bot.slack.failures import error_code
from bot.slack.views.home import home_view, unchecked_home

log = logging.getLogger(__name__)

_TROUBLE = (SlackApiError, ClientError, TimeoutError, DeliveryError)


@dataclass(frozen=True)
class HomeDesk:
    """Draws a person's Home when they open it, and anew when something changed."""

    home: Home
    clients_of: ClientsOf
    command: str

    async def opened(self, asker: Asker, hash: str = "") -> None:
        """Draw it for a visit; `hash` is of the view that the person sees now."""
        await self._draw(asker, hash, is_visit=True)

    async def refresh(self, asker: Asker) -> None:
        """Draw it anew after a press."""
        await self._draw(asker, "", is_visit=False)

    async def _draw(self, asker: Asker, hash: str, *, is_visit: bool) -> None:
        page = await self.home.page(asker, is_visit=is_visit)
        view = home_view(page, self.command) if page else unchecked_home()
        clients = self.clients_of(asker.installation)
        try:
            await clients.posting.views_publish(
                user_id=asker.user_id, view=view, hash=hash or None
            )
        except _TROUBLE as exc:
            # Somebody drew a newer one meanwhile, or the next opening draws it.
            why = error_code(exc) if isinstance(exc, SlackApiError) else ""
            log.info("home.not_drawn", extra={"why": why or type(exc).__name__})
