"""Answers that were given before leave as they are, without being made again."""

from datetime import date

from bot.briefing.library import Library
from bot.briefing.tlp import CURATOR
from bot.questions.answers import Answer
from bot.questions.pages import Page, PageKind, Shown
from bot.slack.reply_cache import ReplyCache
from tests.calls import calls_of
from tests.frozen import FIRST, briefing_at

TODAY = date(2026, 11, 23)


def test_an_answer_is_rendered_once() -> None:
    """The second time nothing of it is rendered, checked or measured."""
    library = Library((briefing_at(FIRST),)).for_audience(CURATOR)
    page = Page(PageKind.SECTION, "north-korea-russia", "troops")
    answer = Answer(Shown(page), library, TODAY)
    cache = ReplyCache("/brief")

    def acknowledge() -> None:
        assert cache.fits_acknowledgement(answer)
        assert cache.json(answer)
        assert cache.claims(answer)

    first, second = calls_of(acknowledge), calls_of(acknowledge)

    assert first > 1_000
    assert second < 100
