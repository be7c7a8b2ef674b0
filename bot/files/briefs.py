"""The folder of briefings: YAML files in, one library and every problem out."""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.briefing.checks import cross_check, in_the_future, overdue
from bot.briefing.claim_checks import check_claims
from bot.briefing.kept_questions import KeptQuestions, QuestionFile
from bot.briefing.library import Library
from bot.briefing.models import Briefing
from bot.briefing.problems import Problem, Severity, nearest
from bot.briefing.tlp import Label
from bot.briefing.validation import problems_of_the_rest
from bot.briefing.workspaces import WorkspaceList, check_workspaces
from bot.briefing.written_forms import slug_of
from bot.digests.models import DigestFile, check_digests, check_recipients
from bot.errors import BriefingError, SettingsError
from bot.files.checked_file import CheckedFile, Checks, places_of, read_file
from bot.files.kept_questions import QUESTIONS
from bot.files.yaml_places import KeyPath, place_of
from bot.files.yaml_text import Tree

DIGESTS = "digests.yaml"
WORKSPACES = "workspaces.yaml"
NO_WORKSPACES = (
    "There is no workspaces.yaml: where workspaces install the app by themselves, it "
    "says which briefings each of them has."
)
HOW_WORKSPACES = (
    "Write `workspaces: [{id: T0123ABC, briefings: [my-briefing]}]`, or `workspaces: "
    "[]` for none yet."
)


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What the folder holds now: library and digests, or what keeps them from serving.

    Errors and warnings come ordered by file, line and column. `library` is None where
    there is an error in any file, since a snapshot is served whole or not at all. A
    file of questions with an error counts as none: `check` tells of it.
    """

    library: Library | None
    digests: DigestFile = field(default_factory=DigestFile)
    errors: tuple[BriefingError, ...] = ()
    warnings: tuple[BriefingError, ...] = ()
    questions: KeptQuestions = field(default_factory=dict)


class YamlBriefingSource:
    """Reads a folder of briefings again and again, parsing only what changed."""

    def __init__(
        self,
        folder: Path,
        *,
        default_handling: Label = Label.AMBER,
        wants_workspaces: bool = False,
    ) -> None:
        """Raise SettingsError for a default that would publish what nobody labelled.

        With `wants_workspaces` it is an error that nothing says which workspace has
        what: else strangers who install the app would have everything.
        """
        if default_handling is Label.CLEAR:
            raise SettingsError(
                'The default handling cannot be "TLP:CLEAR": what nobody labelled '
                "would be public. Choose another label."
            )
        self.folder = folder
        self._checks = _BriefingChecks(default_handling)
        self._briefings: dict[Path, CheckedFile[Briefing]] = {}
        self._questions: dict[Path, CheckedFile[QuestionFile]] = {}
        self._digests: CheckedFile[DigestFile] | None = None
        self._wants_workspaces = wants_workspaces
        self._workspaces: CheckedFile[WorkspaceList] | None = None

    def read(
        self, today: date, *, on_file: Callable[[str], object] = str
    ) -> LoadResult:
        """Read the folder as it is now; `today` decides what is past its review.

        `on_file` is told the name of each briefing's file before it is read. Raise
        SettingsError where the folder is not there or holds no briefing.
        """
        paths = self._paths()
        self._read_again(paths, on_file)
        workspaces, digests = self._workspaces, self._digests
        files = list(self._briefings.values())
        errors = [error for file in files for error in file.errors]
        errors += _misnamed(files)
        if workspaces is None and self._wants_workspaces:
            place = str(self.folder / WORKSPACES)
            missing = BriefingError(place, 1, 1, NO_WORKSPACES, HOW_WORKSPACES)
            errors.append(missing)
        warnings = [*_not_read(self.folder, paths)]
        warnings += [warning for file in files for warning in file.warnings]
        warnings += [
            file.locate(problem)
            for file in files
            if file.value
            for problem in (
                *overdue(file.value, today),
                *in_the_future(file.value, today),
            )
        ]
        briefings = [file.value for file in files if file.value]
        errors += workspaces.errors if workspaces else ()
        errors += digests.errors if digests else ()
        if len(briefings) == len(files):
            for file, problem in _between_files(briefings, workspaces, digests):
                is_error = problem.severity is Severity.ERROR
                (errors if is_error else warnings).append(file.locate(problem))
        served_in = workspaces.value if workspaces else None
        return LoadResult(
            None if errors else Library(tuple(briefings), workspaces=served_in),
            (digests and digests.value) or DigestFile(),
            _ordered(errors),
            _ordered(warnings),
            {
                path.name.removesuffix(QUESTIONS): file.value.questions
                for path, file in self._questions.items()
                if file.value
            },
        )

    def _read_again(
        self, paths: Sequence[Path], on_file: Callable[[str], object]
    ) -> None:
        """Read each file of the folder, those whose text has changed in full."""
        read = {}
        for path in paths:
            on_file(path.name)
            known_file = self._briefings.get(path)
            read[path] = read_file(path, Briefing, known_file, checks=self._checks)
        self._briefings = read
        self._questions = {
            path: read_file(path, QuestionFile, self._questions.get(path))
            for path in sorted(self.folder.glob(f"*{QUESTIONS}"))
        }
        path, known = self.folder / DIGESTS, self._digests
        self._digests = read_file(path, DigestFile, known) if path.exists() else None
        path, listed = self.folder / WORKSPACES, self._workspaces
        self._workspaces = (
            read_file(path, WorkspaceList, listed) if path.exists() else None
        )

    @property
    def files(self) -> tuple[CheckedFile[Briefing], ...]:
        """The files of briefings as they were last read, ordered by name."""
        return tuple(self._briefings.values())

    async def place_of(self, briefing_id: str, claim_id: str) -> tuple[str, int] | None:
        """Return the file and line of a claim or section; None where it has none.

        The file is read once more, as its places are not kept.
        """
        for file in self.files:
            if file.value is None or file.value.id != briefing_id:
                continue
            for number, section in enumerate(file.value.sections):
                at: KeyPath = ("sections", number)
                if section.id == claim_id:
                    return await asyncio.to_thread(_file_and_line, file, at)
                for index, claim in enumerate(section.claims):
                    if claim.id == claim_id:
                        at = (*at, "claims", index)
                        return await asyncio.to_thread(_file_and_line, file, at)
        return None

    def _paths(self) -> list[Path]:
        if not self.folder.is_dir():
            raise SettingsError(
                f'There is no folder "{self.folder}" to read briefings from. Set '
                "BRIEFING_BOT_BRIEFS, or start one with `briefing-bot new ID`."
            )
        paths = briefing_paths(self.folder)
        if not paths:
            unread = next(_not_read(self.folder, []), None)
            advice = f" {unread.text} {unread.hint}" if unread else ""
            raise SettingsError(
                f'The folder "{self.folder}" holds no briefing.{advice} Start one with '
                "`briefing-bot new ID`."
            )
        return paths


def briefing_paths(folder: Path) -> list[Path]:
    """Return the files of a folder that are read as briefings, ordered by name."""
    return [
        path
        for path in sorted(folder.glob("*.yaml"))
        if path.name not in (DIGESTS, WORKSPACES)
        and not path.name.endswith(QUESTIONS)
        and not path.name.startswith(".")
    ]


class _BriefingChecks(Checks[Briefing]):
    """The cross-checks of a briefing whose handling is filled in."""

    def __init__(self, default_handling: Label) -> None:
        self._default_handling = default_handling

    def complete(self, value: Briefing) -> Briefing:
        if value.handling is not None:
            return value
        return value.model_copy(update={"handling": self._default_handling})

    def check(self, value: Briefing, path: Path) -> Iterable[Problem]:
        yield from cross_check(value)
        yield from check_claims(value)

    def check_rest(self, tree: Tree, error: ValidationError) -> Iterable[Problem]:
        return problems_of_the_rest(tree, error)


def _between_files(
    briefings: Sequence[Briefing],
    workspaces: CheckedFile[WorkspaceList] | None,
    digests: CheckedFile[DigestFile] | None,
) -> Iterator[tuple[CheckedFile[Any], Problem]]:
    """Find what does not fit to what another file says, with the file to mend."""
    served_in = workspaces.value if workspaces else None
    if workspaces and served_in:
        ids = [briefing.id for briefing in briefings]
        for problem in check_workspaces(served_in, ids):
            yield workspaces, problem
    if digests and digests.value:
        sections = {b.id: [each.id for each in b.sections] for b in briefings}
        for problem in check_digests(digests.value, sections):
            yield digests, problem
        for problem in check_recipients(digests.value, served_in) if served_in else ():
            yield digests, problem


def _misnamed(files: list[CheckedFile[Briefing]]) -> Iterator[BriefingError]:
    """Find files that are not called by their id, such as the copies programs keep."""
    names = {file.path.name for file in files}
    for file in files:
        if file.value is None or file.path.stem == file.value.id:
            continue
        id, stem = file.value.id, file.path.stem
        own = slug_of(stem)
        if own != stem and f"{own}.yaml" in names:
            free = (f"{own}-{number}" for number in count(2))
            own = next(name for name in free if f"{name}.yaml" not in names)
        text = f'The id "{id}" is not the name of its file.'
        hint = f"Rename the file to {id}.yaml, or write `id: {stem}`."
        if f"{id}.yaml" in names:
            text = f'The id "{id}" is that of {id}.yaml.'
            hint = (
                f"Delete this file if it is a copy of that one; else write `id: {own}`"
            )
            hint += "." if own == stem else f" and rename it to {own}.yaml."
        elif own != stem:
            hint = f"Rename the file to {id}.yaml."
        yield file.locate(Problem(("id",), text, hint))


def _not_read(folder: Path, briefings: list[Path]) -> Iterator[BriefingError]:
    """Warn of files that look meant for us, and have a name or place we do not read."""
    ids = {path.stem for path in briefings}
    # A link to the folder, or the file behind one in it, is what is read already.
    read = {os.path.realpath(path) for path in folder.glob("*.yaml")}
    for path in sorted([*folder.glob("*"), *folder.glob("*/*")]):
        place = path.relative_to(folder)
        # Notepad saves "port.yaml" as port.yaml.txt, and Windows hides the ending.
        ending = "".join(path.suffixes[-2:]) if path.suffix == ".txt" else path.suffix
        is_hidden = any(part.startswith(".") for part in place.parts)
        is_ours = ending.lower() in (".yaml", ".yml", ".yaml.txt", ".yml.txt")
        if is_hidden or not is_ours or not path.is_file():
            continue
        name = f"{path.name.removesuffix(ending)}.yaml"
        if len(place.parts) > 1:
            if os.path.realpath(path) in read:
                continue
            text = f'"{place}" is not read: briefings stand in the folder itself.'
            hint = f"Move it to {folder / name}."
        elif ending != ".yaml":
            text = f'"{place}" is not read: its name ends in {ending}.'
            hint = f"Rename it to {name}."
        elif name.endswith(QUESTIONS):
            id = name.removesuffix(QUESTIONS)
            if id in ids or not ids:
                continue
            text = f'"{place}" is not read: there is no briefing "{id}".'
            meant = nearest(id, sorted(ids)) or next(
                (known for known in sorted(ids) if id.startswith(known)), None
            )
            name = f"{meant or '<briefing>'}{QUESTIONS}"
            hint = f"Rename it to {name}."
        else:
            continue
        if (folder / name).exists():
            hint = f"There is a {name} already: add to it what is new here, and delete "
            hint += "this file."
        yield BriefingError(str(path), 1, 1, text, hint)


def _file_and_line(file: CheckedFile[Briefing], path: KeyPath) -> tuple[str, int]:
    mark = places_of(file.text).find(path)
    return str(file.path), place_of(mark).line


def _ordered(problems: Iterable[BriefingError]) -> tuple[BriefingError, ...]:
    return tuple(sorted(problems, key=lambda p: (p.path, p.line, p.column)))
