"""What pydantic refuses, in a curator's words: what is wrong, allowed, and to try.

What is left of a briefing without the refused parts is checked in the same run, so that
a curator sees every mistake at once; it is never served.
"""

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.briefing.advice import (
    ReadFile,
    a_part,
    as_entries,
    as_mapping,
    bracketed,
    example_of,
    meant_word,
    model_at,
    other_id,
    other_key,
)
from bot.briefing.checks import cross_check
from bot.briefing.field_types import SLACK_ID, SLUG
from bot.briefing.models import Briefing
from bot.briefing.problems import (
    LONGEST_QUOTED,
    KeyPath,
    Problem,
    Severity,
    listed,
    nearest,
    quoted,
)
from bot.briefing.written_forms import slug_of

MOST = 200
"""Refusals that are told of one file; nobody reads more before mending those."""


def refusals(error: ValidationError, file: ReadFile) -> list[Problem]:
    """Return one problem for each place at which the model refused the file.

    A missing value (None) is left out: the reader of the file has told it already.
    """
    if other := _other_kind(file):
        return [other]
    told: dict[KeyPath, Problem] = {}
    for detail in error.errors(include_url=False)[:MOST]:
        if detail["input"] is not None and not _is_echo(detail):
            problem = _problem(detail, file)
            told.setdefault(problem.where, problem)
    # A key that is missing may be there under a name that another problem mends.
    misspelt = {
        (*where[:-1], key)
        for where, problem in told.items()
        for key in re.findall(_MISSPELT_KEY, problem.hint)
    }
    problems = [told[where] for where in told if where not in misspelt]
    if error.error_count() > MOST:
        text = f"There are {error.error_count() - MOST:,} more mistakes in this file."
        problems.append(Problem((), text, "Mend those that are told first."))
    return problems


_MISSPELT_KEY = r'^(?:Did you mean "|Write \{)(\w+)(?:"\?$|"\? Write `|: )'


def _other_kind(file: ReadFile) -> Problem | None:
    """Find that a file of digests or questions has the name of a briefing."""
    if file.model is not Briefing or not isinstance(file.tree, dict):
        return None
    if set(file.tree) == {"digests"}:
        text = "This file holds digests, and is not called digests.yaml."
        hint = "Move what is new in it to digests.yaml, and delete this file."
        return Problem(("digests",), text, hint, at_key=True)
    if set(file.tree) == {"workspaces"}:
        text = "This file holds workspaces, and is not called workspaces.yaml."
        hint = "Move what is new in it to workspaces.yaml, and delete this file."
        return Problem(("workspaces",), text, hint, at_key=True)
    if set(file.tree) == {"questions"}:
        text = "This file holds questions, and its name says that it is a briefing."
        id = re.sub(r"[-_. ]*questions$", "", file.stem) or "<briefing>"
        hint = f"Rename it to {id}.questions.yaml."
        return Problem(("questions",), text, hint, at_key=True)
    return None


def refused_paths(error: ValidationError) -> list[KeyPath]:
    """Return the path of each part that was refused."""
    details = error.errors(include_url=False)
    return [_where(detail) for detail in details if not _is_echo(detail)]


def _is_echo(detail: ErrorDetails) -> bool:
    """Say whether a list only seems too short because its entries were refused."""
    sent = detail["input"]
    return (
        detail["type"] == "too_short" and isinstance(sent, list | dict) and bool(sent)
    )


def _problem(detail: ErrorDetails, file: ReadFile) -> Problem:
    model = file.model
    kind, where, name = detail["type"], _where(detail), _name(_where(detail))
    if kind == "extra_forbidden":
        key, owner = str(where[-1]), model_at(model, where[:-1])
        text = f'"{key}" is not a key of {a_part(owner)}.'
        return Problem(where, text, other_key(key, owner, where, file), at_key=True)
    if kind == "missing":
        key, owner = str(where[-1]), model_at(model, where[:-1])
        owner_name = a_part(owner)
        text = f'{owner_name[0].upper()}{owner_name[1:]} needs the key "{key}".'
        if key == "answer":
            return Problem(where, text, "Add it: the id of a claim, or none.")
        example = example_of(key, owner, detail["input"], file)
        hint = f"Add it, as in `{example}`."
        own = slug_of(file.stem)
        if where == ("id",) and own and own != file.stem:
            hint = f"Add it, as in `{example}`, and rename the file to {own}.yaml."
        return Problem(where, text, hint)
    if kind == "value_error":
        # Our validators say first what is wrong, then what to try.
        text = detail["msg"].removeprefix("Value error, ")
        parts = re.match(r'((?:"[^"]*"|[^"])*?\.) (.*)', text, re.DOTALL)
        said, hint = parts.groups() if parts else (text, "")
        if where[:1] == ("search",):
            hint = "Write a number such as 0.5."
        return Problem(where, said, hint)

    if kind in _SENTENCES:
        text, hint = _SENTENCES[kind]
        text = text.format(name=name)
        owner = model_at(model, where[:-1])
        if kind == "too_short" and owner and isinstance(where[-1], str):
            entry = file.at(where[:-1])
            hint = f"Add one, as in `{example_of(where[-1], owner, entry, file)}`."
        elif kind == "string_too_short" and owner and isinstance(where[-1], str):
            field = owner.model_fields.get(where[-1])
            hint = "Write a text." if field and field.is_required() else hint
    elif kind in _WRONG_TYPE:
        text, hint = _say_type(kind, name, detail["input"], where, file)
    elif kind in _WRONG_VALUE:
        text, hint = _say_value(name, detail, file)
    elif kind == "string_pattern_mismatch":
        text, hint = _say_form(detail, where, file)
    else:
        text, hint = f"{name}: {detail['msg']}.", ""
    return Problem(where, text, hint, at_key="[key]" in detail["loc"])


