"""The crash matrix: every point once, then stories by seed that are killed at points by chance."""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import databases
from faults.crash import deeds, script, wishes, witness
from faults.crash.daemons import Nursery
from faults.crash.play import NeverSeen, Play
from faults.crash.script import Script
from faults.crash.sight import Sight
from faults.crash.verdict import Verdict, judge
from faults.crash.witness import Point

from syncd.app import wall_clock
from syncd.core.model import (
    ChatId,
    Link,
    MessageId,
    Ms,
    PersonId,
    RequestId,
    Thread,
    TicketId,
    TicketKey,
)
from syncd.sandbox.box import Sandbox
from syncd.store.store import Store

_KILLS_A_STORY = 3
_THINGS_IN_EVERY_STORY = 200
"""Fewer commits and calls, counted before and after, than any story has; the shortest have 270."""
_THINGS_A_STORY = 400
"""About how many most stories have."""


@dataclass(frozen=True)
class Run:
    """One play to be played."""

    story: Script
    points: tuple[Point, ...] = ()
    spared: frozenset[str] | None = None


@dataclass(frozen=True)
class Played:
    """What is to be said of a run, what happened in it, and where its daemons were killed."""

    run: Run
    verdict: Verdict
    seen: Counter[str]
    on_the_way: list[Point]
    """Of that, what happened between the mention and the ticket."""
    died_at: list[Point]

    def again(self) -> Run:
        """Return the same story, killed at the same points."""
        return Run(self.run.story, tuple(self.died_at))

    def name(self) -> str:
        told = self.run.story
        story = f"seed {told.seed}: {told.asker} in {told.chat}"
        return f"{story}, killed at {self.died_at}"


def points_of(played: Played, times: int) -> list[Run]:
    """Return a run for each thing that happened in that one; of one that comes again, `times`.

    Of a request that takes more than one card, what happened until there was a ticket.
    """
    happened = played.on_the_way
    if not played.run.story.way:
        happened = witness.between(Counter(), played.seen)
    times_of: Counter[str] = Counter()
    chosen = []
    for point in happened:
        times_of[point.label] += 1
        chosen += [point] if times_of[point.label] <= times else []
    return [Run(played.run.story, (point,)) for point in chosen]


def seeded(seed: int) -> Run:
    """Return a varied story with deaths at points by chance.

    It comes to the first of them for certain, and to the others when it goes on for so long.
    """
    chance = random.Random(seed + 1_000_000)
    kills = chance.randint(2, _KILLS_A_STORY)
    within = [_THINGS_IN_EVERY_STORY, *[_THINGS_A_STORY] * (kills - 1)]
    return Run(script.varied(seed), tuple(Point("", chance.randint(1, n)) for n in within))


def play(nursery: Nursery, run: Run) -> Played:
    """Play it in a world of its own."""
    with _stage(run) as (box, folder):
        sight = Sight(box, folder, run.story)
        told = Play(box, nursery, folder, sight, list(run.points), run.spared)
        try:
            verdict = judge(told, told.run(deeds.tell))
        except NeverSeen as missing:
            verdict = Verdict(lost=[f"never seen: {missing}"], deaths=told.deaths)
            told.kill()
        if verdict.problems():
            verdict.other.append(_keep_log(folder))
        died_at = witness.died_at(folder)
        return Played(run, verdict, witness.seen(folder), sight.on_the_way, died_at)


@contextmanager
def _stage(run: Run) -> Iterator[tuple[Sandbox, Path]]:
    with tempfile.TemporaryDirectory(prefix="syncd-crash-") as name, Sandbox() as box:
        folder = Path(name)
        with databases.fresh(databases.SQLITE, folder) as url:
            configured = wishes.config(run.story.wish, box.config_toml(url))
            (folder / "config.toml").write_text(configured, encoding="utf-8")
            (folder / "clock").write_bytes(bytes(8))
            box.lark_state.switches.retry_scale = 0.2
            box.lark_state.switches.keep_while_offline = run.story.seed % 2 == 0
            wishes.prepare(box)
            _link_a_ticket(box, url)
            yield box, folder


def _link_a_ticket(box: Sandbox, url: str) -> None:
    """A ticket from before, by which the helpdesk proves that it shows us the project."""
    ticket = box.jira_people.ticket(box.jira_people.create_ticket("erin", "an older one"))
    link = Link(
        thread=Thread(ChatId("oc_acme"), MessageId("om_older")),
        ticket_id=TicketId(str(ticket.id)),
        ticket_key=TicketKey(ticket.key),
        request_id=RequestId("older"),
        asker=PersonId("ou_aiko"),
        created_ms=Ms(1),
        portal_path=f"/servicedesk/customer/portal/2/{ticket.key}",
    )
    store = Store.open(url, clock=wall_clock)
    store.write(lambda tx: tx.links.add(link))
    store.close()


def _keep_log(folder: Path) -> str:
    """Copy the daemon's log to where it outlives the play; return where that is."""
    kept = Path(tempfile.mkdtemp(prefix="syncd-crash-failed-"))
    for name in ("daemon.log", "syncd.db", "syncd.db-wal", "seen.txt", "died.txt"):
        if (folder / name).exists():
            shutil.copy(folder / name, kept)
    return f"log and database: {kept}"
