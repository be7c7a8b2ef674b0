"""`Credentials`: the app's tokens, scopes and secrets, and whether they still hold."""

import secrets

from bot.simulator.errors import SlackError
from bot.simulator.workspace_file import AppEntry


class Credentials:
    """What the app proves itself by; made up where the workspace file names none.

    `refusal` is the error that every token meets once it was revoked.
    """

    def __init__(self, app: AppEntry) -> None:
        self.bot_token = app.bot_token or f"xoxb-{secrets.token_hex(16)}"
        self.app_token = app.app_token or f"xapp-1-{app.id}-{secrets.token_hex(16)}"
        self.signing_secret = app.signing_secret or secrets.token_hex(16)
        self.client_id = app.client_id or f"{secrets.randbelow(10**12)}.{app.id}"
        self.client_secret = app.client_secret or secrets.token_hex(16)
        self.scopes = frozenset(app.scopes)
        self.app_scopes = frozenset(app.app_token_scopes)
        self.refusal = ""
        self._codes: dict[str, str] = {}

    def check(self, token: str, *, wants_app_token: bool) -> None:
        """Raise what Slack answers to a token that is missing, foreign or dead."""
        if not token:
            raise SlackError("not_authed")
        if token not in (self.bot_token, self.app_token):
            raise SlackError("invalid_auth")
        if self.refusal:
            raise SlackError(self.refusal)
        if (token == self.app_token) is not wants_app_token:
            raise SlackError("not_allowed_token_type")

    def require(self, *any_of: str) -> None:
        """Raise `missing_scope` unless one of the scopes was granted."""
        if any_of and not self.scopes & set(any_of):
            raise _missing(any_of[0], self.scopes)

    def require_app(self, scope: str) -> None:
        """Raise `missing_scope` unless the app-level token has it."""
        if scope not in self.app_scopes:
            raise _missing(scope, self.app_scopes)

    def issue_code(self, redirect_uri: str = "") -> str:
        """Return a code that `oauth.v2.access` takes once."""
        code = secrets.token_hex(16)
        self._codes[code] = redirect_uri
        return code

    def take_code(self, code: str, redirect_uri: str) -> None:
        if code not in self._codes:
            raise SlackError("invalid_code")
        if self._codes.pop(code) != redirect_uri:
            raise SlackError("bad_redirect_uri")


def _missing(scope: str, provided: frozenset[str]) -> SlackError:
    listed = ",".join(sorted(provided))
    return SlackError("missing_scope", needed=scope, provided=listed)
