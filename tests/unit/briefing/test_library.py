"""The library: one gate, behind which a withheld claim never existed."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.fingerprints import canonical_json
from bot.briefing.library import Library, SnapshotError, read_snapshot, write_snapshot
from bot.briefing.models import Briefing
from bot.briefing.tlp import CURATOR, PUBLIC, Audience, Label, Reach
from bot.files.briefs import YamlBriefingSource
from tests.factories import briefing_of, claim, make_briefing, section
from tests.frozen import TODAY, demo_folder

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


def test_what_a_visible_claim_rests_on_stays() -> None:
    """Its source, and whoever that reached us through; another's source goes."""
    briefing = briefing_of(
        claim("open", sources=["port"]),
        claim("closed", sources=["navy"], handling="TLP:RED"),
        sources={
            "port": {"publisher": "Port authority", "via": ["paper"]},
            "paper": {"publisher": "The Gazette"},
            "navy": {"publisher": "The navy"},
        },
    )

    seen = Library((briefing,)).for_audience(PUBLIC).by_id["harbour"]

    assert set(seen.sources) == {"port", "paper"}


def test_a_claim_or_a_section_is_found_by_id_where_it_is_visible() -> None:
    """One that is withheld is looked for in vain, like one that never was."""
    briefing = make_briefing(
        sections=[
            section("storm", claims=[claim("a"), claim("b")]),
            section("costs", claims=[claim("c", handling="TLP:RED")]),
        ]
    )
    storm, costs = briefing.sections
    everything = Library((briefing,)).for_audience(
        Audience(Reach.CURATOR, frozenset({"U1"}))
    )
    seen = Library((briefing,)).for_audience(PUBLIC)

    assert everything.section("harbour", "costs") == costs
    assert everything.claim("harbour", "b") == storm.claims[1]
    assert everything.claim("harbour", "c") == costs.claims[0]
    assert seen.claim("harbour", "a") == storm.claims[0]
    assert (seen.claim("harbour", "c"), seen.claim("elsewhere", "a")) == (None, None)
    assert seen.section("harbour", "costs") is None
    assert seen.section("elsewhere", "storm") is None


def test_the_labels_in_sight_are_recorded_from_the_widest_on() -> None:
    """The record of a delivery says what it was allowed to show."""
    labels = ("TLP:AMBER", "TLP:GREEN", "TLP:CLEAR", "TLP:RED")
    claims = [claim(f"c{n}", handling=label) for n, label in enumerate(labels)]
    other = briefing_of(claim("a"), id="other")

    seen = Library((other, briefing_of(*claims))).for_audience(MEMBER)

    assert seen.labels_shown == (
        "harbour TLP:CLEAR TLP:GREEN TLP:AMBER; other TLP:CLEAR"
    )


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

    assert "closed" not in public
    whole = library.fingerprints["harbour"]
    assert public == {id: whole[id] for id in public}


def test_a_withheld_contradiction_does_not_change_a_fingerprint() -> None:
    """Else a message would count as outdated for a reason its readers may not know."""
    disputed = briefing_of(
        claim("open", contradicts=["closed"]), claim("closed", handling="TLP:RED")
    )
    alone = Library((briefing_of(claim("open")),)).fingerprints["harbour"]

    assert Library((disputed,)).fingerprints["harbour"]["open"] == alone["open"]


def test_synonyms_and_names_of_withheld_claims_go_whatever_else_shares_letters() -> (
    None
):
    """They are looked for as words: "Ida" is not in "said"."""
    briefing = briefing_of(
        claim("open", text="The harbour master said that 40 boats were lost."),
        claim("closed", text="Ida sank by sabotage.", handling="TLP:RED"),
        entities={"ida": {"name": "Ida"}, "boat": {"name": "boat"}},
        synonyms=[["sabotage", "wrecking"], ["vessels", "boats"]],
    )

    seen = Library((briefing,)).for_audience(PUBLIC).by_id["harbour"]

    assert list(seen.entities) == ["boat"]
    assert seen.synonyms == (("vessels", "boats"),)


