"""References: every id that is pointed to exists, and no chain leads back."""

from collections.abc import Iterator, Mapping, Sequence

from bot.briefing.checks.walk import claims_of
from bot.briefing.models import Briefing, Claim
from bot.briefing.problems import KeyPath, Problem, did_you_mean, listed


def check_references(briefing: Briefing) -> Iterator[Problem]:
    """Find ids of sources and claims that lead nowhere, and chains that go round."""
    yield from _carriers(briefing)
    claims = {claim.id for claim in briefing.claims}
    for where, claim in claims_of(briefing):
        yield from _citations(where, claim, briefing)
        yield from _claims(where, claim, claims)
    yield from _circles_of_judgments(briefing)


def _carriers(briefing: Briefing) -> Iterator[Problem]:
    via = {id: source.via for id, source in briefing.sources.items()}
    for id, carriers in via.items():
        for position, carrier in enumerate(carriers):
            where = ("sources", id, "via", position)
            if carrier not in via:
                yield _unknown(where, carrier, "source", list(via))
    for chain in circles(via):
        where = ("sources", chain[0], "via", via[chain[0]].index(chain[1]))
        text = f"These sources carry one another in a circle: {_round(chain)}."
        hint = "A source comes through its carriers: remove the one that is not true."
        yield Problem(where, text, hint)


def _citations(where: KeyPath, claim: Claim, briefing: Briefing) -> Iterator[Problem]:
    for position, citation in enumerate(claim.sources):
        if citation.id not in briefing.sources:
            place = (*where, "sources", position, "id")
            yield _unknown(place, citation.id, "source", list(briefing.sources))


def _claims(where: KeyPath, claim: Claim, known: set[str]) -> Iterator[Problem]:
    for key, ids in (("basis", claim.basis), ("contradicts", claim.contradicts)):
        for position, id in enumerate(ids):
            place = (*where, key, position)
            if id == claim.id:
                text = f'The claim "{id}" names itself under "{key}".'
                yield Problem(place, text, "Name another claim, or remove it.")
            elif id not in known:
                yield _unknown(place, id, "claim", sorted(known))


def _circles_of_judgments(briefing: Briefing) -> Iterator[Problem]:
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
        if start not in done:
            _follow(start, links, done, found)
    return found


def _follow(
    start: str,
    links: Mapping[str, Sequence[str]],
    done: set[str],
    found: list[list[str]],
) -> None:
    # A stack of our own, since a chain may be longer than Python's recursion limit.
    trail = [start]
    ahead = [iter(links[start])]
    on_trail = {start}
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
