"""The differ: each sort of change, and what is no change at all."""

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.changes import (
    BriefingChanges,
    ChangeKind,
    FigureMove,
    briefing_changes,
    changes,
    kept_fingerprints,
    same_substance,
)
from bot.briefing.fingerprints import fingerprints
from bot.briefing.library import Library
from bot.briefing.models import Briefing
from bot.briefing.tlp import PUBLIC
from tests.factories import briefing_of, claim, make_briefing, section

CORRECTION = {
    "date": "2026-08-02",
    "kind": "correction",
    "was": "About 40 boats were lost.",
    "because": "The port corrected its report.",
}
UPDATE = CORRECTION | {"kind": "update", "because": "Two more were found."}
WITHDRAWAL = CORRECTION | {"kind": "withdrawal", "because": "Nobody stands by it."}


def boats(value: int, **fields: Any) -> dict[str, Any]:
    """Return a claim about so many boats, with the number as a figure too."""
    figures = [{"label": "boats lost", "value": value, "approximate": True}]
    text = f"About {value} boats were lost."
    return claim(text=text, figures=figures) | fields


def compare(before: dict[str, Any], after: dict[str, Any]) -> BriefingChanges:
    """Compare two states of one claim."""
    return briefing_changes(briefing_of(before), briefing_of(after))


KINDS = {
    "corrected": (boats(40), boats(47, revisions=[CORRECTION]), ChangeKind.CORRECTED),
    "updated": (boats(40), boats(42, revisions=[UPDATE]), ChangeKind.UPDATED),
    "withdrawn": (boats(40), boats(40, revisions=[WITHDRAWAL]), ChangeKind.WITHDRAWN),
    "estimate-moved": (
        boats(40, kind="estimate"),
        boats(47, kind="estimate"),
        ChangeKind.ESTIMATE_MOVED,
    ),
    "number-without-figure": (
        claim(text="About 40 boats were lost."),
        claim(text="About 47 boats were lost."),
        ChangeKind.UPDATED,
    ),
    "kind": (boats(40), boats(40, kind="fact"), ChangeKind.UPDATED),
    "likelihood": (
        boats(40, likelihood="likely"),
        boats(40, likelihood="very likely"),
        ChangeKind.UPDATED,
    ),
    "caveat-added": (boats(40), boats(40, caveat="Sunk ones too."), ChangeKind.UPDATED),
    "event-date": (boats(40), boats(40, when="2026-11"), ChangeKind.UPDATED),
    "back-after-withdrawal": (
        boats(40, revisions=[WITHDRAWAL]),
        boats(40, revisions=[WITHDRAWAL, UPDATE]),
        ChangeKind.UPDATED,
    ),
    "re-verified": (
        boats(40, verified="2026-11-01"),
        boats(40, verified="2026-11-20"),
        ChangeKind.REVERIFIED,
    ),
}


@pytest.mark.parametrize(("before", "after", "kind"), KINDS.values(), ids=KINDS.keys())
def test_each_sort_of_change_has_its_name(
    before: dict[str, Any], after: dict[str, Any], kind: ChangeKind
) -> None:
    """The author's entry decides first, then what can be seen."""
    found = compare(before, after)

    assert [change.kind for change in found.changes] == [kind]
    assert found.refiled == frozenset()


def test_a_moved_estimate_says_from_what_to_what_and_why() -> None:
    """Old and new amounts stand beside the reason of the newest entry."""
    (change,) = compare(
        boats(40, kind="estimate"), boats(47, kind="estimate", revisions=[UPDATE])
    ).changes

    assert change.kind is ChangeKind.ESTIMATE_MOVED
    assert change.figures == (FigureMove("boats lost", "about 40", "about 47"),)
    assert change.because == "Two more were found."
    assert change.on == date(2026, 8, 2)
    assert (change.was, change.now) == (
        "About 40 boats were lost.",
        "About 47 boats were lost.",
    )


def test_a_dispute_concerns_both_claims() -> None:
    """A contradiction is declared once and holds both ways."""
    before = briefing_of(claim("a"), claim("b"))
    after = briefing_of(claim("a", contradicts=["b"]), claim("b"))

    found = briefing_changes(before, after)

    assert [(c.kind, c.claim_id) for c in found.changes] == [
        (ChangeKind.DISPUTED, "a"),
        (ChangeKind.DISPUTED, "b"),
    ]


def test_new_and_removed_claims_are_told() -> None:
    """An id that comes or goes is a change even without an entry."""
    found = briefing_changes(briefing_of(claim("a")), briefing_of(claim("b")))

    assert [(c.kind, c.claim_id) for c in found.changes] == [
        (ChangeKind.NEW, "b"),
        (ChangeKind.REMOVED, "a"),
    ]
    assert found.unchanged == 0


def test_a_withdrawn_claim_that_goes_or_comes_is_no_news() -> None:
    """Its withdrawal was told; its removal tells nothing more."""
    withdrawn = claim("a", revisions=[WITHDRAWAL])
    without, with_it = briefing_of(claim("b")), briefing_of(withdrawn, claim("b"))

    assert briefing_changes(without, with_it).changes == ()
    assert briefing_changes(with_it, without).changes == ()


