"""`SlackDirectory`: people, channels and who is in them, by Slack's own facts.

Facts are kept 15 minutes at most and dropped on user and channel events, which reach
every replica within a second: where that is not certain, facts are no older than that.
On a miss Slack is asked once, and whoever it does not know sees TLP:CLEAR. Someone may
still join between this look and the post: Slack offers no way to hold both together.

One person is one `users.info`. Where many are asked for at once, as for the members of
a big private channel or for thousands of direct messages, pages of `users.list` tell of
a thousand people each; so do those of `conversations.list` of channels that need no
look at their members. All calls keep to their method's tier, and whoever cannot wait so
long asks again: the look-up goes on.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.audiences import (
    KEPT,
    UNKNOWN_ZONE,
    Admission,
    AudienceUnknown,
    known_zone,
)
from bot.briefing.tlp import Audience, Reach
from bot.installation import Installation
from bot.interfaces import Clock
from bot.outbox.interfaces import ChannelFacts
from bot.outbox.notifier import Notifier
from bot.slack.clients import Clients, ClientsOf
from bot.slack.failures import SLACK_TROUBLE, error_code, why
from bot.slack.read_pace import PAGE, ReadPace
from bot.slack.waits import USUAL_WAITS, Waits

log = logging.getLogger(__name__)

MANY = 10
"""From how many people or channels on Slack is asked for pages of them."""
KEPT_UNHEARD = timedelta(seconds=1)
"""How long a fact is kept where events, ours or other replicas', may not arrive."""

EVENTS_LOST = "events were lost"
"""Stands where an id does: Slack told us that it kept events of a workspace back."""
LOST_FOR_S = 120.0
"""How long that holds: Slack says it anew for each minute in which it does so."""

_NOBODY = frozenset({"user_not_found", "user_not_visible", "channel_not_found"})
_CLOSED = _NOBODY | {"missing_scope"}
_NOT_SEEN = frozenset({"channel_not_found", "not_in_channel", "fetch_members_failed"})
_HISTORY_SCOPES = {True: "groups:history", False: "channels:history"}


@dataclass(frozen=True, slots=True)
class _Fact:
    """What is known of a person or a channel; only people have a zone."""

    audience: Audience
    zone: str = UNKNOWN_ZONE


@dataclass
class _Sweep:
    """Pages of people or of channels on their way.

    `overtaken` are those of whom an event told since the page was asked for; None is
    everybody. `turned` is set when a page more is read.
    """

    task: "asyncio.Task[None]"
    overtaken: "set[_Key] | None" = field(default_factory=set)
    turned: asyncio.Event = field(default_factory=asyncio.Event)


_Key = tuple[Installation, str]
_Ask = Callable[[Clients, str], Awaitable[_Fact]]


