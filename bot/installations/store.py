"""`InstallationStore`: the SDK's own store on our transactions, its tokens encrypted.

Slack's SDK writes `slack_installations` and `slack_bots`; `workspaces` beside them says
which workspaces the app is in, since an organisation's token serves many, and which of
them it has left.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from slack_sdk.oauth.installation_store.async_installation_store import (
    AsyncInstallationStore,
)
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import Connection, Engine, MetaData, Table, delete, or_, select, update

from bot.db.database import Database
from bot.db.statements import of_installation, upsert
from bot.db.tables import (
    slack_bots,
    slack_installations,
    slack_oauth_states,
    workspaces,
)
from bot.installation import Installation
from bot.installations.token_cipher import TokenCipher, UnreadableToken

log = logging.getLogger(__name__)

STATE_LIVES_S = 600
"""How long somebody may take to consent."""
_TOKENS = ("bot_token", "bot_refresh_token", "user_token", "user_refresh_token")


@dataclass(frozen=True, slots=True)
class InstalledWorkspace:
    """A workspace that the app is in, and the token that serves it.

    In an organisation-wide installation the token is the organisation's.
    """

    installation: Installation
    bot_token: str = field(repr=False)
    bot_id: str
    user_id: str
    bot_name: str
    scopes: frozenset[str]
    name: str = ""
    url: str = ""
    is_org_wide: bool = False


@dataclass(frozen=True, slots=True)
class Stored:
    """All that is stored of where the app is.

    `organisations` hold, with an empty team, what serves a workspace of theirs that was
    not heard of before. `unreadable` are those whose token no key fits.
    """

    workspaces: tuple[InstalledWorkspace, ...] = ()
    organisations: tuple[InstalledWorkspace, ...] = ()
    removed: frozenset[Installation] = frozenset()
    unreadable: frozenset[Installation] = frozenset()


class InstallationStore(AsyncInstallationStore):
    """Keeps tokens, and which workspaces they serve.

    An `Installation` with an empty team is an organisation's.
    """

    def __init__(
        self, database: Database, cipher: TokenCipher, *, client_id: str
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._client_id = client_id

    @property
    def logger(self) -> logging.Logger:
        return log

    async def async_save(self, installation: SlackInstallation) -> None:
        """Keep it in place of what was kept of the same workspace or organisation."""
        await self._database.write(lambda c: self._put(c, installation))

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> SlackInstallation | None:
        team = "" if is_enterprise_install else team_id or ""
        key = Installation(team, enterprise_id or "")
        return await self._database.read(lambda c: self._get(c, key))

    async def async_delete_all(
        self, *, enterprise_id: str | None, team_id: str | None
    ) -> None:
        key = Installation(team_id or "", enterprise_id or "")
        await self._database.write(lambda c: self._delete_tokens(c, key))

    async def installed(
        self, installation: SlackInstallation, *, name: str, url: str, bot_name: str
    ) -> None:
        """Keep what somebody consented to, and that the app is there from now on."""
        now = self._database.now()

        def keep(connection: Connection) -> None:
            self._put(connection, installation)
            key = key_of(installation)
            enter(connection, key, name=name, url=url, bot_name=bot_name, now=now)

        await self._database.write(keep)

    async def enter_all(self, found: Sequence[InstalledWorkspace]) -> None:
        """Note that the app is in these workspaces, by their organisation's token."""
        now = self._database.now()

        def note(connection: Connection) -> None:
            for one in found:
                enter(
                    connection,
                    one.installation,
                    name=one.name,
                    url=one.url,
                    bot_name=one.bot_name,
                    now=now,
                    again=False,
                )

        await self._database.write(note)

    async def stored(self) -> Stored:
        """Return all that is stored."""
        return await self._database.read(self._stored)

    async def expiring(self, before: datetime) -> Sequence[Installation]:
        """Return whose tokens expire before then and can be renewed."""
        table = slack_installations.c
        statement = select(table.team_id, table.enterprise_id).where(
            table.client_id == self._client_id,
            table.bot_refresh_token.is_not(None),
            table.bot_token_expires_at <= before.replace(tzinfo=None),
        )
        rows = await self._database.rows(statement)
        return [Installation(team or "", org or "") for team, org in rows]

    async def begin_renewal(
        self, key: Installation, *, before: datetime, lease: timedelta
    ) -> SlackInstallation | None:
        """Return what is to be renewed; None where another process has it in hand.

        None as well where it was renewed meanwhile. The lease is in database time.
        """
        now = self._database.now()

        def begin(connection: Connection) -> SlackInstallation | None:
            is_free = or_(
                workspaces.c.renewing_until.is_(None),
                workspaces.c.renewing_until <= now,
            )
            mine = of_installation(key, workspaces)
            take = update(workspaces).where(*mine, is_free)
            if not connection.execute(take.values(renewing_until=now + lease)).rowcount:
                return None
            found = self._get(connection, key)
            expires = found.bot_token_expires_at if found else None
            if expires is None or expires > before.timestamp():
                connection.execute(
                    update(workspaces).where(*mine).values(renewing_until=None)
                )
                return None
            return found

        return await self._database.write(begin)

    async def renewed(self, new: SlackInstallation, *, instead_of: str) -> bool:
        """Keep new tokens in place of those with this refresh token, and end the lease.

        False where somebody installed the app anew, or removed it, in the meantime.
        """

        def keep(connection: Connection) -> bool:
            key = key_of(new)
            end = update(workspaces).where(*of_installation(key, workspaces))
            connection.execute(end.values(renewing_until=None))
            found = self._get(connection, key)
            if found is None or found.bot_refresh_token != instead_of:
                return False
            self._put(connection, new)
            return True

        return await self._database.write(keep)

    async def count_of_older_keys(self) -> int:
        """Return how many tokens another key than the first encrypted."""
        columns = [
            table.c[name] for table in _TABLES for name in _TOKENS if name in table.c
        ]

        def count(connection: Connection) -> int:
            stored = (
                token
                for column in columns
                for token in connection.execute(select(column)).scalars()
            )
            return sum(not self._cipher.is_current(token) for token in stored if token)

        return await self._database.read(count)

    async def encrypt_anew(self) -> int:
        """Let the first key encrypt what an older one did; return how many rows."""

        def encrypt(connection: Connection) -> int:
            return sum(self._encrypt_anew(connection, t) for t in _TABLES)

        return await self._database.write(encrypt)

    async def moved(self, old: Installation, new: Installation) -> None:
        """Let a workspace's token follow it into an organisation, or out of one."""

        def move(connection: Connection) -> None:
            if found := self._get(connection, old):
                self._delete_tokens(connection, old)
                found.enterprise_id = new.enterprise_id or None
                self._put(connection, found)

        await self._database.write(move)

    def drop(self, connection: Connection, key: Installation, *, token: str) -> bool:
        """Forget this token; False where another one is kept by now."""
        try:
            kept = self._get(connection, key)
        except UnreadableToken:
            return False
        if kept and kept.bot_token != token:
            return False
        self._delete_tokens(connection, key)
        return True

    def _encrypt_anew(self, connection: Connection, table: Table) -> int:
        columns = [table.c[name] for name in _TOKENS if name in table.c]
        changed = 0
        found = select(table.c.id, *columns).with_for_update()
        for row in connection.execute(found).mappings().all():
            stored = {c.name: row[c.name] for c in columns if row[c.name]}
            if all(map(self._cipher.is_current, stored.values())):
                continue
            try:
                anew = {
                    name: self._cipher.encrypt(self._cipher.decrypt(token))
                    for name, token in stored.items()
                }
            except UnreadableToken:
                continue
            one = update(table).where(table.c.id == row["id"])
            changed += connection.execute(one.values(anew)).rowcount
        return changed

    def _stored(self, connection: Connection) -> Stored:
        served: dict[Installation, InstalledWorkspace] = {}
        unreadable = set()
        table = slack_installations.c
        rows = connection.execute(
            select(slack_installations)
            .where(table.client_id == self._client_id)
            .order_by(table.installed_at)
        )
        for row in rows.mappings():
            key = Installation(row["team_id"] or "", row["enterprise_id"] or "")
            try:
                token = self._cipher.decrypt(row["bot_token"] or "")
            except UnreadableToken as error:
                unreadable.add(key)
                extra = {"team_id": key.team_id, "enterprise_id": key.enterprise_id}
                log.error("token.unreadable", extra=extra | {"reason": str(error)})
                continue
            served[key] = InstalledWorkspace(
                key,
                token,
                bot_id=row["bot_id"] or "",
                user_id=row["bot_user_id"] or "",
                bot_name="",
                scopes=frozenset((row["bot_scopes"] or "").split(",")) - {""},
                is_org_wide=bool(row["is_enterprise_install"]),
            )

        found: list[InstalledWorkspace] = []
        organisations: list[InstalledWorkspace] = []
        removed = set()
        for row in connection.execute(select(workspaces)).mappings():
            key = Installation(row["team_id"], row["enterprise_id"])
            if row["removed_at"] is not None:
                removed.add(key)
                continue
            org = Installation("", key.enterprise_id)
            serving = served.get(key) or served.get(org)
            if serving is None:
                if org in unreadable and key.team_id:
                    unreadable.add(key)
                continue
            one = InstalledWorkspace(
                key,
                serving.bot_token,
                bot_id=serving.bot_id,
                user_id=serving.user_id,
                bot_name=row["bot_name"],
                scopes=serving.scopes,
                name=row["name"],
                url=row["url"],
                is_org_wide=serving.is_org_wide,
            )
            (found if key.team_id else organisations).append(one)
        return Stored(
            tuple(found),
            tuple(organisations),
            frozenset(removed),
            frozenset(unreadable),
        )

    def _get(
        self, connection: Connection, key: Installation
    ) -> SlackInstallation | None:
        found = self._sdk_store(connection).find_installation(
            enterprise_id=key.enterprise_id or None, team_id=key.team_id or None
        )
        if found is None:
            return None
        return self._with_tokens(found, self._cipher.decrypt)

    def _put(self, connection: Connection, installation: SlackInstallation) -> None:
        """Leave one row: earlier ones hold tokens that nobody needs any more."""
        self._delete_tokens(connection, key_of(installation))
        encrypted = self._with_tokens(installation, self._cipher.encrypt)
        self._sdk_store(connection).save(encrypted)

    def _delete_tokens(self, connection: Connection, key: Installation) -> None:
        store = self._sdk_store(connection)
        org, team = key.enterprise_id or None, key.team_id or None
        store.delete_installation(enterprise_id=org, team_id=team)
        store.delete_bot(enterprise_id=org, team_id=team)

    def _with_tokens(
        self, installation: SlackInstallation, change: Any
    ) -> SlackInstallation:
        copied = SlackInstallation(**installation.to_dict_for_copying())
        for name in _TOKENS:
            if token := getattr(copied, name):
                setattr(copied, name, change(token))
        return copied

    def _sdk_store(self, connection: Connection) -> "_SdkStore":
        return _SdkStore(self._client_id, cast("Engine", _OneConnection(connection)))


