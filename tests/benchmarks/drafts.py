"""How well a checked draft tells wrong numbers, and how seldom it alarms in vain.

    python -m tests.benchmarks.drafts

1. Each claim of the two frozen briefings as a sentence, and with one of its numbers
   changed: a changed one is to be found, an unchanged one not to be told.
2. Sentences in other words than the claims', of which a part has a number changed.
3. Sentences about other things, some of them near the topic, and public ones where
   they lie in `../shared/questions` (or `--public`): nothing is to be touched.
4. The public ones against their own base, where no curator named a figure.

`--wrong` lists what went wrong.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.briefing.drafts.amounts import amounts
from bot.briefing.drafts.check import CheckedSentence, check_draft
from bot.briefing.drafts.sentences import sentences
from bot.briefing.library import Library
from bot.briefing.models import Briefing
from bot.briefing.tlp import CURATOR
from bot.briefing.wording import number
from tests.benchmarks.answer_quality import PUBLIC
from tests.frozen import FIRST, INVENTED, briefing_at

MOST_PUBLIC = 20
"""Claims of each public base that are held against it."""
CHANGES = (0.5, 0.9, 1.1, 2.0)
IN_OTHER_WORDS = {
    "About 9,000 North Koreans took part in human-wave charges in Kursk.": True,
    "Some 9,500 of Kim's men have seen combat in the Kursk region.": False,
    "Pyongyang's losses in dead and wounded are put at 4,000.": False,
    "Roughly 7,000 of Pyongyang's troops were killed or wounded.": True,
    "Shoigu said that 2,000 sappers would be sent to Russia.": True,
    "Moscow says 5,000 North Korean construction troops are coming.": False,
    "Another 30,000 North Korean servicemen could join the war soon.": False,
    "Ukraine's spies expect another 25,000 North Koreans to join the war.": True,
    "The Wonsan resort can host as many as 30,000 holidaymakers.": True,
    "Wonsan's new seaside resort has room for 20,000 visitors.": False,
    "More than 4,000 North Koreans were wounded or killed.": True,
    "Nearly 10,000 North Korean soldiers fought in Kursk.": False,
    "The harbour office says its crews brought 340 people to safety.": False,
    "Some 400 people were led to safety during the drill.": True,
    "The siren went off 17 minutes after the alarm was raised.": True,
    "Mayor Tock has promised two new rescue boats.": False,
    "Mayor Tock has promised five new rescue boats.": True,
    "All four rescue boats are ready to sail, the harbour office says.": True,
}
"""Sentences, and whether a number in them is another than the briefings'."""
ABOUT_OTHER_THINGS = (
    "The city council voted on Tuesday to raise parking fees by 15 percent.",
    "A strike by 2,000 railway workers brought trains to a halt across the country.",
    "The central bank left its key interest rate unchanged at 4.5 percent.",
    "Rescue teams pulled 12 people from the rubble after the earthquake.",
    "The company said it would cut 3,000 jobs and close two plants in Ohio.",
    "Heavy rain flooded several villages, and 400 residents had to leave their homes.",
    "The film took $38 million on its opening weekend.",
    "Researchers found that the drug reduced the risk of heart attacks by a quarter.",
    "Ukraine received 200 air defence missiles from Germany in June.",
    "Russian oil exports fell by 8 percent after the new sanctions.",
    "South Korea's president will travel to Washington next week for trade talks.",
    "The two leaders agreed to reopen the border crossing by the end of the year.",
    "North Korea fired a missile into the sea on Thursday, Seoul said.",
    "The minister resigned after only five weeks in office.",
    "Tokyo's stock market closed 300 points lower on Friday.",
    "About 5,000 runners took part in the city's marathon.",
    "A ferry with 120 passengers ran aground off the island, but nobody was hurt.",
    "Farmers expect to bring in 20,000 tonnes of wheat this summer.",
    "The museum will show 60 paintings that were never seen in public before.",
    "Police arrested 14 people after the match.",
    "The airline ordered 30 new aircraft for its flights to Asia.",
    "A new bridge over the river will cost the town 9 million euros.",
    "The mayor opened a new library with room for 50,000 books.",
    "Scientists counted 4,000 penguins in the colony, fewer than last year.",
)


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, and the number in it that is to be found; empty for none."""

    text: str
    wrong: str
    checked: CheckedSentence

    @property
    def is_told(self) -> bool:
        """Say whether some number is told to differ: the wrong one, where one is."""
        told = [d.yours for d in self.checked.differences if not d.is_date]
        return any(self.wrong in yours for yours in told) if self.wrong else bool(told)


def main() -> None:
    """Print the shares, each with its number of sentences."""
    options = _options()
    briefings = briefing_at(FIRST), briefing_at(INVENTED)
    library = Library(briefings).for_audience(CURATOR)
    library.searcher.warm()
    begun = time.perf_counter()

    def check(text: str, wrong: str = "") -> Case:
        [checked, *_] = check_draft(text, library).sentences
        return Case(text, wrong, checked)

    changed = [
        check(t, wrong) for briefing in briefings for t, wrong in _changed(briefing)
    ]
    as_they_are = [
        check(sentence)
        for briefing in briefings
        for claim in briefing.claims
        for sentence in sentences(claim.text)[:1]
    ]
    worded = [check(text) for text in IN_OTHER_WORDS]
    others = [check(text) for text in ABOUT_OTHER_THINGS]
    public = [check(text) for text in _public(options.public)]
    own = _public_in_themselves(options.public)
    took_s = time.perf_counter() - begun

    differing = [c for c in worded if IN_OTHER_WORDS[c.text]]
    alike = [c for c in worded if not IN_OTHER_WORDS[c.text]]
    _print("changed numbers found", [c for c in changed if c.is_told], changed)
    _print("... in other words", [c for c in differing if c.is_told], differing)
    _print("unchanged told", [c for c in as_they_are if c.is_told], as_they_are)
    _print("... in other words", [c for c in alike if c.is_told], alike)
    _print(
        "claims touched by themselves",
        [c for c in as_they_are if c.checked.is_touched],
        as_they_are,
    )
    for name, asked in (("other things", others), ("public sentences", public)):
        _print(f"{name}: touched", [c for c in asked if c.checked.is_touched], asked)
        _print(f"{name}: told to differ", [c for c in asked if c.is_told], asked)
    for name, asked in own.items():
        _print(name, [c for c in asked if c.is_told], asked)
    count = len(changed) + len(as_they_are) + len(worded) + len(others) + len(public)
    count += sum(map(len, own.values()))
    print(f"{1_000 * took_s / count:.1f} ms a sentence")
    if options.wrong:
        missed = [c for c in (*changed, *differing) if not c.is_told]
        in_vain = [c for c in (*as_they_are, *alike, *others, *public) if c.is_told]
        for word, cases in (("missed", missed), ("in vain", in_vain)):
            for case in cases:
                print(f"{word:8} {case.wrong:>10} {case.text}")


def _changed(briefing: Briefing) -> Iterator[tuple[str, str]]:
    """Yield each claim's first sentence with each of its numbers in digits changed."""
    for claim in briefing.claims:
        sentence = sentences(claim.text)[0]
        for amount in amounts(sentence):
            digits = amount.words.split()[-1]
            if not (amount.bare and digits[0].isdigit()):
                continue
            for factor in CHANGES:
                wrong = number(round(max(amount.bare) * factor))
                start = sentence.index(digits, amount.start)
                rest = sentence[start + len(digits) :]
                if wrong != digits:
                    yield f"{sentence[:start]}{wrong}{rest}", wrong


