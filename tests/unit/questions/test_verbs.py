"""Verbs in plain words, with their object: the same in command and message."""

from datetime import date, time

import pytest

from bot.digests.schedules import Every
from bot.questions.pages import (
    AboutClaim,
    Catalogue,
    DefaultSet,
    Greeting,
    Hedge,
    Help,
    NothingBefore,
    Page,
    PageKind,
    Refusal,
    Reply,
    Shown,
    Slashed,
    UnknownBriefing,
)
from bot.questions.plain_times import day_in, read_rhythm
from bot.questions.small_talk import Aspect
from bot.questions.understand import (
    read_message,
    reply_to,
    subscription_request,
    understand,
)
from bot.subscriptions.manage import SubscriptionRequest
from tests.unit.questions.test_understand import DRILL, NK, NONE, ONE, TWO, page

TODAY = date(2026, 11, 25)
OVERVIEW = Shown(page(PageKind.OVERVIEW))
CHANGES = Shown(page(PageKind.CHANGES))
FIGURES = Shown(page(PageKind.FIGURES))
OF_TROOPS = Shown(page(PageKind.FIGURES, "troops"))
OF_TOPIC = Shown(page(PageKind.SECTION, "troops"))
OF_CHANGES = Shown(page(PageKind.CHANGES, "troops"))
LIST = Slashed("subscriptions")


def since(day: date) -> Reply:
    return Shown(Page(PageKind.CHANGES, NK, since=day))


def to_subscribe(words: str, *topics: str, **when: object) -> Reply:
    return Slashed("subscribe", words, SubscriptionRequest(topics, **when))  # type: ignore[arg-type]


