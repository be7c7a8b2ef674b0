"""`Timeline`: messages by channel and thread, as history and replies read them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from bot.simulator.messages import Message, TimeStamps


class Timeline:
    """All messages, ephemerals too; each channel's stand in the order of their ts."""

    def __init__(self) -> None:
        self.time_stamps = TimeStamps()
        self._by_channel: dict[str, dict[str, Message]] = defaultdict(dict)
        self._threads: dict[tuple[str, str], list[str]] = defaultdict(list)

    def add(self, message: Message) -> None:
        self._by_channel[message.channel][message.ts] = message
        if message.is_reply:
            self._threads[message.channel, message.thread_ts].append(message.ts)

    def put(self, message: Message) -> None:
        self._by_channel[message.channel][message.ts] = message

    def remove(self, message: Message) -> None:
        del self._by_channel[message.channel][message.ts]
        if message.is_reply:
            self._threads[message.channel, message.thread_ts].remove(message.ts)

    def move(self, channel_id: str, new_id: str) -> None:
        """Take everything said in a channel along to its new id."""
        for message in self._by_channel.pop(channel_id, {}).values():
            self.add(replace(message, channel=new_id))

    def find(self, channel_id: str, ts: str) -> Message | None:
        return self._by_channel[channel_id].get(ts)

    def newest_first(self, channel_id: str) -> Iterator[Message]:
        """Yield what a channel itself shows, ephemerals and plain replies left out."""
        for message in reversed(self._by_channel[channel_id].values()):
            if message.seen_in_channel and not message.ephemeral_to:
                yield message

    def replies(self, channel_id: str, thread_ts: str) -> list[Message]:
        """Return a thread's replies without its parent, ephemerals left out."""
        in_thread = self._threads[channel_id, thread_ts]
        messages = (self._by_channel[channel_id][ts] for ts in in_thread)
        return [message for message in messages if not message.ephemeral_to]

    def seen_by(
        self, user_id: str, channel_id: str, *, thread_ts: str = ""
    ) -> list[Message]:
        """Return what a person sees in a channel or a thread, oldest first."""
        return [
            message
            for message in self._by_channel[channel_id].values()
            if message.ephemeral_to in ("", user_id) and _stands_in(message, thread_ts)
        ]


def _stands_in(message: Message, thread_ts: str) -> bool:
    if thread_ts:
        return thread_ts in (message.ts, message.thread_ts)
    return message.seen_in_channel
