"""Many answers at once, while the portal takes its time to say whether each is public."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import databases
from house import ACME, GLOBEX, TOPIC, House

from syncd.core.kinds import PostUpdate
from syncd.core.model import DeliveryState, Destination

PORTAL = "GET /rest/servicedeskapi/request/.*/comment"
WORKERS = 4
EACH = 2
"""Fewer than what a chat takes in a second, so that Lark puts none off either."""

# On SQLite alone: what is waited for here are real answers, and no clock is moved.
url = databases.fresh_on(databases.SQLITE)


@contextmanager
def workers(house: House) -> Iterator[None]:
    """Let couriers to Lark work as in the daemon, the first of them for what is urgent."""
    courier, nudge = house.app.couriers[Destination.LARK], house.app.records.nudges
    stop = threading.Event()

    def work(urgent_only: bool) -> None:
        while not stop.is_set():
            since = nudge[Destination.LARK].count()
            if not courier.run_once(urgent_only=urgent_only):
                nudge[Destination.LARK].wait(since, 1.0)

    threads = [threading.Thread(target=work, args=(n == 0,)) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        nudge[Destination.LARK].give()
        for thread in threads:
            thread.join(30)


def updates(house: House, state: DeliveryState) -> list[int]:
    """Return how often each update in that state was tried."""
    return [d.tries for d in house.deliveries(state) if isinstance(d.command, PostUpdate)]


def test_answers_that_have_to_wait_for_the_portal_are_not_put_off(house: House) -> None:
    askers = (("aiko", ACME), ("ben", GLOBEX), ("chen", TOPIC)) * EACH
    stories = [house.files(person, chat) for person, chat in askers]
    house.poll()
    for story in stories:
        house.box.jira_people.comment("erin", story.key, f"answer to {story.key}")
    house.fail("jsm", PORTAL, "hang", times=-1, seconds=0.2)
    house.polls()
    with workers(house):
        shown = house.box.lark_people.wait_until(
            lambda: len(updates(house, DeliveryState.DONE)) == len(stories), 60
        )
    assert shown
    assert updates(house, DeliveryState.DONE) == [1] * len(stories)
