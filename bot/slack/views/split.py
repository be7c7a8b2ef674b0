"""Splitting at sensible places: long texts into blocks, many blocks into `Part`s. Pure.

A posted message must stay editable, and `chat.update` refuses text over 4,000
characters; so a part stays well below what a post could hold.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.blocks import (
    MarkdownTextObject,
    RichTextBlock,
    RichTextElementParts,
    RichTextPreformattedElement,
    SectionBlock,
)

from bot.block_kit.part import ClaimMark
from bot.block_kit.text_length import slack_length
from bot.slack.views.mrkdwn import clean

BLOCK_TEXT = 2_900
ENTRY_TEXT = 1_500
"""More than any line of a list should ever take."""
PART_TEXT = 3_000
PART_COUNTED = 8_500
PART_BLOCKS = 40

_PLACES = tuple(map(re.compile, (r"\n\n", r"\n", r"(?<=[.!?])[_*]? ", r" ")))


@dataclass(frozen=True, slots=True)
class Piece:
    """What belongs together: some mrkdwn, and the claims whose words it shows."""

    mrkdwn: str
    claims: tuple[ClaimMark, ...] = ()


def paragraphs(mrkdwn: str) -> list[SdkBlock]:
    """Return a text as blocks that are never folded, in which Slack links nothing."""
    return [
        SectionBlock(text=MarkdownTextObject(text=text, verbatim=True), expand=True)
        for text in cut(mrkdwn, BLOCK_TEXT)
    ]


def preformatted(text: str) -> list[SdkBlock]:
    """Return plain text in fixed width, to be copied; it is not escaped."""
    pieces = (_halves(piece) for piece in cut(text, BLOCK_TEXT))
    parts = [RichTextElementParts.Text(text=text) for each in pieces for text in each]
    return [
        RichTextBlock(elements=[RichTextPreformattedElement(elements=[part])])
        for part in parts
    ]


def _halves(text: str) -> list[str]:
    """Cut a text in halves until each piece fits where Slack will escape it itself."""
    if slack_length(text, is_escaped=False) <= BLOCK_TEXT:
        return [text]
    half = len(text) // 2
    return [*_halves(text[:half]), *_halves(text[half:])]


def cut(text: str, most: int) -> list[str]:
    """Cut a text into pieces of at most `most` characters as Slack counts them.

    It is cut between paragraphs, else lines, sentences or words; where there is no
    such place it is cut before a character, never inside an entity or a link.
    """
    pieces = []
    rest = text.strip()
    while slack_length(rest) > most:
        end = _last_place(rest, most)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [piece for piece in (*pieces, rest) if piece]


def _last_place(text: str, most: int) -> int:
    window = _fitting(text, most)
    for place in _PLACES:
        found = (match.end() for match in place.finditer(window))
        ends = [end for end in found if _is_whole(window, end)]
        if ends and ends[-1] > len(window) // 3:
            return ends[-1]
    is_whole = _is_whole(window, len(window))
    return max(1, len(window) if is_whole else window.rfind("<"))


def _is_whole(text: str, end: int) -> bool:
    """Say whether no link or mention goes on behind this place."""
    return text.rfind("<", 0, end) <= text.rfind(">", 0, end)


def _fitting(text: str, most: int) -> str:
    torn = re.search(r"&[a-z]{0,3}$", text[:most])
    window = text[: torn.start()] if torn else text[:most]
    while slack_length(window) > most:
        window = window[: -max(1, (slack_length(window) - most) // 5)]
    return window


def shorten(text: str, most: int) -> str:
    """Return the text, or as much of it as fits with an ellipsis behind it."""
    return text if slack_length(text) <= most else f"{cut(text, most - 1)[0]}…"


def shorten_plain(text: str, most: int) -> str:
    """Clean a plain text and cut it at `most` characters as Slack counts them there.

    Of a text without a sign to be seen a dash is left: Slack takes no empty label.
    """
    cleaned = clean(text) or "–"
    cut_at = most
    while slack_length(cleaned[:cut_at], is_escaped=False) > most:
        cut_at -= 1
    return cleaned if cut_at >= len(cleaned) else f"{cleaned[: cut_at - 1]}…"


def pack(pieces: Iterable[Piece]) -> list[tuple[Piece, ...]]:
    """Put pieces, in order, into as few messages as their sizes allow.

    A piece too long for any message is cut; what it shows stands on each of its cuts.
    """
    packed: list[list[Piece]] = [[]]
    for piece in _cut_pieces(pieces):
        if packed[-1] and not _fits([*packed[-1], piece]):
            packed.append([])
        packed[-1].append(piece)
    return [tuple(part) for part in packed if part]


def _cut_pieces(pieces: Iterable[Piece]) -> Iterable[Piece]:
    for piece in pieces:
        for text in cut(piece.mrkdwn, BLOCK_TEXT):
            yield Piece(text, piece.claims)


def _fits(pieces: Sequence[Piece]) -> bool:
    """Leave room for a row of controls and a context line in the last part."""
    length = sum(slack_length(piece.mrkdwn) + 1 for piece in pieces)
    return length <= PART_TEXT - 400 and len(pieces) <= PART_BLOCKS - 3
