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

MOST_OF_AN_ID = 64
"""Slack's ids have eleven characters or so; forms carry them, and hold only so much."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """What somebody pressed, chose, typed or sent, and the ways an answer may take.

    `action` is None for a control of a subject of its own, and for one of an earlier
    version. `value` is what the control carries, or the words behind a command.
    `view_id` is set inside a view. `is_ephemeral` says that the answer may take the
    place of the message, which only its asker sees. `home_blocks` are what the Home
    shows now, where it was pressed there.
    """

    asker: Asker
    action: Action | None = None
    value: str = ""
    trigger_id: str = ""
    response_url: str = ""
    view_id: str = ""
    thread_ts: str = ""
    message_ts: str = ""
    message_text: str = ""
    is_ephemeral: bool = False
    is_home: bool = False
    home_blocks: tuple[Json, ...] = ()

    @property
    def in_modal(self) -> bool:
        """Say whether it was pressed inside a modal, which is open still."""
        return bool(self.view_id) and not self.is_home

    @property
    def page(self) -> Page | None:
        """The page that the control carries; None if it carries none."""
        return Page.decode(self.value)


def read_interaction(
    installation: Installation, body: Json, control: Json | None = None
) -> Interaction:
    """Return what a person did; without a control it is a shortcut or a command."""
    if "command" in body:
        # Nothing was pressed, and it has to be answered soonest.
        return Interaction(
            read_asker(installation, body),
            trigger_id=text_in(body, "trigger_id"),
            response_url=text_in(body, "response_url"),
        )
    action, value = _read_control(control or {})
    is_home = text_in(body, "view", "type") == "home"
    blocks = value_in(body, "view", "blocks") if is_home else None
    return Interaction(
        read_asker(installation, body),
        action,
        value,
        trigger_id=text_in(body, "trigger_id"),
        response_url=text_in(body, "response_url"),
        view_id=text_in(body, "view", "id"),
        thread_ts=text_in(body, "message", "thread_ts"),
        message_ts=text_in(body, "message", "ts"),
        message_text=text_in(body, "message", "text"),
        is_ephemeral=bool(value_in(body, "container", "is_ephemeral")),
        is_home=is_home,
        home_blocks=tuple(blocks) if isinstance(blocks, list) else (),
    )


def _read_control(control: Json) -> tuple[Action | None, str]:
    """Read the verb from the control's id, or from the option that was chosen."""
    action_id = text_in(control, "action_id")
    chosen = text_in(control, "selected_option", "value")
    if action_id == TOPIC:
        return Action.OPEN, chosen
    verb, value = action_id.partition("/")[0], chosen or text_in(control, "value")
    if action_id == MENU:
        verb, _, value = chosen.partition("|")
    return Action(verb) if verb in set(Action) else None, value


def read_asker(installation: Installation, body: Json) -> Asker:
    """Return who sent a command, pressed or submitted something, and where.

    The installation is the one that the app found the request to be for: the payload's
    own ids are those of whoever acts, who may be from another workspace.
    """
    return Asker(
        installation,
        id_in(body, "user_id") or id_in(body, "user", "id"),
        id_in(body, "channel_id")
        or id_in(body, "channel", "id")
        or id_in(body, "container", "channel_id"),
    )


def field_in(view: Json, name: str) -> Json:
    """Return what a form's field of this name holds; empty where it has none."""
    field = value_in(view, "state", "values", name, name)
    return field if isinstance(field, Mapping) else {}


def chosen_in(view: Json, name: str) -> list[str]:
    """Return what is ticked or chosen in a form's field of this name."""
    chosen = field_in(view, name).get("selected_options")
    options = chosen if isinstance(chosen, list) else []
    return [value for option in options if (value := text_in(option, "value"))]


def id_in(holder: object, *path: str) -> str:
    """Return the id at the end of a path of keys; empty where it is too long to be."""
    id = text_in(holder, *path)
    return id if len(id) <= MOST_OF_AN_ID else ""


def text_in(holder: object, *path: str) -> str:
    """Return the text at the end of a path of keys; empty where it is not there."""
    value = value_in(holder, *path)
    return value if isinstance(value, str) else ""


def value_in(holder: object, *path: str) -> object:
    """Return what stands at the end of a path of keys; None where nothing does."""
    for key in path:
        holder = holder.get(key) if isinstance(holder, (dict, Mapping)) else None
    return holder
