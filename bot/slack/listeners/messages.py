"""Messages to the bot: stored before Slack is answered, so that none gets lost."""

import re
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.briefing.reading import words_that_ask
from bot.questions.conversation import AddressedMessage, Conversation
from bot.slack.payloads import Json, read_installation, text_in
from bot.slack.views.mrkdwn import written

_WRITTEN_BY_PEOPLE = frozenset({"", "file_share", "thread_broadcast"})
"""Message subtypes in which somebody says something; all others tell of something."""


def register(
    slack_app: AsyncApp, conversation: Conversation, *, bot_user_id: str
) -> None:
    """Listen to direct messages and mentions; Slack may tell of one as both."""

    async def direct(body: dict[str, Any], event: dict[str, Any]) -> None:
        if text_in(event, "channel_type") == "im" and _is_from_a_person(event):
            await conversation.receive(_read(body, event, bot_user_id, is_dm=True))

    async def mention(body: dict[str, Any], event: dict[str, Any]) -> None:
        if _is_from_a_person(event):
            is_dm = text_in(event, "channel").startswith("D")
            await conversation.receive(_read(body, event, bot_user_id, is_dm=is_dm))

    slack_app.event("message")(direct)
    slack_app.event("app_mention")(mention)


def _is_from_a_person(event: Json) -> bool:
    """Say whether somebody wrote this now: no bot, no edit, no notice of Slack's.

    Slackbot is a person to Slack; its name is the same in every workspace.
    """
    is_other = event.get("bot_id") or event.get("hidden") or event.get("edited")
    is_written = text_in(event, "subtype") in _WRITTEN_BY_PEOPLE
    return is_written and not is_other and _user(event) not in ("", "USLACKBOT")


def _user(event: Json) -> str:
    return text_in(event, "user")


def _read(
    body: Json, event: Json, bot_user_id: str, *, is_dm: bool
) -> AddressedMessage:
    mention = re.compile(rf"<@{re.escape(bot_user_id)}(?:\|[^>]*)?>")
    said = mention.sub(" ", text_in(event, "text"))
    return AddressedMessage(
        read_installation(body),
        text_in(event, "channel"),
        _user(event),
        text_in(event, "ts"),
        # A wave or an address alone asks nothing, and is answered as small talk.
        words_that_ask(said) or written(said),
        thread_ts=text_in(event, "thread_ts"),
        is_dm=is_dm,
    )