def _where(detail: ErrorDetails) -> KeyPath:
    # Steps such as `int` or `literal['never']` name a union's branch, not a key.
    return tuple(
        step
        for step in detail["loc"]
        if step not in ("int", "float", "[key]")
        and not str(step).startswith("literal[")
    )


def _name(where: KeyPath) -> str:
    """Name a place by its last key: "sources", or an entry of "sources"."""
    if where and isinstance(where[-1], int):
        return f"An entry of {_name(where[:-1])}"
    return f'"{where[-1]}"' if where else "The file"


def _say_type(
    kind: str, name: str, value: Any, where: KeyPath, file: ReadFile
) -> tuple[str, str]:
    """Say that one text, list or mapping is meant where another stands."""
    match kind, value:
        case "string_type", list():
            text = f"{name} is one text, and a list stands here."
            return text, "Remove the dashes or [ ]."
        case "string_type", _:
            text = f"{name} is a text, and keys with values stand here."
            return text, "Put a text that holds a colon and a space in quotes."
        case (("tuple_type" | "list_type"), str()):
            text = f"{name} is a list, and {quoted(value)} is one value."
            return text, bracketed(value, where, file)
        case (("tuple_type" | "list_type"), _):
            text = f"{name} is a list, and keys with values stand here."
            return text, as_entries(value, where, file)
    shown = "a list" if isinstance(value, list) else quoted(value)
    text = f"{name} takes keys with values, and {shown} stands here."
    return text, as_mapping(value, where, file)


def _say_value(name: str, detail: ErrorDetails, file: ReadFile) -> tuple[str, str]:
    """Say that a text is too long, a list too full, or a word not among the allowed."""
    value, context = detail["input"], detail.get("ctx", {})
    if detail["type"] == "string_too_long":
        most = context["max_length"]
        over = len(value.strip()) - most
        text = (
            f"{name} has {most + over} characters, and at most {most} are allowed: "
            f"{quoted(value)}."
        )
        return text, f"Shorten it by {over}."
    if detail["type"] == "too_long":
        text = f"{name} has more than {context['max_length']} entries."
        return text, "Split the file, or remove what is not needed."

    allowed = re.findall(r"'([^']*)'", context["expected"])
    all_allowed = f"Allowed: {listed(allowed, most=20)}."
    if not isinstance(value, str):
        text = f"{name} is one word, and several stand here."
        if _last_key(detail) == '"every"':
            return text, 'For several days write `cron: "0 8 * * mon,fri"` instead.'
        return text, f"Write one. {all_allowed}"
    meant = meant_word(value, allowed) or nearest(value, allowed)
    if _last_key(detail) == '"handling"' and "claims" in detail["loc"]:
        briefing = file.at(("handling",))
        if (
            briefing in allowed
            and meant
            and allowed.index(meant) < allowed.index(briefing)
        ):
            text = f"{quoted(value)} is not allowed under {_last_key(detail)}."
            return text, f"Remove it: a claim can only be stricter than {briefing}."
    hint = f'Did you mean "{meant}"?' if meant else ""
    text = f"{quoted(value)} is not allowed under {_last_key(detail)}."
    return text, " ".join(filter(None, [hint, all_allowed]))


