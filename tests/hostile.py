"""Texts that would do harm if they were taken at their word, and where they would."""

import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from bot.briefing.models import Briefing
from tests.factories import claim, make_briefing, section

LIVE = "<!channel> <@U123> <#C9|x> <https://evil.example|y> &amp; *_~` #general "
"""What Slack reads as a mention, a channel, a link and as marks."""
URL = "https://port.example/?a=1&b=2"
"""The one link field of these briefings."""
_OURS = re.compile(
    r"<!date\^\d+\^[^<>|]+\|[^<>|]*>|<@U0[A-Z]+>|<#C0[A-Z0-9]+>"
    rf"|<{re.escape(URL.replace('&', '&amp;'))}\|[^<>]*>"
    r"|<https://git\.example/[^<>|]*\|The line>"
)
"""Times, people and places that the bot names itself, and links of link fields."""
_QUOTATION = re.compile(r"^> ", re.MULTILINE)


def hostile(most: int) -> st.SearchStrategy[str]:
    """Texts of every length up to a field's limit, live signs among them."""
    long = st.sampled_from(
        ["&" * most, "<" * most, (LIVE * 40)[:most], "\U0001f6a2" * most]
    )
    short = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=most)
    return st.one_of(long, short.filter(str.strip))


@st.composite
def hostile_briefings(draw: st.DrawFn, most_claims: int = 12) -> Briefing:
    """Briefings with hostile words in every field that takes any."""
    numbers = range(draw(st.integers(1, most_claims)))
    return make_briefing(
        title=draw(hostile(150)),
        short=draw(hostile(24)),
        bottom_line=draw(st.none() | hostile(600)),
        aliases=[draw(hostile(60))],
        matter=draw(hostile(60)),
        entities={"port": {"name": draw(hostile(80)), "aliases": [draw(hostile(60))]}},
        synonyms=[[draw(hostile(60)), "boats"]],
        sources={"port": _source(draw), "wire": {"title": draw(hostile(200))}},
        sections=[
            section(
                title=draw(hostile(150)),
                short=draw(hostile(24)),
                aliases=[draw(hostile(60))],
                summary=draw(st.none() | hostile(600)),
                claims=[_claim(draw, number) for number in numbers],
            )
        ],
    )


def _source(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "title": draw(hostile(200)),
        "publisher": draw(st.none() | hostile(200)),
        "short": draw(st.none() | hostile(40)),
        "author": draw(hostile(120)),
        "language": draw(hostile(40)),
        "party": draw(st.none() | hostile(60)),
        "note": draw(hostile(600)),
        "url": draw(st.none() | st.just(URL)),
        "via": draw(st.sampled_from([[], ["wire"]])),
    }


def _claim(draw: st.DrawFn, number: int) -> dict[str, Any]:
    cited = {"id": "port", "quote": draw(hostile(500)), "locator": draw(hostile(120))}
    return claim(
        f"c{number}",
        text=draw(hostile(1000)),
        caveat=draw(st.none() | hostile(300)),
        short=draw(st.none() | hostile(80)),
        aliases=[draw(hostile(60))],
        when="2026-11",
        sources=[cited] * draw(st.integers(1, 9)),
        figures=[_figure(draw)],
        contradicts=["c0"] if number else [],
        revisions=[_revision(draw)] if draw(st.booleans()) else [],
    )


def _figure(draw: st.DrawFn) -> dict[str, str]:
    return {"label": draw(hostile(60)), "unit": draw(hostile(40)), "value": "40"}


def _revision(draw: st.DrawFn) -> dict[str, str]:
    kind = draw(st.sampled_from(["correction", "update", "withdrawal"]))
    was, because = draw(hostile(1000)), draw(hostile(300))
    return {"date": "2026-11-20", "kind": kind, "was": was, "because": because}


def live_in(payload: object) -> list[str]:
    """Return the texts in which Slack would read a mention, a channel or a link."""
    return [text for text in texts_in(payload) if _is_live(text)]


def _is_live(text: str) -> bool:
    return any(sign in "<>" for sign in _QUOTATION.sub("", _OURS.sub("", text)))


def texts_in(payload: object) -> Iterator[str]:
    """Yield all texts in which Slack reads signs, a message's own included."""
    if isinstance(payload, dict):
        if payload.get("type") == "mrkdwn" or "blocks" in payload:
            yield payload.get("text", "")
        for part in payload.values():
            yield from texts_in(part)
    if isinstance(payload, list | tuple):
        for part in payload:
            yield from texts_in(part)
