"""The front page and the guides show what the program does, not what it once did."""

import re
import shlex
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from typer.main import get_command
from typer.testing import CliRunner

from bot.cli.main import app
from bot.settings import Settings, Slack
from bot.slack.manifest import SCOPES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = {
    path.name: path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / ".github").glob("*.md")))
}
OPERATING = GUIDES["OPERATING.md"]
BLOCKS = [
    pytest.param(language, text, id=f"{name}-{number}-{language or 'drawing'}")
    for name, guide in GUIDES.items()
    for number, (language, text) in enumerate(
        re.findall(r"^```(\w*)\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL), 1
    )
]
NEEDED = {"docker", "slack", "pg_dump"}
"""Programs that a guide names and that need not be on this machine."""


def block(language: str, holding: str) -> str:
    """Return the one fenced block of this language that holds these words."""
    blocks = re.findall(
        rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL
    )
    (found,) = [text for text in blocks if holding in text]
    return str(found)


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A folder with the README's briefing in it."""
    path = tmp_path / "harbour.yaml"
    path.write_text(block("yaml", "id: harbour"), encoding="utf-8")
    return tmp_path


def test_the_smallest_briefing_has_twelve_lines_at_most() -> None:
    """It is what the front page opens with."""
    assert len(block("yaml", "id: harbour").splitlines()) <= 12


def test_the_smallest_briefing_is_valid_without_warnings(harbour: Path) -> None:
    """A curator's first file should not begin with a complaint."""
    result = CliRunner().invoke(app, ["check", str(harbour)])

    assert result.output == "1 briefing, 1 claim: no errors, no warnings.\n"


def test_the_answers_shown_are_the_answers_given(harbour: Path) -> None:
    """Each question of the front page is asked again."""
    shown = block("console", "$ briefing-bot ask")
    said = re.findall(r'^\$ briefing-bot ask "(.+)"\n((?:.+\n)+)', shown, re.MULTILINE)

    given = {
        question: CliRunner()
        .invoke(app, ["ask", question, "--briefs", str(harbour)])
        .output
        for question, _ in said
    }

    assert given == dict(said)


def test_every_scope_stands_there_with_its_reason() -> None:
    """Whoever reviews the app reads why it asks."""
    for scope in SCOPES:
        mark = "optional" if scope.optional else ""
        assert f"| `{scope.name}` | {scope.reason} | {mark}".rstrip() in OPERATING


def test_every_setting_stands_there() -> None:
    """An operator need not read the code."""
    ours = {name for name in Settings.model_fields if name != "slack"}
    variables = [f"BRIEFING_BOT_{name.upper()}" for name in ours]
    variables += [f"SLACK_{name.upper()}" for name in Slack.model_fields]

    assert [name for name in variables if f"`{name}`" not in OPERATING] == []


@pytest.mark.parametrize(("language", "text"), BLOCKS)
def test_every_block_of_a_guide_can_be_used(language: str, text: str) -> None:
    """YAML is read, and each command has its program, its verb and its options.

    What a block says it answers is asserted by the tests of its own guide.
    """
    if language == "yaml":
        assert yaml.safe_load(text)
    if language in {"sh", "console"}:
        said = text.replace("\\\n", " ").splitlines()
        if language == "console":
            said = [line[2:] for line in said if line.startswith("$ ")]
        commands = [each for line in said for each in shell_commands(line)]
        assert commands
        assert [words for words in commands if not is_there(words)] == []
    assert language in {"yaml", "sh", "console", "sql", ""}


def shell_commands(line: str) -> list[list[str]]:
    """Return the words of each command of a shell's line, without its comment."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="&;|")
    lexer.whitespace_split = True
    commands: list[list[str]] = [[]]
    for word in lexer:
        if set(word) <= set("&;|"):
            commands.append([])
        else:
            commands[-1].append(word)
    return [words for words in commands if words]


def is_there(words: list[str]) -> bool:
    """Say whether a command's program is known, and of ours the verb and options."""
    program, *rest = words
    name = Path(program).name
    if name == "briefing-bot":
        return is_ours(rest)
    if program.startswith(".venv/bin/"):
        return name in {"pip", "pytest", "python"}
    return name in NEEDED or shutil.which(name) is not None


def is_ours(words: list[str]) -> bool:
    group = get_command(app)
    for at, word in enumerate(words):
        verbs = getattr(group, "commands", None)
        if verbs is None:
            options = {"--help", *(each for p in group.params for each in p.opts)}
            return all(w in options for w in words[at:] if w.startswith("--"))
        if word not in verbs:
            return False
        group = verbs[word]
    return True


@pytest.mark.parametrize("name", GUIDES)
def test_every_link_of_a_guide_leads_somewhere(name: str) -> None:
    """A file that is named is there, from where the guide lies."""
    folder = ROOT if name == "README.md" else ROOT / ".github"
    links = re.findall(r"\]\(([^)#]+)\)", GUIDES[name])
    ours = [link for link in links if not link.startswith("https://")]

    assert [link for link in ours if not (folder / link).exists()] == []


@pytest.mark.parametrize("name", GUIDES)
def test_every_heading_that_a_link_names_is_there(name: str) -> None:
    """An anchor is made of a heading's words, as GitHub makes it."""
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", GUIDES[name])
    anchors = {guide: anchors_of(text) for guide, text in GUIDES.items()}
    assert [
        f"{path}#{anchor}"
        for path, anchor in links
        if anchor not in anchors[Path(path).name or name]
    ] == []


def anchors_of(guide: str) -> set[str]:
    """Return the anchors of a guide's headings, not of comments in its blocks."""
    prose = re.sub(r"^```.*?^```$", "", guide, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", h).strip().lower().replace(" ", "-") for h in headings
    }


def test_every_claim_in_the_table_leads_to_what_holds_it() -> None:
    """A link to a test, or a command that measures it."""
    table = README.partition("## What holds each claim")[2].partition("\n\n`")[0]
    rows = [row.split(" | ") for row in table.strip().splitlines()[2:]]

    assert len(rows) > 10
    assert [
        row[0] for row in rows if not re.search(r"\]\(tests/|`python -m", row[1])
    ] == []


def test_every_room_stands_in_the_drawing_of_the_house() -> None:
    """A newcomer finds each folder of the bot on the front page."""
    drawing = README.partition("## The house")[2]
    rooms = {path.parent.name for path in (ROOT / "bot").glob("*/__init__.py")}

    assert [room for room in sorted(rooms) if f"{room}/" not in drawing] == []


@pytest.mark.parametrize("name", GUIDES)
def test_what_is_said_to_hold_a_claim_exists(name: str) -> None:
    """Tests that are named are files, and `python -m` has its module."""
    tests = re.findall(r"`(tests/[\w/]+\.\w+)`", GUIDES[name])
    modules = re.findall(r"`(?:sudo )?python -m (tests[\w.]*)", GUIDES[name])

    assert [path for path in tests if not (ROOT / path).is_file()] == []
    assert [module for module in modules if not can_be_run(module)] == []


def can_be_run(module: str) -> bool:
    found = find_spec(module)
    if found is None:
        return False
    is_package = found.submodule_search_locations is not None
    return not is_package or find_spec(f"{module}.__main__") is not None