def test_what_matters_most_comes_first() -> None:
    """Corrections lead, whatever the order of the file."""
    before = briefing_of(claim("a"), claim("b"))
    after = briefing_of(claim("new"), claim("a"), claim("b", revisions=[CORRECTION]))

    found = briefing_changes(before, after)

    assert [c.claim_id for c in found.changes] == ["b", "new"]
    assert found.unchanged == 1


def test_a_bottom_line_that_says_something_else_is_told() -> None:
    """It has an id like a claim; one that is only worded anew is refiled."""
    before = make_briefing(bottom_line="Two berths are shut.")
    said_anew = make_briefing(bottom_line="2 berths are now shut.")
    changed = make_briefing(bottom_line="Three berths are shut.")

    refiled = briefing_changes(before, said_anew)
    told = briefing_changes(before, changed)

    assert (refiled.changes, refiled.refiled) == ((), frozenset({"bottom-line"}))
    assert [(c.kind, c.claim_id) for c in told.changes] == [
        (ChangeKind.UPDATED, "bottom-line")
    ]


def test_verifying_again_is_recorded_but_is_no_news() -> None:
    """Readers hear of it in the one line about what did not change."""
    before = make_briefing(verified="2026-11-01")
    found = briefing_changes(before, make_briefing(verified="2026-11-20"))

    assert [change.kind for change in found.changes] == [ChangeKind.REVERIFIED]
    assert found.news == ()
    assert found.unchanged == 1


def test_a_new_briefing_is_new_as_a_whole() -> None:
    """Its claims are not listed one by one."""
    assert changes((), (make_briefing(),)) == (BriefingChanges("harbour", is_new=True),)


ENTRIES = {
    "number-without-entry": (boats(40), boats(47), True),
    "number-with-entry": (boats(40), boats(47, revisions=[CORRECTION]), False),
    "words-without-entry": (claim(), claim(text="All boats were lost."), True),
    "source-added": (claim(), claim(sources=["port", "mayor"]), False),
}


@pytest.mark.parametrize(
    ("before", "after", "lacks"), ENTRIES.values(), ids=ENTRIES.keys()
)
def test_facts_that_move_without_an_entry_are_noticed(
    before: dict[str, Any], after: dict[str, Any], lacks: bool
) -> None:
    """`check --against` makes them an error; another source needs no entry."""
    (change,) = compare(before, after).changes

    assert change.lacks_entry is lacks


def test_a_refiled_claim_keeps_its_earlier_fingerprint() -> None:
    """Three wordings in a row count as the first; a new number begins anew."""
    states = [
        briefing_of(claim(text="About 40 boats were lost.")),
        briefing_of(claim(text="About 40 ships were lost.")),
        briefing_of(claim(text="About 40 vessels were lost.")),
        briefing_of(claim(text="About 47 vessels were lost.")),
    ]
    own = [fingerprints(state)["losses"] for state in states]

    carried = [fingerprint(library) for library in _published(states)]

    assert carried == [own[0], own[0], own[0], own[3]]


def test_an_unchanged_claim_goes_on_with_what_it_kept() -> None:
    """A later edit elsewhere does not make a refile news after all."""
    first, second = claim(text="About 40 boats."), claim(text="About 40 ships.")
    states = [
        briefing_of(first),
        briefing_of(second),
        briefing_of(second, claim("other")),
    ]

    carried = [fingerprint(library) for library in _published(states)]

    assert len(set(carried)) == 1


def test_a_refile_that_is_taken_back_keeps_nothing() -> None:
    """The words are the first ones again, and so is their own fingerprint."""
    first, second = claim(text="About 40 boats."), claim(text="About 40 ships.")

    *_, last = _published([briefing_of(c) for c in (first, second, first)])

    assert last.kept == {}


def _published(states: list[Briefing]) -> list[Library]:
    """Take the states over one after the other, as a running bot does."""
    libraries = [Library((states[0],))]
    for state in states[1:]:
        later = Library((state,))
        libraries.append(later.keeping(kept_fingerprints(libraries[-1], later)))
    return libraries


def fingerprint(library: Library) -> str:
    """Return what a message that shows the claim would carry."""
    return library.for_audience(PUBLIC).fingerprints["harbour"]["losses"]


WORDS = st.sampled_from(["boats", "ships", "10", "12", "may", "will", "not", "Kim"])


@st.composite
def briefings(draw: st.DrawFn) -> Briefing:
    """Draw a briefing of a few claims, some with figures, marks and disputes."""
    count = draw(st.integers(1, 5))
    ids = [f"claim-{n}" for n in range(count)]
    made = [
        claim(
            id,
            text=" ".join(draw(st.lists(WORDS, min_size=1, max_size=5))),
            kind=draw(st.sampled_from(["fact", "report", "estimate"])),
            contradicts=draw(st.lists(st.sampled_from(ids), max_size=1)),
            verified=draw(st.sampled_from(["2026-11-01", "2026-11-20"])),
        )
        for id in ids
    ]
    return make_briefing(sections=[section(claims=made)])


