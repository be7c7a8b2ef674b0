"""Cross-checks: what no single field shows to be wrong. Pure: no file, no clock."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from bot.briefing.field_types import EdtfDate
from bot.briefing.marks import Credibility
from bot.briefing.models import BOTTOM_LINE, SUMMARY, Briefing, Claim, Kind, Section
from bot.briefing.numbers import Support, mentions
from bot.briefing.problems import (
    KeyPath,
    Problem,
    Severity,
    did_you_mean,
    listed,
    quoted,
    warning,
)
from bot.briefing.search.analysis import fold, words
from bot.briefing.search.english import FUNCTION_WORDS
from bot.briefing.tlp import Label
from bot.briefing.wording import describe_origins, first_sentence, number


def cross_check(briefing: Briefing) -> list[Problem]:
    """Return errors and warnings of a briefing whose handling is filled in."""
    return [
        *check_ids(briefing),
        *check_references(briefing),
        *check_judgments(briefing),
        *check_numbers(briefing),
        *check_citing(briefing),
        *check_aliases(briefing),
        *check_readers(briefing),
        *check_spellings(briefing),
        *check_style(briefing),
    ]


def sections_of(briefing: Briefing) -> Iterator[tuple[KeyPath, Section]]:
    """Return each section with the path to it."""
    for position, section in enumerate(briefing.sections):
        yield ("sections", position), section


def claims_in(where: KeyPath, section: Section) -> Iterator[tuple[KeyPath, Claim]]:
    """Return each claim of a section with the path to it."""
    for position, claim in enumerate(section.claims):
        yield (*where, "claims", position), claim


def claims_of(briefing: Briefing) -> Iterator[tuple[KeyPath, Claim]]:
    """Return each claim of the briefing with the path to it."""
    for where, section in sections_of(briefing):
        yield from claims_in(where, section)


DIGESTS = "digests"
WORKSPACES = "workspaces"
RESERVED = {
    BOTTOM_LINE: "the bottom line is referred to by it",
    SUMMARY: "a section's summary is referred to by it",
    DIGESTS: "the file of the digests is called so",
    WORKSPACES: "the file of the workspaces is called so",
}


def check_ids(briefing: Briefing) -> Iterator[Problem]:
    """Find ids that are reserved or used twice among sections and claims."""
    seen: dict[str, str] = {}
    yield from _reserved(("id",), briefing.id)
    owned: list[tuple[KeyPath, str, str]] = [
        (where, f'the section "{section.title}"', section.id)
        for where, section in sections_of(briefing)
    ]
    for where, claim in claims_of(briefing):
        section = briefing.sections[int(where[1])]
        owned.append((where, f'a claim of section "{section.id}"', claim.id))
    for where, thing, id in owned:
        yield from _reserved((*where, "id"), id)
        if first := seen.get(id):
            text = f'The id "{id}" is taken by {first}.'
            hint = "Choose another: sections and claims share one list of ids."
            yield Problem((*where, "id"), text, hint)
        seen.setdefault(id, thing)


def _reserved(where: KeyPath, id: str) -> Iterator[Problem]:
    if reason := RESERVED.get(id):
        text = f'The id "{id}" is reserved: {reason}.'
        hint = f"Choose another, such as {id}-2."
        if where == ("id",):
            hint = (
                f"Choose another, such as {id}-2, and rename the file to {id}-2.yaml."
            )
        yield Problem(where, text, hint)


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
        text = f"These sources carry one another in a circle: {_chain_in_words(chain)}."
        if chain[0] == chain[1]:
            text = f'The source "{chain[0]}" names itself under "via".'
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
                    others = [each for each in known if each != claim.id]
                    yield _unknown(place, id, "claim", others)

    basis = {c.id: tuple(i for i in c.basis if i != c.id) for c in briefing.claims}
    paths = {claim.id: where for where, claim in claims_of(briefing)}
    for chain in circles(basis):
        text = f"These judgments rest on one another: {_chain_in_words(chain)}."
        hint = "A judgment rests on what was known before it: break the circle."
        yield Problem((*paths[chain[0]], "basis"), text, hint)


def _chain_in_words(chain: Sequence[str]) -> str:
    shown = [*chain[:4], "…", *chain[-2:]] if len(chain) > 7 else chain
    return " <- ".join(shown)


def _unknown(where: KeyPath, id: str, thing: str, known: Sequence[str]) -> Problem:
    known_ones = f"Known are: {listed(known)}." if known else "Remove it."
    hint = did_you_mean(id, known) or known_ones
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


def check_judgments(briefing: Briefing) -> Iterator[Problem]:
    """Find claims whose marks their kind, sources or briefing do not bear out."""
    for where, claim in claims_of(briefing):
        if claim.is_own_judgment:
            yield from _own_judgment(where, claim, briefing)
        for key in ("likelihood", "confidence"):
            if getattr(claim, key) and claim.kind not in _JUDGED:
                text = f'A {claim.kind} has no {key}: "{getattr(claim, key)}".'
                hint = (
                    "Remove it, or make this an estimate, an assessment or a forecast."
                )
                yield Problem((*where, key), text, hint, at_key=True)
        is_confirmed = claim.credibility is Credibility.CONFIRMED
        if is_confirmed and _has_one_origin(claim, briefing):
            text = (
                'Credibility "1" (confirmed) needs two independent origins, and this '
                f"claim has {describe_origins(claim, briefing)}."
            )
            hint = "Cite another origin, or write 2."
            yield Problem((*where, "credibility"), text, hint)
        own, usual = claim.handling, briefing.handling
        if own is not None and usual is not None and own.rank < usual.rank:
            text = (
                f"\"{own}\" is wider than the briefing's {usual}; a claim's handling "
                "can only be stricter."
            )
            hint = "Remove it, or widen the briefing and narrow its other claims."
            yield Problem((*where, "handling"), text, hint)
        for position, (before, after) in enumerate(pairwise(claim.revisions), start=1):
            if after.date < before.date:
                text = (
                    f'The revision of "{after.date}" stands behind that of '
                    f"{before.date}."
                )
                place = (*where, "revisions", position, "date")
                yield Problem(place, text, "Add revisions at the end, oldest first.")


def _own_judgment(
    where: KeyPath, claim: Claim, briefing: Briefing
) -> Iterator[Problem]:
    """ICD 203: the desk's own judgment says what it rests on and how sure it is."""
    if claim.kind not in _JUDGED:
        text = f'The claim "{claim.id}" has no source, yet its kind is "{claim.kind}".'
        hint = (
            "Cite a source, or make it the desk's own judgment: `kind: assessment` "
            "with `basis` and `confidence`."
        )
        yield Problem((*where, "sources"), text, hint)
        return
    if not claim.basis:
        text = f'The desk\'s own {claim.kind} "{claim.id}" does not say its basis.'
        others = [c.id for c in briefing.claims if c.sources and c.id != claim.id]
        basis = others[0] if others else "claim ids"
        hint = f"Add `basis: [{basis}]`, say, or cite the source that judges so."
        yield Problem((*where, "sources"), text, hint, at_key=True)
    if claim.kind is Kind.ASSESSMENT and not claim.confidence:
        text = f'The desk\'s own assessment "{claim.id}" does not say how sure it is.'
        yield Problem(
            (*where, "kind"), text, "Add `confidence: low`, moderate or high."
        )
    if claim.kind is Kind.FORECAST and not claim.likelihood:
        text = f'The desk\'s own forecast "{claim.id}" does not say how likely it is.'
        hint = "Add `likelihood:` with a word of ICD 203, such as likely or unlikely."
        yield Problem((*where, "kind"), text, hint)


