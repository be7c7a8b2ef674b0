"""`PersonalData`: what is kept about one person, to be seen and deleted by them."""

from asyncio import gather
from dataclasses import dataclass

from bot.audiences import Asker
from bot.corrections.pruning import count_of_reader, forget_reader
from bot.corrections.shown_wordings import ShownWordings, ShownWordingStore
from bot.curators.notices import CuratorNotices
from bot.curators.votes import VoteStore
from bot.db.database import Database
from bot.questions.conversation import ConversationTurnStore
from bot.questions.unanswered import UnansweredStore
from bot.readers.home_visits import VisitStore
from bot.subscriptions.store import SubscriptionStore


@dataclass(frozen=True, slots=True)
class KeptOfPerson:
    """What is kept: questions they wait for, how many subscriptions, and the rest.

    `of_channels` are those subscriptions that are not for them alone, and go on without
    their name. `shown_wordings` counts claims they were shown, `messages` what they
    were sent and what it said. What they asked in the last minutes goes by itself and
    is not listed.
    """

    questions: tuple[str, ...] = ()
    subscriptions: int = 0
    shown_wordings: int = 0
    has_visited: bool = False
    votes: int = 0
    of_channels: int = 0
    messages: int = 0

    @property
    def is_nothing(self) -> bool:
        """Say whether nothing at all is kept."""
        counts = self.subscriptions, self.shown_wordings, self.votes, self.messages
        return not any((self.questions, *counts, self.has_visited))


@dataclass(frozen=True)
class PersonalData:
    """Everything with a person's id in it, whichever store holds it.

    What stays is the outbox's bare record of which conversation got a message when, so
    that nothing is sent twice; it goes with its time.
    """

    database: Database

    unanswered: UnansweredStore
    turns: ConversationTurnStore
    shown_store: ShownWordingStore
    shown: ShownWordings
    visits: VisitStore
    votes: VoteStore
    subscriptions: SubscriptionStore
    notices: CuratorNotices

    async def of(self, asker: Asker) -> KeptOfPerson:
        """Return what is kept about whoever asks."""
        person = asker.installation, asker.user_id
        read = self.database.read
        questions, subscriptions, shown, votes, has_visited, sent = await gather(
            self.unanswered.of_person(*person),
            self.subscriptions.of_person(*person),
            self.shown_store.count_of_person(*person),
            self.votes.count_of_person(*person),
            self.visits.knows(*person),
            read(lambda c: count_of_reader(c, *person)),
        )
        return KeptOfPerson(
            tuple(question.text for question in questions),
            len(subscriptions),
            shown,
            has_visited=has_visited,
            votes=votes,
            of_channels=sum(not each.is_dm for each in subscriptions),
            messages=sent,
        )

    async def forget(self, asker: Asker) -> None:
        """Delete all of it; safe to repeat. What they set up for channels goes on."""
        person = asker.installation, asker.user_id
        for left in await self.subscriptions.forget_owner(*person):
            await self.notices.goes_on_without_owner(asker.installation, left.digest)
        await self.unanswered.forget(*person)
        await self.turns.forget(*person)
        # From memory first: what was noted a moment ago is not stored after this.
        self.shown.forget(*person)
        await self.shown_store.forget(*person)
        await self.votes.forget(*person)
        await self.visits.forget(*person)
        now = self.database.now()
        await self.database.write(lambda c: forget_reader(c, *person, now=now))
