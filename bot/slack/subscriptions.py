"""Subscriptions: the form that opens and comes back, and the lists with their menus."""

import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.audiences import Asker
from bot.block_kit.part import Part
from bot.briefing.library import Library
from bot.briefing.tlp import PUBLIC
from bot.digests.models import Digest, Show, visible
from bot.digests.schedules import Every
from bot.installation import Installation
from bot.questions.understand import subscription_request
from bot.scheduling.digest_sources import AllDigests
from bot.slack.background import Background
from bot.slack.commands import Verb
from bot.slack.payloads import (
    Interaction,
    Json,
    chosen_in,
    field_in,
    read_asker,
    text_in,
)
from bot.slack.responder import Responder, after_ack
from bot.slack.views.controls import Action
from bot.slack.views.modal import reply_modal
from bot.slack.views.notices import UNCHECKED, notice
from bot.slack.views.subscriptions import (
    CALLBACK_ID,
    CHANGE,
    GONE,
    HERE,
    HOME,
    LIST,
    SubscriptionAction,
    SubscriptionField,
    form_errors,
    subscribe_form,
    subscribed_view,
    subscriptions_answer,
)
from bot.subscriptions.manage import RejectReason, SubscriptionRequest, Subscriptions

TYPE_AGAIN = "Slack didn't open the form just now. Please type {command} again."
PRESS_AGAIN = "Slack didn't open the form just now. Please press the button again."
_NOTHING = Library(()).for_audience(PUBLIC)
_USUAL = SubscriptionRequest()
_MOST_TOPICS = 100
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class SubscriptionHandlers:
    """Sets up, lists and changes what comes to people and channels by themselves."""

    subscriptions: Subscriptions
    digests: AllDigests
    responder: Responder
    background: Background
    command: str
    refresh_home: Callable[[Asker], Coroutine[Any, Any, None]]

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """The commands that are answered here."""
        return {
            "subscribe": self.typed_subscribe,
            "subscriptions": self.typed_subscriptions,
        }

    def register(self, slack_app: AsyncApp) -> None:
        """Listen to the button under a digest, the form, and the menus in lists."""
        for control, work, name in (
            (Action.SUBSCRIBE, self.open_form, "subscribe"),
            (LIST, self.show_list, "subscriptions"),
            (CHANGE, self.change, "subscription"),
        ):
            listener = after_ack(work, name, self.responder, self.background)
            slack_app.action(re.compile(f"^{control}/"))(listener)
        slack_app.view(CALLBACK_ID)(self.submitted)

    async def typed_subscribe(self, typed: Interaction) -> None:
        """Open the form, filled in with the topics, days and hour of the words."""
        library = await self.subscriptions.library_of(typed.asker) or _NOTHING
        again = TYPE_AGAIN.format(command=f"{self.command} subscribe")
        await self._open(typed, subscription_request(typed.value, library), again)

    async def open_form(self, interaction: Interaction) -> None:
        """Open the form for the digest, or the words, whose button was pressed."""
        if request := SubscriptionRequest.decode(interaction.value):
            await self._open(interaction, request, PRESS_AGAIN)
            return
        installation, digest_id = interaction.asker.installation, interaction.value
        found = await self.digests.find(installation, digest_id) if digest_id else None
        request = request_for(found.digest) if found else _USUAL
        await self._open(interaction, request, PRESS_AGAIN)

    async def _open(
        self, interaction: Interaction, request: SubscriptionRequest, again: str
    ) -> None:
        """Open the form, filled in with a request as far as its topics are offered."""
        asker = interaction.asker
        if asker.channel_id.startswith("D"):
            asker = replace(asker, channel_id="")
        options = await self.subscriptions.form_options(asker)
        if options is None or not options.library.briefings:
            await self.responder.open(interaction, reply_modal(notice(UNCHECKED)))
            return
        if request.topics and not visible(request.topics, options.library):
            request = _USUAL
        form = subscribe_form(options, request, is_home=interaction.is_home)
        await self.responder.open(interaction, form, instead=again)

    async def submitted(
        self, ack: AsyncAck, installation: Installation, body: Json
    ) -> None:
        """Answer a form with errors under its fields, or with what was set up."""
        asker, view = read_asker(installation, body), body.get("view") or {}
        granted = await self.subscriptions.subscribe(
            asker, read_form(view), form_id=text_in(view, "id")
        )
        if isinstance(granted, RejectReason):
            asks_where = bool(field_in(view, SubscriptionField.WHERE))
            errors = form_errors(granted, asks_where=asks_where)
            await ack(response_action="errors", errors=errors)
            return

        if text_in(view, "private_metadata") == HOME:
            self.background.start(self.refresh_home(asker), "home")
        shown = subscribed_view(granted, self.command)
        await ack(response_action="update", view=shown)

    async def typed_subscriptions(self, typed: Interaction) -> Part:
        """List what the person set up, and what the channel gets."""
        return await self._list(typed.asker)

    async def show_list(self, interaction: Interaction) -> None:
        """Show the list to whoever pressed the button that offers it."""
        part = await self._list(interaction.asker)
        await self.responder.reply(interaction, part)

    async def _list(self, asker: Asker, *, note: str = "") -> Part:
        library = await self.subscriptions.library_of(asker) or _NOTHING
        listing = await self.subscriptions.listing(asker)
        return subscriptions_answer(library, listing, note=note)

    async def change(self, interaction: Interaction) -> None:
        """Do what the menu says, and show the list, or the Home, as it is then."""
        asker = interaction.asker
        verb, _, subscription_id = interaction.value.partition("|")
        changes = {
            SubscriptionAction.PAUSE.value: self.subscriptions.pause,
            SubscriptionAction.RESUME.value: self.subscriptions.resume,
            SubscriptionAction.DELETE.value: self.subscriptions.delete,
        }
        change = changes.get(verb)
        is_done = change is not None and await change(asker, subscription_id)
        if interaction.is_home:
            await self.refresh_home(asker)
        else:
            part = await self._list(asker, note="" if is_done else GONE)
            await self.responder.reply(interaction, part)


def request_for(digest: Digest) -> SubscriptionRequest:
    """Return the request to get a digest oneself, at its hour where it has just one."""
    return SubscriptionRequest(
        topics=digest.sections or digest.briefings,
        show=Show.FULL if digest.show is Show.FULL else Show.CHANGES,
        every=digest.when.every or _USUAL.every,
        at=digest.when.at or _USUAL.at,
    )


def read_form(view: Json) -> SubscriptionRequest:
    """Return what a submitted form asks for; whatever is missing has a default."""
    every = text_in(field_in(view, SubscriptionField.EVERY), "selected_option", "value")
    show = text_in(field_in(view, SubscriptionField.SHOW), "selected_option", "value")
    where = text_in(field_in(view, SubscriptionField.WHERE), "selected_option", "value")
    at = text_in(field_in(view, SubscriptionField.AT), "selected_time")
    return SubscriptionRequest(
        topics=tuple(chosen_in(view, SubscriptionField.TOPICS)[:_MOST_TOPICS]),
        show=Show(show) if show in set(Show) else _USUAL.show,
        every=Every(every) if every in set(Every) else _USUAL.every,
        at=time.fromisoformat(at) if _CLOCK.fullmatch(at) else _USUAL.at,
        channel_id=text_in(view, "private_metadata") if where == HERE else "",
    )
