"""Small talk: what is answered kindly, and what goes to the search untouched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions.small_talk import Courtesy, read_utterance


@pytest.mark.parametrize(
    ("text", "courtesy"),
    [
        ("hello", Courtesy.HELLO),
        ("Hi there!", Courtesy.HELLO),
        ("Good morning 👋", Courtesy.HELLO),
        ("Hey, how are you?", Courtesy.HELLO),
        ("¡Hola!", Courtesy.HELLO),
        ("", Courtesy.HELLO),
        ("   ", Courtesy.HELLO),
        (":wave:", Courtesy.HELLO),
        ("👋🏽", Courtesy.HELLO),
        ("thanks", Courtesy.THANKS),
        ("Thank you so much!", Courtesy.THANKS),
        ("ok great, thanks a lot 🙏", Courtesy.THANKS),
        ("perfect", Courtesy.THANKS),
        ("thanks, that was great", Courtesy.THANKS),
        ("Very useful, thank you!", Courtesy.THANKS),
        ("great answer", Courtesy.THANKS),
        ("makes sense, thanks", Courtesy.THANKS),
        ("that's all I needed", Courtesy.THANKS),
        ("👍", Courtesy.THANKS),
        (":+1::skin-tone-3:", Courtesy.THANKS),
        ("help", Courtesy.HELP),
        ("corrections policy", Courtesy.POLICY),
        ("How do you correct errors?", Courtesy.POLICY),
        ("how can I report a mistake", Courtesy.POLICY),
        ("Help me please", Courtesy.HELP),
        ("What can you do?", Courtesy.HELP),
        ("what can I ask you", Courtesy.HELP),
        ("Who are you?", Courtesy.HELP),
        ("How does this work?", Courtesy.HELP),
        ("???", Courtesy.HELP),
        (":shrug:", Courtesy.HELP),
    ],
)
def test_small_talk_is_heard_as_what_it_means(text: str, courtesy: Courtesy) -> None:
    """Nobody is told that the briefing does not cover "hello"."""
    assert read_utterance(text).courtesy is courtesy


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("sources?", "sources"),
        ("what are your sources?", "sources"),
        ("Show me the sources, please", "sources"),
        ("according to whom?", "sources"),
        ("what changed?", "changes"),
        ("What's new?", "changes"),
        ("any news today?", "changes"),
        ("what has changed since Monday", "changes"),
        ("show me the timeline", "timeline"),
        ("all the figures", "figures"),
        ("overview", ""),
        ("Summarise it", ""),
        ("tl;dr", ""),
        ("Hi, what's new?", "changes"),
    ],
)
def test_command_words_are_heard_however_they_are_put(text: str, command: str) -> None:
    """A command word typed as plain text leads to the same page as the command."""
    assert read_utterance(text).command == command


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("subscribe", "subscribe"),
        ("Subscribe me to the briefing", "subscribe"),
        ("how do I unsubscribe?", "subscriptions"),
        ("my subscriptions", "subscriptions"),
        ("stop", "subscriptions"),
        ("digests", "digests"),
        ("forget me", "forget me"),
        ("What do you know about me?", "forget me"),
        ("who subscribes to that theory?", ""),
        ("will Russia stop the war?", ""),
        ("can the world forget Kursk?", ""),
    ],
)
def test_commands_that_need_their_slash_are_told_from_questions(
    text: str, verb: str
) -> None:
    """A message cannot open a form: whoever writes the word is told how to."""
    assert read_utterance(text).verb == verb


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("How many were killed?", "How many were killed?"),
        ("Hello, how many were killed?", "how many were killed?"),
        ("Thanks! And how many were wounded?", "And how many were wounded?"),
        ("hi there, who says that Kim helps?", "who says that Kim helps?"),
        ("history of the alliance", "history of the alliance"),
        ("okapi exports", "okapi exports"),
        ("what changed in Kursk?", "what changed in Kursk?"),
        ("sources of the missile parts", "sources of the missile parts"),
        ("help for Russia", "help for Russia"),
        ("who thanked Kim?", "who thanked Kim?"),
        ("сколько погибло?", "сколько погибло?"),
        ("몇 명이 죽었나요", "몇 명이 죽었나요"),
    ],
)
def test_questions_are_left_as_they_were_put(text: str, words: str) -> None:
    """Only a greeting in front is dropped; everything else is the search's."""
    said = read_utterance(text)

    assert said.words == words
    assert said.courtesy is None
    assert said.command is None


@given(st.text(max_size=400))
def test_any_text_at_all_is_heard(text: str) -> None:
    """A message is a courtesy, a command, or words: never nothing."""
    said = read_utterance(text)

    assert said.words or said.courtesy or said.command is not None


@pytest.mark.parametrize("word", ["hi ", "ok ", "the ", "thanks ", "show me ", ":a"])
def test_long_repetitions_are_heard_at_once(word: str) -> None:
    """No text makes the patterns try everything: what is long is no small talk."""
    assert read_utterance(word * 20_000).courtesy is None
