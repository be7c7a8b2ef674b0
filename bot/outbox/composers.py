"""`KindComposer`: who composes what, and what their failures mean for the outbox."""

from collections.abc import Callable, Mapping

from bot.audiences import AudienceUnknown
from bot.block_kit.part import Part
from bot.briefing.library import SnapshotError
from bot.errors import (
    BotError,
    DatabaseUnavailable,
    DeliveryError,
    FailureClass,
)
from bot.outbox.interfaces import Composer
from bot.outbox.model import (
    Composed,
    Delivery,
    DeliveryKind,
    Payload,
    Skipped,
)

RenderNotice = Callable[[str], Part]
"""Makes a message of a notice's plain words.

It escapes all but `*`, `_`, and the tokens `<@U…>`, `<#C…>` and `<!date…>`.
"""


class KindComposer:
    """A `Composer` that hands each delivery to the composer of its kind."""

    def __init__(self, composers: Mapping[DeliveryKind, Composer]) -> None:
        self._composers = composers

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        """Raise `DeliveryError`: passing where asking again later may help."""
        composer = self._composers.get(delivery.key.kind)
        if composer is None:
            # A command that works for a while leaves it to the bot.
            raise DeliveryError(f"this process composes no {delivery.key.kind.value}")
        try:
            return await composer.compose(delivery)
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
        self, render: RenderNotice, others: Mapping[str, Composer] | None = None
    ) -> None:
        self._render = render
        self._others = {} if others is None else others

    async def compose(self, delivery: Delivery) -> Composed | Skipped:
        other = self._others.get(delivery.key.subject.partition("/")[0])
        if other is not None:
            return await other.compose(delivery)
        part = self._render(delivery.request)
        return Composed(Payload((part,), revision="", audience=""))
