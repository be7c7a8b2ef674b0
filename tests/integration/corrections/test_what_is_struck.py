"""A correction strikes what is wrong in a text, and nothing beside it."""

import pytest

from tests.factories import briefing_of, claim
from tests.integration.corrections.stage import FIRST, marked, now, pass_quietly
from tests.talking_bot import TalkingBot

PLACES = {
    "two places": (
        "A 4,000-strong fleet (of 40) was lost.",
        "A 4,700-strong fleet (of 47) was lost.",
        "A ~4,000-strong~ *4,700-strong* fleet (of ~40~ *47*) was lost.",
        "was 4,000-strong, is 4,700-strong; was 40, is 47",
    ),
    "a quotation": (
        "The mayor said “40 boats” were lost.",
        "The mayor said “47 boats” were lost.",
        "The mayor said ~“40~ *“47* boats” were lost.",
        "was 40, is 47",
    ),
    "a bracket": (
        "Some (40 boats) were lost.",
        "Some (47 boats) were lost.",
        "Some (~40~ *47* boats) were lost.",
        "was 40, is 47",
    ),
    "a number in groups": (
        "About 4\u00a0000 boats were lost.",
        "About 4\u00a0700 boats were lost.",
        "About ~4 000~ *4 700* boats were lost.",
        "was 4 000, is 4 700",
    ),
    "the last word": (
        "The boats that were lost: 40.",
        "The boats that were lost: 47.",
        "The boats that were lost: ~40~ *47*.",
        "was 40, is 47",
    ),
    "a word that is missing": (
        "The port was told & 40 boats were lost.",
        "The port was not told & 40 boats were lost.",
        "The port was *not* told &amp; 40 boats were lost.",
        "was “The port was told &amp; 40 boats were lost.”",
    ),
}


@pytest.mark.parametrize(
    ("was", "is_now", "shown", "line"), PLACES.values(), ids=PLACES
)
async def test_only_the_wrong_words_are_struck(
    bot: TalkingBot, was: str, is_now: str, shown: str, line: str
) -> None:
    """What lies between two errors is right, and so are the signs around one."""
    await bot.load(briefing_of(claim(text=was)))
    await bot.hear("losses", channel_id="C0DESK")
    await bot.work()
    message = bot.last
    await bot.load(briefing_of(claim(text=is_now, revisions=[FIRST | {"was": was}])))
    await pass_quietly(bot)

    first, second = marked(now(bot, message)).splitlines()[:2]
    assert first == shown
    assert second.startswith(f"✏️ *CORRECTED 23 November 2026:* {line}. The port")
