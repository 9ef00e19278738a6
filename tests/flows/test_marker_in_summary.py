"""A request type that asks for one line: its ticket is known by a reference in it, at first."""

from collections.abc import Callable
from dataclasses import replace

import databases
import pytest
from house import ACME, GLOBEX, House

from syncd.core.kinds.filed.clear_reference import ClearReference
from syncd.core.model import DeliveryState, Ms
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.forms.design import Form
from syncd.sandbox.jsm.forms.every import AREA

url = databases.fresh_on(databases.SQLITE)

CREATE = "POST /rest/servicedeskapi/request$"
KEEP = "PUT /rest/api/3/issue/[^/]+/properties/syncd.ref"
READ = "GET /rest/api/3/issue/[^/]+$"
RENAME = "PUT /rest/api/3/issue/[^/]+$"
LINE = {"jsm.request_type": "14", "jsm.marker_field": ""}

Builder = Callable[..., House]


@pytest.fixture
def house(make_house: Builder) -> House:
    return make_house(**LINE)


def asks(house: House, **typed: str) -> str:
    """Aiko asks by one line, in a premium chat; return the thread's root."""
    root = house.asks("aiko", ACME, "It is down\n\n* node 3\n* since noon")
    house.clicks("aiko", house.form("aiko", ACME), "submit", **typed)
    return root


def sent(house: House) -> str:
    """Return the summary that the create held."""
    created = house.box.world.journal.calls("jsm", "/rest/servicedeskapi/request", "POST")
    said: str = created[-1].request.decode()
    return said


def summaries(house: House) -> list[str]:
    return [ticket.summary for ticket in house.box.jira_people.tickets()]


def wait_and_look(house: House, *seconds: float) -> None:
    for wait in seconds:
        house.time_passes(seconds=wait)
        house.tidy()


def test_the_reference_goes_when_the_ticket_is_known_and_nobody_in_the_chat_sees_it(
    house: House,
) -> None:
    root = asks(house)
    assert "It is down [LK" in sent(house)
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.summary == "It is down"
    marker = ticket.properties["syncd.ref"]["id"]
    found = house.app.helpdesk.find_created("HELP", marker, 0, Ms(0), ()).found
    assert [one.key for one in found] == [ticket.key], "a restored database looks for it"
    (whole,) = house.box.jira_people.comments(ticket.key)
    assert "node 3" in whole.text
    assert "since noon" in whole.text
    house.box.jira_people.comment("erin", ticket.key, "Restart it.")
    house.poll()
    assert "Restart it." in house.thread("chen", ACME, root)[-1].text
    assert "[LK" not in house.sent_to_lark()
    assert house.undelivered() == []


def test_a_form_with_the_least_questions_has_the_reference_too(make_house: Builder) -> None:
    """A request type with a Form often shows the summary alone, and its Form asks for no text."""
    house = make_house(**{"jsm.request_type": "10", "jsm.marker_field": ""})
    types = house.box.jira_state.request_types
    types["10"] = replace(types["10"], fields=(site.SUMMARY,), form=Form("Bare", (AREA,)))
    house.time_passes(seconds=3_700)
    house.app.basics.run_once()
    house.asks("ben", GLOBEX)
    house.clicks("ben", house.form("ben", GLOBEX), "submit", question_3="Network")
    (ticket,) = house.box.jira_people.tickets()
    assert dict(ticket.form or ())["Area"] == "Network"
    assert "our cluster is down [LK" in sent(house)
    assert ticket.summary == "our cluster is down"


def test_a_ticket_whose_answer_was_lost_is_found_by_its_summary_once(house: House) -> None:
    house.box.jira_people.create_ticket("erin", "an older one")
    house.box.jira_state.switches.index_lag_ms = 3_600_000
    house.fail("jsm", CREATE, "drop_after")
    root = asks(house)
    assert "[LK" in summaries(house)[1]
    house.box.jira_people.rename("HELP-2", summaries(house)[1].replace("It is", "Tokyo is"))
    wait_and_look(house, 1, 6, 10, 15)
    assert summaries(house) == ["an older one", "Tokyo is down"]
    reply = house.thread("chen", ACME, root)[0]
    assert "HELP-2" in reply.title
    assert "Tokyo is down" in reply.title
    assert "[LK" not in house.sent_to_lark()
    assert house.undelivered() == []


