"""How long Slack thinks a text is. No I/O."""

import re

BARE_AMPERSAND = re.compile(r"&(?!amp;|lt;|gt;)")


def slack_length(text: str, *, is_escaped: bool = True) -> int:
    """Count UTF-16 units with `&`, `<` and `>` as the entities they are stored as.

    Slack does not publish its unit; this is the longest of those reported. In an
    escaped text (mrkdwn) only a bare `&` still grows: `<` opens a link or a mention.
    """
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    if is_escaped:
        return units + 4 * len(BARE_AMPERSAND.findall(text))

    return units + 4 * text.count("&") + 3 * (text.count("<") + text.count(">"))
