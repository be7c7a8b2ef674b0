"""What an operator can count and watch, for Prometheus.

`.github/operations/` holds a dashboard and alert rules over what is named here.
"""

import re
from collections import Counter as Counted
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

from bot.interfaces import Served
from bot.outbox.backlog import Backlog
from bot.outbox.interfaces import DeliveryObserver
from bot.outbox.model import Delivery, Ending, Status
from bot.questions.pages import Reply

TEAMS = 50
"""So many workspaces have numbers of their own; those that come later share one."""
OTHER_TEAMS = "other"
REQUEST_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
SLACK_CALL_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
DELIVERY_S = (0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
HELP = {
    "briefing_bot_request_seconds": (
        "Time until a request of Slack's was acknowledged, by kind."
    ),
    "briefing_bot_failed_requests": (
        "Requests that were cut, failed, or could not be read, by kind."
    ),
    "briefing_bot_answers": (
        "Answers by how they were asked for (command, message, search, button) and what"
        " they came to; `refusal` and `hedge` are what is not covered."
    ),
    "briefing_bot_slack_call_seconds": ("Time until Slack answered a call, by method."),
    "briefing_bot_slack_failed_calls": (
        "Calls that Slack did not answer with 200, by method and status: 429 where it "
        "asks to slow down, `broken` where the connection broke."
    ),
    "briefing_bot_slack_connections": (
        "Socket Mode connections that were opened; after the first each one is a "
        "reconnect."
    ),
    "briefing_bot_deliveries": (
        "Deliveries that ended, by workspace, kind and ending."
    ),
    "briefing_bot_delivery_seconds": (
        "Time from when a message was due, or asked for, until it was sent."
    ),
    "briefing_bot_resent_unverified": (
        "Parts sent again where nobody can tell whether they arrived."
    ),
    "briefing_bot_watermarks_mended": (
        "Schedules that were planned into the future when the clock was set back."
    ),
    "briefing_bot_corrections_waiting": ("Corrections that wait for a curator's go."),
    "briefing_bot_outbox_due": (
        "Deliveries that are due and not under way, by workspace."
    ),
    "briefing_bot_outbox_oldest_due_seconds": (
        "How long the oldest delivery that is due has waited, by workspace."
    ),
    "briefing_bot_outbox_unclear": (
        "Messages posted without an answer of Slack's, which are looked for, by "
        "workspace."
    ),
    "briefing_bot_database_up": ("1 while the database answers."),
    "briefing_bot_revision_info": (
        "The revision of the briefings that this process serves."
    ),
    "briefing_bot_behind": (
        "1 while another process has newer briefings than this one."
    ),
    "briefing_bot_question_vectors": (
        "Questions that words alone did not answer, by what became of their vector: "
        "used, late, busy (too many waited) or failed."
    ),
    "briefing_bot_words_alone": (
        "1 while sentence vectors are wished for and not to be had."
    ),
    "briefing_bot_load_errors": ("Errors in the files: the last good state is served."),
    "briefing_bot_tasks": (
        "Tasks of asyncio that are under way or wait, those that always run too."
    ),
}
"""Every number that there is, in the words that Prometheus shows."""
_METHOD = re.compile(r"/([a-z]+(?:\.[A-Za-z]+)+)$")
"""A Web API method at the end of its address."""


class Metrics:
    """The numbers of one bot, in a registry of its own so that tests can have two."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._now = now
        self._teams: set[str] = set()

        def counter(name: str, *labels: str) -> Counter:
            return Counter(name, HELP[name], labels, registry=registry)

        def gauge(name: str, *labels: str) -> Gauge:
            return Gauge(name, HELP[name], labels, registry=registry)

        def histogram(name: str, buckets: Sequence[float], *labels: str) -> Histogram:
            return Histogram(
                name, HELP[name], labels, buckets=buckets, registry=registry
            )

        requests = histogram("briefing_bot_request_seconds", REQUEST_S, "kind")
        answers = counter("briefing_bot_answers", "asked_by", "outcome")
        # Looked up at each command; their labels are a few words of our own.
        self._requests, self._answers = cache(requests.labels), cache(answers.labels)
        self._failed_requests = counter("briefing_bot_failed_requests", "kind", "why")
        self._slack_calls = histogram(
            "briefing_bot_slack_call_seconds", SLACK_CALL_S, "method"
        )
        self._failed_calls = counter(
            "briefing_bot_slack_failed_calls", "method", "status"
        )
        self._connections = counter("briefing_bot_slack_connections")
        self._deliveries = counter("briefing_bot_deliveries", "team", "kind", "status")
        self._delivery_s = histogram(
            "briefing_bot_delivery_seconds", DELIVERY_S, "kind"
        )
        self._unverified = counter("briefing_bot_resent_unverified")
        self._mended = counter("briefing_bot_watermarks_mended")
        self._corrections = gauge("briefing_bot_corrections_waiting")
        self._due = gauge("briefing_bot_outbox_due", "team")
        self._oldest_due_s = gauge("briefing_bot_outbox_oldest_due_seconds", "team")
        self._unclear = gauge("briefing_bot_outbox_unclear", "team")
        self._database_up = gauge("briefing_bot_database_up")
        self._revision = gauge("briefing_bot_revision_info", "revision")
        self._behind = gauge("briefing_bot_behind")
        self._vectors = counter("briefing_bot_question_vectors", "ending")
        self._words_alone = gauge("briefing_bot_words_alone")
        self._load_errors = gauge("briefing_bot_load_errors")
        self._tasks = gauge("briefing_bot_tasks")

    def request(self, kind: str, seconds: float, *, failed: str = "") -> None:
        """Note a request of Slack's that was acknowledged; `failed` says why it was
        no success.
        """
        self._requests(kind).observe(seconds)
        if failed:
            self._failed_requests.labels(kind, failed).inc()

    def answered(self, asked_by: str, reply: Reply) -> None:
        """Count what words or a button came to."""
        self._answers(asked_by, _outcome(type(reply).__name__)).inc()

    def slack_call(self, path: str, seconds: float, status: str) -> None:
        """Note a call of a method of Slack's; other addresses do not count."""
        if found := _METHOD.search(path):
            method = found[1]
            self._slack_calls.labels(method).observe(seconds)
            if status != "200":
                self._failed_calls.labels(method, status).inc()

    def connected(self) -> None:
        """Count a Socket Mode connection that Slack has greeted."""
        self._connections.inc()

    def counting(self, other: DeliveryObserver) -> DeliveryObserver:
        """Return an observer that counts, and passes on to another one."""
        return _CountingObserver(self, other)

    def count(self, delivery: Delivery, ending: Ending) -> None:
        """Count an ending, and how long it took if it was sent."""
        kind, status = delivery.key.kind.value, ending.status.value
        team = self._team(delivery.installation.team_id)
        self._deliveries.labels(team, kind, status).inc()
        if ending.status is Status.SENT:
            took = self._now() - delivery.due_at
            self._delivery_s.labels(kind).observe(max(took.total_seconds(), 0.0))

    def count_unverified(self) -> None:
        """Count a part that may stand in a channel twice."""
        self._unverified.inc()

    def count_mended(self, watermarks: int) -> None:
        """Count watermarks in the future, which show that a clock was set back."""
        self._mended.inc(watermarks)

    def database_answered(
        self, waiting: Sequence[Backlog], *, corrections: int
    ) -> None:
        """Take over what waits in the outbox now, and how much for a curator's go."""
        self._database_up.set(1)
        self._corrections.set(corrections)
        due, unclear, oldest_s = Counted[str](), Counted[str](), dict[str, float]()
        for each in waiting:
            team = self._team(each.installation.team_id)
            due[team] += each.due
            unclear[team] += each.unclear
            if each.oldest_due_at is not None:
                age_s = (self._now() - each.oldest_due_at).total_seconds()
                oldest_s[team] = max(age_s, oldest_s.get(team, 0.0))
        for gauge, numbers in (
            (self._due, due),
            (self._unclear, unclear),
            (self._oldest_due_s, oldest_s),
        ):
            gauge.clear()
            for team in self._teams | numbers.keys():
                gauge.labels(team).set(numbers.get(team, 0))

    def database_away(self) -> None:
        """Say nothing of an outbox that cannot be asked."""
        self._database_up.set(0)
        for gauge in (self._due, self._unclear, self._oldest_due_s):
            gauge.clear()

    def serving(self, served: Served, *, is_behind: bool) -> None:
        """Take over what the files hold now."""
        self._revision.clear()
        self._revision.labels(served.library.content_hash[:12]).set(1)
        self._behind.set(is_behind)
        self._load_errors.set(len(served.errors))

    def count_vector(self, ending: str) -> None:
        """Count what became of a question's vector."""
        self._vectors.labels(ending).inc()

    def meaning(self, *, works: bool) -> None:
        """Take over whether vectors are made as they should be."""
        self._words_alone.set(not works)

    def busy(self, tasks: int) -> None:
        """Take over how many tasks there are."""
        self._tasks.set(tasks)

    def page(self) -> bytes:
        """Return all of it in Prometheus' text format."""
        return generate_latest(self.registry)

    def _team(self, team_id: str) -> str:
        """Return the label of a workspace: there may be hundreds of them."""
        if team_id not in self._teams and len(self._teams) >= TEAMS:
            return OTHER_TEAMS
        self._teams.add(team_id)
        return team_id


class _CountingObserver:
    def __init__(self, metrics: Metrics, other: DeliveryObserver) -> None:
        self._metrics = metrics
        self._other = other

    async def ended(self, delivery: Delivery, ending: Ending) -> None:
        self._metrics.count(delivery, ending)
        await self._other.ended(delivery, ending)

    async def resent_unverified(self, delivery: Delivery) -> None:
        self._metrics.count_unverified()
        await self._other.resent_unverified(delivery)


@cache
def _outcome(name: str) -> str:
    """Return the name of a kind of reply as a label: "default_set"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
