"""`Message` and the time stamps that name messages."""

import itertools
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it stands now; an edit is a new value under the same `ts`.

    `ephemeral_to` names the one person who sees it. `listed_from` is when history
    begins to hold it (epoch seconds): a fault may let it lag.
    """

    ts: str
    channel: str
    user: str
    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    files: tuple[Json, ...] = ()
    thread_ts: str = ""
    is_broadcast: bool = False
    metadata: Json | None = None
    bot_id: str = ""
    app_id: str = ""
    edited_ts: str = ""
    ephemeral_to: str = ""
    listed_from: float = 0.0

    @property
    def is_reply(self) -> bool:
        return bool(self.thread_ts) and self.thread_ts != self.ts

    @property
    def seen_in_channel(self) -> bool:
        return not self.is_reply or self.is_broadcast

    def edit(self, *, text: str, blocks: tuple[Json, ...], at: str) -> "Message":
        return replace(self, text=text, blocks=blocks, edited_ts=at)

    def with_metadata(self, metadata: Json | None) -> "Message":
        return replace(self, metadata=metadata)

    def as_slack(self, *, with_payload: bool = True) -> Json:
        """Return the message object; without payload, metadata is its type alone."""
        message: Json = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "text": self.text,
        }
        if self.blocks:
            message["blocks"] = list(self.blocks)
        if self.attachments:
            message["attachments"] = list(self.attachments)
        if self.files:
            message |= {"files": list(self.files), "subtype": "file_share"}
        if self.bot_id:
            message |= {"bot_id": self.bot_id, "app_id": self.app_id}
        if self.thread_ts:
            message["thread_ts"] = self.thread_ts
        if self.is_broadcast:
            message["subtype"] = "thread_broadcast"
        if self.edited_ts:
            message["edited"] = {"user": self.user, "ts": self.edited_ts}
        if self.metadata:
            message["metadata"] = _metadata(self.metadata, with_payload)
        return message


def _metadata(metadata: Json, with_payload: bool) -> Json:
    if with_payload:
        return metadata
    return {"event_type": metadata["event_type"]}


class TimeStamps:
    """Hands out message time stamps that never repeat and never run backwards."""

    def __init__(self) -> None:
        self._last = 0

    def take(self, now: datetime) -> str:
        micros = max(int(now.timestamp() * 1_000_000), self._last + 1)
        self._last = micros
        return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def name_blocks(blocks: Sequence[Json]) -> tuple[Json, ...]:
    """Give blocks and interactive elements the ids that Slack makes up for them."""
    return tuple(_named(block) for block in blocks)


def _named(block: Json) -> Json:
    named = {**block, "block_id": block.get("block_id") or secrets.token_hex(3)}
    for place in ("accessory", "element"):
        if isinstance(named.get(place), dict):
            named[place] = _with_action_id(named[place])
    if block["type"] in ("actions", "context_actions"):
        named["elements"] = [_with_action_id(each) for each in block["elements"]]
    return named


_made_up = itertools.count(1)


def _with_action_id(element: Json) -> Json:
    if element["type"] == "image" or element.get("action_id"):
        return element
    return {**element, "action_id": f"made-up-{next(_made_up)}"}
