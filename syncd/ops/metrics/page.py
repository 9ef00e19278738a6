"""/metrics, in Prometheus' text format.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections.abc import Callable, Collection

from prometheus_client import (
    CONTENT_TYPE_PLAIN_0_0_4,
    CollectorRegistry,
    ProcessCollector,
    generate_latest,
)

from syncd.core.operators.census import Census
from syncd.ops.metrics.bounded import Bounded
from syncd.ops.metrics.counted import Counted, Vocabulary
from syncd.ops.metrics.projection import Projection
from syncd.ops.metrics.standing import Sources, Standing
from syncd.ops.web import Page

_DATABASE_SECONDS = 2.0
"""How long a scrape waits for the database; Prometheus waits for 10 as a rule."""


class Metrics:
    """The counters of this process, and the page that shows them. `steady`: monotonic seconds."""

    def __init__(self, known: Vocabulary, steady: Callable[[], float]) -> None:
        self._registry = CollectorRegistry()
        self._steady = steady
        ProcessCollector(registry=self._registry)
        self.meter = Counted(self._registry, known)

    def ask(
        self, census: Callable[[], Census], sources: Sources, quota: int, free: Collection[str]
    ) -> None:
        """Show from now on how things stand; called once. `free`: what no quota counts."""
        projection = Projection(lambda: self.meter.answered_calls(without=free), self._steady)
        bounded = Bounded(census, _DATABASE_SECONDS)
        self._registry.register(Standing(bounded, sources, projection, quota))

    def page(self) -> Page:
        return Page(200, generate_latest(self._registry).decode(), CONTENT_TYPE_PLAIN_0_0_4)
