"""Trouble with Slack: what is raised, and what it means for a delivery.

The classes are those of the method pages of docs.slack.dev; the texts say what to do.
"""

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import MESSAGE_GONE, DeliveryError, FailureClass

SLACK_TROUBLE = (
    SlackClientError,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
    DeliveryError,
)
"""What a call to Slack raises on a bad day: refused, cut off, too slow, not installed.

Whoever calls Slack catches these and no others, so that a mistake of ours stays one.
"""

AMBIGUOUS = frozenset(
    {
        *("internal_error", "fatal_error", "request_timeout", "service_unavailable"),
        *("update_failed", "file_update_failed"),
    }
)
"""Slack says of these that some part may have succeeded."""

_RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
_MIGRATING = {
    # The free plan's quota, and moves between organisations, take hours.
    "message_limit_exceeded": 3600.0,
    "team_added_to_org": 3600.0,
    "org_login_required": 3600.0,
    "external_channel_migrating": 3600.0,
}

_DESTINATION = {
    "channel_not_found": "I can't see this channel: invite me with `/invite @{bot}`.",
    "not_in_channel": "I'm not in this channel: invite me with `/invite @{bot}`.",
    "is_archived": "The channel is archived: unarchive it, or choose another one.",
    "restricted_action": "An administrator does not let apps post here: ask them to.",
    "messages_tab_disabled": "The app's Messages tab is switched off: enable it.",
    "user_not_found": "There is no such person in this workspace.",
    "user_disabled": "This person's account is deactivated.",
    "user_not_visible": "I can't see this person from here.",
    "user_not_in_channel": "This person is not in the channel.",
    "invalid_user_combination": "This person shares no channel with me.",
    "cannot_reply_to_message": "This thread takes no replies.",
    "thread_not_found": "The thread is gone.",
    "message_not_found": MESSAGE_GONE,
    "cant_update_message": "The message is not mine to edit.",
    "edit_window_closed": "The workspace no longer lets this message be edited.",
    "is_inactive": "The channel is frozen.",
    "app_access_restricted": "An administrator restricts where apps may post.",
    "team_not_found": "The channel's organisation is gone.",
    "posting_to_channel_denied": "I may not post in this channel.",
}
_INSTALLATION = {
    "invalid_auth": "Slack does not know the bot token: install the app again.",
    "not_authed": "No bot token was sent: set SLACK_BOT_TOKEN.",
    "token_revoked": "The bot token was revoked: install the app again.",
    "token_expired": "The bot token has expired: install the app again.",
    "account_inactive": "The app was removed from the workspace: install it again.",
    "missing_scope": "The app lacks a permission: paste the manifest and reinstall.",
    "not_allowed_token_type": "SLACK_BOT_TOKEN is no bot token: it starts with xoxb-.",
    "no_permission": "The app lacks a permission: paste the manifest and reinstall.",
    "access_denied": "An administrator denies the app access.",
    "enterprise_is_restricted": "The organisation restricts apps: ask its owner.",
    "ekm_access_denied": "The organisation's key management denies access.",
    "two_factor_setup_required": "The workspace asks for two-factor set-up first.",
}
_TOO_LONG = frozenset({"msg_too_long", "msg_blocks_too_long"})
_TOO_LONG_TEXT = "It is longer than Slack lets a message be."
_CONTENT_TEXT = "Slack refuses the message itself ({error}): this is a bug of mine."


def delivery_error(exc: Exception, *, bot: str = "Brief") -> DeliveryError:
    """Return what trouble with Slack means for the delivery at hand.

    A refused connection sent nothing; any other break, a timeout and every answer of
    Slack's own trouble are ambiguous. An error that no page names is taken as the
    content's: repeating what we do not understand would not mend it.
    """
    if isinstance(exc, DeliveryError):
        return exc
    if isinstance(exc, aiohttp.ClientConnectorError):
        return DeliveryError("Slack could not be reached.")
    if not isinstance(exc, SlackApiError):
        return DeliveryError("The connection to Slack broke.", ambiguous=True)

    # An aiohttp response stands here when the body was no JSON.
    error, response = error_code(exc), exc.response
    status = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    if status == 429 or error in _RATE_LIMITED:
        text = "Slack asks to slow down."
        return DeliveryError(text, retry_after_s=_retry_after(exc))
    if error in _MIGRATING:
        return DeliveryError(f"Slack says {error}.", retry_after_s=_MIGRATING[error])
    if status >= 500 or error in AMBIGUOUS or not error:
        return DeliveryError(f"Slack answered {error or status}.", ambiguous=True)

    family = "restricted_action" if error.startswith("restricted_action") else error
    if family in _DESTINATION:
        text = _DESTINATION[family].format(bot=bot)
        return DeliveryError(text, permanent=FailureClass.DESTINATION)
    if error in _INSTALLATION:
        needed = response.get("needed")
        text = _INSTALLATION[error] + (f" (needed: {needed})" if needed else "")
        return DeliveryError(text, permanent=FailureClass.INSTALLATION)
    is_too_long = error in _TOO_LONG
    text = _TOO_LONG_TEXT if is_too_long else _CONTENT_TEXT.format(error=error)
    return DeliveryError(text, permanent=FailureClass.CONTENT)


def _retry_after(exc: SlackApiError) -> float:
    headers = getattr(exc.response, "headers", None) or {}
    lowered = {key.lower(): value for key, value in headers.items()}
    try:
        return max(float(lowered.get("retry-after", 1)), 1.0)
    except ValueError:
        return 1.0


def error_code(exc: Exception) -> str:
    """Return Slack's error string; empty where there is none in its answer."""
    data = getattr(getattr(exc, "response", None), "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def why(exc: Exception) -> str:
    """Return what a log line says of trouble: Slack's error string, else its class."""
    return error_code(exc) or type(exc).__name__
