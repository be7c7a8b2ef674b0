"""What is wrong with a file as YAML, in a curator's words instead of libyaml's."""

import re
from dataclasses import dataclass, replace

from yaml import Mark, MarkedYAMLError

from bot.files.yaml_places import Branch, KeyPath, Place, place_of


@dataclass(frozen=True, slots=True)
class YamlMistake:
    """A mistake of YAML: where it stands, what is wrong, and what to try.

    What to try about a missing value or an empty file depends on what the file is, so
    whoever knows that says it.
    """

    place: Place
    text: str
    hint: str = ""
    where: KeyPath = ()
    is_warning: bool = False
    lacks_value: bool = False
    is_empty: bool = False


class Unreadable(Exception):
    """The file cannot be read any further; `mistake` says why."""

    def __init__(self, mistake: YamlMistake) -> None:
        super().__init__(mistake.text)
        self.mistake = mistake


def explain(error: MarkedYAMLError, content: str) -> YamlMistake:
    """Turn libyaml's error into the commonest mistake that leads to it.

    libyaml reports where it gave up, which is often a line after the mistake; so the
    lines around that are looked at first.
    """
    mark = error.problem_mark or error.context_mark
    lines = re.split(r"\r\n|\r|\n", content)
    place = place_of(mark) if mark else Place(1, 1)
    if place.line > len(lines):
        # libyaml gives up behind the end: the last line there is, is meant.
        place = Place(len(lines), len(lines[-1]) + 1)
    began = place_of(error.context_mark) if error.context_mark else place
    failure = _Failure(error.problem or "", place, began, lines)
    for look in _LOOKS:
        if mistake := look(failure):
            return mistake
    for words, is_where_it_began, text, hint in _SAID_BY_LIBYAML:
        if re.search(words, failure.problem):
            return YamlMistake(began if is_where_it_began else place, text, hint)
    if re.search(r"expected (key|'-' indicator)|block end", failure.problem):
        return _off_indent(failure)
    return YamlMistake(place, *_ANYTHING)


@dataclass(frozen=True, slots=True)
class _Failure:
    """What libyaml said, where it gave up and where what it was reading began."""

    problem: str
    place: Place
    began: Place
    lines: list[str]

    @property
    def line(self) -> str:
        """The line where it gave up."""
        return self.line_at(self.place.line)

    @property
    def rest(self) -> str:
        """What stands from there to the end of the line."""
        return self.line[self.place.column - 1 :]

    def line_at(self, number: int) -> str:
        """Return a line by its number, empty beyond the end."""
        return (
            self.lines[number - 1][:_LONGEST_LINE] if number <= len(self.lines) else ""
        )


def _bare_start(failure: _Failure) -> YamlMistake | None:
    """A text starts with @, ` or %, which YAML keeps for itself."""
    if "cannot start any token" not in failure.problem:
        return None
    start = failure.rest[:1]
    if start == "\t":
        text = "A tab stands where YAML allows only spaces."
        return YamlMistake(failure.place, text, "Replace it with spaces.")
    before = failure.line[: failure.place.column - 1]
    is_inside = sum(map(before.count, "[{")) > sum(map(before.count, "]}"))
    ends = r"[,\]}]|\s#|$" if is_inside else r"\s#|$"
    scalar = re.split(ends, failure.rest, maxsplit=1)[0].rstrip()
    word = scalar.split()[0] if scalar else failure.rest
    text = f'"{_cut(word)}" starts with {start}, which YAML keeps for itself.'
    # A list of dashes has its key above it.
    above = failure.lines[max(0, failure.place.line - _DASHES_BACK) :]
    above = above[: min(failure.place.line, _DASHES_BACK) - 1]
    key = re.search(r"(\w+):\s*(?:\[[^\]]*)?$", before) or next(
        (hit for each in reversed(above) if (hit := re.search(r"(\w+):\s*$", each))),
        None,
    )
    if start == "@" and key and key[1] in _NAMES_PEOPLE:
        hint = "Name people by their Slack ids, such as U012AB3CD."
        return YamlMistake(failure.place, text, hint)
    if start == "@" and key and key[1] == "cron":
        hint = 'Write its five fields in quotes, such as "0 8 * * *".'
        return YamlMistake(failure.place, text, hint)
    return YamlMistake(failure.place, text, _in_quotes(scalar))


