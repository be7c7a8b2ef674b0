"""Bolt's app, with the handlers of each subject behind its listeners.

A function for each subject says what it needs; `build_slack_app` puts them together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.capabilities import Capabilities
from bot.curators.curator_directory import CuratorDirectory
from bot.curators.dashboard import CuratorDashboard
from bot.curators.feedback import Feedback
from bot.curators.handling import Handling
from bot.installation import Installation
from bot.interfaces import Clock
from bot.outbox.notifier import announce_change
from bot.questions.answers import ReadTracker
from bot.questions.conversation import Conversation
from bot.questions.prompts import Prompts
from bot.questions.sharing import Sharing
from bot.readers.home import Home
from bot.readers.personal_data import PersonalData
from bot.readers.receipts import Receipts
from bot.scheduling.digest_status import DigestListing
from bot.slack.app import BriefApp
from bot.slack.clients import InstalledClients
from bot.slack.commands import CommandHandlers, Verb
from bot.slack.controls import PageHandlers
from bot.slack.corrections import CorrectionHandlers
from bot.slack.curating import CuratingHandlers
from bot.slack.digests import DigestHandlers
from bot.slack.feedback import FeedbackHandlers
from bot.slack.home import HomeHandlers
from bot.slack.installation_check import InstallationCheck
from bot.slack.oauth import InstallFlow
from bot.slack.personal_data import PrivacyHandlers
from bot.slack.prompts import PromptSetter
from bot.slack.questions import QuestionHandlers
from bot.slack.receipts import ReceiptHandlers
from bot.slack.registration import register
from bot.slack.reply_cache import ReplyCache
from bot.slack.responder import Responder
from bot.slack.subscriptions import SubscriptionHandlers
from bot.slack.views.subscriptions import introduction
from bot.slack.waits import USUAL_WAITS, Waits
from bot.slack.workspace_events import WorkspaceEventHandlers
from bot.subscriptions.manage import Subscriptions


@dataclass(frozen=True)
class Shared:
    """What several subjects use together."""

    responder: Responder
    subscriptions: Subscriptions
    reply_cache: ReplyCache
    read_tracker: ReadTracker
    curators: CuratorDirectory
    prompts: PromptSetter


def build_slack_app(
    capabilities: Capabilities,
    clients_of: InstalledClients,
    clock: Clock,
    check: InstallationCheck,
    oauth_flow: InstallFlow | None,
    waits: Waits = USUAL_WAITS,
) -> BriefApp:
    """Return Bolt's app, which listens to every subject."""
    shared = what_is_shared(capabilities, clients_of, clock)
    questions = question_handlers(capabilities, shared)
    home = home_handlers(capabilities, shared, questions, clock)
    subscriptions = subscription_handlers(capabilities, shared, home)
    privacy = privacy_handlers(capabilities, shared)
    receipts = receipt_handlers(capabilities, clock)
    feedback = feedback_handlers(capabilities, shared, clients_of)
    digests = digest_handlers(capabilities)
    verbs = {**digests.verbs, **subscriptions.verbs, **privacy.verbs, **receipts.verbs}

    slack_app = BriefApp(
        clients_of,
        capabilities.background,
        waits=waits,
        command=capabilities.settings.command,
        metrics=capabilities.metrics,
        oauth_flow=oauth_flow,
    )
    register(
        slack_app,
        command_handlers(capabilities, shared, verbs),
        page_handlers(capabilities, shared, feedback, receipts),
        subscriptions.register,
        home.register,
        questions.register,
        feedback.register,
        curating_handlers(capabilities, shared, home).register,
        correction_handlers(capabilities, shared).register,
        privacy.register,
        workspace_event_handlers(capabilities, shared, check).register,
    )
    return slack_app


def what_is_shared(
    capabilities: Capabilities, clients_of: InstalledClients, clock: Clock
) -> Shared:
    """Return what several subjects use together."""
    settings, workspace = capabilities.settings, capabilities.workspace
    return Shared(
        Responder(clients_of),
        Subscriptions(
            capabilities.stores.subscriptions,
            briefings=workspace.briefings,
            audiences=workspace.directory,
            people=workspace.directory,
            introduce=partial(introduction, command=settings.command),
            clock=clock,
        ),
        ReplyCache(settings.command),
        ReadTracker(
            capabilities.shown,
            capabilities.unanswered,
            clock,
            capabilities.background.start,
        ),
        CuratorDirectory(
            workspace.briefings,
            workspace.directory,
            capabilities.stores.destinations.pins,
            workspace.messenger,
            clock=clock,
        ),
        PromptSetter(
            Prompts(workspace.briefings, workspace.directory), clients_of, clock
        ),
    )


def command_handlers(
    capabilities: Capabilities, shared: Shared, verbs: Mapping[str, Verb]
) -> CommandHandlers:
    """Return who answers what is typed behind the command."""
    return CommandHandlers(
        answers=capabilities.answers,
        reply_cache=shared.reply_cache,
        read_tracker=shared.read_tracker,
        responder=shared.responder,
        background=capabilities.background,
        command=capabilities.settings.command,
        verbs=verbs,
    )


def question_handlers(capabilities: Capabilities, shared: Shared) -> QuestionHandlers:
    """Return who answers what is written to the bot."""
    return QuestionHandlers(
        conversation=Conversation(capabilities.worker),
        is_agent=shared.prompts.is_agent,
        answers=capabilities.answers,
        reply_cache=shared.reply_cache,
        read_tracker=shared.read_tracker,
        responder=shared.responder,
        background=capabilities.background,
    )


