"""One platform hangs; what the other is asked goes on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from house import ACME, House, Story

from syncd.core.model import DeliveryState, Destination
from syncd.daemon import jobs

REPLY = "POST /open-apis/im/v1/messages/[^/]+/reply"
READ = "GET /open-apis/im/v1/messages"
COMMENT = "POST /rest/api/3/issue/[^/]+/comment$"
HANGS = 6.0
"""Less than the calls wait, so what hangs is answered in the end."""


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
    assert house.undelivered() == []
    assert len(house.box.jira_people.comments(story.key)) == 2
