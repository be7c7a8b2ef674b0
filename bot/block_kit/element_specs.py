"""The table of elements and composition objects: members and limits. No I/O."""

from bot.block_kit.block_specs import BLOCKS
from bot.block_kit.limits import IDENTIFIER, TEXT_OBJECT
from bot.block_kit.shapes import (
    Field,
    Spec,
    by_name,
    flag,
    item,
    items,
    number,
    opaque,
    plain,
    string,
    text,
)

ACTION = string("action_id", IDENTIFIER)
PLACEHOLDER = plain("placeholder", 150)
CONFIRM = item("confirm", "confirm")
FOCUS = flag("focus_on_load")
OPTIONS = items("options", 1, 100, "option")
GROUPS = items("option_groups", 1, 100, "option_group")
DISPATCH = opaque("dispatch_action_config")

INLINE = (
    *("text", "link", "user", "usergroup", "channel", "broadcast"),
    *("emoji", "date", "color"),
)


def _select(name: str, *own: Field, exactly_one: tuple[str, ...] = ()) -> Spec:
    shared = (ACTION, PLACEHOLDER, CONFIRM, FOCUS)
    page = f"block-elements/{name.removeprefix('multi_').replace('_', '-')}-element"
    many = (number("max_selected_items"),) if name.startswith("multi_") else ()
    return Spec(name, page, (*shared, *own, *many), exactly_one=exactly_one)


def _text_input(name: str, *own: Field) -> Spec:
    page = f"block-elements/{name.replace('_', '-')}-element"
    return Spec(name, page, (ACTION, PLACEHOLDER, FOCUS, DISPATCH, *own))


def _picker(name: str, *own: Field) -> Spec:
    return Spec(name, f"block-elements/{name}-element", (ACTION, CONFIRM, FOCUS, *own))


_CHOICES = (
    *(ACTION, CONFIRM, FOCUS),
    items("options", 1, 10, "option", required=True),
)
_FEEDBACK = (
    plain("text", 75, required=True),
    string("value", 2_000, required=True),
    string("accessibility_label", 75),
)

ELEMENTS = by_name(
    Spec(
        "button",
        "block-elements/button-element",
        (
            plain("text", 75, required=True),
            *(ACTION, string("value", 2_000), string("url", 3_000)),
            *(string("style", 10), CONFIRM, string("accessibility_label", 75)),
        ),
    ),
    Spec(
        "overflow",
        "block-elements/overflow-menu-element",
        (ACTION, items("options", 1, 5, "option", required=True), CONFIRM),
    ),
    Spec(
        "checkboxes",
        "block-elements/checkboxes-element",
        (*_CHOICES, items("initial_options", 1, 10, "option")),
    ),
    Spec(
        "radio_buttons",
        "block-elements/radio-button-group-element",
        (*_CHOICES, item("initial_option", "option")),
    ),
    _select(
        "static_select",
        *(OPTIONS, GROUPS, item("initial_option", "option")),
        exactly_one=("options", "option_groups"),
    ),
    _select(
        "multi_static_select",
        *(OPTIONS, GROUPS, items("initial_options", 1, 100, "option")),
        exactly_one=("options", "option_groups"),
    ),
    _select("users_select", opaque("initial_user")),
    _select("multi_users_select", opaque("initial_users")),
    _select("channels_select", opaque("initial_channel"), flag("response_url_enabled")),
    _select("multi_channels_select", opaque("initial_channels")),
    _select(
        "conversations_select",
        *(opaque("initial_conversation"), opaque("filter")),
        *(flag("default_to_current_conversation"), flag("response_url_enabled")),
    ),
    _select(
        "multi_conversations_select",
        *(opaque("initial_conversations"), opaque("filter")),
        flag("default_to_current_conversation"),
    ),
    _picker("datepicker", PLACEHOLDER, string("initial_date", 10)),
    _picker(
        "timepicker", PLACEHOLDER, string("initial_time", 5), string("timezone", 64)
    ),
    _picker("datetimepicker", number("initial_date_time")),
    _text_input(
        "plain_text_input",
        *(string("initial_value", TEXT_OBJECT), flag("multiline")),
        *(number("min_length", TEXT_OBJECT), number("max_length", TEXT_OBJECT)),
    ),
    _text_input("email_text_input", string("initial_value", TEXT_OBJECT)),
    _text_input("url_text_input", string("initial_value", TEXT_OBJECT)),
    _text_input(
        "number_input",
        *(flag("is_decimal_allowed"), string("initial_value", TEXT_OBJECT)),
        *(string("min_value", 100), string("max_value", 100)),
    ),
    Spec(
        "image",
        "block-elements/image-element",
        (
            *(string("image_url", 3_000), opaque("slack_file")),
            string("alt_text", 2_000, required=True),
        ),
        exactly_one=("image_url", "slack_file"),
    ),
    Spec(
        "feedback_buttons",
        "block-elements/feedback-buttons-element",
        (
            ACTION,
            item("positive_button", "feedback_button", required=True),
            item("negative_button", "feedback_button", required=True),
        ),
    ),
    Spec(
        "feedback_button",
        "block-elements/feedback-buttons-element",
        _FEEDBACK,
        is_typed=False,
    ),
    Spec(
        "icon_button",
        "block-elements/icon-button-element",
        (
            *(ACTION, string("icon", 10, required=True), string("value", 2_000)),
            *(plain("text", 75, required=True), CONFIRM),
            *(string("accessibility_label", 75), opaque("visible_to_user_ids")),
        ),
    ),
    Spec(
        "option",
        "composition-objects/option-object",
        (
            text("text", 75, required=True),
            string("value", 150, required=True),
            *(text("description", 75), string("url", 3_000)),
        ),
        is_typed=False,
    ),
    Spec(
        "option_group",
        "composition-objects/option-group-object",
        (
            plain("label", 75, required=True),
            items("options", 1, 100, "option", required=True),
        ),
        is_typed=False,
    ),
    Spec(
        "confirm",
        "composition-objects/confirmation-dialog-object",
        (
            *(plain("title", 100, required=True), text("text", 300, required=True)),
            *(plain("confirm", 30, required=True), plain("deny", 30, required=True)),
            string("style", 10),
        ),
        is_typed=False,
    ),
)

