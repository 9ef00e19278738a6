"""What the poll has looked past is found by what the daemon does by itself."""

import sqlite3
from pathlib import Path

from faults.daemon import Program, files, replies, serving
from house import ACME

from syncd.loops.watch.leading import CURSOR
from syncd.sandbox.box import Sandbox

TEN_MINUTES_MS = 600_000


def shown(box: Sandbox, root: str) -> list[str]:
    return [m.text.splitlines()[-1] for m in replies(box, "aiko", ACME, root)][1:]


def poll_looks_past_now(folder: Path, now_ms: int) -> None:
    """Leave the cursor where a search would have left it that knew of later changes alone, as on a
    day on which nothing was swept yet."""
    connection = sqlite3.connect(folder / "syncd.db")
    try:
        with connection:
            moved = connection.execute(
                "UPDATE cursors SET position = ? WHERE name = ?", (now_ms + TEN_MINUTES_MS, CURSOR)
            )
            assert moved.rowcount == 1
            connection.execute("DELETE FROM looks WHERE reason = 'sweep'")
    finally:
        connection.close()


def test_the_daemon_sweeps_by_itself_as_soon_as_it_runs(
    box: Sandbox, tmp_path: Path, fault_row
) -> None:
    people, desk = box.lark_people, box.jira_people
    with serving(box, tmp_path) as program:
        root = files(box, "aiko", ACME, program)
        (ticket,) = desk.tickets()
        desk.comment("erin", ticket.key, "polled")
        assert people.wait_until(lambda: shown(box, root) == ["polled"], 60), program.log()
        assert program.count("sweep_found") == 0
        assert program.stop() == 0
    desk.comment("erin", ticket.key, "swept")
    poll_looks_past_now(tmp_path, box.world.clock.now_ms())
    with Program(box, tmp_path) as program:
        assert people.wait_until(lambda: len(shown(box, root)) == 2, 60), program.log()
        assert people.wait_until(lambda: program.count("sweep_found"), 20), program.log()
        assert program.stop() == 0
    assert shown(box, root) == ["polled", "swept"]
    fault_row(
        "syncd is restarted after its poll has looked past a change",
        "the update within seconds of the start, then every 15 minutes, hour and day",
        "`sweep_found` with the number of tickets",
    )
