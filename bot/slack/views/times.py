"""Times that name their zone, and Slack's tokens for a reader's own zone. No I/O."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.slack.views.days import say_hour, say_short_weekday
from bot.slack.views.mrkdwn import escape


def zone_words(zone: str) -> str:
    """Name a zone as people do: "London time"; one without a place by its own name."""
    area, _, city = zone.rpartition("/")
    if not area or area == "Etc":
        return zone
    return f"{city.replace('_', ' ')} time"


def moment(instant: datetime, zone: str) -> str:
    """Return Slack's token for an instant, which each reader sees in their own zone.

    Where it is not understood, as in a notification, the words name the zone.
    """
    words = escape(clock_words(instant, zone))
    shown = "{date_short_pretty} {time}"
    return f"<!date^{int(instant.timestamp())}^{shown}|{words}>"


def clock_words(instant: datetime, zone: str) -> str:
    """Say an instant in a zone: "Tue 24 November 08:00, London time"."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{say_short_weekday(local)} {say_hour(local)}, {zone_words(zone)}"
