"""What holds for a modal or a Home."""

import pytest

from bot.block_kit.checker import check_view
from tests.unit.block_kit.samples import (
    Json,
    modal,
    plain,
    section,
    text_input,
)

VIEWS: dict[str, tuple[Json, str]] = {
    "long title": (
        modal(title=plain("x" * 25)),
        "[ERROR] must be less than 25 characters [json-pointer:/title/text]",
    ),
    "no title": (
        {"type": "modal", "blocks": []},
        "[ERROR] missing required field: title [json-pointer:]",
    ),
    "long submit": (
        modal(submit=plain("x" * 25)),
        "[ERROR] must be less than 25 characters [json-pointer:/submit/text]",
    ),
    "long private metadata": (
        modal(private_metadata="x" * 3_001),
        "[ERROR] must be less than 3001 characters [json-pointer:/private_metadata]",
    ),
    "input without submit": (
        modal(blocks=[text_input()]),
        "[ERROR] missing required field: submit [json-pointer:]",
    ),
    "home with title": (
        {"type": "home", "title": plain("x"), "blocks": []},
        "[ERROR] invalid additional property: title [json-pointer:]",
    ),
    "block inside": (
        modal(blocks=[{"type": "poem"}]),
        "[ERROR] unsupported type: poem [json-pointer:/blocks/0/type]",
    ),
}


@pytest.mark.parametrize(("view", "refusal"), VIEWS.values(), ids=list(VIEWS))
def test_an_unlawful_view_is_refused_with_its_place(view: Json, refusal: str) -> None:
    """Views have limits of their own beside those of their blocks."""
    assert [str(found) for found in check_view(view)] == [refusal]


def test_a_lawful_view_is_accepted() -> None:
    """A form with a submit button, and a Home with a hundred blocks, both pass."""
    form = modal(blocks=[text_input()], submit=plain("Send"), private_metadata="")

    assert check_view(form) == ()
    assert check_view({"type": "home", "blocks": [{"type": "divider"}] * 100}) == ()


def test_a_view_has_a_total_size() -> None:
    """Above 250 KB Slack answers `view_too_large`."""
    found = check_view(modal(blocks=[section("x" * 2_900)] * 90))

    assert [each.error for each in found] == ["view_too_large"]
