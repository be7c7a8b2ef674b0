"""A property: what a workspace has not got is as if it had never been written."""

from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.library import Library, read_snapshot, write_snapshot
from bot.briefing.tlp import Audience, Label, Reach
from bot.briefing.workspaces import WorkspaceEntry, WorkspaceList
from bot.installation import Installation
from tests.factories import briefing_of, claim

HERE, ELSEWHERE = Installation("T0HERE", "E0ORG"), Installation("T0ELSE")
IDS = ("elm", "fir", "oak")
OPEN = tuple(label for label in Label if label is not Label.RED)


@st.composite
def libraries(draw: st.DrawFn) -> tuple[Library, Library]:
    """Return a library with some briefings given here, and one with those alone."""
    briefings = tuple(
        briefing_of(
            claim("losses", text=f"About {number}0 boats were lost by {id}."),
            id=id,
            handling=draw(st.sampled_from(OPEN)).value,
        )
        for number, id in enumerate(IDS, 1)
    )
    mine = draw(st.sets(st.sampled_from(IDS)))
    theirs = draw(st.sets(st.sampled_from(IDS)))
    place = draw(st.sampled_from(["T0HERE", "E0ORG"]))
    listed = WorkspaceList(
        workspaces=(
            WorkspaceEntry(id=place, briefings=tuple(sorted(mine))),
            WorkspaceEntry(id="T0ELSE", briefings=tuple(sorted(theirs))),
        )
    )
    alone = tuple(briefing for briefing in briefings if briefing.id in mine)
    return Library(briefings, workspaces=listed), Library(alone)


@given(libraries(), st.sampled_from(list(Reach)))
def test_it_is_as_if_it_had_never_been_written(
    both: tuple[Library, Library], reach: Reach
) -> None:
    """For every audience: the briefings, their names, labels, and what is found."""
    whole, alone = both
    here = Audience(reach, installation=HERE)

    seen, expected = whole.for_audience(here), alone.for_audience(here)

    assert seen.briefings == expected.briefings
    assert seen.content_hash == expected.content_hash
    assert seen.fingerprints == expected.fingerprints
    assert seen.labels_shown == expected.labels_shown
    for id in IDS:
        question = f"How many boats were lost by {id}?"
        found, wanted = (s.searcher.ask(question) for s in (seen, expected))
        assert found == wanted


@given(libraries())
def test_a_stored_revision_says_who_has_what(both: tuple[Library, Library]) -> None:
    """A replica that posts from it narrows it in the same way."""
    whole, _ = both

    again = read_snapshot(write_snapshot(whole))

    assert again.workspaces == whole.workspaces
    assert again.content_hash == whole.content_hash
