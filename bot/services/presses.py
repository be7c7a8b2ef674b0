"""What a press of a button asks of others: sharing a page with everybody."""

from typing import Protocol

from bot.services.audiences import Asker
from bot.services.pages import Page


class Sharing(Protocol):
    """Posts a page for everybody in the channel, with the name of who shared it."""

    async def share(self, asker: Asker, page: Page, press: str) -> str:
        """Plan the post once per `press`; return the words for whoever pressed."""
        ...


class ClosedCounter:
    """Stands in where nothing can be shared yet, and says so."""

    async def share(self, asker: Asker, page: Page, press: str) -> str:
        return (
            "I can't share from here yet. “Copy as text with source” in the menu gives "
            "you the words with their source."
        )
