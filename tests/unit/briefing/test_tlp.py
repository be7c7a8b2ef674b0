"""Handling: which audience may see which TLP label."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.tlp import LABELS, Audience, Circles, Label, Reach, labels_for

NOBODY = Circles()


def words(labels: frozenset[Label]) -> str:
    """Return labels as their words from widest to narrowest."""
    ordered = sorted(labels, key=lambda label: label.rank)
    return " ".join(label.removeprefix("TLP:") for label in ordered)


@pytest.mark.parametrize(
    ("reach", "seen"),
    [
        (Reach.CURATOR, "CLEAR GREEN AMBER AMBER+STRICT RED"),
        (Reach.MEMBER, "CLEAR GREEN AMBER AMBER+STRICT"),
        (Reach.GUEST, "CLEAR GREEN"),
        (Reach.EXTERNAL, "CLEAR"),
        (Reach.UNKNOWN, "CLEAR"),
        (Reach.PRIVATE_ROOM, "CLEAR GREEN AMBER AMBER+STRICT"),
        (Reach.OPEN_ROOM, "CLEAR GREEN"),
        (Reach.SHARED_ROOM, "CLEAR"),
        (Reach.UNKNOWN_ROOM, "CLEAR"),
    ],
)
def test_each_audience_sees_the_labels_of_the_table(reach: Reach, seen: str) -> None:
    """TLP 2.0 decides, before a briefing's own circles are asked."""
    assert words(labels_for(Audience(reach), NOBODY)) == seen


def test_a_client_from_outside_sees_amber_but_not_amber_strict() -> None:
    """AMBER is for the organisation and its clients, STRICT for itself alone."""
    circles = Circles(clients=("C0CLIENT",))
    room = Audience(Reach.SHARED_ROOM, frozenset({"C0CLIENT", "T0OTHER"}))

    assert words(labels_for(room, circles)) == "CLEAR GREEN AMBER"


def test_an_external_person_of_the_community_sees_green() -> None:
    """GREEN goes to peers whom the briefing names."""
    person = Audience(Reach.EXTERNAL, frozenset({"U0PEER"}))

    assert words(labels_for(person, Circles(community=("U0PEER",)))) == "CLEAR GREEN"


def test_red_reaches_the_person_who_is_named() -> None:
    """RED is for individual recipients."""
    person = Audience(Reach.MEMBER, frozenset({"U0NAMED"}))

    assert Label.RED in labels_for(person, Circles(red=("U0NAMED",)))


@given(
    st.sampled_from(Reach),
    st.tuples(*[st.booleans()] * 3),
    st.sampled_from(Label),
    st.sampled_from(Label),
)
def test_what_is_open_to_all_readers_of_a_label_is_seen_by_each_of_them(
    reach: Reach, named: tuple[bool, ...], seen: Label, other: Label
) -> None:
    """No audience, in whatever circles, sees a label without those it is open with."""
    red, clients, community = (("U0A",) if each else () for each in named)
    circles = Circles(red=red, clients=clients, community=community)

    labels = labels_for(Audience(reach, frozenset({"U0A"})), circles)

    if seen in labels and other.is_open_to_all_of(seen):
        assert other in labels


@given(st.sampled_from([r for r in Reach if r.is_room]))
def test_red_never_reaches_a_room(reach: Reach) -> None:
    """Even a room that is listed holds people who are not."""
    room = Audience(reach, frozenset({"C0ROOM"}))

    assert Label.RED not in labels_for(room, Circles(red=("C0ROOM",)))


@given(st.sampled_from([Reach.UNKNOWN, Reach.UNKNOWN_ROOM]))
def test_who_could_not_be_looked_up_gets_nothing_from_circles(reach: Reach) -> None:
    """A look-up that failed ends closed."""
    circles = Circles(red=("U0X",), clients=("U0X",), community=("U0X",))

    assert words(labels_for(Audience(reach, frozenset({"U0X"})), circles)) == "CLEAR"


def test_every_audience_stands_in_the_table() -> None:
    """A reach without a row would have no rule."""
    assert set(LABELS) == set(Reach)


def test_every_label_says_what_it_means() -> None:
    """The legend has a line for each label."""
    assert all(label.meaning.endswith(".") for label in Label)
