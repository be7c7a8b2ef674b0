"""Preflight: what stands in the way is said before it is due."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.db.database import open_database
from bot.outbox.destinations import DestinationStore
from bot.outbox.interfaces import ChannelFacts
from bot.outbox.pacing import Pacing
from bot.scheduling.planner import AddressedDigest
from bot.scheduling.preflight import Finding, Preflight, problem_with
from tests.fakes import (
    MORNING,
    RecordingMessenger,
    StoppedClock,
)
from tests.integration.scheduling.test_planner import make_digest
from tests.outbox import HERE, UNLIMITED

HOUR = timedelta(hours=1)


def facts(**differs: bool) -> ChannelFacts:
    """Return a channel in which all is well, but for what differs."""
    well = {
        "is_member": True,
        "is_archived": False,
        "is_private": False,
        "is_dm": False,
        "is_external": False,
        "can_read_back": True,
    }
    return ChannelFacts("C01", "desk", **well | differs)


@dataclass
class Report:
    findings: list[Finding] = field(default_factory=list)

    async def found(self, findings: Sequence[Finding]) -> None:
        self.findings += findings


@dataclass
class Check:
    """A preflight with its stand-ins."""

    messenger: RecordingMessenger
    destinations: DestinationStore
    report: Report
    preflight: Preflight

    async def texts(self, *recipients: str) -> list[str]:
        digest = make_digest(to=recipients)
        await self.preflight.check([AddressedDigest(digest, HERE, digest.to)])
        return [finding.text for finding in self.report.findings]


@pytest.fixture
async def check(sqlite_url: str) -> AsyncIterator[Check]:
    messenger, report = RecordingMessenger(StoppedClock()), Report()
    async with open_database(sqlite_url) as database:
        preflight = Preflight(
            messenger,
            destinations := DestinationStore(database),
            Pacing(UNLIMITED),
            notify=report.found,
        )
        yield Check(messenger, destinations, report, preflight)


@pytest.mark.parametrize(
    ("channel", "text"),
    [
        pytest.param(
            facts(is_archived=True),
            "#desk is archived: unarchive it, or name another channel",
            id="archived",
        ),
        pytest.param(
            facts(is_member=False),
            "I am not in #desk: invite me there with `/invite`",
            id="not a member",
        ),
        pytest.param(
            facts(can_read_back=False),
            "#desk cannot be read back, so nobody can tell whether a message is there "
            "of which Slack said nothing: give me a history scope",
            id="not readable",
        ),
    ],
)
def test_each_problem_says_what_to_do(channel: ChannelFacts, text: str) -> None:
    """A curator can act on it without asking anybody."""
    problem = problem_with(channel)

    assert problem is not None
    assert problem.text == text


def test_a_channel_in_order_is_no_problem() -> None:
    """Silence means that all is well."""
    assert problem_with(facts()) is None


async def test_recipients_are_pinned_while_they_are_checked(check: Check) -> None:
    """At eight nothing needs to be resolved."""
    check.messenger.names["desk"] = "C7"

    assert await check.texts("#desk", "U42", "C01") == []

    pins = await check.destinations.pins(HERE)
    assert pins == {"#desk": "C7", "U42": "D42"}


async def test_a_name_nobody_sees_is_reported(check: Check) -> None:
    """It may be private, or misspelt."""
    assert await check.texts("#desk") == [
        'no channel "#desk" can be seen: check the name, and invite me there with '
        "`/invite` if it is private"
    ]


async def test_each_occurrence_is_checked_once_when_it_comes_near(check: Check) -> None:
    """An hour before it is due, not every minute of that hour."""
    check.messenger.archived.add("C01")
    digest = make_digest()
    one = AddressedDigest(digest, HERE, digest.to)

    for minutes in (90, 60, 59, 1):
        now = MORNING - timedelta(minutes=minutes)
        await check.preflight.check_due([(one, MORNING)], now=now, ahead=HOUR)

    assert len(check.report.findings) == 1
