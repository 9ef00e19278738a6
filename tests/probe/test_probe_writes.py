"""What is written is as harmless as it can be, and what becomes of it is told whatever happens."""

from dataclasses import replace

import pytest
from tenant import OURS, Tenant

from syncd.core.model import MessageId
from syncd.probe.question import State
from syncd.sandbox.faults import Fault
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.site import Field, Option

_CREATE = "POST /rest/servicedeskapi/request$"
_DELETE = "DELETE /rest/api/3/issue/"


def tickets(tenant: Tenant) -> dict[str, str]:
    return {one.key: one.status for one in tenant.box.jira_state.tickets.values()}


def ours(tenant: Tenant) -> list[MessageId]:
    shown = tenant.box.lark_people.view("erin", OURS)
    return [MessageId(one.message_id) for one in shown if one.kind == "card" and not one.recalled]


def with_field(tenant: Tenant, odd: Field) -> None:
    fields = [one for one in site.GET_HELP.fields if one.id != odd.id]
    kind = replace(site.GET_HELP, fields=(*fields, odd))
    tenant.box.jira_state.request_types["10"] = kind


# What is left.


def test_what_is_broken_off_while_a_card_stands_there_takes_it_along(tenant: Tenant) -> None:
    tenant.switch("options_count", False)

    def breaks_off(seconds: float) -> None:
        assert ours(tenant)
        raise KeyboardInterrupt

    tenant.wait = breaks_off
    with pytest.raises(KeyboardInterrupt):
        tenant.asks("PB-303", chat=OURS)
    assert ours(tenant) == []
    assert tenant.cleaned == ["the message was recalled"]
    assert tenant.left == []


def test_a_message_of_which_lark_does_not_say_which_it_is_is_told(tenant: Tenant) -> None:
    sent = Fault("lark", "POST /open-apis/im/v1/messages", status=200, body='{"code": 0}')
    tenant.box.world.faults.add(sent)
    (told,) = tenant.asks("PB-303", chat=OURS)
    assert told.state is State.OPEN
    assert [what for what, _ in tenant.left] == ["whether a message was sent is not known"]
    calls = tenant.box.world.journal.calls("lark")
    assert [one.path for one in calls if one.method == "DELETE"] == []


def test_a_ticket_of_which_jira_does_not_say_which_it_is_is_the_only_one(tenant: Tenant) -> None:
    tenant.switch("unknown_fields_refused", False)
    tenant.box.world.faults.add(Fault("jsm", _CREATE, status=201, body='{"issueId": "10001"}'))
    told = {one.question.code: one for one in tenant.asks()}
    for code in ("PB-401", "PB-402", "PB-403"):
        assert told[code].state is State.OPEN
    assert [what for what, _ in tenant.left] == ["whether a ticket was made is not known"]
    calls = tenant.box.world.journal.calls("jsm")
    assert [one.path for one in calls if one.method == "DELETE"] == []
    assert tickets(tenant) == {}


def test_a_limit_is_no_doubt(tenant: Tenant) -> None:
    """Nothing was done, so that no ticket may be there already."""
    tenant.box.world.faults.add(Fault("jsm", _CREATE, status=429, headers={"Retry-After": "0"}))
    told = {one.question.code: one for one in tenant.asks()}
    for code in ("PB-401", "PB-402", "PB-403"):
        assert told[code].state is State.OPEN
        assert told[code].answers[0].said == "it could not be asked: unavailable"
    assert tenant.left == []


def test_all_questions_share_one_ticket_and_each_is_answered_as_if_alone(tenant: Tenant) -> None:
    tenant.switch("unknown_fields_refused", False)
    told = {one.question.code: one for one in tenant.asks()}
    values = {code: [one.value for one in told[code].answers] for code in told}
    assert values["PB-401"] == ["201"]
    assert values["PB-402"] == ["edited: yes", "hidden: no", "deleted: yes"]
    assert values["PB-403"] == ["1 of 2"]
    assert list(tickets(tenant).values()) == ["Resolved"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("jsm", _DELETE, status=401, body='{"message": "scope does not match"}'),
        Fault("jsm", _DELETE, status=502),
        Fault("jsm", _DELETE, kind="drop_before"),
    ],
    ids=["no scope", "away", "no answer"],
)
def test_a_ticket_is_closed_however_its_deletion_fails(tenant: Tenant, fault: Fault) -> None:
    tenant.box.world.faults.add(fault)
    tenant.asks("PB-403")
    assert list(tickets(tenant).values()) == ["Resolved"]
    assert (len(tenant.cleaned), tenant.left) == (1, [])


