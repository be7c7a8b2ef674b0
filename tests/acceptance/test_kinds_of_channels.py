"""Scenes in channels that the bot has yet to join, and in group DMs."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator.changes import Change, ChangeKind
from bot.simulator.server import Simulator
from bot.simulator.workspace_file import ChannelEntry, install, load_workspace
from bot.slack.manifest import manifest
from tests.acceptance.office import Office
from tests.patience import PATIENCE_S

GROUP = "mpdm-alice-bruno-brief"
EUROPE = "europe-desk"
DIGEST = """\
digests:
  - id: weekday-brief
    title: Weekday brief
    briefings: [harbour]
    when: {every: weekday, at: 08:00, timezone: Europe/London}
    to: ["#europe-desk"]
"""


@pytest.fixture
async def office(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Office]:
    """The bot in a workspace where two people have a group DM with it."""
    file = install(load_workspace(), manifest())
    group = ChannelEntry(
        id="G0GROUP", name=GROUP, members=("alice", "bruno", "brief"), is_mpim=True
    )
    file = file.model_copy(update={"channels": (*file.channels, group)})
    folder = tmp_path / "briefs"
    folder.mkdir()
    async with Simulator(workspace=file, waits_s=PATIENCE_S) as simulator:
        office = Office(simulator, folder, sqlite_url)
        office.write()
        yield office


async def test_a_group_dm_of_members_is_told_what_members_may_see(
    office: Office,
) -> None:
    """Its people are looked at like those of a private channel."""
    async with office.bot():
        answer = await office.ask("alice", "@brief was the pier mined?", where=GROUP)

    assert "The pier was mined by saboteurs." in answer.text


async def test_people_talk_in_a_group_dm_without_the_bot_joining_in(
    office: Office,
) -> None:
    """It answers what names it, once, though Slack tells of that twice."""
    async with office.bot():
        await office.say("bruno", "were boats lost?", where=GROUP)
        await office.ask("alice", "@brief boats", where=GROUP)
        await office.simulator.delivery.idle()
        await office.ask("alice", "boats")

    assert len(office.posts(GROUP)) == 1


async def test_without_the_scope_a_group_dm_is_told_what_all_may_see_at_once(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """Slack would say no each time; the log names what the manifest lacks, once."""
    office.simulator.workspace.credentials.scopes -= {"mpim:read"}
    async with office.bot():
        withheld = await office.ask("alice", "@brief was the pier mined?", where=GROUP)
        clear = await office.ask("alice", "@brief boats", where=GROUP)

    assert "mined by" not in withheld.text
    assert "About 40 boats were lost in the storm." in clear.text
    told = [r for r in caplog.records if r.message == "audience.not_permitted"]
    assert [vars(record)["needed"] for record in told] == ["mpim:read"]


async def test_a_public_channel_that_a_digest_is_for_is_joined(office: Office) -> None:
    """As the manifest says; a channel that nobody named is left alone."""
    (office.folder / "digests.yaml").write_text(DIGEST, encoding="utf-8")
    joined = asyncio.Event()

    def look(change: Change) -> None:
        room = change.channel
        if room and room.name == EUROPE and "U0BRIEF" in room.members:
            joined.set()

    office.simulator.workspace.observers.append(look)
    async with office.bot(), asyncio.timeout(PATIENCE_S):
        await joined.wait()

    bot = office.simulator.workspace.bot.id
    assert bot in office.simulator.channel(EUROPE).members
    assert bot not in office.simulator.channel("general").members


async def test_without_the_scope_curators_hear_that_the_bot_must_be_invited(
    office: Office,
) -> None:
    """Nothing is tried that the installer did not grant."""
    office.simulator.workspace.credentials.scopes -= {"channels:join"}
    (office.folder / "digests.yaml").write_text(DIGEST, encoding="utf-8")
    async with office.bot():
        (notice,) = await office.wait_for_posts("korea-curators", 1)

    assert "invite me there" in notice.text
    assert "U0BRIEF" not in office.simulator.channel(EUROPE).members


@pytest.mark.parametrize("lacking", [{"mpim:read"}, {"mpim:read", "mpim:history"}])
async def test_without_the_scopes_sharing_in_a_group_dm_says_what_is_missing(
    office: Office, lacking: set[str]
) -> None:
    """Inviting the bot would not help, it is there; nothing is posted anywhere."""
    simulator = office.simulator
    simulator.workspace.credentials.scopes -= lacking
    async with office.bot():
        asked = await simulator.type("alice", GROUP, "/brief boats")
        assert asked.message
        since = len(simulator.record.changes)
        await simulator.press("alice", "G0GROUP", asked.message.ts, "share/0")
        said = await simulator.wait_for(lambda _: True, since=since)

    assert said.kind is ChangeKind.EPHEMERAL
    assert said.text.startswith("I can't share it here. The app lacks a permission")
    assert "mpim:read" in said.text
    assert not any(c.kind is ChangeKind.MESSAGE for c in simulator.record.changes)


async def test_without_the_scopes_a_digest_for_a_group_dm_is_not_tried_for_ever(
    office: Office,
) -> None:
    """The form says that a permission is missing; "press again" would never end."""
    simulator = office.simulator
    simulator.workspace.credentials.scopes -= {"mpim:read"}
    async with office.bot():
        await simulator.type("alice", GROUP, "/brief subscribe storm")
        said = await simulator.wait_for(lambda change: change.view is not None)

    assert said.view
    assert "lacks a permission" in str(said.view.content)
