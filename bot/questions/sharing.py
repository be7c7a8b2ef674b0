"""Sharing an answer with a channel: through the outbox, as far as the room may see."""

import json
from datetime import timedelta

from bot.audiences import Asker, Audiences, AudienceUnknown, look_up_audience
from bot.errors import DeliveryError, FailureClass
from bot.outbox.interfaces import Messenger
from bot.outbox.model import (
    Composed,
    Delivery,
    DeliveryKey,
    Ending,
    NewDelivery,
    Payload,
    Skipped,
    Status,
)
from bot.outbox.plan import DeliveryStore
from bot.questions.answers import has_page
from bot.questions.pages import Page, RenderShared
from bot.revisions import Revisions

SHARED = "Sharing it here."
NOT_FOR_ALL = (
    "I can't share that here: not everybody who reads this channel may see it."
)
UNCHECKED = "I couldn't check just now who reads this channel. Please press again."
NOT_A_MEMBER = "I can't post here yet: `/invite` me to this channel, then press again."
ARCHIVED = "I can't post here: this channel is archived."
NOT_PERMITTED = "I can't share it here. {why}"
NOT_VISIBLE = Ending(Status.SKIPPED, "skipped: not everybody there may see it")
GRACE = timedelta(minutes=15)
"""Nobody wants an answer in the channel long after it was shared."""


class Sharing:
    """Plans what somebody shares, if the room may see it and we may post there."""

    def __init__(
        self,
        store: DeliveryStore,
        revisions: Revisions,
        *,
        audiences: Audiences,
        messenger: Messenger,
    ) -> None:
        self._store = store
        self._revisions = revisions
        self._audiences = audiences
        self._messenger = messenger

    async def share(self, asker: Asker, page: Page, press: str) -> str:
        """Return what to tell whoever pressed; `press` names the press, once."""
        refusal = await self._refusal(asker, page)
        if refusal:
            return refusal

        now = self._store.now()
        key = DeliveryKey.for_share(
            asker.installation, page.encode(), press, channel_id=asker.channel_id
        )
        row = NewDelivery(
            key,
            destination=asker.channel_id,
            due_at=now,
            expires_at=now + GRACE,
            request=json.dumps({"by": asker.user_id}),
        )
        await self._store.plan([row])
        return SHARED

    async def _refusal(self, asker: Asker, page: Page) -> str:
        """Say why the channel may not or cannot have the page, or nothing."""
        library = await self._revisions.current()
        try:
            audience = await look_up_audience(
                self._audiences,
                asker.installation,
                library,
                person=asker.user_id,
                channel=asker.channel_id,
            )
        except AudienceUnknown:
            return UNCHECKED
        if not has_page(library.for_audience(audience), page):
            return NOT_FOR_ALL

        try:
            facts = await self._messenger.describe_channel(
                asker.installation, asker.channel_id
            )
        except DeliveryError as error:
            if error.permanent is FailureClass.INSTALLATION:
                # An invitation would not help: the app lacks a permission.
                return NOT_PERMITTED.format(why=error)
            return NOT_A_MEMBER if error.permanent else ""
        if facts.is_archived:
            return ARCHIVED
        return "" if facts.is_member or facts.is_dm else NOT_A_MEMBER


def sharer_of(delivery: Delivery) -> str:
    """Return who shared an answer."""
    return str(json.loads(delivery.request)["by"])


class ShareComposer:
    """The `Composer` of shared answers, which say who shared them."""

    def __init__(
        self, revisions: Revisions, *, audiences: Audiences, render: RenderShared
    ) -> None:
        self._revisions = revisions
        self._audiences = audiences
        self._render = render

    def reader(self, delivery: Delivery) -> str:
        return sharer_of(delivery)

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        """Look again at who reads the room: it may have been opened meanwhile."""
        by = self.reader(delivery)
        library = await self._revisions.current()
        audience = await look_up_audience(
            self._audiences,
            delivery.installation,
            library,
            person=by,
            channel=delivery.destination,
        )
        seen = library.for_audience(audience)
        page = Page.decode(delivery.key.subject)
        if page is None or not has_page(seen, page):
            return Skipped(NOT_VISIBLE)

        part = self._render(page, seen, by, delivery.due_at.date())
        return Composed(Payload((part,), library.content_hash, seen.labels_shown))
