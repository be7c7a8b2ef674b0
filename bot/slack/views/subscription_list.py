"""Subscriptions in a list, each with its menu: pause or resume, and delete. No I/O."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from slack_sdk.models.blocks import (
    ActionsBlock,
    ButtonElement,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    SectionBlock,
)
from slack_sdk.models.blocks import Block as SdkBlock

from bot.block_kit.part import Part
from bot.briefing.library import SubLibrary
from bot.digests.models import Show
from bot.digests.topics import title_of, visible
from bot.slack.views.controls import Action
from bot.slack.views.message import message, paragraphs
from bot.slack.views.mrkdwn import bold, escape, italic
from bot.slack.views.times import moment, zone_words
from bot.subscriptions.manage import SubscriptionList
from bot.subscriptions.model import Subscription

CHANGE = "subscription"
"""Begins the `action_id` of every subscription's menu."""
_MOST = 15
"""So many are said in full by a notification, too."""

NONE = "You have no subscriptions. Nobody is subscribed by default."
GONE = "That subscription is gone, or it isn't yours to change."
_HIDDEN = "Something that you can't see now"


class Change(StrEnum):
    """What a subscription's menu offers; options carry `change|id`."""

    PAUSE = "pause"
    RESUME = "resume"
    DELETE = "delete"


def subscriptions_answer(
    library: SubLibrary, listing: SubscriptionList, *, note: str = ""
) -> Part:
    """List a person's subscriptions and the channel's; `note` comes first."""
    noted = paragraphs(escape(note)) if note else []
    return message(
        *noted, *subscription_blocks(library, listing), ActionsBlock(elements=[more()])
    )


def subscription_blocks(
    library: SubLibrary, listing: SubscriptionList
) -> list[SdkBlock]:
    """Return a block for each, as far as they fit, with a word on the rest."""
    if not listing.mine and not listing.of_channel:
        return paragraphs(escape(NONE))
    mine = _entries(library, listing.mine)
    others = _entries(library, listing.of_channel[: max(0, _MOST - len(mine))])
    left = len(listing.mine) + len(listing.of_channel) - len(mine) - len(others)
    return [
        *mine,
        *(paragraphs(bold("Others set up for this channel")) if others else []),
        *others,
        *(paragraphs(f"And {left:,} more.") if left else []),
    ]


def _entries(
    library: SubLibrary, subscriptions: Sequence[Subscription]
) -> list[SdkBlock]:
    return [_entry(library, each) for each in subscriptions[:_MOST]]


def _entry(library: SubLibrary, subscription: Subscription) -> SdkBlock:
    rhythm = subscription.rhythm
    when = f"{rhythm.in_words()} {zone_words(rhythm.zone)}"
    much = "the full briefing" if subscription.show is Show.FULL else "what changed"
    lines = [
        bold(escape(_title(library, subscription))),
        f"{escape(when[0].upper() + when[1:])}, {_place(subscription)} · {much}",
        italic(_next(subscription)),
    ]
    return SectionBlock(
        text=MarkdownTextObject(text="\n".join(lines), verbatim=True),
        expand=True,
        accessory=_menu(subscription),
    )


def _title(library: SubLibrary, subscription: Subscription) -> str:
    """Name it anew: what was visible when it was set up may be withheld by now."""
    shown = visible(subscription.topics, library)
    return title_of(shown, library) or _HIDDEN


def _place(subscription: Subscription) -> str:
    if subscription.is_dm:
        return "by direct message"
    return f"in <#{subscription.destination}>, set up by <@{subscription.owner_id}>"


def _next(subscription: Subscription) -> str:
    if subscription.next_at is None:
        return "Paused"
    return f"Next: {moment(subscription.next_at, subscription.rhythm.zone)}"


def _menu(subscription: Subscription) -> OverflowMenuElement:
    turn = Change.RESUME if subscription.is_paused else Change.PAUSE
    return OverflowMenuElement(
        action_id=f"{CHANGE}/{subscription.id}",
        options=list(_options(subscription.id, (turn, Change.DELETE))),
    )


def _options(subscription_id: str, changes: Iterable[Change]) -> Iterable[Option]:
    for change in changes:
        yield Option(text=change.capitalize(), value=f"{change}|{subscription_id}")


def more() -> ButtonElement:
    """Return the button that opens an empty form."""
    return ButtonElement(text="Subscribe", action_id=f"{Action.SUBSCRIBE}/new")