_RICH = "blocks/rich-text-block"
_INLINE_ELEMENTS = items("elements", 0, TEXT_OBJECT, *INLINE, required=True)
_STYLE = opaque("style")

ELEMENTS |= by_name(
    Spec("rich_text", _RICH, BLOCKS["rich_text"].fields),
    Spec("raw_text", "blocks/table-block", (string("text", TEXT_OBJECT),)),
    Spec(
        "raw_number",
        "blocks/table-block",
        (opaque("value"), string("text", TEXT_OBJECT)),
    ),
    Spec("rich_text_section", _RICH, (_INLINE_ELEMENTS,)),
    Spec("rich_text_quote", _RICH, (_INLINE_ELEMENTS, number("border"))),
    Spec(
        "rich_text_preformatted",
        _RICH,
        (_INLINE_ELEMENTS, number("border"), string("language", 50)),
    ),
    Spec(
        "rich_text_list",
        _RICH,
        (
            items("elements", 1, TEXT_OBJECT, "rich_text_section", required=True),
            string("style", 10, required=True),
            *(number("indent"), number("offset"), number("border")),
        ),
    ),
    Spec("text", _RICH, (string("text", TEXT_OBJECT, required=True), _STYLE)),
    Spec(
        "link",
        _RICH,
        (
            *(string("url", 3_000, required=True), string("text", TEXT_OBJECT)),
            *(flag("unsafe"), _STYLE),
        ),
    ),
    Spec("user", _RICH, (string("user_id", 20, required=True), _STYLE)),
    Spec("usergroup", _RICH, (string("usergroup_id", 20, required=True), _STYLE)),
    Spec("channel", _RICH, (string("channel_id", 20, required=True), _STYLE)),
    Spec("broadcast", _RICH, (string("range", 10, required=True), _STYLE)),
    Spec(
        "emoji",
        _RICH,
        (string("name", 100, required=True), string("unicode", 100), _STYLE),
    ),
    Spec("color", _RICH, (string("value", 20, required=True), _STYLE)),
    Spec(
        "date",
        _RICH,
        (
            *(number("timestamp", required=True), string("format", 200, required=True)),
            *(string("url", 3_000), string("fallback", TEXT_OBJECT), _STYLE),
        ),
    ),
)
