"""views.*: modals against a trigger, and Homes."""

from bot.simulator.content import read_view
from bot.simulator.errors import SlackError
from bot.simulator.messages import Json
from bot.simulator.views import View
from bot.simulator.web_api.method import Call, Method, Tier


def open_view(call: Call) -> Json:
    content = _content(call, "modal")
    user = call.triggers.redeem(_trigger(call), opens_modal=True)
    return _answer(call, call.workspace.views.open(user, content))


def push(call: Call) -> Json:
    content = _content(call, "modal")
    user = call.triggers.redeem(_trigger(call))
    return _answer(call, call.workspace.views.push(user, content))


def _trigger(call: Call) -> str:
    return call.arguments.required("trigger_id", "invalid_trigger_id")


def update(call: Call) -> Json:
    """Replace a view by its id or external id, if its hash is still the one named."""
    views = call.workspace.views
    view = views.find(
        view_id=call.arguments.text("view_id"),
        external_id=call.arguments.text("external_id"),
    )
    content = _content(call, view.type)
    hash = call.arguments.text("hash")
    return _answer(call, views.update(view, content, hash=hash))


def publish(call: Call) -> Json:
    """Set one person's Home; anybody has one but strangers and the deactivated."""
    if not call.workspace.app.has_home_tab:
        raise SlackError("not_enabled")
    user = call.workspace.user(call.arguments.required("user_id"))
    content = _content(call, "home")
    hash = call.arguments.text("hash")
    return _answer(call, call.workspace.views.publish(user.id, content, hash=hash))


def _content(call: Call, type: str) -> Json:
    return read_view(call.arguments.json("view", error="invalid_arguments"), type=type)


def _answer(call: Call, view: View) -> Json:
    return {"ok": True, "view": call.workspace.describe_view(view)}


METHODS = (
    Method("views.open", open_view, Tier.T4),
    Method("views.push", push, Tier.T4),
    Method("views.update", update, Tier.T4),
    Method("views.publish", publish, Tier.T4),
)
