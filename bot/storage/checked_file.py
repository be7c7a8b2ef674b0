"""One file: its text, its places, the value it holds and what is wrong with it."""

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from bot.briefing.problems import Problem, Severity
from bot.briefing.refusals import refusals
from bot.errors import BriefingError
from bot.storage.yaml_locate import locate
from bot.storage.yaml_text import Document, empty_document, read_yaml

Held = TypeVar("Held", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class CheckedFile(Generic[Held]):
    """A file as it was at one moment; `value` is None where its shape is wrong."""

    path: Path
    content_hash: str
    document: Document
    value: Held | None
    problems: tuple[Problem, ...]

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


def read_file(
    path: Path, model: type[Held], known: CheckedFile[Held] | None = None
) -> CheckedFile[Held]:
    """Read a file and validate its shape; nothing is raised for what it holds.

    Return `known`, the same file as it was read before, where its bytes are the same.
    """
    try:
        data = path.read_bytes()
    except OSError as exc:
        problem = Problem((), f'The file cannot be read: "{exc.strerror}".')
        return CheckedFile(path, "", empty_document(), None, (problem,))
    content_hash = sha256(data).hexdigest()
    if known and known.content_hash == content_hash:
        return known
    document = read_yaml(data)
    value, problems = _validate(document, model)
    # The tree lives on in the value, and would take as much memory again.
    read = replace(document, tree=None)
    return CheckedFile(path, content_hash, read, value, problems)


def _validate(
    document: Document, model: type[Held]
) -> tuple[Held | None, tuple[Problem, ...]]:
    if document.tree is None:
        return None, ()
    try:
        return model.model_validate(document.tree), ()
    except ValidationError as exc:
        # What a slip left out is missing in its mapping, and has been told.
        told = {slip.where for slip in document.slips} - {()}
        problems = refusals(exc, model)
        return None, tuple(p for p in problems if p.where not in told)
