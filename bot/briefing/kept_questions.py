"""Questions that a briefing must answer or refuse, kept by its curators beside it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict

from bot.briefing.field_types import Model, Slug, upto
from bot.briefing.models import Briefing
from bot.briefing.problems import Problem, did_you_mean, listed, quoted, warning
from bot.briefing.search.searcher import Outcome, Searcher, SearchResult

NONE = "none"
TOP = 3
"""The place among the hits up to which an expected claim counts as found."""
Expected = Annotated[
    tuple[Slug, ...] | Literal["none"],
    BeforeValidator(
        lambda value: (value,) if isinstance(value, str) and value != NONE else value,
        json_schema_input_type=Slug | list[Slug],
    ),
]


class KeptQuestion(Model):
    """A question with the claims that answer it, any of which will do."""

    model_config = ConfigDict(title="question")

    q: Annotated[str, upto(300)]
    """The question as a reader would type it."""
    answer: Expected
    """Ids of claims that answer it, or none where the briefing cannot answer."""
    fails: Annotated[str, upto(200)] | None = None
    """Why it fails and may: it then warns no more, until it passes."""


KeptQuestions = Mapping[str, tuple[KeptQuestion, ...]]
"""The kept questions by the id of their briefing, in the order of its file."""


class QuestionFile(Model):
    """The whole of `<briefing>.questions.yaml`."""

    model_config = ConfigDict(title="question file")

    questions: tuple[KeptQuestion, ...] = ()
    """Asked of the briefing by every `check`."""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A kept question with what it came to."""

    kept: KeptQuestion
    result: SearchResult

    @property
    def failure(self) -> str:
        """How the answer differs from what was expected; empty where it does not.

        One of the claims has to be among the first three. A question that cannot be
        answered may still show the closest lines, as long as they are called so.
        """
        asked, expected, outcome = quoted(self.kept.q), self.kept.answer, self.outcome
        found = [hit.claim.id for hit in self.result.hits[:TOP]]
        if expected == NONE:
            is_wrong = outcome is Outcome.ANSWERED
            return f'{asked} is answered with "{found[0]}".' if is_wrong else ""
        if outcome in (Outcome.NOT_COVERED, Outcome.OTHER_LANGUAGE):
            said = f'{asked} is refused instead of answered "{expected[0]}"'
            return f"{said}: {self.result.rule}."
        if set(found) & set(expected):
            return ""
        return f'{asked} finds "{found[0]}" instead of "{expected[0]}".'

    @property
    def outcome(self) -> Outcome:
        """What the search can promise of it."""
        return self.result.outcome


def ask_questions(file: QuestionFile, briefing: Briefing) -> list[AskedQuestion]:
    """Ask the briefing its questions, in the order of the file."""
    searcher = Searcher([briefing])
    return [AskedQuestion(kept, searcher.ask(kept.q)) for kept in file.questions]


def check_questions(
    asked: Iterable[AskedQuestion], briefing: Briefing
) -> Iterator[Problem]:
    """Find expected claims that do not exist, and answers that were not expected."""
    known = [claim.id for claim in briefing.claims]
    for position, each in enumerate(asked):
        where = ("questions", position)
        kept, failure = each.kept, each.failure
        expected = () if kept.answer == NONE else kept.answer
        if not set(expected) <= set(known):
            for number, id in enumerate(expected):
                if id not in known:
                    text = f'There is no claim "{id}" in this briefing.'
                    hint = did_you_mean(id, known) or f"Known are: {listed(known)}."
                    yield Problem((*where, "answer", number), text, hint)
            continue

        if failure and not kept.fails:
            hint = _CAN
            if kept.answer == NONE:
                above = int(each.result.coverage * 100 + 1) / 100
                hint = _CANNOT.format(above=f"{above:g}") if above <= 1 else _MAY
            yield warning((*where, "q"), failure, hint)
        if kept.fails and not failure:
            text = f"{quoted(kept.q)} is expected to fail, and passes."
            yield warning((*where, "fails"), text, "Remove `fails`.", at_key=True)


_CAN = "Give the claim these words as aliases, or say under `fails` why not."
_CANNOT = "Raise `search: {{answered: {above}}}`, or say under `fails` why that may be."
_MAY = "Say under `fails` why that may be."
