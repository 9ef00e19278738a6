import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.errors import Cause, Rejected
from syncd.core.model import DESCRIPTION, AccountId, Field, FieldKind, Filing, Form, Values
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire import filing
from syncd.helpdesk.jsm.wire.call import Answer
from syncd.helpdesk.jsm.wire.form import RequestType
from syncd.helpdesk.jsm.wire.members import UnreadableError

FIELDS = (
    Field("summary", FieldKind.TEXT, "Summary", required=True),
    Field("description", FieldKind.MULTILINE, "Description"),
    Field("severity", FieldKind.SELECT, "Severity"),
    Field("parts", FieldKind.MULTISELECT, "Parts"),
    Field("duedate", FieldKind.DATE, "Due"),
    Field("users", FieldKind.NUMBER, "Users"),
    Field("labels", FieldKind.LABELS, "Labels"),
)


SETTINGS = JsmSettings("https://x.example", "bot@x.example", "t", "1", "HELP", "10")


def kind(*extra: str, place: str = DESCRIPTION) -> RequestType:
    return RequestType(Form(FIELDS), frozenset([*(f.id for f in FIELDS), *extra]), place)


def sent(
    values: Values, *, described_as: str = "", on: RequestType | None = None
) -> dict[str, Any]:
    wanted = Filing("LK01", AccountId("qm:1"), values, described_as)
    call = filing.request(wanted, SETTINGS, on or kind())
    assert (call.method, call.path) == ("POST", "/rest/servicedeskapi/request")
    body: dict[str, Any] = json.loads(json.dumps(call.body))
    assert body.keys() == {
        "serviceDeskId",
        "requestTypeId",
        "raiseOnBehalfOf",
        "requestFieldValues",
    }
    assert body["raiseOnBehalfOf"] == "qm:1"
    values_sent: dict[str, Any] = body["requestFieldValues"]
    return values_sent


def test_each_kind_of_field_has_its_own_shape() -> None:
    values = sent(
        {
            "reporter": "aiko@acme.example",
            "summary": " two\n lines ",
            "severity": "10100",
            "parts": ["1", "2"],
            "duedate": "2026-12-01",
            "users": "12",
            "labels": "red, green blue",
        }
    )
    assert values == {
        "summary": "two lines",
        "severity": {"id": "10100"},
        "parts": [{"id": "1"}, {"id": "2"}],
        "duedate": "2026-12-01",
        "users": 12,
        "labels": ["red", "green", "blue"],
        "description": "Ref: LK01",
    }


def test_what_was_left_empty_is_not_sent() -> None:
    empty: Values = {"summary": "s", "severity": "", "parts": [], "users": ""}
    assert sent(empty).keys() == {"summary", "description"}


def test_marker_ends_the_description() -> None:
    values = sent({"summary": "s", "description": "It is down.\n"})
    assert values["description"] == "It is down.\n\nRef: LK01"


def test_marker_field_takes_the_marker() -> None:
    on = kind("customfield_9", place="customfield_9")
    values = sent({"summary": "s", "description": "d"}, on=on)
    assert values["customfield_9"] == "LK01"
    assert values["description"] == "d"


def test_labels_take_the_marker_beside_what_was_typed() -> None:
    values = sent({"summary": "s", "labels": "slow, cluster-7"}, on=kind(place="labels"))
    assert values == {"summary": "s", "labels": ["slow", "cluster-7", "LK01"]}
    assert sent({"summary": "s"}, on=kind(place="labels"))["labels"] == ["LK01"]


def test_typed_address_leads_the_description_of_a_shared_reporter() -> None:
    values = sent({"summary": "s", "description": "d"}, described_as="Reported by a_b@acme.example")
    assert values["description"] == "Reported by a\\_b@acme.example\n\nd\n\nRef: LK01"


def test_answer_to_a_question_that_is_no_longer_asked_is_kept() -> None:
    values = sent({"summary": "s", "gone": ["x", "y"]})
    assert values["description"] == "gone: x, y\n\nRef: LK01"


