"""What a message says, wherever Slack keeps its words: text, blocks, attachments. Pure.

Nothing here raises, and none of it is trusted to be text: people, apps and Slack itself
fill these fields in different ways.
"""

import re
from collections.abc import Iterator, Mapping

from bot.briefing.drafts.sentences import draft_in
from bot.briefing.reading import WISH_TO_CHECK, words_as_written
from bot.slack.payloads import Json, text_in, value_in
from bot.slack.views.mrkdwn import written

NO_WORDS = "📎"
"""Stands for a message in which somebody sent something, but wrote nothing."""
_LONGEST = 4_000
_DEEPEST = 8
_MOST = 20
"""Attachments and files that are looked at: Slack lets a message have a hundred."""
_LEANS = re.compile(r"\b(?:this|that|it|these|those|them|below|true|thoughts)\b", re.I)
_SHORT = 60
"""Characters up to which words that lean on a forwarded message say nothing else."""


def question_in(message: Json) -> str:
    """Return what a message asks, in its lines.

    Its author's own words count, unless there are none or they only point at what was
    forwarded with them, as in "is this true?"; a voice clip's transcript is read like
    a text. `NO_WORDS` where something was sent of which none can be read.
    """
    own, sent = own_words(message), attached_words(message)
    asked = words_as_written(own)
    if sent and len(asked) <= _SHORT and WISH_TO_CHECK.fullmatch(asked):
        both = f"{asked}\n{words_as_written(sent)}"
        if draft_in(both):
            return both
    leans = len(asked) <= _SHORT and bool(_LEANS.search(asked))
    if sent and (not asked or leans):
        return words_as_written(sent) or asked or NO_WORDS
    if asked:
        return asked
    has_more = message.get("files") or message.get("attachments")
    return NO_WORDS if has_more and not written(own) else ""


def own_words(message: Json) -> str:
    """Return the text, else that of the blocks, else of a voice clip's transcript."""
    transcripts = (
        text_in(file, "transcription", "preview", "content")
        for file in _listed(message, "files")
    )
    return (
        text_in(message, "text")[:_LONGEST]
        or "\n".join(_texts_of_blocks(message.get("blocks")))[:_LONGEST].strip()
        or "\n".join(filter(None, transcripts))[:_LONGEST]
    )


def attached_words(message: Json) -> str:
    """Return the words of what was forwarded or attached."""
    words = []
    for attachment in _listed(message, "attachments"):
        written = [text_in(attachment, key) for key in ("pretext", "title", "text")]
        said = "\n".join(filter(None, written)) or "\n".join(
            text
            for part in _listed(attachment, "message_blocks")
            for text in _texts_of_blocks(value_in(part, "message", "blocks"))
        )
        words.append(said or text_in(attachment, "fallback"))
    return "\n".join(filter(None, words))[:_LONGEST]


def _texts_of_blocks(value: object, depth: int = 0) -> Iterator[str]:
    """Yield the texts of blocks in order; one line for each that holds words itself."""
    if depth > _DEEPEST:
        return
    for block in value[:_LONGEST] if isinstance(value, list) else ():
        if not isinstance(block, Mapping):
            continue
        elements = block.get("elements")
        leaves = elements[:_LONGEST] if isinstance(elements, list) else []
        line = "".join(text_in(e, "text") or text_in(e, "text", "text") for e in leaves)
        if line:
            yield line
        else:
            yield from _texts_of_blocks(elements, depth + 1)
        if text := text_in(block, "text") or text_in(block, "text", "text"):
            yield text


def _listed(holder: Json, key: str) -> list[Json]:
    listed = holder.get(key)
    found = listed[:_MOST] if isinstance(listed, list) else []
    return [each for each in found if isinstance(each, Mapping)]
