"""Who a digest is for, as its author names them: `[T…/](#name|C…|U…)`."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

_PATTERN = re.compile(
    r"(?:(?P<team>T[A-Z0-9]{2,})/)?"
    r"(?:#(?P<name>[^\s#@/.,A-Z]{1,80})|(?P<channel>[CG][A-Z0-9]{2,})"
    r"|(?P<user>[UW][A-Z0-9]{2,}))"
)
_HINT = (
    'allowed: a channel such as "#korea-desk", the id of a channel (C…) or of a person '
    "(U…), each with its workspace in front where there are several (T…/C…)"
)


class RecipientKind(StrEnum):
    """How a recipient is named; only a name must be resolved to an id."""

    NAME = "name"
    CHANNEL = "channel"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A destination as configured; `value` is a name without `#`, or an id.

    `team_id` is empty where the author left the workspace out.
    """

    kind: RecipientKind
    value: str
    team_id: str = ""

    def __str__(self) -> str:
        """The text it is configured by, which stands in the key of its deliveries."""
        workspace = f"{self.team_id}/" if self.team_id else ""
        mark = "#" if self.kind is RecipientKind.NAME else ""
        return f"{workspace}{mark}{self.value}"


def read_recipient(text: str) -> Recipient:
    """Read a recipient; raise ValueError with what to write instead."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        advice = _HINT
        name = re.sub(r"[\s.,]+", "-", text.lstrip("#").strip().lower())
        if text.startswith("@"):
            profile = "which their profile shows in Slack"
            advice = f"a person is named by their id (U…), {profile}"
        elif name and _PATTERN.fullmatch(f"#{name}"):
            advice = f'for a channel\'s name write "#{name}", with the quotation marks'
        raise ValueError(f'recipient "{text}" is not understood; {advice}.')

    team_id = match["team"] or ""
    if match["name"]:
        return Recipient(RecipientKind.NAME, match["name"], team_id)
    if match["channel"]:
        return Recipient(RecipientKind.CHANNEL, match["channel"], team_id)
    return Recipient(RecipientKind.USER, match["user"], team_id)


def _validate(value: object) -> Recipient:
    if isinstance(value, Recipient):
        return value
    if isinstance(value, str):
        return read_recipient(value)
    raise ValueError(f"A recipient is a text; {_HINT}.")


RecipientText = Annotated[
    Recipient,
    PlainValidator(_validate, json_schema_input_type=str),
    WithJsonSchema({"type": "string", "pattern": "^([T][A-Z0-9]+/)?(#.+|[CGUW].+)$"}),
]
