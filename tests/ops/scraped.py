"""What a scrape tells, read by Prometheus' own parser."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True)
class Scraped:
    """One answer of /metrics."""

    text: str

    def families(self) -> Iterator[Metric]:
        found: Iterator[Metric] = text_string_to_metric_families(self.text)
        return found

    def series(self) -> dict[str, set[str]]:
        """Return the names of all series, each with the labels that it has."""
        named: dict[str, set[str]] = {}
        for family in self.families():
            for sample in family.samples:
                named.setdefault(sample.name, set()).update(sample.labels)
        return named

    def value(self, name: str, **labels: str) -> float:
        """Return the sum of the series that have these labels, 0 where there are none."""
        return sum(
            sample.value
            for family in self.families()
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def by(self, label: str, name: str, **labels: str) -> dict[str, float]:
        """Return the sums by the values of one label, without those that are 0."""
        sums: dict[str, float] = {}
        for family in self.families():
            for sample in family.samples:
                if sample.name == name and labels.items() <= sample.labels.items() and sample.value:
                    told = sample.labels[label]
                    sums[told] = sums.get(told, 0) + sample.value
        return sums
