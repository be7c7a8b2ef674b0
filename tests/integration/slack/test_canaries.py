"""What is withheld is never uttered: not by any surface, nor by what it does not say.

Every answer is compared with the one from a briefing in which the withheld claim was
never written: were a single character different, it could be told from an absent one.
"""

import json
from typing import Any

import pytest

from bot.audiences import Asker
from bot.briefing.models import Briefing
from bot.briefing.tlp import LABELS, Audience, Label, Reach
from bot.installation import Installation
from bot.meaning.meanings import Meanings
from bot.questions.answers import Answers
from bot.questions.pages import Page, PageKind
from bot.slack.reply_cache import ReplyCache
from bot.slack.views.message import RenderContext
from bot.slack.views.modal import reply_modal
from bot.slack.views.render import copy_modal, modal
from tests.answering import open_answering
from tests.factories import claim, make_briefing, section
from tests.held import HeldBriefings, KnownAudiences
from tests.meaning import WordEmbedder
from tests.patience import PATIENCE_S

ASKER = Asker(Installation("T1"), "U1", "C1")
CANARY = "zzcanary"
GUARDED = [label for label in Label if label is not Label.CLEAR]
PEOPLE = (Reach.MEMBER, Reach.GUEST, Reach.EXTERNAL)
TYPED = (
    *("", "help", "storm", "losses", "figures", "timeline", "sources", "changes"),
    *(f"{CANARY} alias", "zzcanry", f"claim {CANARY}-id", f"{CANARY}-topic", "Bay"),
    *(f"how many {CANARY} boats were lost?", "how many boats were lost?", "who died?"),
    *(f"use {CANARY}", "what about the bay?", "harbour zzcanary", "rescued"),
)
PAGES = (
    *(Page(kind, "harbour") for kind in PageKind),
    *(Page(PageKind.SECTION, "harbour", id) for id in ("storm", f"{CANARY}-topic")),
    *(Page(PageKind.CLAIM, "harbour", id) for id in ("losses", f"{CANARY}-id", "next")),
)


def secret(label: Label) -> dict[str, Any]:
    """A claim with a canary word in every field that holds words."""
    return claim(
        f"{CANARY}-id",
        text=f"The {CANARY} text says that 3 were rescued at {CANARY} Bay.",
        short=f"{CANARY} short",
        caveat=f"{CANARY} caveat",
        aliases=[f"{CANARY} alias", "rescued"],
        sources=[{"id": f"{CANARY}-source", "quote": f"{CANARY} quote"}],
        figures=[{"label": "boats lost", "value": 3}],
        when="2026-10",
        contradicts=["losses"],
        handling=label,
        revisions=[
            {
                "date": "2026-11-01",
                "kind": "correction",
                "was": f"{CANARY} was",
                "because": f"{CANARY} because",
            }
        ],
    )


def harbour(label: Label | None) -> Briefing:
    """A CLEAR briefing, with secrets of this label or without any."""
    losses = claim(figures=[{"label": "boats lost", "value": 40}], when="2026-11")
    claims = [losses, claim("next", text="The port reopened.")]
    sources: dict[str, Any] = {"port": {"publisher": "Port authority"}}
    sections = [section(claims=claims)]
    entities: dict[str, Any] = {}
    if label:
        claims.insert(1, secret(label))
        hidden = [secret(label) | {"id": f"{CANARY}-2", "contradicts": []}]
        title = f"{CANARY} title"
        sections.append(section(f"{CANARY}-topic", title=title, claims=hidden))
        sources[f"{CANARY}-source"] = {"publisher": f"{CANARY} press"}
        entities[f"{CANARY}-bay"] = {"name": f"{CANARY} Bay"}
    return make_briefing(sections=sections, sources=sources, entities=entities)


async def uttered(
    url: str, briefing: Briefing, reach: Reach | None, meanings: Meanings | None = None
) -> list[str]:
    """Return everything that a person can be brought to see, in a fixed order."""
    held = HeldBriefings(briefing, other())
    if meanings:
        meanings.patience_s = PATIENCE_S
        await meanings.make(held.served.library)
    async with open_answering(
        url, held, KnownAudiences(reach), meanings=meanings
    ) as answering:
        return await _everything(answering.answers)


async def _everything(answers: Answers) -> list[str]:
    replies = ReplyCache("/brief")
    said = []
    for words in TYPED:
        for answer in (
            await answers.to_command(ASKER, words),
            await answers.to_search(ASKER, words),
        ):
            said.append(replies.json(answer))
            said.append(json.dumps(reply_modal(replies.part(answer))))
    for page in PAGES:
        answer = await answers.to_page(ASKER, page)
        said.append(replies.json(answer))
        said += _in_modals(replies.context(answer), page)
    return said


def other() -> Briefing:
    """A GREEN briefing, so that people have to be looked up at all."""
    return make_briefing(id="other", title="Other things", handling="TLP:GREEN")


def _in_modals(context: RenderContext, page: Page) -> list[str]:
    return [json.dumps(view(context, page)) for view in (modal, copy_modal)]


@pytest.mark.parametrize("reach", PEOPLE)
@pytest.mark.parametrize("label", GUARDED)
async def test_a_withheld_claim_cannot_be_told_from_an_absent_one(
    label: Label, reach: Reach, sqlite_url: str
) -> None:
    """Commands, questions, buttons, modals and copies are the same to a letter."""
    if label in LABELS[reach]:
        assert CANARY in "".join(await uttered(sqlite_url, harbour(label), reach))
        return

    assert await uttered(sqlite_url, harbour(label), reach) == await uttered(
        sqlite_url, harbour(None), reach
    )


@pytest.mark.parametrize("reach", PEOPLE)
@pytest.mark.parametrize("label", GUARDED)
async def test_vectors_tell_it_from_an_absent_one_no_more(
    label: Label, reach: Reach, sqlite_url: str
) -> None:
    """They know the withheld claim, and only what is in sight is compared."""
    if label in LABELS[reach]:
        return
    counted: list[str] = []
    knowing = Meanings(WordEmbedder(), count=counted.append)
    innocent = Meanings(WordEmbedder())

    said = await uttered(sqlite_url, harbour(label), reach, knowing)

    assert said == await uttered(sqlite_url, harbour(None), reach, innocent)
    assert "used" in counted


@pytest.mark.parametrize("label", GUARDED)
async def test_a_failed_look_up_says_the_same_whatever_there_is(
    label: Label, sqlite_url: str
) -> None:
    """Who cannot be looked up is asked to try again, and learns nothing else."""
    said = await uttered(sqlite_url, harbour(label), None)

    assert said == await uttered(sqlite_url, harbour(None), None)
    assert CANARY not in "".join(said)


@pytest.mark.parametrize("reach", Reach)
@pytest.mark.parametrize("label", GUARDED)
def test_every_audience_sees_its_labels_and_no_other(
    label: Label, reach: Reach
) -> None:
    """Rooms count too: a post is seen by everybody in them."""
    library = HeldBriefings(harbour(label)).served.library

    seen = library.for_audience(Audience(reach, frozenset({"U1"})))

    text = "".join(str(briefing) for briefing in seen.briefings)
    assert (CANARY in text) is (label in LABELS[reach])
