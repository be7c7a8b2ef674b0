"""Small lawful blocks, each with one member to bend."""

from typing import Any

from bot.block_kit.checker import check
from bot.block_kit.limits import Surface

Json = dict[str, Any]


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str = "News", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(action_id: str = "open", **more: Any) -> Json:
    return {"type": "button", "text": plain("Open"), "action_id": action_id, **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(text: str = "Troops", value: str = "troops") -> Json:
    return {"text": plain(text), "value": value}


def select(**more: Any) -> Json:
    return {"type": "static_select", "action_id": "topic", **more}


def text_input(**more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "why", **more}
    return {"type": "input", "label": plain("Why"), "element": element}


def table(rows: int = 2, cell: str = "x") -> Json:
    row = [{"type": "raw_text", "text": cell}]
    return {"type": "table", "rows": [row for _ in range(rows)]}


def chart(*names: str, **more: Any) -> Json:
    """Bars of one series; `more` bends the chart."""
    labels = list(names or ("HUR", "Seoul"))
    data = [{"label": label, "value": 1.5} for label in labels]
    bars = {
        "type": "bar",
        "series": [{"name": "soldiers", "data": data}],
        "axis_config": {"categories": labels},
    }
    return {"type": "data_visualization", "title": "Lost", "chart": bars | more}


def modal(**more: Any) -> Json:
    return {"type": "modal", "title": plain("Sources"), "blocks": [section()], **more}


def rich_text(*inline: Json) -> Json:
    element = {"type": "rich_text_section", "elements": list(inline)}
    return {"type": "rich_text", "elements": [element]}


def refusals(blocks: list[Json], surface: Surface = Surface.POST) -> list[str]:
    return [str(found) for found in check(blocks, text="News", surface=surface)]
