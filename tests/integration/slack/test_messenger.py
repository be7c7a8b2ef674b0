"""The contract of `Messenger`, on Slack's API and on the stand-in alike."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.block_kit.part import Part
from bot.errors import DeliveryError, FailureClass
from bot.installation import Installation
from bot.outbox.interfaces import Messenger, StalePage, UnreadableChannel
from bot.outbox.model import DeliveryId, DeliveryMark, HistoryPage, MessageRef
from bot.simulator.faults import FaultKind, FaultRule
from bot.simulator.server import Simulator
from bot.slack.clients import Clients, Identity, posting_client, single_workspace
from bot.slack.messenger import SlackMessenger
from tests.fakes import MORNING, RecordingMessenger, StoppedClock

MARK = DeliveryMark(DeliveryId("11111111-2222-5333-8444-555555555555"), 0)
DESK = "C0KOREA"
HOUR = timedelta(hours=1)
LEAD = Part("Two lines of news.", ({"type": "divider"},))


@dataclass(frozen=True)
class Stage:
    """A messenger and the time it posts at."""

    messenger: Messenger
    installation: Installation
    clock: StoppedClock


@pytest.fixture
def slack(sim: Simulator, clients: Clients) -> Stage:
    """The real messenger, over HTTP to the simulator."""
    clock = StoppedClock(sim.clock.now())
    messenger = SlackMessenger(single_workspace(clients))
    return Stage(messenger, clients.identity.installation, clock)


@pytest.fixture
def recording() -> Stage:
    """The stand-in."""
    clock = StoppedClock(MORNING)
    messenger = RecordingMessenger(clock, names={"korea-desk": DESK})
    return Stage(messenger, Installation("T0MERIDIAN"), clock)


@pytest.fixture(params=["slack", "recording"])
def stage(request: pytest.FixtureRequest) -> Stage:
    made: Stage = request.getfixturevalue(request.param)
    return made


async def test_a_posted_part_is_found_again_by_its_mark(stage: Stage) -> None:
    """The mark travels in the metadata, and history gives it back."""
    at = stage.clock.now()
    posted = await stage.messenger.post(stage.installation, DESK, LEAD, mark=MARK)

    page = await stage.messenger.find(
        stage.installation, DESK, MARK, oldest=at - HOUR, latest=at + HOUR
    )

    assert posted.mark_echoed
    assert page.found is not None
    assert (page.found.channel_id, page.found.ts) == (DESK, posted.ts)


@pytest.mark.parametrize("is_limited", [False, True], ids=["short-pages", "limited"])
async def test_a_part_is_found_however_slack_gives_history(
    slack: Stage, sim: Simulator, is_limited: bool
) -> None:
    """An empty page with a cursor is no end; one request brings one page."""
    at = slack.clock.now()
    posted = await slack.messenger.post(slack.installation, DESK, LEAD, mark=MARK)
    for number in range(20):
        await sim.type("alice", DESK, f"message {number}")
    if is_limited:
        sim.workspace.history_page = 15
    sim.workspace.pages_come_short = not is_limited
    pages = [HistoryPage(None, next_page="")]
    before = sim.stats.requests

    while not pages[1:] or pages[-1].next_page:
        page = await slack.messenger.find(
            slack.installation,
            DESK,
            MARK,
            oldest=at - HOUR,
            latest=at + HOUR,
            page=pages[-1].next_page,
        )
        pages.append(page)

    assert [page.found is not None for page in pages[1:]] == [False, True]
    assert pages[-1].found is not None
    assert pages[-1].found.ts == posted.ts
    assert sim.stats.requests - before == 2


async def test_a_page_that_slack_knows_no_more_is_said_to_be_stale(
    slack: Stage,
) -> None:
    """Whoever keeps its name for minutes begins anew."""
    at = slack.clock.now()

    with pytest.raises(StalePage):
        await slack.messenger.find(
            slack.installation,
            DESK,
            MARK,
            oldest=at - HOUR,
            latest=at + HOUR,
            page="bygone",
        )


async def test_a_rate_limit_of_history_is_not_slept_out(
    slack: Stage, sim: Simulator
) -> None:
    """A row is in hand meanwhile, and its lease is a minute as well."""
    at = slack.clock.now()
    sim.limit_history()
    look = partial(
        slack.messenger.find,
        *(slack.installation, DESK, MARK),
        oldest=at - HOUR,
        latest=at + HOUR,
    )
    await look()

    with pytest.raises(DeliveryError) as caught:
        await look()

    assert caught.value.retry_after_s == 60


async def test_a_reply_is_found_in_its_thread_and_not_in_the_channel(
    stage: Stage,
) -> None:
    """History holds no replies, so parts of a thread are looked up there."""
    at = stage.clock.now()
    lead = await stage.messenger.post(stage.installation, DESK, LEAD, mark=MARK)
    second = DeliveryMark(MARK.delivery_id, 1)
    await stage.messenger.post(
        stage.installation, DESK, LEAD, mark=second, thread_ts=lead.ts
    )

    found = [
        await stage.messenger.find(
            stage.installation,
            DESK,
            second,
            oldest=at - HOUR,
            latest=at + HOUR,
            thread_ts=thread_ts,
        )
        for thread_ts in ("", lead.ts)
    ]

    assert [page.found is not None for page in found] == [False, True]


async def test_a_post_to_a_person_says_which_conversation_it_went_to(
    stage: Stage,
) -> None:
    """Where conversations cannot be opened so fast, the post itself does it."""
    posted = await stage.messenger.post(stage.installation, "U0ALICE", LEAD, mark=MARK)

    opened = await stage.messenger.open_dm(stage.installation, "U0ALICE")
    assert posted.channel_id == opened


async def test_a_person_who_is_gone_is_said_to_be(slack: Stage) -> None:
    """No invitation to a channel would help."""
    with pytest.raises(DeliveryError) as caught:
        await slack.messenger.post(slack.installation, "U0DORA", LEAD, mark=MARK)

    assert caught.value.permanent is FailureClass.DESTINATION
    assert str(caught.value) == (
        "I can't write to this person: the account is deactivated, or of another "
        "workspace."
    )


async def test_another_part_of_the_same_delivery_is_not_mistaken(stage: Stage) -> None:
    """The mark is the delivery and the part together."""
    at = stage.clock.now()
    await stage.messenger.post(stage.installation, DESK, LEAD, mark=MARK)

    found = await stage.messenger.find(
        stage.installation,
        DESK,
        DeliveryMark(MARK.delivery_id, 1),
        oldest=at - HOUR,
        latest=at + HOUR,
    )

    assert found == HistoryPage(None)


async def test_deleting_what_is_gone_is_no_error(stage: Stage) -> None:
    """Gone already is as good as deleted."""
    posted = await stage.messenger.post(stage.installation, DESK, LEAD, mark=MARK)
    message = MessageRef(posted.channel_id, posted.ts)

    await stage.messenger.delete(stage.installation, message)
    await stage.messenger.delete(stage.installation, message)


async def test_a_channels_name_is_resolved_to_its_id(stage: Stage) -> None:
    """The id is what is pinned; a name that nobody sees is None."""
    known = await stage.messenger.resolve_name(stage.installation, "korea-desk")
    unknown = await stage.messenger.resolve_name(stage.installation, "no-such-desk")

    assert (known, unknown) == (DESK, None)


async def test_an_edit_keeps_the_mark(slack: Stage, sim: Simulator) -> None:
    """chat.update keeps the metadata that it is not given."""
    posted = await slack.messenger.post(slack.installation, DESK, LEAD, mark=MARK)

    await slack.messenger.update(
        slack.installation, MessageRef(DESK, posted.ts), Part("Corrected.")
    )

    message = sim.message(DESK, posted.ts)
    assert message.text == "Corrected."
    assert message.metadata is not None


DRAWN = Part(
    "Lost: 4,000.",
    (
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": "4,000"}]],
        },
    ),
    plain_blocks=({"type": "section", "text": {"type": "mrkdwn", "text": "4,000"}},),
)


@pytest.mark.parametrize("error", ["invalid_blocks", "invalid_blocks_format"])
async def test_a_workspace_that_refuses_what_is_drawn_gets_it_plain_for_a_day(
    slack: Stage, sim: Simulator, caplog: pytest.LogCaptureFixture, error: str
) -> None:
    """It is refused once, said once in the log, and edits are plain there too."""
    sim.faults.add(
        FaultRule(
            kind=FaultKind.ERROR_BEFORE, method="chat.postMessage", count=1, error=error
        )
    )

    before = sim.stats.requests
    posted = [
        await slack.messenger.post(slack.installation, DESK, DRAWN, mark=MARK)
        for _ in range(3)
    ]
    requests = sim.stats.requests - before
    await slack.messenger.update(
        slack.installation, MessageRef(DESK, posted[0].ts), DRAWN
    )

    blocks = [sim.message(DESK, message.ts).blocks for message in posted]
    assert [[block["type"] for block in each] for each in blocks] == [["section"]] * 3
    assert requests == 4
    assert [r.message for r in caplog.records].count("blocks.refused") == 1


async def test_what_is_drawn_is_posted_as_it_is_drawn(
    slack: Stage, sim: Simulator
) -> None:
    """The plain form is for workspaces that refuse."""
    posted = await slack.messenger.post(slack.installation, DESK, DRAWN, mark=MARK)

    (block,) = sim.message(DESK, posted.ts).blocks
    assert block["type"] == "table"


async def test_what_is_refused_and_has_no_plain_form_fails_for_its_content(
    slack: Stage, sim: Simulator
) -> None:
    """Nothing else could be posted, and nobody else's post goes plain for it."""
    fault = FaultRule(
        kind=FaultKind.ERROR_BEFORE, method="chat.postMessage", error="invalid_blocks"
    )
    sim.faults.add(fault)

    with pytest.raises(DeliveryError) as refused:
        await slack.messenger.post(slack.installation, DESK, LEAD, mark=MARK)

    assert refused.value.permanent is FailureClass.CONTENT


