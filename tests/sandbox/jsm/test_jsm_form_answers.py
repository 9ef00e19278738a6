"""The fake Forms API, and what a create makes of a Form's answers.

https://developer.atlassian.com/cloud/forms/rest/
"""

from dataclasses import replace
from typing import Any

import pytest
from jsm_site import Site, text_doc

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.forms.design import Choice, Form, Question
from syncd.sandbox.jsm.forms.every import IN_A_FORM

HEADERS = {"X-ExperimentalApi": "opt-in"}
TWO = (Choice("1", "One"), Choice("2", "Two"))
STEPS = (Choice("1", "One", (Choice("3", "Three"),)), Choice("2", "Two"))
LEAST = {"3": {"choices": ["2"]}, "8": {"choices": ["10101"]}}

# Type, the rest of the question, answers that are taken, answers that are refused.
Row = tuple[str, dict[str, Any], list[Any], list[Any]]
ROWS: list[Row] = [
    ("ts", {"rules": (("mxc", 3),)}, [{"text": "abc"}], [{"text": "abcd"}, {"text": ""}, "abc"]),
    ("tl", {}, [{"text": "a\nb"}], [{"adf": text_doc("a")}]),
    ("pg", {}, [{"text": "a"}], [{"text": 7}]),
    ("rt", {}, [{"adf": text_doc("a")}], [{"text": "a"}, {"adf": {"type": "doc"}}]),
    ("te", {}, [{"text": "a@b.c"}], [{"text": "a"}]),
    ("tu", {}, [{"text": "https://x.example"}], [{"text": "x"}]),
    ("no", {"rules": (("mxn", 9),)}, [{"text": "9"}], [{"text": "10"}, {"number": 9}, {"text": 9}]),
    ("da", {}, [{"date": "2026-01-31"}], [{"date": "31.01.2026"}, {"text": "2026-01-31"}]),
    ("ti", {}, [{"time": "14:30"}], [{"time": "4:30"}]),
    ("dt", {}, [{"date": "2026-01-31", "time": "14:30"}], [{"date": "2026-01-31"}]),
    ("cd", {"choices": TWO}, [{"choices": ["1"]}], [{"choices": ["1", "2"]}, {"choices": ["9"]}]),
    ("cs", {"choices": TWO}, [{"choices": ["1"]}], [{"choices": []}, {"text": "One"}]),
    ("cl", {"choices": TWO}, [{"choices": ["1", "2"]}], [{"choices": "1"}]),
    ("cm", {"choices": TWO, "rules": (("mxs", 1),)}, [{"choices": ["1"]}],
     [{"choices": ["1", "2"]}]),
    ("cc", {"choices": STEPS}, [{"choices": ["1", "3"]}, {"choices": ["2"]}],
     [{"choices": ["2", "3"]}]),
    ("us", {}, [{"users": ["712020:ben"]}], [{"users": ["nobody"]}]),
]  # fmt: skip


def asks(jira: Site, *questions: Question) -> None:
    form = Form("Asked", questions)
    jira.state.request_types["13"] = replace(IN_A_FORM, form=form)


def create(jira: Site, answers: dict[str, Any] | None, **other: Any) -> Any:
    form = {} if answers is None else {"form": {"answers": answers}}
    values = {"summary": "It is down"}
    body = {"requestTypeId": "13", "requestFieldValues": values, "isAdfRequest": True}
    return jira.create(**(body | form | other))


def wrong(jira: Site, answers: dict[str, Any]) -> list[str]:
    """The questions that a create is refused for."""
    answer = create(jira, answers)
    assert answer.status_code == 400, answer.text
    return [context["id"] for error in answer.json()["errors"] for context in error["context"]]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_type_of_question_takes_its_json_and_no_other(jira: Site, row: Row) -> None:
    type_, about, right, refused = row
    asks(jira, Question("1", type_, "Asked", **about))
    for answer in refused:
        assert wrong(jira, {"1": answer}) == ["1"], answer
    for answer in right:
        assert create(jira, {"1": answer}).status_code == 201, answer
    assert all(ticket.form is not None for ticket in jira.people.tickets())


