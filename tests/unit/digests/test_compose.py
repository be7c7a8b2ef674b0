"""Composing: which form a digest takes, what it covers, and when it is silent."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.briefing.changes import ChangeKind
from bot.briefing.library import Library, SubLibrary
from bot.briefing.models import Briefing
from bot.briefing.tlp import PUBLIC
from bot.digests.compose import (
    DigestDocument,
    DocumentKind,
    Introduction,
    Late,
    Occasion,
    Silence,
    compose,
    tally,
)
from bot.digests.models import Digest, NothingNew, Show
from bot.digests.occurrences import Occurrence
from bot.digests.schedules import Schedule
from tests.factories import briefing_of, claim, make_briefing, section

EIGHT = datetime(2026, 8, 3, 7, tzinfo=UTC)
"""Eight in the morning in London."""
WITHDRAWAL = {
    "date": "2026-08-02",
    "kind": "withdrawal",
    "was": "About 40 boats were lost.",
    "because": "Nobody stands by it.",
}


def make_digest(**fields: Any) -> Digest:
    schedule = Schedule(cron="0 8 * * *", timezone="Europe/London")
    defaults = {"id": "brief", "title": "Brief", "briefings": ["harbour"]}
    return Digest.model_validate(defaults | {"when": schedule} | fields)


def library_of(*briefings: Briefing) -> SubLibrary:
    return Library(briefings).for_audience(PUBLIC)


def occasion(**fields: Any) -> Occasion:
    return Occasion(Occurrence("2026-08-03T08:00", EIGHT), now=EIGHT, **fields)


def document(
    digest: Digest,
    now: SubLibrary,
    *,
    earlier: SubLibrary | None = None,
    on: Occasion | None = None,
) -> DigestDocument:
    """Compose a digest that is not silent."""
    composed = compose(digest, now, on or occasion(), earlier=earlier)
    assert isinstance(composed, DigestDocument)
    return composed


OLD = library_of(briefing_of(claim("a"), claim("b")))
NEW = library_of(briefing_of(claim("a"), claim("b"), claim("c")))


@pytest.mark.parametrize(
    ("show", "earlier", "kind"),
    [
        pytest.param(Show.FULL, OLD, DocumentKind.FULL, id="full"),
        pytest.param(Show.HEADLINES, OLD, DocumentKind.HEADLINES, id="headlines"),
        pytest.param(Show.CHANGES, OLD, DocumentKind.CHANGES, id="changes"),
        pytest.param(Show.CHANGES, NEW, DocumentKind.NOTHING_NEW, id="nothing-new"),
        pytest.param(Show.CHANGES, None, DocumentKind.FULL, id="first-of-changes"),
    ],
)
def test_the_form_follows_from_show_and_from_what_was_received(
    show: Show, earlier: SubLibrary | None, kind: DocumentKind
) -> None:
    """A recipient's first digest of changes is the full briefing: the base line."""
    assert document(make_digest(show=show), NEW, earlier=earlier).kind is kind


def test_a_full_digest_leads_with_the_first_claim_of_each_section() -> None:
    """The renderer takes as many as fit, in the order of the file."""
    briefing = make_briefing(
        bottom_line="The harbour is shut.",
        sections=[
            section("storm", claims=[claim("a"), claim("b")]),
            section("fleet", claims=[claim("c")]),
        ],
    )

    (part,) = document(make_digest(), library_of(briefing)).parts

    assert [(h.section.id, h.claim.id) for h in part.highlights] == [
        ("storm", "a"),
        ("fleet", "c"),
    ]
    assert part.briefing.bottom_line == "The harbour is shut."


def test_a_withdrawn_claim_is_told_once_and_shown_no_more() -> None:
    """It is a change for who had it, and absent from a full digest."""
    withdrawn = library_of(briefing_of(claim("a", revisions=[WITHDRAWAL]), claim("b")))

    (full,) = document(make_digest(), withdrawn).parts
    (changed,) = document(make_digest(), withdrawn, earlier=OLD).parts

    assert [c.id for c in full.briefing.claims] == ["b"]
    assert [c.kind for c in changed.changes] == [ChangeKind.WITHDRAWN]


def test_changes_are_counted_with_what_stayed() -> None:
    """The one line below says how many claims there is nothing to tell of."""
    (part,) = document(make_digest(), NEW, earlier=OLD).parts

    assert (part.tally, part.unchanged) == ("1 new", 2)


