"""Subscriptions: the form that sets one up, what it turns to, the list. No I/O."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    ConfirmObject,
    InputBlock,
    InputInteractiveElement,
    MarkdownTextObject,
    Option,
    OptionGroup,
    RadioButtonsElement,
    SectionBlock,
    StaticMultiSelectElement,
    StaticSelectElement,
    TimePickerElement,
)
from slack_sdk.models.blocks import Block as SdkBlock

from bot.block_kit.part import Part
from bot.briefing.library import SubLibrary
from bot.curators.notices import quoted
from bot.digests.models import Show, title_of, visible
from bot.digests.schedules import Every
from bot.slack.views.controls import Action
from bot.slack.views.message import (
    context_block,
    message,
    paragraphs,
    shorten_plain,
)
from bot.slack.views.modal import modal_view
from bot.slack.views.mrkdwn import bold, escape, italic, mention
from bot.slack.views.times import clock_words, day_of, zone_words
from bot.subscriptions.manage import (
    MOST_OF_A_PERSON,
    FormOptions,
    RejectReason,
    SubscriptionList,
    SubscriptionRequest,
)
from bot.subscriptions.model import Rhythm, Subscription

CALLBACK_ID = "subscribe"
HERE, DM = "here", "dm"
LIST = "subscriptions"
"""Begins the `action_id` of the button that shows the list."""
HOME = "home"
"""The `private_metadata` of a form that was opened from the App Home."""
CHANGE = "subscription"
"""Begins the `action_id` of every subscription's menu."""
NONE = "You have no subscriptions. Nobody is subscribed by default."
GONE = "That subscription is gone, or it isn't yours to change."

_MOST_GROUPS = 100
_MOST_IN_GROUP = 100
_MOST_TOPICS = 400
"""Slack takes 10,000, but the view with them would be too large."""
_MOST_LISTED = 15
"""So many are said in full by a notification, too."""
_HIDDEN = "Something that you can't see now"


class SubscriptionField(StrEnum):
    """The fields of the form: each one's `block_id` and `action_id`."""

    TOPICS = "topics"
    EVERY = "every"
    AT = "at"
    WHERE = "where"
    SHOW = "show"


class SubscriptionAction(StrEnum):
    """What a subscription's menu offers; options carry `action|id`."""

    PAUSE = "pause"
    RESUME = "resume"
    DELETE = "delete"


_EVERY = {
    Every.DAY: "Every day",
    Every.WEEKDAY: "Weekdays, Monday to Friday",
    **{day: f"{day.capitalize()}s" for day in tuple(Every)[2:]},
}
_SHOW = {
    Show.CHANGES.value: "Only what changed",
    Show.FULL.value: "The full briefing each time",
}
_WHERE = {DM: "Direct message to me", HERE: "This channel, for everybody"}

_ZONE = "Times are {zone}. A direct message follows you when you change your time zone."
_REASONS = {
    RejectReason.NOTHING_CHOSEN: (
        SubscriptionField.TOPICS,
        "Choose a briefing or a topic.",
    ),
    RejectReason.MIXED: (
        SubscriptionField.TOPICS,
        "Choose whole briefings or single topics, not both in one.",
    ),
    RejectReason.GONE: (
        SubscriptionField.TOPICS,
        "One of these isn't in the briefing any more. Close this and start again.",
    ),
    RejectReason.HAVE_IT: (
        SubscriptionField.TOPICS,
        "That is set up already, for the same time.",
    ),
    RejectReason.TOO_MANY: (
        SubscriptionField.TOPICS,
        f"You have {MOST_OF_A_PERSON} subscriptions already. Delete one first.",
    ),
    RejectReason.UNCHECKED: (
        SubscriptionField.TOPICS,
        "I couldn't check with Slack just now. Please press the button again.",
    ),
    RejectReason.NOT_FOR_CHANNEL: (
        SubscriptionField.WHERE,
        "Not everybody in this channel may see that. Choose the direct message.",
    ),
    RejectReason.OUTSIDER: (
        SubscriptionField.WHERE,
        "Only members of a channel can set it up there.",
    ),
    RejectReason.UNINVITED: (
        SubscriptionField.WHERE,
        "I can't post in this channel yet: /invite me there, then press again.",
    ),
    RejectReason.ARCHIVED: (
        SubscriptionField.WHERE,
        "This channel is archived, so I can't post there.",
    ),
    RejectReason.NOT_PERMITTED: (
        SubscriptionField.WHERE,
        "The app lacks a permission to see who is in this conversation. Choose the "
        "direct message, or ask whoever runs me to install the app again.",
    ),
}


