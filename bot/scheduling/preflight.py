"""Preflight: destinations are checked before they are needed, not at eight."""

import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.digests.models import Recipient, RecipientKind
from bot.errors import DeliveryError
from bot.installation import Installation
from bot.outbox.destinations import DestinationStore
from bot.outbox.freeze import NO_SUCH_CHANNEL
from bot.outbox.interfaces import ChannelFacts, Messenger
from bot.outbox.pacing import Method, Pacing
from bot.scheduling.planner import AddressedDigest

log = logging.getLogger(__name__)

NOT_A_MEMBER = "I am not in {name}: invite me there with `/invite`"
ARCHIVED = "{name} is archived: unarchive it, or name another channel"
NOT_READABLE = (
    "{name} cannot be read back, so nobody can tell whether a message is there of "
    "which Slack said nothing: give me a history scope"
)


@dataclass(frozen=True, slots=True)
class DestinationProblem:
    """What is wrong with a destination; not every problem keeps a message away."""

    text: str
    is_obstacle: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a destination that its curators should hear of in time.

    `is_obstacle` is False where messages arrive all the same.
    """

    installation: Installation
    digest_id: str
    recipient: str
    text: str
    is_obstacle: bool


NotifyOfFindings = Callable[[Sequence[Finding]], Awaitable[None]]
"""Lets the curators know what one check found."""
AudienceCheck = Callable[[AddressedDigest, ChannelFacts], str | None]
"""Says what a channel's audience may not see of a digest, or None."""


class Preflight:
    """Resolves, pins and checks the destinations of digests.

    Every digest is checked when schedules load and again before each occurrence, so
    that curators hear of an obstacle while there is time to clear it.
    """

    def __init__(
        self,
        messenger: Messenger,
        destinations: DestinationStore | None,
        pacing: Pacing,
        *,
        notify: NotifyOfFindings | None,
        audience: AudienceCheck = lambda _one, _facts: None,
    ) -> None:
        """Pin nothing without destinations; only return findings without `notify`."""
        self._messenger = messenger
        self._destinations = destinations
        self._pacing = pacing
        self._notify = notify
        self._audience = audience
        self._checked_for: dict[tuple[Installation, str], datetime] = {}

    async def check_due(
        self,
        coming: Iterable[tuple[AddressedDigest, datetime]],
        *,
        now: datetime,
        ahead: timedelta,
    ) -> None:
        """Check the digests that are due within `ahead`, once for each occurrence."""
        due = []
        for one, at in coming:
            key = one.installation, one.digest.id
            if at - now <= ahead and self._checked_for.get(key) != at:
                self._checked_for[key] = at
                due.append(one)
        await self.check(due)

    async def check(self, digests: Iterable[AddressedDigest]) -> tuple[Finding, ...]:
        """Check every destination and report what was found."""
        findings = []
        for one in digests:
            for recipient in one.recipients:
                problem = await self._check_recipient(one, recipient)
                if problem is None:
                    continue
                finding = Finding(
                    one.installation,
                    one.digest.id,
                    str(recipient),
                    problem.text,
                    problem.is_obstacle,
                )
                findings.append(finding)
        if findings and self._notify:
            await self._notify(findings)
        return tuple(findings)

    async def _check_recipient(
        self, one: AddressedDigest, recipient: Recipient
    ) -> DestinationProblem | None:
        """Return what is wrong; None as well where Slack does not say for now."""
        try:
            channel_id = await self._channel_id(one.installation, recipient)
            if channel_id is None:
                name = f"#{recipient.value}"
                return DestinationProblem(NO_SUCH_CHANNEL.format(name=name))
            if recipient.kind is RecipientKind.USER:
                return None
            await self._pacing.wait_out(one.installation, Method.INFO)
            facts = await self._messenger.describe_channel(one.installation, channel_id)
        except DeliveryError as error:
            if error.permanent is None:
                log.info("preflight.postponed", extra={"reason": str(error)})
                return None
            return DestinationProblem(str(error))

        if withheld := self._audience(one, facts):
            return DestinationProblem(withheld)
        if facts.can_join and self._destinations is not None:
            return await self._join(one.installation, facts)
        return problem_with(facts)

    async def _join(
        self, installation: Installation, facts: ChannelFacts
    ) -> DestinationProblem | None:
        """Join a public channel; where that fails, somebody has to invite the bot."""
        try:
            await self._messenger.join(installation, facts.channel_id)
            joined = await self._messenger.describe_channel(
                installation, facts.channel_id
            )
        except DeliveryError as error:
            log.info("preflight.not_joined", extra={"reason": str(error)})
            return problem_with(replace(facts, can_join=False))
        return problem_with(joined)

    async def _channel_id(
        self, installation: Installation, recipient: Recipient
    ) -> str | None:
        """Resolve a recipient and pin it, so that nothing is asked when it is due."""
        if recipient.kind is RecipientKind.CHANNEL:
            return recipient.value
        name = recipient.destination
        if self._destinations is not None:
            pins = await self._destinations.pins(installation)
            if name in pins:
                return pins[name]

        if recipient.kind is RecipientKind.NAME:
            found = await self._messenger.resolve_name(installation, recipient.value)
        else:
            await self._pacing.wait_turn(installation, Method.OPEN)
            found = await self._messenger.open_dm(installation, recipient.value)
        if found is None or self._destinations is None:
            return found
        return await self._destinations.pin(installation, name, found)


def problem_with(facts: ChannelFacts) -> DestinationProblem | None:
    """Say what stands in the way of posting there, or of reading it back."""
    name = f"#{facts.name}"
    if facts.is_archived:
        return DestinationProblem(ARCHIVED.format(name=name))
    if facts.can_join:
        return None
    if not facts.is_member:
        return DestinationProblem(NOT_A_MEMBER.format(name=name))
    if not facts.can_read_back:
        return DestinationProblem(NOT_READABLE.format(name=name), is_obstacle=False)
    return None
