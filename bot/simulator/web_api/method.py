"""`Method`: one Web API method, with what it costs and which scopes it asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from bot.simulator.response_urls import ResponseUrls
from bot.simulator.triggers import Triggers
from bot.simulator.web_api.arguments import Arguments
from bot.simulator.workspace import Workspace

Json = dict[str, Any]


class Tier(IntEnum):
    """Calls a minute of Slack's rate limits; `POSTING` counts per channel."""

    T1 = 1
    T2 = 20
    T3 = 50
    POSTING = 60
    T4 = 100
    SPECIAL = 300


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a method, its token already accepted.

    `address` is where the caller reached us; `listed_after_s` and `drops_metadata` are
    faults that befall what it stores.
    """

    arguments: Arguments
    workspace: Workspace
    triggers: Triggers
    response_urls: ResponseUrls
    address: str
    token: str = ""
    listed_after_s: float = 0.0
    drops_metadata: bool = False


Handler = Callable[[Call], Json]


@dataclass(frozen=True, slots=True)
class Method:
    """`scopes` are alternatives; what depends on the channel a handler asks itself.

    `token` is `bot`, `app`, or `none` for the exchange that gives one.
    """

    name: str
    handler: Handler
    tier: Tier
    scopes: tuple[str, ...] = ()
    token: str = "bot"
