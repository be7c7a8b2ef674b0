"""Forms, lists and the Home as they were looked at and found right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.block_kit.part import Part
from bot.briefing.library import Library
from bot.briefing.tlp import PUBLIC
from bot.curators.dashboard import DashboardPage, FailedDelivery, LoadError, StaleClaim
from bot.digests.models import Show
from bot.outbox.model import DeliveryKey, DeliveryKind, DeliveryRecord, Status
from bot.questions.unanswered import UnansweredTopic
from bot.readers.home import HomePage, News
from bot.readers.personal_data import KeptOfPerson
from bot.slack.views.feedback import question_form, received_view
from bot.slack.views.home import home_view
from bot.slack.views.personal_data import forgotten_view, kept_view
from bot.slack.views.subscriptions import (
    subscribe_form,
    subscribed_view,
    subscriptions_answer,
)
from bot.subscriptions.manage import (
    FormOptions,
    RejectReason,
    SubscriptionList,
    SubscriptionRequest,
)
from tests.factories import claim, make_briefing, section
from tests.fakes import MORNING
from tests.golden_files import assert_golden
from tests.outbox import HERE
from tests.subscriptions import CHANNEL, LONDON, NEW_YORK, make_subscription

HARBOUR = make_briefing(
    short="Harbour",
    bottom_line="A storm sank boats.",
    sections=[
        section("storm", short="Storm", claims=[claim("boats")]),
        section("costs", short="Costs", claims=[claim("repairs")]),
    ],
)
LIBRARY = Library((HARBOUR,)).for_audience(PUBLIC)
MINE = make_subscription(topics=("harbour/storm",))
PAUSED = replace(make_subscription("subscription-2"), next_at=None, show=Show.FULL)
OTHERS = make_subscription("subscription-3", owner_id="U0BEN", destination=CHANNEL)
HIDDEN = make_subscription("subscription-4", topics=("secret",))
LISTING = SubscriptionList((MINE, PAUSED, HIDDEN), (OTHERS,))
EDIT = "https://git.example/harbour.yaml#L3"


def failed(kind: DeliveryKind, recipient: str, destination: str) -> DeliveryRecord:
    key = DeliveryKey(HERE, kind, "brief", "2026-11-23T08:00", recipient)
    return DeliveryRecord(
        key,
        destination,
        MORNING,
        Status.FAILED,
        "failed: it is <archived>",
        None,
        MORNING,
        1,
        None,
    )


DASHBOARD = DashboardPage(
    unanswered=(
        UnansweredTopic("harbour", "who pays?", 1, MORNING),
        UnansweredTopic("", "who <else>?", 1_200, MORNING, waiting=2),
    ),
    stale=tuple(
        StaleClaim(HARBOUR, HARBOUR.claims[0], reads, EDIT) for reads in (12, 1, 0)
    ),
    failed=(
        FailedDelivery(failed(DeliveryKind.DIGEST, "#korea", "C0KOREA"), "Daily"),
        FailedDelivery(failed(DeliveryKind.ANSWER, "U0ANA", "D0ANA")),
        FailedDelivery(failed(DeliveryKind.SHARE, "T1/W0BEN", "D0BEN")),
        FailedDelivery(failed(DeliveryKind.NOTICE, "ana", "D0ANA")),
    ),
    errors=(LoadError("harbour.yaml:3:5: wrong", EDIT), LoadError("b.yaml:1:1: <x>")),
    revision=None,
)
HOME = HomePage(
    LIBRARY,
    MORNING,
    LONDON,
    MORNING - timedelta(days=1),
    news=(News(HARBOUR, is_new=True),),
    listing=LISTING,
    curators=DASHBOARD,
)
HERE_TOO = FormOptions(LIBRARY, NEW_YORK, CHANNEL, RejectReason.UNINVITED)
REQUESTED = SubscriptionRequest(("harbour/costs",), Show.FULL, channel_id=CHANNEL)

VIEWS: dict[str, Callable[[], dict[str, Any]]] = {
    "subscribe": lambda: subscribe_form(
        FormOptions(LIBRARY, LONDON), SubscriptionRequest()
    ),
    "subscribe-here": lambda: subscribe_form(HERE_TOO, REQUESTED),
    "subscribe-from-home": lambda: subscribe_form(
        FormOptions(LIBRARY, LONDON), SubscriptionRequest(), is_home=True
    ),
    "subscribed": lambda: subscribed_view(MINE, "/brief"),
    "subscribed-here": lambda: subscribed_view(OTHERS, "/brief"),
    "question": lambda: question_form("who pays?"),
    "passed-on": lambda: received_view(is_question=True, reached=True, notified=True),
    "nobody-to-tell": lambda: received_view(
        is_question=True, reached=False, notified=False
    ),
    "nobody-to-report-to": lambda: received_view(
        is_question=False, reached=False, notified=False
    ),
    "kept": lambda: kept_view(
        KeptOfPerson(
            tuple(f"question {n}?" for n in range(12)), 2, 1_200, True, messages=31
        )
    ),
    "nothing-kept": lambda: kept_view(KeptOfPerson()),
    "forgotten": forgotten_view,
    "home": lambda: home_view(HOME, "/brief"),
    "home-first": lambda: home_view(
        replace(HOME, since=None, curators=None, listing=SubscriptionList(())), "/brief"
    ),
}
PARTS: dict[str, Callable[[], Part]] = {
    "subscriptions": lambda: subscriptions_answer(LIBRARY, LISTING, note="Paused."),
    "no-subscriptions": lambda: subscriptions_answer(LIBRARY, SubscriptionList(())),
}


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_looks_as_it_was_approved(name: str) -> None:
    """Labels, values and ids: forms that are open outlive an upgrade."""
    assert_golden(f"views/{name}", VIEWS[name]())


@pytest.mark.parametrize("name", PARTS)
def test_a_list_looks_as_it_was_approved(name: str) -> None:
    """What is hidden by now is listed without its name."""
    part = PARTS[name]()

    assert_golden(f"views/{name}", {"text": part.text, "blocks": list(part.blocks)})