def _in_quotes(text: str) -> str:
    if len(text) > _LONGEST_CUT or '"' in text or "\\" in text:
        return "Put the whole text in quotes, or on the lines below, behind `>`."
    return f'Write it in quotes: "{text}".'


def _commented_entry(failure: _Failure) -> YamlMistake | None:
    """An unquoted #channel in [ ]: the rest of the line became a comment."""
    if not re.search("',' or|node content", failure.problem):
        return None
    first = min(failure.began.line, max(1, failure.place.line - _LINES_BACK))
    for number in range(first, failure.place.line + 1):
        if hit := re.search(r"[\[,]\s*(#[^,\]}]+)", failure.line_at(number)):
            return _commented(Place(number, hit.start(1) + 1), hit[1].rstrip())
    return None


def _commented(place: Place, word: str) -> YamlMistake:
    return YamlMistake(
        place,
        f'"{_cut(word)}" is read as a comment, because nothing quotes it.',
        _in_quotes(word),
    )


def _quoted_start(failure: _Failure) -> YamlMistake | None:
    """A text starts with a quotation mark and goes on behind the closing one."""
    before = failure.line[: failure.place.column - 1]
    hit = re.search(r"""(?:^|[:\-,\[{]\s+|[\[{])(("[^"]*"|'[^']*')\s*)$""", before)
    if not hit or not failure.problem.startswith("did not find expected"):
        return None
    quote = hit[2][0]
    if failure.rest[:1] in ("'", '"') and failure.problem.endswith(("']'", "'}'")):
        text = f"A comma is missing behind {_cut(hit[2])}."
        return YamlMistake(
            failure.place, text, f"Write {_cut(hit[2])}, with a comma behind."
        )
    return YamlMistake(
        Place(failure.place.line, hit.start(2) + 1),
        f"The text starts with {_cut(hit[2])}, and YAML takes the second {quote} "
        "for its end.",
        "Put the text on the lines below, behind `>`, or in the other quotation marks.",
    )


def _colon_inside(failure: _Failure) -> YamlMistake | None:
    """A text holds a colon and a space, so YAML takes it for a second key."""
    if "mapping values are not allowed" not in failure.problem:
        return None
    before = failure.line[: failure.place.column - 1]
    if re.search(r"handling:\s+TLP\s*$", before):
        label = f"TLP:{failure.rest.lstrip(': ').upper()}".rstrip()
        start = before.rstrip().rindex("TLP")
        text = f'"{failure.line[start:].rstrip()}" has a space behind its colon.'
        return YamlMistake(
            Place(failure.place.line, start + 1), text, f"Write {label}."
        )
    whole = r"\s*(?:- )*[\w-]+:\s+(\S.*)$|\s*(\w[^:]*\s[^:]*)$"
    if hit := re.match(whole, before):
        said = hit[1] or hit[2]
        return YamlMistake(
            failure.place,
            f'The text "{_cut(said + ":")}" holds a colon and a space, which YAML '
            "takes for a key.",
            "Put the text in quotes, or on the lines below, behind `>`.",
        )
    return _run_together(failure) or _off_indent(failure)


def _run_together(failure: _Failure) -> YamlMistake | None:
    """`key:value`, without the space that makes it a key and a value."""
    for number in (failure.place.line - 1, failure.place.line, failure.began.line):
        hit = re.match(r"\s*(?:- )*([a-z_]+):([^\s/].*)$", failure.line_at(number))
        if number and hit:
            return YamlMistake(
                Place(number, hit.start(1) + 1),
                f'"{_cut(hit[0].strip())}" has no space behind its colon.',
                f"Write `{hit[1]}: {_cut(hit[2])}`.",
            )
        if number and (hit := re.match(r"\s*-([a-z_]+: .*)$", failure.line_at(number))):
            column = failure.line_at(number).index("-") + 1
            text = f'"-{_cut(hit[1])}" has no space behind its dash.'
            return YamlMistake(
                Place(number, column), text, f"Write `- {_cut(hit[1])}`."
            )
    return None


