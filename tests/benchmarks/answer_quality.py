"""Ask briefings questions with known answers, and say how well they answer and refuse.

Run by `python -m tests.benchmarks.answer_quality`. It asks the first briefing its own
questions, and public ones where they lie in `../shared/questions` (or `--public`).
`--held-out` adds two pairs of briefings that nothing may be tuned to, `--only NAME`
keeps the bases so named, `--wrong` lists each question that went wrong, `--json` prints
the figures alone. A briefing and a file of questions may be given instead.

Where the extra `briefing-bot[meaning]` is installed each set is asked a second time,
with vectors; `--words` leaves that out. Beside each set stand two bots that know
nothing: one that only shows the closest claims and one that only refuses. An aim that
either of them reaches proves nothing.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random

import yaml

from bot.briefing.kept_questions import NONE, KeptQuestion, QuestionFile
from bot.briefing.models import Briefing
from bot.briefing.reading import words_that_ask
from bot.briefing.search.meaning import Meaning
from bot.briefing.search.searcher import Hit, Outcome, Searcher, SearchResult
from bot.meaning.own_model import OwnModel, is_installed
from tests.benchmarks.embedded import embed_all
from tests.frozen import briefing_at

REPOSITORY = Path(__file__).parents[2]
FIRST = REPOSITORY / "briefs" / "north-korea-russia.yaml"
OWN = FIRST.with_suffix(".questions.yaml")
PUBLIC = REPOSITORY.parent / "shared" / "questions"
HELD_OUT = {
    "held out": Path(__file__).parent / "held_out",
    "held out, second": Path(__file__).parent / "held_out_second",
}
TOP = 3
LARGE = 50
"""Claims from which a public base counts as an encyclopaedia's, not as a small one."""
ANSWERABLE, NEAR_MISS, OFF_TOPIC = "answerable", "near-miss", "off-topic"


