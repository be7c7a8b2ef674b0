"""auth.test: whose token it is."""

from bot.simulator.messages import Json
from bot.simulator.web_api.method import Call, Method, Tier
from bot.simulator.workspace_file import Team


def test(call: Call) -> Json:
    """Say whose token it is; what it may do stands in the answer's header."""
    workspace = call.workspace
    is_org_wide = workspace.credentials.is_org_wide
    org = workspace.team.enterprise_id
    return {
        "ok": True,
        "url": f"https://{workspace.team.domain}.slack.com/",
        "team": org if is_org_wide else workspace.team.name,
        "user": workspace.bot.name,
        "team_id": org if is_org_wide else workspace.team.id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.app.bot_id,
        "is_enterprise_install": is_org_wide,
        **_enterprise(workspace.team),
    }


def _enterprise(team: Team) -> Json:
    """Return what only a workspace of an organisation says of itself."""
    return {"enterprise_id": team.enterprise_id} if team.enterprise_id else {}


METHODS = (Method("auth.test", test, Tier.SPECIAL),)