def _no_colon(failure: _Failure) -> YamlMistake | None:
    if "could not find expected ':'" not in failure.problem:
        return None
    if together := _run_together(failure):
        return together
    rest = failure.line_at(failure.began.line)[failure.began.column - 1 :]
    word = _cut(rest)
    if hit := re.match(r"([a-z_]+)(?:\s?=\s?|\s?：\s?|:[^\S ]+)(.+)$", rest):
        text = f'"{word}" has no colon and space behind its key.'
        return YamlMistake(failure.began, text, f"Write `{hit[1]}: {_cut(hit[2])}`.")
    return YamlMistake(
        failure.began,
        f'"{word}" stands where a key and a colon are expected.',
        "Write `key: value`, or indent the line if it goes on with the text above.",
    )


def _open_bracket(failure: _Failure) -> YamlMistake | None:
    hit = re.search(r"expected ',' or '([\]}])'", failure.problem)
    if not hit:
        return None
    opening = {"]": "[", "}": "{"}[hit[1]]
    before = failure.line_at(failure.began.line)[: failure.began.column - 1]
    if re.search(rf"\b({'|'.join(_TEXT_KEYS)}):\s+$", before):
        text = f'The text starts with "{opening}", which YAML takes for a list or keys.'
        return YamlMistake(failure.began, text, "Put the whole text in quotes.")
    is_one_line = failure.began.line == failure.place.line
    if is_one_line and failure.rest[:1] in ("]", "}"):
        text = f'The "{opening}" here is not closed before "{failure.rest[:1]}".'
        behind = _cut(failure.line[: failure.place.column - 1].split(",")[-1].strip())
        return YamlMistake(failure.place, text, f'Write "{hit[1]}" behind "{behind}".')
    ahead = failure.line[: failure.place.column - 1]
    is_key = is_one_line and failure.rest[:1] == ":"
    if is_key and (key := re.search(r"(?<=\s)[a-z_]+$", ahead)):
        text = f'A comma is missing before "{key[0]}".'
        column = key.start() + 1
        return YamlMistake(
            Place(failure.place.line, column), text, f'Write ", {key[0]}".'
        )
    return YamlMistake(
        failure.began,
        f'The "{opening}" here is not closed, or a comma is missing behind an entry.',
        f'Close it with "{hit[1]}". A text with a comma, colon or bracket in it needs '
        "quotes.",
    )


def _bracketed_start(failure: _Failure) -> YamlMistake | None:
    """A text starts with [ or { and goes on behind the closing bracket."""
    before = failure.line[: failure.place.column - 1]
    hit = re.search(r":\s+((\[[^\]]*\]|\{[^}]*\})\s*)$", before)
    if not hit or "expected key" not in failure.problem:
        return None
    return YamlMistake(
        Place(failure.place.line, hit.start(1) + 1),
        f'The text starts with "{hit[2]}", which YAML takes for a list or keys.',
        "Put the whole text in quotes.",
    )


def _off_indent(failure: _Failure) -> YamlMistake:
    """Point at the first character of the line rather than at a colon in it."""
    indent = len(failure.line) - len(failure.line.lstrip())
    return YamlMistake(Place(failure.place.line, indent + 1), *_WRONG_INDENT)


_TEXT_KEYS = (
    *("text", "title", "short", "summary", "bottom_line", "caveat", "quote", "note"),
    *("was", "because", "publisher", "locator", "q"),
)
"""Keys whose value is a text, whatever it begins with."""
_LOOKS = (
    _bare_start,
    _commented_entry,
    _quoted_start,
    _bracketed_start,
    _colon_inside,
    _no_colon,
    _open_bracket,
)
_SAID_BY_LIBYAML = (
    (
        "unexpected end of stream",
        True,
        "A quotation mark opens here and is never closed.",
        "Close it, or put the text on the lines below, behind `>`.",
    ),
    (
        "escape|hexdecimal",
        False,
        "A backslash in double quotes starts a special character, and this is none.",
        "Use single quotes, or write two backslashes.",
    ),
    (
        "comment or line break",
        False,
        "Behind `>` or `|` the text has to start on the next line.",
        "Move it down and indent it, or put it in quotes.",
    ),
    (
        "<document start>",
        False,
        "More text follows where the document has ended.",
        "Remove the line `...` above, or what follows it.",
    ),
    (
        "alphabetic or numeric character",
        True,
        "The text starts with * or &, which YAML keeps for itself.",
        "Put the whole text in quotes.",
    ),
    (
        "mapping keys are not allowed",
        False,
        "The text starts with ? and a space, which YAML takes for a key.",
        "Put the whole text in quotes.",
    ),
    (
        "expected node content",
        False,
        "An entry is missing here.",
        "Fill it in, or remove a comma.",
    ),
    (
        "block sequence entries",
        False,
        "An entry of a list cannot start behind a key on the same line.",
        "Start the list on the next line, or put a text that starts with - in quotes.",
    ),
)
"""Libyaml's words, whether it means where it began to read, and what we say of it."""
_NAMES_PEOPLE = ("curators", "to", "red", "clients", "community")
_DASHES_BACK = 20
_LINES_BACK = 3
"""How far above where libyaml gave up an open bracket is looked for."""
_LONGEST_CUT = 40
"""Characters of a text that are quoted; longer ones get advice in other words."""
_LONGEST_LINE = 2_000
"""Characters of a line that are looked at, so that a hostile one costs nothing."""
_WRONG_INDENT = (
    "This line does not fit the lines above: its indentation is off.",
    "Start keys that belong together in the same column, and the dashes of one list.",
)
_ANYTHING = (
    "YAML cannot read on from here.",
    "Look at this line and the one above for a missing quote, bracket or colon.",
)