def test_a_ticket_whose_deletion_was_not_told_is_gone(tenant: Tenant) -> None:
    tenant.switch("bot_deletes_issues", True)
    tenant.box.world.faults.add(Fault("jsm", _DELETE, kind="drop_after"))
    tenant.asks("PB-403")
    assert tickets(tenant) == {}
    assert (tenant.cleaned, tenant.left) == (["the ticket was deleted"], [])


def test_a_ticket_whose_closing_was_not_told_is_closed(tenant: Tenant) -> None:
    step = Fault("jsm", "POST /rest/api/3/issue/.*/transitions", kind="drop_after", times=-1)
    tenant.box.world.faults.add(step)
    tenant.asks("PB-403")
    assert list(tickets(tenant).values()) == ["Resolved"]
    assert (len(tenant.cleaned), tenant.left) == (1, [])


# What is told.


def test_a_doubt_is_no_answer(tenant: Tenant) -> None:
    """Whatever number it comes with."""
    tenant.box.world.faults.add(Fault("lark", "POST /open-apis/im/v1/messages", status=500))
    (told,) = tenant.asks("PB-302", chat=OURS)
    assert told.state is State.OPEN
    assert [what for what, _ in tenant.left] == ["whether a message was sent is not known"]


def test_a_refusal_that_no_page_names_is_told_by_its_number(tenant: Tenant) -> None:
    body = '{"code": 240099, "msg": "no"}'
    tenant.box.world.faults.add(
        Fault("lark", "POST /open-apis/ephemeral/v1/send", status=400, body=body)
    )
    (told,) = tenant.asks("PB-304", chat=OURS, person="ou_aiko")
    assert [one.value for one in told.answers] == ["240099"]
    assert tenant.left == []


def test_a_ticket_that_cannot_be_looked_at_has_not_changed(tenant: Tenant) -> None:
    """The moment before was read, and the one after it was not."""
    known = {"X-AACCOUNTID": site.BOT_ACCOUNT_ID}
    look = Fault("jsm", "GET /rest/api/3/issue/[^/]+$", status=403, skip=1, headers=known)
    tenant.box.world.faults.add(look)
    (told,) = tenant.asks("PB-402")
    assert told.state is State.OPEN
    assert told.answers[0].said == "it could not be asked: rejected, 403"


# What is made up.


def severe(tenant: Tenant, *highest: str) -> None:
    """The configuration names the field, and what is the highest in it."""
    tenant.written += f'\n[severity]\nfield = "{site.SEVERITY.id}"\nhighest = {list(highest)}\n'


def severity_of(tenant: Tenant) -> str:
    (ticket,) = tenant.box.jira_state.tickets.values()
    return str(ticket.fields["customfield_10041"]["value"])


def test_the_ticket_is_of_the_lowest_severity(tenant: Tenant) -> None:
    """The first one pages people."""
    tenant.asks("PB-403")
    assert severity_of(tenant) == site.SEVERITY.options[-1].label


def test_a_list_that_ends_with_the_highest_severity_is_answered_with_another(
    tenant: Tenant,
) -> None:
    severe(tenant, site.SEVERITY.options[-1].label)
    tenant.asks("PB-403")
    assert severity_of(tenant) == site.SEVERITY.options[-2].label


def test_a_ticket_that_can_only_be_of_the_highest_severity_is_not_made(tenant: Tenant) -> None:
    severe(tenant)
    with_field(tenant, replace(site.SEVERITY, options=(Option("10100", "1-Critical"),)))
    (told,) = tenant.asks("PB-403")
    assert told.answers[0].said == "the form requires an answer that cannot be made up"
    assert tickets(tenant) == {}
