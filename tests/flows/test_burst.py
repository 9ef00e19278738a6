"""Many answers for one group at once: Lark takes five messages a second there."""

from collections import Counter

import databases
from house import GLOBEX, House
from test_budget import link
from test_fair import daemon_workers

from syncd.core.kinds import PostUpdate
from syncd.core.model import DeliveryState, Destination

TICKETS, EACH = 12, 2

# On SQLite alone: our limits go by real seconds, which no test can move.
url = databases.fresh_on(databases.SQLITE)


def tickets_of_one_group(house: House) -> list[str]:
    desk = house.box.jira_people
    made = [desk.ticket(desk.create_ticket("erin", f"number {n}")) for n in range(TICKETS * 3)]
    roots = [f"om_root_{n}" for n in range(len(made))]
    link(house, [(str(t.id), t.key, "never") for t in made], roots)
    house.poll()
    return [ticket.key for ticket in made[1::3]]  # `link` spreads them over three groups.


def posts(house: House) -> list[str]:
    return [m.text.splitlines()[-1] for m in house.posts("ben", GLOBEX)]


def test_a_burst_costs_one_look_at_the_portal_each_and_breaks_no_order(house: House) -> None:
    keys = tickets_of_one_group(house)
    said = [f"{key} part {part}" for part in range(EACH) for key in keys]
    for text in said:
        house.box.jira_people.comment("sam", text.partition(" ")[0], text)
    mark = len(house.box.world.journal.calls("jsm"))
    house.polls()
    with daemon_workers(house, Destination.LARK):
        assert house.box.lark_people.wait_until(lambda: len(posts(house)) == len(said), 60)
    assert sorted(posts(house)) == sorted(said)
    for key in keys:
        assert [text for text in posts(house) if text.startswith(key + " ")] == [
            f"{key} part {part}" for part in range(EACH)
        ]
    calls = Counter(
        "portal" if "/comment/" in call.path and "/request/" in call.path else call.path
        for call in house.box.world.journal.calls("jsm")[mark:]
    )
    assert calls["portal"] == len(said)
    # Those that have waited for long are read once more, many at a time.
    assert calls["/rest/api/3/comment/list"] <= len(said) // 2
    done = house.deliveries(DeliveryState.DONE)
    assert [d.tries for d in done if isinstance(d.command, PostUpdate)] == [1] * len(said)


def test_one_comment_that_cannot_be_read_keeps_no_other_from_being_shown(house: House) -> None:
    keys = tickets_of_one_group(house)[:4]
    ids = [house.box.jira_people.comment("sam", key, f"answer for {key}") for key in keys]
    house.polls()
    house.time_passes(seconds=10)  # All have waited for long, and are read once more.
    house.fail("jsm", "POST /rest/api/3/comment/list", times=-1, asks=ids[-1], kind="refuse")
    house.settle()
    assert sorted(posts(house)) == sorted(f"answer for {key}" for key in keys[:-1])


def test_our_own_limit_is_no_failure(house: House) -> None:
    """What comes when the second is full stays where it is, and nobody is asked about it yet."""
    keys = tickets_of_one_group(house)
    for key in keys:
        house.box.jira_people.comment("sam", key, f"answer for {key}")
    house.polls()
    courier = house.app.couriers[Destination.LARK]
    mark = len(house.box.world.journal.calls("jsm"))
    while courier.run_once():
        pass
    shown = len(posts(house))
    waiting = [d for d in house.undelivered() if isinstance(d.command, PostUpdate)]
    assert shown + len(waiting) == len(keys)
    assert [(d.state, d.tries, d.not_before) for d in waiting] == [
        (DeliveryState.READY, 0, 0)
    ] * len(waiting)
    asked = [c for c in house.box.world.journal.calls("jsm")[mark:] if "/request/" in c.path]
    assert len(asked) == shown
    assert not waiting or 0 < courier.room_in() <= 1
