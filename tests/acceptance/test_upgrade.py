"""What the release before left behind: its database, its buttons and its forms.

`landed/release_0_1_0.json` was written by release 0.1.0 itself, as its bot ran in the
simulator: its tables with a row in every state, and each kind of button, menu and form
that it had shown to anybody.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.changes import Change
from bot.simulator.clock import SteppedClock
from bot.simulator.messages import Message
from bot.simulator.server import Simulator
from bot.wiring import App
from tests.acceptance.morning import BOT, YEAR_S, Morning, filled
from tests.patience import PATIENCE_S

Json = dict[str, Any]

LANDED: Json = json.loads(
    (Path(__file__).parent / "landed" / "release_0_1_0.json").read_text("utf-8")
)
NOT_DONE = ("can't read that", "isn't in the briefing", "went wrong")


def write_database(path: Path) -> None:
    """Make the database as the release had left it."""
    with sqlite3.connect(path) as connection:
        for statement in LANDED["schema"]:
            connection.execute(statement)
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES (?)", [LANDED["step"]])
        for table, rows in LANDED["tables"].items():
            for row in rows:
                names = ", ".join(f'"{name}"' for name in row)
                places = ", ".join("?" for _ in row)
                connection.execute(
                    f"INSERT INTO {table} ({names}) VALUES ({places})", [*row.values()]
                )
    connection.close()


@asynccontextmanager
async def upgraded(
    folder: Path, *, with_messages: bool = False
) -> AsyncIterator[tuple[Morning, App]]:
    """Run this release where the one before was stopped.

    `with_messages` has Slack still hold what that one had posted.
    """
    briefs = folder / "briefs"
    briefs.mkdir()
    (briefs / "harbour.yaml").write_text(LANDED["briefing"], encoding="utf-8")
    (briefs / "digests.yaml").write_text(LANDED["digests"], encoding="utf-8")
    write_database(folder / "demo.sqlite3")
    clock = SteppedClock(start=datetime.fromisoformat(LANDED["now"]))
    async with Simulator(
        clock=clock, waits_s=PATIENCE_S, socket_life_s=YEAR_S
    ) as simulator:
        for person in ("alice", "bruno", "gita"):
            simulator.dm(person)
        if with_messages:
            for message in old_messages(simulator):
                simulator.workspace.show(message)
        morning = Morning(simulator, clock, briefs)
        async with morning.bot() as app:
            yield morning, app


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[tuple[Morning, App]]:
    async with upgraded(tmp_path) as stage:
        yield stage


async def test_the_rows_left_behind_hold_every_state() -> None:
    """Else the tests below would hold nothing."""
    states = Counter(row["status"] for row in LANDED["tables"]["deliveries"])

    assert set(states) == {
        "planned",
        "acquired",
        "sending",
        "sent",
        "failed",
        "skipped",
    }


async def test_what_was_under_way_is_delivered_once(tmp_path: Path) -> None:
    """Planned, acquired and unclear answers arrive, whatever release began them."""
    waiting = [
        row
        for row in LANDED["tables"]["deliveries"]
        if row["status"] in ("planned", "acquired", "sending")
    ]
    async with upgraded(tmp_path) as (morning, app):
        for _ in range(4):
            # Past a lease, past the first look-up, and past the second.
            await morning.hours_pass(app, 0.1)
        for row in waiting:
            [answer] = await morning.posted(row["destination"])
            assert "47 boats" in answer.text

    with sqlite3.connect(tmp_path / "demo.sqlite3") as connection:
        found = connection.execute("SELECT id, status FROM deliveries").fetchall()
    connection.close()
    assert {dict(found)[row["id"]] for row in waiting} == {"sent"}


async def test_messages_of_old_name_what_they_were_posted_from(tmp_path: Path) -> None:
    """Until now a delivery kept one payload, which is that of all its messages."""
    old = {row["id"]: row["payload_hash"] for row in LANDED["tables"]["deliveries"]}
    posted = {row["delivery_id"] for row in LANDED["tables"]["messages"]}
    async with upgraded(tmp_path):
        pass

    with sqlite3.connect(tmp_path / "demo.sqlite3") as connection:
        found = connection.execute("SELECT delivery_id, payload_hash FROM messages")
        named = {id: hash for id, hash in found if id in posted}
    connection.close()
    assert named == {id: old[id] for id in posted}
    assert None not in named.values()


def old_messages(simulator: Simulator) -> list[Message]:
    """Return what the release had posted, as it stands in its channels."""
    tables = LANDED["tables"]
    contents = {row["hash"]: json.loads(row["content"]) for row in tables["payloads"]}
    rows = {row["id"]: row for row in tables["deliveries"]}
    roots = {row["delivery_id"]: row["ts"] for row in tables["messages"]}
    roots |= {m["delivery_id"]: m["ts"] for m in tables["messages"] if m["part"] == 0}
    found = []
    for row in tables["messages"]:
        part = contents[rows[row["delivery_id"]]["payload_hash"]]["parts"][row["part"]]
        is_reply = row["part"] > 0
        message = Message(
            ts=row["ts"],
            channel=row["channel_id"],
            user=BOT,
            text=part["text"],
            blocks=tuple(part["blocks"]),
            thread_ts=roots[row["delivery_id"]] if is_reply else "",
            bot_id=simulator.workspace.app.bot_id,
            app_id=simulator.workspace.app.id,
        )
        found.append(message)
    return sorted(found, key=lambda message: message.ts)


async def test_messages_of_old_are_corrected_where_their_words_stand_once(
    tmp_path: Path,
) -> None:
    """They were posted before anybody wrote down where a claim's words stand."""
    wrong = {
        row["ts"]
        for row in LANDED["tables"]["messages"]
        if "40 boats" in text_of(row) and row["channel_id"] == "C0KOREA"
    }
    assert len(wrong) == 7, "answers, shares, digests and their threads"
    async with upgraded(tmp_path, with_messages=True) as (morning, app):
        await morning.hours_pass(app, 0.1)
        find = morning.sim.workspace.timeline.find

        def are_corrected(_: object) -> bool:
            found = (find("C0KOREA", ts) for ts in wrong)
            return all(each and "CORRECTED" in each.text for each in found)

        await morning.sim.wait_for(are_corrected)
        for row in LANDED["tables"]["messages"]:
            now = find(row["channel_id"], row["ts"])
            assert now is not None
            if row["channel_id"] != "C0KOREA":
                continue
            was, others = (
                text_of(row),
                [line for line in now.text.splitlines() if "CORRECTED" not in line],
            )
            if row["ts"] in wrong:
                was = was.replace("40 boats", "47 boats")
            assert "\n".join(others) == was