def page_handlers(
    capabilities: Capabilities,
    shared: Shared,
    feedback: FeedbackHandlers,
    receipts: ReceiptHandlers,
) -> PageHandlers:
    """Return who answers the controls under an answer."""
    workspace = capabilities.workspace
    return PageHandlers(
        answers=capabilities.answers,
        reply_cache=shared.reply_cache,
        read_tracker=shared.read_tracker,
        sharing=Sharing(
            capabilities.stores.deliveries,
            capabilities.revisions,
            audiences=workspace.directory,
            messenger=workspace.messenger,
        ),
        feedback=feedback,
        receipts=receipts,
        responder=shared.responder,
        background=capabilities.background,
        command=capabilities.settings.command,
    )


def home_handlers(
    capabilities: Capabilities,
    shared: Shared,
    questions: QuestionHandlers,
    clock: Clock,
) -> HomeHandlers:
    """Return who draws the App Home, the curators' dashboard with it."""
    workspace, stores = capabilities.workspace, capabilities.stores
    dashboard = CuratorDashboard(
        database=stores.database,
        briefings=workspace.briefings,
        unanswered=capabilities.unanswered,
        shown=stores.shown,
        history=stores.history,
        digests=capabilities.digests,
        revisions=stores.revisions,
        votes=stores.votes,
        handled=stores.handled,
        links=capabilities.links,
        clock=clock,
    )
    return HomeHandlers(
        home=Home(
            briefings=workspace.briefings,
            audiences=workspace.directory,
            revisions=capabilities.revisions,
            visits=stores.visits,
            subscriptions=shared.subscriptions,
            people=workspace.directory,
            curators=shared.curators,
            dashboard=dashboard,
            clock=clock,
        ),
        questions=questions,
        prompts=shared.prompts,
        responder=shared.responder,
        background=capabilities.background,
        command=capabilities.settings.command,
    )


def subscription_handlers(
    capabilities: Capabilities, shared: Shared, home: HomeHandlers
) -> SubscriptionHandlers:
    """Return who sets up digests for people."""
    return SubscriptionHandlers(
        subscriptions=shared.subscriptions,
        digests=capabilities.digests,
        responder=shared.responder,
        background=capabilities.background,
        command=capabilities.settings.command,
        refresh_home=home.draw,
    )


def digest_handlers(capabilities: Capabilities) -> DigestHandlers:
    """Return who says which digests there are, and why one did not come."""
    workspace, stores = capabilities.workspace, capabilities.stores
    listing = DigestListing(
        workspace.briefings,
        stores.subscriptions,
        stores.destinations,
        audiences=workspace.directory,
        history=stores.history,
        store=stores.deliveries,
        watermarks=stores.watermarks,
    )
    return DigestHandlers(listing, capabilities.settings.command)


def curating_handlers(
    capabilities: Capabilities, shared: Shared, home: HomeHandlers
) -> CuratingHandlers:
    """Return who takes what curators press under notices and on their board."""
    stores = capabilities.stores
    return CuratingHandlers(
        Handling(stores.deliveries, capabilities.unanswered, stores.handled),
        shared.responder,
        capabilities.background,
        home.draw,
    )


def correction_handlers(
    capabilities: Capabilities, shared: Shared
) -> CorrectionHandlers:
    """Return who takes a curator's go for a correction."""
    return CorrectionHandlers(
        corrections=capabilities.corrections,
        curators=shared.curators,
        responder=shared.responder,
        background=capabilities.background,
    )


def feedback_handlers(
    capabilities: Capabilities, shared: Shared, clients_of: InstalledClients
) -> FeedbackHandlers:
    """Return who takes reports and votes."""
    stores = capabilities.stores
    return FeedbackHandlers(
        feedback=Feedback(
            stores.deliveries,
            capabilities.revisions,
            capabilities.unanswered,
            audiences=capabilities.workspace.directory,
        ),
        responder=shared.responder,
        background=capabilities.background,
        votes=stores.votes,
        team_url=lambda of: clients_of(of).identity.team_url,
    )


def privacy_handlers(capabilities: Capabilities, shared: Shared) -> PrivacyHandlers:
    """Return who shows and deletes what is kept of a person."""
    stores = capabilities.stores
    return PrivacyHandlers(
        data=PersonalData(
            database=stores.database,
            unanswered=stores.unanswered,
            turns=stores.turns,
            shown_store=stores.shown,
            shown=capabilities.shown,
            visits=stores.visits,
            votes=stores.votes,
            subscriptions=stores.subscriptions,
            notices=capabilities.notices,
        ),
        responder=shared.responder,
        background=capabilities.background,
        command=capabilities.settings.command,
        questions_go_to=capabilities.settings.embeddings.goes_to,
    )


def receipt_handlers(capabilities: Capabilities, clock: Clock) -> ReceiptHandlers:
    """Return who says of a message why it came and what it rests on."""
    directory, settings = capabilities.workspace.directory, capabilities.settings
    receipts = Receipts(
        capabilities.stores.history,
        capabilities.revisions,
        directory,
        directory,
        clock,
        timedelta(days=settings.messages_days),
    )
    return ReceiptHandlers(receipts, settings.command)


def workspace_event_handlers(
    capabilities: Capabilities, shared: Shared, check: InstallationCheck
) -> WorkspaceEventHandlers:
    """Return who follows people, channels and the app's own installation."""
    background = capabilities.background

    def look_at(installation: Installation) -> None:
        background.start(check.look_at(installation), "installation check")

    return WorkspaceEventHandlers(
        capabilities.workspace.directory,
        shared.subscriptions,
        partial(announce_change, capabilities.stores.database),
        capabilities.channels.move,
        capabilities.rooms.changed,
        look_at,
    )
