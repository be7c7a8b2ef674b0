"""The library: one gate, behind which a withheld claim never existed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.canonical import canonical_json
from bot.briefing.handling import CURATOR, PUBLIC, Audience, Label, Reach
from bot.briefing.library import Library
from bot.briefing.models import Briefing
from tests.factories import briefing_of, claim, make_briefing, section

MEMBER = Audience(Reach.MEMBER)
CANARY = "zzcanary"


def secret_claim(label: str = "TLP:AMBER") -> dict[str, Any]:
    """Return a claim with a canary word in every field that holds words."""
    return claim(
        id=f"{CANARY}-id",
        text=f"The {CANARY} text names {CANARY} Bay.",
        short=f"{CANARY} short",
        caveat=f"{CANARY} caveat",
        aliases=[f"{CANARY} alias"],
        sources=[{"id": f"{CANARY}-source", "quote": f"{CANARY} quote"}],
        figures=[{"label": f"{CANARY} boats", "value": 3}],
        contradicts=["losses"],
        handling=label,
    )


def with_secret(label: str = "TLP:AMBER") -> Briefing:
    """Return a CLEAR briefing with one withheld claim, its source and its entity."""
    open_claim = claim(contradicts=[f"{CANARY}-id"], basis=[f"{CANARY}-id"])
    return briefing_of(
        open_claim,
        secret_claim(label),
        sources={
            "port": {"publisher": "Port authority"},
            f"{CANARY}-source": {"publisher": f"{CANARY} press", "via": ["carrier"]},
            "carrier": {"publisher": f"{CANARY} carrier"},
        },
        entities={f"{CANARY}-bay": {"name": f"{CANARY} Bay", "aliases": ["ZZ Bay"]}},
    )


@given(st.sampled_from([label for label in Label if label is not Label.CLEAR]))
def test_nothing_of_a_withheld_claim_is_left(label: Label) -> None:
    """Its source, that source's carrier, its entity and references to it go too."""
    seen = Library((with_secret(label),)).for_audience(PUBLIC)

    assert CANARY not in "".join(canonical_json(b) for b in seen.briefings)


def test_who_may_see_it_sees_it_whole() -> None:
    """Nothing is cut for an audience that has the label."""
    briefing = with_secret()

    assert Library((briefing,)).for_audience(MEMBER).briefings == (briefing,)


def test_a_section_without_visible_claims_goes() -> None:
    """Its title alone could tell what is withheld."""
    hidden = section(id="hidden", claims=[claim(id="secret", handling="TLP:RED")])
    library = Library((make_briefing(sections=[section(), hidden]),))

    seen = library.for_audience(MEMBER).by_id["harbour"]

    assert [s.id for s in seen.sections] == ["storm"]


def test_a_briefing_stricter_than_the_audience_goes() -> None:
    """It stands in no menu, whatever its claims are."""
    library = Library((make_briefing(handling="TLP:AMBER"),))

    assert library.for_audience(PUBLIC).briefings == ()


def test_audiences_with_the_same_labels_share_one_sub_library() -> None:
    """It is built once per clearance and kept, with its index."""
    library = Library((with_secret(),))

    first = library.for_audience(Audience(Reach.GUEST, frozenset({"U1"})))
    second = library.for_audience(Audience(Reach.OPEN_ROOM, frozenset({"C1"})))

    assert first is second


def test_a_circle_of_one_briefing_opens_no_other() -> None:
    """The lists in a briefing speak for that briefing alone."""
    own = make_briefing(id="own", handling="TLP:RED", audiences={"red": ["U0NAMED"]})
    other = make_briefing(id="other", handling="TLP:RED")

    seen = Library((own, other)).for_audience(
        Audience(Reach.MEMBER, frozenset({"U0NAMED"}))
    )

    assert list(seen.by_id) == ["own"]


@pytest.mark.parametrize(
    ("label", "clear"), [("TLP:CLEAR", True), ("TLP:GREEN", False)]
)
def test_only_a_clear_library_needs_no_look_up(label: str, clear: bool) -> None:
    """One stricter claim is enough to ask who is asking."""
    library = Library((briefing_of(claim(handling=label)),))

    assert library.is_clear is clear


def test_an_unlabelled_briefing_cannot_be_served() -> None:
    """The loader fills the default in; nothing leaves the house without a label."""
    library = Library((make_briefing(handling=None),))

    with pytest.raises(ValueError, match='"harbour" was not given its handling'):
        library.for_audience(CURATOR)


def test_the_hash_does_not_depend_on_the_order_of_files() -> None:
    """The same briefings are the same revision."""
    one, two = make_briefing(id="one"), make_briefing(id="two")

    assert Library((one, two)).content_hash == Library((two, one)).content_hash


def test_one_wording_has_one_fingerprint_for_every_audience() -> None:
    """That another claim is withheld does not make the same words another wording."""
    briefing = briefing_of(
        claim("open", contradicts=["closed"]), claim("closed", handling="TLP:RED")
    )
    library = Library((briefing,))

    public = library.for_audience(PUBLIC).fingerprints["harbour"]

    assert public == {"open": library.fingerprints["harbour"]["open"]}
