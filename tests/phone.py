"""How many lines a message takes on a phone."""

from bot.block_kit.part import Block, Part
from bot.slack.views.message import count_lines


def phone_lines(part: Part, *, is_ephemeral: bool = True) -> int:
    """Count a message's lines at 40 characters, a row of controls being one.

    An ephemeral one carries Slack's own line, "Only visible to you".
    """
    return sum(map(_block_lines, part.blocks)) + int(is_ephemeral)


def _block_lines(block: Block) -> int:
    match block["type"]:
        case "section":
            return count_lines(block["text"]["text"])
        case "context":
            return count_lines(*(element["text"] for element in block["elements"]))
        case "actions":
            return 1
        case _:
            return 0
