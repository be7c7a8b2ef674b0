"""`CuratorNotices`: telling those who answer for a briefing what goes wrong."""

import logging
from collections.abc import Callable, Collection, Container, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import PurePath

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.corrections.model import GO
from bot.corrections.rooms import Overheard
from bot.curators.curator_directory import rows_to_curators
from bot.digests.models import Digest
from bot.errors import BriefingError
from bot.installation import Installation
from bot.interfaces import LibrarySource
from bot.outbox.model import (
    Delivery,
    DeliveryKey,
    DeliveryKind,
    Ending,
    NewDelivery,
    Status,
)
from bot.outbox.plan import DeliveryStore
from bot.questions.pages import Page
from bot.questions.sharing import sharer_of
from bot.scheduling.digest_sources import AllDigests
from bot.scheduling.preflight import Finding

log = logging.getLogger(__name__)

DIGESTS = "digests"
"""The stem of the file of digests, which is of no briefing in particular."""
GRACE = timedelta(days=1)
ERRORS_SHOWN = 5

NOT_DELIVERED = "*Not delivered:* {what} to {whom}, due {due}. {reason}"
NOT_SHARED = "I couldn't share your answer in {where}. {reason}"
ASK_WHY = "`briefing-bot deliveries --digest {digest}` lists every recipient."
SENT_BLIND = (
    "*Maybe twice:* {what} to {whom} was sent again, as that channel cannot be read "
    "back and Slack never said whether it had the first one."
)
WILL_NOT_ARRIVE = "*Will not arrive:* {what} for {whom}. {text}"
TAKE_NOTE = "*Take note:* {what} for {whom}. {text}"
WITHOUT_OWNER = (
    "Whoever set it up had everything about them deleted, so it goes on without an "
    "owner. Any member of the channel can pause or end it."
)
WITHDRAWN = (
    "*Withdrawn:* more people read {where} than before, and {messages} there ({days}) "
    "were for fewer of them. They say so now instead."
)
OVERHEARD = (
    "*Take note:* more people read {where} than before, and not all of them may see "
    "{messages} there ({days}), which stay. Delete them there, or widen `audiences`."
)
ELSEWHERE = "{place}: `briefing-bot check` says what is wrong."
REFUSED = "*The briefings have errors.* What was read last goes on being served."
MORE_ERRORS = "and {number} more: `briefing-bot check` lists them."

_WORDS = {
    DeliveryKind.ANSWER: "an answer",
    DeliveryKind.SHARE: "a shared answer",
}


