"""Subscriptions as rows, and rows as subscriptions."""

from datetime import time
from typing import Any

from sqlalchemy import Row

from bot.digests.models import Show
from bot.digests.schedules import Every
from bot.installation import Installation
from bot.subscriptions.model import Rhythm, Subscription


def subscription_from_row(row: Row[Any]) -> Subscription:
    """Read a row of the table."""
    return Subscription(
        id=row.id,
        installation=Installation(row.team_id, row.enterprise_id),
        owner_id=row.owner_id,
        destination=row.destination,
        topics=tuple(row.topics.split()),
        title=row.title,
        show=Show(row.show),
        rhythm=Rhythm(Every(row.every), time.fromisoformat(row.at), row.zone),
        created_at=row.created_at,
        next_at=row.next_at,
    )


def subscription_row(subscription: Subscription) -> dict[str, Any]:
    """Return the row of a subscription."""
    rhythm = subscription.rhythm
    return {
        "enterprise_id": subscription.installation.enterprise_id,
        "team_id": subscription.installation.team_id,
        "id": subscription.id,
        "owner_id": subscription.owner_id,
        "destination": subscription.destination,
        "topics": " ".join(subscription.topics),
        "title": subscription.title,
        "show": subscription.show.value,
        "every": rhythm.every.value,
        "at": f"{rhythm.at:%H:%M}",
        "zone": rhythm.zone,
        "created_at": subscription.created_at,
        "next_at": subscription.next_at,
    }
