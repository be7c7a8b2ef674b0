"""`PersonalData`: what is kept about one person, to be seen and deleted by them."""

import asyncio
from dataclasses import dataclass

from bot.audiences import Asker
from bot.corrections.shown import ShownWordings
from bot.corrections.store import ShownWordingStore
from bot.questions.turns import ConversationTurnStore
from bot.questions.unanswered_store import UnansweredStore
from bot.readers.visits import VisitStore
from bot.subscriptions.store import SubscriptionStore


@dataclass(frozen=True, slots=True)
class KeptOfPerson:
    """What is kept: questions they wait for, how many subscriptions, and the rest.

    `glimpses` counts claims they were shown. What they asked in the last minutes goes
    by itself and is not listed.
    """

    questions: tuple[str, ...] = ()
    subscriptions: int = 0
    glimpses: int = 0
    has_visited: bool = False

    @property
    def is_nothing(self) -> bool:
        """Say whether nothing at all is kept."""
        counted = (self.questions, self.subscriptions, self.glimpses, self.has_visited)
        return not any(counted)


@dataclass(frozen=True)
class PersonalData:
    """Everything with a person's id in it, whichever store holds it.

    The outbox is no part of it: it knows which message went to which conversation, and
    drops a question with its answer's end.
    """

    gaps: UnansweredStore
    turns: ConversationTurnStore
    glimpse_store: ShownWordingStore
    glimpses: ShownWordings
    visits: VisitStore
    subscriptions: SubscriptionStore

    async def of(self, asker: Asker) -> KeptOfPerson:
        """Return what is kept about whoever asks."""
        person = asker.installation, asker.user_id
        questions, subscriptions, glimpses, has_visited = await asyncio.gather(
            self.gaps.of_person(*person),
            self.subscriptions.of_person(*person),
            self.glimpse_store.count_of_person(*person),
            self.visits.knows(*person),
        )
        return KeptOfPerson(
            tuple(question.text for question in questions),
            len(subscriptions),
            glimpses,
            has_visited=has_visited,
        )

    async def forget(self, asker: Asker) -> None:
        """Delete all of it; safe to repeat."""
        installation, user_id = person = asker.installation, asker.user_id
        for subscription in await self.subscriptions.of_person(*person):
            await self.subscriptions.delete(installation, subscription.id)
        await self.gaps.forget(*person)
        await self.turns.forget(*person)
        await self.glimpse_store.forget(*person)
        await self.visits.forget(*person)
        self.glimpses.forget(installation, user_id)
