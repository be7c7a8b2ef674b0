"""assistant.threads.*: what an agent suggests where somebody writes to it."""

from dataclasses import replace

from pydantic import ValidationError

from bot.simulator.errors import SlackError
from bot.simulator.messages import Json
from bot.simulator.web_api.method import Call, Method, Tier
from bot.simulator.workspace_file import AgentView


def set_suggested_prompts(call: Call) -> Json:
    """Show up to four prompts in a DM; with a thread an agent's show nowhere."""
    workspace, arguments = call.workspace, call.arguments
    if workspace.app.agent_view is None:
        raise SlackError("not_agent_app")
    room = workspace.visible_room(arguments.required("channel_id"))
    if not room.is_im:
        raise SlackError("channel_not_found")
    given = arguments.json("prompts", error="invalid_arguments")
    try:
        prompts = AgentView(suggested_prompts=given).suggested_prompts
    except ValidationError:
        raise SlackError("invalid_arguments") from None
    if not prompts:
        raise SlackError("invalid_arguments")
    if not arguments.text("thread_ts"):
        title = arguments.text("title")
        workspace.change_room(replace(room, prompts=prompts, prompts_title=title))
    return {"ok": True}


METHODS = (
    Method(
        "assistant.threads.setSuggestedPrompts",
        set_suggested_prompts,
        Tier.T4,
        ("assistant:write",),
    ),
)
