"""Reading what Slack sends: any field may be missing, and none is trusted to be text.

Nothing here raises. What is not there is empty, and what cannot be read is None.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.audiences import Asker
from bot.installation import Installation
from bot.questions.pages import Page
from bot.slack.views.controls import MENU, TOPIC, Action

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Interaction:
    """A button pressed or an option chosen, and the ways an answer may take.

    `view_id` is set inside a view. `is_ephemeral` says that the answer may take the
    place of the message, which only its asker sees.
    """

    asker: Asker
    action: Action
    value: str
    trigger_id: str = ""
    response_url: str = ""
    view_id: str = ""
    thread_ts: str = ""
    message_ts: str = ""
    message_text: str = ""
    is_ephemeral: bool = False
    is_home: bool = False

    @property
    def page(self) -> Page | None:
        """The page that the control carries; None if it carries none."""
        return Page.decode(self.value)


def text_in(holder: object, *path: str) -> str:
    """Return the text at the end of a path of keys; empty where it is not there."""
    for key in path:
        holder = holder.get(key) if isinstance(holder, Mapping) else None
    return holder if isinstance(holder, str) else ""


def read_asker(body: Json) -> Asker:
    """Return who sent a command, a press or a shortcut, and where."""
    return Asker(
        read_installation(body),
        text_in(body, "user_id") or text_in(body, "user", "id"),
        text_in(body, "channel_id")
        or text_in(body, "channel", "id")
        or text_in(body, "container", "channel_id"),
    )


def read_installation(body: Json) -> Installation:
    """Return the workspace that a payload comes from."""
    team = (
        text_in(body, "team_id")
        or text_in(body, "team", "id")
        or text_in(body, "user", "team_id")
    )
    enterprise = (
        text_in(body, "enterprise_id")
        or text_in(body, "enterprise", "id")
        or text_in(body, "team", "enterprise_id")
    )
    return Installation(team, enterprise)


def read_press(body: Json, action: Json) -> Interaction | None:
    """Return what was pressed; None for a control that is not ours (any more)."""
    read = _read_action(action)
    return _press(body, *read) if read else None


def read_any_press(body: Json, action: Json) -> Interaction:
    """Return a press on a control that its own listener knows, with its value."""
    chosen = text_in(action, "selected_option", "value")
    return _press(body, Action.OPEN, chosen or text_in(action, "value"))


def _press(body: Json, verb: Action, value: str) -> Interaction:
    return Interaction(
        read_asker(body),
        verb,
        value,
        trigger_id=text_in(body, "trigger_id"),
        response_url=text_in(body, "response_url"),
        view_id=text_in(body, "view", "id"),
        thread_ts=text_in(body, "message", "thread_ts"),
        message_ts=text_in(body, "message", "ts"),
        message_text=text_in(body, "message", "text"),
        is_ephemeral=bool(_dig(body, "container", "is_ephemeral")),
        is_home=text_in(body, "view", "type") == "home",
    )


def _dig(holder: object, *path: str) -> object:
    for key in path:
        holder = holder.get(key) if isinstance(holder, Mapping) else None
    return holder


def chosen_in(view: Json, field: str) -> list[str]:
    """Return what is ticked or chosen in a form's field of this name."""
    chosen = _dig(view, "state", "values", field, field, "selected_options")
    options = chosen if isinstance(chosen, list) else []
    return [value for option in options if (value := text_in(option, "value"))]


def _read_action(action: Json) -> tuple[Action, str] | None:
    """Read the verb from the action's id, or from the option that was chosen."""
    action_id = text_in(action, "action_id")
    chosen = text_in(action, "selected_option", "value")
    if action_id == TOPIC:
        return Action.OPEN, chosen
    verb, value = action_id.partition("/")[0], text_in(action, "value")
    if action_id == MENU:
        verb, _, value = chosen.partition("|")
    return (Action(verb), value) if verb in set(Action) else None