def test_a_form_is_told_as_its_design(jira: Site) -> None:
    place = f"/jira/forms/cloud/{site.CLOUD_ID}/servicedesk/1/requesttype/13/form"
    told = jira.http.get(place, headers=HEADERS).json()["design"]
    assert list(told["sections"]) == ["3", "1", "10", "2"]
    assert told["conditions"]["1"]["i"] == {"co": {"cIds": {"3": ["2"]}}}
    assert [len(part["content"]) for part in told["layout"]] == [3, 2, 1, 1, 1]
    linked = jira.http.get(f"{place}/externaldata", headers=HEADERS).json()["fields"]
    assert linked["8"]["choices"][1] == {"id": "10101", "name": "2-Major", "children": []}
    assert jira.http.get(place).status_code == 412
    assert jira.http.get(place.replace("/13/", "/10/"), headers=HEADERS).status_code == 404
    jira.state.switches.forms_status = 403
    assert jira.http.get(place, headers=HEADERS).status_code == 403


def test_a_stranger_is_refused(jira: Site) -> None:
    place = f"/jira/forms/cloud/{site.CLOUD_ID}/servicedesk/1/requesttype/13/form"
    with jira.anonymous("wrong") as client:
        assert client.get(place, headers=HEADERS).status_code == 401


def test_what_is_required_and_shown_has_to_be_answered_and_nothing_else_may_be(jira: Site) -> None:
    assert wrong(jira, {}) == ["3", "8"]
    assert wrong(jira, LEAST | {"99": {"text": "a"}}) == ["99"]
    assert wrong(jira, LEAST | {"9": {"text": "INV-7"}}) == ["9"]
    assert wrong(jira, LEAST | {"3": {"choices": ["3"]}}) == ["9"]
    assert create(jira, LEAST | {"7": {"text": "12"}}).status_code == 201
    (ticket,) = jira.people.tickets()
    assert ticket.form == [
        ("Area", "Network"),
        ("How bad is it?", "2-Major"),
        ("Cable number", "12"),
    ]
    assert ticket.fields["customfield_10041"]["value"] == "2-Major"


def test_without_answers_the_ticket_has_no_form_at_all(jira: Site) -> None:
    assert create(jira, None).status_code == 201
    (ticket,) = jira.people.tickets()
    assert ticket.form is None


def test_validating_names_the_question_and_creates_nothing(jira: Site) -> None:
    body = {
        "serviceDeskId": "1",
        "requestTypeId": "13",
        "requestFieldValues": {"summary": "x"},
        "form": {"answers": {"3": {"choices": ["2"]}}},
    }
    answer = jira.http.post("/rest/servicedeskapi/request/validate", json=body).json()
    assert [error["context"] for error in answer["formErrors"]] == [
        [{"type": "question", "id": "8"}]
    ]
    assert jira.people.tickets() == []


def test_a_linked_field_is_not_to_be_sent_as_a_field(jira: Site) -> None:
    title = Question("1", "ts", "Title", linked="summary", required=True)
    asks(jira, title)
    answers = {"1": {"text": "It is down"}}
    assert create(jira, answers).status_code == 400
    assert create(jira, answers, requestFieldValues={}).status_code == 201
    (ticket,) = jira.people.tickets()
    assert ticket.summary == "It is down"


def test_a_site_that_does_not_look_at_answers_takes_them_unseen(jira: Site) -> None:
    jira.state.switches.form_answers_checked = False
    assert create(jira, {"3": {"choices": ["77"]}}).status_code == 201


def test_a_request_type_without_a_form_takes_no_answers(jira: Site) -> None:
    assert jira.create(form={"answers": {}}).status_code == 400
