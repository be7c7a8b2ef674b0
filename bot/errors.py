"""The errors that cross rooms, each named after who can act on it."""

from dataclasses import dataclass
from enum import StrEnum


class BotError(Exception):
    """Anything the bot raises on purpose; its text is fit to be shown."""


@dataclass(unsafe_hash=True)
class BriefingError(BotError):
    """A mistake in a curator's file, for its author to fix.

    A value like the others, but not frozen: contextlib sets `__traceback__` on it.

    `line` and `column` start at 1. `where` is the path of keys to the place, for
    programs; `hint` says what to try and may be empty.
    """

    path: str
    line: int
    column: int
    text: str
    hint: str = ""
    where: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        advice = f" {self.hint}" if self.hint else ""
        return f"{self.place}: {self.text}{advice}"

    @property
    def place(self) -> str:
        """Where it is, for whoever may not read what the text quotes of the file."""
        return f"{self.path}:{self.line}:{self.column}"


class SettingsError(BotError):
    """A setting is missing or wrong; start-up ends with this text."""


class FailureClass(StrEnum):
    """Who can mend a delivery that failed: the table in Slack's method pages."""

    DESTINATION = "destination"
    INSTALLATION = "installation"
    CONTENT = "content"


class DeliveryError(BotError):
    """Slack did not take a message, and the worker must decide what follows.

    `permanent` is None while the outcome is passing, else the class of who can mend
    it. `retry_after_s` is Slack's `Retry-After` where it gave one. `ambiguous` means
    that the message may have been stored although no `ok` came back.
    """

    def __init__(
        self,
        text: str,
        *,
        permanent: FailureClass | None = None,
        retry_after_s: float | None = None,
        ambiguous: bool = False,
    ) -> None:
        super().__init__(text)
        self.permanent = permanent
        self.retry_after_s = retry_after_s
        self.ambiguous = ambiguous


MESSAGE_GONE = "The message is gone."
"""What a `DeliveryError` says where somebody deleted the message to be edited."""


class DatabaseUnavailable(BotError):
    """The database is away or busy; nothing was changed, try again later."""
