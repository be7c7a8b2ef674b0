"""What a claim said before is told in the fewest words that are right."""

import pytest

from bot.slack.views.text_diff import text_diff

MOVES = {
    "one number": (
        "About 4,000 were killed.",
        "About 4,700 were killed.",
        "was 4,000, is 4,700",
    ),
    "the end": (
        "The siren took 17 minutes.",
        "The siren took 11.",
        "was 17 minutes, is 11",
    ),
    "a fragment": ("4,000", "About 4,700 were killed.", "was 4,000"),
    "another sentence": (
        "All the boats in the old harbour came back.",
        "Seven were lost at sea that night, the office says.",
        "was “All the boats in the old harbour came back.”",
    ),
    "escaped": ("A < B today", "A > B today", "was &lt;, is &gt;"),
}


@pytest.mark.parametrize(("was", "now", "said"), MOVES.values(), ids=MOVES)
def test_only_what_differs_is_told(was: str, now: str, said: str) -> None:
    """Shared words at both ends go unsaid, if something is shared and little moved."""
    assert text_diff(was, now) == said
