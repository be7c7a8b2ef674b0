"""The form in which somebody subscribes, and what is said of it after. No I/O."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.blocks import (
    InputBlock,
    InputInteractiveElement,
    Option,
    OptionGroup,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
    TimePickerElement,
)
from slack_sdk.models.views import View

from bot.briefing.library import SubLibrary
from bot.briefing.models import Briefing
from bot.curators.notices import quoted
from bot.digests.models import Show
from bot.digests.schedules import Every
from bot.slack.views.message import (
    checked_view,
    context_block,
    paragraphs,
    shorten_plain,
)
from bot.slack.views.mrkdwn import bold, escape
from bot.slack.views.times import clock_words, moment, zone_words
from bot.subscriptions.manage import (
    MOST_OF_A_PERSON,
    FormOptions,
    RejectReason,
    SubscriptionRequest,
)
from bot.subscriptions.model import Subscription

CALLBACK_ID = "subscribe"
HERE, DM = "here", "dm"
HOME = "home"
"""The `private_metadata` of a form that was opened from the App Home."""
_MOST_GROUPS = 100
_MOST_IN_GROUP = 100
_MOST_TOPICS = 400
"""Slack takes 10,000, but the view with them would be too large."""


class Field(StrEnum):
    """The form's fields: each one's `block_id` and `action_id`."""

    TOPICS = "topics"
    EVERY = "every"
    AT = "at"
    WHERE = "where"
    SHOW = "show"


_EVERY = {
    Every.DAY: "Every day",
    Every.WEEKDAY: "Weekdays, Monday to Friday",
    **{day: f"{day.capitalize()}s" for day in tuple(Every)[2:]},
}
_SHOW = {
    Show.CHANGES: "Only what changed",
    Show.FULL: "The full briefing each time",
}
_WHERE = {DM: "Direct message to me", HERE: "This channel, for everybody"}

_MINE = "Times are {zone}. A direct message follows you when you change your time zone."
_FAULTS = {
    RejectReason.NOTHING_CHOSEN: (Field.TOPICS, "Choose a briefing or a topic."),
    RejectReason.MIXED: (
        Field.TOPICS,
        "Choose whole briefings or single topics, not both in one.",
    ),
    RejectReason.GONE: (
        Field.TOPICS,
        "One of these isn't in the briefing any more. Close this and start again.",
    ),
    RejectReason.HAVE_IT: (Field.TOPICS, "That is set up already, for the same time."),
    RejectReason.TOO_MANY: (
        Field.TOPICS,
        f"You have {MOST_OF_A_PERSON} subscriptions already. Delete one first.",
    ),
    RejectReason.UNCHECKED: (
        Field.TOPICS,
        "I couldn't check with Slack just now. Please press the button again.",
    ),
    RejectReason.NOT_FOR_CHANNEL: (
        Field.WHERE,
        "Not everybody in this channel may see that. Choose the direct message.",
    ),
    RejectReason.OUTSIDER: (
        Field.WHERE,
        "Only members of a channel can set it up there.",
    ),
    RejectReason.UNINVITED: (
        Field.WHERE,
        "I can't post in this channel yet: /invite me there, then press again.",
    ),
    RejectReason.ARCHIVED: (
        Field.WHERE,
        "This channel is archived, so I can't post there.",
    ),
}


def subscribe_form(
    offer: FormOptions, wish: SubscriptionRequest, *, is_home: bool = False
) -> dict[str, Any]:
    """Return the form, filled in with a wish where the offer has what it names.

    `is_home` is for one that was opened from the App Home, which shows what came of it.
    """
    blocks = [
        _field(Field.TOPICS, "What", _topics(offer.library, wish.topics)),
        _field(Field.EVERY, "On which days", _select(_EVERY, wish.every)),
        _field(Field.AT, "At what time", _time(offer, wish)),
        *_where(offer, wish),
        _field(Field.SHOW, "How much", _radio(_SHOW, wish.show)),
        context_block(escape(_MINE.format(zone=zone_words(offer.zone)))),
    ]
    view = View(
        type="modal",
        title="Get it regularly",
        submit="Subscribe",
        close="Not now",
        callback_id=CALLBACK_ID,
        private_metadata=HOME if is_home else offer.channel_id,
        blocks=[block.to_dict() for block in blocks],
    )
    return checked_view(view.to_dict())


def _field(field: Field, label: str, element: InputInteractiveElement) -> SdkBlock:
    return InputBlock(block_id=field.value, label=label, element=element)


def _topics(library: SubLibrary, chosen: Sequence[str]) -> StaticMultiSelectElement:
    offered = list(_groups(library, chosen))
    groups = [OptionGroup(label=label, options=few) for label, few in offered]
    options = {option.value: option for _, few in offered for option in few}
    initial = [options[topic] for topic in chosen if topic in options]
    return StaticMultiSelectElement(
        action_id=Field.TOPICS.value,
        placeholder="Briefings or topics",
        option_groups=groups,
        initial_options=initial or None,
    )


def _groups(
    library: SubLibrary, chosen: Sequence[str]
) -> Iterator[tuple[str, list[Option]]]:
    """Offer as many topics as fit, those of the chosen briefings first."""
    wanted = {topic.partition("/")[0] for topic in chosen}
    ordered = sorted(library.briefings, key=lambda briefing: briefing.id not in wanted)
    room = _MOST_TOPICS
    for briefing in ordered[:_MOST_GROUPS]:
        options = _options(briefing, chosen)[: min(room, _MOST_IN_GROUP)]
        room -= len(options)
        if options:
            yield shorten_plain(briefing.name, 75), options


def _options(briefing: Briefing, chosen: Sequence[str]) -> list[Option]:
    sections = {f"{briefing.id}/{each.id}": each.name for each in briefing.sections}
    ordered = sorted(sections, key=lambda topic: topic not in chosen)
    whole = _option(f"{briefing.name}, all of it", briefing.id)
    return [whole, *(_option(sections[topic], topic) for topic in ordered)]


def _option(words: str, value: str) -> Option:
    return Option(text=shorten_plain(words, 75), value=value)


def _select(words: dict[Every, str], chosen: Every) -> StaticSelectElement:
    options = {every: _option(said, every.value) for every, said in words.items()}
    return StaticSelectElement(
        action_id=Field.EVERY.value,
        options=list(options.values()),
        initial_option=options[chosen],
    )


def _time(offer: FormOptions, wish: SubscriptionRequest) -> TimePickerElement:
    return TimePickerElement(
        action_id=Field.AT.value,
        initial_time=f"{wish.at:%H:%M}",
        timezone=offer.zone,
    )


def _where(offer: FormOptions, wish: SubscriptionRequest) -> list[SdkBlock]:
    """Offer the channel where there is one; what is in the way is said at once."""
    if not offer.channel_id:
        return []
    element = _choice(Field.WHERE, _WHERE, HERE if wish.channel_id else DM)
    blocks = [_field(Field.WHERE, "Where", element)]
    if offer.obstacle:
        blocks.append(context_block(escape(_FAULTS[offer.obstacle][1])))
    return blocks


def _radio(words: dict[Show, str], chosen: Show) -> RadioButtonsElement:
    named = {show.value: said for show, said in words.items()}
    return _choice(Field.SHOW, named, chosen.value)


def _choice(field: Field, words: dict[str, str], chosen: str) -> RadioButtonsElement:
    options = {value: _option(said, value) for value, said in words.items()}
    return RadioButtonsElement(
        action_id=field.value,
        options=list(options.values()),
        initial_option=options.get(chosen, next(iter(options.values()))),
    )


def form_errors(fault: RejectReason, *, asks_where: bool) -> dict[str, str]:
    """Return what stands under a field; a form that asks for no place has no such."""
    field, words = _FAULTS[fault]
    place = Field.TOPICS if field is Field.WHERE and not asks_where else field
    return {place.value: words}


def subscribed_view(subscription: Subscription, command: str) -> dict[str, Any]:
    """Return what the form turns to: what comes when, and how to end it."""
    place = "by direct message" if subscription.is_dm else "in this channel"
    title = bold(escape(subscription.title))
    when = _when(subscription)
    words = [f"{title} comes {escape(when)}, {place}.", *_next(subscription)]
    hint = f"{command} subscriptions shows it, pauses it or ends it."
    view = View(
        type="modal",
        title="Subscribed",
        close="Done",
        callback_id="subscribed",
        blocks=[
            block.to_dict()
            for block in (*paragraphs(" ".join(words)), context_block(escape(hint)))
        ],
    )
    return checked_view(view.to_dict())


def _when(subscription: Subscription) -> str:
    rhythm = subscription.rhythm
    return f"{rhythm.in_words()} {zone_words(rhythm.zone)}"


def _next(subscription: Subscription) -> list[str]:
    if subscription.next_at is None:
        return []
    return [f"The first one: {moment(subscription.next_at, subscription.rhythm.zone)}."]


def introduction(subscription: Subscription, command: str) -> str:
    """Say in a channel who set this up; the words are escaped when they are rendered.

    Slack asks every app to name the person (marketplace guidelines, notifications).
    """
    first = ""
    if subscription.next_at:
        zone = subscription.rhythm.zone
        first = f" The first one comes {clock_words(subscription.next_at, zone)}."
    title = quoted(subscription.title)
    return (
        f"<@{subscription.owner_id}> set up *{title}* for this channel, "
        f"{_when(subscription)}.{first} {command} subscriptions shows it; any member "
        "of the channel can pause or end it."
    )
