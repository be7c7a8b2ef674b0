"""What Slack takes: how long a payload may be, and the members of each block and view.

`source` is the page below docs.slack.dev where a number stands, and names the rule.
Where pages and reports disagree the lower number is taken. A type that is not in the
tables is refused, also those Slack has and this bot never sends. No I/O.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Surface(StrEnum):
    """Where blocks are shown; a reply by `response_url` counts as an ephemeral."""

    POST = "post"
    UPDATE = "update"
    EPHEMERAL = "ephemeral"
    MODAL = "modal"
    HOME = "home"

    @property
    def is_view(self) -> bool:
        return self in (Surface.MODAL, Surface.HOME)


@dataclass(frozen=True, slots=True)
class SurfaceLimits:
    """How much fits; `text_error` is what Slack answers when `text` is longer."""

    source: str
    blocks: int
    text: int = 0
    text_error: str = "msg_too_long"


SURFACES = {
    # A post is cut silently above 40,000, which is a loss all the same.
    Surface.POST: SurfaceLimits(
        "reference/methods/chat.postMessage", 50, 40_000, "message_truncated"
    ),
    Surface.UPDATE: SurfaceLimits("reference/methods/chat.update", 50, 4_000),
    # The page names the error and no number: the one of chat.update is taken.
    Surface.EPHEMERAL: SurfaceLimits("reference/methods/chat.postEphemeral", 50, 4_000),
    Surface.MODAL: SurfaceLimits("reference/views/modal-views", 100),
    Surface.HOME: SurfaceLimits("reference/views/home-tab-views", 100),
}

TEXT_OBJECT = 3_000
IDENTIFIER = 255
VIEW_BYTES = 250_000
MARKDOWN_TOTAL = 12_000
TABLE_TOTAL = 10_000
# Unpublished: refusals were reported from 11,341 characters (slackapi/bolt-js#2867).
MESSAGE_TOTAL = 11_000

_BARE_AMPERSAND = re.compile(r"&(?!amp;|lt;|gt;)")


def slack_length(text: str, *, is_escaped: bool = True) -> int:
    """Count UTF-16 units with `&`, `<` and `>` as the entities they are stored as.

    Slack does not publish its unit; this is the longest of those reported. In an
    escaped text (mrkdwn) only a bare `&` still grows: `<` opens a link or a mention.
    """
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if is_escaped:
        return units + 4 * len(_BARE_AMPERSAND.findall(text))

    return units + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))


class Shape(StrEnum):
    """What a member of a block, an element or a view holds."""

    TEXT = "text"
    PLAIN = "plain_text"
    TEXTS = "texts"
    STRING = "string"
    FLAG = "boolean"
    NUMBER = "number"
    ITEM = "object"
    ITEMS = "array"
    ROWS = "rows"
    STRINGS = "strings"
    QUANTITY = "quantity"
    OPAQUE = "opaque"


@dataclass(frozen=True, slots=True)
class Field:
    """One member: `least` and `most` count characters, or items of a list.

    `of` names the types allowed inside; `each` bounds what every item holds: the
    characters of a text, the cells of a row.
    """

    name: str
    shape: Shape
    least: int = 1
    most: int = 0
    required: bool = False
    of: tuple[str, ...] = ()
    each: int = 0


@dataclass(frozen=True, slots=True)
class Spec:
    """One type of block, element, object or view, and the page it stands on.

    `surfaces` are named by their values; an empty set means everywhere. An untyped
    spec has no `type` member and is told by where it stands.
    """

    name: str
    source: str
    fields: tuple[Field, ...]
    surfaces: frozenset[str] = frozenset()
    at_least_one: tuple[str, ...] = ()
    exactly_one: tuple[str, ...] = ()
    is_typed: bool = True

    @property
    def rule(self) -> str:
        """The page's full path, which names the rules that stand on it."""
        is_full = self.source.startswith("reference/")
        return self.source if is_full else f"reference/block-kit/{self.source}"


def by_name(*specs: Spec) -> dict[str, Spec]:
    """A table of specs."""
    return {spec.name: spec for spec in specs}


def text(name: str, most: int, *, required: bool = False) -> Field:
    """A text object, mrkdwn or plain."""
    return Field(name, Shape.TEXT, most=most, required=required)


def plain(name: str, most: int, *, required: bool = False) -> Field:
    """A text object that must be `plain_text`."""
    return Field(name, Shape.PLAIN, most=most, required=required)


def texts(name: str, most: int, *, each: int) -> Field:
    """A list of text objects of at most `each` characters."""
    return Field(name, Shape.TEXTS, most=most, each=each)


def string(name: str, most: int, *, required: bool = False, least: int = 1) -> Field:
    """A bare string."""
    return Field(name, Shape.STRING, least, most, required)


def flag(name: str) -> Field:
    """A boolean."""
    return Field(name, Shape.FLAG)


def number(name: str, most: int = 0, *, required: bool = False) -> Field:
    """An integer, bounded where `most` is given."""
    return Field(name, Shape.NUMBER, most=most, required=required)


def strings(name: str, most: int, *, each: int) -> Field:
    """A list of bare strings of at most `each` characters."""
    return Field(name, Shape.STRINGS, most=most, required=True, each=each)


def quantity(name: str) -> Field:
    """A number that need not be an integer."""
    return Field(name, Shape.QUANTITY, required=True)


def item(name: str, *of: str, required: bool = False) -> Field:
    """One object of the types named."""
    return Field(name, Shape.ITEM, required=required, of=of)


def items(name: str, least: int, most: int, *of: str, required: bool = False) -> Field:
    """A list of objects of the types named."""
    return Field(name, Shape.ITEMS, least, most, required, of)


def rows(name: str, most: int, cells: int, *of: str) -> Field:
    """A list of rows, each a list of at most `cells` objects."""
    return Field(name, Shape.ROWS, 1, most, required=True, of=of, each=cells)


def opaque(name: str, *, required: bool = False) -> Field:
    """Something this table does not look into."""
    return Field(name, Shape.OPAQUE, required=required)


CHART_PAGE = "blocks/data-visualization-block"
CHARTS = 2  # In one message.
CHART_LABEL, CHART_POINTS = 20, 20

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
    Spec(
        "data_visualization",
        CHART_PAGE,
        (string("title", 50, required=True), item("chart", "bar", required=True)),
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

ELEMENTS |= by_name(
    Spec(
        "bar",
        CHART_PAGE,
        (
            items("series", 1, 6, "data_series", required=True),
            item("axis_config", "axis_config", required=True),
        ),
    ),
    Spec(
        "data_series",
        CHART_PAGE,
        (
            string("name", CHART_LABEL, required=True),
            items("data", 1, CHART_POINTS, "data_point", required=True),
        ),
        is_typed=False,
    ),
    Spec(
        "data_point",
        CHART_PAGE,
        (string("label", CHART_LABEL, required=True), quantity("value")),
        is_typed=False,
    ),
    Spec(
        "axis_config",
        CHART_PAGE,
        (
            strings("categories", CHART_POINTS, each=CHART_LABEL),
            string("x_label", 50),
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
