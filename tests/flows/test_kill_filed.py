"""The daemon is killed with -9 while it does what follows from a ticket: its summary is cleaned,
who writes in its thread becomes a participant, who asks is told what it is like, who closes it
closes it; all of it has happened once in the end."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import databases
import internal
import pytest
from house import ACME
from mortal_daemon import (
    OF_A_MARK,
    OF_A_NOTE,
    OF_A_PARTICIPANT,
    OF_A_QUESTION,
    OF_A_RATING,
    OF_A_REACTION,
    OF_A_REFERENCE,
    OF_A_TRANSITION,
    OF_AN_ANSWER,
)
from processes import Process

from syncd.app import wall_clock
from syncd.core.delivery import Delivery
from syncd.core.model import DeliveryState
from syncd.sandbox.box import Sandbox
from syncd.sandbox.lark.shown import Shown
from syncd.store.store import Store

url = databases.fresh_on(databases.SQLITE)
_PATIENCE = 90.0
_NOT_SENT = "transition: SENDING committed"
_ONE_LINE = (
    'request_type = "10"\nmarker_field = "customfield_10050"',
    'request_type = "14"',
)
_PARTICIPANTS = ('language = "ja"', 'language = "ja"\nparticipants = true')
_SATISFACTION = ('language = "ja"', 'language = "ja"\nsatisfaction = true')


@dataclass
class Play:
    """Somebody asks of a daemon that dies at one point; another one takes over."""

    box: Sandbox
    folder: Path
    url: str
    root: str = ""

    def until(self, seen: Callable[[], object]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not self.box.lark_people.wait_until(lambda: bool(seen()), timeout=1.0):
            log = (self.folder / "daemon.log").read_text(encoding="utf-8")
            assert time.monotonic() < deadline, log

    def files(self, **typed: str) -> None:
        people = self.box.lark_people
        assert people.wait_connected(_PATIENCE)
        self.root = people.say("aiko", ACME, "@Support Bot It is down\nNode 3.")
        self.until(lambda: any(m.fields for m in people.view("aiko", ACME)))
        (form,) = [m for m in people.view("aiko", ACME) if m.fields]
        filled = {f.name: f.default for f in form.fields if f.default} | typed
        people.click("aiko", form.message_id, "submit", filled)

    def dies(self, daemon: Process, point: str) -> None:
        self.until(daemon.died)
        assert daemon.exit_code() == -9, f"the daemon never came to the point {point!r}"

    def ends(self, daemon: Process) -> None:
        """Wait until the daemon has nothing left to do, and end it."""
        assert self.box.lark_people.wait_connected(_PATIENCE)
        self.until(lambda: not self.left())
        assert daemon.stop() == 0

    def left(self) -> list[Delivery]:
        store = Store.open(self.url, clock=wall_clock)
        try:
            with store.read() as tx:
                states = (one for one in DeliveryState if one is not DeliveryState.DONE)
                return [delivery for one in states for delivery in tx.outbox.in_state(one)]
        finally:
            store.close()

    def thread(self) -> list[Shown]:
        (asked,) = [m for m in self.box.lark_people.view("chen", ACME) if m.message_id == self.root]
        return asked.thread


@pytest.fixture
def play(
    box: Sandbox, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, str], Play]]:
    monkeypatch.setenv("SYNCD_STORE__URL", url)
    # Whichever delivery was about to be sent at the kill is proven absent soon.
    monkeypatch.setenv("SYNCD_JSM__DOUBT_GRACE_SECONDS", "5")

    def with_change(right: str, wrong: str) -> Play:
        written = box.config_toml()
        assert right in written
        (tmp_path / "config.toml").write_text(written.replace(right, wrong, 1), encoding="utf-8")
        box.lark_state.switches.retry_scale = 0.2
        return Play(box, tmp_path, url)

    yield with_change
    assert not [call for call in box.world.journal.calls("lark") if b"[LK" in call.request]


@pytest.mark.parametrize("point", OF_A_REFERENCE)
def test_one_ticket_with_a_clean_summary_comes_of_it(play, point: str) -> None:
    here: Play = play(*_ONE_LINE)
    desk = here.box.jira_people
    with Process(here.box, here.folder, point) as first:
        here.files()
        here.dies(first, point)
    with Process(here.box, here.folder) as second:
        here.until(lambda: [t.summary for t in desk.tickets()] == ["It is down"])
        here.until(lambda: here.thread() and "Node 3." in str(desk.comments("HELP-1")))
        here.ends(second)
    (ticket,) = desk.tickets()
    assert "syncd.ref" in ticket.properties
    assert len(desk.comments(ticket.key)) == 1
    assert len([m for m in here.thread() if ticket.key in m.title]) == 1


@pytest.mark.parametrize("point", OF_A_PARTICIPANT)
def test_an_author_becomes_a_participant_and_the_reply_one_comment(play, point: str) -> None:
    here: Play = play(*_PARTICIPANTS)
    desk, state = here.box.jira_people, here.box.jira_state
    chen = state.create_customer("chen@acme.example", "陈伟").account_id
    state.desk_customers.add(chen)
    with Process(here.box, here.folder, point) as first:
        here.files(customfield_10041="2-Major")
        here.until(here.thread)
        here.box.lark_people.say("chen", ACME, "node 4, too", thread=here.root)
        here.dies(first, point)
    with Process(here.box, here.folder) as second:
        here.until(lambda: desk.ticket("HELP-1").participants == [chen])
        here.until(lambda: "node 4" in str(desk.comments("HELP-1")))
        here.ends(second)
    assert len(desk.comments("HELP-1")) == 1
    assert "chen@acme" not in str([m.text for m in here.thread()])


@pytest.mark.parametrize("point", OF_A_MARK)
def test_a_reply_that_has_arrived_is_marked_once(play, point: str) -> None:
    here: Play = play(*_PARTICIPANTS)
    with Process(here.box, here.folder, point) as first:
        here.files(customfield_10041="2-Major")
        here.until(here.thread)
        here.box.lark_people.say("chen", ACME, "node 4, too", thread=here.root)
        here.dies(first, point)
    with Process(here.box, here.folder) as second:
        here.until(lambda: [m.reactions for m in here.thread() if m.reactions])
        here.ends(second)
    (marked,) = [m for m in here.thread() if m.reactions]
    assert (marked.text, marked.reactions) == ("node 4, too", [("DONE", ["Support Bot"])])
    assert len(here.box.jira_people.comments("HELP-1")) == 1


@pytest.mark.parametrize("point", OF_A_REACTION)
def test_an_emoji_opens_one_form_which_becomes_one_ticket(play, point: str) -> None:
    here: Play = play(*_PARTICIPANTS)
    people = here.box.lark_people

    def forms() -> list[Shown]:
        return [m for m in people.view("aiko", ACME) if m.fields]

    with Process(here.box, here.folder, point) as first:
        assert people.wait_connected(_PATIENCE)
        message = people.say("chen", ACME, "our cluster is down")
        people.react("aiko", message, "Pin")
        here.dies(first, point)
    with Process(here.box, here.folder) as second:
        here.until(forms)
        here.ends(second)
    (form,) = forms()
    with Process(here.box, here.folder) as third:
        assert people.wait_connected(_PATIENCE)
        filled = {f.name: f.default for f in form.fields if f.default}
        people.click("aiko", form.message_id, "submit", filled | {"customfield_10041": "2-Major"})
        here.until(here.box.jira_people.tickets)
        here.ends(third)
    assert [ticket.key for ticket in here.box.jira_people.tickets()] == ["HELP-1"]


@pytest.mark.parametrize("point", OF_AN_ANSWER)
def test_who_asks_what_a_ticket_is_like_is_told_once(play, point: str) -> None:
    here: Play = play(*_PARTICIPANTS)
    people = here.box.lark_people

    def answers() -> list[Shown]:
        return [m for m in people.direct("chen") if "HELP-1" in m.title]

    with Process(here.box, here.folder, point) as first:
        here.files(customfield_10041="2-Major")
        here.until(here.thread)
        people.say("chen", ACME, "@Support Bot 状態", thread=here.root)
        here.dies(first, point)
    with Process(here.box, here.folder) as second:
        here.until(answers)
        here.ends(second)
    assert len(answers()) == 1
    assert here.box.jira_people.comments("HELP-1") == []


def dies_while_it_closes(here: Play, point: str) -> None:
    """Somebody files a ticket, and closes it by its card."""
    here.box.jira_state.switches.customer_transitions = {"11", "31"}
    with Process(here.box, here.folder, point) as first:
        here.files(customfield_10041="2-Major")
        here.until(lambda: any(b.name == "resolve" for m in here.thread() for b in m.buttons))
        (card,) = here.thread()
        here.box.lark_people.click("chen", card.message_id, "resolve")
        here.dies(first, point)


@pytest.mark.parametrize("point", [point for point in OF_A_TRANSITION if point != _NOT_SENT])
def test_a_ticket_that_is_closed_by_its_card_is_closed_once(play, point: str) -> None:
    here: Play = play(*_PARTICIPANTS)
    desk = here.box.jira_people
    dies_while_it_closes(here, point)
    with Process(here.box, here.folder) as second:
        here.until(lambda: desk.ticket("HELP-1").status == "Resolved")
        here.until(lambda: any(b.name == "reopen" for m in here.thread() for b in m.buttons))
        here.ends(second)
    assert len(desk.comments("HELP-1")) == 1
    calls = here.box.world.journal.calls("jsm", "/transition", "POST")
    assert [call.status for call in calls if call.status == 204] == [204]
    assert not [m for m in here.thread() if "Resolve this issue" in m.text]


def test_a_wish_to_close_that_was_never_sent_is_told_and_listed(play) -> None:
    """Others may have acted since: it is not sent again by itself."""
    here: Play = play(*_PARTICIPANTS)
    dies_while_it_closes(here, _NOT_SENT)
    with Process(here.box, here.folder) as second:
        here.until(lambda: [d.state for d in here.left()] == [DeliveryState.DEAD])
        assert second.stop() == 0
    assert any("HELP-1" in word.text for word in here.box.lark_people.direct("chen"))
    assert here.box.jira_people.ticket("HELP-1").status != "Resolved"
    assert not here.box.world.journal.calls("jsm", "/transition", "POST")


def questions(here: Play) -> list[Shown]:
    shown = here.box.lark_people.direct("aiko")
    return [m for m in shown if any(f.name == "rating" for f in m.fields) and not m.recalled]


@pytest.mark.parametrize("point", OF_A_QUESTION)
def test_who_asked_is_asked_once_how_satisfied_they_are(play, point: str) -> None:
    here: Play = play(*_SATISFACTION)
    with Process(here.box, here.folder, point) as first:
        here.files(customfield_10041="2-Major")
        here.until(here.thread)
        here.box.jira_people.resolve("HELP-1")
        here.dies(first, point)
    with Process(here.box, here.folder) as second:
        here.until(lambda: questions(here))
        here.ends(second)
    assert len(questions(here)) == 1


@pytest.mark.parametrize("point", [*OF_A_RATING, *OF_A_NOTE])
def test_what_they_say_reaches_the_helpdesk_once(play, point: str) -> None:
    here: Play = play(*_SATISFACTION)
    desk = here.box.jira_people
    here.box.jira_state.switches.anybody_rates = point in OF_A_RATING
    with Process(here.box, here.folder, point) as first:
        here.files(customfield_10041="2-Major")
        here.until(here.thread)
        desk.resolve("HELP-1")
        here.until(lambda: questions(here))
        (card,) = questions(here)
        best = card.field_named("rating").options[0].text
        typed = {"rating": best, "sentence": "RATED-5512"}
        here.box.lark_people.click("aiko", card.message_id, "submit", typed)
        here.dies(first, point)
    with Process(here.box, here.folder) as second:
        here.until(lambda: desk.ticket("HELP-1").rating or desk.comments("HELP-1"))
        here.ends(second)
    ticket = desk.ticket("HELP-1")
    if point in OF_A_RATING:
        assert (ticket.rating, ticket.rating_said, ticket.comments) == (5, "RATED-5512", [])
    else:
        assert [(c.internal, "RATED-5512" in c.text) for c in ticket.comments] == [(True, True)]
    assert "RATED-5512" not in str([m.text for m in here.thread()])
    assert internal.sent(here.box, "RATED-5512") == []
