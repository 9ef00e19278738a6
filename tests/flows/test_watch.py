"""The queue of looks: done once whichever process comes first, and quiet tickets cost nothing."""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from house import ACME, House, watch_of
from sqlalchemy import Engine, NullPool, create_engine, event, insert

from syncd.core.watching import Reason
from syncd.store import schema

_FETCH = "/rest/api/3/issue/bulkfetch"
_DAY_MS = 86_400_000


def read_whole(house: House) -> Counter[str]:
    """Return how often each ticket was read with its comments."""
    calls = house.box.world.journal.calls("jsm", _FETCH)
    bodies = [json.loads(call.request) for call in calls]
    return Counter(id for b in bodies if "comment" in b["fields"] for id in b["issueIdsOrKeys"])


def test_of_two_processes_each_look_is_taken_by_one(house: House) -> None:
    stories = [house.files("aiko", ACME) for _ in range(3)]
    comments = [house.box.jira_people.comment("erin", story.key, "hello") for story in stories]
    house.app.watch.hand_over()
    one, other = watch_of(house, "one"), watch_of(house, "other")

    def both(step: Any) -> None:
        threads = [threading.Thread(target=step, args=(watch,)) for watch in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

    house.time_passes(seconds=30)
    before = len(house.box.world.journal.calls("jsm", "/search/jql"))
    both(lambda watch: watch.look(Reason.READ))
    ids = {str(house.box.jira_people.ticket(story.key).id) for story in stories}
    assert read_whole(house) == dict.fromkeys(ids, 1)
    house.settle()
    house.until(lambda: not house.undelivered(), step=1)
    house.comes_due(Reason.SHOWN)
    both(lambda watch: watch.look(Reason.SHOWN))
    lists = house.box.world.journal.calls("jsm", "/rest/api/3/comment/list")
    again = [call for call in lists if all(str(id) in call.request.decode() for id in comments)]
    assert len(again) == 2, "the details before the posts, and one look again"
    both(lambda watch: watch.look(Reason.CHANGES))
    assert len(house.box.world.journal.calls("jsm", "/search/jql")) - before <= 2
    threads = [house.thread("chen", ACME, story.root) for story in stories]
    assert [len(thread) for thread in threads] == [2, 2, 2]


@contextmanager
def heard() -> Iterator[list[tuple[str, Any]]]:
    said: list[tuple[str, Any]] = []

    def hear(_c: object, _k: object, statement: str, parameters: Any, *_: object) -> None:
        said.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def quiet_tickets(house: House, count: int) -> None:
    """Link threads to tickets on which nothing has been told for a month."""
    now = house.box.world.clock.now_ms()
    month_ago = now - 30 * _DAY_MS
    ids = [f"9{number:06}" for number in range(count)]
    links = [
        {
            **dict.fromkeys(("request_id", "asker", "portal_path", "updated_seen"), ""),
            "thread_root": f"om_{id}",
            "chat_id": ACME,
            "ticket_id": id,
            "ticket_key": f"HELP-{id}",
            "created_ms": 1,
            "muted": False,
        }
        for id in ids
    ]
    seen = [
        {
            "ticket_id": id,
            "comment_id": f"{id}{n}",
            "verdict": "TOLD",
            "updated_ms": month_ago,
            **dict.fromkeys(("edited_ms", "again_ms", "times", "edits"), 0),
            **dict.fromkeys(("digest", "shown"), ""),
        }
        for id in ids
        for n in range(3)
    ]
    looks = [
        {
            "reason": "where",
            "subject": id,
            "due_ms": now + 3_600_000,
            "asked_ms": now,
            "looks": 0,
            "failing_since_ms": 0,
            "failures": 0,
            "problem": "",
            "told": False,
        }
        for id in ids
    ]
    with create_engine(house.url, poolclass=NullPool).begin() as connection:
        connection.execute(insert(schema.links), links)
        connection.execute(insert(schema.seen_comments), seen)
        connection.execute(insert(schema.looks), looks)


def one_pass(house: House) -> tuple[int, list[tuple[str, Any]]]:
    """Let the watches do what is due twenty seconds later; return the calls and statements."""
    house.time_passes(seconds=20)
    before = len(house.box.world.journal.calls("jsm"))
    with heard() as said:
        house.app.watch.run_once()
        house.app.slow_watch.run_once()
    return len(house.box.world.journal.calls("jsm")) - before, said


def test_what_the_watch_does_does_not_grow_with_quiet_tickets(house: House) -> None:
    house.files("aiko", ACME)
    for _ in range(3):
        one_pass(house)
    few = one_pass(house)
    quiet_tickets(house, 5_000)
    many = one_pass(house)
    assert few[0] == many[0] == 1
    assert [statement for statement, _ in few[1]] == [statement for statement, _ in many[1]]
    if not house.app.store.alone:
        return
    with create_engine(house.url, poolclass=NullPool).connect() as connection:
        for statement, parameters in many[1]:
            if re.match("SELECT|UPDATE|DELETE", statement):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                scans = [row.detail for row in plan if re.match(r"SCAN (?!leases)", row.detail)]
                assert scans == [], statement
