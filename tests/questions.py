"""Factories for questions and shown wordings: a test shows only what matters to it."""

from datetime import datetime, timedelta

from bot.corrections.model import ClaimKey
from bot.corrections.shown_wordings import ShownWording
from bot.questions.conversation import ConversationTurn
from bot.questions.unanswered import UnansweredQuestion
from tests.fakes import MORNING
from tests.outbox import HERE


def make_turn(
    question: str = "How many were killed?",
    *,
    user_id: str = "U0ANA",
    channel_id: str = "D0ANA",
    at: datetime = MORNING,
    thread_ts: str = "",
) -> ConversationTurn:
    """Return a question of Ana's in her conversation, asked now."""
    ts = f"{at.timestamp():.6f}"
    return ConversationTurn(HERE, channel_id, user_id, ts, question, at, thread_ts)


def make_unanswered(
    text: str = "How many tanks were lost?",
    *,
    id: str = "q1",
    briefing_id: str = "war",
    asker_id: str = "",
    age: timedelta = timedelta(),
) -> UnansweredQuestion:
    """Return a question that nobody signed, asked now of the briefing `war`."""
    return UnansweredQuestion(
        id, HERE, briefing_id, text, MORNING - age, asker_id=asker_id
    )


def make_shown_wording(
    claim_id: str = "casualties",
    *,
    fingerprint: str = "old",
    user_id: str = "U0ANA",
    entries: int = 0,
    at: datetime = MORNING,
) -> ShownWording:
    """Return what Ana was shown of a claim of the briefing `war`."""
    claim = ClaimKey("war", claim_id)
    return ShownWording(HERE, user_id, claim, fingerprint, entries, at)