@pytest.mark.parametrize("number", ["many", "nan", "inf", "1e999"])
def test_number_that_is_none_is_refused_for_the_person_to_correct(number: str) -> None:
    with pytest.raises(Rejected) as refused:
        sent({"summary": "s", "users": number})
    assert refused.value.cause is Cause.INVALID


def test_fraction_stays_a_fraction() -> None:
    assert sent({"summary": "s", "users": "0.5"})["users"] == 0.5


def test_no_ticket_is_filed_without_its_marker() -> None:
    homeless = RequestType(Form(FIELDS, "customfield_9"), frozenset(f.id for f in FIELDS), "")
    with pytest.raises(Rejected) as refused:
        sent({"summary": "s"}, on=homeless)
    assert refused.value.cause is Cause.FORBIDDEN
    assert "customfield_9" in str(refused.value)


@pytest.mark.parametrize(
    ("plain", "wiki"),
    [
        ("*bold* _em_ -no- +u+ ^up^ ~down~", r"\*bold\* \_em\_ \-no\- \+u\+ \^up\^ \~down\~"),
        ("[~accountid:712020:erin]", r"\[\~accountid:712020:erin\]"),
        ("{code}x{code} !a.png! |c|", r"\{code\}x\{code\} \!a.png\! \|c\|"),
        ("C:\\temp\\new", "C:\\temp\\new"),
        ("\\*", "\\\\\\*"),
        ("see https://x.example/a-b_c?d=e#f", "see https://x.example/a-b_c?d=e#f"),
        ("[t|https://x.example/a-b]", r"\[t\|https://x.example/a-b\]"),
        ("集群 is down", "集群 is down"),
        ("h1. big\nbq. said", "h1.\u00a0big\nbq.\u00a0said"),
    ],
)
def test_text_of_a_person_is_no_wiki_markup(plain: str, wiki: str) -> None:
    assert filing.wiki_escape(plain) == wiki


@given(st.text(alphabet="\\{}[]*_-+^~!|?#ab :.\n"))
def test_escaping_loses_nothing(plain: str) -> None:
    escaped = filing.wiki_escape(plain)
    assert re.sub(r"\\([\\{}\[\]*_\-+^~!|?#])", r"\1", escaped) == plain
    assert not re.search(r"(?<!\\)(?:\\\\)*[{}\[\]*_\-+^~!|?#]", escaped.replace("\\\\", ""))


def created(**members: object) -> Answer:
    return Answer(201, {}, json.dumps({"issueId": "1", "issueKey": "HELP-7"} | members).encode())


def test_created_ticket_is_told_with_title_status_and_portal_path() -> None:
    answer = created(
        summary="The cluster is down",
        currentStatus={"status": "Waiting for support", "statusCategory": "NEW"},
        _links={"web": "https://x.atlassian.net/servicedesk/customer/portal/2/HELP-7"},
    )
    filed = filing.read_filed(answer, Filing("LK01", AccountId("qm:1"), {}))
    assert (filed.key, filed.title, filed.status) == (
        "HELP-7",
        "The cluster is down",
        "Waiting for support",
    )
    assert filed.portal_path == "/servicedesk/customer/portal/2/HELP-7"


def test_title_comes_from_the_field_values_where_summary_is_not_told() -> None:
    values = [{"fieldId": "summary", "label": "Summary", "value": "From the values"}]
    wanted = Filing("LK01", AccountId("qm:1"), {"summary": "Typed"})
    assert filing.read_filed(created(requestFieldValues=values), wanted).title == "From the values"
    assert filing.read_filed(created(), wanted).title == "Typed"


@pytest.mark.parametrize("lost", [{"issueId": None}, {"issueKey": 7}])
def test_created_ticket_without_its_key_is_unreadable(lost: dict[str, object]) -> None:
    with pytest.raises(UnreadableError):
        filing.read_filed(created(**lost), Filing("LK01", AccountId("qm:1"), {}))
