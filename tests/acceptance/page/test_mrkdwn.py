"""How the page reads Slack's mrkdwn, escapes, mentions and dates."""

import pytest

from tests.acceptance.page.conftest import Bench

pytestmark = pytest.mark.asyncio(loop_scope="module")

RENDER = """
const { mrkdwn } = await import("/page/mrkdwn.js");
frame.replaceChildren(mrkdwn(argument, scene));
return frame.innerHTML;
"""
LINK = '<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>'

CASES = {
    "bold": ("*About 4,000* killed", "<strong>About 4,000</strong> killed"),
    "italic": ("_Pyongyang_.", "<em>Pyongyang</em>."),
    "strike": ("~4,000~ 4,700", "<s>4,000</s> 4,700"),
    "nested": ("*all _of_ it*", "<strong>all <em>of</em> it</strong>"),
    "code keeps stars": ("`*x*`", "<code>*x*</code>"),
    "fence": ("```a *b*\nc```", "<pre><code>a *b*\nc</code></pre>"),
    "inside a word": ("a*b*c snake_case_name", "a*b*c snake_case_name"),
    "sums": ("5 * 3 * 2", "5 * 3 * 2"),
    "unclosed": ("*open", "*open"),
    "style ends with its line": ("*a\nb*", "*a<br>b*"),
    "quote": ("&gt; said\nso", "<blockquote>said</blockquote>so"),
    "long quote": ("a\n>>> b\nc", "a<br><blockquote>b<br>c</blockquote>"),
    "escapes": ("&lt;b&gt; &amp;amp;", "&lt;b&gt; &amp;amp;"),
    "link": ("<https://a.test/?x=1&amp;y=2|here>", LINK.format(
        "https://a.test/?x=1&amp;y=2", "here")),
    "bare link": ("<https://a.test>", LINK.format("https://a.test", "https://a.test")),
    "script link is text": ("<javascript:alert(1)|press>", "press"),
    "me": ("<@U1>", '<span class="mention mention-own">@ana</span>'),
    "somebody": ("<@U2|old>", '<span class="mention">@bo</span>'),
    "unknown person": ("<@U7|old>", '<span class="mention">@old</span>'),
    "channel": ("<#C1>", '<button type="button" class="mention">#desk</button>'),
    "everybody here": ("<!here>", '<span class="mention mention-own">@here</span>'),
    "emoji": (":pencil2: :nonsense:", "✏️ :nonsense:"),
    "times are no emoji": ("at 08:00:00", "at 08:00:00"),
    "markup is text": ("<img src=x onerror=alert(1)>", "img src=x onerror=alert(1)"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "html"), CASES.values(), ids=CASES.keys())
async def test_mrkdwn_becomes(bench: Bench, text: str, html: str) -> None:
    """Slack's marks become elements; everything else stays text."""
    assert await bench(RENDER, text) == html


DATES = {
    "short": ("{date_short}", "Jul 8"),
    "long": ("{date_long}", "Tuesday, July 8th"),
    "number": ("{date_num}", "2025-07-08"),
    "pretty": ("{date_short_pretty} at {time}", "today at 19:30"),
    "ago": ("{ago}", "10 minutes ago"),
    "unknown token": ("{era}", "{era}"),
}


@pytest.mark.parametrize(("form", "words"), DATES.values(), ids=DATES.keys())
async def test_a_date_token_is_filled_in_the_viewers_zone(
    bench: Bench, form: str, words: str
) -> None:
    """`<!date>` shows the instant as the viewer's own clock has it."""
    await bench(RENDER, f"<!date^1751999400^{form}|then>")

    assert await bench("return frame.textContent") == words


async def test_a_date_far_away_names_its_year(bench: Bench) -> None:
    """Slack leaves the year out only within about six months."""
    await bench(RENDER, "<!date^1600000000^{date}|then>")

    assert await bench("return frame.textContent") == "September 13th, 2020"


async def test_a_date_token_without_a_number_shows_its_fallback(bench: Bench) -> None:
    """A token that cannot be read shows the words its author gave for that."""
    assert await bench(RENDER, "<!date^soon^{date}|then>") == "then"
