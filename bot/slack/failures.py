"""What Slack's refusals mean for a delivery: pass, permanent, or nobody knows.

The classes are those of the method pages of docs.slack.dev; the texts say what to do.
"""

import asyncio
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import DeliveryError, FailureClass

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
    "message_not_found": "The message is gone.",
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
_CONTENT_TEXT = "Slack refuses the message itself ({error}): this is a bug of mine."


def delivery_error(exc: Exception, *, bot: str = "Brief") -> DeliveryError:
    """Return what an exception of Slack's client means for the delivery at hand.

    A refused connection sent nothing; any other break, a timeout and every answer of
    Slack's own trouble are ambiguous. An error that no page names is taken as the
    content's: repeating what we do not understand would not mend it.
    """
    if isinstance(exc, SlackApiError):
        return _refused(exc, bot)
    if isinstance(exc, aiohttp.ClientConnectorError):
        return DeliveryError("Slack could not be reached.")
    if isinstance(exc, aiohttp.ClientError | asyncio.TimeoutError | OSError):
        return DeliveryError("The connection to Slack broke.", ambiguous=True)
    raise exc


def error_code(exc: SlackApiError) -> str:
    """Return Slack's error string, or empty where the body was none of its JSON."""
    data = _data(exc)
    return str(data.get("error", "")) if isinstance(data, dict) else ""


def _data(exc: SlackApiError) -> Any:
    return getattr(exc.response, "data", None)


def _refused(exc: SlackApiError, bot: str) -> DeliveryError:
    error, status = error_code(exc), _status(exc)
    if status == 429 or error in _RATE_LIMITED:
        text = "Slack asks to slow down."
        return DeliveryError(text, retry_after_s=_retry_after(exc))
    if error in _MIGRATING:
        return DeliveryError(f"Slack says {error}.", retry_after_s=_MIGRATING[error])
    if status >= 500 or error in AMBIGUOUS or not error:
        return DeliveryError(f"Slack answered {error or status}.", ambiguous=True)
    return _permanent(error, exc, bot)


def _permanent(error: str, exc: SlackApiError, bot: str) -> DeliveryError:
    family = "restricted_action" if error.startswith("restricted_action") else error
    if family in _DESTINATION:
        text = _DESTINATION[family].format(bot=bot)
        return DeliveryError(text, permanent=FailureClass.DESTINATION)
    if error in _INSTALLATION:
        text = _INSTALLATION[error] + _needed(exc)
        return DeliveryError(text, permanent=FailureClass.INSTALLATION)
    text = _CONTENT_TEXT.format(error=error)
    return DeliveryError(text, permanent=FailureClass.CONTENT)


def _needed(exc: SlackApiError) -> str:
    needed = _data(exc).get("needed")
    return f" (needed: {needed})" if needed else ""


def _status(exc: SlackApiError) -> int:
    # An aiohttp response stands here when the body was no JSON.
    response = exc.response
    return int(getattr(response, "status_code", 0) or getattr(response, "status", 0))


def _retry_after(exc: SlackApiError) -> float:
    headers = getattr(exc.response, "headers", None) or {}
    lowered = {key.lower(): value for key, value in headers.items()}
    try:
        return max(float(lowered.get("retry-after", 1)), 1.0)
    except ValueError:
        return 1.0
