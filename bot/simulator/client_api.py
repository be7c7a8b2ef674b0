"""`/client/…`: what the page in the browser asks and does, as the user it names.

Answers are JSON; what somebody may not do is `{"ok": false, "error": …}`.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.simulator.changes import Change
from bot.simulator.client_json import (
    change_json,
    channel_json,
    is_visible,
    message_json,
    user_json,
)
from bot.simulator.errors import SlackError
from bot.simulator.interactions import Outcome
from bot.simulator.messages import Json
from bot.simulator.people import People
from bot.simulator.tour import Tour
from bot.simulator.users import User

Act = Callable[[User, Json], Awaitable[Outcome]]


class ClientApi:
    """Serves the page; any number of people may look on at once.

    `tips` are things to type that the page offers to newcomers, `tour` a guided path.
    """

    def __init__(
        self, people: People, *, tips: Sequence[str] = (), tour: Tour | None = None
    ) -> None:
        self._people = people
        self._tips = tips
        self._tour = tour
        self._workspace = people.workspace
        self._streams: dict[asyncio.Queue[Change | None], User] = {}
        self._read_up_to: dict[tuple[str, str], str] = {}
        self._workspace.observers.append(self._note)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/client/boot", self._boot),
            web.get("/client/messages", self._messages),
            web.get("/client/home", self._home),
            web.get("/client/stream", self._stream),
            web.post("/client/home_opened", self._act(self._open_home)),
            web.post("/client/send", self._act(self._send)),
            web.post("/client/action", self._act(self._action)),
            web.post("/client/submit", self._act(self._submit)),
            web.post("/client/close", self._act(self._close)),
            web.post("/client/shortcut", self._act(self._shortcut)),
        ]

    # Looking

    async def _boot(self, request: web.Request) -> web.Response:
        me = self._me(request.query.get("as", ""))
        self._workspace.im(me.id)
        app = self._workspace.app
        return web.json_response(
            {
                "team": self._workspace.team.model_dump(),
                "me": me.id,
                "users": [user_json(user) for user in self._workspace.users.values()],
                "channels": self._channels(me),
                "app": {
                    "app_id": app.id,
                    "bot_user_id": app.bot_user_id,
                    "name": app.name,
                    "commands": [each.model_dump() for each in app.commands],
                    "shortcuts": [each.model_dump() for each in app.shortcuts],
                },
                "now": self._people.clock.now().timestamp(),
                "tips": list(self._tips),
                "tour": self._tour.as_json(self._people) if self._tour else None,
            }
        )

    def _me(self, user_id: str) -> User:
        """Return who looks on; the first person when the page names nobody yet."""
        people = [user for user in self._workspace.users.values() if not user.is_bot]
        return self._people.person(user_id) if user_id else people[0]

    def _channels(self, me: User) -> list[Json]:
        rooms = self._workspace.rooms_of(me)
        return [
            channel_json(
                self._workspace,
                room,
                viewer=me.id,
                unread=self._unread(me, room.id),
            )
            for room in rooms
        ]

    def _unread(self, me: User, channel_id: str) -> int:
        seen = self._workspace.timeline.seen_by(me.id, channel_id)
        read_up_to = self._read_up_to.get((me.id, channel_id), "")
        return sum(
            message.ts > read_up_to and message.user != me.id for message in seen
        )

    async def _messages(self, request: web.Request) -> web.Response:
        """List what the person sees in a channel or a thread, and mark it as read."""
        me = self._me(request.query.get("as", ""))
        try:
            room = self._people.channel(request.query.get("channel", ""))
            if not self._workspace.may_enter(me, room):
                raise SlackError("channel_not_found")
        except SlackError as refusal:
            return web.json_response(refusal.as_json())

        thread_ts = request.query.get("thread_ts", "")
        seen = self._workspace.timeline.seen_by(me.id, room.id, thread_ts=thread_ts)
        if seen and not thread_ts:
            self._read_up_to[me.id, room.id] = seen[-1].ts
        told = [message_json(self._workspace, message) for message in seen]
        return web.json_response({"ok": True, "messages": told})

    async def _home(self, request: web.Request) -> web.Response:
        me = self._me(request.query.get("as", ""))
        view = self._workspace.views.home(me.id)
        told = self._workspace.describe_view(view) if view else None
        return web.json_response({"ok": True, "view": told})

    # Live

    def _note(self, change: Change) -> None:
        for queue, user in self._streams.items():
            if is_visible(self._workspace, change, user):
                queue.put_nowait(change)

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        """Send each change as it comes, until the page or the server goes away."""
        me = self._me(request.query.get("as", ""))
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        self._streams[queue] = me
        try:
            await self._pump(response, queue, me)
        except ConnectionError:
            pass
        finally:
            self._streams.pop(queue, None)
        return response

    async def _pump(
        self,
        response: web.StreamResponse,
        queue: asyncio.Queue[Change | None],
        me: User,
    ) -> None:
        await response.write(b": hello\n\n")
        while (change := await queue.get()) is not None:
            told = json.dumps(change_json(self._workspace, change, me))
            await response.write(f"data: {told}\n\n".encode())

    def close(self) -> None:
        """End all streams; a browser would otherwise hold the server open."""
        for queue in self._streams:
            queue.put_nowait(None)

    # Acting

    def _act(self, act: Act) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            try:
                body = await request.json()
                me = self._people.person(str(body["as"]))
                outcome = await act(me, body)
            except SlackError as refusal:
                return web.json_response(refusal.as_json())
            except (KeyError, TypeError, ValueError) as mistake:
                error = f"invalid request: {mistake!r}"
                return web.json_response({"ok": False, "error": error}, status=400)
            return web.json_response(outcome.as_json())

        return handle

    async def _open_home(self, me: User, body: Json) -> Outcome:
        await self._people.open_home(me.id, body.get("tab", "home"))
        return Outcome()

    async def _send(self, me: User, body: Json) -> Outcome:
        thread_ts = body.get("thread_ts") or ""
        return await self._people.type(me.id, body["channel"], body["text"], thread_ts)

    async def _action(self, me: User, body: Json) -> Outcome:
        interactions, place = self._people.interactions, body["container"]
        body["state"] = body.get("state", {}).get("values", {})
        if place["type"] == "view":
            view = self._workspace.views.find(view_id=place["view_id"])
            return await interactions.press_in_view(me, view, body)

        message = self._people.message(place["channel"], place["ts"])
        return await interactions.press_in_message(me, message, body)

    async def _submit(self, me: User, body: Json) -> Outcome:
        values = body.get("state", {}).get("values", {})
        return await self._people.submit_view(me.id, body["view_id"], values)

    async def _close(self, me: User, body: Json) -> Outcome:
        is_cleared = bool(body.get("is_cleared"))
        return await self._people.close_view(
            me.id, body["view_id"], is_cleared=is_cleared
        )

    async def _shortcut(self, me: User, body: Json) -> Outcome:
        return await self._people.shortcut(
            me.id, body.get("channel", ""), body.get("ts") or "", body["callback_id"]
        )
