"""A message's words are found wherever Slack keeps them."""

from typing import Any

import pytest

from bot.slack.message_words import NO_WORDS, question_in

BOATS = "About 40 boats were lost."


def rich_text(*texts: str) -> list[dict[str, Any]]:
    words = [{"type": "text", "text": text} for text in texts]
    section = {"type": "rich_text_section", "elements": words}
    return [{"type": "rich_text", "elements": [section]}]


FORWARDED = [{"is_share": True, "text": BOATS, "fallback": f"[alice]: {BOATS}"}]
CLIP = [{"subtype": "slack_audio", "transcription": {"preview": {"content": BOATS}}}]
NESTED: Any = [{"elements": []}]
for _ in range(200):
    NESTED = [{"elements": NESTED}]


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        pytest.param({"text": "how many boats?"}, "how many boats?", id="text"),
        pytest.param(
            {"text": "how many boats?", "blocks": rich_text("other")},
            "how many boats?",
            id="text-beside-blocks",
        ),
        pytest.param({"blocks": rich_text("how ", "many?")}, "how many?", id="blocks"),
        pytest.param(
            {"blocks": [{"type": "section", "text": {"text": BOATS}}]},
            BOATS,
            id="an-apps-section",
        ),
        pytest.param({"text": "", "attachments": FORWARDED}, BOATS, id="forwarded"),
        pytest.param(
            {"text": "is this true?", "attachments": FORWARDED},
            f"is this true?\n{BOATS}",
            id="a-wish-to-check-it",
        ),
        pytest.param(
            {"text": "thoughts on this?", "attachments": FORWARDED},
            BOATS,
            id="words-that-point-at-it",
        ),
        pytest.param(
            {"text": "How many sailors were hurt?", "attachments": FORWARDED},
            "How many sailors were hurt?",
            id="a-question-of-its-own",
        ),
        pytest.param(
            {"text": "", "attachments": [{"fallback": BOATS}]}, BOATS, id="fallback"
        ),
        pytest.param(
            {
                "attachments": [
                    {"message_blocks": [{"message": {"blocks": rich_text(BOATS)}}]}
                ]
            },
            BOATS,
            id="forwarded-blocks",
        ),
        pytest.param({"text": "", "files": CLIP}, BOATS, id="voice-clip"),
        pytest.param({"text": "", "files": [{"id": "F1"}]}, NO_WORDS, id="picture"),
        pytest.param(
            {"text": "", "attachments": [{"image_url": "x"}]}, NO_WORDS, id="image"
        ),
        pytest.param({"text": "👋"}, "", id="a-wave"),
        pytest.param({}, "", id="nothing"),
        pytest.param({"text": 7, "blocks": NESTED, "files": "x"}, NO_WORDS, id="junk"),
        pytest.param({"blocks": [None, 3, {"elements": {}}]}, "", id="odd-blocks"),
        pytest.param({"attachments": [{"message_blocks": [{"message": 3}]}]}, NO_WORDS),
    ],
)
def test_what_a_message_asks(message: dict[str, Any], asked: str) -> None:
    """Its author's words first, then what they sent along."""
    assert question_in(message) == asked