@given(briefings(), st.randoms(use_true_random=False))
def test_order_and_place_are_no_change(
    briefing: Briefing, shuffler: random.Random
) -> None:
    """Claims reordered, sections split and renamed: nothing changed."""
    claims = list(briefing.claims)
    shuffler.shuffle(claims)
    middle = len(claims) // 2
    parts = [part for part in (claims[:middle], claims[middle:]) if part]
    sections = tuple(
        briefing.sections[0].model_copy(update={"id": f"s-{n}", "claims": tuple(part)})
        for n, part in enumerate(parts)
    )
    moved = briefing.model_copy(update={"sections": sections})

    found = briefing_changes(briefing, moved)

    assert (found.changes, found.refiled) == ((), frozenset())


@given(briefings())
def test_written_and_read_again_nothing_changed(briefing: Briefing) -> None:
    """Keys in another order and defaults written out are the same briefing."""
    written = briefing.model_dump(mode="json", exclude_none=True)
    reordered = dict(reversed(written.items()))

    found = briefing_changes(briefing, Briefing.model_validate(reordered))

    assert (found.changes, found.refiled) == ((), frozenset())


@given(briefings(), briefings())
def test_a_change_that_is_reverted_leaves_no_trace(
    first: Briefing, second: Briefing
) -> None:
    """Only the two ends are compared, and every id that moved is told or refiled."""
    found = briefing_changes(first, second)

    told = {c.claim_id for c in found.changes} | found.refiled
    before, after = fingerprints(first), fingerprints(second)
    moved = {id for id in before | after if before.get(id) != after.get(id)}
    assert moved <= told
    assert briefing_changes(first, first).changes == ()
    assert changes((first, second.model_copy(update={"id": "other"})), (first,)) == (
        changes((first,), (first,))
    )


@given(briefings(), briefings())
def test_there_and_back_concerns_the_same_claims(
    first: Briefing, second: Briefing
) -> None:
    """What is refiled one way is refiled the other way."""
    there, back = briefing_changes(first, second), briefing_changes(second, first)

    assert there.refiled == back.refiled
    assert {c.claim_id for c in there.news} == {c.claim_id for c in back.news}


SAME = {
    "synonym": ("About 4,000 soldiers left.", "About 4,000 troops left."),
    "approximation": ("About 4,000 left.", "Roughly 4,000 left."),
    "digits": ("About 4,000 left.", "About 4000 left."),
    "number-word": ("Two units came.", "2 units came."),
    "contraction": ("It didn't come.", "It did not come."),
    "possessive": ("Russia's offer", "Russia’s offer"),
    "article": ("Soldiers fought in Kursk.", "The soldiers fought in Kursk."),
    "line-break": ("It came in\nApril.", "It came in April."),
    "comma": ("In April, it came.", "In April it came."),
}
DIFFERENT = {
    "number": ("About 4,000 left.", "About 4,700 left."),
    "number-words": ("Two units came.", "Three units came."),
    "magnitude": ("It cost 3 million.", "It cost 3 billion."),
    "name": ("Kim met Lavrov.", "Kim met Shoigu."),
    "name-that-opens": ("Kim met Lavrov.", "Choe met Lavrov."),
    "who-did-it": ("Kim met Putin.", "Putin met Kim."),
    "month": ("It came in April.", "It came in May."),
    "day": ("It came on 12 April.", "It came on 13 April."),
    "negation": ("It was sent.", "It was not sent."),
    "contracted-negation": ("It did come.", "It didn't come."),
    "likelihood": ("It may come.", "It will come."),
    "approximation-lost": ("About 4,000 left.", "4,000 left."),
    "fate": ("4,000 were killed.", "4,000 were wounded."),
    "standing": ("The army confirmed it.", "The army announced it."),
    "direction": ("Exports rose.", "Exports fell."),
    "numbers-swapped": ("10 of 20 came.", "20 of 10 came."),
}


@pytest.mark.parametrize(("earlier", "later"), SAME.values(), ids=SAME.keys())
def test_a_refile_moves_nothing_that_matters(earlier: str, later: str) -> None:
    """Nobody is told of better words for the same thing."""
    assert same_substance(earlier, later)


@pytest.mark.parametrize(("earlier", "later"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_a_weighty_word_that_moves_is_a_change(earlier: str, later: str) -> None:
    """Numbers, names, dates, negations, likelihood and fate are never mere wording."""
    assert not same_substance(earlier, later)


@given(st.text(max_size=60), st.text(max_size=60))
def test_it_does_not_matter_which_text_was_first(earlier: str, later: str) -> None:
    """A change and its reversal are judged alike, whatever the text."""
    assert same_substance(earlier, later) == same_substance(later, earlier)
    assert same_substance(earlier, earlier)
