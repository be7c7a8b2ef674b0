"""A draft held against the claims: what it touches, what differs, and what is left."""

import pytest

from bot.briefing.drafts.check import CheckedSentence, RemarkKind, check_draft
from bot.briefing.library import Library, SubLibrary
from bot.briefing.models import Briefing
from bot.briefing.tlp import CURATOR, PUBLIC
from tests.factories import briefing_of, claim
from tests.frozen import FIRST, INVENTED, briefing_at


def library_of(*briefings: Briefing) -> SubLibrary:
    return Library(briefings).for_audience(CURATOR)


FIRST_ALONE = library_of(briefing_at(FIRST))
BOTH = library_of(briefing_at(FIRST), briefing_at(INVENTED))


def checked(text: str, library: SubLibrary = FIRST_ALONE) -> CheckedSentence:
    [sentence] = check_draft(text, library).sentences
    return sentence


DIFFERENT = {
    "a number": (
        "About 9,000 North Koreans took part in human-wave charges in Kursk.",
        "about 9,000",
        ["about 9,500"],
    ),
    "a number by other words": (
        "Ukraine's spies expect another 25,000 North Koreans to join the war.",
        "25,000",
        ["30,000"],
    ),
    "one of two": (
        "Shoigu said that 2,000 sappers and 5,000 construction troops would be sent.",
        "2,000",
        ["1,000"],
    ),
    "a bound": (
        "The Wonsan beach resort can host as many as 30,000 holidaymakers.",
        "as many as 30,000",
        ["up to 20,000"],
    ),
    "more than it": (
        "More than 4,000 North Koreans were wounded or killed.",
        "more than 4,000",
        ["about 4,000"],
    ),
    "a size": (
        "Tens of thousands of North Korean soldiers have fought in Kursk.",
        "tens of thousands",
        ["about 9,500"],
    ),
    "a second clause": (
        "About 9,500 fought in Kursk and some 4,700 were killed or injured.",
        "some 4,700",
        ["about 4,000"],
    ),
    "a month": (
        "Pyongyang admitted in May that its soldiers had been deployed.",
        "May",
        ["about April 2025"],
    ),
    "all sides of a dispute": (
        "The crews led 310 people to safety in the drill.",
        "310",
        ["340", "about 290", "at least 300"],
    ),
}


@pytest.mark.parametrize(
    ("text", "yours", "theirs"), DIFFERENT.values(), ids=DIFFERENT.keys()
)
def test_what_differs_is_told_with_what_the_briefing_has(
    text: str, yours: str, theirs: list[str]
) -> None:
    """In the order of the file where several claims count the same."""
    [difference] = checked(text, BOTH).differences

    assert difference.yours == yours
    assert [told.said for told in difference.theirs] == theirs


SAME = {
    "in digits": ("About 9500 soldiers fought in Kursk.", "about 9500"),
    "rounded": ("Nearly 10,000 North Koreans fought in Kursk.", "nearly 10,000"),
    "the end of a bound": ("The Wonsan resort takes 20,000 guests.", "20,000"),
    "one side of a dispute": ("290 people were led to safety.", "290"),
    "a former wording's other number": (
        "The siren sounded 11 minutes after the alarm was raised.",
        "11",
    ),
}


@pytest.mark.parametrize(("text", "same"), SAME.values(), ids=SAME.keys())
def test_what_the_briefing_bears_out_does_not_differ(text: str, same: str) -> None:
    """It is counted as the same."""
    sentence = checked(text, BOTH)

    assert (sentence.differences, sentence.same) == ((), (same,))


def test_a_number_that_was_corrected_is_told_as_that() -> None:
    """Whoever copied it from an earlier message learns that it was wrong."""
    sentence = checked("The siren sounded 17 minutes after the alarm was raised.", BOTH)

    [difference] = sentence.differences
    assert str(difference.corrected_on) == "2026-10-19"
    assert [told.said for told in difference.theirs] == ["11"]


@pytest.mark.parametrize(
    "text",
    [
        "The council voted on Tuesday to raise parking fees by 15 percent.",
        "A strike by 2,000 railway workers brought trains to a halt.",
        "Ukraine received 200 air defence missiles from Germany in June.",
        "Russian oil exports fell by 8 percent after the new sanctions.",
        "North Korea fired a missile into the sea on Thursday, Seoul said.",
    ],
)
def test_what_the_briefing_has_nothing_on_touches_nothing(text: str) -> None:
    """Near the topic, too: a name is no fact."""
    assert not checked(text).is_touched