def text_of(row: Json) -> str:
    """Return what a message of the release said."""
    tables = LANDED["tables"]
    delivery = next(d for d in tables["deliveries"] if d["id"] == row["delivery_id"])
    payload = next(
        p for p in tables["payloads"] if p["hash"] == delivery["payload_hash"]
    )
    return str(json.loads(payload["content"])["parts"][row["part"]]["text"])


async def test_what_people_had_set_is_still_set(stage: tuple[Morning, App]) -> None:
    """Subscriptions, the channel's briefing, what became of digests, what is kept."""
    morning, _ = stage

    assert "Harbour: Storm" in await said(morning, "bruno", "/brief subscriptions")
    assert "A storm sank boats." in await said(morning, "alice", "/brief")
    assert "08:00" in await said(morning, "alice", "/brief why daily")
    assert "shown (3)" in await said(morning, "alice", "/brief forget me")


async def test_every_old_control_still_does_what_it_did(
    stage: tuple[Morning, App],
) -> None:
    """Buttons stay on messages for years: each later release understands them."""
    morning, _ = stage

    unclear = {}
    for old in LANDED["elements"]:
        words = await press(morning.sim, old)
        if any(excuse in words for excuse in NOT_DONE):
            unclear[json.dumps(old["element"])] = words

    assert unclear == {}


