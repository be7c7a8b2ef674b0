"""`Credentials`: the app's tokens, scopes and secrets, and whether they still hold."""

import math
import secrets
from dataclasses import dataclass

from bot.simulator.clock import Clock
from bot.simulator.errors import SlackError
from bot.simulator.workspace_file import AppEntry


@dataclass(frozen=True, slots=True)
class Token:
    """A bot token; one that expires comes with what renews it, once.

    An organisation-wide one is held by each of its workspaces that the app is in.
    """

    value: str
    refresh: str = ""
    expires_at: float = math.inf
    is_org_wide: bool = False


class Credentials:
    """What the app proves itself by; made up where the workspace file names none.

    `refusal` is the error that every token meets once it was revoked.
    """

    def __init__(self, app: AppEntry, clock: Clock) -> None:
        self.bot_token = app.bot_token or f"xoxb-{secrets.token_hex(16)}"
        self.app_token = app.app_token or f"xapp-1-{app.id}-{secrets.token_hex(16)}"
        self.signing_secret = app.signing_secret or secrets.token_hex(16)
        self.client_id = app.client_id or f"{secrets.randbelow(10**12)}.{app.id}"
        self.client_secret = app.client_secret or secrets.token_hex(16)
        self.scopes = frozenset(app.scopes)
        self.app_scopes = frozenset(app.app_token_scopes)
        self.refusal = ""
        self.tokens = [Token(self.bot_token)] if app.is_installed else []
        self._clock = clock

    @property
    def is_installed(self) -> bool:
        """Say whether the app is in the workspace."""
        return bool(self.tokens) and not self.refusal

    @property
    def is_org_wide(self) -> bool:
        """Say whether it is there because it is in all of the organisation."""
        return bool(self.tokens) and self.tokens[-1].is_org_wide

    def find(self, token: str) -> Token | None:
        """Return one of the bot's tokens, expired or not."""
        return next((one for one in self.tokens if one.value == token), None)

    def check(self, token: str, *, wants_app_token: bool) -> None:
        """Raise what Slack answers to a token that is missing, foreign or dead."""
        if not token:
            raise SlackError("not_authed")
        found = self.find(token)
        if found is None and token != self.app_token:
            raise SlackError("invalid_auth")
        if self.refusal and found:
            raise SlackError(self.refusal)
        if (token == self.app_token) is not wants_app_token:
            raise SlackError("not_allowed_token_type")
        if found and found.expires_at <= self._clock.now().timestamp():
            raise SlackError("token_expired")

    def require(self, *any_of: str) -> None:
        """Raise `missing_scope` unless one of the scopes was granted."""
        if any_of and not self.scopes & set(any_of):
            raise _missing(any_of[0], self.scopes)

    def require_app(self, scope: str) -> None:
        """Raise `missing_scope` unless the app-level token has it."""
        if scope not in self.app_scopes:
            raise _missing(scope, self.app_scopes)


def _missing(scope: str, provided: frozenset[str]) -> SlackError:
    listed = ",".join(sorted(provided))
    return SlackError("missing_scope", needed=scope, provided=listed)
