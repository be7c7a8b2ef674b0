"""What an operator has set decides whether an endpoint is used, and what is told."""

import pytest

from bot.meaning.embedders import EmbeddingsSettings
from bot.meaning.endpoint import EmbeddingsEndpoint, full_address
from bot.meaning.meanings import choose_embedder

SENT = EmbeddingsSettings(url="https://vectors.example/v1", sends_questions=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:11434/v1",
        "http://127.0.0.1/v1",
        "http://127.9.9.9:80/v1",
        "http://[::1]:8000",
    ],
)
def test_an_endpoint_on_this_machine_needs_no_further_word(url: str) -> None:
    """Questions stay here, so plain HTTP will do."""
    settings = EmbeddingsSettings(url=url)

    assert (settings.is_loopback, settings.why_idle, settings.goes_to) == (True, "", "")
    assert isinstance(choose_embedder(settings), EmbeddingsEndpoint)


@pytest.mark.parametrize(
    "url",
    [
        "https://vectors.example/v1",
        "https://10.0.0.8/v1",
        "https://localhost.evil.example/v1",
        "https://127.0.0.1.evil.example/v1",
        "https://[fe80::1]/v1",
        "https://0.0.0.0/v1",
    ],
)
def test_an_endpoint_elsewhere_is_idle_until_questions_may_go_there(url: str) -> None:
    """Who asks did not choose it: the operator has to say so."""
    settings = EmbeddingsSettings(url=url)

    assert "BRIEFING_BOT_EMBEDDINGS_QUESTIONS=send" in settings.why_idle
    assert (choose_embedder(settings), settings.goes_to) == (None, "")


def test_plain_http_to_another_machine_takes_a_word_of_its_own() -> None:
    """Others could read along."""
    settings = EmbeddingsSettings(
        url="http://vectors.example:80/v1", sends_questions=True
    )
    allowed = EmbeddingsSettings(
        url=settings.url, sends_questions=True, allows_plain_http=True
    )

    assert "BRIEFING_BOT_EMBEDDINGS_PLAIN_HTTP=allow" in settings.why_idle
    assert choose_embedder(settings) is None
    assert (allowed.why_idle, allowed.goes_to) == ("", "vectors.example:80")


def test_where_questions_go_is_told_by_the_host_alone() -> None:
    """An address may hold a key."""
    settings = EmbeddingsSettings(
        url="https://vectors.example:8443/v1?key=s3cret", sends_questions=True
    )

    assert settings.goes_to == "vectors.example:8443"


def test_no_key_is_told_by_accident() -> None:
    """Whatever is printed of them, in an error say, holds neither key nor address."""
    settings = EmbeddingsSettings(url="https://a.example/v1?key=s3cret", key="s3cret")

    assert "s3cret" not in repr(settings)


def test_off_is_off() -> None:
    """Neither the extra nor an endpoint is asked then, and questions go nowhere."""
    settings = EmbeddingsSettings(is_off=True, url=SENT.url, sends_questions=True)

    assert (choose_embedder(settings), settings.goes_to) == (None, "")


@pytest.mark.parametrize(
    ("url", "posted_to"),
    [
        ("http://[::1]:8000", "http://[::1]:8000/v1/embeddings"),
        ("http://localhost:11434/v1", "http://localhost:11434/v1/embeddings"),
        ("http://localhost:11434/v1/", "http://localhost:11434/v1/embeddings"),
        ("https://a.example/v1/embeddings", "https://a.example/v1/embeddings"),
        ("https://a.example/x?v=1", "https://a.example/x/embeddings?v=1"),
    ],
)
def test_a_servers_address_stands_for_its_endpoint(url: str, posted_to: str) -> None:
    """People paste what their server prints."""
    assert full_address(url) == posted_to
