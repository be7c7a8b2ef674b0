"""One list of command words for curators' warnings, and another for readers' words."""

from bot.briefing.checks import COMMAND_WORDS
from bot.questions import by_name


def test_every_word_that_is_a_command_is_warned_of_as_an_alias() -> None:
    """The ground cannot import the services, so a test holds the two together."""
    assert set(by_name.COMMAND_WORDS) <= COMMAND_WORDS
