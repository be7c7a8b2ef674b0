"""`/api/{method}`: tokens, scopes, limits and faults around the methods."""

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.simulator.errors import SlackError
from bot.simulator.faults import FaultKind, FaultRule, Faults
from bot.simulator.messages import Json
from bot.simulator.people import People
from bot.simulator.rate_limits import RateLimits
from bot.simulator.stats import Stats
from bot.simulator.web_api import (
    assistant,
    auth,
    chat,
    conversations,
    history,
    users,
    views,
)
from bot.simulator.web_api.arguments import Arguments, read_call
from bot.simulator.web_api.method import Call, Method, Tier

FAMILIES = (assistant, auth, chat, conversations, history, users, views)
METHODS: dict[str, Method] = {
    method.name: method for family in FAMILIES for method in family.METHODS
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A call on its way: what came in, which method it means, and its arguments."""

    request: web.Request
    method: Method
    call: Call

    def with_fault(self, **faults: Any) -> "Asked":
        return replace(self, call=replace(self.call, **faults))


NAMES_ITS_TEAM = ("conversations.list", "users.list")
"""With an organisation's token these say which workspace they are about."""


class WebApi:
    """Answers calls of the Web API; `more` are methods that need what it has not.

    `sites` are the workspaces: a token says in which of them a call is made.
    """

    def __init__(
        self,
        sites: Sequence[People],
        *,
        limits: RateLimits,
        faults: Faults,
        stats: Stats,
        more: tuple[Method, ...] = (),
    ) -> None:
        self._sites = sites
        self._limits = limits
        self._faults = faults
        self._stats = stats
        self._methods = METHODS | {method.name: method for method in more}
        self._late: set[asyncio.Task[web.Response]] = set()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Accept or refuse a call by its token and scopes, and answer it."""
        began = time.perf_counter()
        try:
            name = request.match_info["method"]
            token, arguments = await read_call(request)
            method, site = self._accept(name, token, arguments)
        except SlackError as refusal:
            return web.json_response(refusal.as_json())
        finally:
            self._stats.note_call(time.perf_counter() - began)

        call = Call(
            arguments=arguments,
            workspace=site.workspace,
            triggers=site.triggers,
            response_urls=site.response_urls,
            address=f"{request.scheme}://{request.host}",
            token=token,
        )
        return await self._answer(Asked(request, method, call))

    def _accept(
        self, name: str, token: str, arguments: Arguments
    ) -> tuple[Method, People]:
        """Return the method and where it is called, once the token is good for it."""
        method = self._methods.get(name)
        if method is None:
            raise SlackError("unknown_method", req_method=name)
        site = self._site(name, token, arguments)
        credentials = site.workspace.credentials
        if method.token != "none":
            credentials.check(token, wants_app_token=method.token == "app")
        credentials.require(*method.scopes)
        return method, site

    def _site(self, name: str, token: str, arguments: Arguments) -> People:
        """Return the workspace of a token; an organisation's by what is asked about."""
        held = [s for s in self._sites if s.workspace.credentials.find(token)]
        if len(held) <= 1:
            return held[0] if held else self._sites[0]
        if name in NAMES_ITS_TEAM and "team_id" not in arguments:
            raise SlackError("missing_argument")
        asked = arguments.text("channel"), arguments.text("user")
        people = arguments.text("user_id"), arguments.text("users")
        for site in held:
            here = site.workspace
            if arguments.text("team_id") == here.team.id:
                return site
            if here.channels.keys() & {asked[0]} or here.users.keys() & {
                *asked,
                *people,
            }:
                return site
            if site.triggers.knows(arguments.text("trigger_id")):
                return site
            if here.views.has(arguments.text("view_id")):
                return site
        return held[0]

    async def _answer(self, asked: Asked) -> web.StreamResponse:
        method, arguments = asked.method, asked.call.arguments
        waits = self._take(method, arguments)
        if waits:
            return _too_many(waits, json=True)

        fault = self._faults.draw(method.name, arguments.text("channel"))
        if fault is None:
            return self._run(asked)
        return await self._go_wrong(asked, fault)

    def _take(self, method: Method, arguments: Arguments) -> float:
        if method.tier is Tier.POSTING:
            return self._limits.take_post(arguments.text("channel"))
        return self._limits.take_call(method.name, method.tier.value)

    def _run(self, asked: Asked) -> web.Response:
        began = time.perf_counter()
        try:
            answer = asked.method.handler(asked.call)
        except SlackError as refusal:
            answer = refusal.as_json()
        self._stats.note_work(time.perf_counter() - began)
        headers = {}
        if asked.method.token == "bot":
            scopes = asked.call.workspace.credentials.scopes
            headers = {"X-OAuth-Scopes": ",".join(sorted(scopes))}
        return web.json_response(answer, headers=headers)

    async def _go_wrong(self, asked: Asked, fault: FaultRule) -> web.StreamResponse:
        sleep = asked.call.workspace.clock.sleep
        match fault.kind:
            case FaultKind.DROP_BEFORE:
                return _drop(asked.request)
            case FaultKind.STATUS_BEFORE:
                return web.Response(status=fault.status, text="upstream error")
            case FaultKind.ERROR_BEFORE:
                return web.json_response(SlackError(fault.error).as_json())
            case FaultKind.PLAIN_429:
                return _too_many(fault.seconds or 1, json=False)
            case FaultKind.HANG_AND_DROP:
                await sleep(fault.seconds)
                return _drop(asked.request)
            case FaultKind.HANG_AND_STORE:
                return await self._run_late(asked, fault.seconds)
            case FaultKind.LATE_HISTORY:
                return self._run(asked.with_fault(listed_after_s=fault.seconds))
            case FaultKind.NO_METADATA:
                return self._run(asked.with_fault(drops_metadata=True))

        return _lose(asked.request, self._run(asked), fault)

    async def _run_late(self, asked: Asked, seconds: float) -> web.Response:
        """Do what was asked n seconds later, also when the caller has hung up."""

        async def run() -> web.Response:
            await asked.call.workspace.clock.sleep(seconds)
            return self._run(asked)

        task = asyncio.create_task(run())
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return await asyncio.shield(task)

    async def close(self) -> None:
        for task in self._late:
            task.cancel()
        await asyncio.gather(*self._late, return_exceptions=True)


def _lose(
    request: web.Request, answer: web.Response, fault: FaultRule
) -> web.StreamResponse:
    """Answer wrongly about something that was done."""
    match fault.kind:
        case FaultKind.DROP_AFTER:
            return _drop(request)
        case FaultKind.STATUS_AFTER:
            return web.Response(status=fault.status, text="upstream error")
        case FaultKind.ERROR_AFTER:
            return web.json_response(SlackError(fault.error).as_json())
    return answer


def _drop(request: web.Request) -> web.Response:
    """Close the connection without a word; what is returned reaches nobody."""
    if request.transport:
        request.transport.abort()
    return web.Response()


def _too_many(seconds: float, *, json: bool) -> web.Response:
    headers = {"Retry-After": str(max(1, math.ceil(seconds)))}
    if not json:
        return web.Response(status=429, headers=headers, text="Too Many Requests")
    body: Json = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers=headers)
