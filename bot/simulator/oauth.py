"""Slack's side of installing an app: the consent page, codes, tokens and their renewal.

https://docs.slack.dev/authentication/installing-with-oauth and, for tokens that expire,
https://docs.slack.dev/authentication/using-token-rotation
"""

import html
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from bot.simulator.clock import Clock
from bot.simulator.credentials import Credentials, Token
from bot.simulator.errors import SlackError
from bot.simulator.messages import Json
from bot.simulator.people import People
from bot.simulator.web_api.method import Call, Method, Tier

AUTHORIZE = "/oauth/v2/authorize"
CODE_LIVES_S = 600.0
TOKEN_LIVES_S = 43_200.0
TOLD = {
    "invalid_client_id": "Invalid client_id parameter.",
    "bad_redirect_uri": "redirect_uri did not match any configured URIs.",
    "invalid_scope": "Invalid permissions requested.",
}


@dataclass(frozen=True, slots=True)
class Consent:
    """What somebody allowed; `place` is a team's id, or an organisation's."""

    place: str
    user_id: str
    scopes: frozenset[str]
    redirect_uri: str
    expires_at: float


class OAuth:
    """Gives the app tokens for the workspaces, which `sites` are, by their consent.

    All share the app: the first site's credentials are the app's own. `refreshes`
    counts how often a refresh token was used, in vain or not.
    """

    def __init__(self, sites: Sequence[People], clock: Clock) -> None:
        self._sites = sites
        self._clock = clock
        self._codes: dict[str, Consent] = {}
        self._used_refresh: set[str] = set()
        self.token_lives_s = TOKEN_LIVES_S
        self.refreshes = 0

    @property
    def _own(self) -> Credentials:
        return self._sites[0].workspace.credentials

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _at(self, place: str) -> list[People]:
        """Return the workspaces that are meant: one, or all of an organisation."""
        teams = ((site, site.workspace.team) for site in self._sites)
        found = [site for site, t in teams if place in (t.id, t.enterprise_id)]
        if not found or not place:
            raise SlackError("invalid_team_for_non_distributed_app")
        return found

    # The page that a browser is sent to

    def routes(self) -> list[web.RouteDef]:
        return [web.get(AUTHORIZE, self._page), web.post(AUTHORIZE, self._decide)]

    async def _page(self, request: web.Request) -> web.Response:
        """Ask for consent, or say what is wrong with what the app asks."""
        asked = {name: request.query.get(name, "") for name in ASKED}
        if refusal := self._refusal(asked):
            words = f"Something went wrong: {TOLD[refusal]} Error: {refusal}"
            return web.Response(status=400, text=words)
        app = self._sites[0].workspace.app
        teams = [site.workspace.team for site in self._sites]
        places = {team.id: team.name for team in teams}
        if app.is_org_ready:
            orgs = {team.enterprise_id for team in teams} - {""}
            places |= {org: f"All of {org}" for org in sorted(orgs)}
        page = PAGE.format(
            app=html.escape(app.name),
            scopes="".join(
                f"<li>{html.escape(scope)}</li>" for scope in _listed(asked["scope"])
            ),
            places="".join(
                f'<option value="{id}"{" selected" * (id == asked["team"])}>'
                f"{html.escape(name)}</option>"
                for id, name in places.items()
            ),
            hidden="".join(
                f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
                for name, value in asked.items()
                if name != "team"
            ),
        )
        return web.Response(text=page, content_type="text/html")

    async def _decide(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        if self._refusal(form):
            return web.Response(status=400, text="invalid_arguments")
        if form.get("decision") != "allow":
            back = {"error": "access_denied", "state": form.get("state", "")}
        else:
            code = self.issue_code(
                form.get("redirect_uri", ""),
                place=form.get("team", ""),
                scopes=frozenset(_listed(form.get("scope", ""))),
            )
            back = {"code": code, "state": form.get("state", "")}
        app = self._sites[0].workspace.app
        address = form.get("redirect_uri") or next(iter(app.redirect_urls), "")
        raise web.HTTPFound(f"{address}?{urlencode(back)}")

    def _refusal(self, asked: Json) -> str:
        app = self._sites[0].workspace.app
        if asked.get("client_id") != self._own.client_id:
            return "invalid_client_id"
        wanted = asked.get("redirect_uri")
        is_known = any(str(wanted).startswith(url) for url in app.redirect_urls)
        if not app.redirect_urls or (wanted and not is_known):
            return "bad_redirect_uri"
        scopes = _listed(asked.get("scope", ""))
        return "" if scopes and set(scopes) <= set(app.scopes) else "invalid_scope"

    # Codes and tokens

    def issue_code(
        self,
        redirect_uri: str = "",
        *,
        place: str = "",
        scopes: frozenset[str] | None = None,
    ) -> str:
        """Return a code that `oauth.v2.access` takes once, within ten minutes."""
        site = self._at(place or self._sites[0].workspace.team.id)[0]
        people = site.workspace.users.values()
        installer = next(user for user in people if not user.is_bot)
        code = secrets.token_hex(16)
        self._codes[code] = Consent(
            place or site.workspace.team.id,
            installer.id,
            frozenset(site.workspace.app.scopes) if scopes is None else scopes,
            redirect_uri,
            self._now() + CODE_LIVES_S,
        )
        return code

    def access(self, call: Call) -> Json:
        """Give a token for a code or for a refresh token, each of which works once."""
        self._check_client(call)
        if call.arguments.text("grant_type") == "refresh_token":
            return self._refresh(call.arguments.text("refresh_token"))

        consent = self._codes.pop(call.arguments.text("code"), None)
        if consent is None or consent.expires_at <= self._now():
            raise SlackError("invalid_code")
        if consent.redirect_uri != call.arguments.text("redirect_uri"):
            raise SlackError("bad_redirect_uri")
        sites = self._at(consent.place)
        is_org_wide = consent.place != sites[0].workspace.team.id
        app = sites[0].workspace.app
        seeded = app.is_installed and not is_org_wide and not app.rotates_tokens
        token = self._new_token(is_org_wide=is_org_wide)
        if seeded:
            token = Token(sites[0].workspace.credentials.bot_token)
        for site in sites:
            credentials = site.workspace.credentials
            credentials.tokens, credentials.refusal = [token], ""
            credentials.scopes = consent.scopes
        return self._given(sites[0], token, user_id=consent.user_id)

    def exchange(self, call: Call) -> Json:
        """Give tokens that expire for one that does not, which is revoked with that."""
        self._check_client(call)
        old = next((t for s in self._sites if (t := _held(s, call.token))), None)
        if old is None:
            raise SlackError("invalid_auth")
        return self._replace(old, self._new_token(is_org_wide=old.is_org_wide))

    def revoke(self, call: Call) -> Json:
        """Revoke the token that asks; the app hears of it."""
        for site in self._sites:
            if site.workspace is call.workspace:
                site.revoke_token()
        return {"ok": True, "revoked": True}

    def teams(self, call: Call) -> Json:
        """List the workspaces that a token serves."""
        ours = call.workspace.credentials.tokens
        found = [
            {"id": site.workspace.team.id, "name": site.workspace.team.name}
            for site in self._sites
            if set(site.workspace.credentials.tokens) & set(ours)
        ]
        return {"ok": True, "teams": found, "response_metadata": {"next_cursor": ""}}

    def methods(self) -> tuple[Method, ...]:
        return (
            Method("oauth.v2.access", self.access, Tier.SPECIAL, token="none"),
            Method("oauth.v2.exchange", self.exchange, Tier.SPECIAL, token="none"),
            Method("auth.revoke", self.revoke, Tier.T3),
            Method("auth.teams.list", self.teams, Tier.T2),
        )

    # What an administrator of an organisation does

    def withdraw(self, team_id: str) -> None:
        """Take an organisation's app out of one of its workspaces."""
        (site,) = self._at(team_id)
        event = {"type": "team_access_revoked", "team_ids": [team_id]}
        site.events.emit(event)
        site.workspace.credentials.tokens = []

    def uninstall_everywhere(self, enterprise_id: str) -> None:
        """Remove the app from an organisation; it hears so once."""
        first, *others = self._at(enterprise_id)
        first.uninstall()
        for site in others:
            site.workspace.credentials.refusal = "account_inactive"

    def _check_client(self, call: Call) -> None:
        if call.arguments.text("client_id") != self._own.client_id:
            raise SlackError("invalid_client_id")
        if call.arguments.text("client_secret") != self._own.client_secret:
            raise SlackError("bad_client_secret")

    def _refresh(self, refresh: str) -> Json:
        self.refreshes += 1
        tokens = (t for s in self._sites for t in s.workspace.credentials.tokens)
        old = next((t for t in tokens if refresh and t.refresh == refresh), None)
        if old is None or refresh in self._used_refresh:
            raise SlackError("invalid_refresh_token")
        self._used_refresh.add(refresh)
        return self._replace(old, self._new_token(is_org_wide=old.is_org_wide))

    def _replace(self, old: Token, new: Token) -> Json:
        """Put a token in place; the earlier one, if it expires, holds until it does."""
        sites = [site for site in self._sites if _held(site, old.value)]
        for site in sites:
            credentials = site.workspace.credentials
            kept = [old] if old.refresh else []
            credentials.tokens = [*kept, new]
        return self._given(sites[0], new)

    def _new_token(self, *, is_org_wide: bool) -> Token:
        if not self._sites[0].workspace.app.rotates_tokens:
            return Token(f"xoxb-{secrets.token_hex(24)}", is_org_wide=is_org_wide)
        return Token(
            f"xoxe.xoxb-1-{secrets.token_urlsafe(120)}",
            f"xoxe-1-{secrets.token_urlsafe(100)}",
            self._now() + self.token_lives_s,
            is_org_wide=is_org_wide,
        )

    def _given(self, site: People, token: Token, *, user_id: str = "") -> Json:
        workspace = site.workspace
        team = {"id": workspace.team.id, "name": workspace.team.name}
        org = workspace.team.enterprise_id
        rotating: Json = {}
        if token.refresh:
            lives_s = int(self.token_lives_s)
            rotating = {"refresh_token": token.refresh, "expires_in": lives_s}
        return {
            "ok": True,
            "app_id": workspace.app.id,
            **({"authed_user": {"id": user_id}} if user_id else {}),
            "scope": ",".join(sorted(workspace.credentials.scopes)),
            "token_type": "bot",
            "access_token": token.value,
            "bot_user_id": workspace.bot.id,
            "team": None if token.is_org_wide else team,
            "enterprise": {"id": org, "name": org} if org else None,
            "is_enterprise_install": token.is_org_wide,
            **rotating,
        }


def _held(site: People, token: str) -> Token | None:
    return site.workspace.credentials.find(token)


def _listed(scopes: str) -> list[str]:
    return [scope for scope in scopes.replace(" ", ",").split(",") if scope]


ASKED = ("client_id", "scope", "state", "redirect_uri", "team")
PAGE = """<!doctype html>
<html lang="en"><title>{app} wants to come in</title>
<h1>{app} is requesting permission to access a workspace</h1>
<form method="post">
<label>Workspace <select name="team">{places}</select></label>
<p>What will {app} be able to do?</p><ul>{scopes}</ul>
{hidden}
<button name="decision" value="cancel">Cancel</button>
<button name="decision" value="allow">Allow</button>
</form></html>
"""