_JUDGED = (Kind.ESTIMATE, Kind.ASSESSMENT, Kind.FORECAST)


def _has_one_origin(claim: Claim, briefing: Briefing) -> bool:
    """Say whether no two origins bear a claim out, where each source is known.

    Of a source that is not, another check tells.
    """
    seen: set[str] = set()
    ahead = [citation.id for citation in claim.sources]
    while ahead:
        id = ahead.pop()
        if id not in briefing.sources:
            return False
        if id not in seen:
            seen.add(id)
            ahead.extend(briefing.sources[id].via)
    return len(briefing.origins(claim)) < 2


def check_numbers(briefing: Briefing) -> Iterator[Problem]:
    """Find numbers of short forms, figures, summaries and titles that no text has.

    A corrected number may not live on in a title above the claim.
    """
    for where, section in sections_of(briefing):
        for place, claim in claims_in(where, section):
            if not (claim.short or claim.figures):
                continue
            support = Support((claim.text,))
            short = claim.short or ""
            for mention in support.missing(short):
                yield Problem(
                    (*place, "short"),
                    f'"{mention.words}" does not stand in the claim\'s text'
                    f"{_numbers_said(claim)}.",
                    "Make them agree.",
                    phrase=mention.words,
                    occurrence=short[: mention.start].count(mention.words),
                )
            for position, figure in enumerate(claim.figures):
                for key in ("value", "low", "high"):
                    value = getattr(figure, key)
                    if value is not None and not support.holds(value):
                        yield Problem(
                            (*place, "figures", position, key),
                            f'The figure "{number(value)}" does not stand in the '
                            f"claim's text{_numbers_said(claim)}.",
                            "Make them agree.",
                        )
        support = _numbers_for_all(section.claims, briefing)
        owner = f'claim of section "{section.id}"'
        for key in ("title", "short", "summary"):
            words = getattr(section, key) or ""
            yield from _numbers_of_lead((*where, key), words, support, owner)
    support = _numbers_for_all(briefing.claims, briefing)
    for key in ("title", "short", "bottom_line"):
        words = getattr(briefing, key) or ""
        yield from _numbers_of_lead((key,), words, support, "claim")