SAID: dict[str, Reply] = {
    "hello": Greeting(),
    "help me": Help(),
    "`help`": Help(),
    "*help*": Help(),
    "“help”": Help(),
    "“figures”": FIGURES,
    '"figures"': FIGURES,
    "‘figures’ please": FIGURES,
    "Figures!": FIGURES,
    "figures troops": OF_TROOPS,
    "figures\u00a0troops": OF_TROOPS,
    "“figures” troops": OF_TROOPS,
    "figures for the troops?": OF_TROOPS,
    "Figures of boots on the ground": OF_TROOPS,
    "figures nk": FIGURES,
    "figures casualties": Shown(page(PageKind.CLAIM, "casualties")),
    "show me the figures for troops": OF_TROOPS,
    "numbers for troops, please": OF_TROOPS,
    "troops figures": OF_TROOPS,
    "open wonsan": Shown(page(PageKind.SECTION, "wonsan")),
    "tell me about the troops": Shown(page(PageKind.SECTION, "troops")),
    "timeline wonsan": Shown(page(PageKind.TIMELINE, "wonsan")),
    "sources for alliance": Shown(page(PageKind.SOURCES, "alliance")),
    "changes in troops": Shown(page(PageKind.CHANGES, "troops")),
    "what's new?": CHANGES,
    "What’s new": CHANGES,
    "changes": CHANGES,
    "changes since monday": since(date(2026, 11, 23)),
    "changes since Wednesday": since(date(2026, 11, 18)),
    "what changed since yesterday?": since(date(2026, 11, 24)),
    "what's new since 1 July 2025": since(date(2025, 7, 1)),
    "Anything new since last week?": since(date(2026, 11, 18)),
    "any updates since August": since(date(2026, 8, 1)),
    "changes since 2025-07-12": since(date(2025, 7, 12)),
    "what changed this week?": since(date(2026, 11, 23)),
    "changes since the flood": CHANGES,
    "use nk": DefaultSet(NK),
    "use the nk briefing please": DefaultSet(NK),
    "use none": DefaultSet(""),
    "use NK for this channel": DefaultSet(NK),
    "use nothing here": DefaultSet(""),
    "Use nothing": DefaultSet(""),
    "use atlantis": UnknownBriefing("atlantis"),
    "topics": OVERVIEW,
    "list": OVERVIEW,
    "list the topics": OVERVIEW,
    "what topics do you have?": OVERVIEW,
    "north korea": OVERVIEW,
    "North Korea?": OVERVIEW,
    "Russia": OVERVIEW,
    "unsubscribe": LIST,
    "please unsubscribe me": LIST,
    "unsubscribe from the troops digest": LIST,
    "stop": LIST,
    "STOP!": LIST,
    "stop sending me this": LIST,
    "stop the digests": LIST,
    "stop all messages please": LIST,
    "cancel my subscription": LIST,
    "end my subscription to troops": LIST,
    "turn off the digest": LIST,
    "stop the digest of troops": LIST,
    "pls stop": LIST,
    "no more messages": LIST,
    "stop troops": Slashed("subscriptions", "troops"),
    "mute troops": Slashed("subscriptions", "troops"),
    "Please mute the troops digest": LIST,
    "can you pause troops?": Slashed("subscriptions", "troops"),
    "turn off troops": Slashed("subscriptions", "troops"),
    "unmute troops": Slashed("subscriptions", "troops"),
    "snooze wonsan for now": Slashed("subscriptions", "wonsan"),
    "resume troops": Slashed("subscriptions", "troops"),
    "don't send me troops any more": Slashed("subscriptions", "troops"),
    "I don’t want troops any longer": Slashed("subscriptions", "troops"),
    "take me off troops": Slashed("subscriptions", "troops"),
    "mute north korea": Slashed("subscriptions", "north korea"),
    "unsubscribe troops": Slashed("subscriptions", "troops"),
    "can I pause troops until Friday?": Slashed("subscriptions", "troops"),
    "snooze troops for a week": Slashed("subscriptions", "troops"),
    "I’m not interested in troops any more": Slashed("subscriptions", "troops"),
    "unfollow troops": Slashed("subscriptions", "troops"),
    "follow troops": to_subscribe("troops", f"{NK}/troops"),
    "no more updates about troops": LIST,
    "stop the morning messages": LIST,
    "mute for an hour": LIST,
    "is my digest paused?": LIST,
    "what have I subscribed to?": LIST,
    "do I get a digest tomorrow?": LIST,
    "next digest when?": Slashed("digests"),
    "what time does the morning digest come out?": Slashed("digests"),
    "set nk as the default": DefaultSet(NK),
    "switch this channel to nk": DefaultSet(NK),
    "switch briefing": UnknownBriefing(""),
    "use the other briefing": UnknownBriefing("the other briefing"),
    "which briefing is this?": OVERVIEW,
    "go back to north korea": OVERVIEW,
    "pause": LIST,
    "mute all for now": LIST,
    "end this": LIST,
    "resume everything please": LIST,
    "mute the morning digest": LIST,
    "switch off the weekly digest": LIST,
    "when is my next digest?": LIST,
    "When's my next digest": LIST,
    "my next digest?": LIST,
    "when does my digest come?": LIST,
    "at what time do I get my digest?": LIST,
    "when will I get the next briefing?": LIST,
    "how often do I get the digest?": LIST,
    "when is my digest about troops?": LIST,
    "what will I get tomorrow?": LIST,
    "am I subscribed to anything?": LIST,
    "which digests do I get?": LIST,
    "when is the next digest?": Slashed("digests"),
    "next digest?": Slashed("digests"),
    "what time does the digest come?": Slashed("digests"),
    "how often do you post this?": Slashed("digests"),
    "switch to north korea": DefaultSet(NK),
    "Can you switch to NK, please?": DefaultSet(NK),
    "switch back to nk": DefaultSet(NK),
    "use north korea": DefaultSet(NK),
    "change the briefing to north korea": DefaultSet(NK),
    "change to nk": DefaultSet(NK),
    "set default to nk": DefaultSet(NK),
    "set this channel's briefing to Russia": DefaultSet(NK),
    "make nk the default here": DefaultSet(NK),
    "pick nk": DefaultSet(NK),
    "set the briefing to atlantis": UnknownBriefing("atlantis"),
    "reset the briefing": DefaultSet(""),
    "tell me about north korea": OVERVIEW,
    "go to north korea": OVERVIEW,
    "subscriptions": LIST,
    "digests": Slashed("digests"),
    "forget me": Slashed("forget me"),
    "subscribe": Slashed("subscribe"),
    "subscribe me": Slashed("subscribe"),
    "Sign me up": Slashed("subscribe"),
    "subscribe\u00a0troops": to_subscribe("troops", f"{NK}/troops"),
    "subscribe me to troops every weekday at 7": to_subscribe(
        "to troops every weekday at 7", f"{NK}/troops", at=time(7)
    ),
    "Can you subscribe me to troops and Wonsan on Fridays at 5:30 pm?": to_subscribe(
        "to troops and Wonsan on Fridays at 5:30 pm",
        *(f"{NK}/troops", f"{NK}/wonsan"),
        every=Every.FRIDAY,
        at=time(17, 30),
    ),
    "send me this every morning": to_subscribe("this every morning", every=Every.DAY),
    "can I get troops every day?": to_subscribe(
        "troops every day", f"{NK}/troops", every=Every.DAY
    ),
    "remind me of troops on Mondays": to_subscribe(
        "of troops on Mondays", f"{NK}/troops", every=Every.MONDAY
    ),
    "please send me nk daily at 18.15": to_subscribe(
        "nk daily at 18.15", NK, every=Every.DAY, at=time(18, 15)
    ),
    "overview of troops": OF_TOPIC,
    "summary of the troops section": OF_TOPIC,
    "troops summary": OF_TOPIC,
    "tldr troops": OF_TOPIC,
    "what changed in troops?": OF_CHANGES,
    "what's new in troops": OF_CHANGES,
    "any updates on troops": OF_CHANGES,
    "what changed in troops since 1 July?": Shown(
        Page(PageKind.CHANGES, NK, "troops", since=date(2026, 7, 1))
    ),
    "changes troops since 1 July": Shown(
        Page(PageKind.CHANGES, NK, "troops", since=date(2026, 7, 1))
    ),
    "forget everything about me": Slashed("forget me"),
    "what data do you hold on me?": Slashed("forget me"),
}
"""Each wording, and what it comes to with one briefing."""


