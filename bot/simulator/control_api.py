"""`/control/…`: everything a test or a benchmark sets from another process."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, TypeAdapter, ValidationError

from bot.simulator.clock import SteppedClock
from bot.simulator.errors import SlackError
from bot.simulator.faults import FaultRule, Faults
from bot.simulator.messages import Json
from bot.simulator.people import People
from bot.simulator.rate_limits import RateLimits
from bot.simulator.socket_mode import SocketMode
from bot.simulator.stats import Stats
from bot.simulator.workspace_file import ChannelEntry, Strict

RULES = TypeAdapter(list[FaultRule])


class Limits(Strict):
    """Rate limits on or off, and how many times as fast as Slack's."""

    on: bool
    speed: Annotated[float, Field(gt=0)] = 1.0
    posts_per_minute: Annotated[int, Field(ge=0)] = 0


class Retries(Strict):
    """How long the app is waited for before an event is sent again, each time."""

    after_s: tuple[Annotated[float, Field(ge=0)], ...]


class ChannelAct(Strict):
    """Something that happens to a channel; `user` for joining and leaving."""

    do: Literal["join", "leave", "share", "unshare", "rename", "archive", "unarchive"]
    channel: str
    user: str = ""
    name: str = ""


class Control:
    """The handlers, one per thing that can be set or read."""

    def __init__(
        self,
        people: People,
        *,
        sockets: SocketMode,
        faults: Faults,
        limits: RateLimits,
        stats: Stats,
    ) -> None:
        self._people = people
        self._sockets = sockets
        self._faults = faults
        self._limits = limits
        self._stats = stats

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/stats", _answer(self._read_stats)),
            web.get("/control/shown", _answer(self._read_shown)),
            web.get("/control/faults", _answer(self._read_faults)),
            web.post("/control/faults", _answer(self._set_faults)),
            web.get("/control/events", _answer(self._read_events)),
            web.post("/control/events", _answer(self._set_events)),
            web.post("/control/limits", _answer(self._set_limits)),
            web.post("/control/sockets", _answer(self._set_sockets)),
            web.post("/control/clock", _answer(self._set_clock)),
            web.post("/control/send", _answer(self._send)),
            web.post("/control/channels", _answer(self._create_channels)),
            web.post("/control/channel", _answer(self._change_channel)),
            web.post("/control/app", _answer(self._change_app)),
            web.post("/control/reset", _answer(self._reset)),
        ]

    async def _read_stats(self, _request: web.Request) -> Json:
        return {"ok": True, **self._stats.as_json(), "sockets": self._sockets.count}

    async def _read_shown(self, request: web.Request) -> Json:
        """List what was ever visible, from number `since` on; `next` continues it."""
        since = int(request.query.get("since", "0"))
        shown = self._people.shown()
        listed = [change.as_json() for change in shown[since:]]
        return {"ok": True, "shown": listed, "next": len(shown)}

    async def _read_faults(self, _request: web.Request) -> Json:
        fired = self._faults.fired()
        told = [{**rule.model_dump(), "fired": times} for rule, times in fired]
        return {"ok": True, "faults": told}

    async def _set_faults(self, request: web.Request) -> Json:
        """Put a list of rules in place of all that stood; an empty one ends them."""
        rules = RULES.validate_json(await request.read())
        self._faults.clear()
        self._faults.add(*rules)
        return {"ok": True}

    async def _read_events(self, _request: web.Request) -> Json:
        """Count events under way, and list those that the app never took."""
        delivery = self._people.delivery
        return {
            "ok": True,
            "under_way": delivery.under_way,
            "given_up": [payload["event"] for payload in delivery.given_up],
        }

    async def _set_events(self, request: web.Request) -> Json:
        wanted = Retries.model_validate_json(await request.read())
        self._people.delivery.retries_s = wanted.after_s
        return {"ok": True}

    async def _set_limits(self, request: web.Request) -> Json:
        wanted = Limits.model_validate_json(await request.read())
        self._limits.switch(
            on=wanted.on, speed=wanted.speed, posts_per_minute=wanted.posts_per_minute
        )
        return {"ok": True}

    async def _set_sockets(self, request: web.Request) -> Json:
        """`cut` without a word, `warn`, or `refresh`."""
        match (await request.json())["do"]:
            case "cut":
                self._sockets.cut()
            case "warn":
                await self._sockets.warn()
            case "refresh":
                await self._sockets.refresh()
            case unknown:
                raise SlackError(f"unknown: {unknown}")
        return {"ok": True}

    async def _set_clock(self, request: web.Request) -> Json:
        clock = self._people.clock
        if not isinstance(clock, SteppedClock):
            raise SlackError("this clock cannot be advanced")
        await clock.advance(float((await request.json())["advance"]))
        return {"ok": True, "now": clock.now().timestamp()}

    async def _send(self, request: web.Request) -> Json:
        body = await request.json()
        outcome = await self._people.type(
            body["as"], body["channel"], body["text"], body.get("thread_ts") or ""
        )
        return outcome.as_json()

    async def _create_channels(self, request: web.Request) -> Json:
        entries = TypeAdapter(list[ChannelEntry]).validate_json(await request.read())
        made = [self._people.create_channel(entry) for entry in entries]
        return {"ok": True, "channels": [room.id for room in made]}

    async def _change_channel(self, request: web.Request) -> Json:
        act = ChannelAct.model_validate_json(await request.read())
        people = self._people
        match act.do:
            case "join":
                people.join(act.user, act.channel)
            case "leave":
                people.leave(act.user, act.channel)
            case "rename":
                people.rename(act.channel, act.name)
            case "share":
                people.share(act.channel)
            case "unshare":
                people.unshare(act.channel)
            case "archive":
                people.archive(act.channel)
            case "unarchive":
                people.unarchive(act.channel)
        return {"ok": True}

    async def _change_app(self, request: web.Request) -> Json:
        """`revoke` its tokens, or `uninstall` it."""
        match (await request.json())["do"]:
            case "revoke":
                self._people.revoke_token()
            case "uninstall":
                self._people.uninstall()
            case unknown:
                raise SlackError(f"unknown: {unknown}")
        return {"ok": True}

    async def _reset(self, _request: web.Request) -> Json:
        """End faults and limits, and forget what was shown and counted."""
        self._faults.clear()
        self._limits.reset()
        self._stats.reset()
        self._people.record.changes.clear()
        return {"ok": True}


def _answer(
    handler: Callable[[web.Request], Awaitable[Json]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        try:
            return web.json_response(await handler(request))
        except SlackError as refusal:
            return web.json_response(refusal.as_json(), status=400)
        except (ValidationError, KeyError, TypeError, ValueError) as mistake:
            error = f"invalid request: {mistake}"
            return web.json_response({"ok": False, "error": error}, status=400)

    return handle
