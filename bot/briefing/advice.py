"""What to write instead of what a model refused: a value that passes, made of the file.

No I/O: the file was read by whoever asks.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from bot.briefing.field_types import SLUG
from bot.briefing.marks import Credibility, Reliability, likelihood_of
from bot.briefing.models import Briefing
from bot.briefing.problems import LONGEST_QUOTED, KeyPath, did_you_mean, listed, nearest
from bot.briefing.written_forms import in_yaml, slug_of


@dataclass(frozen=True)
class ReadFile:
    """What advice may go by: the kind of file, what was read of it, and its name.

    `stem` is the file's name without `.yaml`, which is a briefing's id.
    """

    model: type[BaseModel]
    tree: Any = None
    stem: str = ""

    @cached_property
    def sources(self) -> tuple[str, ...]:
        """The ids of the sources, as far as they could be read."""
        entries = self.tree.get("sources") if isinstance(self.tree, dict) else None
        return tuple(id for id in entries or () if isinstance(id, str))

    @cached_property
    def source_names(self) -> dict[str, str]:
        """The source behind each name that one goes by."""
        names: dict[str, str] = {}
        for id in self.sources:
            source = self.at(("sources", id))
            for name in source.values() if isinstance(source, dict) else ():
                if isinstance(name, str):
                    names.setdefault(name, id)
        return names

    @cached_property
    def cited(self) -> tuple[str, ...]:
        """The ids of sources that claims cite, each once."""
        found: dict[str, None] = {}
        for part in self._parts:
            cited = part.get("sources")
            for each in cited if isinstance(cited, list) else ():
                id = each.get("id") if isinstance(each, dict) else each
                if isinstance(id, str) and re.fullmatch(SLUG, id):
                    found[id] = None
        return tuple(found)

    @cached_property
    def taken(self) -> frozenset[str]:
        """The ids that sections, claims and digests have."""
        ids = (part.get("id") for part in self._parts)
        return frozenset(id for id in ids if isinstance(id, str))

    @cached_property
    def _parts(self) -> tuple[dict[str, Any], ...]:
        """The mappings in the file that are entries of a list."""
        found, ahead = [], [self.tree]
        while ahead:
            here = ahead.pop()
            ahead += here.values() if isinstance(here, dict) else ()
            if isinstance(here, list):
                found += [each for each in here if isinstance(each, dict)]
                ahead += here
        return tuple(found)

    def at(self, where: KeyPath) -> Any:
        """Return what stands at a path, None where nothing does."""
        here = self.tree
        for step in where:
            if isinstance(here, list) and isinstance(step, int):
                here = here[step] if step < len(here) else None
            else:
                here = here.get(step) if isinstance(here, dict) else None
        return here


def missing_value(where: KeyPath, file: ReadFile) -> str:
    """Say what to do about a key that has no value."""
    owner, key = model_at(file.model, where[:-1]), str(where[-1])
    field = owner.model_fields.get(key) if owner else None
    if owner and field and field.is_required():
        entry = file.at(where[:-1])
        return f"Write one, as in `{example_of(key, owner, entry, file)}`."
    part = model_at(file.model, where)
    form = WRITTEN_OUT.get(title_of(part) if part else "", "")
    if form and owner is None:
        return f"Write one, as in `{key}: {form.format(text='The Times')}`."
    if isinstance(where[-1], int):
        is_alone = file.at(where[:-1]) == [None]
        return "Fill it in." if is_alone else "Fill it in, or remove it."
    if isinstance(file.tree, dict) and len(file.tree) == 1:
        return f"Write `{key}: []`, or delete the file."
    return "Write one, or remove the key."


def empty_file(file: ReadFile) -> str:
    """Say what to do about a file that holds nothing, or nothing of use."""
    if file.model is Briefing:
        id = slug_of(file.stem) or "ID"
        return f"Delete it, then run `briefing-bot new {id}`, which writes a skeleton."
    key = next(iter(file.model.model_fields))
    return f"Write `{key}: []`, or delete it."


def other_key(
    key: str, owner: type[BaseModel] | None, where: KeyPath, file: ReadFile
) -> str:
    """Say which key was meant, or where this one belongs."""
    entry = file.at(where[:-1])
    present = set(entry) if isinstance(entry, dict) else set()
    all_keys = list(owner.model_fields) if owner else []
    keys = [each for each in all_keys if each not in present]
    meant = _FORMER_KEYS.get(key)
    meant = meant if meant in keys else nearest(key, keys)
    if owner and meant:
        value, field = file.at(where), owner.model_fields[meant]
        hint = f'Did you mean "{meant}"?'
        if isinstance(value, str) and get_origin(plain_type(field.annotation)) is tuple:
            hint += f" Write `{meant}: [{in_yaml(value)}]`."
        return hint
    if owner and title_of(owner) == "citation" and key in file.sources:
        said = file.at(where)
        said = in_yaml(said) if isinstance(said, str) else "…"
        return f"Write {{id: {key}, locator: {said}}}."
    right = next((m for m in models_in(file.model) if key in m.model_fields), None)
    if right:
        return f"It is a key of {a_part(right)}; mind the indentation."
    return f"Remove it, or write one that is: {listed(all_keys, most=25)}."


def example_of(
    key: str, owner: type[BaseModel] | None, entry: Any, file: ReadFile
) -> str:
    """Return a key with a value that passes, made of what else the file holds."""
    name = title_of(owner) if owner else ""
    entry = entry if isinstance(entry, dict) else {}
    source = next(iter(file.sources), "times")
    match name, key:
        case "briefing", "id":
            return f"id: {slug_of(file.stem) or 'kursk'}"
        case "citation", "id":
            return f"id: {source}"
        case _, "id":
            words = entry.get("title") or entry.get("text")
            id = slug_of(words if isinstance(words, str) else "", words=4) or "kursk"
            return f"id: {unused(id, file)}"
        case "briefing", "sources":
            cited = file.cited or ("times",)
            each = [f"{id}: {{publisher: The Times}}" for id in cited]
            return f"sources: {{{', '.join(each[:5])}}}"
        case "claim", "sources":
            return f"sources: [{source}]"
        case "briefing", "sections":
            claims = f"claims: [{_CLAIM.format(id='storm-losses', source=source)}]"
            return f"sections: [{{id: storm, title: A storm hit the port, {claims}}}]"
        case "section", "claims":
            id = unused("storm-losses", file)
            return f"claims: [{_CLAIM.format(id=id, source=source)}]"
        case "digest", "title":
            return "title: Weekday brief"
    return _EXAMPLES.get(key, f"{key}: …")


def unused(id: str, file: ReadFile) -> str:
    """Return an id that nothing in the file has yet."""
    others = (f"{id}-{number}" for number in count(2))
    return next(each for each in chain([id], others) if each not in file.taken)


_EXAMPLES = {
    "title": "title: Thousands of North Koreans have fought for Russia",
    "as_of": "as_of: 2025-07",
    "text": "text: The storm sank boats.",
    "label": "label: soldiers killed",
    "name": "name: Kursk region",
    "date": "date: 2026-11-23",
    "kind": "kind: correction",
    "was": "was: Some boats were lost.",
    "because": "because: The ministry corrected its count.",
    "when": 'when: {cron: "0 8 * * mon-fri", timezone: Europe/London}',
    "timezone": "timezone: Europe/London",
    "q": "q: How many boats were lost?",
}


_CLAIM = "{{id: {id}, text: The storm sank boats., sources: [{source}]}}"


def bracketed(value: str, where: KeyPath, file: ReadFile) -> str:
    """Say how one value is written as a list."""
    is_long = len(" ".join(value.split())) > LONGEST_QUOTED
    if where[:1] == ("synonyms",):
        return "Write each group in brackets of its own: [[boats, ships]]."
    if is_long:
        return "Put it in brackets, and in quotes if it holds a comma or a colon."
    part = model_at(file.model, (*where, 0))
    if part and _is_written_out(value, title_of(part)):
        return f"Write [{written_out(value, title_of(part), (*where, 0), file)}]."
    if where[-1] in ("sources", "via") and value not in file.sources:
        near = file.source_names.get(value) or nearest(slug_of(value), file.sources)
        meant = near or next(iter(file.sources), None)
        if meant and where != ("sources",):
            return f"Write ids of sources in brackets, such as [{meant}]."
    is_many = re.fullmatch(r"[\w -]+(, ?[\w -]+)+", value)
    inside = value if is_many else in_yaml(value)
    if where[-1] == "to" and not re.search(r"#|^(T\w+/)?[CGUW][A-Z0-9]{2,}$", value):
        inside = '"#' + re.sub(r"[\s.,]+", "-", value.strip().lower()) + '"'
    return f"Write it in brackets: [{inside}]."


def as_entries(value: Any, where: KeyPath, file: ReadFile) -> str:
    """Say how a mapping is written as entries of a list."""
    owner = model_at(file.model, (*where, 0))
    keys = list(owner.model_fields) if owner else []
    if value == {}:
        return missing_value(where, file)
    if isinstance(value, dict) and "id" in keys and not set(value) & set(keys):
        if all(isinstance(each, dict) for each in value.values()):
            return "Start each entry with its id: `- id: storm` for `storm:`."
        if owner and title_of(owner) == "citation":
            said = [
                f"{{id: {id}, locator: {in_yaml(str(text))}}}"
                for id, text in value.items()
            ]
            return f"Write [{', '.join(said)}]."
    if where == ("synonyms",):
        return "Write each group in brackets of its own: [[boats, ships]]."
    return "Start each entry with a dash and a space, or put its { } in [ ]."


def as_mapping(value: Any, where: KeyPath, file: ReadFile) -> str:
    """Say how a text or a list is written as a mapping of keys."""
    if not where:
        is_list = isinstance(value, list) and file.model is not Briefing
        key = next(iter(file.model.model_fields))
        return (
            f"Write `{key}:` on a line above the list." if is_list else empty_file(file)
        )
    owner = model_at(file.model, where)
    title = title_of(owner) if owner else ""
    if isinstance(value, str) and len(value) <= _LONGEST_WRITTEN_OUT:
        if _is_written_out(value, title):
            return f"Write {written_out(value, title, where, file)}."
        if title == "question":
            answer = "`answer:` with the id of a claim, or none"
            return f"Write `q:` before it, and below that {answer}."
    if isinstance(value, list) and value:
        if all(isinstance(each, dict) and "id" in each for each in value):
            return "Write each entry below its id: `port:` for `- id: port`."
        if all(isinstance(each, dict) for each in value):
            return "Remove the dashes, and give all keys the same indentation."
        if where == ("audiences",):
            ids = ", ".join(map(str, value))
            return f"Write {{red: [{ids}]}}, or clients or community for red."
        part = model_at(file.model, (*where, "id"))
        form = WRITTEN_OUT.get(title_of(part) if part else "", "")
        if form and all(isinstance(each, str) for each in value):
            forms = [(slug_of(each), form.format(text=in_yaml(each))) for each in value]
            return f"Write {{{', '.join(f'{id}: {form}' for id, form in forms)}}}."
    if value == []:
        return missing_value(where, file)
    return "Write `key: value` on the lines below, indented."


_LONGEST_WRITTEN_OUT = 200


def _is_written_out(value: str, title: str) -> bool:
    """Say whether a text may be short for a mapping of this kind."""
    is_number = re.fullmatch(r"[\d.]+", value)
    return title in WRITTEN_OUT and bool(is_number or title not in ("search", "figure"))


def written_out(value: str, title: str, where: KeyPath, file: ReadFile) -> str:
    """Write a text as the mapping that it may be short for."""
    said = in_yaml(value)
    if title == "claim":
        id = unused(slug_of(value, words=4) or "kursk", file)
        source = next(iter(file.sources), "times")
        return f"{{id: {id}, text: {said}, sources: [{source}]}}"
    if title == "schedule":
        is_cron = len(value.split()) == _CRON_FIELDS and "*" in value
        form = f'{{cron: "{value}", ' if is_cron else "{every: weekday, at: 08:00, "
        return f"{form}timezone: Europe/London}}"
    if title == "source" and re.match("https?://", value):
        return f"{{title: {where[-1]}, url: {said}}}"
    return WRITTEN_OUT[title].format(text=said)


WRITTEN_OUT = {
    "source": "{{publisher: {text}}}",
    "entity": "{{name: {text}}}",
    "figure": "{{label: boats sunk, value: {text}}}",
    "search": "{{answered: {text}}}",
    "claim": "",
    "schedule": "",
}
"""The mapping that a bare text is short for, where there is one."""


_CRON_FIELDS = 5


def meant_word(word: str, allowed: list[str]) -> str:
    """Return the allowed word for what people write out of habit; empty for none."""
    bare = word.casefold().strip()
    former = _FORMER.get(bare, ())
    if found := next((each for each in former if each in allowed), None):
        return found
    chance = re.fullmatch(r"(\d{1,2}) ?(?:%|per ?cent)", bare)
    if chance and "likely" in allowed and int(chance[1]) >= 1:
        return str(likelihood_of(int(chance[1])))
    grades = (*Reliability, *Credibility)
    meanings = {grade.meaning: grade.value for grade in grades}
    both = re.fullmatch("([a-f])([1-6])", bare)
    pair = (both[1].upper(), both[2]) if both else ()
    said = next((each for each in meanings if each.startswith(bare)), "")
    return next((each for each in (*pair, meanings.get(said)) if each in allowed), "")


_FORMER = {
    **dict.fromkeys(("tlp:white", "white", "clear", "public"), ("TLP:CLEAR",)),
    "green": ("TLP:GREEN",),
    "amber": ("TLP:AMBER",),
    **dict.fromkeys(("amber+strict", "strict"), ("TLP:AMBER+STRICT",)),
    "red": ("TLP:RED",),
    **dict.fromkeys(("medium", "med", "mid"), ("moderate",)),
    **dict.fromkeys(("judgment", "judgement", "opinion", "fear"), ("assessment",)),
    **dict.fromkeys(("prediction", "projection", "outlook"), ("forecast",)),
    **dict.fromkeys(("quote", "quotation", "promise", "said"), ("statement",)),
    **dict.fromkeys(("rumour", "rumor", "claim", "news"), ("report",)),
    **dict.fromkeys(("guess", "approximation"), ("estimate",)),
    **dict.fromkeys(("certain", "certainly"), ("almost certain",)),
    **dict.fromkeys(("even", "even chance", "50-50"), ("roughly even chance",)),
    **dict.fromkeys(("impossible", "no chance"), ("almost no chance",)),
    **dict.fromkeys(("daily", "days", "everyday"), ("day",)),
    **dict.fromkeys(("workday", "workdays", "mon-fri"), ("weekday",)),
    **dict.fromkeys(("week", "weekly", "mon"), ("monday",)),
    **{"tue": ("tuesday",), "wed": ("wednesday",), "thu": ("thursday",)},
    **{"fri": ("friday",), "sat": ("saturday",), "sun": ("sunday",)},
    "all": ("full", "latest"),
    **dict.fromkeys(("new", "news only"), ("changes",)),
    **dict.fromkeys(("silent", "nothing", "none"), ("skip",)),
}
"""What people write out of habit, and what it is called here."""


_FORMER_KEYS = {
    **dict.fromkeys(("zone", "tz", "time_zone"), "timezone"),
    "question": "q",
    "schedule": "when",
    **dict.fromkeys(("recipients", "channels", "channel"), "to"),
    **dict.fromkeys(("tlp", "classification"), "handling"),
    **dict.fromkeys(("owner", "owners"), "curators"),
    **dict.fromkeys(("reason", "why"), "because"),
}


def other_id(value: str, where: KeyPath, file: ReadFile) -> str:
    """Say which id may stand there: a known one, or this word as one."""
    key = next((step for step in reversed(where) if isinstance(step, str)), "")
    if key == "id" and len(where) > 2 and where[-3] == "sources":
        key = "sources"
    sources = file.sources
    if (key in ("sources", "via") and "claims" in where) or key == "via":
        if value in file.source_names:
            return f"Write {file.source_names[value]}."
        return did_you_mean(slug_of(value), sources) or f"Known are: {listed(sources)}."
    if key == value:
        missing = sorted(set(file.cited) - set(sources))
        if missing and where[:1] == ("sources",):
            return f"Write {missing[0]}, as it is cited."
    slug = slug_of(value)
    if not slug:
        return "Write one such as kursk."
    if where == ("id",):
        return f"Write {slug}; the file is then called {slug}.yaml."
    return f"Write {unused(slug, file) if where[-1] == 'id' else slug}."


def a_part(model: type[BaseModel] | None) -> str:
    name = title_of(model) if model else "this place"
    if name in ("audiences", "search", "this place"):
        return name
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def title_of(model: type[BaseModel]) -> str:
    """Return what curators call it: the title in its configuration, or its name."""
    return model.model_config.get("title") or model.__name__.lower()


def model_at(model: type[BaseModel], where: KeyPath) -> type[BaseModel] | None:
    """Return the model that stands at a path; None where none does."""
    here: Any = model
    for step in where:
        here = plain_type(here)
        if _is_model(here):
            field = here.model_fields.get(str(step))
            here = field.annotation if field else None
        else:
            args = get_args(here)
            is_mapping = get_origin(here) is dict
            here = args[1] if is_mapping else args[0] if args else None
    here = plain_type(here)
    return here if _is_model(here) else None


def plain_type(annotation: Any) -> Any:
    """Take `Annotated` and `| None` off a type."""
    if get_origin(annotation) is Annotated:
        return plain_type(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return plain_type(get_args(annotation)[0])
    return annotation


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def models_in(model: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the model and those it is made of, from the outside in."""
    found, ahead = [model], [f.annotation for f in model.model_fields.values()]
    while ahead:
        here = plain_type(ahead.pop(0))
        if _is_model(here) and here not in found:
            found.append(here)
            ahead += [f.annotation for f in here.model_fields.values()]
        elif not _is_model(here):
            ahead += [arg for arg in get_args(here) if arg is not Ellipsis]
    return found
