"""The table of blocks and views: members, limits, surfaces. No I/O.

A type that is not here is refused, also those Slack has and this bot never sends.
"""

from bot.block_kit.limits import IDENTIFIER, MARKDOWN_TOTAL, TEXT_OBJECT, Surface
from bot.block_kit.shapes import (
    Spec,
    by_name,
    flag,
    item,
    items,
    number,
    opaque,
    plain,
    rows,
    string,
    text,
    texts,
)

MESSAGES = frozenset(surface for surface in Surface if not surface.is_view)

SELECTS = ("static_select", "users_select", "conversations_select", "channels_select")
MULTI_SELECTS = tuple(f"multi_{name}" for name in SELECTS)
INTERACTIVE = (
    *("button", "overflow", "checkboxes", "radio_buttons", "datepicker", "timepicker"),
    *SELECTS,
    *MULTI_SELECTS,
)
INPUTS = (
    *("plain_text_input", "email_text_input", "url_text_input", "number_input"),
    *("checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker"),
    *SELECTS,
    *MULTI_SELECTS,
)
BLOCKS = by_name(
    Spec(
        "actions",
        "blocks/actions-block",
        (items("elements", 1, 25, *INTERACTIVE, "datetimepicker", required=True),),
    ),
    Spec(
        "alert",
        "blocks/alert-block",
        (text("text", 200, required=True), string("level", 10)),
        surfaces=frozenset({Surface.MODAL}),
    ),
    Spec(
        "context",
        "blocks/context-block",
        (items("elements", 1, 10, "mrkdwn", "plain_text", "image", required=True),),
    ),
    Spec(
        "context_actions",
        "blocks/context-actions-block",
        (items("elements", 1, 5, "feedback_buttons", "icon_button", required=True),),
        surfaces=MESSAGES,
    ),
    Spec("divider", "blocks/divider-block", ()),
    Spec(
        "header",
        "blocks/header-block",
        (plain("text", 150, required=True), number("level")),
    ),
    Spec(
        "image",
        "blocks/image-block",
        (
            string("image_url", 3_000),
            opaque("slack_file"),
            string("alt_text", 2_000, required=True),
            plain("title", 2_000),
        ),
        exactly_one=("image_url", "slack_file"),
    ),
    Spec(
        "input",
        "blocks/input-block",
        (
            plain("label", 2_000, required=True),
            item("element", *INPUTS, required=True),
            plain("hint", 2_000),
            flag("optional"),
            flag("dispatch_action"),
        ),
    ),
    Spec(
        "markdown",
        "blocks/markdown-block",
        (string("text", MARKDOWN_TOTAL, required=True),),
        surfaces=MESSAGES,
    ),
    Spec(
        "rich_text",
        "blocks/rich-text-block",
        (
            items(
                "elements",
                *(1, TEXT_OBJECT),
                *("rich_text_section", "rich_text_list"),
                *("rich_text_preformatted", "rich_text_quote"),
                required=True,
            ),
        ),
    ),
    Spec(
        "section",
        "blocks/section-block",
        (
            text("text", TEXT_OBJECT),
            texts("fields", 10, each=2_000),
            item("accessory", *INTERACTIVE, "image"),
            flag("expand"),
        ),
        at_least_one=("text", "fields"),
    ),
    Spec(
        "table",
        "blocks/table-block",
        (
            rows("rows", 100, 20, "raw_text", "raw_number", "rich_text"),
            opaque("column_settings"),
        ),
        surfaces=MESSAGES | {Surface.HOME},
    ),
)


MODAL_VIEW = Spec(
    "modal",
    "reference/views/modal-views",
    (
        plain("title", 24, required=True),
        *(plain("submit", 24), plain("close", 24)),
        *(
            string("private_metadata", 3_000, least=0),
            string("callback_id", IDENTIFIER),
        ),
        *(string("external_id", IDENTIFIER, least=0), opaque("blocks", required=True)),
        *(flag("clear_on_close"), flag("notify_on_close"), flag("submit_disabled")),
    ),
)
HOME_VIEW = Spec(
    "home",
    "reference/views/home-tab-views",
    (
        *(
            string("private_metadata", 3_000, least=0),
            string("callback_id", IDENTIFIER),
        ),
        *(string("external_id", IDENTIFIER, least=0), opaque("blocks", required=True)),
    ),
)