def test_another_count_is_not_compared() -> None:
    """Soldiers in Russia are not those who fought in Kursk; the number is named."""
    sentence = checked("About 12,000 North Korean soldiers are in Russia.")

    assert (sentence.differences, sentence.unknown) == ((), ("about 12,000",))


REMARKS = {
    "another speaker": (
        "Kim promised 5,000 builders and 1,000 sappers.",
        (RemarkKind.SPEAKER, "Kim Jong Un"),
    ),
    "a speaker for what has none": (
        "According to Kyiv, about 9,500 soldiers fought in Kursk.",
        (RemarkKind.SPEAKER, "Ukraine"),
    ),
    "a speaker nobody here knows": (
        "Zelensky said that 30,000 more North Korean soldiers could join the war.",
        (RemarkKind.SPEAKER, "Zelensky"),
    ),
    "another actor": (
        "Japan sent 9,500 soldiers to fight in Kursk.",
        (RemarkKind.NAMES, "Japan"),
    ),
    "a denial": (
        "North Korea has not sent troops to support Russia.",
        (RemarkKind.NOT_HERE, ""),
    ),
    "what is denied": (
        "The talks were held at a military site.",
        (RemarkKind.NOT_THERE, ""),
    ),
}


@pytest.mark.parametrize(("text", "remark"), REMARKS.values(), ids=REMARKS.keys())
def test_what_is_not_as_the_claim_has_it_is_remarked(
    text: str, remark: tuple[RemarkKind, str]
) -> None:
    """Who says it, of whom, and whether it is so."""
    assert [(r.kind, r.words) for r in checked(text).remarks] == [remark]


@pytest.mark.parametrize(
    "text",
    [
        "Shoigu said that 1,000 sappers would be sent to Russia.",
        "According to Ukrainian military intelligence, ballistic missiles have become "
        "more accurate.",
        "Kim pledged unconditional backing for Russia's war.",
        "The deployment is unlikely to end soon.",
        "Lavrov's talks with North Korea's leaders were held in Wonsan.",
    ],
)
def test_what_is_as_the_claim_has_it_gets_no_remark(text: str) -> None:
    """Nothing is said against what stands there just so."""
    sentence = checked(text)

    assert sentence.is_touched
    assert (sentence.differences, sentence.remarks) == ((), ())


def test_what_was_taken_back_is_found_and_told() -> None:
    """No question finds it any more, but a draft may still hold it."""
    withdrawn = claim(
        text="Forty boats sank in the storm off Quillhaven.",
        revisions=[
            {
                "date": "2026-08-03",
                "kind": "withdrawal",
                "was": "Forty boats sank in the storm off Quillhaven.",
                "because": "Nobody can confirm it.",
            }
        ],
    )
    other = claim("port", text="The port was closed for two days after the fire.")
    sentence = checked(
        "Forty boats sank in the storm.", library_of(briefing_of(withdrawn, other))
    )

    assert [r.kind for r in sentence.remarks] == [RemarkKind.WITHDRAWN]


def test_a_claim_that_is_withheld_is_not_compared() -> None:
    """For others than its readers it was never written."""
    library = Library((briefing_at(INVENTED),))
    text = "The pump of the fireboat Tern failed five times during the drill."

    assert checked(text, library.for_audience(CURATOR)).claim_ids == ("pump",)
    assert "pump" not in checked(text, library.for_audience(PUBLIC)).claim_ids


def test_the_briefing_assumed_is_asked_first_and_others_where_it_has_nothing() -> None:
    """As questions are."""
    text = "About 9,000 North Koreans fought in Kursk."
    [sentence] = check_draft(text, BOTH, briefing_id="harbour-drill").sentences

    assert sentence.briefing_id == "north-korea-russia"


def test_only_so_much_of_a_long_text_is_read() -> None:
    """It is said that the rest was not."""
    text = " ".join(f"The ship number {n} has left the harbour." for n in range(200))

    check = check_draft(text, FIRST_ALONE)

    assert check.is_cut
    assert [each.number for each in check.sentences][-1] == len(check.sentences) == 30