@dataclass(frozen=True, slots=True)
class TestQuestion:
    """A question to one briefing, its kind, and the claims that answer it."""

    __test__ = False

    briefing: str
    q: str
    kind: str
    right: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was answered."""

    question: TestQuestion
    outcome: Outcome
    hits: tuple[str, ...]
    shown: tuple[str, ...]
    """Ids of claims, best first and as a reader gets them."""

    @property
    def is_plainly_right(self) -> bool:
        """Say whether the claim that leads a plain answer is one that answers."""
        return self.outcome is Outcome.ANSWERED and self.shown[0] in self.question.right


@dataclass(frozen=True, slots=True)
class Figures:
    """The shares of one set, from 0 to 1; None where it has no such questions."""

    answerable: int
    refused: float | None
    refused_mistyped: float | None
    """With two typing errors, as people made them or made up."""
    right_shown: float | None
    plain_right: float | None
    """Of the plain answers to answerable questions those that are right."""
    answered_right: float | None
    near_miss_answered: float | None
    off_topic_answered: float | None
    off_topic_hedged: float | None
    recall: float | None
    reciprocal_rank: float | None
    most_hedged: int
    """The most claims that a hedge showed."""


ROWS = {
    "refused": "flatly refused of answerable",
    "refused_mistyped": "... with typing errors",
    "right_shown": "right claim among those shown",
    "plain_right": "of plain answers right",
    "answered_right": "answered plainly and right",
    "near_miss_answered": "near-misses answered plainly",
    "off_topic_answered": "off-topic answered plainly",
    "off_topic_hedged": "off-topic hedged",
    "recall": f"right claim in the first {TOP} found",
    "reciprocal_rank": "mean reciprocal rank",
}
_OFF = {"off_topic_answered": "<= .005", "off_topic_hedged": "<= .060"}
AIMS = {
    "encyclopaedia": _OFF
    | {
        **{"refused": "<= .030", "refused_mistyped": "<= .050", "recall": ">= .920"},
        **{"right_shown": ">= .800", "plain_right": ">= .850"},
        **{"answered_right": ">= .400", "near_miss_answered": "<= .350"},
    },
    "small bases": _OFF
    | {
        **{"refused": "<= .030", "refused_mistyped": "<= .050", "recall": ">= .940"},
        **{"right_shown": ">= .870", "plain_right": ">= .900"},
        "answered_right": ">= .450",
    },
    "first briefing": _OFF
    | {
        **{"refused": "<= .025", "right_shown": ">= .925"},
        **{"answered_right": ">= .600", "near_miss_answered": "<= .166"},
    },
    "held out": _OFF
    | {
        **{"refused": "<= .156", "right_shown": ">= .604"},
        "near_miss_answered": "<= .212",
    },
}
AIMS["held out, second"] = AIMS["held out"]

WITH_VECTORS = {
    name: aims | {"refused": "<= .025" if "first" in name else "<= .030"}
    for name, aims in AIMS.items()
}
for _name in HELD_OUT:
    WITH_VECTORS[_name] |= {"refused": "<= .063", "right_shown": ">= .812"}
Set = tuple[list[TestQuestion], dict[str, Briefing]]


def main() -> None:
    """Print the table of all sets, each beside its aims."""
    options = _options()
    sets = {name: each for name, each in _sets(options) if each[0]}
    meaning: Meaning | None = None
    if is_installed() and not options.words:
        meaning = embed_all(
            OwnModel(),
            [
                briefing
                for _, briefings in sets.values()
                for briefing in briefings.values()
            ],
            [
                words_that_ask(each.q)
                for questions, _ in sets.values()
                for each in questions
            ],
        )
    asked = {name: ask_all(*each) for name, each in sets.items()}
    if meaning:
        more = {
            f"{name}, with vectors": ask_all(*each, meaning=meaning)
            for name, each in sets.items()
        }
        pairs = zip(asked.items(), more.items(), strict=True)
        asked = dict(item for pair in pairs for item in pair)
    if options.json:
        figures = {name: asdict(measure(each)) for name, each in asked.items()}
        print(json.dumps(figures, indent=2))
        return
    for name, each in asked.items():
        print_table(name, each)
    if options.wrong:
        for name, all_asked in asked.items():
            for one in all_asked:
                if wrong := what_is_wrong(one):
                    print(
                        f"{name}: {wrong:9} {one.question.briefing}: {one.question.q}"
                    )
    if meaning is None:
        print("No vectors: the extra is not installed, or --words was said.")
    if not options.paths and not options.public.is_dir():
        print(f'No public questions were asked: there is no "{options.public}".')


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("paths", nargs="*", type=Path, metavar="BRIEFING QUESTIONS")
    parser.add_argument("--public", type=Path, default=PUBLIC)
    parser.add_argument("--only", action="append", default=[])
    for flag in ("--held-out", "--wrong", "--json", "--words"):
        parser.add_argument(flag, action="store_true")
    return parser.parse_args()


def _sets(options: argparse.Namespace) -> Iterator[tuple[str, Set]]:
    if options.paths:
        yield options.paths[1].name, kept_set(*options.paths)
        return
    yield "first briefing", kept_set(FIRST, OWN)
    if options.public.is_dir():
        questions, mistyped, briefings = read_folder(options.public)
        only = set(options.only) or set(briefings)
        questions = [each for each in questions + mistyped if each.briefing in only]
        for name, is_large in (("encyclopaedia", True), ("small bases", False)):
            fitting = {
                id for id, b in briefings.items() if (len(b.claims) > LARGE) is is_large
            }
            chosen = [each for each in questions if each.briefing in fitting]
            yield name, (chosen, {id: briefings[id] for id in fitting})
    if options.held_out:
        for name, folder in HELD_OUT.items():
            questions, mistyped, briefings = read_folder(folder)
            yield name, (questions + mistyped, briefings)


def kept_set(briefing_path: Path, questions_path: Path) -> Set:
    """Return the questions that curators kept; what is unanswerable is a near-miss.

    The questions behind the comment "Off the topic" are not told apart.
    """
    content = yaml.safe_load(questions_path.read_text(encoding="utf-8"))
    entries = [entry | {"q": str(entry["q"])} for entry in content["questions"]]
    file = QuestionFile.model_validate({"questions": entries})
    briefing = briefing_at(briefing_path)

    def read(kept: KeptQuestion) -> TestQuestion:
        if kept.answer == NONE:
            return TestQuestion(briefing.id, kept.q, NEAR_MISS)
        return TestQuestion(briefing.id, kept.q, ANSWERABLE, frozenset(kept.answer))

    questions = [read(kept) for kept in file.questions]
    mistyped = [_mistyped(each) for each in questions if each.kind == ANSWERABLE]
    return questions + mistyped, {briefing.id: briefing}


def read_folder(
    folder: Path,
) -> tuple[list[TestQuestion], list[TestQuestion], dict[str, Briefing]]:
    """Return a folder's questions, the answerable ones mistyped, and its briefings."""
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions, mistyped = [], []
    for entry in map(json.loads, lines):
        right = frozenset(entry.get("right", ()))
        question = TestQuestion(entry["briefing"], entry["q"], entry["kind"], right)
        questions.append(question)
        if question.kind == ANSWERABLE:
            typed = entry.get("typed")
            is_text = isinstance(typed, str)
            mistyped.append(
                replace(question, q=typed, kind=MISTYPED)
                if is_text
                else _mistyped(question)
            )
    briefings = [
        briefing_at(path) for path in sorted((folder / "briefs").glob("*.yaml"))
    ]
    return questions, mistyped, {briefing.id: briefing for briefing in briefings}