def test_a_tally_puts_corrections_first() -> None:
    """The notification begins with what matters most."""
    corrected = WITHDRAWAL | {"kind": "correction"}
    estimate = {"label": "boats", "value": 40}
    before = briefing_of(
        claim("a"), *(claim(i, kind="estimate", figures=[estimate]) for i in "bc")
    )
    moved = [estimate | {"value": 47}]
    after = briefing_of(
        claim("new"),
        *(claim(i, kind="estimate", figures=moved) for i in "bc"),
        claim("a", revisions=[corrected]),
    )

    (part,) = document(
        make_digest(), library_of(after), earlier=library_of(before)
    ).parts

    assert part.tally == "1 corrected, 2 estimates moved, 1 new"
    assert tally(()) == ""


def test_only_briefings_with_news_are_in_a_digest_of_changes() -> None:
    """A briefing that is new to the recipient comes whole, beside changes of others."""
    digest = make_digest(briefings=["harbour", "island", "airport"])
    harbour, island, airport = (
        make_briefing(id=id) for id in ("harbour", "island", "airport")
    )
    changed = briefing_of(claim(), claim("new"))

    found = document(
        digest,
        library_of(changed, island, airport),
        earlier=library_of(harbour, island),
    )

    told = [(p.briefing.id, p.tally, len(p.highlights)) for p in found.parts]
    assert told == [("harbour", "1 new", 0), ("airport", "", 1)]


def test_nothing_new_may_be_silent_with_its_reason() -> None:
    """The reason is recorded either way; `skip` posts nothing."""
    digest = make_digest(nothing_new=NothingNew.SKIP)

    assert compose(digest, OLD, occasion(), earlier=OLD) is Silence.NOTHING_NEW


def test_an_audience_that_may_see_nothing_gets_nothing() -> None:
    """A withheld briefing cannot be told from an absent one."""
    withheld = library_of(make_briefing(handling="TLP:AMBER"))

    composed = compose(make_digest(), withheld, occasion(), earlier=None)

    assert composed is Silence.NOTHING_VISIBLE


def test_a_digest_of_sections_hears_of_nothing_else() -> None:
    """Changes elsewhere in the briefing, its bottom line included, are not its own."""
    digest = make_digest(briefings=[], sections=["harbour/fleet"])
    sections = [section("storm", claims=[claim("a")]), section("fleet")]
    before = make_briefing(bottom_line="Two berths are shut.", sections=sections)
    elsewhere = [section("storm", claims=[claim("a"), claim("b")]), section("fleet")]
    after = make_briefing(bottom_line="The harbour is shut.", sections=elsewhere)

    found = document(digest, library_of(after), earlier=library_of(before))

    assert found.kind is DocumentKind.NOTHING_NEW
    assert [s.id for s in found.parts[0].briefing.sections] == ["fleet"]
    assert found.parts[0].briefing.bottom_line is None


def test_times_are_in_the_schedules_zone() -> None:
    """Readers see London's eight o'clock, and when it was really sent."""
    five_hours_on = EIGHT + timedelta(hours=5)
    late = Occasion(
        Occurrence("2026-08-03T08:00", EIGHT),
        now=five_hours_on,
        late_because="Slack was not reachable",
    )

    found = document(make_digest(), OLD, on=late)

    assert found.due.isoformat() == "2026-08-03T08:00:00+01:00"
    assert found.late == Late(EIGHT, five_hours_on, "Slack was not reachable")


def test_the_first_post_in_a_channel_introduces_itself() -> None:
    """Later ones do not: who set it up stands in the menu."""
    first = document(make_digest(), OLD, on=occasion(is_first=True, set_up_by="U0JANE"))

    assert first.introduction == Introduction("Brief", set_up_by="U0JANE")
    assert document(make_digest(), OLD).introduction is None


def test_where_not_all_of_it_exists_a_digest_goes_by_what_does() -> None:
    """Its own title could tell of a briefing that is withheld."""
    both = make_digest(title="Storm and sabotage", briefings=["harbour", "sabotage"])

    first = document(both, OLD, on=occasion(is_first=True))

    title = OLD.briefings[0].name
    assert first.introduction == Introduction(title)
