"""Counts what this process does."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from syncd.core import watching
from syncd.core.delivery import Command, Delivery
from syncd.core.kinds import KINDS
from syncd.core.lifecycle import HOLDS_LEASE, Step
from syncd.core.model import DeliveryState, Destination, Ms
from syncd.core.operators.meter import Meter

OTHER = "other"
"""The label of what is not known by name."""
_ACKS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 2.5, 3.0, 5.0)
"""Seconds; Lark waits for 3."""
_CALLS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_ANSWERS = (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 3600, 4 * 3600, 24 * 3600)
_OUTCOMES = [state for state in DeliveryState if state not in HOLDS_LEASE]

# Each counter would bring a second series, with the moment at which it began.
disable_created_metrics()  # type: ignore[no-untyped-call]  # the library has no types there


@dataclass(frozen=True)
class Vocabulary:
    """The words of the platforms that are told apart; any other is counted as `other`."""

    events: Collection[str]
    features: Mapping[Destination, Collection[str]]


class Counted(Meter):
    """Keeps the counters. A lock of the library's is held for one addition, or for reading one."""

    def __init__(self, registry: CollectorRegistry, known: Vocabulary) -> None:
        self._registry, self._known = registry, known
        self._make_for_lark()
        self._make_for_calls()
        self._make_for_deliveries()
        self._make_for_polls()
        self._begin_at_nought()

    def _make_for_lark(self) -> None:
        self._events = self._counter(
            "syncd_events_received_total",
            "Events that Lark sent, or that were read back; known: they were here already.",
            "kind",
            "seen",
        )
        self._acks = self._histogram(
            "syncd_ack_seconds",
            "Time from a frame to its acknowledgement, for which Lark waits 3 seconds.",
            _ACKS,
            "frame",
            "outcome",
        )
        self._connections = self._counter(
            "syncd_lark_connections_total", "Times that the long connection was opened."
        )

    def _make_for_calls(self) -> None:
        self._calls = self._counter(
            "syncd_api_calls_total",
            "Calls to the platforms' REST APIs by what they are for; status none: no answer came.",
            "platform",
            "feature",
            "status",
        )
        self._call_times = self._histogram(
            "syncd_api_call_seconds",
            "Time of such a call, whatever came of it.",
            _CALLS,
            "platform",
        )
        self._limits = self._counter(
            "syncd_limits_hit_total",
            "Limits that refused or put off something: of lark, of jsm, our own (syncd).",
            "by",
            "limit",
        )

    def _make_for_deliveries(self) -> None:
        self._deliveries = self._counter(
            "syncd_deliveries_total",
            "What came of trying to deliver; ready: it is put off and tried again.",
            "kind",
            "outcome",
        )
        self._answers = self._histogram(
            "syncd_answer_seconds",
            "Time from when a mention, comment or reply was written, by its source's own clock, "
            "until what answers it was delivered.",
            _ANSWERS,
            "kind",
        )

    def _make_for_polls(self) -> None:
        told = "Times that Jira was asked what changed."
        self._polls = self._counter("syncd_polls_total", told, "outcome")
        told = "Searches that reach so many hours back."
        self._sweeps = self._counter("syncd_sweeps_total", told, "hours", "outcome")
        told = "Tickets that polls had missed."
        self._found = self._counter("syncd_sweep_found_tickets_total", told, "hours")

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(name, told, labels, registry=self._registry)

    def _histogram(
        self, name: str, told: str, buckets: tuple[float, ...], *labels: str
    ) -> Histogram:
        return Histogram(name, told, labels, buckets=buckets, registry=self._registry)

    def _begin_at_nought(self) -> None:
        """Show each counter from the start, so that its first event is an increase."""
        for event in (*self._known.events, OTHER):
            self._events.labels(event, "new")
        for name, kind in KINDS.items():
            for state in _OUTCOMES:
                self._deliveries.labels(name, state.lower())
            if kind.answers_ms is not Command.answers_ms:
                self._answers.labels(name)
        for outcome in ("ok", "failed"):
            self._polls.labels(outcome)
            for sweep in watching.sweeps(Ms(0)):
                self._sweeps.labels(sweep.subject, outcome)
        for sweep in watching.sweeps(Ms(0)):
            self._found.labels(sweep.subject)

    def received(self, kind: str, *, new: bool) -> None:
        told = kind if kind in self._known.events else OTHER
        self._events.labels(told, "new" if new else "known").inc()

    def answered(self, frame: str, outcome: str, seconds: float) -> None:
        self._acks.labels(frame, outcome).observe(seconds)

    def called(self, platform: Destination, feature: str, status: int, seconds: float) -> None:
        told = feature if feature in self._known.features[platform] else OTHER
        self._calls.labels(platform, told, f"{status // 100}xx" if status else "none").inc()
        self._call_times.labels(platform).observe(seconds)

    def answered_calls(self, *, without: Collection[str]) -> dict[str, float]:
        """Return how many calls to Lark succeeded, by feature."""
        found: dict[str, float] = {}
        for family in self._calls.collect():
            for sample in family.samples:
                to, feature = sample.labels["platform"], sample.labels["feature"]
                if (to, sample.labels["status"]) == (Destination.LARK, "2xx"):
                    found[feature] = sample.value
        return {feature: calls for feature, calls in found.items() if feature not in without}

    def limited(self, by: str, limit: str) -> None:
        self._limits.labels(by, limit).inc()

    def stepped(self, delivery: Delivery, step: Step) -> None:
        kind = delivery.command.kind()
        if delivery.state not in HOLDS_LEASE:
            self._deliveries.labels(kind, delivery.state.lower()).inc()
        written = delivery.command.answers_ms()
        if step is Step.OK and written:
            self._answers.labels(kind).observe(max(delivery.settled_ms - written, 0) / 1000)

    def polled(self, *, ok: bool) -> None:
        self._polls.labels("ok" if ok else "failed").inc()

    def swept(self, hours: str, *, ok: bool, found: int = 0) -> None:
        self._sweeps.labels(hours, "ok" if ok else "failed").inc()
        self._found.labels(hours).inc(found)

    def connected(self) -> None:
        self._connections.inc()