class CuratorNotice(BaseModel):
    """What curators are told, as the notice's row holds it.

    `edit_url` leads to the line it is about; empty where there is none to give. `go`
    is what a button carries that lets corrections out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: str
    edit_url: str = ""
    go: str = ""


def read_notice(subject: str, request: str) -> CuratorNotice | None:
    """Return what curators are told; None for plain words, which are to others.

    A question whether corrections may go out has plain words, too: what it asks for
    stands in its subject.
    """
    what, _, go = subject.partition("/")
    if what == GO:
        return CuratorNotice(words=request, go=go)
    try:
        return CuratorNotice.model_validate_json(request)
    except ValidationError:
        return None


class CuratorNotices:
    """A `DeliveryObserver` that writes to curators, of what preflights find too.

    Each thing is said once: the same failure of the same occurrence has one notice,
    whatever the number of its recipients, and a finding one a day.
    """

    def __init__(
        self,
        store: DeliveryStore,
        briefings: LibrarySource,
        digests: AllDigests,
        *,
        link_to: Callable[[BriefingError], str],
    ) -> None:
        """Take how to link to an error's line; it returns nothing where it cannot."""
        self._link_to = link_to
        self._store = store
        self._briefings = briefings
        self._digests = digests

    async def ended(self, delivery: Delivery, ending: Ending) -> None:
        """Tell of a delivery that failed for good; of a notice, the log tells.

        What became of a correction stands in its record, message by message.
        Whoever shared an answer hears of it whatever kept it from the channel.
        """
        is_shared = delivery.key.kind is DeliveryKind.SHARE
        if is_shared and ending.status in (Status.FAILED, Status.SKIPPED):
            await self._tell_sharer(delivery, ending.reason)
        is_untold = delivery.key.kind in (DeliveryKind.NOTICE, DeliveryKind.CORRECTION)
        if ending.status is not Status.FAILED or is_untold:
            return
        reason, due = ending.reason.removeprefix("failed: "), delivery.due_at
        in_utc = f"{due:%d %B %Y, %H:%M} UTC"
        words = NOT_DELIVERED.format(
            what=await self._what(delivery),
            whom=_whom(delivery.key.recipient, delivery.destination),
            due=f"<!date^{int(due.timestamp())}^{{date_long}} at {{time}}|{in_utc}>",
            reason=_sentence(reason),
        )
        if delivery.key.kind is DeliveryKind.DIGEST:
            why = ASK_WHY.format(digest=delivery.key.subject)
            words = f"{words} {why}"
        occasion = f"{delivery.key.occurrence}/{_short_hash(reason)}"
        await self._tell_of(delivery, words, occasion)

    async def _tell_sharer(self, delivery: Delivery, reason: str) -> None:
        sharer, now = sharer_of(delivery), self._store.now()
        key = DeliveryKey.for_notice(
            delivery.installation, "share", str(delivery.id), recipient=sharer
        )
        words = NOT_SHARED.format(
            where=_whom(delivery.destination, delivery.destination),
            reason=_sentence(reason.partition(": ")[2] or reason),
        )
        row = NewDelivery(
            key, destination=sharer, due_at=now, expires_at=now + GRACE, request=words
        )
        await self._store.plan([row])

    async def resent_unverified(self, delivery: Delivery) -> None:
        """Tell that a message may stand in a channel twice."""
        words = SENT_BLIND.format(
            what=await self._what(delivery),
            whom=_whom(delivery.key.recipient, delivery.destination),
        )
        await self._tell_of(delivery, words, f"{delivery.id}/twice")

    async def found(self, findings: Sequence[Finding]) -> None:
        """Tell what a check of destinations found."""
        today = self._store.now().date().isoformat()
        for finding in findings:
            digest = await self._digest(finding.installation, finding.digest_id)
            form = WILL_NOT_ARRIVE if finding.is_obstacle else TAKE_NOTE
            words = form.format(
                what=_named(digest) if digest else finding.digest_id,
                whom=finding.recipient,
                text=_sentence(finding.text),
            )
            await self._tell(
                finding.installation,
                words,
                about=f"preflight/{finding.digest_id}",
                occasion=f"{today}/{_short_hash(words)}",
                curators=self._curators(
                    finding.installation, digest.briefing_ids if digest else None
                ),
            )

    async def goes_on_without_owner(
        self, installation: Installation, digest: Digest
    ) -> None:
        """Tell that nobody answers any more for what somebody set up for a channel."""
        for recipient in digest.to:
            words = TAKE_NOTE.format(
                what=_named(digest),
                whom=_whom(str(recipient), recipient.value),
                text=WITHOUT_OWNER,
            )
            await self._tell(
                installation,
                words,
                about=f"owner/{digest.id}",
                occasion="forgotten",
                curators=self._curators(installation, digest.briefing_ids),
            )

    async def overheard(self, found: Overheard) -> None:
        """Tell what stands in a room that others read by now, and what became of it."""
        form = WITHDRAWN if found.withdrawn else OVERHEARD
        number = len(found.messages)
        # Each day once, as Slack shows days to each reader.
        days = {
            datetime.fromtimestamp(float(ts), UTC).date(): int(float(ts))
            for ts in found.messages
        }
        named = [
            f"<!date^{at}^{{date_short}}|{day:%d %B %Y}>"
            for day, at in list(days.items())[:ERRORS_SHOWN]
        ]
        words = form.format(
            messages="1 message" if number == 1 else f"{number:,} messages",
            where=_whom(found.channel_id, found.channel_id),
            days=", ".join(named),
        )
        await self._tell(
            found.installation,
            words,
            about=f"room/{found.channel_id}",
            occasion=_short_hash(" ".join(found.messages)),
            curators=self._curators(found.installation, found.briefing_ids),
        )

    async def refused(
        self, errors: Sequence[BriefingError], installations: Iterable[Installation]
    ) -> None:
        """Tell that files with errors are not served.

        An error quotes its file, so the curators of a briefing hear of its file alone.
        Of files that are no briefing yet everybody hears, but not what they hold; among
        several workspaces nobody does, as their very names may be another one's.
        """
        library = self._briefings.served.library
        briefings = {b.id: b for b in library.briefings}
        for briefing in briefings.values():
            others = briefings.keys() - {briefing.id}
            own = [error for error in errors if _stem(error) not in others]
            if library.workspaces is not None:
                own = [error for error in errors if _stem(error) == briefing.id]
            shown = [error_in_words(e, {briefing.id}) for e in own[:ERRORS_SHOWN]]
            lines = [REFUSED, *shown]
            if len(own) > ERRORS_SHOWN:
                lines.append(MORE_ERRORS.format(number=len(own) - ERRORS_SHOWN))
            for installation in installations if own else ():
                await self._tell(
                    installation,
                    "\n".join(lines),
                    about=f"load/{briefing.id}",
                    occasion=_short_hash("\n".join(map(str, own))),
                    curators=library.curators(briefing, installation),
                    edit_url=self._link_to(own[0]),
                )

    async def _tell_of(self, delivery: Delivery, words: str, occasion: str) -> None:
        kind, about = delivery.key.kind, None
        if kind is DeliveryKind.DIGEST:
            digest = await self._digest(delivery.installation, delivery.key.subject)
            about = digest.briefing_ids if digest else None
        elif kind is DeliveryKind.SHARE and (page := Page.decode(delivery.key.subject)):
            about = frozenset({page.briefing_id})
        await self._tell(
            delivery.installation,
            words,
            about=f"failed/{kind.value}/{delivery.key.subject}",
            occasion=occasion,
            curators=self._curators(delivery.installation, about),
        )

    async def _tell(
        self,
        installation: Installation,
        words: str,
        *,
        about: str,
        occasion: str,
        curators: Iterable[str],
        edit_url: str = "",
    ) -> None:
        now = self._store.now()
        notice = CuratorNotice(words=words, edit_url=edit_url)
        rows = rows_to_curators(
            installation,
            curators,
            notice.model_dump_json(),
            about=about,
            occasion=occasion,
            now=now,
            grace=GRACE,
        )
        if not rows:
            log.warning("notice.nobody_to_tell", extra={"about": about})
            return
        await self._store.plan(rows)

    async def _what(self, delivery: Delivery) -> str:
        if delivery.key.kind is not DeliveryKind.DIGEST:
            return _WORDS.get(delivery.key.kind, "a message")
        subject = delivery.key.subject
        digest = await self._digest(delivery.installation, subject)
        return _named(digest) if digest else subject

    async def _digest(
        self, installation: Installation, digest_id: str
    ) -> Digest | None:
        found = await self._digests.find(installation, digest_id)
        return found.digest if found else None

    def _curators(
        self, installation: Installation, about: Collection[str] | None
    ) -> list[str]:
        """Return who answers there for these, or for all where none is known."""
        library = self._briefings.served.library
        named = [b for b in library.briefings if about is None or b.id in about]
        curators = (c for b in named for c in library.curators(b, installation))
        return list(dict.fromkeys(curators))