def missing_value(key: str, branch: Branch, text: str, path: KeyPath) -> YamlMistake:
    """Say that a key has no value; often a comment or a comma swallowed it."""
    mark = branch.keys[key]
    place = place_of(mark)
    line = text[mark.index : mark.index + 200].splitlines()[0]
    if hit := re.match(r"[\w-]+:\s+(#\w.*?)\s*$", line):
        behind = Place(place.line, place.column + hit.start(1))
        mistake = _commented(behind, hit[1])
        if key in ("to", "aliases") and len(hit[1]) <= _LONGEST_CUT:
            return replace(mistake, hint=f'Write it in brackets: ["{hit[1]}"].')
        return mistake
    if hit := re.fullmatch(r"([a-z_]+)\s?[:=]\s?(\S.*)", key):
        said = f'"{_cut(key)}" has no colon and space behind its key.'
        return YamlMistake(place, said, f"Write {hit[1]}: {_cut(hit[2])}.", path)
    return YamlMistake(place, f'"{key}" has no value.', "", path, lacks_value=True)


def lost_words(place: Place, words: str) -> YamlMistake:
    """Warn of words behind a text that YAML reads as a comment: nobody would miss them.

    A remark has a space behind its #, as in this file; a channel or a hashtag has none.
    """
    return YamlMistake(
        place,
        f'"{_cut(words)}" is read as a comment, and is lost.',
        "Put the whole text in quotes, or leave a space behind the # of a remark.",
        is_warning=True,
    )


def missing_entry(mark: Mark, text: str, path: KeyPath) -> YamlMistake:
    """Say that an entry of a list is empty, or that a comment swallowed it."""
    line = text[mark.index : mark.index + 200].splitlines()[:1]
    before = text[: mark.index].rpartition("\n")[2]
    hit = re.match(r"\s*-?\s*(#\w.*?)\s*$", line[0] if line else "")
    if hit and before.strip() in ("", "-"):
        behind = Place(mark.line + 1, mark.column + 1 + hit.start(1))
        return _commented(behind, hit[1])
    said = "This entry of the list is empty."
    return YamlMistake(place_of(mark), said, "", path, lacks_value=True)


def comma_inside(whole: str, rest: str, place: Place, *, behind: Place) -> YamlMistake:
    """Say that a comma between { } cut a value in two: 9,500 or "Moscow, Russia".

    `whole` is what stands in the file, and `behind` where its `rest` does.
    """
    if (digits := whole.replace(",", "")).isdigit():
        text = f'"{whole}" has a comma, and between {{ }} that ends the value.'
        return YamlMistake(place, text, f"Write {digits}.")
    if hit := re.fullmatch(r"([a-z_]+):(\S.*)", rest):
        text = f'"{_cut(rest)}" has no space behind its colon.'
        return YamlMistake(behind, text, f"Write {hit[1]}: {_cut(hit[2])}.")
    text = f'"{_cut(rest)}" is cut off: between {{ }} a comma ends the value.'
    if len(whole) > _LONGEST_CUT or '"' in whole:
        return YamlMistake(place, text, "Put the whole text in quotes.")
    return YamlMistake(place, text, f'Put the text in quotes: "{whole}".')


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_CUT else f"{text[: _LONGEST_CUT - 1]}…"
