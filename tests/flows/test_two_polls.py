"""Two processes on one database: one of them polls, and what the other meets is told truly."""

from pathlib import Path

import databases
from house import ACME, LOBBY, House, build_house, watch_of

from syncd.core.errors import Unavailable
from syncd.core.watching import Page
from syncd.sandbox.box import Sandbox

# On SQLite alone: a lease runs out by the clock, and a server's cannot be moved.
url = databases.fresh_on(databases.SQLITE)


def minutes_pass(minutes: int, *houses: House) -> None:
    for _ in range(minutes * 3):
        houses[0].time_passes(seconds=20)
        for house in houses:
            house.app.basics.run_once()
            house.polls()
            house.app.watch.run_once()
            house.app.alarms.run_once()
        for house in houses:
            house.settle()


def alarms(house: House) -> list[str]:
    return [m.text for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"]


def test_a_process_that_started_in_an_outage_does_not_go_on_telling_of_it(
    make_house, box: Sandbox, url: str, tmp_path: Path
) -> None:
    leading: House = make_house(**{"alerts.chat": LOBBY})
    other = build_house(box, url, tmp_path, {"alerts.chat": LOBBY})
    leading.fail("jsm", "GET /rest/api/3/myself", "refuse")
    other.app.basics.run_once()
    assert other.app.basics.account is None
    minutes_pass(10, leading, other)
    other.app.close()
    assert [told for told in alarms(leading) if "cannot be read" in told] == []


class CutOff:
    """A helpdesk to which there is no way."""

    def changed_since(self, *_: object) -> Page:
        raise Unavailable("no route to host")


def test_a_process_that_does_not_reach_jira_leaves_the_poll_to_one_that_does(house: House) -> None:
    app = house.app
    story = house.files("aiko", ACME)
    cut_off = watch_of(house, "cut off", CutOff())
    app.watch.hand_over()
    house.polls(cut_off)
    house.box.jira_people.comment("erin", story.key, "can you hear us?")
    house.poll()
    (answer,) = house.thread("chen", ACME, story.root)[1:]
    assert "can you hear us?" in answer.text