_TABLES = (slack_installations, slack_bots)


def key_of(installation: SlackInstallation) -> Installation:
    """Return the key of what somebody consented to: an organisation has no team."""
    is_org = installation.is_enterprise_install
    team_id = "" if is_org else installation.team_id or ""
    return Installation(team_id, installation.enterprise_id or "")


def enter(
    connection: Connection,
    key: Installation,
    *,
    name: str,
    url: str,
    bot_name: str,
    now: datetime,
    again: bool = True,
) -> None:
    """Note that the app is in a workspace, or in all of an organisation, from now on.

    Without `again` one that is known already stays as it is, unless it had left.
    """
    row = {
        "enterprise_id": key.enterprise_id,
        "team_id": key.team_id,
        "name": name,
        "url": url,
        "bot_name": bot_name,
        "installed_at": now,
        "removed_at": None,
        "renewing_until": None,
    }
    is_here = select(workspaces.c.team_id).where(
        *of_installation(key, workspaces), workspaces.c.removed_at.is_(None)
    )
    if not again and connection.scalar(is_here) is not None:
        return
    change = tuple(name for name in row if name not in ("enterprise_id", "team_id"))
    connection.execute(upsert(workspaces, connection, change=change), row)


class OAuthStates(AsyncOAuthStateStore):
    """Names an installation under way, so that nobody else's can be slipped in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def logger(self) -> logging.Logger:
        return log

    async def async_issue(self, *_args: object, **_more: object) -> str:
        """Return a state that is taken once, within ten minutes.

        Whoever finds the address may ask for any number, so those that are too old go.
        """

        def issue(connection: Connection) -> str:
            _drop_old_states(connection)
            engine = cast("Engine", _OneConnection(connection))
            return _SdkStates(STATE_LIVES_S, engine).issue()

        return await self._database.write(issue)

    async def async_consume(self, state: str) -> bool:
        """Take a state; False where it is unknown, used, or too old.

        Of two that take it at once, whoever deletes it has it.
        """

        def consume(connection: Connection) -> bool:
            _drop_old_states(connection)
            named = slack_oauth_states.c.state == state
            return (
                connection.execute(delete(slack_oauth_states).where(named)).rowcount > 0
            )

        return await self._database.write(consume)


def _drop_old_states(connection: Connection) -> None:
    now = datetime.now(tz=UTC).replace(tzinfo=None)
    old = slack_oauth_states.c.expire_at <= now
    connection.execute(delete(slack_oauth_states).where(old))


class _OneConnection:
    """Stands for the engine that the SDK's stores ask: their work is part of ours."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        yield self._connection

    connect = begin


class _SdkStore(SQLAlchemyInstallationStore):
    """The SDK's statements on our tables."""

    @classmethod
    def build_installations_table(cls, metadata: MetaData, table_name: str) -> Table:
        return slack_installations

    @classmethod
    def build_bots_table(cls, metadata: MetaData, table_name: str) -> Table:
        return slack_bots


class _SdkStates(SQLAlchemyOAuthStateStore):
    """The SDK's statements on our table."""

    @classmethod
    def build_oauth_states_table(cls, metadata: MetaData, table_name: str) -> Table:
        return slack_oauth_states
