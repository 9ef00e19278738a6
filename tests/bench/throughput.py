"""Measures how much goes through the daemon, and who waits for whom, against the sandbox.

python -m bench.throughput [--quick], in the folder of the tests. The fakes answer at once and run
beside the daemon, so only figures of one machine and one hour can be compared: run it with and
without a change. It prints, with our own and the platforms' rate limits on and off: updates a
second to a hundred groups; what a burst in one group takes and costs JSM; replies a second from a
hundred threads; and how long an update and a ticket's link take while another group floods.
"""

import argparse
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.furnished import Group, Town, until
from rich.console import Console
from rich.table import Table

from syncd.core.model import Plan
from syncd.sandbox.box import Sandbox
from syncd.sandbox.journal import Call

SEVERITY = {"customfield_10041": "2-Major"}
_PORTAL = re.compile(r"/request/[^/]+/comment/")


@contextmanager
def town(*, limits: bool) -> Iterator[tuple[Town, Path]]:
    with Sandbox() as box, tempfile.TemporaryDirectory(prefix="syncd-bench-") as folder:
        box.lark_state.limits.enforced = box.jira_state.switches.rate_limits = limits
        made = Town(box, f"sqlite:///{folder}/syncd.db")
        yield made, Path(folder)
        made.close()


def program(*, limits: bool) -> str:
    return "syncd" if limits else "bench.unlimited"


def seconds_between(calls: list[Call]) -> float:
    times = sorted(call.at_ms for call in calls)
    return max(times[-1] - times[0], 1) / 1000


def updates(groups: int, tickets: int, each: int, *, limits: bool) -> tuple[float, float]:
    """Return the seconds from the first to the last update, and the calls to JSM for each."""
    with town(limits=limits) as (here, folder):
        made = [here.group(n, tickets, Plan.ENTERPRISE) for n in range(groups)]
        with here.daemon(folder, program(limits=limits)):
            mark = len(here.box.world.journal.calls("jsm"))
            with here.box.world.lock:
                for group in made:
                    for key, _ in group.tickets * each:
                        here.box.jira_people.comment("sam", key, "BENCH answer")
            count = groups * tickets * each

            def shown() -> list[Call]:
                return [c for c in here.posts() if b"BENCH answer" in c.request]

            until(lambda: len(shown()) >= count)
            calls = here.box.world.journal.calls("jsm")[mark:]
            asked = [c for c in calls if _PORTAL.search(c.path) or "/comment/list" in c.path]
            return seconds_between(shown()), len(asked) / count


def replies(groups: int, each: int) -> float:
    """Return the seconds from the first to the last reply that became a comment."""
    with town(limits=False) as (here, folder):
        made = [here.group(n, 1, Plan.PREMIUM, guests=1) for n in range(groups)]
        with here.daemon(folder, program(limits=False)):
            for number in range(each):
                for n, group in enumerate(made):
                    ((_, root),) = group.tickets
                    said = f"reply {number}"
                    here.box.lark_people.say(f"guest{n}x0", group.chat, said, thread=root)

            def written() -> list[Call]:
                found = here.box.world.journal.calls("jsm", "/comment", "POST")
                return [c for c in found if c.path.endswith("/comment") and c.status == 201]

            until(lambda: len(written()) >= groups * each)
            return seconds_between(written())


def beside_a_flood(mentions: int) -> tuple[float, float]:
    """Return the seconds until an update and a link are shown while others mention the bot."""
    with town(limits=True) as (here, folder):
        people = here.box.lark_people
        guests = (mentions + 1) // 2
        flooded = here.group(0, 0, Plan.ENTERPRISE, guests)
        quiet = here.group(1, 1, Plan.PREMIUM)
        with here.daemon(folder, program(limits=True)):
            root = people.say("aiko", quiet.chat, "@Support Bot and the backup")
            until(lambda: any(m.fields for m in people.view("aiko", quiet.chat)))
            for number in range(mentions):
                person = f"guest0x{number % guests}"
                people.say(person, flooded.chat, f"@Support Bot thing {number}")
            ((key, _),) = quiet.tickets
            here.box.jira_people.comment("sam", key, "BENCH answer")
            form = next(m for m in people.view("aiko", quiet.chat) if m.fields)
            filled = {f.name: f.default for f in form.fields if f.default} | SEVERITY
            people.click("aiko", form.message_id, "submit", filled)
            return _waited(here, quiet, root)


def _waited(here: Town, quiet: Group, root: str) -> tuple[float, float]:
    began, took = time.monotonic(), {"update": 0.0, "link": 0.0}
    seen = {
        "update": lambda: any(b"BENCH answer" in c.request for c in here.posts()),
        "link": lambda: any(root in c.path for c in here.posts()),
    }
    while not all(took.values()):
        for name in [name for name, seconds in took.items() if not seconds]:
            if seen[name]():
                took[name] = time.monotonic() - began
        time.sleep(0.02)
    return took["update"], took["link"]


def main() -> None:
    words = argparse.ArgumentParser(description="How much goes through the daemon.")
    words.add_argument("--quick", action="store_true", help="a fifth of everything")
    part = 5 if words.parse_args().quick else 1
    groups = 100 // part
    table = Table("what", "figure", title="throughput")
    for limits in (True, False):
        seconds, calls = updates(groups, 1, 5, limits=limits)
        said = "limits on" if limits else "limits off"
        rate = groups * 5 / seconds
        table.add_row(f"updates to {groups} groups, {said}", f"{rate:.1f} a second")
        table.add_row("  calls to JSM for each", f"{calls:.2f}")
    burst = 100 // part
    seconds, calls = updates(1, burst // 10, 10, limits=True)
    table.add_row(f"{burst} updates to one group", f"{seconds:.1f} s (Lark: {burst / 5:.0f} s)")
    table.add_row("  calls to JSM for each", f"{calls:.2f}")
    seconds = replies(groups, 3)
    table.add_row(f"replies from {groups} threads", f"{groups * 3 / seconds:.1f} a second")
    for mentions in (0, 150 // part):
        update, link = beside_a_flood(mentions)
        table.add_row(f"beside {mentions} mentions", f"update {update:.1f} s, link {link:.1f} s")
    Console(width=100, markup=False).print(table)


if __name__ == "__main__":
    main()
