"""`Feedback`: what readers tell the curators, and what the curators get to read."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from bot.audiences import Asker, Audiences, AudienceUnknown, look_up_audience
from bot.block_kit.part import Part
from bot.briefing.handling import PUBLIC
from bot.briefing.library import Library, SubLibrary
from bot.curators.edit_links import EditLinks
from bot.curators.notices import curators_in
from bot.digests.recipients import Recipient
from bot.installation import Installation
from bot.outbox.model import (
    Composed,
    Delivery,
    DeliveryKey,
    NewDelivery,
    Payload,
    Skipped,
)
from bot.outbox.plan import DeliveryStore
from bot.questions.pages import Hedge, Page, Refusal
from bot.questions.unanswered import UnansweredQuestions, briefing_of
from bot.questions.understand import search
from bot.revisions import Revisions

SUBJECT = "feedback"
"""The first step of these notices' subject, by which they find their composer."""
GRACE = timedelta(days=7)
MOST_CHARACTERS = 1_000


class Remark(BaseModel):
    """What somebody passes on, as the notice's row holds it.

    A report is about a `page` and quotes the `words` they were shown; a question has no
    page. `permalink` is empty for a message that only they saw.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    user_id: str
    comment: str
    page: str = ""
    words: str = ""
    permalink: str = ""
    wants_answer: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A remark as the readers of one channel may see it.

    Where not all of them may see the claim, nothing but the remark is left: its id
    could tell of it, too. `briefing` is empty, too, where several were asked.
    """

    remark: Remark
    briefing: str
    item_id: str
    words: str
    edit_url: str


class NoteRenderer(Protocol):
    """Turns a note into a message for curators."""

    def render(self, note: Note) -> Part:
        """Return the message; what readers wrote can neither mention nor link."""
        ...


class Feedback:
    """Plans notices to the curators of what a remark is about, once per occasion.

    `occasion` names the form that was sent: Slack may tell of it twice.
    """

    def __init__(
        self,
        outbox: DeliveryStore,
        revisions: Revisions,
        gaps: UnansweredQuestions,
        *,
        audiences: Audiences,
    ) -> None:
        self._outbox = outbox
        self._revisions = revisions
        self._gaps = gaps
        self._audiences = audiences

    async def report(self, asker: Asker, remark: Remark, *, occasion: str) -> bool:
        """Pass on that something is wrong; False where nobody is named as curator."""
        page = Page.decode(remark.page)
        briefing_id = page.briefing_id if page else ""
        return await self._pass_on(asker, remark, briefing_id, occasion=occasion)

    async def ask(self, asker: Asker, remark: Remark, *, occasion: str) -> bool:
        """Pass a question on, and keep who wants to be told of its answer.

        Return False where nobody is named as curator.
        """
        briefing_id = await self._asked_of(asker, remark.comment)
        if remark.wants_answer:
            await self._gaps.sign(
                asker, remark.comment, briefing_id=briefing_id, id=occasion
            )
        return await self._pass_on(asker, remark, briefing_id, occasion=occasion)

    async def _asked_of(self, asker: Asker, question: str) -> str:
        """Return the briefing that a question is about, by what the asker may see."""
        library = await self._revisions.current()
        try:
            audience = await look_up_audience(
                self._audiences, asker.installation, library, person=asker.user_id
            )
        except AudienceUnknown:
            audience = PUBLIC
        reply = search(question, library.for_audience(audience))
        return briefing_of(reply) if isinstance(reply, Hedge | Refusal) else ""

    async def _pass_on(
        self, asker: Asker, remark: Remark, briefing_id: str, *, occasion: str
    ) -> bool:
        library = await self._revisions.current()
        curators = _curators(library, briefing_id, asker.installation)
        rows = [
            self._row(asker, remark, curator, about=briefing_id, occasion=occasion)
            for curator in curators
        ]
        await self._outbox.plan(rows)
        return bool(rows)

    def _row(
        self,
        asker: Asker,
        remark: Remark,
        curator: Recipient,
        *,
        about: str,
        occasion: str,
    ) -> NewDelivery:
        now = self._outbox.now()
        key = DeliveryKey.for_notice(
            asker.installation,
            f"{SUBJECT}/{about}",
            occasion,
            recipient=str(curator),
        )
        return NewDelivery(
            key,
            destination=str(Recipient(curator.kind, curator.value)),
            due_at=now,
            expires_at=now + GRACE,
            request=remark.model_dump_json(),
        )


def _curators(
    library: Library, briefing_id: str, installation: Installation
) -> list[Recipient]:
    """Return who answers for a briefing; for all, where none is meant."""
    meant = [b for b in library.briefings if briefing_id in ("", b.id)]
    names = dict.fromkeys(name for briefing in meant for name in briefing.curators)
    return curators_in(installation, names)


class FeedbackComposer:
    """The `Composer` of remarks: what a room may not see is not quoted to it."""

    def __init__(
        self,
        revisions: Revisions,
        *,
        audiences: Audiences,
        links: EditLinks,
        renderer: NoteRenderer,
    ) -> None:
        self._revisions = revisions
        self._audiences = audiences
        self._links = links
        self._renderer = renderer

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        remark = Remark.model_validate_json(delivery.request)
        library = await self._revisions.current()
        seen = await self._visible(delivery, library)
        # What somebody was shown may tell of more than the claim that it is about.
        is_whole = seen.briefings == library.briefings
        note = await self._note(remark, seen, delivery.key.subject, is_whole=is_whole)
        part = self._renderer.render(note)
        return Composed(Payload((part,), library.content_hash, seen.labels_shown))

    async def _visible(self, delivery: Delivery, library: Library) -> SubLibrary:
        audience = await look_up_audience(
            self._audiences,
            delivery.installation,
            library,
            person=delivery.key.person_id,
            channel=delivery.destination,
        )
        return library.for_audience(audience)

    async def _note(
        self, remark: Remark, seen: SubLibrary, subject: str, *, is_whole: bool
    ) -> Note:
        page = Page.decode(remark.page)
        briefing_id = page.briefing_id if page else subject.partition("/")[2]
        briefing = seen.by_id.get(briefing_id)
        name = briefing.name if briefing else ""
        if page is None or not _own_words(seen, page):
            return Note(remark, name, item_id="", words="", edit_url="")
        return Note(
            remark,
            briefing=name,
            item_id=page.item_id,
            words=remark.words if is_whole else _own_words(seen, page),
            edit_url=await self._edit_url(page),
        )

    async def _edit_url(self, page: Page) -> str:
        return await self._links.to_claim(page.briefing_id, page.item_id)


def _own_words(seen: SubLibrary, page: Page) -> str:
    """Return what a page says of itself now; nothing where it does not exist."""
    claim = seen.claim(page.briefing_id, page.item_id)
    section = seen.section(page.briefing_id, page.item_id)
    briefing = seen.by_id.get(page.briefing_id)
    if page.item_id:
        return claim.text if claim else section.title if section else ""
    return briefing.title if briefing else ""
