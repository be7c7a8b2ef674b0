"""A claim beside its sources' words and its own earlier ones: warnings. No I/O."""

import re
from collections.abc import Iterator
from itertools import pairwise

from bot.briefing.checks import claims_of
from bot.briefing.models import Briefing, Claim, RevisionKind
from bot.briefing.numbers import Mention, Support, is_dated, mentions
from bot.briefing.problems import KeyPath, Problem, listed, quoted, warning
from bot.briefing.search.analysis import words
from bot.briefing.search.english import FUNCTION_WORDS

MOST_SENTENCES = 3
LONGEST_QUOTE = 80
"""Characters of a source's words that a warning shows."""


def check_claims(briefing: Briefing) -> Iterator[Problem]:
    """Warn of quotes with other numbers, long claims, and updates that correct."""
    for where, claim in claims_of(briefing):
        yield from _quoted(where, claim)
        yield from _long(where, claim)
        yield from _updated(where, claim)


def _quoted(where: KeyPath, claim: Claim) -> Iterator[Problem]:
    """Find numbers of a claim that do not stand in the words it quotes.

    What another quote of the same claim bears out is missing only from one that has
    other numbers instead.
    """
    quotes = [citation.quote for citation in claim.sources if citation.quote]
    for position, citation in enumerate(claim.sources):
        if not citation.quote:
            continue
        missing = Support((citation.quote,)).missing(claim.text)
        others = Support(quote for quote in quotes if quote != citation.quote)
        has = [m.words for m in mentions(citation.quote) if m.is_firm]
        if not has:
            missing = [m for m in missing if not m.values & others.values]
        place = (*where, "sources", position)
        if citation.differs and not missing:
            text = "`differs` explains other numbers, and the quote has the claim's."
            yield warning((*place, "differs"), text, "Remove `differs`.", at_key=True)
        if missing and not citation.differs:
            said = listed(dict.fromkeys(mention.words for mention in missing))
            text = f"The claim says {said}, and the quote "
            text += f"says {listed(has)}" if has else "has no number"
            text += f": {quoted(citation.quote, most=LONGEST_QUOTE)}."
            hint = "Mend the one that is wrong, or say under `differs` why they differ."
            yield warning((*place, "quote"), text, hint)


_NO_END = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|Gen|Lt|Col|Maj|Sgt|Capt|Adm|Sen|Rep|Gov|No|Nos|"
    r"Fig|pp?|vs|approx|ca?|cf|e\.g|i\.e|a\.m|p\.m|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|"
    r"Jul|Aug|Sept?|Oct|Nov|Dec)\.|\b[A-Z]\.[A-Z]\.)$"
)
"""What ends with a full stop in the middle of a sentence."""
_END = re.compile(r"[.!?…。]+[\"'”’»)\]]*(?:\s+|(?<=。))(?=[\"'“‘«(\[¿¡]*(\w))")


def sentence_starts(text: str) -> list[int]:
    """Return where each sentence begins."""
    starts = [len(text) - len(text.lstrip())]
    for hit in _END.finditer(text):
        until = text[: hit.start() + 1]
        is_new = hit[1].isupper() or hit[1].isdigit() or not hit[1].islower()
        if is_new and not _NO_END.search(until):
            starts.append(hit.end())
    return starts


def _long(where: KeyPath, claim: Claim) -> Iterator[Problem]:
    starts = sentence_starts(claim.text)
    if len(starts) > MOST_SENTENCES:
        start = starts[MOST_SENTENCES]
        word = claim.text[start:].split()[0]
        text = (
            f'The claim "{claim.id}" has {len(starts)} sentences, and readers are '
            f"promised {MOST_SENTENCES} at most."
        )
        hint = "Make two claims of it, or put what qualifies it under `caveat`."
        before = claim.text[:start].count(word)
        place = (*where, "text")
        yield warning(place, text, hint, phrase=word, occurrence=before)


def _updated(where: KeyPath, claim: Claim) -> Iterator[Problem]:
    """Find an update whose earlier number the wording after it contradicts.

    New facts leave the old ones true; where a count has moved on, the claim says as of
    when it is.
    """
    if claim.as_of is not None:
        return
    wordings = [*(entry.was for entry in claim.revisions), claim.text]
    for position, (was, now) in enumerate(pairwise(wordings)):
        if claim.revisions[position].kind is not RevisionKind.UPDATE:
            continue
        moved = next(iter(_moved(was, now)), None)
        if moved:
            before, after = moved
            text = (
                f'This update `was` "{before.words}", and the claim then says '
                f'"{after.words}".'
            )
            hint = (
                "If the number was wrong, write `kind: correction`; if it has moved on "
                "since, say as of when under `as_of`."
            )
            yield warning((*where, "revisions", position, "kind"), text, hint)


def _moved(was: str, now: str) -> Iterator[tuple[Mention, Mention]]:
    """Return the numbers of a wording that another one has otherwise for the same."""
    kept = Support((now,)).values
    later = [(m, _counted(now, m)) for m in mentions(now) if _may_move(now, m)]
    for mention in mentions(was):
        if not _may_move(was, mention) or mention.values & kept:
            continue
        counted = _counted(was, mention)
        for other, what in later:
            if what & counted or (not counted and len(later) == 1):
                yield mention, other


def _may_move(text: str, mention: Mention) -> bool:
    return mention.is_firm and not is_dated(text, mention)


def _counted(text: str, mention: Mention) -> set[str]:
    """Return the words from which it can be told what a number counts."""
    behind = re.split(r"[.;:!?](?:\s|$)", text[mention.start :])[0]
    found = [word for word in words(behind) if word not in FUNCTION_WORDS]
    return {word for word in found if not word[:1].isdigit()} & set(found[:4])