def _numbers_said(claim: Claim) -> str:
    words = [mention.words for mention in mentions(claim.text)]
    return f", which has {listed(words)}" if words else ", which has no number"


def _numbers_for_all(claims: tuple[Claim, ...], briefing: Briefing) -> Support:
    """Return the numbers everybody who sees the briefing may read in its claims."""
    return Support(
        claim.text
        for claim in claims
        if not claim.is_withdrawn
        and (
            claim.handling is None
            or briefing.handling is None
            or claim.handling.rank <= briefing.handling.rank
        )
    )


def _numbers_of_lead(
    where: KeyPath, text: str, support: Support, owner: str
) -> Iterator[Problem]:
    """Find numbers of a lead that its readers find in no claim.

    In a title or a short name it is a warning: a year, or an event's number, may be
    part of what the thing is called.
    """
    is_name = where[-1] in ("title", "short")
    for mention in support.missing(text):
        yield Problem(
            where,
            f'"{mention.words}" stands in no {owner} that the same readers may see.',
            "Add the claim, or leave the number out.",
            phrase=mention.words,
            occurrence=text[: mention.start].count(mention.words),
            severity=Severity.WARNING if is_name else Severity.ERROR,
        )


COMMAND_WORDS = frozenset(
    (
        *("help", "use", "claim", "changes", "figures", "timeline", "sources"),
        *("digests", "why", "subscribe", "unsubscribe", "forget"),
    )
)
"""The first words that `/brief` keeps for itself."""
LONGEST_HEADLINE = 80


def check_style(briefing: Briefing) -> Iterator[Problem]:
    """Find headlines that are cut, and synonyms that stand alone."""
    for where, claim in claims_of(briefing):
        headline = first_sentence(claim.text)
        if claim.short is None and len(headline) > LONGEST_HEADLINE:
            text = (
                f"The claim {quoted(claim.id)} has no `short`, and its first sentence "
                f"of {len(headline)} characters is cut at {LONGEST_HEADLINE}."
            )
            hint = "Add `short`: the figure first, at most 80 characters."
            yield warning((*where, "text"), text, hint, at_key=True)
    for position, group in enumerate(briefing.synonyms):
        if len(group) < 2:
            text = "This group of synonyms has fewer than two words."
            yield warning(("synonyms", position), text, "Add one, or remove the group.")


