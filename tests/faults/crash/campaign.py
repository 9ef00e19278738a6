"""Many plays at once, and what they come to."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field, replace

from faults.crash import matrix, script
from faults.crash.daemons import Nursery
from faults.crash.matrix import Played, Run
from faults.crash.script import SECRETS
from faults.crash.witness import Point

_TRIES = 12
"""A point that comes in one order of things only may be missed; it is tried again so often, in
the story that came to it and in others."""
_FRESH = 1_000_000
"""Seeds from here on are of stories that are told only to come to such a point."""

_nursery: list[Nursery] = []


@dataclass
class Report:
    """The sum of all plays. A crash point is a kind of commit or call, before it or after it."""

    found: dict[str, Run] = field(default_factory=dict)
    """Each crash point, and how it was come to first."""
    hit: set[str] = field(default_factory=set)
    """The crash points at which a daemon was killed."""
    plays: int = 0
    kills: int = 0
    checked: int = 0
    markers_received: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    leaked: int = 0
    disordered: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether the promise held in every play, and the plays looked at everything."""
        looked = self.checked > 0 and all(self.markers_received[kind] for kind in SECRETS)
        return not self.failures and looked and bool(self.found) and not self.missed()

    def missed(self) -> frozenset[str]:
        """Return the crash points at which no daemon was killed yet."""
        return frozenset(self.found) - self.killed_at()

    def killed_at(self) -> frozenset[str]:
        return frozenset(self.hit)

    def add(self, played: Played) -> None:
        verdict = played.verdict
        for label in played.seen:
            self.found.setdefault(label, played.again())
        self.hit.update(point.label for point in played.died_at)
        self.plays += 1
        self.kills += verdict.deaths
        self.checked += verdict.checked
        self.markers_received += verdict.markers_received
        self.lost += len(verdict.lost)
        self.doubled += len(verdict.doubled)
        self.leaked += len(verdict.leaked)
        self.disordered += len(verdict.disordered)
        self.failures += [f"{played.name()}: {problem}" for problem in verdict.problems()]

    def lines(self) -> list[str]:
        """Return what is printed in the end."""
        secrets = ", ".join(f"{kind} {self.markers_received[kind]}" for kind in SECRETS)
        return [
            f"lost {self.lost}, doubled {self.doubled}, leaked {self.leaked}, "
            f"out of order {self.disordered}",
            f"crash points found {len(self.found)}, hit {len(self.hit)}; {self.plays} plays, "
            f"{self.kills} kills",
            f"messages checked {self.checked}",
            f"answers with a secret that the daemon received: {secrets}",
            *(f"never hit: {label}" for label in sorted(self.missed())),
            *self.failures,
        ]


def conduct(seeds: Iterable[int], jobs: int, times: int) -> Report:
    """Play every crash point and each seed's story, `jobs` plays at a time.

    A point that comes again in a first story is taken up to `times` times. What only seldom
    happens is met after a death or in the stories of the seeds, and is died of at sight.
    """
    report = Report()
    points: dict[tuple[str, tuple[Point, ...]], Run] = {}
    with ProcessPoolExecutor(jobs, initializer=_open_nursery) as pool:
        for played in _play_all(pool, jobs, map(Run, script.firsts()), report):
            for run in matrix.points_of(played, times):
                points.setdefault((run.story.way, run.points), run)
        planned = frozenset(report.found)
        _play_all(pool, jobs, points.values(), report, lambda: planned | report.killed_at())
        _play_all(pool, jobs, map(matrix.seeded, seeds), report, report.killed_at)
        for attempt in range(_TRIES):
            again = [report.found[label] for label in sorted(report.missed())]
            others = range(_FRESH + attempt * jobs, _FRESH + (attempt + 1) * jobs)
            again += map(matrix.seeded, others) if again else []
            _play_all(pool, jobs, again, report, report.killed_at)
        list(pool.map(_close_nursery, range(jobs * 4)))
    return report


def _play_all(
    pool: ProcessPoolExecutor,
    jobs: int,
    runs: Iterable[Run],
    report: Report,
    spared: Callable[[], frozenset[str] | None] = lambda: None,
) -> list[Played]:
    """Play them, `jobs` at a time, and report each; die at what is not `spared` by then."""
    under_way: set[Future[Played]] = set()
    ended: list[Played] = []
    for run in runs:
        if len(under_way) >= jobs:
            ended += _ended(under_way, report)
        under_way.add(pool.submit(_play, replace(run, spared=spared())))
    while under_way:
        ended += _ended(under_way, report)
    return ended


def _ended(under_way: set[Future[Played]], report: Report) -> list[Played]:
    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
    under_way -= done
    ended = [future.result() for future in done]
    for played in ended:
        report.add(played)
    return ended


# -- inside a worker


def _open_nursery() -> None:
    _nursery.append(Nursery())


def _play(run: Run) -> Played:
    return matrix.play(_nursery[0], run)


def _close_nursery(_: int) -> None:
    while _nursery:
        _nursery.pop().close()
