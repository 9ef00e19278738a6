"""One platform hangs; what the other is asked goes on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import databases
from house import ACME, GLOBEX, House, Story

from syncd.core.model import DeliveryState, Destination
from syncd.daemon import jobs
from syncd.loops.leases import LEASE_MS

REPLY = "POST /open-apis/im/v1/messages/[^/]+/reply"
READ = "GET /open-apis/im/v1/messages"
COMMENT = "POST /rest/api/3/issue/[^/]+/comment$"
PORTAL = "GET /rest/servicedeskapi/request/.*/comment/"
CONTENT = "GET /rest/api/3/attachment/content/.*"
HANGS = 6.0
"""Less than the calls wait, so what hangs is answered in the end."""

# On SQLite alone: which job waits for which platform is no matter of the database.
url = databases.fresh_on(databases.SQLITE)


def in_doubt(house: House) -> list[Destination]:
    with house.app.store.read() as tx:
        counts = tx.outbox.counts()
    return [to for (to, state), count in counts.items() if count and state is DeliveryState.DOUBT]


def an_update_is_in_doubt(house: House, story: Story) -> None:
    house.fail("lark", REPLY, "drop_after", times=-1)
    house.box.jira_people.comment("erin", story.key, "an answer")
    house.poll()
    house.time_passes(seconds=2 * 3600)
    house.box.world.faults.clear()
    house.settle()


def a_reply_is_in_doubt(house: House, story: Story) -> None:
    house.fail("jsm", COMMENT, "drop_after")
    house.says("chen", ACME, "me too", thread=story.root)
    house.time_passes(seconds=40)


@contextmanager
def running(house: House, name: str) -> Iterator[None]:
    """Let the daemon's jobs of that name be done once, each as the daemon does it."""
    threads = [
        threading.Thread(target=job.work) for job in jobs(house.app) if job.name.startswith(name)
    ]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()


def test_a_lark_that_hangs_does_not_hold_up_the_doubts_about_jira(house: House) -> None:
    story = house.files("aiko", ACME)
    an_update_is_in_doubt(house, story)
    a_reply_is_in_doubt(house, story)
    assert sorted(in_doubt(house)) == [Destination.JSM, Destination.LARK]
    hanging = house.fail("lark", READ, "hang", seconds=HANGS)
    with running(house, "doubts"):
        assert house.box.lark_people.wait_until(lambda: hanging.hits, 20)
        assert house.box.lark_people.wait_until(lambda: len(in_doubt(house)) < 2, 20)
        assert in_doubt(house) == [Destination.LARK]
    house.settle()
    assert house.undelivered() == []
    assert len(house.box.jira_people.comments(story.key)) == 2


def a_post_hangs(house: House, story: Story) -> threading.Thread:
    """Return the thread of a courier whose call Lark answers late."""
    house.poll()
    house.box.jira_people.comment("erin", story.key, "an answer")
    house.polls()
    house.fail("lark", REPLY, "hang", seconds=HANGS)
    courier = house.app.couriers[Destination.LARK]
    thread = threading.Thread(target=courier.run_once)
    thread.start()
    assert house.box.lark_people.wait_until(lambda: house.deliveries(DeliveryState.SENDING), 20)
    return thread


def test_a_call_that_hangs_for_longer_than_a_lease_keeps_it_while_its_process_lives(
    house: House,
) -> None:
    thread = a_post_hangs(house, house.files("aiko", ACME))
    (heartbeat,) = [job for job in jobs(house.app) if job.name == "heartbeat"]
    for _ in range(3):
        house.time_passes(seconds=LEASE_MS / 1000 - 1)
        heartbeat.work()
        assert house.app.janitor.run_once() == 0
    thread.join(30)
    assert house.undelivered() == []


def test_what_is_held_without_a_sign_of_life_is_taken_over_and_shown_once(house: House) -> None:
    story = house.files("aiko", ACME)
    thread = a_post_hangs(house, story)
    house.time_passes(seconds=LEASE_MS / 1000 + 1)
    assert house.app.janitor.run_once() == 1
    house.settle()
    thread.join(30)
    house.settle()
    assert house.undelivered() == []
    shown = [m.text for m in house.thread("aiko", ACME, story.root) if "an answer" in m.text]
    assert len(shown) == 1


def test_of_files_that_take_long_one_is_carried_while_all_words_go_on(house: House) -> None:
    stories, other = [house.files(by, ACME) for by in ("aiko", "chen")], house.files("ben", GLOBEX)
    slow = house.fail("jsm", CONTENT, "hang", seconds=HANGS / 2)
    for story in stories:
        house.box.jira_people.comment("erin", story.key, "see", files=[("a.log", b"x")])
    house.polls()
    courier = house.app.couriers[Destination.LARK]
    thread = threading.Thread(target=lambda: all(iter(courier.run_once, 0)))
    thread.start()
    assert house.box.lark_people.wait_until(lambda: slow.hits, 20)
    house.box.jira_people.comment("erin", other.key, "an answer")
    house.poll()
    assert ["an answer" in post.text for post in house.posts("ben", GLOBEX)] == [True]
    waits = [d.state for s in DeliveryState for d in house.deliveries(s) if d.command.carries]
    assert sorted(waits[:2]) == [DeliveryState.LEASED, DeliveryState.READY]
    thread.join(30)
    house.settle()
    assert house.undelivered() == []


def the_portal_hangs(house: House, story: Story) -> threading.Thread:
    """Return the thread of a courier that asks a portal which answers late."""
    asked = house.fail("jsm", PORTAL, "hang", seconds=HANGS / 2)
    house.box.jira_people.comment("erin", story.key, "an answer")
    house.polls()
    thread = threading.Thread(target=house.app.couriers[Destination.LARK].run_once)
    thread.start()
    assert house.box.lark_people.wait_until(lambda: asked.hits, 20)
    return thread


def test_who_asked_the_portal_and_was_taken_over_gives_its_place_back(house: House) -> None:
    """Two may ask at once, so that one comment for which it hangs holds up no other chat."""
    story, other = house.files("aiko", ACME), house.files("ben", GLOBEX)
    thread = the_portal_hangs(house, story)
    house.time_passes(seconds=LEASE_MS / 1000 + 1)
    assert house.app.janitor.run_once() == 1
    house.settle()
    thread.join(30)
    thread = the_portal_hangs(house, story)
    house.box.jira_people.comment("erin", other.key, "another answer")
    house.poll()
    assert thread.is_alive()
    assert ["another answer" in post.text for post in house.posts("ben", GLOBEX)] == [True]
    thread.join(30)
    assert house.undelivered() == []
