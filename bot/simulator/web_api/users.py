"""users.*: who somebody is."""

from bot.simulator.messages import Json
from bot.simulator.users import User
from bot.simulator.web_api.method import Call, Method, Tier
from bot.simulator.web_api.paging import page


def info(call: Call) -> Json:
    user = call.workspace.user(call.arguments.required("user", "user_not_found"))
    return {"ok": True, "user": _as_slack(call, user)}


def list_users(call: Call) -> Json:
    is_short = call.workspace.pages_come_short
    everybody = [*call.workspace.users.values()]
    users, metadata = page(everybody, call.arguments, is_short=is_short)
    return {"ok": True, "members": [_as_slack(call, u) for u in users], **metadata}


def _as_slack(call: Call, user: User) -> Json:
    workspace = call.workspace
    return user.as_slack(
        now=workspace.clock.now(), is_stranger=workspace.is_stranger(user)
    )


METHODS = (
    Method("users.info", info, Tier.T4, ("users:read",)),
    Method("users.list", list_users, Tier.T2, ("users:read",)),
)
