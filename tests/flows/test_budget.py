"""How many calls a poll cycle costs the helpdesk."""

import time

from house import ACME, GLOBEX, TOPIC, House
from sqlalchemy import NullPool, create_engine, insert

from syncd.sandbox.journal import Call
from syncd.store import schema

_CHATS = (ACME, GLOBEX, TOPIC)
PERSON_IN = {ACME: "aiko", GLOBEX: "ben", TOPIC: "chen"}


def link(house: House, tickets: list[tuple[str, str, str]], roots: list[str]) -> None:
    """Link threads to tickets (id, key, updated as it was last seen) that lie in three chats."""
    engine = create_engine(house.url, poolclass=NullPool)
    rows = [
        {
            "thread_root": root,
            "chat_id": _CHATS[number % 3],
            "ticket_id": id,
            "ticket_key": key,
            "request_id": f"request-{id}",
            "asker": "ou_aiko",
            "created_ms": 1,
            "portal_path": f"/servicedesk/customer/portal/2/{key}",
            "updated_seen": updated,
            "muted": False,
        }
        for number, ((id, key, updated), root) in enumerate(zip(tickets, roots, strict=True))
    ]
    with engine.begin() as connection:
        for start in range(0, len(rows), 1000):
            connection.execute(insert(schema.links), rows[start : start + 1000])


def jsm_calls(house: House) -> list[Call]:
    return house.box.world.journal.calls("jsm")


def test_a_quiet_cycle_asks_once_and_fifty_changes_with_twelve_comments_fifteen_times(
    house: House,
) -> None:
    desk = house.box.jira_people
    there = desk.ticket(desk.create_ticket("erin", "the one of the old tickets that is visible"))
    link(house, [(str(there.id), there.key, "never")], ["om_newest"])
    old = [(f"9{n:06}", f"OLD-{n}", "2026-01-01") for n in range(20_000)]
    link(house, old, [f"om_old_{n}" for n in range(20_000)])
    house.time_passes(seconds=600)
    house.poll()
    before = len(jsm_calls(house))
    house.poll()
    assert len(jsm_calls(house)) - before == 1

    made = [desk.create_ticket("erin", f"number {n}") for n in range(50)]
    tickets = [desk.ticket(getattr(t, "key", t)) for t in made]
    roots = [house.says(PERSON_IN[chat], chat, f"root {n}") for n, chat in enumerate(_CHATS * 17)]
    link(house, [(str(t.id), t.key, "never") for t in tickets], roots[:50])
    for number, ticket in enumerate(tickets[:12]):
        desk.comment("sam", ticket.key, f"answer {number}")

    before, began = len(jsm_calls(house)), time.monotonic()
    house.poll()
    posted_at_once = time.monotonic() - began < 2
    deadline = time.monotonic() + 20
    while len(answers(house)) < 12 and time.monotonic() < deadline:
        house.time_passes(seconds=1)
        house.settle()
    assert sorted(answers(house)) == sorted(f"answer {n}" for n in range(12))
    paths = [call.path for call in jsm_calls(house)[before:]]
    # What waits longer than two seconds for its post, on a machine this slow, is read once more.
    again = max(paths.count("/rest/api/3/comment/list") - 1, 0)
    assert len(paths) - again <= 15
    assert not (posted_at_once and again)


def answers(house: House) -> list[str]:
    seen = [m for chat, who in PERSON_IN.items() for m in house.box.lark_people.view(who, chat)]
    cards = [m for m in seen if m.kind == "card"] + [reply for m in seen for reply in m.thread]
    return [card.text.splitlines()[-1] for card in cards]
