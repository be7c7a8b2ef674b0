"""What a press of a button asks of others: sharing a page, reaching the curators."""

from typing import Protocol

from bot.services.audiences import Asker
from bot.services.pages import Page


class Sharing(Protocol):
    """Posts a page for everybody in the channel, with the name of who shared it."""

    async def share(self, asker: Asker, page: Page, press: str) -> str:
        """Plan the post once per `press`; return the words for whoever pressed."""
        ...


class CuratorDesk(Protocol):
    """Passes on to the curators what readers have to say."""

    async def ask(self, asker: Asker, question: str, press: str) -> str:
        """Pass a question on, once per `press`; return the words for the asker."""
        ...

    async def report(self, asker: Asker, page: Page, press: str) -> str:
        """Pass on that a page is wrong or outdated, once per `press`."""
        ...


class ClosedCounter:
    """Stands in where nobody takes these things yet, and says so."""

    async def share(self, asker: Asker, page: Page, press: str) -> str:
        return (
            "I can't share from here yet. “Copy as text with source” in the menu gives "
            "you the words with their source."
        )

    async def ask(self, asker: Asker, question: str, press: str) -> str:
        return (
            "I can't pass questions on yet. Please ask the curators in their channel."
        )

    async def report(self, asker: Asker, page: Page, press: str) -> str:
        return "I can't pass that on yet. Please tell the curators in their channel."