MISTYPED = "mistyped"


def _mistyped(question: TestQuestion) -> TestQuestion:
    """Return it with errors in two of its longer words, the same at every run."""
    random = Random(question.q)
    words = question.q.split()
    long = [at for at, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    for at in random.sample(long, k=min(2, len(long))):
        word, place = words[at], random.randrange(1, len(words[at]) - 1)
        words[at] = random.choice(
            (
                word[:place] + word[place + 1 :],
                word[:place] + word[place] + word[place:],
                word[:place] + word[place + 1] + word[place] + word[place + 2 :],
            )
        )
    return replace(question, q=" ".join(words), kind=MISTYPED)


def ask_all(
    questions: Iterable[TestQuestion],
    briefings: dict[str, Briefing],
    *,
    meaning: Meaning | None = None,
) -> list[Asked]:
    """Ask each question of its own briefing alone, in order."""
    searchers: dict[str, Searcher] = {}
    asked = []
    for question in questions:
        id = question.briefing
        if id not in searchers:
            searchers[id] = Searcher([briefings[id]])
        answer = searchers[id].ask(question.q, meaning=meaning)
        asked.append(_asked(question, answer))
    return asked


def _asked(question: TestQuestion, answer: SearchResult) -> Asked:
    def ids(hits: tuple[Hit, ...]) -> tuple[str, ...]:
        return tuple(hit.claim.id for hit in hits)

    return Asked(question, answer.outcome, ids(answer.hits), ids(answer.shown))


def measure(asked: list[Asked]) -> Figures:
    """Return the shares of one set."""

    def of(kind: str) -> list[Asked]:
        return [each for each in asked if each.question.kind == kind]

    def share(
        among: list[Asked], is_so: Callable[[Asked], float | bool]
    ) -> float | None:
        return sum(map(is_so, among)) / len(among) if among else None

    def is_refused(each: Asked) -> bool:
        return each.outcome is Outcome.NOT_COVERED

    def is_plain(each: Asked) -> bool:
        return each.outcome is Outcome.ANSWERED

    def place(each: Asked) -> int:
        places = (n for n, id in enumerate(each.hits, 1) if id in each.question.right)
        return next(places, 0)

    answerable, off_topic = of(ANSWERABLE), of(OFF_TOPIC)
    hedged = [each for each in asked if each.outcome is Outcome.CLOSEST]
    return Figures(
        answerable=len(answerable),
        refused=share(answerable, is_refused),
        refused_mistyped=share(of(MISTYPED), is_refused),
        right_shown=share(
            answerable, lambda a: not a.question.right.isdisjoint(a.shown)
        ),
        plain_right=share(
            [each for each in answerable if is_plain(each)],
            lambda a: a.is_plainly_right,
        ),
        answered_right=share(answerable, lambda a: a.is_plainly_right),
        near_miss_answered=share(of(NEAR_MISS), is_plain),
        off_topic_answered=share(off_topic, is_plain),
        off_topic_hedged=share(off_topic, lambda a: a.outcome is Outcome.CLOSEST),
        recall=share(answerable, lambda a: 0 < place(a) <= TOP),
        reciprocal_rank=share(answerable, lambda a: 1 / place(a) if place(a) else 0.0),
        most_hedged=max((len(each.shown) for each in hedged), default=0),
    )


def as_if_hedged(each: Asked) -> Asked:
    """Return what a bot would do that shows the closest claims whatever is asked."""
    return replace(each, outcome=Outcome.CLOSEST, shown=each.hits[:TOP])


def as_if_refused(each: Asked) -> Asked:
    """Return what a bot would do that never answers."""
    return replace(each, outcome=Outcome.NOT_COVERED, shown=())


def print_table(name: str, asked: list[Asked]) -> None:
    """Print one set's shares beside its aims and beside bots that know nothing."""
    figures = measure(asked)
    hedging = asdict(measure([as_if_hedged(each) for each in asked]))
    refusing = asdict(measure([as_if_refused(each) for each in asked]))
    by_words = name.removesuffix(", with vectors")
    aims = (AIMS if by_words == name else WITH_VECTORS).get(by_words, {})
    print(f"{name}: {len(asked)} questions, {figures.answerable} answerable as typed")
    print(f"  {'':34} {'share':>6} {'aim':>9}    only hedges / only refuses")
    for key, row in ROWS.items():
        value = asdict(figures)[key]
        if value is None:
            continue
        aim = aims.get(key, "")
        met = "" if not aim else "ok" if _is_met(value, aim) else "--"
        others = f"{_text(hedging[key])} / {_text(refusing[key])}"
        print(f"  {row:34} {value:6.3f} {aim:>9} {met:2} {others:>14}")
    print(f"  {'most claims in a hedge':34} {figures.most_hedged:6}")
    for kind in (ANSWERABLE, MISTYPED, NEAR_MISS, OFF_TOPIC):
        came_to = Counter(e.outcome for e in asked if e.question.kind == kind)
        shares = (
            f"{outcome} {came_to[outcome] / came_to.total():.3f}"
            for outcome in Outcome
            if came_to[outcome]
        )
        if came_to:
            print(f"  {came_to.total():5} {kind:10} {', '.join(shares)}")
    print()


def _is_met(value: float, aim: str) -> bool:
    bound = float(aim[2:])
    return value <= bound if aim[0] == "<" else value >= bound


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def what_is_wrong(each: Asked) -> str:
    """Return in a word what went wrong with a question, empty where nothing did."""
    kind, outcome = each.question.kind, each.outcome
    if kind in (NEAR_MISS, OFF_TOPIC):
        if outcome is Outcome.ANSWERED:
            return "answered"
        is_shown = kind == OFF_TOPIC and outcome is Outcome.CLOSEST
        return "hedged" if is_shown else ""
    if outcome is Outcome.NOT_COVERED:
        return "refused"
    if outcome is Outcome.ANSWERED and not each.is_plainly_right:
        return "misled"
    return "missed" if each.question.right.isdisjoint(each.shown) else ""


if __name__ == "__main__":
    main()