def _public(folder: Path) -> Iterator[str]:
    for path in sorted((folder / "briefs").glob("*.y*ml")):
        for claim in briefing_at(path).claims:
            yield from sentences(claim.text)[:1]


def _public_in_themselves(folder: Path) -> dict[str, list[Case]]:
    """Return the claims of public bases, which name no figures, held against their own.

    Each with its first changed number, and as it is.
    """
    cases: dict[str, list[Case]] = {
        "public, uncurated: changed found": [],
        "public, uncurated: unchanged told": [],
    }
    changed, unchanged = cases.values()
    for path in sorted((folder / "briefs").glob("*.y*ml")):
        briefing = briefing_at(path)
        library = Library((briefing,)).for_audience(CURATOR)
        for claim in briefing.claims[:MOST_PUBLIC]:
            text = sentences(claim.text)[0]
            [checked, *_] = check_draft(text, library).sentences
            unchanged.append(Case(text, "", checked))
        for text, wrong in list(_changed(briefing))[:: len(CHANGES)][:MOST_PUBLIC]:
            [checked, *_] = check_draft(text, library).sentences
            changed.append(Case(text, wrong, checked))
    return cases


def _print(name: str, found: list[Case], asked: list[Case]) -> None:
    if asked:
        share = len(found) / len(asked)
        print(f"{name:32} {share:6.3f}  ({len(found)} of {len(asked)})")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--public", type=Path, default=PUBLIC)
    parser.add_argument("--wrong", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
