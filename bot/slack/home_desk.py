"""`HomeDesk`: what listeners call about the App Home."""

from dataclasses import dataclass

from bot.audiences import Asker
from bot.readers.home import Home
from bot.slack.responder import Responder
from bot.slack.views.home import home_view, unchecked_home


@dataclass(frozen=True)
class HomeDesk:
    """Draws a person's Home when they open it, and anew when something changed."""

    home: Home
    responder: Responder
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
        await self.responder.publish_home(asker, view, hash=hash)
