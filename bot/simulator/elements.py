"""Finding the element somebody used, and writing down what they did with it."""

from collections.abc import Iterable, Iterator

from bot.simulator.errors import SlackError
from bot.simulator.messages import Json

CHOICES = (
    *("selected_option", "selected_options", "selected_date", "selected_time"),
    *("selected_date_time", "selected_user", "selected_users", "selected_channel"),
    *("selected_channels", "selected_conversation", "selected_conversations"),
)


def find_element(blocks: Iterable[Json], act: Json) -> tuple[Json, str]:
    """Return the element with the act's action_id and its block's id.

    Without a `block_id` the first such element is meant. What nobody can see nobody
    can press: SlackError `no_such_action`.
    """
    for block in blocks:
        if act.get("block_id") not in (None, "", block["block_id"]):
            continue
        for element in elements_of(block):
            if element.get("action_id") == act.get("action_id"):
                return element, block["block_id"]
    raise SlackError("no_such_action")


def elements_of(block: Json) -> Iterator[Json]:
    """Yield what can be pressed, chosen or filled in in a block."""
    places = (block.get("accessory"), block.get("element"))
    yield from (place for place in places if place)
    if block["type"] in ("actions", "context_actions"):
        yield from block["elements"]


def read_action(element: Json, block_id: str, act: Json) -> Json:
    """Write the entry of `actions`.

    A button's value is its own; options may be given whole or by their value.
    """
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block_id,
    }
    if element["type"] == "button":
        value = {"value": element["value"]} if "value" in element else {}
        return {**action, "text": element["text"], **value}
    if element["type"] == "feedback_buttons":
        return {**action, "text": None, "value": act.get("value")}

    chosen = {name: act[name] for name in CHOICES if name in act}
    if isinstance(chosen.get("selected_option"), str):
        chosen["selected_option"] = _option(element, chosen["selected_option"])
    if "value" in act:
        chosen["value"] = act["value"]
    return action | chosen


def _option(element: Json, value: str) -> Json:
    groups = element.get("option_groups", [])
    grouped = [option for group in groups for option in group["options"]]
    for option in (*element.get("options", []), *grouped):
        if option["value"] == value:
            return dict(option)
    raise SlackError("no_such_option")
