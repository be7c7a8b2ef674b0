"""The files of questions beside the briefings, asked of them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.briefing.kept_questions import (
    AskedQuestion,
    QuestionFile,
    ask_questions,
    check_questions,
)
from bot.briefing.models import Briefing
from bot.briefing.problems import Severity
from bot.errors import BriefingError
from bot.files.checked_file import read_file

QUESTIONS = ".questions.yaml"


@dataclass(frozen=True, slots=True)
class KeptQuestionResults:
    """What is wrong with the files of questions, which questions fail, and what each
    came to, by the id of its briefing.
    """

    errors: tuple[BriefingError, ...] = ()
    warnings: tuple[BriefingError, ...] = ()
    asked: tuple[tuple[str, AskedQuestion], ...] = ()


def ask_kept(
    folder: Path,
    briefings: tuple[Briefing, ...],
    *,
    on_file: Callable[[str], object] = str,
) -> KeptQuestionResults:
    """Ask every briefing the questions kept beside it.

    `on_file` is told the name of each file before its questions are asked.
    """
    known = {briefing.id: briefing for briefing in briefings}
    errors: list[BriefingError] = []
    warnings: list[BriefingError] = []
    kept: list[tuple[str, AskedQuestion]] = []
    for path in sorted(folder.glob(f"*{QUESTIONS}")):
        on_file(path.name)
        file = read_file(path, QuestionFile)
        errors += file.errors
        briefing = known.get(path.name.removesuffix(QUESTIONS))
        if file.value is None or briefing is None:
            continue

        asked = ask_questions(file.value, briefing)
        kept += [(briefing.id, each) for each in asked]
        for problem in check_questions(asked, briefing):
            is_error = problem.severity is Severity.ERROR
            (errors if is_error else warnings).append(file.locate(problem))
    return KeptQuestionResults(tuple(errors), tuple(warnings), tuple(kept))
