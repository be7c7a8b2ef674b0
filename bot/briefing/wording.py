"""A claim's marks in a reader's words: what sort of claim it is and who says so."""

from collections.abc import Callable, Sequence

from bot.briefing.language import NAMES as LANGUAGE_NAMES
from bot.briefing.models import Briefing, Claim, Figure, Kind, Source
from bot.briefing.search.searcher import MissingWord

UNNAMED = "source not named"
OWN = "this desk"
NO_LIKELIHOOD = "no likelihood given"


def attribution(claim: Claim, briefing: Briefing) -> str:
    """Say who stands behind it: "Shoigu", "source not named", "this desk"."""
    if claim.is_own_judgment:
        return OWN
    cited = [briefing.sources[citation.id].name for citation in claim.sources]
    names = list(dict.fromkeys(cited))
    if len(names) > 1 and UNNAMED in names:
        names.remove(UNNAMED)
        names.append(f"a {UNNAMED}")
    return " and ".join(names)


def mark(claim: Claim, briefing: Briefing) -> str:
    """Say kind and source in a few words: "estimate, source not named".

    A statement needs no more than the speaker; a fact has no mark at all.
    """
    if claim.kind is Kind.FACT:
        return ""
    if claim.kind is Kind.STATEMENT:
        return attribution(claim, briefing)
    return f"{claim.kind.mark}, {attribution(claim, briefing)}"


def marks(claim: Claim, briefing: Briefing) -> str:
    """Say all marks as sentences, caveat last; confidence and likelihood stay apart."""
    sentences = [_sentence(mark(claim, briefing))]
    if claim.likelihood:
        likelihood = f"{claim.likelihood} ({claim.likelihood.meaning})"
        sentences.append(f"Likelihood: {likelihood}.")
    elif claim.kind is Kind.FORECAST:
        sentences.append(_sentence(NO_LIKELIHOOD))
    if claim.confidence:
        sentences.append(f"Confidence: {claim.confidence}.")
    if claim.caveat:
        sentences.append(_sentence(claim.caveat))
    return " ".join(sentence for sentence in sentences if sentence)


def _sentence(words: str) -> str:
    if not words:
        return ""
    ended = words if words.endswith((".", "!", "?")) else f"{words}."
    return ended[0].upper() + ended[1:]


def known_through(source_id: str, briefing: Briefing) -> str:
    """Say which carriers it reached us through; empty if it was read itself."""
    carriers = briefing.carriers(source_id)
    names = [briefing.sources[s].name for s in briefing.sources if s in carriers]
    return f"Known through {' and '.join(names)}." if names else ""


def sources_known_through(claim: Claim, briefing: Briefing) -> str:
    """Say the same of all that a claim cites, each sentence once, in plain words."""
    said = {known_through(citation.id, briefing) for citation in claim.sources}
    return " ".join(sorted(filter(None, said)))


def headline(claim: Claim) -> str:
    """Return the short form, or the first sentence cut to 80 characters at a word."""
    if claim.short:
        return claim.short
    first = first_sentence(claim.text)
    return first if len(first) <= 80 else first[:79].rsplit(" ", 1)[0] + "…"


def first_sentence(text: str) -> str:
    """Return the text up to its first full stop before a space, without the stop."""
    return text.split(". ", 1)[0].removesuffix(".")


def amount(figure: Figure) -> str:
    """Say a figure: "about 4,000", "5 to 7", "at least 3", "up to 20,000"."""
    if figure.value is not None:
        words = number(figure.value)
    elif figure.low is not None and figure.high is not None:
        words = f"{number(figure.low)} to {number(figure.high)}"
    elif figure.low is not None:
        words = f"at least {number(figure.low)}"
    else:
        words = f"up to {number(figure.high or 0)}"
    return f"about {words}" if figure.approximate else words


def forms(claim: Claim, briefing: Briefing) -> tuple[str, ...]:
    """Return a claim's words in every form in which a message may hold them.

    First what it says, the fullest first, then its marks, then its figures: two
    wordings of a claim have them in the same places.
    """
    first = first_sentence(claim.text)
    figures = [amount(figure) for figure in claim.figures]
    return (
        claim.text,
        f"{first}.",
        first,
        headline(claim),
        marks(claim, briefing),
        mark(claim, briefing),
        claim.kind.mark,
        attribution(claim, briefing),
        claim.caveat or "",
        sources_known_through(claim, briefing),
        *figures,
    )


def number(value: float) -> str:
    """Write a number with thousands separators and no needless decimals."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def party_phrase(source: Source, briefing: Briefing) -> str:
    """Say whose side a source is on: ", a party to the war"; empty if on none."""
    return f", a party to {briefing.matter or 'the matter'}" if source.party else ""


def describe(source: Source, briefing: Briefing) -> str:
    """Say what a source is, whose side it is on and how reliable it was judged."""
    name = source.publisher or source.title or UNNAMED
    title = f", “{source.title}”" if source.publisher and source.title else ""
    judged = f"; {source.reliability.meaning}" if source.reliability else ""
    return f"{name}{title}{party_phrase(source, briefing)}{judged}"


def describe_origins(claim: Claim, briefing: Briefing) -> str:
    """Say it to a reader: "one origin: HUR, a party to the war"."""
    names = []
    for origin in briefing.origins(claim):
        source = briefing.sources[origin]
        name = source.publisher or source.title or source.name
        names.append(name + party_phrase(source, briefing))

    if not names:
        return "no named origin"
    if len(names) == 1:
        return f"one origin: {names[0]}"
    return f"{len(names)} independent origins: {'; '.join(names)}"


_MOST_MISSING = 3


def hedge_opening(
    missing: Sequence[MissingWord],
    *,
    is_several: bool = False,
    emphasise: Callable[[str], str] = str,
) -> str:
    """Say before the closest claims what was asked and is not in them.

    That nothing here speaks of a word is said only where no claim this reader may see
    has it.
    """
    absent = [word.word for word in missing if not word.is_elsewhere]
    named = (absent or [word.word for word in missing])[:_MOST_MISSING]
    if not named:
        subject = "The briefings" if is_several else "The briefing"
        return f"{subject} may not answer that. Closest:"
    *first, last = [emphasise(word) for word in named]
    said = f"{', '.join(first)} or {last}" if first else last
    if absent:
        return f"Nothing here speaks of {said}. Closest:"
    return f"None of these speaks of {said}:"


def other_language(languages: Sequence[str]) -> str:
    """Say which language a question has to be in to be read."""
    names = [LANGUAGE_NAMES.get(code, f"“{code}”") for code in languages]
    *first, last = names or [LANGUAGE_NAMES["en"]]
    spoken = f"{', '.join(first)} or {last}" if first else last
    return f"I read questions in {spoken} here. Please ask in {spoken}."
