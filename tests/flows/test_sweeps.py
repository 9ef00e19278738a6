"""What the search index learns late is found by searching far back."""

from house import ACME, House

HOUR_MS = 3_600_000


def test_a_change_that_the_index_learned_hours_late_is_found_by_a_sweep(house: House) -> None:
    story = house.files("aiko", ACME)
    house.poll()
    ticket = house.box.jira_people.ticket(story.key)
    house.box.jira_people.comment("erin", story.key, "nobody saw me")
    hidden_until = house.box.world.clock.now_ms() + 2 * HOUR_MS
    house.box.jira_state.index.hide(ticket.id, until=hidden_until)
    house.time_passes(seconds=1800)
    other = house.box.jira_people.create_ticket("erin", "moves the cursor on")
    house.box.jira_people.comment("erin", getattr(other, "key", other), "on")
    house.poll()
    house.time_passes(seconds=2 * 3600)
    house.poll()
    assert len(house.thread("chen", ACME, story.root)) == 1
    assert house.sweeps(3) == 1
    house.settle()
    assert "nobody saw me" in house.thread("chen", ACME, story.root)[-1].text
    assert house.sweeps(3) == 0


def test_when_no_linked_ticket_is_visible_the_cursor_waits(house: House) -> None:
    first, second = house.files("aiko", ACME), house.files("aiko", ACME)
    house.poll()
    for story in (first, second):
        house.box.jira_people.comment("erin", story.key, "hello")
    house.fail(
        "jsm",
        "POST /rest/api/3/issue/bulkfetch",
        "refuse",
        times=2,
        status=200,
        body='{"issues": [], "issueErrors": []}',
        headers={"content-type": "application/json", "x-aaccountid": "712020:bot"},
    )
    assert house.poll() == 0
    house.poll()
    for story in (first, second):
        assert "hello" in house.thread("chen", ACME, story.root)[-1].text
