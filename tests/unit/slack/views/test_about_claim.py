"""What is asked of a claim that was just shown: texts in full, from its data alone."""

import pytest

from bot.briefing.library import Library
from bot.briefing.models import Briefing
from bot.briefing.tlp import CURATOR, PUBLIC, Audience
from bot.questions.pages import AboutClaim, Page, PageKind
from bot.questions.small_talk import Aspect
from bot.slack.views.render import render
from tests.factories import briefing_of, claim
from tests.frozen import FIRST, INVENTED, briefing_at, context_of

FIRST_BRIEFING, DRILL = briefing_at(FIRST), briefing_at(INVENTED)


def said(
    briefing: Briefing, claim_id: str, aspect: Aspect, audience: Audience = CURATOR
) -> list[str]:
    """Return the lines above the footer."""
    page = Page(PageKind.CLAIM, briefing.id, claim_id)
    context = context_of(briefing, audience=audience)
    return render(AboutClaim(page, aspect), context).text.split("\n")[:-1]


NOT_GRADED = "Nobody has graded how credible it is."
ARTICLE = "Known through news article."


TOGETHER = "Killed and injured are counted together."


@pytest.mark.parametrize(
    ("claim_id", "aspect", "lines"),
    [
        (
            "casualties",
            Aspect.SOURCE,
            [
                f"The source isn't named. {ARTICLE}",
                "Killed and injured are counted together.",
            ],
        ),
        (
            "choe-support",
            Aspect.SOURCE,
            [
                "It comes from:",
                "• Choe Son Hui, foreign minister of North Korea, a party to the war. "
                + ARTICLE,
                f"• Kim Jong Un, leader of North Korea, a party to the war. {ARTICLE}",
            ],
        ),
        (
            "hug",
            Aspect.CONFIRMED,
            [
                "It stands here as a fact. Nobody involved disputes it.",
                f"{NOT_GRADED} It rests on one origin: News article on what North "
                "Korea gains from the war.",
            ],
        ),
        (
            "30000-more",
            Aspect.CERTAINTY,
            [
                "The briefing gives no likelihood and no confidence with it.",
                "It stands here as a forecast. What somebody expects to happen.",
                f"{NOT_GRADED} Source: Ukrainian intelligence, not graded.",
            ],
        ),
        ("tourists", Aspect.WHEN, ["Date: about July 2025."]),
        (
            "capacity",
            Aspect.WHEN,
            [
                "The briefing gives no date for it. What it says is as of about July "
                "2025."
            ],
        ),
        (
            "technology-transfer",
            Aspect.WHY,
            [
                "The briefing says: “In exchange for soldiers and ammunition, Moscow "
                "may pass sensitive weapons technology to Pyongyang, it is feared.”"
            ],
        ),
        ("capacity", Aspect.WHY, ["The briefing gives no reason for it."]),
        (
            "fought-in-kursk",
            Aspect.WHERE,
            [
                "The briefing says: “About 9,500 North Korean soldiers reportedly took "
                "part in “human wave” assaults on Ukrainian forces in Russia's Kursk "
                "region.”"
            ],
        ),
        ("casualties", Aspect.WHERE, ["The briefing gives no place for it.", TOGETHER]),
        (
            "casualties",
            Aspect.NUMBER,
            [
                "The briefing says: “About 4,000 North Korean soldiers have been "
                "killed or injured.”",
                TOGETHER,
            ],
        ),
        (
            "deployment-confirmed",
            Aspect.NUMBER,
            [
                "The briefing gives no number for it.",
                "The article gives no year; 2025 is inferred.",
            ],
        ),
        (
            "drones",
            Aspect.COMPARED,
            [
                "The briefing says: “North Korea is working harder on drone warfare "
                "than before, Ukraine's military intelligence reports.”"
            ],
        ),
        (
            "casualties",
            Aspect.COMPARED,
            ["The briefing compares it with nothing.", TOGETHER],
        ),
    ],
)
def test_each_thing_is_said_from_the_claims_data(
    claim_id: str, aspect: Aspect, lines: list[str]
) -> None:
    """What the claim has not is said to be missing, and its caveat goes along."""
    assert said(FIRST_BRIEFING, claim_id, aspect) == lines


def test_a_dispute_is_said_with_the_other_side() -> None:
    """Nobody is told of a grade without who says otherwise."""
    lines = said(DRILL, "evacuated-office", Aspect.CONFIRMED)

    assert lines[1].startswith("The curators' grade: possibly true.")
    assert lines[2].startswith("Disputed: About 290 people led to safety")


JUDGED = briefing_of(
    claim("seen", text="Ships have left the port.", short="Ships have left"),
    claim("told", text="The port was warned.", handling="TLP:RED"),
    claim(
        "closing",
        text="The port will close.",
        kind="forecast",
        sources=[],
        basis=["seen", "told"],
        likelihood="likely",
        confidence="moderate",
    ),
    audiences={"red": ["U0RED"]},
)


def test_a_judgment_of_the_desk_names_what_it_rests_on() -> None:
    """Likelihood is about the event, confidence about its basis: two sentences."""
    assert said(JUDGED, "closing", Aspect.WHY)[:3] == [
        "This desk judges so itself.",
        "It rests on:",
        "• Ships have left — reported, Port authority",
    ]
    assert said(JUDGED, "closing", Aspect.CERTAINTY)[:2] == [
        "Likelihood: likely (55 to 80 percent).",
        "Confidence: moderate. Good sources agree in part; some is assumed.",
    ]


@pytest.mark.parametrize("aspect", list(Aspect))
def test_what_is_withheld_is_not_said_of_another_claim(aspect: Aspect) -> None:
    """A claim that rests on a withheld one does not show it."""
    words = " ".join(said(JUDGED, "closing", aspect, PUBLIC))

    assert "warned" not in words


def test_a_claim_that_is_gone_is_said_to_be_gone() -> None:
    """Withheld or removed, it reads the same."""
    visible = Library((JUDGED,)).for_audience(PUBLIC)

    assert visible.claim(JUDGED.id, "told") is None
    page = Page(PageKind.CLAIM, JUDGED.id, "told")
    part = render(AboutClaim(page, Aspect.WHEN), context_of(JUDGED, audience=PUBLIC))
    assert part.text.startswith("That claim isn't in the briefing now.")
