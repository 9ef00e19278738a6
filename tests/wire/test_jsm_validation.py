import json

import pytest

from syncd.core.fields.field import Field, FieldKind
from syncd.core.fields.form import Form
from syncd.core.model import Language
from syncd.helpdesk.jsm.wire.call import Answer, Call, spoken
from syncd.helpdesk.jsm.wire.form import RequestType
from syncd.helpdesk.jsm.wire.validation import of_create, read_problems

SEVERITY = Field("customfield_1", FieldKind.SELECT, "Severity")
KIND = RequestType(Form((SEVERITY,)), frozenset({"customfield_1"}), "description")


def told(body: object) -> tuple[str, ...]:
    found = read_problems(Answer(400, {}, json.dumps(body).encode()), KIND)
    named = {one.field_id for one in found if "Severity" in one.told}
    assert named <= {"customfield_1"}
    return tuple(one.told for one in found)


def test_the_question_is_the_create_in_the_persons_language() -> None:
    create = Call("POST", "/rest/servicedeskapi/request", spoken(Language.ZH), {"a": 1})
    asked = of_create(create)
    assert (asked.path, asked.body) == ("/rest/servicedeskapi/request/validate", {"a": 1})
    assert asked.query == (("requestLanguage", "zh-CN"),)


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([{"field": "customfield_1", "message": "is wrong"}], ("Severity: is wrong",)),
        ([{"field": "Severity", "message": "is wrong"}], ("Severity: is wrong",)),
        ([{"field": "customfield_1", "message": "Severity is wrong"}], ("Severity is wrong",)),
        ([{"message": "is wrong"}, {"message": "is wrong"}], ("is wrong",)),
        ([{"field": "x", "message": " two\nlines "}], ("x: two lines",)),
        ([7, {"field": 3}, {"field": "x", "message": ""}], ()),
        ({"customfield_1": "is wrong"}, ()),
        (None, ()),
    ],
)
def test_each_field_is_named_as_the_form_names_it(errors: object, said: tuple[str, ...]) -> None:
    assert told({"valid": False, "fieldErrors": errors}) == said


@pytest.mark.parametrize("body", [{}, [], "no", {"valid": True, "fieldErrors": [{"message": "x"}]}])
def test_an_answer_that_does_not_say_so_refuses_nothing(body: object) -> None:
    assert told(body) == ()
    assert read_problems(Answer(400, {}, b"<html>"), KIND) == ()
