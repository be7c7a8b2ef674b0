"""References: every id that is pointed to exists, and no chain leads back."""

from collections.abc import Iterator, Mapping, Sequence

from bot.briefing.checks.walk import claims_of
from bot.briefing.models import Briefing
from bot.briefing.problems import KeyPath, Problem, did_you_mean, listed


def check_references(briefing: Briefing) -> Iterator[Problem]:
    """Find ids of sources and claims that lead nowhere, and chains that go round."""
    via = {id: source.via for id, source in briefing.sources.items()}
    for id, carriers in via.items():
        for position, carrier in enumerate(carriers):
            if carrier not in via:
                where: KeyPath = ("sources", id, "via", position)
                yield _unknown(where, carrier, "source", list(via))
    for chain in circles(via):
        where = ("sources", chain[0], "via", via[chain[0]].index(chain[1]))
        text = f"These sources carry one another in a circle: {_round(chain)}."
        hint = "A source comes through its carriers: remove the one that is not true."
        yield Problem(where, text, hint)

    known = sorted(claim.id for claim in briefing.claims)
    for where, claim in claims_of(briefing):
        for position, citation in enumerate(claim.sources):
            if citation.id not in via:
                place: KeyPath = (*where, "sources", position, "id")
                yield _unknown(place, citation.id, "source", list(via))
        for key, ids in (("basis", claim.basis), ("contradicts", claim.contradicts)):
            for position, id in enumerate(ids):
                place = (*where, key, position)
                if id == claim.id:
                    text = f'The claim "{id}" names itself under "{key}".'
                    yield Problem(place, text, "Name another claim, or remove it.")
                elif id not in known:
                    yield _unknown(place, id, "claim", known)

    basis = {c.id: tuple(i for i in c.basis if i != c.id) for c in briefing.claims}
    paths = {claim.id: where for where, claim in claims_of(briefing)}
    for chain in circles(basis):
        text = f"These judgments rest on one another: {_round(chain)}."
        hint = "A judgment rests on what was known before it: break the circle."
        yield Problem((*paths[chain[0]], "basis"), text, hint)


def _round(chain: Sequence[str]) -> str:
    shown = [*chain[:4], "…", *chain[-2:]] if len(chain) > 7 else chain
    return " <- ".join(shown)


def _unknown(where: KeyPath, id: str, thing: str, known: Sequence[str]) -> Problem:
    hint = did_you_mean(id, known) or f"Known are: {listed(known)}."
    return Problem(where, f'There is no {thing} "{id}" in this briefing.', hint)


def circles(links: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Return each circle once, as the ids along it with the first one again at last."""
    found: list[list[str]] = []
    done: set[str] = set()
    for start in links:
        if start in done:
            continue
        # A stack of our own, as a chain may be longer than Python's recursion limit.
        trail, on_trail = [start], {start}
        ahead = [iter(links[start])]
        while trail:
            step = next(ahead[-1], None)
            if step is None:
                ahead.pop()
                on_trail.discard(trail[-1])
                done.add(trail.pop())
            elif step in on_trail:
                found.append([*trail[trail.index(step) :], step])
            elif step in links and step not in done:
                trail.append(step)
                on_trail.add(step)
                ahead.append(iter(links[step]))
    return found
