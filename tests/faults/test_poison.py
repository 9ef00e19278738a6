"""One ticket that Jira cannot give, whatever is asked together with it, keeps no other waiting."""

from pathlib import Path

from faults.stories import DETAILS, FETCH, answers, engineer_says, wait_and_poll
from house import ACME, GLOBEX, LOBBY, House, Story
from shell import Shell

from syncd.core.operators.alarms import Trouble
from syncd.core.watching import Reason
from syncd.sandbox.faults import Fault

ELEVEN_MINUTES = (20, 40, 60, 120, 240, 120, 60)


def poisons(house: House, story: Story) -> Fault:
    """Let Jira answer 500 to each bulk read that names this ticket."""
    number = house.box.jira_people.ticket(story.key).id
    return house.fail("jsm", FETCH, "refuse", times=-1, status=500, asks=f'"{number}"')


def failing(house: House) -> list[tuple[str, str, str]]:
    with house.app.store.read() as tx:
        looks = tx.looks.failing()
        links = tx.links.of_tickets([look.subject for look in looks])
    return [(links[look.subject].ticket_key, look.reason, look.problem) for look in looks]


def alarms(house: House) -> list[str]:
    return [m.text for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"]


def test_a_ticket_that_jira_cannot_give_keeps_no_other_waiting_and_comes_when_it_can(
    make_house, fault_row, tmp_path: Path
) -> None:
    house: House = make_house(**{"alerts.chat": LOBBY})
    good = [house.files("aiko", ACME) for _ in range(4)]
    bad, last = house.files("aiko", ACME), house.files("ben", GLOBEX)
    house.poll()
    fault = poisons(house, bad)
    for story in (*good, bad, last):
        engineer_says(house, story, f"about {story.key}")
    house.poll()
    house.until(lambda: all(answers(house, story) for story in good), step=1)
    assert [answers(house, story) for story in good] == [[f"about {s.key}"] for s in good]
    assert answers(house, last, GLOBEX) == [f"about {last.key}"]
    assert failing(house) == [(bad.key, Reason.READ, "HTTP 500")]
    listed = Shell(tmp_path).run("status", status=1).partition("cannot be read")[2]
    assert bad.key in listed
    assert "HTTP 500" in listed
    assert (Trouble.POLL, True) not in house.app.records.board.reports()
    with house.app.store.read() as tx:
        assert tx.cursors.get("poll") >= house.box.jira_people.ticket(last.key).updated - 1000
    wait_and_poll(house, *ELEVEN_MINUTES)
    (told,) = alarms(house)
    assert bad.key in told
    assert answers(house, bad) == []
    fault.times = 0
    wait_and_poll(house, 3600)
    assert answers(house, bad) == [f"about {bad.key}"]
    assert failing(house) == []
    assert "cannot be read" not in Shell(tmp_path).run("status", status=1)
    assert len(alarms(house)) == 1
    fault_row(
        "Jira fails (HTTP 500) at each bulk read that names one certain ticket",
        "every other update at once; that ticket's when Jira gives it",
        "`look_failed` once; `syncd status` names it; after ten minutes an alarm",
    )


def test_an_outage_of_bulk_reads_sets_no_ticket_aside(house: House) -> None:
    stories = [house.files("aiko", ACME) for _ in range(3)]
    house.poll()
    outage = house.fail("jsm", FETCH, "refuse", times=-1, status=500)
    for story in stories:
        engineer_says(house, story, f"about {story.key}")
    house.poll()
    assert (Trouble.POLL, True) in house.app.records.board.reports()
    assert failing(house) == []
    assert outage.hits < 10
    outage.times = 0
    house.poll()
    house.until(lambda: all(answers(house, story) for story in stories), step=1)
    assert (Trouble.POLL, False) in house.app.records.board.reports()


def test_an_only_ticket_that_jira_cannot_give_is_an_outage(house: House) -> None:
    """Nothing tells the two apart, and nobody else waits."""
    story = house.files("aiko", ACME)
    fault = poisons(house, story)
    engineer_says(house, story, "hello")
    house.poll()
    assert (Trouble.POLL, True) in house.app.records.board.reports()
    fault.times = 0
    house.poll()
    assert answers(house, story) == ["hello"]


def test_one_of_two_changed_tickets_that_is_left_alone_is_told_from_an_outage(
    house: House,
) -> None:
    quiet, bad = house.files("ben", GLOBEX), house.files("aiko", ACME)
    house.poll()
    poisons(house, bad)
    engineer_says(house, bad, "hello")
    house.poll()
    assert failing(house) == [(bad.key, Reason.READ, "HTTP 500")]
    assert (Trouble.POLL, True) not in house.app.records.board.reports()
    assert quiet.key != bad.key


def test_a_comment_that_jira_cannot_give_keeps_no_other_from_being_withdrawn(
    house: House,
) -> None:
    bad, good = house.files("aiko", ACME), house.files("aiko", ACME)
    odd = engineer_says(house, bad, "odd")
    hidden = engineer_says(house, good, "too much said")
    wait_and_poll(house, 1)
    house.until(lambda: answers(house, good) and answers(house, bad), step=1)
    house.fail("jsm", DETAILS, "refuse", times=-1, status=500, asks=odd)
    house.box.jira_people.flip(good.key, hidden, public=False)
    house.rereads()
    shown = [m.text for m in house.thread("chen", ACME, good.root) if not m.recalled]
    assert not any("too much said" in text for text in shown)
    assert failing(house) == [(bad.key, Reason.SHOWN, "HTTP 500")]
