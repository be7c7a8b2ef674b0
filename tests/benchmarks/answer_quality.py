"""Ask a briefing a file of questions, and say how well it answers and refuses.

Run by `python -m tests.benchmarks.answer_quality [BRIEFING QUESTIONS]`; without paths
it asks the first briefing its own. Any of a question's claims will do; `none` is one
that the briefing cannot answer. Aims for questions it has not seen: 95 % in the top
three, 80 % of what it cannot answer refused or hedged, at most 10 % wrongly refused.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.briefing.questions import NONE, KeptQuestion, QuestionFile
from bot.briefing.search.answers import Answer, Outcome, Searcher
from tests.shipped import FIRST, shipped

OWN = FIRST.with_suffix(".questions.yaml")
TOP = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer, and the place of the first claim that answers it."""

    kept: KeptQuestion
    answer: Answer
    place: int | None

    @property
    def is_answerable(self) -> bool:
        """Say whether some claim answers it."""
        return self.kept.answer != NONE


def main() -> None:
    """Print the figures, and then each question that went wrong."""
    paths = [Path(argument) for argument in sys.argv[1:]] or [FIRST, OWN]
    asked = ask_all(*paths)
    answerable = [each for each in asked if each.is_answerable]
    others = [each for each in asked if not each.is_answerable]

    print(f"{paths[1].name}: {len(answerable)} answerable, {len(others)} not")
    _print_answerable(answerable)
    _print_others(others)
    for each in asked:
        if wrong := _what_is_wrong(each):
            print(f"  {wrong}: {each.kept.q}")


def ask_all(briefing_path: Path, questions_path: Path) -> list[Asked]:
    """Ask every question of the file, in order."""
    content = yaml.safe_load(questions_path.read_text(encoding="utf-8"))
    questions = [entry | {"q": str(entry["q"])} for entry in content["questions"]]
    file = QuestionFile.model_validate({"questions": questions})
    searcher = Searcher([shipped(briefing_path)])
    return [_ask(kept, searcher) for kept in file.questions]


def _ask(kept: KeptQuestion, searcher: Searcher) -> Asked:
    answer = searcher.ask(kept.q)
    places = (n for n, hit in enumerate(answer.hits, 1) if hit.claim.id in kept.answer)
    return Asked(kept, answer, next(places, None))


def _print_answerable(answerable: list[Asked]) -> None:
    found = [each.place for each in answerable if each.place]
    in_top = sum(place <= TOP for place in found)
    reciprocal = sum(1 / place for place in found)
    refused = _count(answerable, Outcome.NOT_COVERED)
    hedged = _count(answerable, Outcome.CLOSEST)
    print(f"  recall@{TOP}          {_share(in_top, answerable)}")
    print(f"  mean reciprocal rank {reciprocal / max(1, len(answerable)):.3f}")
    print(f"  wrongly refused   {_share(refused, answerable)}")
    print(f"  only hedged       {_share(hedged, answerable)}")


def _print_others(others: list[Asked]) -> None:
    refused = _count(others, Outcome.NOT_COVERED)
    hedged = _count(others, Outcome.CLOSEST)
    print(f"  refused or hedged {_share(refused + hedged, others)}")
    print(f"  refused           {_share(refused, others)}")


def _count(asked: list[Asked], outcome: Outcome) -> int:
    return sum(each.answer.outcome is outcome for each in asked)


def _share(part: int, whole: list[Asked]) -> str:
    return f"{part / max(1, len(whole)):6.1%} ({part} of {len(whole)})"


def _what_is_wrong(each: Asked) -> str:
    outcome = each.answer.outcome
    if not each.is_answerable:
        return "answered" if outcome is Outcome.ANSWERED else ""
    if outcome is Outcome.NOT_COVERED:
        return "refused"
    return "" if each.place and each.place <= TOP else "missed"


if __name__ == "__main__":
    main()
