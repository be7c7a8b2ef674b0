"""The folder of briefings: YAML files in, one library and every problem out."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from bot.briefing.checks import overdue
from bot.briefing.handling import Label
from bot.briefing.library import Library
from bot.briefing.problems import Severity
from bot.errors import BriefingError, SettingsError
from bot.storage.briefing_file import BriefingFile, read_briefing_file

DIGESTS = "digests.yaml"
QUESTIONS = ".questions.yaml"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the folder holds now: a library, or the errors that keep it from serving.

    Errors and warnings come ordered by file, line and column.
    """

    library: Library | None
    errors: tuple[BriefingError, ...] = ()
    warnings: tuple[BriefingError, ...] = ()


class YamlBriefingSource:
    """Reads a folder of briefings again and again, parsing only what changed."""

    def __init__(self, folder: Path, *, default_handling: Label = Label.AMBER) -> None:
        """Raise SettingsError for a default that would publish what nobody labelled."""
        if default_handling is Label.CLEAR:
            raise SettingsError(
                'The default handling cannot be "TLP:CLEAR": what nobody labelled '
                "would be public. Choose another label."
            )
        self.folder = folder
        self._default_handling = default_handling
        self._files: dict[Path, BriefingFile] = {}

    def read(self, today: date) -> Reading:
        """Read the folder as it is now; `today` decides what is past its review.

        Raise SettingsError where the folder is not there or holds no briefing.
        """
        self._files = {path: self._file(path) for path in self._paths()}
        files = tuple(self._files.values())
        errors = [error for file in files for error in file.located(Severity.ERROR)]
        warnings = [w for file in files for w in _warnings(file, today)]
        briefings = tuple(file.briefing for file in files if file.briefing)
        return Reading(
            library=None if errors else Library(briefings),
            errors=_ordered(errors),
            warnings=_ordered(warnings),
        )

    def question_files(self) -> dict[str, Path]:
        """Return the files of questions by the id of the briefing they are asked of."""
        found = sorted(self.folder.glob(f"*{QUESTIONS}"))
        return {path.name.removesuffix(QUESTIONS): path for path in found}

    def _paths(self) -> list[Path]:
        if not self.folder.is_dir():
            raise SettingsError(
                f'There is no folder "{self.folder}" to read briefings from. Set '
                "BRIEFING_BOT_BRIEFS, or start one with `briefing-bot new ID`."
            )
        paths = [
            path for path in sorted(self.folder.glob("*.yaml")) if _is_briefing(path)
        ]
        if not paths:
            raise SettingsError(
                f'The folder "{self.folder}" holds no briefing. Start one with '
                "`briefing-bot new ID`."
            )
        return paths

    def _file(self, path: Path) -> BriefingFile:
        try:
            data = path.read_bytes()
        except OSError as exc:
            text = f'The file cannot be read: "{exc.strerror}".'
            return BriefingFile.unreadable(path, text)
        digest = sha256(data).hexdigest()
        known = self._files.get(path)
        if known and known.digest == digest:
            return known
        return read_briefing_file(
            path, data, digest=digest, default_handling=self._default_handling
        )


def _is_briefing(path: Path) -> bool:
    is_other = path.name == DIGESTS or path.name.endswith(QUESTIONS)
    return not is_other and not path.name.startswith(".")


def _warnings(file: BriefingFile, today: date) -> list[BriefingError]:
    late = overdue(file.briefing, today) if file.briefing else []
    return [*file.located(Severity.WARNING), *(file.locate(p) for p in late)]


def _ordered(problems: list[BriefingError]) -> tuple[BriefingError, ...]:
    return tuple(sorted(problems, key=lambda p: (p.path, p.line, p.column)))
