"""The command line: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest

from bot.__main__ import run
from tests.yaml_texts import RICH, SMALLEST


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one briefing in ./briefs; nothing is set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BRIEFING_BOT_BRIEFS", raising=False)
    briefs = tmp_path / "briefs"
    briefs.mkdir()
    (briefs / "harbour.yaml").write_text(SMALLEST)
    return briefs


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines on standard output, without the blanks that Rich adds."""
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_the_smallest_briefing_has_neither_errors_nor_warnings(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twelve lines are enough, and the README opens with them."""
    assert len(SMALLEST.splitlines()) == 12

    assert run(["check"]) == 0
    assert printed(capsys) == ["1 briefing, 1 claim: no errors, no warnings."]


def test_an_error_is_printed_with_its_place_and_ends_with_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Editors jump to `file:line:column`."""
    (folder / "harbour.yaml").write_text(SMALLEST.replace("[port]", "[prot]"))

    assert run(["check"]) == 1
    assert printed(capsys) == [
        'briefs/harbour.yaml:12:19: There is no source "prot" in this briefing. Did '
        'you mean "port"?',
        "",
        "1 error, no warnings. The bot serves what it read last.",
    ]


def test_a_warning_is_marked_as_one_and_ends_with_0(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Warnings keep nothing from serving."""
    (folder / "harbour.yaml").write_text(SMALLEST + "        aliases: [help]\n")

    assert run(["check"]) == 0
    assert printed(capsys)[0] == (
        'briefs/harbour.yaml:13:19: warning: The alias "help" is a command word: '
        "`/brief help` means the command. Choose another word."
    )


@pytest.mark.parametrize("number", ["40", "forty", "40,000"])
def test_a_number_in_a_title_that_differs_from_the_claims_is_warned_of(
    folder: Path, capsys: pytest.CaptureFixture[str], number: str
) -> None:
    """The claim was corrected to 47, and the bold title above it still says 40."""
    title = f"title: The storm cost {number} boats"
    text = SMALLEST.replace("title: A storm hit the port", title)
    corrected = text.replace("About 40", "About 47")
    (folder / "harbour.yaml").write_text(corrected)

    assert run(["check"]) == 0
    warned = printed(capsys)[0]
    assert warned.startswith("briefs/harbour.yaml:")
    assert f': warning: "{number}" stands in no claim of section "storm"' in warned


def test_problems_of_all_files_come_in_one_run(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ordered by file and line; digests and questions are files too."""
    (folder / "anchor.yaml").write_text("id: &a anchor\n")
    (folder / "digests.yaml").write_text("digests: [{id: daily}]\n")
    (folder / "harbour.questions.yaml").write_text(
        "questions: [{q: How many boats?, answer: [loses]}]\n"
    )

    assert run(["check"]) == 1
    assert [line.split(":")[0] for line in printed(capsys)[:-2]] == [
        *["briefs/anchor.yaml"] * 5,
        *["briefs/digests.yaml"] * 2,
    ]


def test_check_of_one_file_tells_only_of_that_file(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An editor checks the file that was saved."""
    (folder / "other.yaml").write_text("id: [")

    assert run(["check", "briefs/harbour.yaml"]) == 0


def test_check_as_json_is_for_programs(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each problem with its place, text, hint and path of keys."""
    (folder / "harbour.yaml").write_text(SMALLEST.replace("[port]", "[prot]"))

    assert run(["check", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert answer["errors"] == [
        {
            "path": "briefs/harbour.yaml",
            "line": 12,
            "column": 19,
            "text": 'There is no source "prot" in this briefing.',
            "hint": 'Did you mean "port"?',
            "where": ["sections", 0, "claims", 0, "sources", 0, "id"],
        }
    ]


def test_a_kept_question_that_fails_is_a_warning(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An edit that makes the bot deaf to a question is seen before readers see it."""
    (folder / "harbour.questions.yaml").write_text(
        "questions:\n"
        "  - {q: How many boats were lost?, answer: losses}\n"
        "  - {q: Who won the cup?, answer: losses}\n"
        "  - {q: Who painted the wall?, answer: losses, fails: Not in the text.}\n"
    )

    assert run(["check"]) == 0
    assert printed(capsys)[:-2] == [
        'briefs/harbour.questions.yaml:3:9: warning: "Who won the cup?" is refused '
        'instead of answered "losses": no word of it stands in the briefing. Give the '
        "claim these words as aliases, or say under `fails` why not."
    ]


def test_a_folder_that_is_not_there_ends_with_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The default ./briefs is an error when it is not there."""
    assert run(["check", "--briefs", "elsewhere"]) == 1
    assert capsys.readouterr().err == (
        'There is no folder "elsewhere" to read briefings from. Set '
        "BRIEFING_BOT_BRIEFS, or start one with `briefing-bot new ID`.\n"
    )


def test_the_environment_names_the_folder(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """BRIEFING_BOT_BRIEFS is for every command."""
    folder.rename(folder.parent / "elsewhere")
    monkeypatch.setenv("BRIEFING_BOT_BRIEFS", "elsewhere")

    assert run(["check"]) == 0


@pytest.mark.parametrize(
    ("label", "text"),
    [
        (
            "TLP:CLEAR",
            'The default handling cannot be "TLP:CLEAR": what nobody labelled would '
            "be public. Choose another label.\n",
        ),
        (
            "AMBER",
            '"AMBER" is not a TLP label. Allowed: TLP:CLEAR, TLP:GREEN, TLP:AMBER, '
            "TLP:AMBER+STRICT, TLP:RED.\n",
        ),
    ],
)
def test_a_default_handling_that_cannot_be_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], label: str, text: str
) -> None:
    """What nobody labelled is never public."""
    assert run(["check", "--default-handling", label]) == 1
    assert capsys.readouterr().err == text


def test_a_new_briefing_passes_check(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A curator starts from something that works."""
    assert run(["new", "kursk"]) == 0
    assert run(["check"]) == 0

    assert printed(capsys) == [
        "Wrote briefs/kursk.yaml. Replace what it says, then run `briefing-bot check`.",
        "2 briefings, 3 claims: no errors, no warnings.",
    ]
    assert (folder / ".schema.json").exists()


@pytest.mark.parametrize(
    ("id", "text"),
    [
        (
            "harbour",
            '"briefs/harbour.yaml" is there already. Choose another id, or edit it.\n',
        ),
        (
            "The Harbour",
            '"The Harbour" is not an id. Use up to 60 small letters, digits and '
            "hyphens, such as north-sea-cables.\n",
        ),
        (
            "digests",
            'The id "digests" is reserved: the file of the digests is called so.\n',
        ),
    ],
)
def test_new_never_writes_where_it_should_not(
    folder: Path, capsys: pytest.CaptureFixture[str], id: str, text: str
) -> None:
    """Nothing that is there is written over."""
    assert run(["new", id]) == 1
    assert capsys.readouterr().err == text
    assert (folder / "harbour.yaml").read_text() == SMALLEST


def test_show_prints_a_section_as_readers_get_it(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Title, summary, a line for each claim with its marks, and the date."""
    (folder / "harbour.yaml").write_text(RICH)

    assert run(["show", "harbour/storm"]) == 0
    assert printed(capsys) == [
        "A storm sank about 40 boats",
        "Only the number is in doubt.",
        "",
        "• About 40 boats sank — estimate, Port and a source not named, disputed",
        "• Between 5 and 7 boats sank, the gazette says — reported, Harbour Gazette, "
        "disputed",
        "• Another storm is likely before spring — forecast, this desk",
        "TLP:AMBER · As of about November 2026 · 2 claims disputed",
    ]


def test_show_and_ask_print_the_text_of_what_slack_would_get(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One rendering: the terminal cannot say otherwise than Slack."""
    assert run(["show", "harbour/storm", "--json"]) == 0
    message = json.loads(capsys.readouterr().out)

    assert run(["show", "harbour/storm"]) == 0
    assert capsys.readouterr().out == f"{message['text']}\n"
    assert run(["ask", "storm"]) == 0
    assert capsys.readouterr().out == f"{message['text']}\n"


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("habour", 'There is no briefing "habour". Did you mean "harbour"?\n'),
        ("harbour/gale", 'There is no section "gale". Known are: storm.\n'),
    ],
)
def test_show_suggests_what_was_meant(
    folder: Path, capsys: pytest.CaptureFixture[str], what: str, text: str
) -> None:
    """A typing error costs no second look at the files."""
    assert run(["show", what]) == 1
    assert capsys.readouterr().err == text


@pytest.mark.parametrize("what", [[], ["harbour"], ["harbour/storm"]])
def test_show_as_json_is_json(
    folder: Path, capsys: pytest.CaptureFixture[str], what: list[str]
) -> None:
    """It is the message that Slack would get."""
    assert run(["show", *what, "--json"]) == 0
    message = json.loads(capsys.readouterr().out)
    assert "storm" in message["text"]
    assert message["blocks"][0]["type"] == "section"


@pytest.mark.parametrize("of", ["briefing", "digests", "questions"])
def test_schema_describes_each_kind_of_file(
    capsys: pytest.CaptureFixture[str], of: str
) -> None:
    """Editors complete digests and questions like briefings."""
    assert run(["schema", of]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert schema["additionalProperties"] is False


def test_ask_leads_with_the_claim_that_answers(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The claim with its marks, then its date and section."""
    assert run(["ask", "How many boats were lost?"]) == 0
    assert printed(capsys) == [
        "About 40 boats were lost.",
        "Reported, Port authority.",
        "TLP:AMBER · As of November 2026 · Storm",
    ]


def test_the_terminal_shows_a_claim_as_it_is_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What Slack wants escaped is no word of the claim."""
    text = "40 R&D boats, _all_ ~struck~, were lost at <5 knots."
    briefing = SMALLEST.replace("About 40 boats were lost.", f'"{text}"')
    (folder / "harbour.yaml").write_text(briefing)

    assert run(["ask", "claim losses"]) == 0
    assert printed(capsys)[0] == text
    assert run(["show", "harbour/storm"]) == 0
    assert text.rstrip(".") in capsys.readouterr().out


def test_check_says_what_each_kept_question_came_to_and_why(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Curators see which rule decided, also where nothing fails."""
    kept = "questions: [{q: How many boats were lost?, answer: losses}]\n"
    (folder / "harbour.questions.yaml").write_text(kept)

    assert run(["check", "--why"]) == 0
    assert printed(capsys)[:2] == [
        "harbour: How many boats were lost?",
        "  answered: losses; the claim accounts for what was asked",
    ]

    assert run(["check", "--why", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["questions"]
    assert (told["outcome"], told["rule"]) == ("answered", "accounts")


def test_ask_says_why_when_it_is_asked_to(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rule that decided, and of each claim what matched and what it lacks."""
    assert run(["ask", "How many crates were lost?", "--why"]) == 0

    told = capsys.readouterr().out
    assert "Nothing here speaks of crates." in told
    assert "Why: closest, since no claim has enough of what was asked." in told
    assert "lacks crates" in told


def test_ask_says_what_is_not_covered(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refusal names what there is instead."""
    assert run(["ask", "Who won the Champions League?"]) == 0
    assert printed(capsys) == ["The briefing doesn't cover that. It covers storm."]


def test_ask_answers_a_file_of_questions_in_order(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One JSON object a line, in and out."""
    Path("many.jsonl").write_text(
        '{"q": "boats lost"}\n\n{"q": "boats lost", "briefing": "nowhere", "n": 1}\n'
    )

    assert run(["ask", "--from", "many.jsonl", "--json"]) == 0
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["outcome"] for answer in answers] == ["answered", "not-covered"]
    assert answers[0]["claims"][0] | {"score": 1, "why": {}} == {
        "id": "losses",
        "briefing": "harbour",
        "section": "storm",
        "score": 1,
        "text": "About 40 boats were lost.",
        "sources": ["port"],
        "why": {},
    }


def test_a_line_that_is_no_question_is_told_with_its_number(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of questions is a curator's file like any other."""
    Path("many.jsonl").write_text('{"q": "boats"}\n{"question": "boats"}\n')

    assert run(["ask", "--from", "many.jsonl"]) == 1
    assert capsys.readouterr().err == (
        "many.jsonl:2:1: This line is not a question. Write one JSON object a line: "
        '{"q": "How many were lost?"}.\n'
    )


@pytest.mark.parametrize(
    "arguments", [["chek"], ["ask"], ["check", "--no-such"], ["new"]]
)
def test_a_wrong_use_ends_with_2(folder: Path, arguments: list[str]) -> None:
    """Shells and CI tell a typing error from a bad briefing by the code."""
    assert run(arguments) == 2


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"]])
def test_help_ends_with_0(arguments: list[str]) -> None:
    """Asking is no error."""
    assert run(arguments) == 0


class TestNewDigest:
    def test_it_starts_the_file_and_passes_check(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """It tells of all briefings, waits for a channel, and knows its editor."""
        assert run(["new", "--digest", "morning-brief"]) == 0
        assert printed(capsys) == [
            'Added the digest "morning-brief" to briefs/digests.yaml. Name a channel '
            "under `to`, then look at it with `briefing-bot digest preview "
            "morning-brief`."
        ]
        assert run(["check"]) == 0
        assert printed(capsys) == ["1 briefing, 1 claim: no errors, no warnings."]
        assert json.loads((folder / ".digests.schema.json").read_text())["properties"]

    @pytest.mark.parametrize(
        "before",
        [
            "digests: []\n",
            "digests: [] # none yet\n",
            "# Ours.\ndigests:\n- id: a\n  title: A\n  briefings: [harbour]\n"
            "  when: {every: day, at: 08:00, timezone: UTC}\n",
            "digests:\n\n    # First.\n    - id: a\n      title: A\n"
            "      briefings: [harbour]\n"
            "      when: {every: day, at: 08:00, timezone: UTC}",
        ],
        ids=["empty", "with a remark", "not indented", "far indented"],
    )
    def test_it_is_added_as_those_before_it_are_written(
        self, folder: Path, capsys: pytest.CaptureFixture[str], before: str
    ) -> None:
        """What a curator wrote stays as it was."""
        path = folder / "digests.yaml"
        path.write_text(before)

        assert run(["new", "--digest", "evening"]) == 0
        assert run(["check"]) == 0
        kept = before.replace(" []", "").replace(" # none yet", "").rstrip()
        assert path.read_text().startswith(kept)
        capsys.readouterr()
        assert run(["digest", "preview", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)[-1]["id"] == "evening"

    @pytest.mark.parametrize(
        ("before", "arguments", "said"),
        [
            ("", ["a b"], '"a b" is not an id. Use up to 60 small letters'),
            ("", ["subscription-x"], 'begins with "subscription-"'),
            ("digests:\n  - id: x\n", ["evening"], "Mend it, then run me again."),
            (
                "digests: [{id: evening, title: A, briefings: [harbour], "
                "when: {every: day, at: 08:00, timezone: UTC}}]\n",
                ["evening"],
                'The digest "evening" is in "briefs/digests.yaml" already.',
            ),
            (
                "digests: [{id: a, title: A, briefings: [harbour], "
                "when: {every: day, at: 08:00, timezone: UTC}}]\n",
                ["evening"],
                "Add this yourself:\n- id: evening",
            ),
        ],
        ids=["no id", "reserved", "broken", "taken", "in brackets"],
    )
    def test_what_cannot_be_added_to_stays_as_it_is(
        self,
        folder: Path,
        capsys: pytest.CaptureFixture[str],
        before: str,
        arguments: list[str],
        said: str,
    ) -> None:
        """A running bot reads the file as soon as it changes."""
        path = folder / "digests.yaml"
        if before:
            path.write_text(before)

        assert run(["new", "--digest", *arguments]) == 1
        assert said in capsys.readouterr().err
        assert (path.read_text() if path.exists() else "") == before

    def test_there_has_to_be_something_to_send(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Both may be written at once."""
        (folder / "harbour.yaml").unlink()

        assert run(["new", "--digest", "morning"]) == 1
        assert capsys.readouterr().err == (
            'The folder "briefs" holds no briefing to send. Start one with '
            "`briefing-bot new ID`.\n"
        )
        assert run(["new", "marina", "--digest", "morning"]) == 0
        assert run(["check"]) == 0


class TestDigestList:
    def test_each_is_told_with_its_next_hour_and_its_channels(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Nobody has to open the file to know what there is."""
        (folder / "digests.yaml").write_text(
            "digests:\n  - id: year\n    title: Once a year\n"
            "    briefings: [harbour]\n    to: ['#desk', U012AB3CD]\n"
            '    when: {cron: "0 8 1 1 *", timezone: Europe/London}\n'
            "  - id: waiting\n    title: Waiting\n    briefings: [harbour]\n"
            "    when: {every: friday, at: 08:00, timezone: Europe/London}\n"
        )

        assert run(["digest", "preview"]) == 0
        year, when, waiting, next_one, *rest = printed(capsys)
        assert (year, waiting) == ("year  Once a year", "waiting  Waiting")
        assert when.endswith("-01-01 08:00, Europe/London; to #desk, U012AB3CD")
        assert next_one.startswith("  next Fri ")
        assert next_one.endswith("08:00, Europe/London; waits for a channel")
        assert rest == ["", "Look at one with `briefing-bot digest preview year`."]

    def test_without_any_it_says_how_to_start_one(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """An empty answer would look like a fault."""
        assert run(["digest", "preview"]) == 0
        assert printed(capsys) == [
            "There are no digests in digests.yaml. Start one with `briefing-bot new "
            "--digest weekday-brief`."
        ]


MARKS = "[draft] [bold]x[/bold] [/nope] :smile:"


def test_text_is_never_terminal_markup(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Square brackets are a curator's words wherever a command prints them."""
    monkeypatch.setenv("BRIEFING_BOT_DATABASE_URL", "sqlite:///none.sqlite3")
    text = SMALLEST.replace("title: A storm hit the port", f'title: "{MARKS}"')
    (folder / "harbour.yaml").write_text(text)
    (folder / "digests.yaml").write_text(
        f'digests:\n  - id: daily\n    title: "{MARKS}"\n    briefings: [harbour]\n'
        '    when: {cron: "0 8 * * *", timezone: Europe/London}\n    to: ["#desk"]\n'
    )
    commands = [["show", "harbour"], ["digest", "preview", "daily"], ["ask", "boats"]]
    for command in commands:
        assert run(command) == 0, capsys.readouterr().err
    said = capsys.readouterr().out

    (folder / "harbour.yaml").write_text(text.replace("[port]", f'["{MARKS}"]'))
    assert run(["check"]) == 1
    refused = capsys.readouterr().out

    assert said.count(MARKS) >= 2
    assert MARKS in refused
