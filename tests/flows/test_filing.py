"""One Submit, one ticket, on behalf of its reporter; or a reason why there is none."""

import re
from dataclasses import replace

import pytest
from house import ACME, GLOBEX, House

from syncd.core.model import DeliveryState
from syncd.sandbox.jsm import site

CREATE = "POST /rest/servicedeskapi/request$"


def jira_refuses_the_create(house: House, status: int, reason: str) -> None:
    body, headers = f'{{"errorMessage": "{reason}"}}', {"content-type": "application/json"}
    # Twice: a 400 may be about the document, so that it is tried as wiki markup too.
    times = 2 if status == 400 else 1
    house.fail("jsm", CREATE, "refuse", times=times, status=status, body=body, headers=headers)


def test_submit_creates_a_ticket_on_behalf_of_the_reporter(house: House) -> None:
    root = house.asks("ben", GLOBEX, "our cluster is down")
    click = house.submits("ben", GLOBEX, duedate="2026-12-24", labels="cluster, urgent")
    assert click.toast.type == "success"
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.reporter == "712020:ben"
    assert ticket.fields["summary"] == "our cluster is down"
    assert ticket.fields["labels"] == ["cluster", "urgent"]
    (reply,) = house.thread("dora", GLOBEX, root)
    assert ticket.key in reply.title
    assert "our cluster is down" in reply.title
    assert "Waiting for support" in reply.text
    _, url = reply.links[0]
    assert f"/{ticket.key}?ref=" in url
    assert [m.private for m in house.box.lark_people.view("ben", GLOBEX)] == [False]
    assert house.undelivered() == []


def test_second_click_files_no_second_ticket(house: House) -> None:
    house.asks("ben", GLOBEX)
    card = house.form("ben", GLOBEX)
    house.box.world.faults.clear()
    house.fail("lark", "POST /open-apis/ephemeral/v1/delete", "refuse", status=503)
    house.submits("ben", GLOBEX)
    again = house.clicks("ben", card, "submit", customfield_10041="2-Major")
    assert again.toast.content == "HELP-1 was created."
    assert house.ticket_keys() == ["HELP-1"]


def test_a_click_while_the_ticket_is_being_created_is_told_so(house: House) -> None:
    house.asks("ben", GLOBEX)
    card = house.form("ben", GLOBEX)
    house.fail("jsm", CREATE, "refuse", status=429)
    house.submits("ben", GLOBEX)
    again = house.clicks("ben", card, "submit", customfield_10041="2-Major")
    assert "is being created" in again.toast.content
    house.time_passes(seconds=60)
    house.settle()
    assert house.ticket_keys() == ["HELP-1"]


UNKNOWN = "new-customer@acme.example"


def account_of(house: House, email: str) -> str:
    (account,) = [a for a in house.box.jira_state.accounts() if a.email == email]
    return account.account_id


def test_unknown_reporter_is_invited(house: House) -> None:
    house.asks("aiko", ACME)
    house.submits("aiko", ACME, reporter=UNKNOWN)
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.reporter == account_of(house, UNKNOWN)


ADMIT = "POST /rest/servicedeskapi/servicedesk/[0-9]+/customer$"


@pytest.mark.parametrize("how", [{"status": 503}, {"status": 429}])
@pytest.mark.parametrize("way", ["invite", "create"])
def test_a_new_reporter_who_could_not_be_admitted_at_once_is_not_lost(
    make_house, way: str, how: dict[str, int]
) -> None:
    """Nothing that the helpdesk shows would tell the account that was just made."""
    house: House = make_house(**{"jsm.unknown_reporter": way})
    house.box.jira_state.switches.bot_may_create_customers = True
    house.fail("jsm", ADMIT, "refuse", **how)
    house.asks("aiko", ACME)
    house.submits("aiko", ACME, reporter=UNKNOWN)
    house.time_passes(seconds=10)
    house.settle()
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.reporter == account_of(house, UNKNOWN)


INVITE = "POST /rest/servicedeskapi/servicedesk/[0-9]+/customer/invite$"