def _named(digest: Digest) -> str:
    return f"“{quoted(digest.title)}”"


def _whom(recipient: str, destination: str) -> str:
    """Name a channel or a person as Slack shows them; a DM by whose it is."""
    bare = recipient.rpartition("/")[2]
    known = bare if bare[:1] in "UW" else destination
    if known[:1] in ("U", "W"):
        return f"<@{known}>"
    return f"<#{known}>" if known[:1] in ("C", "G") else "a direct message"


def _sentence(reason: str) -> str:
    text = quoted(f"{reason[:1].upper()}{reason[1:]}")
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _short_hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:12]


def _stem(error: BriefingError) -> str:
    return PurePath(error.path).name.partition(".")[0]


def error_in_words(error: BriefingError, briefing_ids: Container[str]) -> str:
    """Say where an error is, and what is wrong if it is in one of these briefings.

    What is wrong quotes the file; nobody knows yet who may see what a new file holds.
    """
    is_quotable = _stem(error) in briefing_ids or _stem(error) == DIGESTS
    return quoted(str(error)) if is_quotable else ELSEWHERE.format(place=error.place)


def quoted(text: str) -> str:
    """Return words that are not ours so that a notice mentions nobody for them.

    The sign behind the bracket is not seen.
    """
    return text.replace("<", "<\N{WORD JOINER}")
