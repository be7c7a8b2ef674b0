"""Time zones by their IANA names."""

from functools import cache
from zoneinfo import available_timezones

from bot.briefing.problems import nearest

_FIXED = {
    "EST": "America/New_York",
    "MST": "America/Denver",
    "HST": "Pacific/Honolulu",
}


def read_zone(name: str) -> str:
    """Return the name if it is a zone's; raise ValueError with the nearest otherwise.

    `EST`, `MST` and `HST` are refused: the data has them, but without summer time.
    """
    if name in _FIXED:
        raise ValueError(
            f'timezone "{name}" is an abbreviation that knows no summer time. '
            f"Name a place: {_FIXED[name]}."
        )
    if name in _names():
        return name

    near = _nearest(name)
    raise ValueError(
        f'timezone "{name}" is not known; did you mean {near}?'
        if near
        else f'timezone "{name}" is not known. Use an IANA name such as Europe/London.'
    )


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def _nearest(name: str) -> str | None:
    """Guess a place by its name, then by its city; an abbreviation is no place."""
    if name.isupper():
        return None
    wanted = name.strip().lower().replace(" ", "_")
    places = {
        place.lower(): place
        for place in sorted(_names())
        if "/" in place and not place.startswith("Etc/")
    }
    cities = {place.rpartition("/")[2]: place for place in places}

    city = nearest(wanted.rpartition("/")[2], cities)
    found = nearest(wanted, places) or (city and cities[city])
    return places[found] if found else None
