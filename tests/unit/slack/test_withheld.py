"""What is withheld changes nothing: no word, no count, no order, no fingerprint.

Whatever can be asked is asked of two libraries: the one that curators wrote, and the
one in which nothing that is withheld from this audience was ever written. Were a single
character different, a withheld claim could be told from an absent one.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from bot.block_kit.part import Part
from bot.briefing.library import Library, SubLibrary
from bot.briefing.search.meaning import Meaning
from bot.briefing.tlp import Audience, Label, Reach
from bot.digests.compose import Occasion, Silence, compose
from bot.digests.models import Digest, Show
from bot.digests.occurrences import Occurrence
from bot.questions.answers import has_page
from bot.questions.pages import Gone, Page, PageKind, Shown
from bot.questions.understand import search, understand
from bot.slack.views.digest import render_digest
from bot.slack.views.message import RenderContext
from bot.slack.views.modal import reply_modal
from bot.slack.views.render import copy_modal, modal, render, render_shared
from bot.slack.views.subscriptions import subscribe_form, subscriptions_answer
from bot.subscriptions.manage import FormOptions, SubscriptionList, SubscriptionRequest
from tests.canaries import CANARY, HARBOUR, STORE, Line, Scene
from tests.digest_bot import make_digest
from tests.meaning import KnownMeaning
from tests.subscriptions import make_subscription

QUICK = settings(
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[
        *settings().suppress_health_check,
        HealthCheck.filter_too_much,
    ],
)
"""Shrinking a scene takes minutes and tells little."""
TODAY = date(2026, 11, 23)
DUE = datetime(2026, 11, 23, 8, tzinfo=UTC)
HARMLESS = (
    *("", "help", "harbour", "part-0", "claim-1", "rescued", "resqued", "store"),
    *("figures", "timeline", "sources", "changes", "use harbour", "use nothing"),
    *("how many boats were lost?", "how many vessels?", "who burned the warehouse?"),
    *("what happened in the bay?", "who won the cup?", "harbour part-1", "harbour x"),
    "About 900 boats were lost in the bay. Divers rescued 9 people from the boats, and "
    "the port reopened after 9 days.",
)
ASKED_OTHERWISE = (
    *("Which vessels drowned?", "combien de bateaux ont sombré dans la baie?"),
    *("did ships sink near the coast?", "who indicted the saboteurs?"),
)
"""Words alone refuse these, or nearly."""
PROBING = (
    *(CANARY, "zzcanry", f"{CANARY} alias 0", f"claim {CANARY}-1", f"{CANARY}-0"),
    *(
        f"use {CANARY}-store",
        f"harbour {CANARY}",
        f"how many {CANARY} boats were lost?",
    ),
    *("bay of z", "sabotage", f"what did {CANARY} press say?", f"{CANARY} wire"),
)
BRIEFINGS = (HARBOUR, STORE, f"{CANARY}-store")
SECTIONS = ("part-0", "part-1", f"{CANARY}-0", f"{CANARY}-1", f"{CANARY}-fire")
CLAIMS = (*(f"claim-{n}" for n in range(4)), f"{CANARY}-0", f"{CANARY}-1", "burned")
LISTS = [kind for kind in PageKind if kind not in (PageKind.CLAIM, PageKind.SECTION)]
PAGES = (
    *(Page(kind, id, start=at) for kind in LISTS for id in BRIEFINGS for at in (0, 7)),
    *(Page(PageKind.SECTION, HARBOUR, id) for id in SECTIONS),
    *(Page(PageKind.CLAIM, id, item) for id in BRIEFINGS for item in CLAIMS),
)
TOPICS = (*BRIEFINGS, *(f"{HARBOUR}/{id}" for id in SECTIONS))

audiences = st.builds(
    Audience,
    st.sampled_from([reach for reach in Reach if reach is not Reach.CURATOR]),
    st.sampled_from(
        [frozenset(), *(frozenset({id}) for id in ("U0NAMED", "C0CLIENT", "U0PEER"))]
    ),
)


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Two to six claims, stricter than their briefing or not, in two sections."""
    handling = draw(st.sampled_from(Label))
    labels = st.sampled_from([each for each in Label if each.rank >= handling.rank])
    lines = st.builds(
        Line,
        section=st.integers(0, 1),
        now=st.none() | labels,
        before=st.none() | labels,
        against=st.none() | st.integers(0, 3),
    )
    scene = Scene(
        draw(st.lists(lines, min_size=2, max_size=6)),
        handling,
        draw(st.sampled_from(Label)),
        draw(audiences),
    )
    assume(scene.has_secrets)
    return scene


