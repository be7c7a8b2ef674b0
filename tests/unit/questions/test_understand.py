"""What words ask for: commands, names, names of briefings, and questions."""

import pytest

from bot.briefing.library import Library, SubLibrary
from bot.briefing.tlp import CURATOR
from bot.questions.pages import (
    Catalogue,
    Choice,
    DefaultSet,
    Empty,
    Gone,
    Hedge,
    Help,
    Page,
    PageKind,
    Refusal,
    Reply,
    Shown,
    UnknownBriefing,
)
from bot.questions.understand import search, understand
from tests.frozen import FIRST, INVENTED, briefing_at

NK, DRILL = "north-korea-russia", "harbour-drill"
ONE = Library((briefing_at(FIRST),)).for_audience(CURATOR)
TWO = Library((briefing_at(FIRST), briefing_at(INVENTED))).for_audience(CURATOR)
NONE = Library(()).for_audience(CURATOR)


def page(kind: PageKind, item_id: str = "", briefing_id: str = NK) -> Page:
    return Page(kind, briefing_id, item_id)


CASUALTIES = Shown(page(PageKind.CLAIM, "casualties"))
TROOPS = Shown(page(PageKind.SECTION, "troops"))
ASKED: dict[str, tuple[str, Reply]] = {
    "nothing": ("  ", Shown(page(PageKind.OVERVIEW))),
    "help": ("help", Help()),
    "help, shouted": ("HELP!", Help()),
    "section": ("troops", TROOPS),
    "section's alias": ("boots on the ground", TROOPS),
    "claim's alias": ("killed", CASUALTIES),
    "claim by id": ("claim casualties", CASUALTIES),
    "claim by a name": ("claim losses", CASUALTIES),
    "no such claim": ("claim zzzz", Gone(page(PageKind.CLAIM, "zzzz", ""))),
    "typing error": (
        "casulties",
        Shown(page(PageKind.CLAIM, "casualties"), corrected_from="casulties"),
    ),
    "figures": ("figures", Shown(page(PageKind.FIGURES))),
    "figures of a briefing": ("figures nk", Shown(page(PageKind.FIGURES))),
    "briefing and list": ("dprk timeline", Shown(page(PageKind.TIMELINE))),
    "briefing and topic": ("nk troops", TROOPS),
    "briefing": ("nk", Shown(page(PageKind.OVERVIEW))),
    "use": ("use nk", DefaultSet(NK)),
    "use nothing": ("use", UnknownBriefing("")),
    "use the unknown": ("use atlantis", UnknownBriefing("atlantis")),
    "question": ("how many were killed?", CASUALTIES),
    "question to a briefing": ("nk how many were killed?", CASUALTIES),
    "off topic": (
        "who won the Champions League?",
        Refusal("who won the Champions League?", NK),
    ),
}


@pytest.mark.parametrize(("text", "reply"), ASKED.values(), ids=ASKED)
def test_words_come_to_what_a_person_means(text: str, reply: Reply) -> None:
    """With one briefing nobody has to name it."""
    assert understand(text, ONE) == reply


def test_nothing_typed_lists_the_briefings_where_there_are_several() -> None:
    """No briefing is preferred unless the channel means one."""
    assert understand("", TWO) == Catalogue()
    assert understand("", TWO, assumed_briefing=NK) == Shown(page(PageKind.OVERVIEW))


def test_a_list_of_several_briefings_is_asked_back() -> None:
    """Each briefing gets a button, the invented one last."""
    both = (page(PageKind.CHANGES), page(PageKind.CHANGES, "", DRILL))

    assert understand("changes", TWO) == Choice("changes", both)
    assert understand("changes", TWO, assumed_briefing=NK) == Shown(
        page(PageKind.CHANGES)
    )


def test_help_is_about_the_briefing_that_is_meant() -> None:
    """Its examples should work in the channel where they are read."""
    assert understand("help", TWO, assumed_briefing=NK) == Help(NK)


def test_a_name_in_two_briefings_is_asked_back_unless_one_is_meant() -> None:
    """Both briefings have a section "outlook"."""
    there = page(PageKind.SECTION, "outlook", DRILL)
    here = page(PageKind.SECTION, "outlook")

    assert understand("outlook", TWO) == Choice("outlook", (here, there))
    assert understand("outlook", TWO, assumed_briefing=DRILL) == Shown(there)
    assert understand("quillhaven outlook", TWO) == Shown(there)


@pytest.mark.parametrize(
    "text",
    [
        "led to safety",
        "evacuated gazette",
        "How many does the Gazette say were led to safety?",
        "How many people were led to safety?",
    ],
)
def test_a_dispute_leads_alike_by_name_and_by_question(text: str) -> None:
    """Whichever side is asked for, the first of the file leads, and both are shown."""
    lead = page(PageKind.CLAIM, "evacuated-office", DRILL)

    assert understand(text, TWO) == Shown(lead)


def test_a_question_is_put_to_all_when_the_briefing_meant_does_not_answer() -> None:
    """A channel's default narrows nothing away that another briefing knows."""
    assert (
        understand("how many were killed?", TWO, assumed_briefing=DRILL) == CASUALTIES
    )


@pytest.mark.parametrize("text", ["", "help", "troops", "how many?", "use nk"])
def test_whoever_may_see_nothing_is_told_so(text: str) -> None:
    """Not even the commands say what there would be."""
    assert understand(text, NONE) == Empty()
    assert search(text, NONE) == Empty()


HOSTILE = (
    *("\x00\x1b", "👩‍🚒" * 50, "من قُتل؟", "<@U123> <!channel>", "x" * 4_000, "|" * 200),
    *("use " * 1_000, "claim " * 700, "figures figures figures", "/brief", "….,;:!?"),
)


@pytest.mark.parametrize("library", [ONE, TWO], ids=["one", "two"])
@pytest.mark.parametrize("text", HOSTILE)
def test_any_words_come_to_something(text: str, library: SubLibrary) -> None:
    """Nothing a person can type raises, and no question is kept whole beyond 600."""
    reply = understand(text, library)

    kept = reply.question if isinstance(reply, Hedge | Refusal) else ""
    assert len(kept) <= 600
