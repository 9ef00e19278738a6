"""The crash matrix: every point once, then stories by seed that are killed at points by chance."""

import json
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import databases
from faults.crash import script
from faults.crash.daemons import Nursery
from faults.crash.play import NeverSeen, Play
from faults.crash.script import Script
from faults.crash.verdict import Verdict, judge
from faults.crash.witness import Point
from house import GLOBEX

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
_THINGS_A_STORY = 130
"""About how many commits and calls, counted before and after, one story has."""


@dataclass(frozen=True)
class Run:
    """One play to be played."""

    story: Script
    points: tuple[Point, ...]

    def name(self) -> str:
        killed = ", ".join(f"{p.label or 'anything'} #{p.nth}" for p in self.points)
        return f"seed {self.story.seed} in {self.story.chat}: {killed or 'never killed'}"


def count_points(nursery: Nursery, times: int) -> tuple[list[Run], list[tuple[Run, Verdict]]]:
    """Play the first stories without a death; return a run for each point that they had.

    Of a point that comes again and again, the first `times` are taken.
    """
    runs: dict[Point, Run] = {}
    verdicts = []
    for story in (script.first(), script.first(GLOBEX)):
        whole = Run(story, ())
        verdict, seen = play(nursery, whole)
        verdicts.append((whole, verdict))
        for label, count in seen.items():
            for nth in range(1, min(count, times) + 1):
                runs.setdefault(Point(label, nth), Run(story, (Point(label, nth),)))
    return list(runs.values()), verdicts


def seeded(seed: int) -> Run:
    """Return a varied story with deaths at points by chance."""
    chance = random.Random(seed + 1_000_000)  # noqa: S311 - a story, no secret
    kills = chance.randint(1, _KILLS_A_STORY)
    points = tuple(Point("", chance.randint(1, _THINGS_A_STORY)) for _ in range(kills))
    return Run(script.varied(seed), points)


def play(nursery: Nursery, run: Run) -> tuple[Verdict, Counter[str]]:
    """Play it in a world of its own; return what is to be said of it, and what was counted."""
    with _stage(run) as (box, folder):
        told = Play(box, nursery, folder, run.story, list(run.points))
        try:
            verdict = judge(told, told.run())
        except NeverSeen as missing:
            verdict = Verdict(lost=[f"never seen: {missing}"], deaths=told.deaths)
        if verdict.problems():
            verdict.other.append(_keep_log(folder))
        seen = folder / "seen.json"
        counted = json.loads(seen.read_text(encoding="utf-8")) if seen.exists() else {}
        return verdict, Counter(counted)


@contextmanager
def _stage(run: Run) -> Iterator[tuple[Sandbox, Path]]:
    with tempfile.TemporaryDirectory(prefix="syncd-crash-") as name, Sandbox() as box:
        folder = Path(name)
        with databases.fresh(databases.SQLITE, folder) as url:
            text = box.config_toml(store_url=url).replace(
                'marker_field = ""', 'marker_field = ""\ndoubt_grace_seconds = 20'
            )
            (folder / "config.toml").write_text(text, encoding="utf-8")
            (folder / "clock").write_bytes(bytes(8))
            box.lark_state.switches.retry_scale = 0.2
            box.lark_state.switches.keep_while_offline = run.story.seed % 2 == 0
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
        title="an older one",
        status="Open",
        portal_path=f"/servicedesk/customer/portal/2/{ticket.key}",
    )
    store = Store.open(url, clock=wall_clock)
    store.write(lambda tx: tx.links.add(link))
    store.close()


def _keep_log(folder: Path) -> str:
    """Copy the daemon's log to where it outlives the play; return where that is."""
    kept = Path(tempfile.mkdtemp(prefix="syncd-crash-failed-"))
    for name in ("daemon.log", "syncd.db", "syncd.db-wal"):
        if (folder / name).exists():
            shutil.copy(folder / name, kept)
    return f"log and database: {kept}"