def check_citing(briefing: Briefing) -> Iterator[Problem]:
    """Find sources that no claim cites, and two that have the same address."""
    used = {citation.id for claim in briefing.claims for citation in claim.sources}
    ahead = list(used)
    # A source that is cited under a misspelt id looks like one nobody cites.
    is_misspelt = not used <= set(briefing.sources)
    while ahead:
        source = briefing.sources.get(ahead.pop())
        fresh = set(source.via) - used if source else set()
        used |= fresh
        ahead += fresh
    for id in briefing.sources:
        if id not in used and not is_misspelt:
            text = f'No claim cites the source "{id}".'
            hint = "Cite it, or remove it." if len(briefing.sources) > 1 else "Cite it."
            yield warning(("sources", id), text, hint, at_key=True)

    first: dict[str, str] = {}
    for id, source in briefing.sources.items():
        bare = _bare_address(source.url or "")
        if bare and (other := first.setdefault(bare, id)) != id:
            text = f'The sources "{other}" and "{id}" have the same address.'
            hint = f"Keep one of them, and cite {other} with a locator."
            yield warning(("sources", id, "url"), text, hint)


def _bare_address(url: str) -> str:
    """Return an address without what does not change the page it leads to."""
    bare = re.sub(r"^https?://(www\.)?", "", url).partition("#")[0].rstrip("/")
    host, slash, path = bare.partition("/")
    return host.lower() + slash + path


def check_aliases(briefing: Briefing) -> Iterator[Problem]:
    """Find words that the command keeps for itself, and that lead to two things."""
    holders: list[tuple[KeyPath, str, str, tuple[str, ...]]] = [
        ((), "the briefing", briefing.id, briefing.aliases)
    ]
    for where, section in sections_of(briefing):
        owner = f'the section "{section.id}"'
        holders.append((where, owner, section.id, section.aliases))
    for where, claim in claims_of(briefing):
        owner = f'the claim "{claim.id}"'
        holders.append((where, owner, claim.id, claim.aliases))

    owners: dict[str, str] = {}
    for _, owner, id, _ in holders:
        owners.setdefault(fold(id), owner)
    for where, owner, id, aliases in holders:
        if id in COMMAND_WORDS and id not in RESERVED:
            yield _command_word((*where, "id"), "id", id)
        for position, alias in enumerate(aliases):
            place, word = (*where, "aliases", position), fold(alias)
            if word in COMMAND_WORDS:
                yield _command_word(place, "alias", alias)
            elif (other := owners.setdefault(word, owner)) != owner:
                text = f'The alias "{alias}" leads to {other} already.'
                hint = "Give each word to one of them: readers get the first."
                yield warning(place, text, hint)


def check_spellings(briefing: Briefing) -> Iterator[Problem]:
    """Warn of a spelling that two things share: a question with it may mean either."""
    things: list[tuple[KeyPath, tuple[str, ...]]] = [
        (("entities", id), (entity.name, *entity.aliases))
        for id, entity in briefing.entities.items()
    ]
    things += [(("synonyms", n), group) for n, group in enumerate(briefing.synonyms)]
    taken: dict[str, str] = {}
    for where, names in things:
        for spelling in dict.fromkeys(" ".join(words(name)) for name in names):
            if spelling and taken.setdefault(spelling, names[0]) != names[0]:
                text = f'"{spelling}" stands for "{taken[spelling]}" already.'
                hint = "Keep it with one of them: a question with it may mean either."
                yield warning(where, text, hint, at_key=where[0] == "entities")


def _command_word(where: KeyPath, what: str, word: str) -> Problem:
    text = f'The {what} "{word}" is a command word: `/brief {word}` means the command.'
    return warning(where, text, "Choose another word.")


