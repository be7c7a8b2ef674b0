"""Rooms that more people read by now, as they wait to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from bot.briefing.tlp import Label, Reach
from bot.corrections.rooms import ChangedRooms, Overheard
from bot.db.database import Database
from bot.errors import DatabaseUnavailable
from bot.installation import Installation
from bot.outbox.notifier import Notifier
from tests.integration.corrections.stage import ROOM, answered, lost
from tests.outbox import HERE
from tests.talking_bot import TalkingBot

ELSEWHERE = Installation("T02", HERE.enterprise_id)
ANOTHER_ROOM = "C0HALL"


@dataclass
class AwayDatabase:
    """A database that cannot be read while it is away."""

    real: Database
    is_away: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def read(self, work: Any) -> Any:
        if self.is_away:
            raise DatabaseUnavailable("The database is away.")
        return await self.real.read(work)


@dataclass
class Rooms:
    """The rooms of a bot, and what was found in them."""

    bot: TalkingBot
    siblings: Sequence[Installation] = ()
    told: list[Overheard] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.database = AwayDatabase(self.bot.database)
        self.rooms = ChangedRooms(
            cast(Database, self.database),
            self.bot.revisions,
            self.bot.audiences,
            Notifier(),
            siblings=lambda one: {one, *self.siblings},
            has_left=lambda _: False,
            tell=self.tell,
        )

    async def tell(self, found: Overheard) -> None:
        self.told.append(found)


@pytest.fixture
async def talking(bot: TalkingBot) -> TalkingBot:
    """Have a claim for a community stand in two rooms that are shared since then."""
    await bot.load(lost(40, handling=Label.GREEN))
    for room in (ROOM, ANOTHER_ROOM):
        await answered(bot, room=room)
    bot.audiences.room = Reach.SHARED_ROOM
    return bot


async def test_no_room_is_forgotten_while_the_database_is_away(
    talking: TalkingBot,
) -> None:
    """Else what stands there would stay in sight until the next hour."""
    stage = Rooms(talking)
    for room in (ROOM, ANOTHER_ROOM):
        stage.rooms.changed(HERE, room)
    stage.database.is_away = True
    with pytest.raises(DatabaseUnavailable):
        await stage.rooms.look()

    stage.database.is_away = False
    await stage.rooms.look()

    assert {found.channel_id for found in stage.told} == {ROOM, ANOTHER_ROOM}


async def test_an_event_of_one_workspace_is_heard_for_all_that_share_the_room(
    talking: TalkingBot,
) -> None:
    """Of a room of several workspaces of an organisation Slack tells one."""
    stage = Rooms(talking, siblings=[HERE])
    stage.rooms.changed(ELSEWHERE, ROOM)

    await stage.rooms.look()

    (found,) = stage.told
    assert (found.installation, found.channel_id) == (HERE, ROOM)
