"""auth.test, apps.connections.open and the OAuth exchange."""

from bot.simulator.errors import SlackError
from bot.simulator.messages import Json
from bot.simulator.web_api.method import Call, Method, Tier
from bot.simulator.workspace_file import Team


def test(call: Call) -> Json:
    """Say whose token it is; what it may do stands in the answer's header."""
    workspace = call.workspace
    return {
        "ok": True,
        "url": f"https://{workspace.team.domain}.slack.com/",
        "team": workspace.team.name,
        "user": workspace.bot.name,
        "team_id": workspace.team.id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": False,
        **_enterprise(workspace.team),
    }


def _enterprise(team: Team) -> Json:
    """Return what only a workspace of an organisation says of itself."""
    return {"enterprise_id": team.enterprise_id} if team.enterprise_id else {}


def exchange(call: Call) -> Json:
    """Give the bot token for a code, which works once."""
    credentials, workspace = call.workspace.credentials, call.workspace
    if call.arguments.text("client_id") != credentials.client_id:
        raise SlackError("invalid_client_id")
    if call.arguments.text("client_secret") != credentials.client_secret:
        raise SlackError("bad_client_secret")

    redirect_uri = call.arguments.text("redirect_uri")
    credentials.take_code(call.arguments.text("code"), redirect_uri)
    installer = next(user for user in workspace.users.values() if not user.is_bot)
    return {
        "ok": True,
        "app_id": workspace.app.id,
        "authed_user": {"id": installer.id},
        "scope": ",".join(sorted(credentials.scopes)),
        "token_type": "bot",
        "access_token": credentials.bot_token,
        "bot_user_id": workspace.bot.id,
        "team": {"id": workspace.team.id, "name": workspace.team.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }


METHODS = (
    Method("auth.test", test, Tier.SPECIAL),
    Method("oauth.v2.access", exchange, Tier.SPECIAL, token="none"),
)