@pytest.mark.parametrize(("words", "reply"), SAID.items(), ids=SAID)
def test_a_verb_is_the_same_in_command_and_message(words: str, reply: Reply) -> None:
    """The terminal reads as a message does."""
    by_message = reply_to(read_message(words, ONE), ONE, today=TODAY)

    assert understand(words, ONE, today=TODAY) == reply
    assert by_message == reply


@pytest.mark.parametrize(
    "words",
    [
        "why does North Korea help Russia",
        "use of drones in the war",
        "use of human wave tactics by Kim",
        "claim that Kim helps",
        "figures show what about the losses?",
        "sources of the missile parts",
        "changes in the foreign policy of Kim",
        "help for Russia",
        "show how Kim uses the war",
        "tell me about tanks",
        "show me the attacks on Monday",
        "have they attacked Kursk every day?",
        "news about the weather in Kursk",
        "stop the war in Kursk",
        "stop troops?",
        "follow the money",
        "what is that resort?",
        "what happened in Wonsan?",
        "who are the leaders?",
        "use of the alliance briefing by Kim",
        "set fire as a weapon",
        "I do not want war",
        "end alliance?",
        "resume wonsan?",
        "pause in the fighting",
        "mute response of the UN",
        "silence of Kim on losses",
        "resume of Kim",
        "cancel culture in Russia",
        "switch to drones",
        "switch to atlantis",
        "switch to a war economy",
        "did Russia switch to drones?",
        "change to the constitution",
        "move to Russia",
        "make North Korea a nuclear power",
        "choose sides",
        "set the record straight",
        "when is the next summit?",
        "when is the next update on Kursk?",
        "when is Putin's next visit?",
        "my schedule for attacks",
        "will Russia stop the war?",
        "can the world forget Kursk?",
        "who subscribes to that theory?",
        "send me the losses",
        "list of the weapons that Kim wants",
        "more troops for Russia?",
        "when was the deployment confirmed?",
        "is that resort in Wonsan new?",
        "who says that Kim hugged Lavrov?",
    ],
)
def test_a_verbs_word_does_not_make_a_question_a_verb(words: str) -> None:
    """What begins like a command and goes on like a sentence is for the search."""
    for reply in (understand(words, ONE), reply_to(read_message(words, ONE), ONE)):
        is_claim = isinstance(reply, Shown) and reply.page.kind is PageKind.CLAIM
        assert is_claim or isinstance(reply, Hedge | Refusal)


def test_lists_of_topics_are_asked_for_wherever_they_are() -> None:
    """With several briefings the list is that of the briefings."""
    assert understand("list", TWO) == Catalogue()
    assert understand("figures troops", TWO) == OF_TROOPS
    assert understand(
        "changes since monday", TWO, assumed_briefing=NK, today=TODAY
    ) == (since(date(2026, 11, 23)))


def test_a_verb_of_ones_own_works_for_whoever_may_see_nothing() -> None:
    """What comes to somebody can be stopped, and they can be forgotten."""
    assert understand("stop", NONE) == LIST
    assert understand("forget me", NONE) == Slashed("forget me")


