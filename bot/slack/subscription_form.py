"""Reading the form in which somebody subscribes: whatever is missing has a default."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from bot.digests.models import Digest, Show
from bot.digests.schedules import Every
from bot.slack.payloads import Json, text_in
from bot.slack.views.subscriptions import HERE, SubscriptionField
from bot.subscriptions.manage import SubscriptionRequest

_USUAL = SubscriptionRequest()
_MOST_TOPICS = 100


def read_wish(view: Json) -> SubscriptionRequest:
    """Return what a submitted form asks for."""
    every = _chosen(view, SubscriptionField.EVERY)
    show = _chosen(view, SubscriptionField.SHOW)
    is_here = _chosen(view, SubscriptionField.WHERE) == HERE
    return SubscriptionRequest(
        topics=_topics(view),
        show=Show(show) if show in set(Show) else _USUAL.show,
        every=Every(every) if every in set(Every) else _USUAL.every,
        at=_time(text_in(_field(view, SubscriptionField.AT), "selected_time")),
        channel_id=text_in(view, "private_metadata") if is_here else "",
    )


def asks_where(view: Json) -> bool:
    """Say whether the form lets its reader choose between channel and DM."""
    return bool(_field(view, SubscriptionField.WHERE))


def wish_for(digest: Digest) -> SubscriptionRequest:
    """Return the wish to get a digest oneself, at its hour where it has just one."""
    show = Show.FULL if digest.show is Show.FULL else Show.CHANGES
    return SubscriptionRequest(
        topics=digest.sections or digest.briefings,
        show=show,
        every=digest.when.every or _USUAL.every,
        at=digest.when.at or _USUAL.at,
    )


def _topics(view: Json) -> tuple[str, ...]:
    chosen = _field(view, SubscriptionField.TOPICS).get("selected_options")
    options = chosen[:_MOST_TOPICS] if isinstance(chosen, list) else []
    return tuple(filter(None, (text_in(option, "value") for option in options)))


def _chosen(view: Json, field: SubscriptionField) -> str:
    return text_in(_field(view, field), "selected_option", "value")


def _time(text: str) -> time:
    return time.fromisoformat(text) if _CLOCK.fullmatch(text) else _USUAL.at


_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _field(view: Json, field: SubscriptionField) -> Mapping[str, Any]:
    holder: object = view
    for key in ("state", "values", field.value, field.value):
        holder = holder.get(key) if isinstance(holder, Mapping) else None
    return holder if isinstance(holder, Mapping) else {}
