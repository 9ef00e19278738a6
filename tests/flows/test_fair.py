"""A flood in one group, and what everybody else waits for meanwhile."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import databases
from house import ACME, GLOBEX, House, Story

from syncd.core.kinds.show_form import show_form
from syncd.core.model import (
    ChatId,
    DeliveryState,
    Destination,
    MessageId,
    Ms,
    PersonId,
    Request,
    RequestId,
    RequestState,
    Thread,
)
from syncd.sandbox.journal import Call

SEVERITY = {"customfield_10041": "2-Major"}
ANSWER = "the answer everybody waits for"
FLOOD = 150
SHOWN_BEFORE = 30

# On SQLite alone: what is waited for here are real answers, and no clock is moved.
url = databases.fresh_on(databases.SQLITE)


def flood(house: House, chat: str, person: str, count: int) -> None:
    """Let forms be waited for, as many as if nothing limited how many one person may open."""
    with house.app.store.begin() as tx:
        for n in range(count):
            thread = Thread(ChatId(chat), MessageId(f"om_flood_{n}"))
            request = Request(
                RequestId(f"flood{n}"),
                thread,
                top_level=True,
                asker=PersonId(f"ou_{person}"),
                state=RequestState.ASKED,
                created_ms=tx.now,
                expires_ms=Ms(tx.now + 86_400_000),
                values={},
            )
            tx.requests.add(request)
            tx.outbox.put(show_form(request, "asked"))


def answered(house: House) -> Story:
    """Return a ticket whose answer is queued and not shown yet."""
    story = house.files("aiko", ACME)
    house.poll()
    house.box.jira_people.comment("erin", story.key, ANSWER)
    house.polls()
    return story


@contextmanager
def daemon_workers(house: House, to: Destination, count: int = 4) -> Iterator[None]:
    """Let couriers work as in the daemon, the first of them for what is urgent."""
    courier, nudge = house.app.couriers[to], house.app.records.nudges[to]
    stop = threading.Event()

    def work(urgent_only: bool) -> None:
        while not stop.is_set():
            since = nudge.count()
            if not courier.run_once(urgent_only=urgent_only):
                nudge.wait(since, 0.2)

    threads = [threading.Thread(target=work, args=(n == 0,)) for n in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        nudge.give()
        for thread in threads:
            thread.join(30)


def forms_before(calls: list[Call], is_it: Callable[[Call], bool]) -> int:
    """Return how many forms Lark was given before it."""
    place = next(n for n, call in enumerate(calls) if is_it(call))
    return sum("/ephemeral/v1/send" in call.path for call in calls[:place])


def test_an_update_is_not_kept_waiting_by_a_flood_of_forms(house: House) -> None:
    """One worker by itself, step by step."""
    story = answered(house)
    flood(house, GLOBEX, "ben", 60)
    courier = house.app.couriers[Destination.LARK]
    steps = 0
    while ANSWER not in str(house.thread("aiko", ACME, story.root)):
        assert courier.run_once() == 1
        steps += 1
    assert steps <= 3


def test_an_update_and_a_link_are_shown_early_in_a_flood_that_was_there_before(
    house: House,
) -> None:
    story = house.files("aiko", ACME)
    house.poll()
    root = house.asks("aiko", ACME, "and the backup")
    form = house.form("aiko", ACME)
    filled = {f.name: f.default for f in form.fields if f.default} | SEVERITY
    house.box.lark_people.click("aiko", form.message_id, "submit", filled)
    flood(house, GLOBEX, "ben", FLOOD)
    assert house.app.couriers[Destination.JSM].run_once() == 1
    house.box.jira_people.comment("erin", story.key, ANSWER)
    house.polls()
    mark = len(house.box.world.journal.calls())

    def calls() -> list[Call]:
        return [c for c in house.box.world.journal.calls()[mark:] if c.side == "lark"]

    def is_update(call: Call) -> bool:
        return ANSWER.encode() in call.request

    def is_link(call: Call) -> bool:
        return root in call.path

    with daemon_workers(house, Destination.LARK):
        assert house.box.lark_people.wait_until(
            lambda: any(map(is_update, calls())) and any(map(is_link, calls())), 60
        )
    assert len(house.deliveries(DeliveryState.DONE)) < FLOOD, "the flood was over before"
    assert forms_before(calls(), is_update) < SHOWN_BEFORE
    assert forms_before(calls(), is_link) < SHOWN_BEFORE


def test_a_flood_whose_calls_hang_leaves_a_hand_free(house: House) -> None:
    story = house.files("aiko", ACME)
    house.poll()
    flood(house, GLOBEX, "ben", 10)
    house.fail("lark", "POST /open-apis/ephemeral/v1/send", "hang", times=4, seconds=30)
    with daemon_workers(house, Destination.LARK):
        # One ordinary worker at least is kept for other chats.
        assert house.box.lark_people.wait_until(
            lambda: len(house.deliveries(DeliveryState.SENDING)) >= 2, 60
        )
        house.box.jira_people.comment("erin", story.key, ANSWER)
        house.polls()
        assert house.box.lark_people.wait_until(
            lambda: ANSWER in str(house.thread("aiko", ACME, story.root)), 60
        )
        ended = [d for d in house.undelivered() if d.state is DeliveryState.DOUBT]
    assert ended == [], "the answer waited until a call for the flood had timed out"
