"""The checker meets whatever JSON there is."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.block_kit.checker import check, check_view
from bot.block_kit.limits import BLOCKS, ELEMENTS, Surface

TYPES = sorted({*BLOCKS, *ELEMENTS, "mrkdwn", "plain_text", "poem"})
NAMES = sorted({field.name for spec in BLOCKS.values() for field in spec.fields})

leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
types: st.SearchStrategy[Any] = st.sampled_from(TYPES) | leaves | st.just([])
kinds = st.fixed_dictionaries({}, optional={"type": types})


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    members = st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)
    return st.builds(lambda one, two: one | two, members, kinds)


values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | _objects(inner), max_leaves=12
)
blocks = st.lists(_objects(values), max_size=4)


@settings(max_examples=50)
@given(blocks, st.sampled_from(Surface))
def test_any_blocks_are_judged(given_blocks: list[Any], surface: Surface) -> None:
    """Malformed blocks are refused, never the cause of an exception."""
    found = check(given_blocks, text="News", surface=surface)

    assert all(str(each).startswith("[ERROR] ") for each in found)


@settings(max_examples=50)
@given(blocks, values)
def test_any_view_is_judged(given_blocks: list[Any], title: Any) -> None:
    """The same holds for views, whose title may be anything."""
    found = check_view({"type": "modal", "title": title, "blocks": given_blocks})

    assert all(each.path.startswith("/") or not each.path for each in found)