@pytest.mark.parametrize("old", LANDED["forms"], ids=lambda old: old["callback_id"])
async def test_an_old_form_can_still_be_sent(
    stage: tuple[Morning, App], old: Json
) -> None:
    """Somebody had it open while the bot was upgraded."""
    morning, app = stage
    values: dict[str, Json] = {
        "subscribe": filled("harbour/storm", at="09:30"),
        "question": {"comment": {"comment": {"value": "How many ships sank?"}}},
        "report": {"comment": {"comment": {"value": "I read that it was 50."}}},
        "forget": {},
    }
    since = len(morning.sim.record.changes)
    view = morning.sim.workspace.views.open("U0ALICE", old)

    outcome = await morning.sim.submit_view(
        "alice", view.id, values[old["callback_id"]]
    )

    assert outcome.ok, outcome.error
    match old["callback_id"]:
        case "subscribe":
            await seen_since(morning.sim, since)
            mine = [
                each
                for each in await morning.subscriptions(app)
                if each.owner_id == "U0ALICE"
            ]
            assert [each.title for each in mine] == ["Harbour: Storm"]
        case "forget":
            await seen_since(morning.sim, since)
            again = await said(morning, "alice", "/brief forget me")
            assert "nothing" in again.casefold()
        case form:
            comment = values[form]["comment"]["comment"]["value"]
            posted = await morning.posted("C0CURATORS", 2)
            assert [message for message in posted if comment in message.text]


async def press(simulator: Simulator, old: Json) -> str:
    """Put a control where it stood, press it as Alice, and return what she sees."""
    element = old["element"]
    chosen = [option["value"] for option in element.get("options", [])]
    act = {"selected_option": chosen[0]} if chosen else {}
    blocks = [{"type": "actions", "block_id": "old", "elements": [element]}]
    since = len(simulator.record.changes)
    if old["surface"] in ("modal", "home"):
        content = {
            "type": old["surface"],
            "callback_id": old["callback_id"],
            "private_metadata": old["private_metadata"],
            "blocks": blocks,
        }
        if old["surface"] == "modal":
            simulator.workspace.views.clear("U0ALICE")
            content["title"] = {"type": "plain_text", "text": "Briefing"}
            view = simulator.workspace.views.open("U0ALICE", content)
        else:
            view = simulator.workspace.views.publish("U0ALICE", content)
        since = len(simulator.record.changes)
        outcome = await simulator.press_in_view(
            "alice", view.id, element["action_id"], **act
        )
    else:
        message = simulator.workspace.show(
            Message(
                ts=simulator.workspace.take_ts(),
                channel=old["channel"],
                user=BOT,
                text="An answer of old.",
                blocks=tuple(blocks),
                app_id=simulator.workspace.app.id,
                bot_id=simulator.workspace.bot.id,
                ephemeral_to="U0ALICE" if old["surface"] == "ephemeral" else "",
            )
        )
        since = len(simulator.record.changes)
        outcome = await simulator.press(
            "alice", old["channel"], message.ts, element["action_id"], **act
        )
    assert outcome.ok, outcome.error
    return await seen_since(simulator, since)


async def seen_since(simulator: Simulator, since: int) -> str:
    """Wait for something that the bot shows, and return it with its words."""
    seen = await simulator.wait_for(_is_from_bot, since=since)
    return seen.text + str(seen.view.content if seen.view else "")


def _is_from_bot(change: Change) -> bool:
    return change.view is not None or (
        change.message is not None and change.message.user == BOT
    )


async def said(morning: Morning, user: str, words: str) -> str:
    """Type a command and return all that its asker sees, in a message or a modal."""
    since = len(morning.sim.record.changes)
    outcome = await morning.sim.type(user, "korea-desk", words)
    if outcome.message is not None:
        return outcome.message.text
    seen = await morning.sim.wait_for(
        lambda c: c.view is not None or bool(c.message and c.message.ephemeral_to),
        since=since,
    )
    return seen.text + str(seen.view.content if seen.view else "")