def test_a_ticket_that_was_never_made_is_made_once_after_the_grace(house: House) -> None:
    house.box.jira_people.create_ticket("erin", "an older one")
    house.fail("jsm", CREATE, "drop_before")
    asks(house)
    wait_and_look(house, 1, 6, 10, 15, 30, 60, 120)
    assert summaries(house) == ["an older one"]
    wait_and_look(house, 100)
    assert summaries(house) == ["an older one", "It is down"]
    assert house.undelivered() == []


@pytest.mark.parametrize("route", [KEEP, READ, RENAME])
@pytest.mark.parametrize("how", ["drop_before", "drop_after", "refuse"])
def test_a_lost_answer_on_the_way_leaves_nothing_behind(house: House, route: str, how: str) -> None:
    fault = house.fail("jsm", route, how, **({"status": 503} if how == "refuse" else {}))
    asks(house)
    house.until(lambda: house.undelivered() == [], step=60)
    assert fault.hits
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.summary == "It is down"
    assert "syncd.ref" in ticket.properties
    assert len(house.box.jira_people.comments(ticket.key)) == 1


def test_what_somebody_calls_the_ticket_meanwhile_stays(house: House) -> None:
    fault = house.fail("jsm", KEEP, "refuse", status=503, times=-1)
    asks(house)
    people = house.box.jira_people
    before = summaries(house)[0]
    assert before.startswith("It is down [LK")
    people.rename("HELP-1", f"Tokyo: {before} since noon")
    fault.times = 0
    house.until(lambda: house.undelivered() == [], step=60)
    assert summaries(house) == ["Tokyo: It is down since noon"]


def test_a_summary_that_was_written_anew_is_left_alone(house: House) -> None:
    fault = house.fail("jsm", KEEP, "refuse", status=503, times=-1)
    asks(house)
    house.box.jira_people.rename("HELP-1", "Another matter [sic]")
    fault.times = 0
    house.until(lambda: house.undelivered() == [], step=60)
    assert summaries(house) == ["Another matter [sic]"]
    edits = house.box.world.journal.calls("jsm", "/rest/api/3/issue/", "PUT")
    assert {call.path.rpartition("/")[2] for call in edits} == {"syncd.ref"}


@pytest.mark.parametrize("denied", ["all", "400", "no screen"])
def test_where_the_account_may_not_the_reference_stays_and_the_ticket_is_known(
    house: House, denied: str
) -> None:
    switches = house.box.jira_state.switches
    switches.bot_edits_issues = denied == "no screen"
    switches.edit_denied_status = 400 if denied == "400" else 403
    switches.summary_on_edit_screen = denied != "no screen"
    root = asks(house)
    assert "It is down [LK" in summaries(house)[0]
    assert house.undelivered() == []
    done = house.deliveries(DeliveryState.DONE)
    assert [d for d in done if isinstance(d.command, ClearReference)], "it is no failure"
    house.box.jira_people.comment("erin", "HELP-1", "Restart it.")
    house.poll()
    assert "Restart it." in house.thread("chen", ACME, root)[-1].text
    assert "[LK" not in house.sent_to_lark()


def test_the_address_behind_a_shared_account_is_told_where_there_is_no_description(
    make_house: Builder,
) -> None:
    house = make_house(**LINE, **{"jsm.unknown_reporter": "account:qm:sandbox:aiko"})
    asks(house, reporter="stranger@acme.example")
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.summary == "It is down"
    said = "\n".join(comment.text for comment in house.box.jira_people.comments(ticket.key))
    assert "stranger@acme.example" in said
    assert "node 3" in said
    assert house.undelivered() == []


def test_no_card_ever_shows_the_reference(house: House) -> None:
    house.box.jira_state.switches.bot_edits_issues = False
    root = asks(house)
    house.poll()
    house.box.jira_people.transition("HELP-1", "Waiting for customer")
    house.poll()
    (card, *_) = house.thread("chen", ACME, root)
    assert "Waiting for customer" in card.text
    assert "[LK" not in house.sent_to_lark()
