"""`AskedAbout`: wordings of which curators were asked why no entry explains them."""

from collections.abc import Iterable, Sequence

from bot.briefing.library import Library
from bot.briefing.verdicts import verdict
from bot.corrections.judge import current_claims
from bot.corrections.model import ClaimKey, ClaimWording, Unexplained


class AskedAbout:
    """Spares reading again what each wording said, of the revision it was made of.

    A claim that is worded anew each day, without entries, has as many wordings as days:
    judging them all by their revisions at each load would take longer and longer.
    """

    def __init__(self) -> None:
        self._asked: dict[tuple[ClaimKey, str], Unexplained] = {}

    def part(
        self, library: Library, wordings: Iterable[ClaimWording]
    ) -> tuple[Sequence[Unexplained], Sequence[ClaimWording]]:
        """Part what was asked about, and is as unexplained as then, from the rest."""
        claims = current_claims(library)
        asked: list[Unexplained] = []
        others: list[ClaimWording] = []
        for wording in wordings:
            key = wording.claim
            known = self._asked.get((key, wording.fingerprint))
            own = library.fingerprint(*key)
            found = verdict(wording.fingerprint, wording.entries, claims.get(key), own)
            if known is None or known.verdict is not found:
                others.append(wording)
            else:
                asked.append(known)
        return asked, others

    def remember(self, asked: Iterable[Unexplained]) -> None:
        """Take note of what curators were asked about."""
        self._asked |= {(each.claim, each.fingerprint): each for each in asked}

    def forget_all_but(self, asked: Iterable[Unexplained]) -> None:
        """Keep these alone: of the others no message is left, or an entry came."""
        self._asked = {(each.claim, each.fingerprint): each for each in asked}
