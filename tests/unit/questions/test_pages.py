"""Buttons carry pages: what is written is read back, and rubbish is None."""

import pytest

from bot.questions.pages import Page, PageKind

PAGES = {
    "overview": Page(PageKind.OVERVIEW, "harbour"),
    "claim": Page(PageKind.CLAIM, "harbour", "losses"),
    "later entries": Page(PageKind.SECTION, "harbour", "storm", 20),
    "longest ids": Page(PageKind.SECTION, "b" * 60, "s" * 60, 99_999),
}
RUBBISH = ("", "claim", "nonsense|x", "claim|a|b|-1", "claim|a|b|1|x", "a" * 2_000)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_is_read_back_as_it_was_written(page: Page) -> None:
    """An option's value may have 150 characters, the menu's verb included."""
    assert Page.decode(page.encode()) == page
    assert len(f"report|{page.encode()}") <= 150


@pytest.mark.parametrize("value", RUBBISH)
def test_what_no_button_carried_is_no_page(value: str) -> None:
    """A payload may hold anything; reading it raises nothing."""
    page = Page.decode(value)

    assert page is None or page == Page(PageKind.CLAIM, "")