def test_a_briefing_beyond_an_audience_goes_though_its_claims_are_not() -> None:
    """Whoever is named for RED is not told the GREEN lines around it."""
    named = Audience(Reach.EXTERNAL, frozenset({"U0NAMED"}))
    briefing = briefing_of(
        claim(handling="TLP:RED"), handling="TLP:GREEN", audiences={"red": ["U0NAMED"]}
    )

    assert Library((briefing,)).for_audience(named).briefings == ()


class TestThePast:
    """What an audience may be told of an earlier revision."""

    open_then = briefing_of(claim("a"), claim("b"), claim("gone"))
    closed_now = briefing_of(claim("a"), claim("b", handling="TLP:AMBER"))

    def ids(self, earlier: Briefing, present: Briefing, audience: Audience) -> str:
        """Return the ids of the claims that may be spoken of."""
        now = Library((present,)).for_audience(audience)
        seen = Library((earlier,)).as_told_with(now, audience)
        return " ".join(c.id for b in seen.briefings for c in b.claims)

    def test_what_is_withheld_by_now_was_never_there(self) -> None:
        """A claim that was only taken out may still be said to be gone."""
        assert self.ids(self.open_then, self.closed_now, PUBLIC) == "a gone"

    def test_what_was_withheld_then_stays_so(self) -> None:
        """It is news to whoever may see it now."""
        assert self.ids(self.closed_now, self.open_then, PUBLIC) == "a"

    def test_who_may_see_it_compares_with_all_of_it(self) -> None:
        """For a member nothing was withheld, then or now."""
        assert self.ids(self.open_then, self.closed_now, MEMBER) == "a b gone"

    def test_it_is_built_once(self) -> None:
        """Ten thousand recipients of one digest share it."""
        earlier = Library((self.open_then,))
        present = Library((self.closed_now,)).for_audience(PUBLIC)

        first = earlier.as_told_with(present, PUBLIC)

        assert earlier.as_told_with(present, PUBLIC) is first


def written_and_read(library: Library) -> Library:
    return read_snapshot(write_snapshot(library))


def test_whole_briefings_are_read_back_as_they_were(tmp_path: Path) -> None:
    """Nothing is lost: the library that comes back equals the one that was written."""
    library = YamlBriefingSource(demo_folder(tmp_path)).read(TODAY).library
    assert library is not None

    assert written_and_read(library).briefings == library.briefings


def test_every_mark_is_read_back() -> None:
    """Dates, numbers, labels and lists of revisions keep their types."""
    marked = claim(
        "losses",
        kind="estimate",
        when="2026-10~",
        verified="2026-11-01",
        credibility="3",
        handling="TLP:RED",
        contradicts=["other"],
        figures=[
            {"label": "boats", "low": "40", "high": "42.5", "approximate": "true"}
        ],
        revisions=[
            {"date": "2026-11-02", "kind": "update", "was": "30", "because": "News."}
        ],
    )
    briefing = briefing_of(marked, claim("other"), review_every="30 days")
    library = Library((briefing, make_briefing(id="b", handling=Label.AMBER)))

    assert written_and_read(library).briefings == library.briefings


def test_the_texts_hash_is_the_librarys() -> None:
    """One hash names a revision, whether it is computed here or in the store."""
    library = Library((make_briefing(id="b"), make_briefing(id="a")))

    text = write_snapshot(library)

    assert sha256(text.encode()).hexdigest() == library.content_hash


def test_an_empty_library_is_read_back() -> None:
    """No briefing is a snapshot, too."""
    assert written_and_read(Library(())).briefings == ()


def test_a_snapshot_of_another_release_is_refused() -> None:
    """What cannot be understood is no base line; its reader gets everything anew."""
    with pytest.raises(SnapshotError) as refused:
        read_snapshot('{"id":"a","title":"A","as_of":"2026","mood":"fine"}')

    assert str(refused.value) == (
        "A stored revision does not fit this release (3 fields differ)."
    )