@pytest.mark.parametrize(
    "words",
    ["when?", "why?", "where?", "how many?", "who?", "is that confirmed?", "more"],
)
def test_words_that_lean_on_nothing_are_asked_back(words: str) -> None:
    """Nothing was shown, so nobody guesses which claim is meant."""
    assert understand(words, ONE) == NothingBefore()


@pytest.mark.parametrize(
    ("words", "aspect"),
    [
        ("source?", Aspect.SOURCE),
        ("link?", Aspect.SOURCE),
        ("by whom?", Aspect.SOURCE),
        ("who told you?", Aspect.SOURCE),
        ("who's behind that?", Aspect.SOURCE),
        ("got a source for that?", Aspect.SOURCE),
        ("any proof?", Aspect.CONFIRMED),
        ("is that still true?", Aspect.CONFIRMED),
        ("does anyone dispute that?", Aspect.CONFIRMED),
        ("is that a guess?", Aspect.CONFIRMED),
        ("you sure?", Aspect.CERTAINTY),
        ("how reliable?", Aspect.CERTAINTY),
        ("any caveats?", Aspect.CERTAINTY),
        ("until when?", Aspect.WHEN),
        ("where?", Aspect.WHERE),
        ("and where?", Aspect.WHERE),
        ("where exactly?", Aspect.WHERE),
        ("Where was that?", Aspect.WHERE),
        ("where are they", Aspect.WHERE),
        ("where did it happen?", Aspect.WHERE),
        ("in which country?", Aspect.WHERE),
        ("what city was that in?", Aspect.WHERE),
        ("whereabouts?", Aspect.WHERE),
        ("how many?", Aspect.NUMBER),
        ("How many exactly?", Aspect.NUMBER),
        ("so how many?", Aspect.NUMBER),
        ("how many were there?", Aspect.NUMBER),
        ("how many in total?", Aspect.NUMBER),
        ("how much?", Aspect.NUMBER),
        ("what's the number?", Aspect.NUMBER),
        ("which figure?", Aspect.NUMBER),
        ("by how much?", Aspect.NUMBER),
        ("how many then?", Aspect.NUMBER),
        ("where's that?", Aspect.WHERE),
        ("how did they do it?", Aspect.WHY),
        ("how?", Aspect.WHY),
        ("how did that happen?", Aspect.WHY),
        ("compared to what?", Aspect.COMPARED),
        ("Compared with?", Aspect.COMPARED),
        ("than what?", Aspect.COMPARED),
        ("and more precise than what?", Aspect.COMPARED),
        ("out of how many?", Aspect.COMPARED),
        ("how does that compare?", Aspect.COMPARED),
        ("what do you compare it to?", Aspect.COMPARED),
        ("is that a lot?", Aspect.COMPARED),
        ("is it more than last year?", Aspect.COMPARED),
        ("is that figure confirmed?", Aspect.CONFIRMED),
        ("that's wrong", Aspect.CONFIRMED),
        ("I don't believe it", Aspect.CONFIRMED),
        ("that can't be right", Aspect.CONFIRMED),
        ("is that certain?", Aspect.CERTAINTY),
        ("are you sure about that number?", Aspect.CERTAINTY),
        ("isn't that too high?", Aspect.CERTAINTY),
        ("that seems low", Aspect.CERTAINTY),
    ],
)
def test_a_few_words_behind_an_answer_are_about_its_claim(
    words: str, aspect: Aspect
) -> None:
    """However somebody puts it, it is no new question."""
    said = read_message(words, ONE)

    reply = reply_to(said, ONE, previous="How many were killed?")

    assert isinstance(reply, AboutClaim)
    assert reply.aspect is aspect


@pytest.mark.parametrize(
    "words",
    [
        *("who?", "what?", "which ones?", "how long?", "who are they?"),
        *("what happened?", "what does that mean?", "huh?"),
        *("that's not what I asked", "that doesn't answer my question", "useless"),
    ],
)
def test_what_one_claim_may_not_say_is_looked_for_in_its_topic(words: str) -> None:
    """A question word alone gets all that stands around the claim, and no guess."""
    said = read_message(words, ONE)

    assert reply_to(said, ONE, previous="How many were killed?") == OF_TOPIC
    assert reply_to(said, ONE, previous="troops") == NothingBefore()


