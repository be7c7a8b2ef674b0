"""`Talk`: conversation, and what follows from it, composed in one place."""

from collections.abc import Mapping
from datetime import timedelta

from slack_bolt.async_app import AsyncApp

from bot.corrections.shown import ShownWordings
from bot.corrections.store import ShownWordingStore
from bot.curators.edit_links import EditLinks
from bot.curators.feedback import SUBJECT, Feedback, FeedbackComposer
from bot.housekeeping import Housekeeping
from bot.interfaces import Clock
from bot.outbox.model import DeliveryKind
from bot.questions.channel_default_store import ChannelDefaultStore
from bot.questions.channel_defaults import ChannelDefaults
from bot.questions.composer import AnswerComposer
from bot.questions.conversation import Conversation
from bot.questions.read_tracker import ReadTracker
from bot.questions.turns import ConversationTurnStore
from bot.questions.unanswered import UnansweredQuestions
from bot.questions.unanswered_store import UnansweredStore
from bot.readers.personal_data import PersonalData
from bot.readers.visits import VisitStore
from bot.slack.background import Background
from bot.slack.clients import Clients
from bot.slack.desk import Verb
from bot.slack.feedback_desk import FeedbackDesk
from bot.slack.listeners import feedback as feedback_listeners
from bot.slack.listeners import messages as message_listeners
from bot.slack.listeners import privacy as privacy_listeners
from bot.slack.messenger import single_workspace
from bot.slack.privacy_desk import PrivacyDesk
from bot.slack.responder import Responder
from bot.slack.views.feedback import CuratorNotes
from bot.slack.views.posted import PostedAnswers
from bot.wiring_outbox import Outbox


class Talk:
    """What people say to the bot, over the outbox and the workspace's clients."""

    def __init__(
        self,
        outbox: Outbox,
        clients: Clients,
        background: Background,
        *,
        clock: Clock,
        defaults: ChannelDefaults,
    ) -> None:
        self._outbox = outbox
        self._clients = clients
        self._background = background
        self._clock = clock
        database = outbox.stores.database
        self._turns = ConversationTurnStore(database)
        self._gap_store = UnansweredStore(database)
        self._glimpse_store = ShownWordingStore(database)

        deliveries = outbox.stores.deliveries
        audiences = outbox.workspace.audiences
        self.conversation = Conversation(outbox.intake)
        self.gaps = UnansweredQuestions(
            self._gap_store, deliveries, audiences=audiences, clock=clock
        )
        self.glimpses = ShownWordings(self._glimpse_store)
        self.memory = ReadTracker(self.glimpses, self.gaps, clock)
        self.curators = self._feedback_desk()
        self._compose(defaults)
        outbox.hooks += [self.gaps.tell_answered, self.glimpses.refresh]
        outbox.tasks.append(self._housekeeping().run)

    def _compose(self, defaults: ChannelDefaults) -> None:
        outbox = self._outbox
        answers = AnswerComposer(
            outbox.revisions,
            audiences=outbox.workspace.audiences,
            defaults=defaults,
            default_store=ChannelDefaultStore(outbox.stores.database),
            turns=self._turns,
            gaps=self.gaps,
            reads=self._glimpse_store,
            renderer=PostedAnswers(outbox.settings.command),
        )
        outbox.composers[DeliveryKind.ANSWER] = answers
        outbox.end.append(answers.drain)
        outbox.notices_of[SUBJECT] = FeedbackComposer(
            outbox.revisions,
            audiences=outbox.workspace.audiences,
            links=EditLinks(outbox.settings.edit_url, outbox.workspace.places),
            renderer=CuratorNotes(),
        )

    def _feedback_desk(self) -> FeedbackDesk:
        feedback = Feedback(
            self._outbox.stores.deliveries,
            self._outbox.revisions,
            self.gaps,
            audiences=self._outbox.workspace.audiences,
        )
        doorway = Responder(single_workspace(self._clients))
        return FeedbackDesk(feedback, doorway, self._clients.identity.team_url)

    @property
    def verbs(self) -> Mapping[str, Verb]:
        """The commands that are answered here."""
        return {"forget": self._privacy.typed_forget}

    def register(self, slack_app: AsyncApp) -> None:
        """Register the listeners, before those for everything of a kind."""
        bot_user_id = self._clients.identity.user_id
        message_listeners.register(
            slack_app, self.conversation, bot_user_id=bot_user_id
        )
        feedback_listeners.register(slack_app, self.curators, self._background)
        privacy_listeners.register(slack_app, self._privacy)

    @property
    def _privacy(self) -> PrivacyDesk:
        data = PersonalData(
            gaps=self._gap_store,
            turns=self._turns,
            glimpse_store=self._glimpse_store,
            glimpses=self.glimpses,
            visits=VisitStore(self._outbox.stores.database),
            subscriptions=self._outbox.stores.subscriptions,
        )
        return PrivacyDesk(
            data, Responder(single_workspace(self._clients)), self._background
        )

    def _housekeeping(self) -> Housekeeping:
        return Housekeeping(
            turns=self._turns,
            gap_store=self._gap_store,
            glimpse_store=self._glimpse_store,
            gaps=self.gaps,
            glimpses=self.glimpses,
            revisions=self._outbox.revisions,
            clock=self._clock,
            kept_for=timedelta(days=self._outbox.settings.questions_days),
            alarm=self._outbox.hourly,
        )
