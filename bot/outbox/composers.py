"""`KindComposer`: who composes what, and what their failures mean for the outbox."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Protocol

from bot.audiences import Audiences, AudienceUnknown, deciding_id, look_up_readers
from bot.block_kit.part import Part
from bot.briefing.library import Library, SnapshotError
from bot.briefing.tlp import public_in
from bot.errors import (
    BotError,
    DatabaseUnavailable,
    DeliveryError,
    FailureClass,
)
from bot.outbox.model import (
    Composed,
    Delivery,
    DeliveryKind,
    Payload,
    Skipped,
)

RenderNotice = Callable[[str, str], Part]
"""Makes a message of a notice's subject and of what its row holds."""
"""Makes a message of a notice's plain words.

It escapes all but `*`, `_`, and the tokens `<@U…>`, `<#C…>` and `<!date…>`.
"""


class ComposerOfKind(Protocol):
    """Makes what deliveries of one kind say."""

    def reader(self, delivery: Delivery) -> str:
        """Return the person who reads it if it goes into a DM; empty if nobody does."""
        ...

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        """Compose like a `Composer`; any other error of the bot's means what it says.

        Where it cannot be found out who reads it, nothing is composed:
        `AudienceUnknown`.
        """
        ...


class KindComposer:
    """A `Composer` that hands each delivery to the composer of its kind.

    `library` returns the current one, which says whom the labels mean.

    Who may see a payload is asked again before each part of it is posted, since it was
    composed for those who read there then:
    1. What everybody may see needs no look-up, whoever reads it.
    2. Else the person in a DM, or the room, is looked up: an event that says that they
       changed has dropped what was known.
    3. Between this and the POST the row is stored; what was heard meanwhile counts.
    Somebody may still join between this and the moment Slack shows the message.
    """

    def __init__(
        self,
        composers: Mapping[DeliveryKind, ComposerOfKind],
        *,
        library: Callable[[], Awaitable[Library]],
        audiences: Audiences,
    ) -> None:
        self._composers = composers
        self._library = library
        self._audiences = audiences

    def _of_kind(self, delivery: Delivery) -> ComposerOfKind:
        composer = self._composers.get(delivery.key.kind)
        if composer is None:
            # A command that works for a while leaves it to the bot.
            raise DeliveryError(f"this process composes no {delivery.key.kind.value}")
        return composer

    def reader(self, delivery: Delivery) -> str:
        return self._of_kind(delivery).reader(delivery)

    def _deciding_id(self, delivery: Delivery) -> str:
        return deciding_id(self.reader(delivery), delivery.destination)

    async def may_be_seen(
        self, delivery: Delivery, payload: Payload, *, part: int, max_age: timedelta
    ) -> bool:
        if not payload.revision:
            return True
        try:
            library = await self._library()
            public = public_in(delivery.installation)
            if payload.may_be_seen(library, public, part=part):
                return True
            audience = await look_up_readers(
                self._audiences,
                delivery.installation,
                self._deciding_id(delivery),
                max_age=max_age,
            )
        except (AudienceUnknown, SnapshotError) as exc:
            raise DeliveryError(str(exc)) from exc
        return payload.may_be_seen(library, audience, part=part)

    def is_fresh(self, delivery: Delivery, payload: Payload) -> bool:
        if payload.is_clear:
            return True
        id = self._deciding_id(delivery)
        return self._audiences.knows(delivery.installation, id)

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        """Raise `DeliveryError`: passing where asking again later may help."""
        try:
            return await self._of_kind(delivery).compose(delivery)
        except (DeliveryError, DatabaseUnavailable):
            raise
        except (AudienceUnknown, SnapshotError) as exc:
            raise DeliveryError(str(exc)) from exc
        except BotError as exc:
            raise DeliveryError(str(exc), permanent=FailureClass.CONTENT) from exc


class NoticeComposer:
    """The `Composer` of notices: their words were fixed when they were planned.

    Some notices are more than words; `others` composes those, by the first step of
    their subject ("feedback" in "feedback/42").
    """

    def __init__(
        self,
        render: RenderNotice,
        others: Mapping[str, ComposerOfKind] | None = None,
    ) -> None:
        self._render = render
        self._others = {} if others is None else others

    def reader(self, delivery: Delivery) -> str:
        return delivery.key.person_id

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        other = self._others.get(delivery.key.subject.partition("/")[0])
        if other is not None:
            return await other.compose(delivery)
        part = self._render(delivery.key.subject, delivery.request)
        return Composed(Payload((part,), revision="", audience=""))
