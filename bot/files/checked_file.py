"""One file: its text, the value it holds, and what is wrong with it by line."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from bot.briefing.problems import Problem, Severity
from bot.briefing.validation_messages import refusals
from bot.errors import BriefingError
from bot.files.yaml_locate import locate, places_of
from bot.files.yaml_text import Document, Tree, read_yaml

Held = TypeVar("Held", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class CheckedFile(Generic[Held]):
    """A file as it was at one moment; `value` is None where its shape is wrong.

    The places of its keys are not kept, as they take more memory than the value: what
    is found later is located by reading the text once more.
    """

    path: Path
    content_hash: str
    text: str
    value: Held | None
    errors: tuple[BriefingError, ...] = ()
    warnings: tuple[BriefingError, ...] = ()

    def locate(self, problem: Problem) -> BriefingError:
        """Give a problem that was found later its line and column in this file."""
        place = locate(problem, self.text, places_of(self.text))
        path = str(self.path)
        return BriefingError(path, *place, problem.text, problem.hint, problem.where)


class Checks(Generic[Held]):
    """What is looked for in a file beyond its shape; here, nothing."""

    def complete(self, value: Held) -> Held:
        """Return the value with what its file may leave out."""
        return value

    def check(self, value: Held, path: Path) -> Iterable[Problem]:
        """Find what is wrong with a complete value."""
        return ()

    def check_rest(self, tree: Tree, error: ValidationError) -> Iterable[Problem]:
        """Find what else is wrong with a file whose shape was refused."""
        return ()


def read_file(
    path: Path,
    model: type[Held],
    known: CheckedFile[Held] | None = None,
    *,
    checks: Checks[Held] | None = None,
) -> CheckedFile[Held]:
    """Read a file and check it; nothing is raised for what it holds.

    Return `known`, the same file as it was read before, where its bytes are the same.
    """
    try:
        data = path.read_bytes()
    except OSError as exc:
        text = f'The file cannot be read: "{exc.strerror}".'
        error = BriefingError(str(path), 1, 1, text)
        return CheckedFile(path, "", "", None, (error,))
    content_hash = sha256(data).hexdigest()
    if known and known.content_hash == content_hash:
        return known
    document = read_yaml(data)
    value, problems = _checked(document, path, model, checks or Checks())
    errors, warnings = _located(path, document, problems)
    return CheckedFile(path, content_hash, document.text, value, errors, warnings)


def _checked(
    document: Document, path: Path, model: type[Held], checks: Checks[Held]
) -> tuple[Held | None, list[Problem]]:
    if document.tree is None:
        return None, []
    try:
        value = checks.complete(model.model_validate(document.tree))
    except ValidationError as exc:
        # What a slip left out is missing in its mapping, and has been told.
        told = {slip.where for slip in document.slips} - {()}
        refused = [p for p in refusals(exc, model) if p.where not in told]
        return None, [*refused, *checks.check_rest(document.tree, exc)]
    return value, list(checks.check(value, path))


_Errors = tuple[BriefingError, ...]


def _located(
    path: Path, document: Document, problems: list[Problem]
) -> tuple[_Errors, _Errors]:
    """Return errors and warnings with line and column, slips of YAML among them."""
    errors = [
        BriefingError(str(path), *slip.place, slip.text, slip.hint, slip.where)
        for slip in document.slips
    ]
    warnings: list[BriefingError] = []
    for problem in problems:
        place = locate(problem, document.text, document.places)
        error = BriefingError(
            str(path), *place, problem.text, problem.hint, problem.where
        )
        is_error = problem.severity is Severity.ERROR
        (errors if is_error else warnings).append(error)
    return tuple(errors), tuple(warnings)
