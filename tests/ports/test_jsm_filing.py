import pytest
from jsm_served import VALUES, Served, filing

from syncd.core.errors import Cause, Rejected
from syncd.core.fields.field import FieldKind
from syncd.core.model import Values
from syncd.sandbox.jsm import site


def test_form_asks_what_the_request_type_asks(here: Served) -> None:
    form = here.helpdesk(marker_field=site.MARKER_FIELD).form()
    assert [(f.id, f.kind, f.required) for f in form.fields] == [
        ("summary", FieldKind.TEXT, True),
        ("description", FieldKind.MULTILINE, False),
        ("customfield_10041", FieldKind.SELECT, True),
        ("customfield_10042", FieldKind.MULTISELECT, False),
        ("duedate", FieldKind.DATE, False),
        ("customfield_10043", FieldKind.NUMBER, False),
        ("labels", FieldKind.LABELS, False),
    ]


def test_ticket_holds_what_was_typed(here: Served) -> None:
    typed: Values = {
        "customfield_10042": ["10110", "10112"],
        "duedate": "2026-12-01",
        "customfield_10043": "250",
        "labels": "red blue",
    }
    filed = here.helpdesk(marker_field=site.MARKER_FIELD).create(filing(**typed))
    assert (filed.key, filed.title, filed.status) == (
        "HELP-1",
        VALUES["summary"],
        site.FIRST_STATUS,
    )
    assert filed.portal_path == f"/servicedesk/customer/portal/{site.PORTAL_ID}/HELP-1"
    ticket = here.people.ticket(filed.key)
    assert str(ticket.id) == filed.id
    assert ticket.summary == VALUES["summary"]
    assert ticket.fields["customfield_10041"]["value"] == "1-Critical"
    assert [one["value"] for one in ticket.fields["customfield_10042"]] == ["API", "Database"]
    assert ticket.fields["duedate"] == "2026-12-01"
    assert ticket.fields["customfield_10043"] == 250
    assert ticket.fields["labels"] == ["red", "blue"]


@pytest.mark.parametrize("takes_adf", [True, False])
@pytest.mark.parametrize(
    "typed",
    [
        "plain",
        "SELECT f(x), COUNT(n) FROM t WHERE g(i) = 1 :) :D",
        "h1.2 of the spec\nbq.x",
        "[http://x/v1] http://a.b/c*d*",
        "h *bold* _em_ {code} {{x}} [~accountid:712020:erin] !a.png! [t|https://x.example]",
        "path C:\\temp\\new and \\*stars\\*",
        "* no list\n# no list\n- no list\n---- no rule",
        "see https://x.example/a-b_c?d=e&f=~g#h",
        "集群宕机了 / クラスタが落ちました",
    ],
)
def test_description_shows_exactly_what_was_typed(
    here: Served, typed: str, takes_adf: bool
) -> None:
    here.state.switches.labels_on_form = False
    here.state.switches.create_takes_adf = takes_adf
    key = here.helpdesk().create(filing(description=typed)).key
    ticket = here.people.ticket(key)
    lines = [line for line in ticket.description.replace("\u200b", "").split("\n") if line]
    assert lines == [*typed.split("\n"), "Ref: LK01TEST"]
    nodes = [one for block in ticket.fields["description"]["content"] for one in block["content"]]
    marks = [mark for one in nodes for mark in one.get("marks", [])]
    assert {one["type"] for one in nodes} <= {"text", "hardBreak"}
    assert {mark["type"] for mark in marks} <= {"link"}


def test_a_site_that_takes_no_documents_is_asked_once(here: Served) -> None:
    here.state.switches.create_takes_adf = False
    helpdesk = here.helpdesk()
    calls = here.made_while(lambda: [helpdesk.create(filing(f"LK{n}")) for n in range(3)])
    creates = [call.status for call in calls if call.path.endswith("/request")]
    assert creates == [400, 201, 201, 201]
    assert len(here.people.tickets()) == 3


def test_values_that_are_wrong_in_either_form_create_nothing(here: Served) -> None:
    helpdesk = here.helpdesk()
    with pytest.raises(Rejected) as refused:
        helpdesk.create(filing(summary="x" * 300))
    assert refused.value.cause is Cause.INVALID
    assert here.people.tickets() == []
    helpdesk.create(filing())
    assert here.calls("/request", "POST")[-1].status == 201


def test_marker_field_holds_the_marker_and_the_description_does_not(here: Served) -> None:
    key = here.helpdesk(marker_field=site.MARKER_FIELD).create(filing()).key
    ticket = here.people.ticket(key)
    assert ticket.fields[site.MARKER_FIELD] == "LK01TEST"
    assert ticket.description == "Since noon."


def test_labels_hold_the_marker_where_no_field_was_named(here: Served) -> None:
    key = here.helpdesk().create(filing()).key
    ticket = here.people.ticket(key)
    assert ticket.fields["labels"] == ["LK01TEST"]
    assert ticket.description == "Since noon."


def test_marker_field_that_is_not_on_the_form_stops_before_the_create(here: Served) -> None:
    here.state.switches.marker_field_on_form = False
    with pytest.raises(Rejected) as failure:
        here.helpdesk(marker_field=site.MARKER_FIELD).create(filing())
    assert failure.value.cause is Cause.FORBIDDEN
    assert here.calls(method="POST") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"summary": ""},
        {"summary": "x" * 300},
        {"customfield_10041": "10199"},
        {"customfield_10042": ["10110", "1"]},
        {"duedate": "tomorrow"},
        {"description": "x" * 40_000},
    ],
)
def test_refused_values_come_back_with_jiras_words(here: Served, wrong: Values) -> None:
    with pytest.raises(Rejected) as failure:
        here.helpdesk().create(filing(**wrong))
    assert failure.value.cause is Cause.INVALID
    assert next(iter(wrong)) in str(failure.value)
    assert here.people.tickets() == []


def test_form_is_asked_once_for_many_tickets(here: Served) -> None:
    helpdesk = here.helpdesk()
    for number in range(3):
        helpdesk.create(filing(f"LK0{number}"))
    assert len(here.calls("/requesttype/10/field")) == 1
    assert len(here.calls("/rest/servicedeskapi/request", "POST")) == 3


def test_form_that_was_changed_meanwhile_is_read_again(here: Served) -> None:
    here.state.switches.marker_field_on_form = False
    helpdesk = here.helpdesk(marker_field=site.MARKER_FIELD)
    helpdesk.form()
    here.state.switches.marker_field_on_form = True
    assert helpdesk.create(filing()).key == "HELP-1"
    before = len(here.calls("/requesttype/10/field"))
    with pytest.raises(Rejected):
        helpdesk.create(filing(summary=""))
    helpdesk.create(filing())
    assert len(here.calls("/requesttype/10/field")) == before + 1


def test_key_floor_is_the_newest_number_that_search_shows(here: Served) -> None:
    helpdesk = here.helpdesk()
    assert helpdesk.key_floor("HELP") == 0
    for _ in range(11):
        here.people.create_ticket("aiko", "x")
    assert helpdesk.key_floor("HELP") == 11
    here.state.switches.index_lag_ms = 60_000
    here.people.create_ticket("aiko", "not in the index yet")
    assert helpdesk.key_floor("HELP") == 11