class SlackDirectory:
    """The `Audiences` and the `People` that ask Slack, and remember for a while."""

    def __init__(
        self, clients_of: ClientsOf, clock: Clock, waits: Waits = USUAL_WAITS
    ) -> None:
        self._clients_of = clients_of
        self._waits = waits
        self._clock = clock
        self._facts: dict[_Key, tuple[_Fact, float]] = {}
        """What was found, and when Slack was asked, in seconds never set back."""
        self._asking: dict[_Key, asyncio.Task[_Fact]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._sweeps: dict[tuple[Installation, str], _Sweep] = {}
        self._pace = ReadPace()
        self._notifier = Notifier()
        self._hears_slack: Callable[[], bool] = lambda: True
        self._lost_until: dict[Installation, float] = {}

    def rely_on(self, hears_slack: Callable[[], bool]) -> None:
        """Keep facts only for a moment from now on while no event of Slack arrives."""
        self._hears_slack = hears_slack

    def follow(self, notifier: Notifier) -> None:
        """Hear from now on of what other replicas were told by Slack."""
        self._notifier = notifier
        notifier.follow(self.forget, self.forget_all)

    async def of_person(
        self, installation: Installation, user_id: str, *, max_age: timedelta = KEPT
    ) -> Audience:
        """Return the class of a person, after one `users.info` at the most."""
        async with _known_within(self._waits.person_s):
            key = installation, user_id
            fact = await self._known(key, self._ask_person, max_age=max_age)
            return fact.audience

    async def of_channel(
        self, installation: Installation, channel_id: str, *, max_age: timedelta = KEPT
    ) -> Audience:
        """Return the class of a channel; a DM is its person's."""
        async with _known_within(self._waits.room_s):
            key = installation, channel_id
            fact = await self._known(key, self._ask_room, max_age=max_age)
            return fact.audience

    def knows(self, installation: Installation, id: str) -> bool:
        """Say whether what was found holds still; nobody is asked."""
        return self._kept((installation, id), KEPT) is not None

    async def zone_of(self, installation: Installation, user_id: str) -> str:
        """Return the zone that the person has set in Slack."""
        try:
            async with asyncio.timeout(self._waits.form_s):
                fact = await self._known((installation, user_id), self._ask_person)
        except SLACK_TROUBLE as exc:
            log.warning("zone.unknown", extra={"why": why(exc)})
            return UNKNOWN_ZONE
        return fact.zone

    async def admission(
        self, installation: Installation, channel_id: str, user_id: str
    ) -> Admission:
        """Look at the channel, then through its members until the person is found.

        Nothing is remembered: whoever invites the bot presses again at once.
        """
        try:
            async with asyncio.timeout(self._waits.form_s):
                clients = self._clients_of(installation)
                return await _ask_admission(clients, channel_id, user_id)
        except SLACK_TROUBLE as exc:
            if error_code(exc) in _NOT_SEEN:
                return Admission.UNINVITED
            log.warning("admission.unknown", extra={"why": why(exc)})
            if error_code(exc) == "missing_scope":
                return Admission.NOT_PERMITTED
            return Admission.UNKNOWN

    async def is_in(
        self, installation: Installation, channel_id: str, user_id: str
    ) -> bool | None:
        """Look through the members; a DM is told by whom it opens for."""
        clients = self._clients_of(installation)
        try:
            async with asyncio.timeout(self._waits.members_s):
                if channel_id.startswith("D"):
                    opened = await clients.posting.conversations_open(users=user_id)
                    return bool(opened["channel"]["id"] == channel_id)
                return await _has_member(clients, channel_id, user_id)
        except SLACK_TROUBLE as exc:
            if error_code(exc) in _CLOSED | _NOT_SEEN:
                return False
            log.warning("membership.unknown", extra={"why": why(exc)})
            return None

    async def join(self, installation: Installation, channel_id: str) -> bool:
        """Join a public channel, and say whether Slack let us."""
        try:
            async with asyncio.timeout(self._waits.form_s):
                clients = self._clients_of(installation)
                await clients.posting.conversations_join(channel=channel_id)
        except SLACK_TROUBLE as exc:
            log.warning("channel.not_joined", extra={"why": why(exc)})
            return False
        log.info("channel.joined", extra={"channel_id": channel_id})
        return True

    def forget(self, installation: Installation, *ids: str) -> None:
        """Drop what is known of these people or channels: an event says it changed.

        A change of a person may change the rooms they are in, so rooms go with them.
        Of an event in a channel that several of our workspaces share Slack may name
        one of these, so it holds for all: an id is the same in each.
        `EVENTS_LOST` among them says that anybody there may have changed, and may yet.
        """
        known, has_person = (*self._facts, *self._asking), any(map(_is_person, ids))
        gone = {
            key
            for key in known
            if key[1] in ids or (has_person and not _is_person(key[1]))
        }
        if EVENTS_LOST in ids:
            until = self._clock.elapsed_s() + LOST_FOR_S
            self._lost_until[installation] = until
            gone.update(key for key in known if key[0] == installation)
        for key in gone:
            self._facts.pop(key, None)
            # What was asked before the event may be answered with what was before it.
            self._asking.pop(key, None)
        for (where, _), sweep in self._sweeps.items():
            if sweep.overtaken is not None:
                sweep.overtaken |= gone | {(where, id) for id in ids}

    def forget_all(self) -> None:
        """Drop all that is known: nobody can say what has changed meanwhile."""
        self._facts.clear()
        self._asking.clear()
        for sweep in self._sweeps.values():
            sweep.overtaken = None

    async def close(self) -> None:
        """Stop the look-ups that go on after their asker was sent away."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _kept(self, key: _Key, max_age: timedelta) -> _Fact | None:
        fact, asked_at = self._facts.get(key, (None, None))
        if fact is None or asked_at is None:
            return None
        if asked_at < self._lost_until.get(key[0], asked_at):
            max_age = min(max_age, KEPT_UNHEARD)
        age_s = self._clock.elapsed_s() - asked_at
        return fact if age_s < max_age.total_seconds() else None

    async def _known(self, key: _Key, ask: _Ask, *, max_age: timedelta = KEPT) -> _Fact:
        if not (self._notifier.hears_others and self._hears_slack()):
            max_age = min(max_age, KEPT_UNHEARD)
        if (fact := self._kept(key, max_age)) is not None:
            return fact

        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(self._look_up(key, ask))
            self._asking[key] = task
            self._tasks.add(task)
            task.add_done_callback(lambda done: self._finish(key, done))
        # The look-up outlives an asker who could not wait, so asking again finds it.
        return await asyncio.shield(task)

    async def _look_up(self, key: _Key, ask: _Ask) -> _Fact:
        installation, id = key
        asked_at = self._clock.elapsed_s()
        try:
            fact = await ask(self._clients_of(installation), id)
        except SlackApiError as exc:
            if error_code(exc) not in _CLOSED:
                raise
            if needed := exc.response.get("needed"):
                # Asking again would not help: the app's manifest has what is missing.
                facts = {"id": id, "needed": needed}
                log.warning("audience.not_permitted", extra=facts)
            reach = Reach.UNKNOWN if _is_person(id) else Reach.UNKNOWN_ROOM
            fact = _Fact(Audience(reach, frozenset({id}), installation))
        if self._asking.get(key) is not asyncio.current_task():
            # An event came meanwhile: whoever waits is told what holds since then.
            return await self._known(key, ask)
        self._facts[key] = fact, asked_at
        return fact

    def _finish(self, key: _Key, task: "asyncio.Task[_Fact]") -> None:
        self._tasks.discard(task)
        if self._asking.get(key) is task:
            del self._asking[key]
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            log.warning("audience.unknown", extra={"id": key[1], "why": why(error)})

    async def _ask_person(self, clients: Clients, user_id: str) -> _Fact:
        began, key = self._clock.elapsed_s(), (clients.identity.installation, user_id)
        if self._is_one_of_many(key):
            await self._sweep(clients, "users.list", [key], since=began)
        if (fact := self._found(key, since=began)) is not None:
            return fact
        answer = await self._pace.call(clients, "users.info", user=user_id)
        return _person(answer["user"], clients)

    async def _ask_room(self, clients: Clients, channel_id: str) -> _Fact:
        began, key = (
            self._clock.elapsed_s(),
            (clients.identity.installation, channel_id),
        )
        if self._is_one_of_many(key):
            await self._sweep(clients, "conversations.list", [key], since=began)
        if (fact := self._found(key, since=began)) is not None:
            return fact
        answer = await self._pace.call(
            clients, "conversations.info", channel=channel_id
        )
        channel: dict[str, Any] = answer["channel"]
        if channel.get("is_im"):
            return await self._ask_person(clients, channel["user"])
        fact = _open_room(channel, clients)
        return fact or await self._private_room(clients, channel_id)

    async def _private_room(self, clients: Clients, channel_id: str) -> _Fact:
        """Guests do not show in the channel object, so its members are looked at."""
        began, installation = self._clock.elapsed_s(), clients.identity.installation
        members: list[_Key] = []
        async for page in self._pace.pages(
            clients, "conversations.members", channel=channel_id
        ):
            ids = (id for id in page["members"] if id != clients.identity.user_id)
            members += [(installation, id) for id in ids]

        unknown = [key for key in members if self._kept(key, KEPT) is None]
        if len(unknown) > MANY:
            await self._sweep(clients, "users.list", unknown, since=began)

        async def known(key: _Key) -> _Fact:
            fact = self._found(key, since=began)
            return fact or await self._known(key, self._ask_person)

        people = await asyncio.gather(*map(known, members))
        reaches = {person.audience.reach for person in people}
        reach = Reach.OPEN_ROOM if Reach.GUEST in reaches else Reach.PRIVATE_ROOM
        if reaches & {Reach.EXTERNAL, Reach.UNKNOWN}:
            reach = Reach.UNKNOWN_ROOM
        return _Fact(Audience(reach, frozenset({channel_id}), installation))

    def _is_one_of_many(self, key: _Key) -> bool:
        """Say whether so many are asked for now that pages of them are fewer calls."""
        installation, id = key
        alike = (
            other
            for where, other in self._asking
            if where == installation and _is_person(other) == _is_person(id)
        )
        return sum(1 for _ in alike) > MANY

    def _found(self, key: _Key, *, since: float) -> _Fact | None:
        fact, asked_at = self._facts.get(key, (None, None))
        return fact if asked_at is not None and asked_at >= since else None

    async def _sweep(
        self, clients: Clients, method: str, keys: Sequence[_Key], *, since: float
    ) -> None:
        """Read pages until these are found, or until there are none left.

        One who asks meanwhile reads along from the page at hand. Where Slack refuses,
        each is asked for by itself.
        """
        name = clients.identity.installation, method
        sweep = self._sweeps.get(name)
        if sweep is None:
            sweep = _Sweep(asyncio.create_task(self._read_pages(clients, method)))
            self._sweeps[name] = sweep
            self._tasks.add(sweep.task)
            sweep.task.add_done_callback(lambda done: self._end_sweep(name, done))
        while not sweep.task.done():
            if all(self._found(key, since=since) for key in keys):
                return
            await sweep.turned.wait()

    def _end_sweep(self, name: _Key, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._sweeps.pop(name).turned.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("audience.not_swept", extra={"why": type(error).__name__})

    async def _read_pages(self, clients: Clients, method: str) -> None:
        installation = clients.identity.installation
        sweep = self._sweeps[installation, method]
        # A sweep finds many: no more is kept than what may still be used.
        since = self._clock.elapsed_s() - KEPT.total_seconds()
        old = [key for key, (_, asked_at) in self._facts.items() if asked_at <= since]
        for key in old:
            del self._facts[key]
        is_people = method == "users.list"
        of_both = {} if is_people else {"types": "public_channel,private_channel"}
        asked_at = self._clock.elapsed_s()
        async for page in self._pace.pages(clients, method, **of_both):
            for each in page["members" if is_people else "channels"]:
                key = installation, each["id"]
                read = _person if is_people else _open_room
                fact = read(each, clients)
                if fact and sweep.overtaken is not None and key not in sweep.overtaken:
                    self._facts[key] = fact, asked_at
            turned, sweep.turned = sweep.turned, asyncio.Event()
            turned.set()
            sweep.overtaken, asked_at = set(), self._clock.elapsed_s()


def _person(user: dict[str, Any], clients: Clients) -> _Fact:
    here = clients.identity.installation
    reach = reach_of(user, here)
    zone = known_zone(user.get("tz") or "")
    return _Fact(Audience(reach, frozenset({user["id"]}), here), zone)


def _open_room(channel: dict[str, Any], clients: Clients) -> _Fact | None:
    """Read who reads a channel; None where that depends on its members."""
    facts = read_channel(channel, clients.identity.scopes)
    if facts.is_private and not facts.is_external:
        return None
    reach = Reach.SHARED_ROOM if facts.is_external else Reach.OPEN_ROOM
    ids = frozenset({facts.channel_id, *channel.get("connected_team_ids", ())})
    return _Fact(Audience(reach, ids, clients.identity.installation))


def _is_person(id: str) -> bool:
    return id.startswith(("U", "W"))


@asynccontextmanager
async def _known_within(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except SLACK_TROUBLE as exc:
        raise AudienceUnknown(
            "I couldn't check with Slack who will read this. Ask again in a moment."
        ) from exc


async def _ask_admission(clients: Clients, channel_id: str, user_id: str) -> Admission:
    client = clients.posting
    answer = await client.conversations_info(channel=channel_id)
    facts = read_channel(answer["channel"], clients.identity.scopes)
    if facts.is_archived:
        return Admission.ARCHIVED
    if not facts.is_member and not facts.can_join:
        return Admission.UNINVITED
    if not await _has_member(clients, channel_id, user_id):
        return Admission.OUTSIDER
    return Admission.JOINABLE if facts.can_join else Admission.ADMITTED


async def _has_member(clients: Clients, channel_id: str, user_id: str) -> bool:
    async for page in await clients.posting.conversations_members(
        channel=channel_id, limit=PAGE
    ):
        if user_id in page["members"]:
            return True
    return False


def read_channel(channel: dict[str, Any], scopes: frozenset[str]) -> ChannelFacts:
    """Return what matters of Slack's channel object to an app with these scopes.

    An invitation to share that is still open counts as shared:
    https://docs.slack.dev/reference/objects/conversation-object
    """
    is_dm = bool(channel.get("is_im"))
    is_private = bool(channel.get("is_private"))
    is_group_dm = bool(channel.get("is_mpim"))
    is_member = is_dm or is_group_dm or bool(channel.get("is_member"))
    is_archived = bool(channel.get("is_archived"))
    may_join = "channels:join" in scopes and not is_private and not is_archived
    history = "im:history" if is_dm else _HISTORY_SCOPES[is_private]
    if is_group_dm:
        history = "mpim:history"
    return ChannelFacts(
        channel["id"],
        name=channel.get("name") or "",
        is_member=is_member,
        is_archived=is_archived,
        is_private=is_private,
        is_dm=is_dm,
        is_external=bool(
            channel.get("is_ext_shared") or channel.get("is_pending_ext_shared")
        ),
        can_read_back=is_member and history in scopes,
        can_join=may_join and not is_member,
    )


def reach_of(user: dict[str, Any], installation: Installation) -> Reach:
    """Return a person's class from Slack's user object.

    https://docs.slack.dev/reference/objects/user-object: `is_restricted` covers both
    kinds of guest, `is_stranger` people of other organisations. Apps and deactivated
    people are unknown: nobody can say who reads what they get.
    """
    if user.get("deleted") or user.get("is_bot") or user.get("is_invited_user"):
        return Reach.UNKNOWN
    enterprise = (user.get("enterprise_user") or {}).get("enterprise_id", "")
    if installation.enterprise_id and enterprise:
        is_ours = enterprise == installation.enterprise_id
    else:
        is_ours = user.get("team_id") == installation.team_id
    if user.get("is_stranger") or not is_ours:
        return Reach.EXTERNAL
    is_guest = user.get("is_restricted") or user.get("is_ultra_restricted")
    return Reach.GUEST if is_guest else Reach.MEMBER
