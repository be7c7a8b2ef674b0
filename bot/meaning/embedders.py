"""What turns texts into vectors, as an interface, and what operators set of it."""

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import Protocol
from urllib.parse import urlsplit

from bot.briefing.tlp import Label
from bot.errors import BotError

Vector = array  # "array[float]" of 32-bit floats, of length 1.
"""A text's place among meanings."""
MOST_NUMBERS = 8_192
"""The longest vector of any model there is, with room."""


class Purpose(StrEnum):
    """What a text is: models place a question near the claims that answer it."""

    QUESTION = "question"
    CLAIM = "claim"


class NotEmbedded(BotError):
    """Texts got no vectors; the reason says nothing of the texts, nor of any key."""


class Embedder(Protocol):
    """Makes vectors of texts.

    `model` names what made a vector: those of two models do not compare. `most_label`
    is the strictest label of a claim that may be given to it. `asked_before_ack_s` is
    how long an acknowledgement may wait for a question's vector, 0 for not at all.
    `at_once` is how many claims it takes in one call: a question waits for no more.
    """

    @property
    def model(self) -> str: ...

    @property
    def most_label(self) -> Label: ...

    @property
    def asked_before_ack_s(self) -> float: ...

    @property
    def at_once(self) -> int: ...

    async def embed(
        self, texts: Sequence[str], purpose: Purpose, *, is_awaited: bool = False
    ) -> Sequence["Vector[float]"]:
        """Return one vector for each text, in order; raise `NotEmbedded`.

        It `is_awaited` by somebody who asked just now, and is of no use to them later.
        """
        ...

    async def close(self) -> None:
        """Let go of what it holds."""
        ...


def unit_vector(numbers: Iterable[float]) -> "Vector[float]":
    """Return the vector of length 1 that points the same way; raise `NotEmbedded`."""
    try:
        read = [float(number) for number in numbers]
    except (TypeError, ValueError, OverflowError) as exc:
        raise NotEmbedded("a vector holds something else than numbers") from exc
    length = math.sqrt(math.fsum(number * number for number in read))
    if not 1 < len(read) <= MOST_NUMBERS or not math.isfinite(length) or not length:
        raise NotEmbedded("a vector is empty, too long, or no vector at all")
    return array("f", (number / length for number in read))


def cosine(one: "Vector[float]", other: "Vector[float]") -> float:
    """Return how alike two vectors are, from -1 to 1; 0 where their sizes differ."""
    if len(one) != len(other):
        return 0.0
    return math.fsum(a * b for a, b in zip(one, other, strict=True))


@dataclass(frozen=True)
class EmbeddingsSettings:
    """What an operator has set about sentence vectors.

    `url` is an endpoint's; empty means the model that the extra installs, if it is
    there. `sends_questions` and `allows_plain_http` are said in so many words.
    """

    is_off: bool = False
    url: str = field(default="", repr=False)
    model: str = ""
    key: str = field(default="", repr=False)
    sends_questions: bool = False
    allows_plain_http: bool = False
    most_label: Label = Label.CLEAR

    @property
    def host(self) -> str:
        """The endpoint's host, with its port where it has one: all that is told."""
        parts = urlsplit(self.url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.hostname or ''}{port}"

    @property
    def is_loopback(self) -> bool:
        """Say whether the endpoint is on this machine, by its address alone."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    @property
    def goes_to(self) -> str:
        """The host that questions go to; empty while they stay on this machine."""
        is_used = self.url and not self.is_off and not self.why_idle
        return self.host if is_used and not self.is_loopback else ""

    @property
    def why_idle(self) -> str:
        """Say why the endpoint is not used, and what to set; empty where it is."""
        if not self.url or self.is_loopback:
            return ""
        if not self.sends_questions:
            return (
                f"{self.host} is not on this machine, and nothing says that questions "
                "may be sent there: set BRIEFING_BOT_EMBEDDINGS_QUESTIONS=send"
            )
        if not self.url.startswith("https:") and not self.allows_plain_http:
            return (
                f"{self.host} is asked over plain HTTP, where others can read along: "
                "use https, or set BRIEFING_BOT_EMBEDDINGS_PLAIN_HTTP=allow"
            )
        return ""
