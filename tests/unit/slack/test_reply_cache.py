"""Finished answers are kept for whoever asks the same, and not without end."""

from datetime import date

from bot.briefing.library import Library
from bot.briefing.tlp import PUBLIC
from bot.questions.answers import Answer
from bot.questions.pages import Refusal
from bot.slack.reply_cache import MOST_KEPT, ReplyCache
from tests.factories import make_briefing

LIBRARY = Library((make_briefing(),)).for_audience(PUBLIC)


def refused(question: str, *, day: int = 23) -> Answer:
    return Answer(Refusal(question), LIBRARY, date(2026, 11, day))


def test_the_same_answer_is_rendered_once_a_day() -> None:
    """The bytes that left for one asker leave for the next."""
    cache = ReplyCache("/brief")

    first = cache.json(refused("Who won?"))

    assert cache.json(refused("Who won?")) is first
    assert cache.json(refused("Who won?", day=24)) is not first


def test_what_is_kept_has_a_bound() -> None:
    """Every question of its own words is an answer of its own."""
    cache = ReplyCache("/brief")
    first = cache.json(refused("Who won?"))

    for number in range(MOST_KEPT):
        cache.json(refused(f"Who won match {number}?"))

    assert cache.json(refused("Who won?")) is not first