def test_an_invitation_whose_answer_was_lost_waits_for_an_operator_who_is_told_the_remedy(
    house: House,
) -> None:
    """The account is there, and where the helpdesk shows it nowhere nobody can tell which it is."""
    house.fail("jsm", INVITE, "drop_after")
    house.asks("aiko", ACME)
    house.submits("aiko", ACME, reporter=UNKNOWN)
    house.time_passes(seconds=10)
    house.settle()
    (waiting,) = house.deliveries(DeliveryState.READY)
    assert "put the person on the desk's list of customers" in waiting.reason
    house.box.jira_state.desk_customers.add(account_of(house, UNKNOWN))
    house.time_passes(seconds=61)
    house.settle()
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.reporter == account_of(house, UNKNOWN)


@pytest.mark.parametrize("way", ["invite", "create"])
def test_unknown_reporter_who_may_not_be_registered_waits_and_the_asker_is_told(
    make_house, way: str
) -> None:
    house: House = make_house(**{"jsm.unknown_reporter": way})
    house.box.jira_state.switches.bot_may_invite = False
    house.box.jira_state.switches.bot_may_create_customers = False
    house.asks("aiko", ACME)
    house.submits("aiko", ACME, reporter=UNKNOWN)
    assert house.ticket_keys() == []
    (told,) = house.told("aiko")
    assert UNKNOWN in told
    (waiting,) = house.deliveries(DeliveryState.READY)
    assert f"may not register reporters (jsm.unknown_reporter = {way})" in waiting.reason
    house.box.jira_state.switches.bot_may_invite = True
    house.box.jira_state.switches.bot_may_create_customers = True
    house.time_passes(seconds=61)
    house.settle()
    assert house.ticket_keys() == ["HELP-1"]


def test_unknown_reporter_is_created(make_house) -> None:
    house: House = make_house(**{"jsm.unknown_reporter": "create"})
    house.box.jira_state.switches.bot_may_create_customers = True
    house.asks("aiko", ACME)
    house.submits("aiko", ACME, reporter=UNKNOWN)
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.reporter == account_of(house, UNKNOWN)


def test_unknown_reporter_is_refused_and_the_form_comes_back_with_what_was_typed(
    make_house,
) -> None:
    house: House = make_house(**{"jsm.unknown_reporter": "refuse"})
    house.asks("aiko", ACME)
    house.submits("aiko", ACME, reporter=UNKNOWN, summary="ログインできません")
    assert house.ticket_keys() == []
    card = house.form("aiko", ACME)
    assert UNKNOWN in card.text
    defaults = {f.name: f.default for f in card.fields}
    assert defaults["summary"] == "ログインできません"
    house.submits("aiko", ACME, reporter="aiko@acme.example")
    assert house.ticket_keys() == ["HELP-1"]


def test_addresses_that_were_refused_lock_nobody_out(make_house) -> None:
    """Where the profile shows none, one may give a few of one's own: those with a ticket count."""
    house: House = make_house(**{"jsm.unknown_reporter": "refuse"})
    house.asks("dora", GLOBEX)
    for typed in ("aiok", "akio", "aika", "aiko"):
        house.submits("dora", GLOBEX, reporter=f"{typed}@acme.example")
    assert house.ticket_keys() == ["HELP-1"]


def test_who_filed_under_three_addresses_gives_no_fourth(house: House) -> None:
    for count, typed in enumerate("abc", 1):
        house.asks("dora", GLOBEX)
        house.submits("dora", GLOBEX, reporter=f"{typed}@globex.example")
        house.until(lambda count=count: len(house.ticket_keys()) == count, step=5)
    house.asks("dora", GLOBEX)
    assert house.form("dora", GLOBEX).field_named("reporter").default == "c@globex.example"
    click = house.submits("dora", GLOBEX, reporter="d@globex.example")
    assert "an address that you have given before" in click.toast.content
    house.submits("dora", GLOBEX, reporter="a@globex.example")
    house.until(lambda: len(house.ticket_keys()) == 4, step=5)


