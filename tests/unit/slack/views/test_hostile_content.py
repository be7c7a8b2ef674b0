"""Whatever people write within the limits, Slack takes what we render of it.

`message` and `checked_view` raise for what Slack would refuse, so rendering proves the
one half. The other: no text mentions, names a channel or links but where we mean it to.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from bot.block_kit.part import Part
from bot.briefing.library import Library, SubLibrary
from bot.briefing.models import Briefing
from bot.briefing.tlp import CURATOR
from bot.corrections.model import ClaimKey
from bot.curators.dashboard import DashboardPage, LoadError, StaleClaim
from bot.curators.feedback import Note, Remark
from bot.curators.notices import quoted
from bot.digests.compose import Occasion, Silence, compose
from bot.digests.models import Show
from bot.digests.occurrences import Occurrence
from bot.questions.pages import Hedge, LateAnswer, Page, PageKind, Refusal, Shown
from bot.questions.small_talk import read_utterance
from bot.questions.unanswered import UnansweredTopic
from bot.questions.understand import search, understand
from bot.readers.home import HomePage, News
from bot.readers.personal_data import KeptOfPerson
from bot.scheduling.digest_status import DigestList as DigestListing
from bot.scheduling.digest_status import DigestSummary, Explanation, NoSuchDigest
from bot.slack.views.changes import with_corrections
from bot.slack.views.digest import render_digest
from bot.slack.views.digest_status import digests_answer, why_answer
from bot.slack.views.feedback import question_form, render_note, report_form
from bot.slack.views.home import home_view
from bot.slack.views.message import RenderContext
from bot.slack.views.modal import reply_modal
from bot.slack.views.mrkdwn import written
from bot.slack.views.notices import render_notice
from bot.slack.views.personal_data import kept_view
from bot.slack.views.render import copy_modal, modal, render, render_shared
from bot.slack.views.subscriptions import (
    introduction,
    subscribe_form,
    subscribed_view,
    subscriptions_answer,
)
from bot.subscriptions.manage import FormOptions, SubscriptionList, SubscriptionRequest
from tests.digest_bot import make_digest
from tests.factories import make_briefing
from tests.frozen import TODAY, context_of
from tests.hostile import LIVE, hostile, hostile_briefings, live_in
from tests.subscriptions import make_subscription

QUICK = settings(
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[
        *settings().suppress_health_check,
        HealthCheck.large_base_example,
    ],
)
"""Shrinking a whole briefing takes minutes and tells little."""
DUE = datetime(2026, 11, 23, 8, tzinfo=UTC)
CLAIM = Page(PageKind.CLAIM, "harbour", "c0")
EDIT = "https://git.example/briefs/harbour.yaml#L3"


@settings(QUICK, max_examples=8)
@given(hostile_briefings())
def test_no_page_of_any_briefing_mentions_or_links(briefing: Briefing) -> None:
    """Answers, what is told or shared, modals and copies; link fields do link."""
    context = context_of(briefing, audience=CURATOR)
    pages = [Page(kind, "harbour", "storm") for kind in PageKind if kind != "claim"]
    pages += [Page(PageKind.CLAIM, "harbour", c.id) for c in briefing.claims]
    corrected = [
        ClaimKey("harbour", c.id) for c in briefing.claims if _was_wrong(c.revisions)
    ]

    for page in pages:
        answer = render(Shown(page, corrected_from=LIVE), context)
        told = render(LateAnswer(LIVE, date(2026, 11, 1), page), context)
        shared = render_shared(page, context.library, "U0ADA", TODAY)
        since = with_corrections(answer, context, corrected)
        views = modal(context, page), copy_modal(context, page)

        assert live_in([*map(_sent, (answer, told, shared, since)), *views]) == []


@settings(QUICK, max_examples=10)
@given(hostile_briefings(most_claims=4), hostile_briefings(most_claims=4))
def test_no_digest_of_any_briefing_mentions_or_links(
    before: Briefing, now: Briefing
) -> None:
    """In its first form, which says who set it up, and of any change."""
    seen, earlier = (Library((b,)).for_audience(CURATOR) for b in (now, before))

    for show in Show:
        first = _digest(show, seen, earlier=None)
        next_one = _digest(show, seen, earlier=earlier)
        unchanged = _digest(show, seen, earlier=seen)

        assert live_in([*first, *next_one, *unchanged]) == []


@settings(QUICK, max_examples=10)
@given(hostile_briefings(most_claims=3), hostile(150))
def test_no_form_list_or_home_mentions_or_links(briefing: Briefing, words: str) -> None:
    """Titles and topics stand there, and what was asked in vain or is broken."""
    library = Library((briefing,)).for_audience(CURATOR)
    topics = ("harbour", "harbour/storm")
    named = replace(make_subscription(topics=topics), title=words[:150])
    listing = SubscriptionList((named,), (named,))
    listed = DigestSummary("daily", words, Show.FULL, DUE, "Europe/London")
    endings = (Explanation(listed, ()),)

    offer = FormOptions(library, "Asia/Tokyo", "C01")
    assert live_in(subscribe_form(offer, SubscriptionRequest(topics))) == []
    assert live_in(subscribed_view(named, "/brief")) == []
    assert live_in(home_view(_home(library, listing, words), "/brief")) == []
    for part in (
        subscriptions_answer(library, listing, note=words),
        digests_answer(DigestListing((listed,), (listed,)), "/brief"),
        why_answer(endings, "/brief"),
        why_answer(NoSuchDigest(words, words, (listed,)), "/brief"),
        why_answer(NoSuchDigest(words, "", (listed,)), "/brief"),
        render_notice("", introduction(named, "/brief")),
        render_notice("", f"Take note: {quoted(words)}"),
    ):
        assert live_in(_sent(part)) == []


@settings(QUICK, max_examples=40)
@given(hostile(4_000))
def test_whatever_is_typed_is_answered_and_echoed_in_peace(words: str) -> None:
    """As a command, a question, a message, in a form, and passed on to curators."""
    context = context_of(make_briefing())
    library = context.library
    typed = (
        words,
        written(words),
        read_utterance(written(words)).words,
        f"claim {words}",
    )
    parts = [
        *(_answer(understand(each, library), context) for each in typed),
        _answer(understand(f"use {words}", library), context),
        _answer(understand(f"harbour {words}", library), context),
        _answer(search(words, library), context),
        _answer(Hedge(words, (CLAIM,)), context),
        _answer(Refusal(words, "harbour"), context),
        render_note(_note(words)),
    ]

    assert live_in([*map(_sent, parts), *(reply_modal(part) for part in parts)]) == []
    assert live_in([report_form(words, ""), question_form(words)]) == []
    assert live_in(kept_view(KeptOfPerson((words,)))) == []


def _was_wrong(revisions: tuple[Any, ...]) -> bool:
    return any(revision.kind != "update" for revision in revisions)


def _sent(part: Part) -> dict[str, Any]:
    return {"text": part.text, "blocks": list(part.blocks)}


def _answer(reply: Any, context: RenderContext) -> Part:
    return render(reply, context)


def _digest(
    show: Show, seen: SubLibrary, *, earlier: SubLibrary | None
) -> list[dict[str, Any]]:
    digest = make_digest(title=LIVE, show=show)
    occasion = Occasion(
        Occurrence("2026-11-23T08:00", DUE),
        DUE + timedelta(hours=5),
        late_because=LIVE,
        is_first=earlier is None,
        set_up_by="U0ADA" if show is Show.FULL else LIVE,
    )
    document = compose(digest, seen, occasion, earlier=earlier)
    assert not isinstance(document, Silence)
    return [_sent(part) for part in render_digest(document, seen)]


def _home(library: SubLibrary, listing: SubscriptionList, words: str) -> HomePage:
    briefing = library.briefings[0]
    curators = DashboardPage(
        unanswered=(UnansweredTopic("harbour", words, 2, DUE),),
        stale=(StaleClaim(briefing, briefing.claims[0], 3, EDIT),),
        failed=(),
        errors=(LoadError(words, EDIT),),
        revision=None,
    )
    news = (News(briefing, is_new=True),)
    zone = "Europe/London"
    return HomePage(library, DUE, zone, DUE, news, listing, curators)


def _note(words: str) -> Note:
    remark = Remark(user_id="U0ADA", comment=words, page="claim|harbour|c0")
    return Note(remark, briefing=words[:150], item_id="c0", words=words, edit_url=EDIT)
