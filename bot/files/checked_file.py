"""One file: its text, the value it holds, and what is wrong with it by line."""

import errno
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from bot.briefing.advice import ReadFile, empty_file, missing_value
from bot.briefing.problems import Problem, Severity
from bot.briefing.validation import refusals
from bot.errors import BriefingError
from bot.files.yaml_places import Branch, Place, place_of
from bot.files.yaml_text import LARGEST, Tree, read_yaml

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
        return _at_its_place(self.path, problem, self.text, places_of(self.text))


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
        status = path.stat()
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            # A named pipe would be waited for, and a device be read without end.
            raise OSError(errno.EINVAL, "Not a regular file")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as exc:
        text = f'The file cannot be read: "{exc.strerror}".'
        error = BriefingError(str(path), 1, 1, text)
        return CheckedFile(path, "", "", None, (error,))
    content_hash = sha256(data).hexdigest()
    if known and known.content_hash == content_hash:
        return known
    document = read_yaml(data)
    facts = ReadFile(model, document.tree, path.name.removesuffix(".yaml"))
    value, problems = None, list[Problem]()
    rules = checks or Checks()
    if document.tree is not None:
        try:
            value = rules.complete(model.model_validate(document.tree))
        except ValidationError as exc:
            # What a mistake left out is missing in its mapping, and has been told.
            told = {mistake.where for mistake in document.mistakes} - {()}
            refused = [p for p in refusals(exc, facts) if p.where not in told]
            problems = [*refused, *rules.check_rest(document.tree, exc)]
        else:
            problems = list(rules.check(value, path))

    errors, warnings = list[BriefingError](), list[BriefingError]()
    for mistake in document.mistakes:
        hint = mistake.hint
        if mistake.lacks_value:
            hint = missing_value(mistake.where, facts)
        elif mistake.is_empty:
            hint = empty_file(facts)
        error = BriefingError(
            str(path), *mistake.place, mistake.text, hint, mistake.where
        )
        (warnings if mistake.is_warning else errors).append(error)
    for problem in problems:
        error = _at_its_place(path, problem, document.text, document.places)
        is_error = problem.severity is Severity.ERROR
        (errors if is_error else warnings).append(error)
    return CheckedFile(
        path, content_hash, document.text, value, tuple(errors), tuple(warnings)
    )


def _at_its_place(
    path: Path, problem: Problem, text: str, places: Branch
) -> BriefingError:
    """Give a problem the line and column of its key, its value or its words."""
    mark = places.find(problem.where, at_key=problem.at_key)
    place = place_of(mark)
    if problem.phrase:
        # A folded text may break the words over lines.
        words = re.compile(r"\s+".join(map(re.escape, problem.phrase.split())))
        for position, hit in enumerate(words.finditer(text, mark.index)):
            if position == problem.occurrence:
                passed = re.split(r"\r\n|\r|\n", text[mark.index : hit.start()])
                column = len(passed[-1]) + (mark.column if len(passed) == 1 else 0)
                place = Place(mark.line + len(passed), column + 1)
                break
    return BriefingError(str(path), *place, problem.text, problem.hint, problem.where)


@lru_cache(maxsize=1)
def places_of(text: str) -> Branch:
    """Return the places in a text; of the last one asked for, without reading it."""
    return read_yaml(text.encode()).places
