"""How things are at the moment of a scrape."""

import platform
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from syncd import __version__
from syncd.core.operators.census import Census
from syncd.ops.metrics.projection import Projection


@dataclass(frozen=True)
class Sources:
    """Who is asked; none of them waits for anybody."""

    connected: Callable[[], bool]
    ready: Callable[[], bool]
    """Whether a mention would be served now."""
    standing: Callable[[], Collection[str]]
    troubles: tuple[str, ...]
    """The names of all troubles that there are."""
    database: str
    """What kind of database it is."""


@dataclass(frozen=True)
class Standing(Collector):
    """Asks everybody who knows; nobody is told of a scrape."""

    census: Callable[[], Census | None]
    """None: the database cannot be read now."""
    sources: Sources
    projection: Projection
    monthly_quota: int
    """0: there is none."""

    def collect(self) -> Iterable[Metric]:
        yield self._build()
        yield _gauge("syncd_ready", "Whether a mention would be served now.", self.sources.ready())
        yield self._troubles()
        told = "Whether the long connection to Lark is open."
        yield _gauge("syncd_lark_connected", told, self.sources.connected())
        yield from self._quota()
        census = self.census()
        told = "Whether the database could be read for this page."
        yield _gauge("syncd_database_readable", told, census is not None)
        if census is not None:
            yield from _of_database(census)

    def describe(self) -> Iterable[Metric]:
        return ()

    def _build(self) -> Metric:
        labels = ("version", "python", "database")
        build = GaugeMetricFamily("syncd_build_info", "What runs; always 1.", labels=labels)
        build.add_metric((__version__, platform.python_version(), self.sources.database), 1)
        return build

    def _troubles(self) -> Metric:
        standing = self.sources.standing()
        told = "Whether this trouble goes on now, as `syncd status` tells it."
        family = GaugeMetricFamily("syncd_trouble", told, labels=["trouble"])
        for name in self.sources.troubles:
            family.add_metric([name], name in standing)
        return family

    def _quota(self) -> Iterable[Metric]:
        told = "Calls of this process that count for Lark's monthly quota, in 30 days at the pace "
        name = "syncd_lark_projected_month_calls"
        family = GaugeMetricFamily(name, told + "of the last day.", labels=["feature"])
        for feature, calls in sorted(self.projection.month().items()):
            family.add_metric([feature], calls)
        yield family
        told = "What lark.monthly_quota says; 0: there is none."
        yield _gauge("syncd_lark_monthly_quota_calls", told, self.monthly_quota)


def _of_database(census: Census) -> Iterable[Metric]:
    states = GaugeMetricFamily(
        "syncd_deliveries_waiting",
        "Deliveries that are not delivered, counted up to 10,000.",
        labels=["destination", "state"],
    )
    for (to, state), count in census.deliveries.items():
        states.add_metric([to, state.lower()], count)
    ages = GaugeMetricFamily(
        "syncd_oldest_ready_delivery_age_seconds",
        "Age of the oldest delivery that could go; what waits for its ticket is left out.",
        labels=["destination"],
    )
    for to, age in census.oldest_ready.items():
        ages.add_metric([to], age)
    requests = GaugeMetricFamily(
        "syncd_requests_open",
        "Requests that may still become a ticket, counted up to 10,000.",
        labels=["state"],
    )
    for asked, count in census.requests.items():
        requests.add_metric([asked.lower()], count)
    yield from (states, ages, requests)
    yield _gauge(
        "syncd_lanes_held",
        "Lanes in which something is under way or in doubt, so that what is behind it waits.",
        census.lanes_held,
    )
    yield _gauge(
        "syncd_dead_deliveries_to_act_on",
        "DEAD deliveries that nobody has requeued or dropped yet, counted up to 200.",
        census.dead_to_act_on,
    )
    yield _gauge("syncd_events_waiting", "Events not handled yet.", census.events_waiting)
    yield _gauge("syncd_events_dead", "Events that cannot be handled.", census.events_dead)
    yield _gauge(
        "syncd_unread_tickets",
        "Tickets at which the last look failed, counted up to 10,000.",
        census.unread_tickets,
    )
    if census.poll_age is not None:
        told = "Since some process read Jira's changes to their end."
        yield _gauge("syncd_poll_age_seconds", told, census.poll_age)
    yield _gauge("syncd_database_bytes", "What the database takes on its disk.", census.bytes)


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(name, told, value=value)
