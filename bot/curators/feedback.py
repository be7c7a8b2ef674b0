"""`Feedback`: what readers tell the curators, and what the curators get to read."""

from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from bot.audiences import Asker, Audiences, AudienceUnknown, look_up_audience
from bot.block_kit.part import Part
from bot.briefing.library import SubLibrary
from bot.briefing.tlp import public_in
from bot.curators.curator_directory import rows_to_curators
from bot.curators.edit_links import EditLinks
from bot.outbox.model import (
    Composed,
    Delivery,
    Payload,
    Skipped,
)
from bot.outbox.plan import DeliveryStore
from bot.questions.pages import Choice, Hedge, Page, Refusal, Reply, Shown
from bot.questions.unanswered import UnansweredQuestions
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

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

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


RenderNote = Callable[[Note], Part]
"""Makes a message for curators: what readers wrote can neither mention nor link."""


class Feedback:
    """Plans notices to the curators of what a remark is about, once per occasion.

    `occasion` names the form that was sent: Slack may tell of it twice.
    """

    def __init__(
        self,
        outbox: DeliveryStore,
        revisions: Revisions,
        unanswered: UnansweredQuestions,
        *,
        audiences: Audiences,
    ) -> None:
        self._outbox = outbox
        self._revisions = revisions
        self._unanswered = unanswered
        self._audiences = audiences

    async def report(self, asker: Asker, remark: Remark, *, occasion: str) -> bool:
        """Pass on that something is wrong; False where nobody is named as curator."""
        page = Page.decode(remark.page)
        about = {page.briefing_id} if page else set[str]()
        return await self._pass_on(asker, remark, about, occasion=occasion)

    async def ask(
        self, asker: Asker, remark: Remark, *, briefing_id: str = "", occasion: str
    ) -> bool:
        """Pass a question on, and keep who wants to be told of its answer.

        `briefing_id` is the one that was asked already. Return False where nobody is
        named as curator.
        """
        library = await self._revisions.current()
        try:
            audience = await look_up_audience(
                self._audiences, asker.installation, library, person=asker.user_id
            )
        except AudienceUnknown:
            audience = public_in(asker.installation)
        if any(briefing.id == briefing_id for briefing in library.briefings):
            about = {briefing_id}
        else:
            # The question is about a briefing only by what its asker may see.
            visible = library.for_audience(audience)
            about = _briefings_asked(search(remark.comment, visible)) or {
                briefing.id for briefing in visible.briefings
            }

        if remark.wants_answer:
            asked = next(iter(about)) if len(about) == 1 else ""
            await self._unanswered.sign(
                asker, remark.comment, briefing_id=asked, id=occasion
            )
        return await self._pass_on(asker, remark, about, occasion=occasion)

    async def _pass_on(
        self, asker: Asker, remark: Remark, about: Set[str], *, occasion: str
    ) -> bool:
        """Plan a notice to those who answer for these briefings, and to no others."""
        library, now = await self._revisions.current(), self._outbox.now()
        briefings = [briefing for briefing in library.briefings if briefing.id in about]
        briefing_id = briefings[0].id if len(briefings) == 1 else ""
        names = dict.fromkeys(
            name
            for briefing in briefings
            for name in library.curators(briefing, asker.installation)
        )
        rows = rows_to_curators(
            asker.installation,
            names,
            remark.model_dump_json(),
            about=f"{SUBJECT}/{briefing_id}",
            occasion=occasion,
            now=now,
            grace=GRACE,
        )
        await self._outbox.plan(rows)
        return bool(rows)


class FeedbackComposer:
    """The `Composer` of remarks: what a room may not see is not quoted to it."""

    def __init__(
        self,
        revisions: Revisions,
        *,
        audiences: Audiences,
        links: EditLinks,
        render: RenderNote,
    ) -> None:
        self._revisions = revisions
        self._audiences = audiences
        self._links = links
        self._render = render

    def reader(self, delivery: Delivery) -> str:
        return delivery.key.person_id

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        remark = Remark.model_validate_json(delivery.request)
        library = await self._revisions.current()
        audience = await look_up_audience(
            self._audiences,
            delivery.installation,
            library,
            person=self.reader(delivery),
            channel=delivery.destination,
        )
        seen = library.for_audience(audience)

        page = Page.decode(remark.page)
        subject = delivery.key.subject.partition("/")[2]
        briefing = seen.by_id.get(page.briefing_id if page else subject)
        item_id = words = edit_url = ""
        if page and (own_words := _own_words(seen, page)):
            # What somebody was shown may tell of more than the claim it is about.
            is_whole = seen.briefings == library.briefings
            item_id, words = page.item_id, remark.words if is_whole else own_words
            edit_url = await self._links.to_claim(page.briefing_id, page.item_id)
        name = briefing.name if briefing else ""
        part = self._render(Note(remark, name, item_id, words, edit_url))
        return Composed(Payload((part,), library.content_hash, seen.labels_shown))


def _briefings_asked(reply: Reply) -> set[str]:
    """Return the briefings that words led to; none where all were searched in vain."""
    match reply:
        case Shown(page):
            return {page.briefing_id}
        case Hedge(claims=pages) | Choice(pages=pages):
            return {page.briefing_id for page in pages}
        case Refusal(briefing_id=id) if id:
            return {id}
        case _:
            return set()


def _own_words(seen: SubLibrary, page: Page) -> str:
    """Return what a page says of itself now; nothing where it does not exist."""
    claim = seen.claim(page.briefing_id, page.item_id)
    section = seen.section(page.briefing_id, page.item_id)
    briefing = seen.by_id.get(page.briefing_id)
    if page.item_id:
        return claim.text if claim else section.title if section else ""
    return briefing.title if briefing else ""