@settings(QUICK, max_examples=10)
@given(scenes())
def test_no_surface_says_anything_else_for_what_it_withholds(scene: Scene) -> None:
    """Commands, questions, pages, modals, copies, posts, digests, forms and lists."""
    seen = scene.library().for_audience(scene.audience)
    innocent = scene.library(secrets=False).for_audience(scene.audience)

    harmless = list(_answers(seen, HARMLESS))
    assert harmless == list(_answers(innocent, HARMLESS))
    assert CANARY not in "".join(harmless)
    assert list(_answers(seen, PROBING)) == list(_answers(innocent, PROBING))
    assert list(_pages(seen)) == list(_pages(innocent))
    assert list(_forms(seen)) == list(_forms(innocent))


@settings(QUICK, max_examples=10)
@given(scenes())
def test_no_vector_says_anything_else_for_what_it_withholds(scene: Scene) -> None:
    """The bot knows the vectors of all claims, and compares those in sight alone."""
    whole, innocent = scene.library(), scene.library(secrets=False)

    said = _answers(
        whole.for_audience(scene.audience),
        (*HARMLESS, *PROBING, *ASKED_OTHERWISE),
        KnownMeaning(whole),
    )

    assert list(said) == list(
        _answers(
            innocent.for_audience(scene.audience),
            (*HARMLESS, *PROBING, *ASKED_OTHERWISE),
            KnownMeaning(innocent),
        )
    )


@settings(QUICK, max_examples=25)
@given(scenes())
def test_no_digest_says_anything_else_for_what_it_withholds(scene: Scene) -> None:
    """Nor of the revision before, whatever the labels were then."""
    said = list(_digests(scene, secrets=True))

    assert said == list(_digests(scene, secrets=False))
    assert CANARY not in "".join(said)


def _answers(
    library: SubLibrary, typed: Iterable[str], meaning: Meaning | None = None
) -> Iterator[str]:
    context = RenderContext(library, TODAY)
    for words in typed:
        for assumed in ("", HARBOUR):
            reply = understand(
                words,
                library,
                assumed_briefing=assumed,
                previous="lost boats?",
                meaning=meaning,
            )
            yield f"{words}: {_said(render(reply, context))}"
        asked = render(search(words, library, meaning=meaning), context)
        yield f"{words}: {_said(asked)} {json.dumps(reply_modal(asked))}"


def _pages(library: SubLibrary) -> Iterator[str]:
    context = RenderContext(library, TODAY)
    for page in PAGES:
        reply = Shown(page) if has_page(library, page) else Gone(page)
        said = [_said(render(reply, context))]
        if has_page(library, page):
            said += [json.dumps(view(context, page)) for view in (modal, copy_modal)]
            shared = render_shared(page, library, "U0ADA", TODAY)
            said.append(_said(shared))
        yield f"{page.encode()}: {' '.join(said)}"


def _forms(library: SubLibrary) -> Iterator[str]:
    offer = FormOptions(library, "Europe/London", "C01")
    if library.briefings:
        yield json.dumps(subscribe_form(offer, SubscriptionRequest(TOPICS)))
    mine = tuple(make_subscription(topics=(topic,)) for topic in TOPICS)
    yield _said(subscriptions_answer(library, SubscriptionList(mine, mine)))


def _digests(scene: Scene, *, secrets: bool) -> Iterator[str]:
    present = scene.library(secrets=secrets)
    before = scene.library(secrets=secrets, is_before=True)
    wholes = make_digest(briefings=list(BRIEFINGS))
    parts = make_digest(
        briefings=[], sections=[f"{HARBOUR}/{section}" for section in SECTIONS]
    )
    for digest in (wholes, parts):
        for show in Show:
            shown = digest.model_copy(update={"show": show})
            for earlier in (None, before):
                yield _digest(shown, present, earlier, scene.audience)


def _digest(
    digest: Digest, present: Library, before: Library | None, audience: Audience
) -> str:
    seen = present.for_audience(audience)
    earlier = before.as_told_with(seen, audience) if before else None
    occasion = Occasion(Occurrence("2026-11-23T08:00", DUE), DUE, is_first=not before)
    document = compose(digest, seen, occasion, earlier=earlier)
    if isinstance(document, Silence):
        return document.value
    return " ".join(_said(part) for part in render_digest(document, seen))


def _said(part: Part) -> str:
    """Return all that leaves with a message, and what is kept of it for corrections."""
    return json.dumps([part.text, part.blocks, [str(mark) for mark in part.claims]])
