"""Many plays at once, and what they come to."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from faults.crash import matrix
from faults.crash.daemons import Nursery
from faults.crash.matrix import Run
from faults.crash.verdict import Verdict

_TRIES = 6
"""A point that depends on who comes first may be missed; it is tried again so often."""
_MISSED_SHARE = 0.05
"""So many of the points may have come in one order of things only, and never again."""

_nursery: list[Nursery] = []


@dataclass
class Report:
    """The sum of all plays."""

    found: int = 0
    hit: int = 0
    missed: list[str] = field(default_factory=list)
    plays: int = 0
    kills: int = 0
    checked: int = 0
    markers_received: int = 0
    lost: int = 0
    doubled: int = 0
    leaked: int = 0
    disordered: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether the promise held in every play, and the plays looked at something."""
        looked = self.checked > 0 and self.markers_received > 0
        hit = self.found > 0 and len(self.missed) <= self.found * _MISSED_SHARE
        return not self.failures and hit and looked

    def add(self, run: Run, verdict: Verdict) -> None:
        self.plays += 1
        self.kills += verdict.deaths
        self.checked += verdict.checked
        self.markers_received += verdict.markers_received
        self.lost += len(verdict.lost)
        self.doubled += len(verdict.doubled)
        self.leaked += len(verdict.leaked)
        self.disordered += len(verdict.disordered)
        self.failures += [f"{run.name()}: {problem}" for problem in verdict.problems()]

    def lines(self) -> list[str]:
        """Return what is printed in the end."""
        return [
            f"lost {self.lost}, doubled {self.doubled}, leaked {self.leaked}, "
            f"out of order {self.disordered}",
            f"crash points found {self.found}, hit {self.hit}; {self.plays} plays, "
            f"{self.kills} kills",
            f"messages checked {self.checked}, secret markers that the daemon received "
            f"{self.markers_received}",
            *(f"came once and never again in {_TRIES} plays: {name}" for name in self.missed),
            *self.failures,
        ]


def conduct(seeds: Iterable[int], jobs: int, times: int) -> Report:
    """Play every crash point once and each seed's story, `jobs` plays at a time.

    A point that comes again in a story is taken up to `times` times.
    """
    report = Report()
    with ProcessPoolExecutor(jobs, initializer=_open_nursery) as pool:
        points, verdicts = pool.submit(_count, times).result()
        for run, verdict in verdicts:
            report.add(run, verdict)
        _hit_all(pool, points, report)
        for run, verdict in _play_all(pool, [matrix.seeded(seed) for seed in seeds]):
            report.add(run, verdict)
        for _ in pool.map(_close_nursery, range(jobs * 4)):
            pass
    return report


def _hit_all(pool: ProcessPoolExecutor, points: list[Run], report: Report) -> None:
    left = points
    for _ in range(_TRIES):
        missed = []
        for run, verdict in _play_all(pool, left):
            report.add(run, verdict)
            if not verdict.deaths:
                missed.append(run)
        left = missed
    # How often a thing comes again depends on who is faster; that it comes at all does not.
    again = [run for run in left if run.points[0].nth > 1]
    report.missed = [run.name() for run in left if run not in again]
    report.found = len(points) - len(again)
    report.hit = report.found - len(report.missed)


def _play_all(pool: ProcessPoolExecutor, runs: list[Run]) -> Iterator[tuple[Run, Verdict]]:
    return zip(runs, pool.map(_play, runs), strict=True)


# -- inside a worker


def _open_nursery() -> None:
    _nursery.append(Nursery())


def _count(times: int) -> tuple[list[Run], list[tuple[Run, Verdict]]]:
    return matrix.count_points(_nursery[0], times)


def _play(run: Run) -> Verdict:
    return matrix.play(_nursery[0], run)[0]


def _close_nursery(_: int) -> None:
    while _nursery:
        _nursery.pop().close()
