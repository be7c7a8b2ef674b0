"""Payloads of every sort that Slack sends, and ways to spoil them."""

import asyncio
import copy
import logging
import random
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.briefing.tlp import Reach
from bot.installation import Installation
from bot.settings import Settings, Slack
from bot.simulator.server import HOST, Simulator
from bot.simulator.workspace_file import install, load_workspace
from bot.slack.app import MALFORMED, BriefApp
from bot.slack.clients import (
    Clients,
    Identity,
    posting_client,
    reading_client,
)
from bot.slack.manifest import manifest
from bot.wiring import build_app
from tests.databases import sqlite_file
from tests.fakes import StoppedClock
from tests.frozen import FIRST, FROZEN, INVENTED, briefing_at
from tests.held import HeldBriefings, KnownAudiences, KnownPeople
from tests.listening import open_listening
from tests.patience import PATIENCE_S, PATIENT

Json = dict[str, Any]

NOWHERE = "http://127.0.0.1:9/"
"""The discard port: nothing listens there, and it says so at once."""
_PERSON = {"team": {"id": "T1", "domain": "desk"}, "user": {"id": "U1"}}
_ACT = _PERSON | {"trigger_id": "1.2", "response_url": NOWHERE, "api_app_id": "A1"}
_BUTTON = {
    "type": "button",
    "action_id": "detail/0",
    "block_id": "b",
    "value": "claim|north-korea-russia|casualties",
}
_MENU = {
    "type": "overflow",
    "action_id": "menu",
    "block_id": "b",
    "selected_option": {"value": "open|section|north-korea-russia|troops"},
}
_MESSAGE = {"channel": {"id": "C1"}, "container": {"channel_id": "C1"}}
_VIEW = {"id": "V1", "type": "modal", "callback_id": "page", "blocks": []}
_EVENT = {
    "type": "event_callback",
    "team_id": "T1",
    "event_id": "Ev1",
    "authorizations": [{"team_id": "T1", "user_id": "U0", "is_bot": True}],
}
_OUTSIDE = {"team_id": "T0OTHER", "enterprise_id": "E0OTHER", "context_team_id": "T1"}
_OUTSIDER = {
    "team": {"id": "T0OTHER", "domain": "other", "enterprise_id": "E0OTHER"},
    "enterprise": {"id": "E0OTHER", "name": "Other"},
    "user": {"id": "U1", "team_id": "T0OTHER"},
}
PAYLOADS: Mapping[str, Json] = {
    "connected-mention": _EVENT
    | _OUTSIDE
    | {
        "is_ext_shared_channel": True,
        "event": {
            "type": "app_mention",
            "channel": "C1",
            "user": "U1",
            "user_team": "E0OTHER",
            "text": "<@U0> troops",
            "ts": "1.2",
            "attachments": [{"is_share": True, "text": "How many died?"}],
        },
    },
    "connected-joining": _EVENT
    | _OUTSIDE
    | {"event": {"type": "member_joined_channel", "user": "U1", "channel": "C1"}},
    "connected-submission": _OUTSIDER
    | {"type": "view_submission", "view": _VIEW | {"app_installed_team_id": "T1"}},
    "connected-press": _ACT
    | _MESSAGE
    | _OUTSIDER
    | {
        "type": "block_actions",
        "actions": [_BUTTON],
        "message": {"bot_id": "B0", "ts": "1.1", "text": "troops"},
    },
    "another-id": _EVENT
    | {
        "event": {
            "type": "channel_id_changed",
            "old_channel_id": "C1",
            "new_channel_id": "C2",
        }
    },
    "organisation": _EVENT
    | {
        "enterprise_id": "E1",
        "authorizations": [{"team_id": "T1", "enterprise_id": "E1"}],
        "event": {
            "type": "message",
            "channel_type": "mpim",
            "channel": "G1",
            "user": "U1",
            "text": "<@U0> hello",
            "ts": "1.3",
            "files": [{"transcription": {"preview": {"content": "troops"}}}],
        },
    },
    "command": {
        "command": "/brief",
        "text": "troops",
        "team_id": "T1",
        "channel_id": "C1",
        "user_id": "U1",
        "trigger_id": "1.2",
        "response_url": NOWHERE,
    },
    "button": _ACT | _MESSAGE | {"type": "block_actions", "actions": [_BUTTON]},
    "menu": _ACT | _MESSAGE | {"type": "block_actions", "actions": [_MENU]},
    "button-in-view": _ACT
    | {"type": "block_actions", "actions": [_BUTTON], "view": _VIEW},
    "submission": _PERSON | {"type": "view_submission", "view": _VIEW},
    "closed": _PERSON | {"type": "view_closed", "view": _VIEW},
    "suggestion": _PERSON
    | {"type": "block_suggestion", "action_id": "x", "block_id": "b", "value": "tr"},
    "shortcut": _ACT
    | {
        "type": "message_action",
        "callback_id": "look_up",
        "channel": {"id": "C1"},
        "message": {"type": "message", "text": "How many died?", "ts": "1.1"},
        "message_ts": "1.1",
    },
    "global-shortcut": _ACT | {"type": "shortcut", "callback_id": "unknown"},
    "user-change": _EVENT | {"event": {"type": "user_change", "user": {"id": "U1"}}},
    "message": _EVENT
    | {
        "event": {
            "type": "message",
            "channel_type": "im",
            "channel": "D1",
            "user": "U1",
            "text": "hello",
            "ts": "1.1",
        }
    },
}
_FORM = {
    "comment": {"comment": {"value": "It was 47."}},
    "topics": {"topics": {"selected_options": [{"value": "north-korea-russia"}]}},
    "every": {"every": {"selected_option": {"value": "day"}}},
    "at": {"at": {"selected_time": "08:00"}},
    "where": {"where": {"selected_option": {"value": "here"}}},
}
_VERBS = ("digests", "why daily", "subscriptions", "subscribe", "forget me", "use x")
_FORMS = ("subscribe", "report", "question", "forget")
WHOLE: Mapping[str, Json] = {
    **PAYLOADS,
    **{verb: PAYLOADS["command"] | {"text": verb} for verb in _VERBS},
    **{
        f"form {name}": _PERSON
        | {
            "type": "view_submission",
            "view": _VIEW
            | {
                "callback_id": name,
                "private_metadata": "C1",
                "state": {"values": _FORM},
            },
        }
        for name in _FORMS
    },
    "home": _EVENT
    | {
        "event": {
            "type": "app_home_opened",
            "user": "U1",
            "channel": "D1",
            "tab": "home",
            "view": {"id": "V1", "type": "home", "blocks": []},
        }
    },
}
"""What more there is to the whole bot than to the listeners of `listening_app`."""
_OURS = {
    **{"T1": "T0MERIDIAN", "U0": "U0BRIEF", "U1": "U0ALICE", "B0": "B0BRIEF"},
    **{"C1": "C0KOREA", "C2": "C0EUROPE", "D1": "D0ALICE", "A1": "A0BRIEF"},
    "<@U0> troops": "<@U0BRIEF> troops",
    "<@U0> hello": "<@U0BRIEF> hello",
}
JUNK: tuple[Any, ...] = (
    *(None, "", 0, -1, 1.5, True, [], {}, ["a"], {"id": None}, "x" * 4_000),
    *("\x00\x1b", "<@U1> <!channel>", "👩‍🚒", "من قُتل؟", "|||", "use", "T0FOREIGN"),
    *("claim|a|b|99999999999999999999", "menu", "https://example.org/"),
)