async def test_an_edit_that_is_too_long_says_so_in_words_for_readers(
    slack: Stage, sim: Simulator
) -> None:
    """The note about it quotes the reason."""
    posted = await slack.messenger.post(slack.installation, DESK, LEAD, mark=MARK)
    fault = FaultRule(
        kind=FaultKind.ERROR_BEFORE, method="chat.update", error="msg_too_long"
    )
    sim.faults.add(fault)

    message = MessageRef(posted.channel_id, posted.ts)
    with pytest.raises(DeliveryError) as refused:
        await slack.messenger.update(slack.installation, message, LEAD)

    assert str(refused.value) == "It is longer than Slack lets a message be."


async def test_a_direct_message_is_opened_for_its_own_id(
    slack: Stage, sim: Simulator
) -> None:
    """Edits need the `D…` id, where a post would take the person's."""
    opened = await slack.messenger.open_dm(slack.installation, "U0ALICE")

    assert opened == sim.dm("alice")


@pytest.mark.parametrize(
    ("channel", "readable", "external", "member"),
    [
        ("C0KOREA", True, False, True),
        ("C0EUROPE", False, False, False),
        ("C0PARTNERS", True, True, True),
        ("C0JOINT", True, True, True),
    ],
    ids=["member", "stranger", "shared", "pending"],
)
async def test_a_channel_is_described_as_slack_describes_it(
    slack: Stage, channel: str, readable: bool, external: bool, member: bool
) -> None:
    """A pending share counts as external; without membership nothing is read back."""
    facts = await slack.messenger.describe_channel(slack.installation, channel)

    assert (facts.can_read_back, facts.is_external, facts.is_member) == (
        readable,
        external,
        member,
    )


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        ("C0EUROPE", "I'm not in this channel: invite me with `/invite @brief`."),
        ("C0NOWHERE", "I can't see this channel: invite me with `/invite @brief`."),
        ("C0OLD", "The channel is archived: unarchive it, or choose another one."),
        (
            "C0NOTICES",
            "An administrator does not let apps post here: ask them to.",
        ),
    ],
    ids=["not-in", "unseen", "archived", "restricted"],
)
async def test_a_closed_destination_fails_with_what_to_do(
    slack: Stage, channel: str, text: str
) -> None:
    """The text is what curators and askers read."""
    with pytest.raises(DeliveryError) as caught:
        await slack.messenger.post(slack.installation, channel, LEAD, mark=MARK)

    assert str(caught.value) == text
    assert caught.value.permanent is FailureClass.DESTINATION