def check_readers(briefing: Briefing) -> Iterator[Problem]:
    """Find claims that nobody can see, curators nobody reaches, and empty words."""
    circles = briefing.audiences
    for where, claim in claims_of(briefing):
        label = claim.handling or briefing.handling
        if label is Label.RED and not circles.red:
            text = f'The claim "{claim.id}" is TLP:RED, and nobody may see that here.'
            hint = (
                "Name who may, as in `audiences: {red: [U012AB3CD]}`, or widen its "
                "handling."
            )
            yield warning((*where, "handling"), text, hint, at_key=True)
        for position, entry in enumerate(claim.revisions):
            if entry.was.strip() == claim.text.strip():
                text = "This revision `was` what the claim still says."
                place = (*where, "revisions", position, "was")
                yield warning(place, text, "Write the earlier words, or change `text`.")
        for position, alias in enumerate(claim.aliases):
            if fold(alias) in FUNCTION_WORDS:
                text = f'The alias "{alias}" is a word that questions are full of.'
                place = (*where, "aliases", position)
                yield warning(place, text, "Choose a word that tells what is meant.")
    for position, name in enumerate(briefing.curators):
        if not re.fullmatch(_REACHED, name):
            text = f"{quoted(name)} under `curators` is neither a channel nor an id."
            channel = "#" + re.sub(r"[\s.,]+", "-", name.lstrip("#@").strip().lower())
            hint = "Write a Slack id such as U012AB3CD."
            if re.fullmatch(_REACHED, channel):
                hint = (
                    f'Write "{channel}" for a channel, or a Slack id such as U012AB3CD.'
                )
            yield warning(("curators", position), text, hint)
    for key in ("closest", "answered"):
        limit = getattr(briefing.search, key)
        if limit is not None and not 0 <= limit <= 1:
            text = f'"{key}" is {number(limit)}, and coverage goes from 0 to 1.'
            yield warning(("search", key), text, "Write a number such as 0.5.")


_REACHED = r"#[^\s#@/.,A-Z]{1,80}|[UWCG][A-Z0-9]{2,}"
"""A channel's name as Slack has them, or the id of a channel or a person."""


def in_the_future(briefing: Briefing, today: date) -> Iterator[Problem]:
    """Find days that cannot be yet: what was verified, published or changed then."""
    days: list[tuple[KeyPath, date | EdtfDate | None]] = [
        (("as_of",), briefing.as_of),
        (("verified",), briefing.verified),
    ]
    for id, source in briefing.sources.items():
        days.append((("sources", id, "published"), source.published))
        days.append((("sources", id, "accessed"), source.accessed))
    for where, claim in claims_of(briefing):
        days.append(((*where, "as_of"), claim.as_of))
        days.append(((*where, "verified"), claim.verified))
        if claim.kind is Kind.FACT:
            days.append(((*where, "when"), claim.when))
        for position, entry in enumerate(claim.revisions):
            days.append(((*where, "revisions", position, "date"), entry.date))
    for place, day in days:
        first = day.earliest if isinstance(day, EdtfDate) else day
        if first is not None and first > today:
            text = f'"{place[-1]}" is "{day}", which is still to come.'
            yield warning(place, text, "Mend the date.")


_REVIEW_HINT = "Check it against its sources, then set `verified` to today."


def overdue(briefing: Briefing, today: date) -> Iterator[Problem]:
    """Find what time alone brings: a review date that is past.

    Claims without a date of their own are warned of as one.
    """
    if not isinstance(briefing.review_every, int):
        return
    if briefing.verified is None and any(c.verified is None for c in briefing.claims):
        text = "`review_every` counts from `verified`, and this briefing has none."
        hint = "Add `verified` with the day on which a curator last stood by it."
        yield warning(("review_every",), text, hint, at_key=True)
    dated = [(where, c) for where, c in claims_of(briefing) if c.verified]
    stale = [
        (where, claim) for where, claim in dated if briefing.is_stale(claim, today)
    ]
    for where, claim in stale:
        text = f'The claim "{claim.id}" {_overdue(claim.verified, briefing)}'
        yield warning((*where, "verified"), text, _REVIEW_HINT)
    rest = [claim for claim in briefing.claims if claim.verified is None]
    if rest and briefing.is_stale(rest[0], today):
        text = f"The briefing {_overdue(briefing.verified, briefing)}"
        yield warning(("verified",), text, _REVIEW_HINT)


def _overdue(verified: date | None, briefing: Briefing) -> str:
    return (
        f'was last verified on "{verified}" and is past its review date: it is to be '
        f"looked at every {briefing.review_every} days."
    )
