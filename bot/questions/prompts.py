"""Which kept questions are suggested to whom: such as get a plain answer. Pure but for
`Prompts`, which looks the person up.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, zip_longest

from bot.audiences import Asker, Audiences, visible_library
from bot.briefing.kept_questions import NONE, KeptQuestion, KeptQuestions
from bot.briefing.library import SubLibrary
from bot.interfaces import LibrarySource
from bot.questions.pages import PageKind, Shown
from bot.questions.understand import read_message, reply_to

MOST = 4
"""Slack shows four."""
LOOK_UPS = 5
"""How often who asks is looked up before nothing is suggested."""
LONGEST = 75
"""Characters that a button holds, as far as Slack says of buttons."""


@dataclass(frozen=True)
class Prompts:
    """Finds what to suggest to a person; nothing where nobody knows who that is."""

    briefings: LibrarySource
    audiences: Audiences

    async def of(self, asker: Asker) -> tuple[str, ...]:
        served, library = self.briefings.served, None
        for _ in range(LOOK_UPS):
            # A look-up that took too long goes on: nobody waits for this, so we do.
            library = await visible_library(served.library, self.audiences, asker)
            if library is not None:
                break
        else:
            return ()
        found: list[str] = []
        for question in suggested(library, served.questions):
            found.append(question)
            if len(found) == MOST:
                break
            # Each is a search: others are answered between two of them.
            await asyncio.sleep(0)
        return tuple(found)


def suggested(library: SubLibrary, kept: KeptQuestions) -> Iterator[str]:
    """Yield questions that this library answers plainly, on other topics each first.

    A question is asked as a direct message would be, and suggested where one of the
    claims that are expected of it comes back. All of these must be in sight, since the
    words of a question can tell of any claim that it is about.
    """
    known = {
        briefing.id: {
            claim.id: section.id
            for section in briefing.sections
            for claim in section.claims
        }
        for briefing in library.briefings
    }
    by_briefing = [
        [(id, q) for q in kept.get(id, ()) if _is_fit(q) and {*q.answer} <= {*sections}]
        for id, sections in known.items()
    ]
    in_turn = chain.from_iterable(zip_longest(*by_briefing))
    candidates = [each for each in in_turn if each is not None]
    used_claims, used_sections = set[tuple[str, str]](), set[tuple[str, str]]()
    later: list[tuple[str, KeptQuestion]] = []
    for is_last, queue in ((False, candidates), (True, later)):
        for briefing_id, question in queue:
            claim_id = question.answer[0]
            claim = briefing_id, claim_id
            section = briefing_id, known[briefing_id][claim_id]
            if claim in used_claims:
                continue
            if section in used_sections and not is_last:
                later.append((briefing_id, question))
                continue
            if _answers(library, briefing_id, question):
                used_claims.add(claim)
                used_sections.add(section)
                yield question.q


def _is_fit(question: KeptQuestion) -> bool:
    """Say whether it looks well on a button: typing errors are kept, too."""
    is_sentence = question.q[:1].isupper() and question.q.endswith("?")
    is_answered = question.answer not in (NONE, ()) and not question.fails
    return is_answered and is_sentence and len(question.q) <= LONGEST


def _answers(library: SubLibrary, briefing_id: str, question: KeptQuestion) -> bool:
    reply = reply_to(read_message(question.q, library), library)
    return (
        isinstance(reply, Shown)
        and reply.page.kind is PageKind.CLAIM
        and reply.page.briefing_id == briefing_id
        and reply.page.item_id in question.answer
    )
