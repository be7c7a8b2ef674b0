"""A curator who does what a message says, to the letter, and nothing else.

`follow` knows no file and no rule of briefings: it reads a message, goes to its line
and column, and writes there what the message tells to write. Where it only says what is
wrong and leaves the words to the curator, nothing is returned.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.errors import BriefingError

Files = dict[str, str]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in one of the files, and what may be done there."""

    files: Files
    name: str
    index: int

    @property
    def text(self) -> str:
        return self.files[self.name]

    @property
    def line(self) -> tuple[int, int]:
        """Where the line begins and ends."""
        start = self.text.rfind("\n", 0, self.index) + 1
        end = self.text.find("\n", self.index)
        return start, len(self.text) if end < 0 else end

    @property
    def before(self) -> str:
        """What stands before it on its line."""
        return self.text[self.line[0] : self.index]

    @property
    def is_inside(self) -> bool:
        """Say whether it is between [ ] or { } that open on its line."""
        return self._open_bracket() >= 0

    def _open_bracket(self) -> int:
        depth = 0
        for position in range(self.index - 1, self.line[0] - 1, -1):
            depth += {"]": 1, "}": 1, "[": -1, "{": -1}.get(self.text[position], 0)
            if depth < 0:
                return position
        return -1

    def put(self, start: int, end: int, new: str) -> Files:
        """Replace what stands between two places."""
        return {**self.files, self.name: f"{self.text[:start]}{new}{self.text[end:]}"}

    def value_end(self) -> int:
        """Return where the value that starts here ends, on its line."""
        rest = self.text[self.index : self.line[1]]
        if rest[:1] in ("'", '"'):
            closed = re.match(r"'[^']*'|\"(?:[^\"\\]|\\.)*\"", rest)
            if closed:
                return self.index + closed.end()
        if rest[:1] in ("[", "{"):
            depth = 0
            for position, sign in enumerate(rest):
                depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(sign, 0)
                if depth == 0:
                    return self.index + position + 1
        ends = re.search(r"[,\]}]|\s#|$" if self.is_inside else r"\s#|$", rest)
        return self.index + (ends.start() if ends else len(rest))

    def write(self, new: str) -> Files:
        """Write another value here, or another key."""
        if key := re.match(
            r"([^\s:,'\"\[{]+(?: [^\s:,]+)?):(?=\s|$)",
            self.text[self.index : self.line[1]],
        ):
            return self.put(self.index, self.index + len(key[1]), new)
        return self.put(self.index, self.value_end(), new)

    def rewrite(self, old: str, new: str) -> Files:
        """Write other words for those that stand here, perhaps over two lines."""
        words = re.compile(r"\s+".join(map(re.escape, old.split())))
        hit = words.match(self.text, self.index)
        assert hit, f"{old!r} does not stand where the message says"
        return self.put(hit.start(), hit.end(), new)

    def write_line(self, new: str) -> Files:
        """Write the rest of the line anew."""
        return self.put(self.index, self.line[1], new)

    def write_entry(self, new: str) -> Files:
        """Write a key and its value anew, of which one stands here."""
        key = re.search(r"[\w-]+:\s+$", self.before)
        start = self.line[0] + key.start() if key else self.index
        if self.is_inside:
            return self.put(start, self.value_end(), new)
        return self.put(start, self.line[1], new)

    def add_key(self, entry: str) -> Files:
        """Add a key to the mapping here, or around here."""
        if self.text[self.index] == "{":
            return self.put(self.index + 1, self.index + 1, f"{entry}, ")
        if (opened := self._open_bracket()) >= 0:
            return self.put(opened + 1, opened + 1, f"{entry}, ")
        if re.match(r"[\w-]+:", self.text[self.index :]):
            indent = " " * len(self.before)
            return self.put(self.index, self.index, f"{entry}\n{indent}")
        start, end = self.line
        found = re.match(r"[ -]*", self.text[start:end])
        indent = " " * len(found[0] if found else "")
        return self.put(end, end, f"\n{indent}{entry}")

    def remove(self) -> Files:
        """Remove the key or the entry that stands here, with its value."""
        start, _ = self.line
        if self.is_inside:
            opened = self._open_bracket()
            inner = Spot(self.files, self.name, opened)
            whole = self.text[opened + 1 : inner.value_end() - 1]
            entries = re.findall(r"(?:\[[^\]]*\]|\{[^}]*\}|\"[^\"]*\"|[^,])+", whole)
            position = opened + 1
            kept = []
            for entry in entries:
                if not position <= self.index < position + len(entry) + 1:
                    kept.append(entry.strip())
                position += len(entry) + 1
            return self.put(opened + 1, opened + 1 + len(whole), ", ".join(kept))
        lines = self.text[start:].splitlines(keepends=True)
        column = len(self.before)
        is_value = re.search(r"[\w-]+:\s+$", self.before)
        if is_value:
            column = is_value.start()
        gone = 1
        while gone < len(lines) and re.match(rf" {{{column + 1},}}\S", lines[gone]):
            gone += 1
        starts_entry = re.match(r"(\s*- )(?=[\w-]+:)", lines[0])
        if starts_entry and column == starts_entry.end() and gone < len(lines):
            lines[gone] = starts_entry[1] + lines[gone].lstrip()
        return self.put(start, len(self.text), "".join(lines[gone:]))

    def quote(self, *, whole: bool = False) -> Files:
        """Put the whole text of the line, behind its key or dash, in quotes."""
        start, end = self.line
        line = self.text[start:end]
        behind = re.match(r"\s*(?:- )*(?:[\w-]+:\s+)?", line)
        at = start + (behind.end() if behind else 0)
        if self.is_inside and not whole:
            at, end = self.index, self.value_end()
        said = self.text[at:end].replace("\\", "\\\\").replace('"', '\\"')
        return self.put(at, end, f'"{said}"')

    def fold(self) -> Files:
        """Put the text on the line below, behind `>`."""
        start, end = self.line
        found = re.match(r"(\s*(?:- )*)([\w-]+:\s+)(?:>\s*)?", self.text[start:end])
        assert found, "the message says so of a line without a key"
        said = self.text[start + found.end() : end]
        below = " " * (len(found[1]) + 2)
        closed = said[1:] if said.startswith('"') and said.count('"') == 1 else said
        return self.put(start + found.end(2), end, f">\n{below}{closed}")

    def rename(self, new: str) -> Files:
        files = {name: text for name, text in self.files.items() if name != self.name}
        return {**files, new.rpartition("/")[2]: self.text}

    def delete(self) -> Files:
        return {name: text for name, text in self.files.items() if name != self.name}


