"""The files of questions beside the briefings, asked of them."""

from dataclasses import dataclass
from pathlib import Path

from bot.briefing.models import Briefing
from bot.briefing.problems import Problem, Severity
from bot.briefing.questions import QuestionFile, check_questions
from bot.errors import BriefingError
from bot.files.checked_file import CheckedFile, read_file

QUESTIONS = ".questions.yaml"


@dataclass(frozen=True, slots=True)
class KeptQuestionProblems:
    """What is wrong with the files of questions, and which questions fail."""

    errors: tuple[BriefingError, ...] = ()
    warnings: tuple[BriefingError, ...] = ()


def ask_kept(folder: Path, briefings: tuple[Briefing, ...]) -> KeptQuestionProblems:
    """Ask every briefing the questions kept beside it."""
    known = {briefing.id: briefing for briefing in briefings}
    errors: list[BriefingError] = []
    warnings: list[BriefingError] = []
    for path in sorted(folder.glob(f"*{QUESTIONS}")):
        file = read_file(path, QuestionFile)
        problems = _problems(file, known.get(path.name.removesuffix(QUESTIONS)))
        errors += file.errors
        for problem in problems:
            is_error = problem.severity is Severity.ERROR
            (errors if is_error else warnings).append(file.locate(problem))
    return KeptQuestionProblems(tuple(errors), tuple(warnings))


def _problems(
    file: CheckedFile[QuestionFile], briefing: Briefing | None
) -> list[Problem]:
    if file.value is None or briefing is None:
        return []
    return list(check_questions(file.value, briefing))
