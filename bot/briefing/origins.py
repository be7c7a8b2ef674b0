"""How many independent origins a claim has: ten papers with one wire are one origin."""

from bot.briefing.models import Briefing, Claim
from bot.briefing.wording import party_phrase


def origins(claim: Claim, briefing: Briefing) -> tuple[str, ...]:
    """Return the ids of the independent sources a claim rests on, in citing order.

    These are the distinct sources it cites, less any that carries another one cited;
    an unnamed source counts as none (STANAG 2511 asks for certainty of origin).
    """
    cited = dict.fromkeys(citation.id for citation in claim.sources)
    carriers = {carrier for source in cited for carrier in carried_by(source, briefing)}
    return tuple(
        source
        for source in cited
        if source not in carriers and not briefing.sources[source].unnamed
    )


def carried_by(source: str, briefing: Briefing) -> frozenset[str]:
    """Return every source through which this one reached us, near or far."""
    seen: set[str] = set()
    ahead = list(briefing.sources[source].via)
    while ahead:
        carrier = ahead.pop()
        if carrier not in seen:
            seen.add(carrier)
            ahead.extend(briefing.sources[carrier].via)
    return frozenset(seen)


def describe_origins(claim: Claim, briefing: Briefing) -> str:
    """Say it to a reader: "one origin: HUR, a party to the war"."""
    names = [_name(origin, briefing) for origin in origins(claim, briefing)]
    if not names:
        return "no named origin"
    if len(names) == 1:
        return f"one origin: {names[0]}"
    return f"{len(names)} independent origins: {'; '.join(names)}"


def _name(origin: str, briefing: Briefing) -> str:
    source = briefing.sources[origin]
    name = source.publisher or source.title or source.name
    return name + party_phrase(source, briefing)