def spot(files: Files, problem: BriefingError) -> Spot:
    """Return where a message points."""
    name = problem.path
    lines = files[name].splitlines(keepends=True)
    before = sum(map(len, lines[: problem.line - 1]))
    return Spot(files, name, before + problem.column - 1)


def _said(problem: BriefingError) -> str:
    """Return the first words that a message has in quotes."""
    found = re.search(r'"((?:[^"])*)"', problem.text)
    return found[1] if found else ""


def _indent(here: Spot, problem: BriefingError, hit: re.Match[str]) -> Files:
    start, end = here.line
    rest = here.text[start:end].lstrip(" \t\u00a0\u3000")
    return here.put(start, end, f"{' ' * int(hit[1])}{rest}")


def _number(here: Spot, problem: BriefingError, hit: re.Match[str]) -> Files:
    files = here.write(hit[1])
    for mark in re.findall("`([^`]*)`", hit[2]):
        files = Spot(files, here.name, here.index).add_key(mark)
    return files


def _range(here: Spot, problem: BriefingError, hit: re.Match[str]) -> Files:
    start = here.text.rfind("value:", 0, here.index)
    both = ", ".join(re.findall("`([^`]*)`", hit[0]))
    return here.put(start, here.value_end(), both)


def _one_version(here: Spot, kept: str) -> Files:
    """Keep what stands behind one of the marks, `<` or `=`, and what both share."""
    lines, mark = [], ""
    for line in here.text.splitlines(keepends=True):
        if re.match(r"[<|=>]{7}(?=\s)", line):
            mark = "" if line[0] == ">" else line[0]
        elif mark in ("", kept):
            lines.append(line)
    return {**here.files, here.name: "".join(lines)}


