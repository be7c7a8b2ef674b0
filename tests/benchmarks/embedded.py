"""Vectors for a benchmark: all is embedded beforehand, so that no time limit counts."""

import asyncio
from collections.abc import Iterable

from bot.briefing.models import Briefing
from bot.briefing.search.english import off_topic_questions
from bot.briefing.search.index import Index
from bot.briefing.search.meaning import Closeness, passage
from bot.meaning.claim_vectors import ClaimVectors
from bot.meaning.embedders import Embedder, Purpose, Vector
from bot.meaning.meanings import LONGEST

_AT_ONCE = 64


class Embedded:
    """A `Meaning` of texts that were embedded; others have no vector."""

    def __init__(
        self, claims: ClaimVectors, questions: "dict[str, Vector[float]]"
    ) -> None:
        self._claims = claims
        self._questions = questions

    def closeness(self, question: str, index: Index) -> Closeness | None:
        vector = self._questions.get(question[:LONGEST])
        return None if vector is None else self._claims.closeness(vector, index)


def embed_all(
    embedder: Embedder, briefings: Iterable[Briefing], questions: Iterable[str]
) -> Embedded:
    """Embed each claim and each question once."""
    passages = {
        passage(section, claim): None
        for briefing in briefings
        for section in briefing.sections
        for claim in section.claims
    }
    asked = {question[:LONGEST]: None for question in questions if question}

    async def embed(texts: list[str], purpose: Purpose) -> "dict[str, Vector[float]]":
        found: dict[str, Vector[float]] = {}
        for at in range(0, len(texts), _AT_ONCE):
            some = texts[at : at + _AT_ONCE]
            found |= zip(some, await embedder.embed(some, purpose), strict=True)
        return found

    async def all_of_it() -> Embedded:
        chance = await embed(list(off_topic_questions()), Purpose.QUESTION)
        claims = ClaimVectors(list(chance.values()))
        claims.add(await embed(list(passages), Purpose.CLAIM))
        return Embedded(claims, await embed(list(asked), Purpose.QUESTION))

    return asyncio.run(all_of_it())