@pytest.mark.parametrize("way", ["refuse", "invite"])
def test_an_address_that_was_typed_is_in_no_log_and_no_reason(
    make_house, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    house: House = make_house(**{"jsm.unknown_reporter": way})
    house.box.jira_state.switches.bot_may_invite = False
    house.asks("aiko", ACME)
    house.submits("aiko", ACME, reporter=UNKNOWN)
    state = DeliveryState.READY if way == "invite" else DeliveryState.DEAD
    (ended,) = house.deliveries(state)
    assert ended.reason
    written = capsys.readouterr()
    assert ended.id in written.out + written.err
    assert UNKNOWN not in ended.reason + written.out + written.err


def test_known_reporter_passes_where_strangers_are_refused(make_house) -> None:
    house: House = make_house(**{"jsm.unknown_reporter": "refuse"})
    house.files("aiko", ACME)
    assert [t.reporter for t in house.box.jira_people.tickets()] == ["qm:sandbox:aiko"]


def test_unknown_reporter_is_filed_under_the_shared_account(make_house) -> None:
    house: House = make_house(**{"jsm.unknown_reporter": "account:qm:sandbox:aiko"})
    house.asks("aiko", ACME)
    house.submits("aiko", ACME, reporter=UNKNOWN)
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.reporter == "qm:sandbox:aiko"
    assert UNKNOWN in str(ticket.fields["description"])


def test_shared_account_that_does_not_exist_brings_the_form_back(make_house) -> None:
    house: House = make_house(**{"jsm.unknown_reporter": "account:712020:nobody"})
    house.asks("aiko", ACME)
    house.submits("aiko", ACME, reporter=UNKNOWN)
    assert house.ticket_keys() == []
    assert house.form("aiko", ACME).private


def test_values_that_jira_refuses_bring_the_form_back(house: House) -> None:
    house.asks("ben", GLOBEX)
    jira_refuses_the_create(house, 400, "The due date lies in the past.")
    house.submits("ben", GLOBEX, summary="late")
    card = house.form("ben", GLOBEX)
    assert "The due date lies in the past." in card.text
    assert {f.name: f.default for f in card.fields}["summary"] == "late"
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]


def test_labels_that_left_the_form_with_the_marker_are_no_askers_business(make_house) -> None:
    """The form was read while it had them; only the marker would have stood there."""
    house: House = make_house(**{"jsm.marker_field": ""})
    house.asks("ben", GLOBEX)
    house.box.jira_state.switches.labels_on_form = False
    house.submits("ben", GLOBEX)
    house.time_passes(seconds=60)
    house.settle()
    assert house.ticket_keys() == ["HELP-1"]
    assert house.undelivered() == []


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_error_on_create_leaves_the_ticket_in_doubt(house: House, status: int) -> None:
    house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, "refuse", status=status)
    house.submits("ben", GLOBEX)
    assert len(house.deliveries(DeliveryState.DOUBT)) == 1


def test_who_waits_a_minute_is_told_once(house: House) -> None:
    house.asks("ben", GLOBEX)
    house.fail("jsm", "GET /rest/api/3/user/search", "refuse", times=-1, status=503)
    house.submits("ben", GLOBEX)
    house.time_passes(seconds=61)
    house.tidy()
    house.time_passes(seconds=61)
    house.tidy()
    (told,) = house.told("ben")
    assert "longer than usual" in told


def test_what_was_typed_into_a_field_that_has_left_the_form_stands_in_the_description(
    house: House,
) -> None:
    house.asks("ben", GLOBEX)
    kept = tuple(f for f in site.GET_HELP.fields if f.id != "customfield_10043")
    house.box.jira_state.request_types["10"] = replace(site.GET_HELP, fields=kept)
    house.time_passes(seconds=3_700)
    house.app.basics.run_once()
    house.submits("ben", GLOBEX, customfield_10043="250")
    # On a server the hour has not passed: that the form is another is noticed at the create.
    house.time_passes(seconds=60)
    house.settle()
    (ticket,) = house.box.jira_people.tickets()
    assert re.search(r"customfield_10043( \(no longer asked\))?: 250", str(ticket.fields))
