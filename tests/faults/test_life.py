"""The life of the program itself: stopping with work in its hands, a second one, hanging calls."""

import sqlite3
import subprocess
import sys
from pathlib import Path

from faults.daemon import Program, answered, files, serving, submits
from faults.stories import COMMENT, CREATE, GATE, REPLY
from house import ACME, GLOBEX

from syncd.sandbox.box import Sandbox
from syncd.sandbox.faults import Fault

_HANGS = 18.0
_EIGHT = 8


def hang(box: Sandbox, side: str, route: str) -> Fault:
    return box.world.faults.add(Fault(side, route, "hang", times=-1, seconds=_HANGS))


def states(folder: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(folder / "syncd.db")
    try:
        return connection.execute("SELECT kind, state FROM outbox ORDER BY id").fetchall()
    finally:
        connection.close()


def status(folder: Path) -> str:
    command = [sys.executable, "-m", "syncd", "status", "--config", str(folder / "config.toml")]
    return subprocess.run(command, capture_output=True, text=True).stdout


def test_status_knows_whether_the_daemon_runs(box: Sandbox, tmp_path: Path) -> None:
    people = box.lark_people
    with serving(box, tmp_path) as program:
        assert people.wait_until(lambda: "connected for" in status(tmp_path), 30), program.log()
        assert program.stop() == 0
    assert "is NOT running (it was stopped" in status(tmp_path)


def test_a_second_daemon_on_the_same_file_is_refused(
    box: Sandbox, tmp_path: Path, fault_row
) -> None:
    with serving(box, tmp_path) as first:
        with Program(box, tmp_path) as second:
            assert second.wait(60) == 2
        assert "Another syncd is running on" in first.log()
        assert "Traceback" not in first.log()
        files(box, "ben", GLOBEX, first)
        assert first.stop() == 0
    fault_row(
        "a second daemon is started on the same SQLite file",
        "nothing",
        "the second one exits with status 2 and one sentence",
    )


def test_stopping_with_calls_in_flight_takes_at_most_ten_seconds(
    box: Sandbox, tmp_path: Path, fault_row
) -> None:
    with serving(box, tmp_path) as program:
        files(box, "aiko", ACME, program)
        create = hang(box, "jsm", CREATE)
        search = hang(box, "jsm", "POST /rest/api/3/search/jql")
        box.lark_people.say("ben", GLOBEX, "@Support Bot it is down")
        submits(box, "ben", GLOBEX, program)
        assert box.lark_people.wait_until(lambda: create.hits and search.hits, 60), program.log()
        assert program.stop() == 0
    assert ("FileTicket", "SENDING") in states(tmp_path)
    box.world.faults.clear()
    with Program(box, tmp_path) as program:
        assert box.lark_people.wait_until(lambda: "delivery_rescued" in program.log(), 60)
        assert box.lark_people.wait_until(lambda: "Doubtful" in program.log(), 20), program.log()
        assert program.stop() == 0
    fault_row(
        "SIGTERM while a create and a search hang",
        "the create is looked for after the restart; a word only if that takes half a minute",
        "exit status 0 within ten seconds; `delivery_rescued` at the start",
    )


def test_a_stop_answers_what_was_said_before_it(box: Sandbox, tmp_path: Path, fault_row) -> None:
    people = box.lark_people
    many = {"SYNCD_LIMITS__OPEN_FORMS_PER_PERSON": "10"}
    with serving(box, tmp_path, **many) as program:
        said = [people.say("ben", GLOBEX, f"@Support Bot number {n}") for n in range(10)]
        assert program.stop() == 0
    for message in said:
        assert people.wait_delivered(message)
    with Program(box, tmp_path, **many) as program:
        assert people.wait_until(
            lambda: len([m for m in people.view("ben", GLOBEX) if m.fields]) == len(said), 60
        ), program.log()
        assert program.stop() == 0
    fault_row(
        "SIGTERM in the middle of a burst of mentions",
        "every form, some of them after the restart",
        "exit status 0",
    )


def test_eight_hanging_writes_to_jira_do_not_stop_the_chat(
    box: Sandbox, tmp_path: Path, fault_row
) -> None:
    people = box.lark_people
    with serving(box, tmp_path) as program:
        roots = [files(box, "aiko", ACME, program) for _ in range(_EIGHT)]
        stuck = hang(box, "jsm", COMMENT)
        for root in roots:
            people.say("chen", ACME, "me too", thread=root)
        # Two of four: one hand is kept for creates, one for other chats.
        assert people.wait_until(lambda: stuck.hits >= 2, 60), program.log()
        files(box, "ben", GLOBEX, program)
        assert len(box.jira_people.tickets()) == _EIGHT + 1
        assert sum(len(box.jira_people.comments(t.key)) for t in box.jira_people.tickets()) == 0
        box.world.faults.clear()
    fault_row(
        "eight comments to Jira hang",
        "forms, tickets and their links as ever; the replies reach Jira later",
        "deliveries SENDING",
    )


def test_eight_hanging_posts_to_lark_do_not_stop_the_helpdesk(
    box: Sandbox, tmp_path: Path, fault_row
) -> None:
    people, desk = box.lark_people, box.jira_people
    with serving(box, tmp_path) as program:
        roots = [files(box, "aiko", ACME, program) for _ in range(_EIGHT)]
        stuck = hang(box, "lark", REPLY)
        for ticket in desk.tickets():
            desk.comment("erin", ticket.key, "an answer")
        assert people.wait_until(lambda: stuck.hits >= 3, 60), program.log()
        people.say("chen", ACME, "me too", thread=roots[0])
        key = desk.tickets()[0].key
        assert people.wait_until(lambda: len(desk.comments(key)) == 2, 60), program.log()
        assert not answered(box, roots), "the hanging ended before the reply came"
        box.world.faults.clear()
    fault_row(
        "eight posts to Lark hang",
        "their replies reach the ticket at once; the answers come later",
        "deliveries SENDING",
    )


def test_a_portal_that_hangs_does_not_stop_forms_and_links(
    box: Sandbox, tmp_path: Path, fault_row
) -> None:
    """Whether a comment is public is asked by those who post; they may not all wait for it."""
    people, desk = box.lark_people, box.jira_people
    with serving(box, tmp_path) as program:
        roots = [files(box, "aiko", ACME, program) for _ in range(_EIGHT)]
        stuck = hang(box, "jsm", GATE)
        for ticket in desk.tickets():
            desk.comment("erin", ticket.key, "an answer")
        assert people.wait_until(lambda: stuck.hits >= 2, 60), program.log()
        files(box, "ben", GLOBEX, program)
        assert not answered(box, roots), "the chat waited for Jira"
        box.world.faults.clear()
    fault_row(
        "the portal hangs on eight comments",
        "forms, tickets and their links as ever; the answers come later",
        "deliveries LEASED",
    )
