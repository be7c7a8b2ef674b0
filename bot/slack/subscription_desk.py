"""`SubscriptionDesk`: what listeners call about subscriptions."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from bot.audiences import Asker
from bot.block_kit.part import Part
from bot.briefing.handling import PUBLIC
from bot.briefing.library import Library
from bot.digests.topics import visible
from bot.installation import Installation
from bot.questions.pages import Page, PageKind, Shown
from bot.questions.understand import understand
from bot.scheduling.sources import AllDigests
from bot.slack.background import Background
from bot.slack.payloads import Interaction, Json, text_in
from bot.slack.responder import Responder
from bot.slack.subscription_form import asks_where, read_wish, wish_for
from bot.slack.views.controls import Action
from bot.slack.views.modal import reply_modal
from bot.slack.views.notices import UNCHECKED, notice
from bot.slack.views.subscriptions import (
    GONE,
    HOME,
    SubscriptionAction,
    form_errors,
    subscribe_form,
    subscribed_view,
    subscriptions_answer,
)
from bot.subscriptions.manage import RejectReason, SubscriptionRequest, Subscriptions

_NOTHING = Library(()).for_audience(PUBLIC)


@dataclass(frozen=True)
class SubscriptionDesk:
    """Forms that open, forms that come back, and lists with their menus."""

    subscriptions: Subscriptions
    digests: AllDigests
    doorway: Responder
    background: Background
    command: str
    refresh_home: Callable[[Asker], Coroutine[Any, Any, None]]

    async def typed_subscribe(
        self, asker: Asker, words: str, trigger_id: str
    ) -> Part | None:
        """Open the form, filled in with the topic that the words name."""
        press = Interaction(asker, Action.SUBSCRIBE, words, trigger_id=trigger_id)
        self.background.start(self._open_for_words(press), "subscribe")
        return None

    async def _open_for_words(self, press: Interaction) -> None:
        library = await self.subscriptions.library_of(press.asker) or _NOTHING
        reply = understand(press.value, library)
        topics = (_topic(reply.page),) if isinstance(reply, Shown) else ()
        await self._open(press, SubscriptionRequest(topics))

    async def pressed_subscribe(self, press: Interaction) -> None:
        """Open the form for the digest whose button was pressed."""
        installation, digest_id = press.asker.installation, press.value
        found = await self.digests.find(installation, digest_id) if digest_id else None
        await self._open(
            press, wish_for(found.digest) if found else SubscriptionRequest()
        )

    async def _open(self, press: Interaction, wish: SubscriptionRequest) -> None:
        asker = press.asker
        if asker.channel_id.startswith("D"):
            asker = replace(asker, channel_id="")
        offer = await self.subscriptions.form_options(asker)
        if offer is None or not offer.library.briefings:
            view = reply_modal(notice(UNCHECKED))
        else:
            is_offered = visible(wish.topics, offer.library)
            wish = wish if is_offered else SubscriptionRequest()
            view = subscribe_form(offer, wish, is_home=press.is_home)
        await self.doorway.open(press, view)

    async def submitted(self, asker: Asker, view: Json) -> dict[str, Any]:
        """Return the answer to a form: errors under its fields, or what was set up."""
        granted = await self.subscriptions.subscribe(
            asker, read_wish(view), form_id=text_in(view, "id")
        )
        if isinstance(granted, RejectReason):
            errors = form_errors(granted, asks_where=asks_where(view))
            return {"response_action": "errors", "errors": errors}
        if text_in(view, "private_metadata") == HOME:
            self.background.start(self.refresh_home(asker), "home")
        shown = subscribed_view(granted, self.command)
        return {"response_action": "update", "view": shown}

    async def typed_list(self, asker: Asker, _words: str, _trigger_id: str) -> Part:
        """List what the person set up, and what the channel gets."""
        return await self.listed(asker)

    async def listed(self, asker: Asker, *, note: str = "") -> Part:
        """Return the list as it is now."""
        library = await self.subscriptions.library_of(asker) or _NOTHING
        listing = await self.subscriptions.listing(asker)
        return subscriptions_answer(library, listing, note=note)

    async def change(self, asker: Asker, value: str) -> str:
        """Do what a subscription's menu says; return a word on what went wrong."""
        verb, _, subscription_id = value.partition("|")
        changes = {
            SubscriptionAction.PAUSE: self.subscriptions.pause,
            SubscriptionAction.RESUME: self.subscriptions.resume,
            SubscriptionAction.DELETE: self.subscriptions.delete,
        }
        if verb not in set(SubscriptionAction):
            return GONE
        done = await changes[SubscriptionAction(verb)](asker, subscription_id)
        return "" if done else GONE

    async def pressed_change(self, press: Interaction) -> None:
        """Change a subscription, and show the list, or the Home, as it is then."""
        note = await self.change(press.asker, press.value)
        if press.is_home:
            await self.refresh_home(press.asker)
        else:
            await self.doorway.reply(press, await self.listed(press.asker, note=note))

    async def person_changed(self, installation: Installation, user: Json) -> None:
        """Follow a person to another zone, or stop where they are deactivated."""
        await self.subscriptions.person_changed(
            installation,
            text_in(user, "id"),
            zone=text_in(user, "tz"),
            is_gone=user.get("deleted") is True,
        )

    async def uninstalled(self, installation: Installation) -> None:
        """Forget what was set up in a workspace that has removed the app."""
        await self.subscriptions.uninstalled(installation)


def _topic(page: Page) -> str:
    is_section = page.kind is PageKind.SECTION
    return f"{page.briefing_id}/{page.item_id}" if is_section else page.briefing_id