@pytest.mark.parametrize(
    "kind",
    [
        *(FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE, FaultKind.STATUS_AFTER),
        *(FaultKind.STATUS_BEFORE, FaultKind.ERROR_AFTER, FaultKind.ERROR_BEFORE),
    ],
)
async def test_what_slack_may_have_stored_is_ambiguous_and_sent_once(
    slack: Stage, sim: Simulator, kind: FaultKind
) -> None:
    """No retry of the client's own: the outbox looks first."""
    sim.faults.add(FaultRule(kind=kind, method="chat.postMessage"))

    with pytest.raises(DeliveryError) as caught:
        await slack.messenger.post(slack.installation, DESK, LEAD, mark=MARK)

    assert caught.value.ambiguous
    assert len(sim.shown()) <= 1
    assert sum(times for _, times in sim.faults.fired()) == 1


async def test_a_rate_limit_says_how_long_to_wait(slack: Stage, sim: Simulator) -> None:
    """The header counts, even when the body is no JSON (python-slack-sdk#1693)."""
    sim.faults.add(
        FaultRule(kind=FaultKind.PLAIN_429, method="chat.postMessage", seconds=7)
    )

    with pytest.raises(DeliveryError) as caught:
        await slack.messenger.post(slack.installation, DESK, LEAD, mark=MARK)

    assert caught.value.retry_after_s == 7
    assert not caught.value.ambiguous


