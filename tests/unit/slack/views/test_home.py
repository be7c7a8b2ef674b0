"""The App Home: within Slack's limits whatever the numbers, and in plain words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.block_kit.checker import check_view
from bot.briefing.changes import briefing_changes
from bot.briefing.library import Library
from bot.briefing.models import Briefing
from bot.briefing.tlp import PUBLIC
from bot.briefing.verdicts import Verdict
from bot.corrections.model import ClaimKey, Correction, Needs
from bot.corrections.report import CorrectionRecord
from bot.curators.dashboard import DashboardPage, FailedDelivery, LoadError, StaleClaim
from bot.errors import BriefingError
from bot.outbox.model import DeliveryKey, DeliveryRecord, Status
from bot.questions.unanswered import UnansweredTopic
from bot.readers.home import HomePage, News
from bot.revisions import StoredRevision
from bot.slack.views.home import home_view, unchecked_home
from bot.subscriptions.manage import SubscriptionList
from tests.factories import briefing_of, claim, make_briefing, section
from tests.fakes import MORNING
from tests.outbox import HERE
from tests.subscriptions import LONDON, make_subscription

BEFORE = briefing_of(claim("losses", text="About 40 boats were lost."))
AFTER = briefing_of(
    claim(
        "losses",
        text="About 47 boats were lost.",
        figures=[{"label": "boats lost", "value": "47", "approximate": "true"}],
        revisions=[
            {
                "date": "2026-11-22",
                "kind": "correction",
                "was": "About 40 boats were lost.",
                "because": "The port counted again.",
            }
        ],
    )
)
REVISION = StoredRevision("r" * 64, 3, MORNING, MORNING, commit="0123456789abcdef")
CORRECTED = CorrectionRecord(
    Correction(
        ClaimKey("harbour", "losses"),
        1,
        fingerprint="f" * 16,
        entries=1,
        revision="r" * 64,
        kind=Verdict.CORRECTED,
        because="The port counted again.",
        noticed_at=MORNING,
        ready_at=MORNING,
        needs=Needs.NOTHING,
    ),
    carried=4,
    edited=3,
    noted=1,
    told=2,
    under_way=0,
    unreached=(("The message is gone.", 1),),
    last_at=MORNING,
)
NO_SUBSCRIPTIONS = SubscriptionList(())
EMPTY = DashboardPage((), (), (), (), REVISION)


def page(
    *briefings: Briefing,
    news: tuple[News, ...] = (),
    is_first: bool = False,
    listing: SubscriptionList = NO_SUBSCRIPTIONS,
    curators: DashboardPage | None = None,
) -> HomePage:
    """Return the Home of somebody who was here yesterday."""
    return HomePage(
        library=Library(briefings).for_audience(PUBLIC),
        now=MORNING,
        zone=LONDON,
        since=None if is_first else MORNING - timedelta(days=1),
        news=news,
        listing=listing,
        curators=curators,
    )


def words(view: dict[str, Any]) -> str:
    """Return what stands in a view, its field and buttons left out."""
    texts = []
    for block in view["blocks"]:
        texts.append(block.get("text", {}).get("text", ""))
        texts += [each.get("text", "") for each in block.get("elements", ())[:1]]
    return "\n".join(text for text in texts if isinstance(text, str) and text)


def shown(home: HomePage) -> str:
    return words(home_view(home, "/brief"))


def board_of(home: HomePage) -> list[list[tuple[str, str]]]:
    """Return the choices in each menu: where a link leads, or what is sent."""
    return [
        [
            (option["text"]["text"], option.get("url") or option["value"])
            for option in block["accessory"]["options"]
        ]
        for block in home_view(home, "/brief")["blocks"]
        if block.get("accessory", {}).get("action_id") == "board"
    ]


def test_a_first_visit_is_a_welcome() -> None:
    """There is no then since which anything could be new."""
    said = shown(page(AFTER, is_first=True))

    assert said.startswith("This is your briefing desk.")
    assert "Nothing is sent to you unless you subscribe." in said


def test_what_is_new_is_said_as_a_digest_says_it() -> None:
    """Corrections come with what was, what is and why."""
    changes = briefing_changes(BEFORE, AFTER).news

    said = shown(page(AFTER, news=(News(AFTER, changes),)))

    assert said.startswith("*New since Sun 22 November 08:00 London time*")
    assert "✏️ *Corrected:*" in said
    assert "The port counted again." in said


def test_nothing_new_is_one_line() -> None:
    """Silence would leave its reader wondering."""
    assert shown(page(AFTER)).startswith(
        "*Nothing new* since Sun 22 November 08:00 London time."
    )


def test_a_new_briefing_is_named() -> None:
    """Its whole content would be no news but a wall."""
    news = News(AFTER, is_new=True)

    assert "• *New briefing:* What the storm did to the harbour" in shown(
        page(AFTER, news=(news,))
    )


def test_readers_see_nothing_of_the_curators_part() -> None:
    """What waits for a curator's hand is no reader's concern."""
    assert "curators" not in shown(page(AFTER))


def test_a_curator_hears_that_all_is_well() -> None:
    """Each count is said, so that none is missed."""
    said = shown(page(AFTER, curators=EMPTY))

    assert "*All files are served* · loaded " in said
    assert "commit 012345678" in said
    assert "*No failed deliveries*" in said
    assert "*No claims overdue for review*" in said
    assert "*No questions without an answer*" in said


def test_a_curator_gets_what_to_do_with_a_link_to_its_line() -> None:
    """Every error, stale claim, failure and gap says what, where and how often."""
    error = BriefingError("briefs/harbour.yaml", 3, 5, "The id is used twice.")
    failed = FailedDelivery(_record("channel_not_found: invite me"), "Weekday brief")
    home = page(
        AFTER,
        curators=DashboardPage(
            unanswered=(
                UnansweredTopic(
                    "harbour", "who pays?", 3, MORNING, waiting=1, id="question-1"
                ),
            ),
            stale=(StaleClaim(AFTER, AFTER.claims[0], 12, "https://git.example/a#L9"),),
            failed=(failed,),
            errors=(LoadError(str(error), "https://git.example/a#L3"),),
            revision=None,
        ),
    )

    said = shown(home)

    assert (
        "*1 error keeps newer files from being served*\n"
        "• briefs/harbour.yaml:3:5: The id is used twice." in said
    )
    assert board_of(home) == [
        [("Edit", "https://git.example/a#L3")],
        [("Done", f"settle|{failed.item}")],
        [("Edit", "https://git.example/a#L9")],
        [("Reply", "reply|question-1"), ("Done", "settle_topic|question-1")],
    ]
    assert "• “Weekday brief” to <#C0KOREA>, due " in said
    assert " time: channel_not_found: invite me" in said
    assert "read 12 times" in said
    assert "• “who pays?” asked 3 times, last " in said
    assert " time, 1 waiting for an answer" in said


def _record(reason: str) -> DeliveryRecord:
    key = DeliveryKey.for_digest(HERE, "brief", "2026-11-23T08:00", recipient="#korea")
    return DeliveryRecord(
        key,
        "C0KOREA",
        MORNING,
        Status.FAILED,
        f"failed: {reason}",
        None,
        MORNING,
        1,
        None,
    )


def test_it_stays_within_the_limits_whatever_the_numbers() -> None:
    """100 blocks and 250 KB: what does not fit is counted."""
    text = "An error that says a great deal about itself. " * 40
    briefings = [
        make_briefing(id=f"b{n}", title="T" * 150, sections=[section()])
        for n in range(300)
    ]
    error = LoadError(text, "https://x.example/")
    stale = StaleClaim(AFTER, AFTER.claims[0], 3, "https://git.example/" + "a" * 300)
    many = DashboardPage(
        unanswered=(UnansweredTopic("", "why? " * 200, 9, MORNING),) * 500,
        stale=(stale,) * 500,
        failed=(FailedDelivery(_record(text), "T" * 150),) * 500,
        errors=(error,) * 500,
        revision=REVISION,
        corrections=(CORRECTED,) * 500,
    )
    mine = tuple(
        replace(make_subscription(f"subscription-{n}"), title="S" * 150)
        for n in range(200)
    )
    changes = briefing_changes(BEFORE, AFTER).news * 400

    view = home_view(
        page(
            *briefings,
            news=(News(AFTER, changes),),
            listing=SubscriptionList(mine),
            curators=many,
        ),
        "/brief",
    )

    assert check_view(view) == ()
    assert len(view["blocks"]) < 90
    said = words(view)
    assert said.count("And 495 more.") == 5
    assert "And 390 more." in said
    assert "And 294 more: ask for them by name." in said
    assert "And 185 more." in said


def test_a_curator_sees_how_far_a_correction_has_come() -> None:
    """How many carried the error, were edited and told, and could not be reached."""
    said = shown(page(AFTER, curators=replace(EMPTY, corrections=(CORRECTED,))))

    assert "*1 correction this week*" in said
    assert "• `harbour/losses` corrected, " in said
    assert " time: 4 carried it, 3 edited, 3 told, 1 not reached · done" in said
    assert "*No corrections this week*" in shown(page(AFTER, curators=EMPTY))


def test_whoever_cannot_be_looked_up_sees_no_briefing() -> None:
    """It fails closed, and says to try again."""
    assert words(unchecked_home()) == (
        "I couldn't check just now what you may see. Open this again in a moment."
    )
