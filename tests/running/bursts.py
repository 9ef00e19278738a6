"""People who write several replies in a row, while much else is written to the database.

How often replies of a burst change places, of any number of bursts, on any database:

    cd tests && PYTHONPATH=.:flows:running ../.venv/bin/python -m bursts --count 1000 --daemons 3 \\
        --database postgresql

It starts the sandbox and so many daemons in one process, prints a line and fails unless each reply
stands in its ticket once and in its place. SYNCD_TEST_DATABASES names the servers.
"""

import argparse
import itertools
import os
import random
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import databases
from crowd import Case, Crowd, mark
from house import ACME
from kept import UNDER_WAY
from running_house import RunningHouse

from syncd.sandbox.box import Sandbox
from syncd.store.store import Store

THREADS = 6
WRITERS = 3
_LIMITS = ("limits.replies_per_person_per_hour", "limits.replies_per_chat_per_hour")
_BACKLOG = 80
"""Replies on their way to tickets; more would only wait."""


class Bursts:
    """Threads of one premium group, and what was said in them."""

    def __init__(self, house: RunningHouse, seed: int = 1) -> None:
        self._house, self._box = house, house.box
        self._chance = random.Random(seed)
        crowd = Crowd(house, 1)
        asker = "aiko"
        self.cases: list[Case] = [crowd.files(asker, ACME) for _ in range(THREADS)]
        self._bursts: list[tuple[Case, list[str]]] = []

    def happen(self, count: int) -> None:
        """Let so many bursts of two to five replies happen, each within a moment."""
        with busy_writers([app.store for _, app in self._house.daemons]):
            for _ in range(count):
                self._burst(self._chance.choice(self.cases), self._chance.randint(2, 5))
                self._until("room for more", _BACKLOG)
            self._until("every reply in its ticket", 1)

    def swapped(self) -> list[list[str]]:
        """Return the bursts whose replies stand in their ticket in another order, or not once."""
        found = {case.key: self._replies(case) for case in self.cases}
        return [
            said
            for case, said in self._bursts
            if [reply for reply in found[case.key] if reply in set(said)] != said
        ]

    def out_of_order(self) -> int:
        """Return how many replies stand before one that was written earlier in their thread."""
        replies = [[case.replies.index(r) for r in self._replies(case)] for case in self.cases]
        return sum(b < a for places in replies for a, b in itertools.pairwise(places))

    def _burst(self, case: Case, size: int) -> None:
        state = self._box.lark_state
        with self._box.world.lock:
            state.switches.hold_events = True
            said = [mark("reply") for _ in range(size)]
            for reply in said:
                self._box.lark_people.say(case.person, case.chat, f"<{reply}>", thread=case.root)
            case.replies += said
            state.switches.hold_events = False
            state.delivery.release()
        self._bursts.append((case, said))

    def _until(self, what: str, fewer: int) -> None:
        """Wait until fewer replies than that are under way."""
        undone = self._house.deliveries
        self._house.until(
            what,
            lambda: self._under_way() < fewer,
            lambda: (self._under_way(), [(d.state, d.reason, d.tries) for d in undone(*UNDER_WAY)]),
        )

    def _under_way(self) -> int:
        with self._box.world.lock:
            written = sum(len(t.comments) for t in self._box.jira_state.tickets.values())
        return sum(len(case.replies) for case in self.cases) - written

    def _replies(self, case: Case) -> list[str]:
        with self._box.world.lock:
            (ticket,) = [t for t in self._box.jira_state.tickets.values() if t.key == case.key]
            return [c.text.partition("<")[2].partition(">")[0] for c in ticket.comments]


@contextmanager
def busy_writers(stores: list[Store]) -> Iterator[None]:
    """Let others write to the database all the time."""
    over = threading.Event()

    def write(number: int, store: Store) -> None:
        for count in itertools.count():
            if over.wait(0.002):
                return
            store.write(lambda tx, c=count: tx.cache.put("writer", str(number), str(c)))

    threads = [
        threading.Thread(target=write, args=(number, store), daemon=True)
        for number in range(WRITERS)
        for store in stores
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


@contextmanager
def running(database: str, daemons: int, folder: Path) -> Iterator[RunningHouse]:
    """Start a sandbox, and so many daemons on a database with empty tables."""
    with Sandbox() as box, databases.fresh(database, folder) as url:
        os.environ.update(box.environment() | {"SYNCD_STORE__URL": url})
        (folder / "config.toml").write_text(box.config_toml(), encoding="utf-8")
        box.jira_state.switches.rate_limits = False
        house = RunningHouse(box, folder, dict.fromkeys(_LIMITS, 100_000))
        try:
            for _ in range(daemons):
                house.starts()
            yield house
        finally:
            house.close()


def main() -> int:
    known = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    known.add_argument("--count", type=int, default=1000)
    known.add_argument("--daemons", type=int, default=1)
    known.add_argument("--database", choices=databases.names(), default=databases.SQLITE)
    asked = known.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running(asked.database, asked.daemons, Path(folder)) as house,
    ):
        bursts = Bursts(house)
        bursts.happen(asked.count)
        swapped, out_of_order = bursts.swapped(), bursts.out_of_order()
    print(
        f"{asked.database}, {asked.daemons} daemons: of {asked.count} bursts {len(swapped)} are"
        f" out of order; of all replies {out_of_order} stand before an earlier one"
    )
    return 1 if swapped or out_of_order else 0


if __name__ == "__main__":
    sys.exit(main())