def subscribe_form(
    options: FormOptions, request: SubscriptionRequest, *, is_home: bool = False
) -> dict[str, Any]:
    """Return the form, filled in with what is requested as far as it is on offer.

    `is_home` is for one that was opened from the App Home, which shows what came of it.
    """
    days = {every: _option(said, every.value) for every, said in _EVERY.items()}
    every = StaticSelectElement(
        action_id=SubscriptionField.EVERY.value,
        options=list(days.values()),
        initial_option=days[request.every],
    )
    at = TimePickerElement(
        action_id=SubscriptionField.AT.value,
        initial_time=f"{request.at:%H:%M}",
        timezone=options.zone,
    )
    topics = _topics_select(options.library, request.topics)
    blocks = [
        _input(SubscriptionField.TOPICS, "What", topics),
        _input(SubscriptionField.EVERY, "On which days", every),
        _input(SubscriptionField.AT, "At what time", at),
    ]

    # The channel is offered where there is one; what is in the way is said at once.
    if options.channel_id:
        place = HERE if request.channel_id else DM
        where = _radio(SubscriptionField.WHERE, _WHERE, place)
        blocks.append(_input(SubscriptionField.WHERE, "Where", where))
    if options.channel_id and options.obstacle:
        blocks.append(context_block(escape(_REASONS[options.obstacle][1])))

    show = _radio(SubscriptionField.SHOW, _SHOW, request.show.value)
    zone = escape(_ZONE.format(zone=zone_words(options.zone)))
    blocks += [_input(SubscriptionField.SHOW, "How much", show), context_block(zone)]
    return modal_view(
        "Get it regularly",
        blocks,
        callback_id=CALLBACK_ID,
        submit="Subscribe",
        close="Not now",
        private_metadata=HOME if is_home else options.channel_id,
    )


def _input(
    field: SubscriptionField, label: str, element: InputInteractiveElement
) -> SdkBlock:
    return InputBlock(block_id=field.value, label=label, element=element)


def _option(words: str, value: str) -> Option:
    return Option(text=shorten_plain(words, 75), value=value)


def _radio(
    field: SubscriptionField, words: Mapping[str, str], chosen: str
) -> RadioButtonsElement:
    options = {value: _option(said, value) for value, said in words.items()}
    return RadioButtonsElement(
        action_id=field.value,
        options=list(options.values()),
        initial_option=options.get(chosen, next(iter(options.values()))),
    )


def _topics_select(
    library: SubLibrary, chosen: Sequence[str]
) -> StaticMultiSelectElement:
    offered = list(_topic_groups(library, chosen))
    options = {option.value: option for _, few in offered for option in few}
    initial = [options[topic] for topic in chosen if topic in options]
    return StaticMultiSelectElement(
        action_id=SubscriptionField.TOPICS.value,
        placeholder="Briefings or topics",
        option_groups=[OptionGroup(label=name, options=few) for name, few in offered],
        initial_options=initial or None,
    )


def _topic_groups(
    library: SubLibrary, chosen: Sequence[str]
) -> Iterator[tuple[str, list[Option]]]:
    """Offer as many topics as fit, those of the chosen briefings first."""
    wanted = {topic.partition("/")[0] for topic in chosen}
    ordered = sorted(library.briefings, key=lambda briefing: briefing.id not in wanted)
    room = _MOST_TOPICS
    for briefing in ordered[:_MOST_GROUPS]:
        names = {f"{briefing.id}/{each.id}": each.name for each in briefing.sections}
        topics = sorted(names, key=lambda topic: topic not in chosen)
        options = [
            _option(f"{briefing.name}, all of it", briefing.id),
            *(_option(names[topic], topic) for topic in topics),
        ][: min(room, _MOST_IN_GROUP)]
        room -= len(options)
        if options:
            yield shorten_plain(briefing.name, 75), options


def form_errors(reason: RejectReason, *, asks_where: bool) -> dict[str, str]:
    """Return what stands under a field; a form that asks for no place has no such."""
    field, words = _REASONS[reason]
    if field is SubscriptionField.WHERE and not asks_where:
        field = SubscriptionField.TOPICS
    return {field.value: words}