def spoil(payload: Json, chance: random.Random) -> Json:
    """Return the payload with one to three fields gone, changed or added."""
    spoilt = copy.deepcopy(payload)
    for _ in range(chance.randint(1, 3)):
        holder, key = chance.choice(_places(spoilt))
        act = chance.random()
        if act < 0.3 and isinstance(holder, dict):
            del holder[key]
        elif act < 0.85 or not isinstance(holder, dict):
            holder[key] = copy.deepcopy(chance.choice(JUNK))
        else:
            holder["surplus"] = copy.deepcopy(chance.choice(JUNK))
    return spoilt


def _places(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        items: list[tuple[Any, Any]] = list(value.items())
    else:
        items = list(enumerate(value)) if isinstance(value, list) else []
    own = [(value, key) for key, _ in items]
    return own + [place for _, child in items for place in _places(child)]


def of_the_simulator(payload: Any) -> Any:
    """Return a payload with the ids of the simulator's own workspace."""
    if isinstance(payload, dict):
        return {key: of_the_simulator(value) for key, value in payload.items()}
    if isinstance(payload, list):
        return [of_the_simulator(value) for value in payload]
    return _OURS.get(payload, payload) if isinstance(payload, str) else payload


@dataclass
class Mistakes(logging.Handler):
    """Collects what was logged as a mistake of ours: an error, or with a traceback."""

    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or record.exc_info:
            error = record.exc_info[1] if record.exc_info else None
            self.found.append(f"{record.name} {record.getMessage()}: {error!r}")

    def __hash__(self) -> int:
        return id(self)


@asynccontextmanager
async def whole_app(folder: Path) -> AsyncIterator[tuple[BriefApp, Mistakes]]:
    """Run the whole bot in the simulator's workspace, with a log of its mistakes.

    What it begins in the background is done, too, when this ends. A slow machine is no
    mistake of ours; what hangs is cut after a minute, and found.
    """
    briefs, stop, mistakes = folder / "briefs", asyncio.Event(), Mistakes()
    await asyncio.to_thread(shutil.copytree, FROZEN, briefs)
    logging.getLogger().addHandler(mistakes)
    try:
        async with Simulator(workspace=install(load_workspace(), manifest())) as sim:
            sim.dm("alice")
            slack = Slack.model_construct(
                bot_token=SecretStr(sim.bot_token),
                app_token=SecretStr(sim.app_token),
                signing_secret=SecretStr(""),
                api_url=sim.api_url,
            )
            settings = Settings.model_construct(
                briefs=briefs,
                database_url=sqlite_file(folder / "bot.db"),
                host=HOST,
                port=0,
                slack=slack,
            )
            async with (
                build_app(settings, waits=PATIENT) as app,
                asyncio.TaskGroup() as group,
            ):
                group.create_task(app.run(stop))
                yield app.slack_app, mistakes
                await app.capabilities.background.drain(PATIENCE_S)
                stop.set()
    finally:
        logging.getLogger().removeHandler(mistakes)


async def outcome(app: BriefApp, payload: Json) -> str:
    """Return the status, or "refused" for what Bolt cannot even read."""
    try:
        request = AsyncBoltRequest(mode="socket_mode", body=payload)
    except MALFORMED:
        return "refused"
    return str((await app.async_dispatch(request)).status)


@asynccontextmanager
async def listening_app(url: str) -> AsyncIterator[BriefApp]:
    """Yield the app with all its listeners, whose way out leads nowhere."""
    identity = Identity(Installation("T1"), "B0", "U0", "brief", frozenset())
    async with aiohttp.ClientSession() as session:
        clients = Clients(
            posting_client("xoxb-1", session=session, base_url=NOWHERE),
            reading_client("xoxb-1", session=session, base_url=NOWHERE),
            identity,
        )
        async with open_listening(
            url,
            clients,
            HeldBriefings(briefing_at(FIRST), briefing_at(INVENTED)),
            StoppedClock(),
            audiences=KnownAudiences(Reach.MEMBER),
            people=KnownPeople(),
        ) as bot:
            yield bot.slack_app