Followed = Callable[[Spot, BriefingError, re.Match[str]], Files]
_WORDS: tuple[tuple[str, Followed], ...] = (
    (r'Did you mean "(.+?)"\?(?! Write)', lambda here, p, hit: here.write(hit[1])),
    (r"did you mean (\S+)\?", lambda here, p, hit: here.write(hit[1])),
    (
        r'Write it in quotes: "(.*)"\.',
        lambda here, p, hit: here.rewrite(hit[1], f'"{hit[1]}"'),
    ),
    (
        r'Put the text in quotes: "(.*)"\.',
        lambda here, p, hit: here.rewrite(hit[1], f'"{hit[1]}"'),
    ),
    (r"is a YAML (?:anchor|tag)", lambda here, p, hit: here.rewrite(f"{_said(p)}", "")),
    (r"Write it in brackets: (\[.*\])\.", lambda here, p, hit: here.write(hit[1])),
    (
        r"Put it in brackets, and in quotes",
        lambda here, p, hit: here.write(
            f'["{here.text[here.index : here.value_end()]}"]'
        ),
    ),
    (r"Add it, as in `(.*)`\.", lambda here, p, hit: here.add_key(hit[1])),
    (
        r"Add it, as in `(.*)`, and rename the file to (\S+)\.$",
        lambda here, p, hit: Spot(here.add_key(hit[1]), here.name, 0).rename(hit[2]),
    ),
    (r"Add `(\w+: [^`]*)`", lambda here, p, hit: here.add_key(hit[1])),
    (
        r"Add one, as in `(.*)`\.",
        lambda here, p, hit: here.put(
            here.text.rfind(hit[1].partition(":")[0], 0, here.index),
            here.value_end(),
            hit[1],
        ),
    ),
    (r"Write one, as in `(.*)`\.", lambda here, p, hit: here.write_entry(hit[1])),
    (
        r"Write `(digests|questions): \[\]`",
        lambda here, p, hit: {**here.files, here.name: f"{hit[1]}: []\n"},
    ),
    (
        r"Write `(\w+):` on a line above",
        lambda here, p, hit: {**here.files, here.name: f"{hit[1]}:\n{here.text}"},
    ),
    (r"Write `((?:- )?\w+: [^`]*)`\.$", lambda here, p, hit: here.write_line(hit[1])),
    (r"Write (\w+: [^{}]*)\.$", lambda here, p, hit: here.rewrite(_said(p), hit[1])),
    (
        r"Write ([{\[].*[}\]])(?:\.|, or)",
        lambda here, p, hit: (
            here.put(here._open_bracket(), _closing(here), hit[1])
            if "is not a key" in p.text
            else here.write(hit[1])
        ),
    ),
    (r"Write `low: \S+` and `high: \S+`|Write `low: \S+, ", _range),
    (r"Write ([\d.]+)((?:,| and) `.*`)\.", _number),
    (
        r"Write (\S+); the file is then called (\S+)\.$",
        lambda here, p, hit: Spot(here.write(hit[1]), here.name, 0).rename(hit[2]),
    ),
    (
        r"Write ([^\s\"`]+?)(?:\.$|, or never)",
        lambda here, p, hit: _write_for_said(here, p, hit[1]),
    ),
    (r"Write ([a-z-]+), as it is cited", lambda here, p, hit: here.write(hit[1])),
    (r"Write (\d+ days), or never", lambda here, p, hit: here.write(hit[1])),
    (r"Write it as (\d\S+)\.$", lambda here, p, hit: here.write(hit[1])),
    (r"Write it as (\d+ \w+), ", lambda here, p, hit: here.write(hit[1])),
    (r"Name a place: (\S+)\.", lambda here, p, hit: here.write(hit[1])),
    (r"IANA name such as (\S+)\.", lambda here, p, hit: here.write(hit[1])),
    (r"in digits, such as (\d+)\.", lambda here, p, hit: here.write(hit[1])),
    (r"Write one such as (\S+?)\.", lambda here, p, hit: here.write(hit[1])),
    (r"(?<!\()such as ([a-z-]+-2)\.", lambda here, p, hit: here.write(hit[1])),
    (
        r"such as (\S+-2), and rename the file to (\S+-2.yaml)\.",
        lambda here, p, hit: Spot(here.write(hit[1]), here.name, 0).rename(hit[2]),
    ),
    (r"Slack ids?,? (?:such )?as (U012AB3CD)", lambda here, p, hit: here.write(hit[1])),
    (r"Ids look like (U012AB3CD)", lambda here, p, hit: here.write(hit[1])),
    (r'Write ("#\S+") for a channel', lambda here, p, hit: here.write(hit[1])),
    (r'is due .* Write "([^"]+)"', lambda here, p, hit: here.write(f'"{hit[1]}"')),
    (
        r'(?<!is due).* Write "([^"]+)"(?:\.|, or (?:set|say))',
        lambda here, p, hit: here.rewrite(_said(p), hit[1]),
    ),
    (r'in quotes, such as ("[^"]+")', lambda here, p, hit: here.write(hit[1])),
    (r"number such as ([\d.]+)\.$", lambda here, p, hit: here.write(hit[1])),
    (r"set `(\w+): ([\w ]+)`", lambda here, p, hit: _set_key(here, hit[1], hit[2])),
    (r'try ("[^"]+")', lambda here, p, hit: here.write(hit[1])),
    (r'write out its five fields: ("[^"]+")', lambda here, p, hit: here.write(hit[1])),
    (
        r'write them as two: "([^"]+)"',
        lambda here, p, hit: here.put(
            here.text.index(re.findall('"([^"]*)"', p.text)[1], here.index),
            here.text.index(re.findall('"([^"]*)"', p.text)[1], here.index)
            + len(re.findall('"([^"]*)"', p.text)[1]),
            hit[1],
        ),
    ),
    (r'name write ("#\S+"), with', lambda here, p, hit: here.write(hit[1])),
    (r"not understood; write ([CG]\S+)\.", lambda here, p, hit: here.write(hit[1])),
    (r"by their id \(U…\)", lambda here, p, hit: here.write("U012AB3CD")),
    (
        r"Shorten it by (\d+)\.",
        lambda here, p, hit: here.put(
            here.index
            + len(here.text[here.index : here.value_end()].rstrip())
            - int(hit[1]),
            here.value_end(),
            "",
        ),
    ),
    (
        r"Put the (?:whole )?text in quotes(?!:)",
        lambda here, p, hit: here.quote(whole="is lost" in p.text),
    ),
    (
        r"leave a space behind the # of a remark",
        lambda here, p, hit: here.put(here.index + 1, here.index + 1, " "),
    ),
    (r"on the lines below, behind `>`", lambda here, p, hit: here.fold()),
    (
        r"Replace it with spaces\.",
        lambda here, p, hit: here.put(here.index, here.index + 1, " "),
    ),
    (r"Indent it with spaces: (\d+),", _indent),
    (r"Known are: ([^\s,.]+)", lambda here, p, hit: here.write(hit[1])),
    (r"(?<=\. )Allowed: ([^,.]+)", lambda here, p, hit: here.write(hit[1])),
    (r"Write (true) or (false)", lambda here, p, hit: here.write(hit[1])),
    (r"Write (true) or (false)", lambda here, p, hit: here.write(hit[2])),
    (r"as in (\d{4}(?:-\d\d)?)\.$", lambda here, p, hit: here.write(hit[1])),
    (r"Write (2025-07-12), (2025-07) or", lambda here, p, hit: here.write(hit[2])),
    (r"Write two letters: (en)", lambda here, p, hit: here.write(hit[1])),
    (
        r"Choose another(?! word|, such)|another id",
        lambda here, p, hit: here.write("dockside"),
    ),
    (r"Mend the date", lambda here, p, hit: here.write("2026-11-01")),
    (r"set `verified` to today", lambda here, p, hit: here.write("2026-11-23")),
    (
        r"Add `verified` with the day",
        lambda here, p, hit: here.add_key("verified: 2026-11-20"),
    ),
    (
        r"Add `likelihood:` with a word of ICD 203, such as (\w+)",
        lambda here, p, hit: here.add_key(f"likelihood: {hit[1]}"),
    ),
    (
        r"as in `(audiences: .*?)`",
        lambda here, p, hit: {**here.files, here.name: f"{hit[1]}\n{here.text}"},
    ),
    (r"leave the number out", lambda here, p, hit: here.rewrite(_said(p), "")),
    (r"Remove `(fails|differs)`\.$", lambda here, p, hit: here.remove()),
    (
        r"^(?!.*YAML).*"
        r"(?:[Rr]emove it|Remove one of them|remove the key|or remove the group)",
        lambda here, p, hit: here.remove(),
    ),
    (
        r"Rename (?:it|the file) to ([^\s,]+\.yaml)",
        lambda here, p, hit: here.rename(hit[1]),
    ),
    (r"Move it to (\S+)\.$", lambda here, p, hit: here.rename(hit[1])),
    (r"[Dd]elete (?:it|this file|the file)", lambda here, p, hit: here.delete()),
    (r"else write `id: ([a-z0-9-]+)`\.", lambda here, p, hit: here.write(hit[1])),
    (r"or write `id: ([^`]+)`\.", lambda here, p, hit: here.write(hit[1])),
    (
        r"else write `id: ([^`]+)` and rename it to (\S+)\.$",
        lambda here, p, hit: Spot(here.write(hit[1]), here.name, 0).rename(hit[2]),
    ),
    (r"Keep the lines of one", lambda here, p, hit: _one_version(here, "<")),
    (r"Keep the lines of one", lambda here, p, hit: _one_version(here, "=")),
    (
        r'Write "([\]}])" behind',
        lambda here, p, hit: here.put(here.index, here.index, hit[1]),
    ),
    (
        r'Write ", (\w+)"\.',
        lambda here, p, hit: here.put(here.index, here.index, ", "),
    ),
    (
        r"in brackets, such as (\[\w+\])",
        lambda here, p, hit: here.write(hit[1]),
    ),
    (
        r'Close it with "(.)"',
        lambda here, p, hit: here.put(here.line[1], here.line[1], hit[1]),
    ),
    (r"or write (\d)\.$", lambda here, p, hit: here.write(hit[1])),
    (
        r"Write (\"[^\"]+\"), with a comma behind",
        lambda here, p, hit: here.put(here.index, here.index, ", "),
    ),
)


def _write_for_said(here: Spot, problem: BriefingError, new: str) -> Files:
    """Write it for the words in quotes where these stand here, else for the value."""
    said = _said(problem)
    if here.text.startswith(said, here.index):
        return here.rewrite(said, new)
    return here.write(new)


def _closing(here: Spot) -> int:
    return Spot(here.files, here.name, here._open_bracket()).value_end()


def _set_key(here: Spot, key: str, value: str) -> Files:
    hit = re.compile(rf"{key}: ").search(here.text, here.index)
    assert hit, f"there is no {key} to be set"
    return Spot(here.files, here.name, hit.end()).write(value)


def follow(files: Files, problem: BriefingError) -> Iterator[Files]:
    """Return the files as they are after each way of doing what the message says."""
    said = f"{problem.text} {problem.hint}".strip()
    here = spot(files, problem)
    for pattern, followed in _WORDS:
        if hit := re.search(pattern, said):
            yield followed(here, problem, hit)