def _say_form(detail: ErrorDetails, where: KeyPath, file: ReadFile) -> tuple[str, str]:
    """Say what a text of another form should look like."""
    pattern, value = detail.get("ctx", {})["pattern"], str(detail["input"])
    if pattern == SLUG:
        text = f"{quoted(value)} is not an id: small letters, digits and hyphens only."
        return text, other_id(value, where, file)
    if pattern == SLACK_ID:
        text = f"{quoted(value)} under {_last_key(detail)} is not a Slack id."
        return text, "Ids look like U012AB3CD or C012AB3CD; names are not unique."
    if "https" in pattern:
        text = f"{quoted(value)} is not a web address."
        bare = re.sub(r"^<|>$", "", value.strip())
        bare = bare if "://" in bare else f"https://{bare}"
        whole = bare.replace(" ", "%20")
        is_host = re.match(r"https?://[\w-]+\.[\w.-]+", whole)
        if re.fullmatch(pattern, whole) and is_host and len(whole) <= LONGEST_QUOTED:
            return text, f"Write {whole}."
        return text, "Write it whole, as in https://example.org/page."
    text = f"{quoted(value)} under {_last_key(detail)} does not have the right form."
    return text, f"The form is {pattern}."


def _last_key(detail: ErrorDetails) -> str:
    keys = [step for step in detail["loc"] if isinstance(step, str)]
    return f'"{keys[-1]}"' if keys else "this key"


_WRONG_TYPE = frozenset(
    (
        *("string_type", "tuple_type", "list_type", "dict_type", "model_type"),
        "model_attributes_type",
    )
)
_WRONG_VALUE = frozenset(("string_too_long", "too_long", "enum"))
_SINGLE_VALUE = ("{name} is a single value, and several stand here.", "")
_SENTENCES = {
    "string_too_short": ("{name} is empty.", "Write a text, or remove it."),
    "too_short": ("{name} is empty, and at least one entry is needed.", "Add one."),
    "date_type": ("{name} is a date.", "Write one such as 2026-11-23."),
    "bool_type": ("{name} is either true or false.", "Write true or false."),
    "literal_error": _SINGLE_VALUE,
    "int_type": _SINGLE_VALUE,
    "float_type": _SINGLE_VALUE,
}
"""What is said of each kind of refusal that needs no look at the value."""
_STUB_TEXT = "…"
_NEEDED = {"id": "unreadable", "title": _STUB_TEXT, "as_of": "2000"}
"""Keys without which there is no briefing, and what stands in for them."""


def problems_of_the_rest(tree: Any, error: ValidationError) -> list[Problem]:
    """Return the errors of the parts that could be read, as far as they are certain.

    What a refused part may be the reason of is left out, as are all warnings.
    """
    if error.error_count() > MOST:
        return []
    rest = _Rest(deepcopy(tree))
    if not all(rest.leave_out(path) for path in refused_paths(error)):
        return []
    try:
        briefing = Briefing.model_validate(rest.tree)
    except ValidationError:
        return []
    return [p for p in cross_check(briefing) if rest.is_certain(p)]


@dataclass(slots=True)
class _Rest:
    """A copy of the tree, in which a stub stands for each part that was refused."""

    tree: Any
    stubs: set[KeyPath] = field(default_factory=set)
    has_lost_an_id: bool = False

    def leave_out(self, path: KeyPath) -> bool:
        """Put a stub there; return False where nothing sensible would be left."""
        match path:
            case ("sections", int(at), "claims", int(position), *inside):
                claims = self.tree["sections"][at]["claims"]
                was = claims[position]
                id = was.get("id") if isinstance(was, dict) else None
                if inside[:1] == ["id"] or not isinstance(id, str):
                    self.has_lost_an_id = True
                    id = f"unreadable-{at}-{position}"
                sources = list(self.tree["sources"])[:1]
                claims[position] = {"id": id, "text": _STUB_TEXT, "sources": sources}
                self.stubs.add(("sections", at, "claims", position))
            case ("sections", int(at), str(key), *_) if key != "claims":
                section = self.tree["sections"][at]
                section.pop(key, None)
                if key in ("id", "title"):
                    section[key] = f"unreadable-{at}"
                self.stubs.add(("sections", at, key))
            case ("sources", str(id), *_):
                self.tree["sources"].pop(id, None)
                self.stubs.add(("sources", id))
                if re.fullmatch(SLUG, id):
                    self.tree["sources"][id] = {"unnamed": "true"}
                else:
                    self.has_lost_an_id = True
            case (str(key), *_) if key not in ("sources", "sections"):
                self.tree.pop(key, None)
                if key in _NEEDED:
                    self.tree[key] = _NEEDED[key]
                self.stubs.add((key,))
            case _:
                return False
        return True

    def is_certain(self, problem: Problem) -> bool:
        """Say whether a problem would be there without the stubs as well."""
        if problem.severity is Severity.WARNING:
            return False
        where = problem.where
        if any(where[: len(stub)] == stub for stub in self.stubs):
            return False
        # Numbers and references may lead to what a stub stands for.
        is_lead = where[-1] in ("summary", "bottom_line")
        is_reference = "There is no" in problem.text
        return not ((is_lead and self.stubs) or (is_reference and self.has_lost_an_id))