def test_of_a_topic_how_many_are_its_figures() -> None:
    """Which of its claims is meant nobody knows; where they are, either."""
    how_many, where = read_message("how many?", ONE), read_message("where?", ONE)

    assert reply_to(how_many, ONE, previous="troops") == OF_TROOPS
    assert reply_to(where, ONE, previous="troops") == NothingBefore()


@pytest.mark.parametrize(
    "words",
    [
        "where are the troops?",
        "where did they fight?",
        "how many troops were sent?",
        "how much ammunition?",
        "which country helps Kim?",
        "how did Lavrov travel?",
        "are more troops coming than before?",
        "how does that compare with Kursk?",
        "how long is the war?",
        "who is Kim Jong Un?",
    ],
)
def test_a_question_word_before_more_words_begins_a_question(words: str) -> None:
    """What names its matter is searched for, whatever was shown before."""
    said = read_message(words, ONE)

    assert said.aspect is None
    reply = reply_to(said, ONE, previous="How many were killed?")
    assert isinstance(reply, Shown | Hedge | Refusal)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", TODAY),
        ("this week", date(2026, 11, 23)),
        ("this month", date(2026, 11, 1)),
        ("2 days ago", date(2026, 11, 23)),
        ("a week ago", date(2026, 11, 18)),
        ("the last month", date(2026, 10, 26)),
        ("December", date(2025, 12, 1)),
        ("July 4", date(2026, 7, 4)),
        ("the flood", None),
        ("31 June", None),
        ("29 February", date(2024, 2, 29)),
        ("99 days of rain", None),
    ],
)
def test_a_day_is_read_as_people_say_it(words: str, day: date | None) -> None:
    """A day without its year is the last one before today."""
    assert day_in(words, TODAY) == day


@pytest.mark.parametrize(
    ("words", "rest", "every", "at"),
    [
        ("troops every weekday at 7", "troops", Every.WEEKDAY, time(7)),
        ("troops every day at 19:05", "troops", Every.DAY, time(19, 5)),
        ("troops each Monday", "troops", Every.MONDAY, None),
        ("troops on Tuesdays at noon", "troops", Every.TUESDAY, time(12)),
        ("troops weekly", "troops", Every.MONDAY, None),
        ("troops every evening", "troops", Every.DAY, time(18)),
        ("troops at 6 in the evening", "troops", None, time(18)),
        ("troops at 12 am", "troops", None, time(0)),
        ("troops at 7 o'clock daily", "troops", Every.DAY, time(7)),
        ("troops on weekdays at 1930", "troops", Every.WEEKDAY, time(19, 30)),
        ("troops tuesdays 7pm", "troops", Every.TUESDAY, time(19)),
        ("troops every Tue at 730", "troops", Every.TUESDAY, time(7, 30)),
        ("troops every thurs 18:15", "troops", Every.THURSDAY, time(18, 15)),
        ("5 drones daily", "5 drones", Every.DAY, None),
        ("troops at 99", "troops", None, None),
        ("life at sea", "life at sea", None, None),
    ],
)
def test_a_rhythm_is_read_as_people_say_it(
    words: str, rest: str, every: Every | None, at: time | None
) -> None:
    """What is not said stays open for whoever sees the form."""
    assert read_rhythm(words) == (rest, every, at)


def test_a_subscription_to_many_topics_is_one_however_long() -> None:
    """Its topics may take more words than small talk has."""
    names = ("lessons learned", "russia ties", "boots on the ground", "consequences")
    words = f"subscribe me to {', '.join(names)} and what next every weekday at 7"

    said = understand(f"please {words}, as I read it on my way to work", ONE)

    assert isinstance(said, Slashed)
    assert said.request
    assert len(said.request.topics) >= 4


def test_a_request_survives_its_button() -> None:
    """The button that a message gets opens the form filled in alike."""
    request = subscription_request("nk, drill on Sundays at 9", TWO)

    assert request.topics == (NK, DRILL)
    assert SubscriptionRequest.decode(request.encode()) == request
    assert SubscriptionRequest.decode("morning-brief") is None
    assert SubscriptionRequest.decode("day|25:00|x") is None


def test_a_page_of_changes_survives_its_button() -> None:
    """A list of a section, or since a day, is opened again as it was."""
    for shown in (since(TODAY), OF_TROOPS):
        assert isinstance(shown, Shown)
        assert Page.decode(shown.page.encode()) == shown.page
    assert Page.decode("changes|nk|||yesterday") is None