def subscribed_view(subscription: Subscription, command: str) -> dict[str, Any]:
    """Return what the form turns to: what comes when, and how to end it."""
    place = "by direct message" if subscription.is_dm else "in this channel"
    title = bold(escape(subscription.title))
    words = [f"{title} comes {escape(_when(subscription))}, {place}."]
    if subscription.next_at:
        first = day_of(subscription.next_at, subscription.rhythm.zone)
        words.append(f"The first one: {first}.")
    hint = f"{command} subscriptions shows it, pauses it or ends it."
    blocks = [*paragraphs(" ".join(words)), context_block(escape(hint))]
    return modal_view(
        "Subscribed",
        blocks,
        callback_id="subscribed",
        close="Done",
    )


def _when(subscription: Subscription) -> str:
    rhythm = subscription.rhythm
    return f"{rhythm.in_words()} {zone_words(rhythm.zone)}"


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
        f"{mention(subscription.owner_id)} set up *{title}* for this channel, "
        f"{_when(subscription)}.{first} {command} subscriptions shows it; any member "
        "of the channel can pause or end it."
    )


def subscriptions_answer(
    library: SubLibrary, listing: SubscriptionList, *, note: str = ""
) -> Part:
    """List a person's subscriptions and the channel's; `note` comes first."""
    return message(
        *(paragraphs(escape(note)) if note else []),
        *subscription_blocks(library, listing),
        ActionsBlock(elements=[subscribe_button()]),
    )


def subscription_blocks(
    library: SubLibrary, listing: SubscriptionList
) -> list[SdkBlock]:
    """Return a block for each, as far as they fit, with a word on the rest."""
    if not listing.mine and not listing.of_channel:
        return paragraphs(escape(NONE))
    mine = listing.mine[:_MOST_LISTED]
    others = listing.of_channel[: _MOST_LISTED - len(mine)]
    left = len(listing.mine) + len(listing.of_channel) - len(mine) - len(others)
    return [
        *(block for each in mine for block in _subscription(library, each)),
        *(paragraphs(bold("Others set up for this channel")) if others else []),
        *(block for each in others for block in _subscription(library, each)),
        *(paragraphs(f"And {left:,} more.") if left else []),
    ]


def _subscription(
    library: SubLibrary, subscription: Subscription
) -> Iterator[SdkBlock]:
    """Show one with its buttons: to pause or resume it, and to delete it.

    It is named anew: what was visible when it was set up may be withheld by now.
    """
    title = title_of(visible(subscription.topics, library), library) or _HIDDEN
    when = _when(subscription)
    place = "by direct message"
    if not subscription.is_dm:
        owner = subscription.owner_id
        by = f", set up by {mention(owner)}" if owner else ""
        place = f"in {mention(subscription.destination)}{by}"
    much = "the full briefing" if subscription.show is Show.FULL else "what changed"
    next_one = "Paused"
    if subscription.next_at:
        next_one = f"Next: {day_of(subscription.next_at, subscription.rhythm.zone)}"
    lines = [
        bold(escape(title)),
        f"{escape(when[0].upper() + when[1:])}, {place} · {much}",
        italic(next_one),
    ]

    yield SectionBlock(
        text=MarkdownTextObject(text="\n".join(lines), verbatim=True), expand=True
    )
    is_paused = subscription.is_paused
    turn = SubscriptionAction.RESUME if is_paused else SubscriptionAction.PAUSE
    sure = ConfirmObject(
        title="Delete it?", text="It will not come any more.", confirm="Delete"
    )
    yield ActionsBlock(
        elements=[
            ButtonElement(
                text=action.capitalize(),
                action_id=f"{CHANGE}/{action}/{subscription.id}",
                value=f"{action}|{subscription.id}",
                confirm=sure if action is SubscriptionAction.DELETE else None,
            )
            for action in (turn, SubscriptionAction.DELETE)
        ]
    )


def subscribe_button(request: SubscriptionRequest | None = None) -> ButtonElement:
    """Return the button that opens the form, empty or filled in with a request."""
    value = request.encode() if request else None
    return ButtonElement(
        text="Subscribe", action_id=f"{Action.SUBSCRIBE}/new", value=value
    )


def list_button() -> ButtonElement:
    """Return the button that shows somebody's subscriptions with their menus."""
    return ButtonElement(text="Subscriptions", action_id=f"{LIST}/0")


def requested(library: SubLibrary, request: SubscriptionRequest) -> str:
    """Say what a form is filled in with: "Troops, weekdays at 07:00"."""
    title = title_of(visible(request.topics, library), library)
    when = Rhythm(request.every, request.at, "UTC").in_words()
    return ", ".join(filter(None, (title, when)))
