"""One file: its text, its places, the briefing it holds and what is wrong with it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from bot.briefing.checks import cross_check
from bot.briefing.handling import Label
from bot.briefing.models import Briefing
from bot.briefing.problems import Problem, Severity
from bot.briefing.refusals import refusals
from bot.errors import BriefingError
from bot.storage.yaml_locate import locate
from bot.storage.yaml_text import Document, empty_document, read_yaml


@dataclass(frozen=True, slots=True)
class BriefingFile:
    """A file as it was at one moment; `briefing` is None where its shape is wrong."""

    path: Path
    digest: str
    document: Document
    briefing: Briefing | None
    problems: tuple[Problem, ...]

    @classmethod
    def unreadable(cls, path: Path, text: str) -> Self:
        """Return a file of which nothing is known but why it could not be read."""
        return cls(path, "", empty_document(), None, (Problem((), text),))

    def located(self, severity: Severity) -> list[BriefingError]:
        """Return the file's problems of one severity with line and column."""
        own = [self.locate(p) for p in self.problems if p.severity is severity]
        slips = self.document.slips if severity is Severity.ERROR else ()
        path = str(self.path)
        return own + [
            BriefingError(path, *slip.place, slip.text, slip.hint, slip.where)
            for slip in slips
        ]

    def locate(self, problem: Problem) -> BriefingError:
        """Give a problem its line and column in this file."""
        place = locate(problem, self.document)
        path = str(self.path)
        return BriefingError(path, *place, problem.text, problem.hint, problem.where)


def read_briefing_file(
    path: Path, data: bytes, *, digest: str, default_handling: Label
) -> BriefingFile:
    """Read and check one file; nothing is raised for what it holds."""
    document = read_yaml(data)
    file = BriefingFile(path, digest, document, None, ())
    if document.tree is None:
        return file
    try:
        briefing = Briefing.model_validate(document.tree)
    except ValidationError as exc:
        return replace(file, problems=tuple(refusals(exc, Briefing)))
    if briefing.handling is None:
        briefing = briefing.model_copy(update={"handling": default_handling})
    problems = (*_name(path, briefing), *cross_check(briefing))
    return replace(file, briefing=briefing, problems=problems)


def _name(path: Path, briefing: Briefing) -> list[Problem]:
    if path.stem == briefing.id:
        return []
    text = f'The id "{briefing.id}" is not the name of its file.'
    hint = f"Rename the file to {briefing.id}.yaml, or write `id: {path.stem}`."
    return [Problem(("id",), text, hint)]