async def test_a_channel_without_membership_cannot_be_read_back(slack: Stage) -> None:
    """That is no "not there": the worker must not send again on it."""
    at = slack.clock.now()

    with pytest.raises(UnreadableChannel, match="History of C0EUROPE is closed"):
        await slack.messenger.find(
            slack.installation, "C0EUROPE", MARK, oldest=at - HOUR, latest=at + HOUR
        )


async def test_a_refused_connection_sent_nothing() -> None:
    """It may be tried again without looking."""
    async with aiohttp.ClientSession() as session:
        client = posting_client(
            "xoxb-1", session=session, base_url="http://127.0.0.1:1/api/"
        )
        identity = Identity(Installation("T0"), "B0", "U0", "brief", frozenset())
        messenger = SlackMessenger(single_workspace(Clients(client, client, identity)))

        with pytest.raises(
            DeliveryError, match=r"Slack could not be reached\."
        ) as caught:
            await messenger.post(identity.installation, DESK, LEAD, mark=MARK)

    assert not caught.value.ambiguous
    assert caught.value.permanent is None


async def test_a_revoked_token_is_the_installations_to_mend(
    slack: Stage, sim: Simulator
) -> None:
    """Every delivery of this workspace waits for the same person."""
    sim.revoke_token()

    with pytest.raises(DeliveryError) as caught:
        await slack.messenger.post(slack.installation, DESK, LEAD, mark=MARK)

    assert caught.value.permanent is FailureClass.INSTALLATION


async def test_another_workspace_is_not_served(slack: Stage) -> None:
    """A row of an installation that is gone fails, and says so."""
    with pytest.raises(DeliveryError, match=r"The app is not installed in T0OTHER\."):
        await slack.messenger.post(Installation("T0OTHER"), DESK, LEAD, mark=MARK)


async def test_a_page_without_channels_is_not_the_last_one() -> None:
    """Slack filters after it has cut the pages; only a missing cursor ends them."""
    pages: dict[str, dict[str, object]] = {
        "": {"channels": [], "response_metadata": {"next_cursor": "more"}},
        "more": {"channels": [{"id": DESK, "name": "korea-desk"}]},
    }

    async def list_channels(request: web.Request) -> web.Response:
        cursor = request.query.get("cursor", "")
        return web.json_response({"ok": True, **pages[cursor]})

    application = web.Application()
    application.router.add_get("/api/conversations.list", list_channels)
    async with TestServer(application) as server, aiohttp.ClientSession() as session:
        client = posting_client(
            "xoxb-1", session=session, base_url=str(server.make_url("/api/"))
        )
        identity = Identity(Installation("T0"), "B0", "U0", "brief", frozenset())
        messenger = SlackMessenger(single_workspace(Clients(client, client, identity)))

        found = await messenger.resolve_name(identity.installation, "korea-desk")

    assert found == DESK
