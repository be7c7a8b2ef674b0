"""Fixtures that every scene may ask for."""

from tests.acceptance.browser import browser, browser_page

__all__ = ["browser", "browser_page"]
