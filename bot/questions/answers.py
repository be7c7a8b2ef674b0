"""`Answers`: who is asking, what they may see, and what their words come to."""

import asyncio
import gc
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

from bot.audiences import Asker, Audiences, visible_library
from bot.briefing.drafts.check import check_draft
from bot.briefing.library import Library, SubLibrary
from bot.briefing.search.meaning import Meaning
from bot.briefing.tlp import PUBLIC
from bot.corrections.model import ClaimKey
from bot.corrections.shown_wordings import ShownWordings
from bot.interfaces import Clock, LibrarySource
from bot.meaning.meanings import Meanings
from bot.questions.changes_since import ChangesSince
from bot.questions.channel_defaults import ChannelDefault, ChannelDefaults
from bot.questions.pages import (
    Checked,
    DefaultSet,
    Gone,
    Hedge,
    Page,
    PageKind,
    Refusal,
    Reply,
    Shown,
    Unchecked,
)
from bot.questions.small_talk import Utterance
from bot.questions.unanswered import UnansweredQuestions
from bot.questions.understand import (
    is_refused,
    question_to_keep,
    read_command,
    reply_to,
    search,
    whole_question,
)

AnswerObserver = Callable[[str, Reply], None]
"""Hears how it was asked (command, message, search, button), and what it came to."""
StartTask = Callable[[Coroutine[Any, Any, object], str], None]
"""Begins what nobody waits for; the log calls it by this name."""
GATHER_S = 0.1
"""How long what people read is gathered, so that it is stored as one."""
_NOTHING = Library(()).for_audience(PUBLIC)


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, and all that rendering it may know: the sub-library and the day.

    `is_unfinished` says that an embeddings endpoint could find more, and that it may be
    asked after the acknowledgement.
    """

    reply: Reply
    library: SubLibrary
    today: date
    is_unfinished: bool = False


class Answers:
    """What words and buttons come to, for whoever is asking.

    A command is answered from memory, and nobody is looked up while all is TLP:CLEAR.
    What changed since the last digest asks the database, after the acknowledgement.
    """

    def __init__(
        self,
        *,
        briefings: LibrarySource,
        audiences: Audiences,
        defaults: ChannelDefaults,
        changes_since: ChangesSince,
        clock: Clock,
        observe: AnswerObserver,
        meanings: Meanings | None = None,
    ) -> None:
        """Without `meanings` words alone answer."""
        self._briefings = briefings
        self._audiences = audiences
        self._defaults = defaults
        self._changes_since = changes_since
        self._clock = clock
        self._observe = observe
        self._meanings = meanings or Meanings()

    async def to_command(
        self, asker: Asker, words: str, *, is_acknowledged: bool = False
    ) -> Answer:
        """Answer what somebody typed behind the command, from memory.

        The page of changes is not counted from the last digest yet. What is unfinished
        is to be asked for again once the command is acknowledged.
        """
        visible = await self._visible(asker)
        library = visible or _NOTHING
        said = read_command(words, library)
        if visible is None and not said.verb:
            return self._answer("command", Unchecked(), library)
        reply, is_unfinished = await self._reply(
            asker, said, library, is_acknowledged=is_acknowledged
        )
        if is_unfinished:
            today = self._clock.now().date()
            return Answer(reply, library, today, is_unfinished=True)
        return self._answer("command", reply, library)

    async def to_search(self, asker: Asker, words: str) -> Answer:
        """Answer words that were written to somebody else, or into a search field."""
        library = await self._visible(asker)
        if library is None:
            return self._answer("search", Unchecked(), _NOTHING)
        assumed = self._defaults.of(asker.installation, asker.channel_id)
        reply, _ = await self._meanings.answer(
            lambda meaning: search(
                words, library, assumed_briefing=assumed, meaning=meaning
            )
        )
        return self._answer("search", reply, library)

    async def to_draft(self, asker: Asker, text: str) -> Answer:
        """Check the rest of a draft, whose beginning was checked before."""
        library = await self._visible(asker)
        if library is None:
            return self._answer("draft", Unchecked(), _NOTHING)
        assumed = self._defaults.of(asker.installation, asker.channel_id)
        check = check_draft(text, library, briefing_id=assumed)
        return self._answer("draft", Checked(check), library)

    async def to_page(self, asker: Asker, page: Page) -> Answer:
        """Answer a button: its page as it is now, or that it is gone."""
        library = await self._visible(asker)
        if library is None:
            return self._answer("button", Unchecked(), _NOTHING)
        reply = Shown(page) if has_page(library, page) else Gone(page)
        return self._answer("button", reply, library)

    async def since_last_digest(self, asker: Asker, answer: Answer) -> Answer:
        """Count the page of changes from the last digest; leave others as they are."""
        reply = await self._changes_since.count(asker, answer.reply, answer.library)
        return replace(answer, reply=reply)

    async def reply(
        self,
        asker: Asker,
        said: Utterance,
        library: SubLibrary,
        *,
        previous: str | None = None,
        is_for_room: bool = False,
    ) -> Reply:
        """Return what words come to in this place: the one way of all that is typed.

        `library` holds what the reader may see: the asker, or everybody in the room
        where `is_for_room`. `previous` is the question before this one.
        """
        reply, _ = await self._reply(asker, said, library, previous)
        self._observe("message", reply)
        return await self._changes_since.count(
            asker, reply, library, is_for_room=is_for_room
        )

    def question_to_keep(
        self,
        asker: Asker,
        said: Utterance,
        reply: Reply,
        library: SubLibrary,
        *,
        previous: str | None = None,
    ) -> str:
        """Return what was asked so that the next question may lean on it."""
        assumed = self._defaults.of(asker.installation, asker.channel_id)
        return question_to_keep(
            said,
            reply,
            library,
            assumed_briefing=assumed,
            previous=previous,
            meaning=self._meanings.known(),
        )

    async def _reply(
        self,
        asker: Asker,
        said: Utterance,
        library: SubLibrary,
        previous: str | None = None,
        *,
        is_acknowledged: bool = True,
    ) -> tuple[Reply, bool]:
        """Return what words come to, and whether an endpoint could find more."""
        place = asker.installation, asker.channel_id
        attempt = partial(
            self._read, said, library, previous, self._defaults.of(*place)
        )
        reply, is_unfinished = await self._meanings.answer(
            attempt, is_acknowledged=is_acknowledged
        )
        if isinstance(reply, DefaultSet):
            self._defaults.set(ChannelDefault(*place, reply.briefing_id))
        return reply, is_unfinished

    def _read(
        self,
        said: Utterance,
        library: SubLibrary,
        previous: str | None,
        assumed: str,
        meaning: Meaning | None,
    ) -> Reply:
        leans_on = previous
        if previous and is_refused(
            previous, library, assumed_briefing=assumed, meaning=meaning
        ):
            leans_on = None
        reply = reply_to(
            said,
            library,
            assumed_briefing=assumed,
            previous=leans_on,
            today=self._clock.now().date(),
            meaning=meaning,
        )
        if leans_on != previous and isinstance(reply, Hedge | Refusal):
            # Curators see all that was asked, and not only its end.
            whole = whole_question(said.words, previous)
            reply = replace(reply, question=whole)
        return reply

    def warm(self) -> None:
        """Prepare what everybody may see, so that the first answer does not wait."""
        library = self._briefings.served.library.for_audience(PUBLIC)
        library.names.warm()
        library.searcher.warm()
        _ = library.fingerprints

    async def _visible(self, asker: Asker) -> SubLibrary | None:
        library = self._briefings.served.library
        return await visible_library(library, self._audiences, asker)

    def _answer(self, asked_by: str, reply: Reply, library: SubLibrary) -> Answer:
        self._observe(asked_by, reply)
        return Answer(reply, library, self._clock.now().date())


def has_page(library: SubLibrary, page: Page) -> bool:
    """Say whether this page exists for whoever sees this sub-library."""
    if page.kind is PageKind.SECTION:
        return library.section(page.briefing_id, page.item_id) is not None
    if page.kind is PageKind.CLAIM:
        return library.claim(page.briefing_id, page.item_id) is not None
    if page.item_id and not library.section(page.briefing_id, page.item_id):
        return False
    return page.briefing_id in library.by_id


class ReadTracker:
    """What follows from an answer that only its asker sees, after it has left."""

    def __init__(
        self,
        shown_wordings: ShownWordings,
        unanswered: UnansweredQuestions,
        clock: Clock,
        start: StartTask,
    ) -> None:
        self._shown_wordings = shown_wordings
        self._unanswered = unanswered
        self._clock = clock
        self._start = start
        self._is_gathering = False

    def corrected(self, asker: Asker, library: SubLibrary) -> tuple[ClaimKey, ...]:
        """Return what was wrong when this person last saw it, from memory."""
        return self._shown_wordings.corrected(asker, library)

    def note(
        self,
        asker: Asker,
        answer: Answer,
        claims: frozenset[ClaimKey],
        *,
        notified: Collection[ClaimKey] = (),
    ) -> None:
        """Have stored soon that an answer showed these claims, or its open question.

        `notified` are the claims whose corrections it listed.
        """
        self._shown_wordings.note(
            asker, answer.library, claims, notified=notified, at=self._clock.now()
        )
        if not self._is_gathering:
            self._is_gathering = True
            self._start(self._keep_soon(), "reading")
        if isinstance(answer.reply, Hedge | Refusal):
            place, id = asker.installation, uuid4().hex
            self._start(self._unanswered.note(place, answer.reply, id=id), "question")

    async def _keep_soon(self) -> None:
        try:
            await asyncio.sleep(GATHER_S)
        finally:
            self._is_gathering = False
        await self._shown_wordings.keep()


def warm_up(answers: Answers) -> None:
    """Prepare a snapshot's answers, and spare the collector walking it at each pass.

    With 10,000 claims one pass takes longer than an answer may.
    """
    gc.unfreeze()
    answers.warm()
    gc.collect()
    gc.freeze()
