"""`Answers`: who is asking, what they may see, and what their words come to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.audiences import Asker, Audiences, visible_library
from bot.briefing.handling import PUBLIC
from bot.briefing.library import Library, SubLibrary
from bot.interfaces import Clock, LibrarySource
from bot.questions.channel_defaults import ChannelDefault, ChannelDefaults
from bot.questions.pages import (
    DefaultSet,
    Gone,
    Page,
    PageKind,
    Reply,
    Shown,
    Unchecked,
)
from bot.questions.understand import understand, understand_question

_NOTHING = Library(()).for_audience(PUBLIC)


def _forget_at_stop(_default: ChannelDefault) -> None:
    return


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and all that rendering it may know: the sub-library and the day."""

    reply: Reply
    library: SubLibrary
    today: date


class Answers:
    """Answers from memory: no SQL, and no look-up of people while all is TLP:CLEAR."""

    def __init__(
        self,
        *,
        briefings: LibrarySource,
        audiences: Audiences,
        defaults: ChannelDefaults,
        clock: Clock,
        keep_default: Callable[[ChannelDefault], None] = _forget_at_stop,
    ) -> None:
        """`keep_default` stores a channel's briefing, and is not waited for."""
        self._briefings = briefings
        self._audiences = audiences
        self._defaults = defaults
        self._clock = clock
        self._keep_default = keep_default

    async def to_words(self, asker: Asker, words: str) -> Answer:
        """Answer what somebody typed behind the command."""
        library = await self._visible(asker)
        if library is None:
            return self._unchecked()
        meant = self._defaults.of(asker.installation, asker.channel_id)
        reply = understand(words, library, meant=meant)
        if isinstance(reply, DefaultSet):
            place = asker.installation, asker.channel_id
            self._set_default(ChannelDefault(*place, reply.briefing_id))
        return self._answer(reply, library)

    async def to_question(self, asker: Asker, words: str) -> Answer:
        """Answer the words of a message, which are no command."""
        library = await self._visible(asker)
        if library is None:
            return self._unchecked()
        meant = self._defaults.of(asker.installation, asker.channel_id)
        return self._answer(understand_question(words, library, meant=meant), library)

    async def to_page(self, asker: Asker, page: Page) -> Answer:
        """Answer a button: its page as it is now, or that it is gone."""
        library = await self._visible(asker)
        if library is None:
            return self._unchecked()
        reply = Shown(page) if has_page(library, page) else Gone(page)
        return self._answer(reply, library)

    def _set_default(self, default: ChannelDefault) -> None:
        """Mean it from now on, and after the next start: stored when answered."""
        self._defaults.set(default)
        self._keep_default(default)

    def warm(self) -> None:
        """Prepare what everybody may see, so that the first answer does not wait."""
        library = self._briefings.served.library.for_audience(PUBLIC)
        library.names.warm()
        library.searcher.warm()
        _ = library.fingerprints

    async def _visible(self, asker: Asker) -> SubLibrary | None:
        library = self._briefings.served.library
        return await visible_library(library, self._audiences, asker)

    def _answer(self, reply: Reply, library: SubLibrary) -> Answer:
        return Answer(reply, library, self._clock.now().date())

    def _unchecked(self) -> Answer:
        return self._answer(Unchecked(), _NOTHING)


def has_page(library: SubLibrary, page: Page) -> bool:
    """Say whether this page exists for whoever sees this sub-library."""
    if page.kind is PageKind.SECTION:
        return library.section(page.briefing_id, page.item_id) is not None
    if page.kind is PageKind.CLAIM:
        return library.claim(page.briefing_id, page.item_id) is not None
    return page.briefing_id in library.by_id
