"""Notices: words of services and curators, made safe for a channel."""

import pytest

from bot.slack.views.notices import NoticeWords


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Tell <@U0ALICE> in <#C0DESK>", "Tell <@U0ALICE> in <#C0DESK>"),
        (
            "at <!date^1764000000^{time}|08:00 UTC>",
            "at <!date^1764000000^{time}|08:00 UTC>",
        ),
        ("“<!channel> & co”", "“&lt;!channel&gt; &amp; co”"),
        ("<https://example.com|here>", "&lt;https://example.com|here&gt;"),
        ("one\ntwo", "one\ntwo"),
    ],
    ids=["mentions", "date", "broadcast", "link", "lines"],
)
def test_a_notice_keeps_mentions_and_dates_alone(words: str, said: str) -> None:
    """A title that a curator wrote cannot wake a whole channel."""
    assert NoticeWords().render(words).text == said


def test_a_very_long_notice_is_cut() -> None:
    """It must be one message, and editable."""
    part = NoticeWords().render("word " * 2000)

    assert len(part.text) <= 3000
    assert part.text.endswith("…")
