"""What may be typed into each kind of field."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import ACME, FORM, RULES, asked

from syncd.core.decide import form
from syncd.core.fields.field import Field, FieldKind, Option, other_of
from syncd.core.fields.form import Form
from syncd.core.fields.kinds import KINDS
from syncd.core.fields.plan import plan
from syncd.core.model import ReporterRule, Values
from syncd.core.wording import words

ENGLISH = words(ACME.language)
WITHIN = replace(ACME, reporter=ReporterRule.DOMAIN, allowed_domains=("acme.example", "Acme.TEST"))
ANYBODY = replace(ACME, reporter=ReporterRule.ANY)
ONLY_SELF = replace(ACME, reporter=ReporterRule.SELF)


def checked(
    typed: Values, chat: object = ACME, own_address: str = "", before: tuple[str, ...] = ()
) -> tuple[Values, list[str]]:
    values: Values = {"reporter": "ann@acme.example", "summary": "It is down", **typed}
    request = asked(own_address=own_address)
    return form.check(values, FORM, chat, request, RULES, ENGLISH, before)


def problem(typed: Values, chat: object = ACME, own_address: str = "") -> str:
    """The one thing that is wrong with what was typed."""
    problems = checked(typed, chat, own_address)[1]
    assert len(problems) == 1
    return problems[0]


def test_form_asks_for_the_reporter_first_and_leaves_out_what_cannot_be_shown() -> None:
    asked_for = [
        field.id for field in form.questions(plan(FORM, ACME, RULES.read_address), ENGLISH, {})
    ]
    assert asked_for == [
        "reporter", "summary", "description", "severity", "parts", "due", "hosts", "tags",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"summary": " \n "}, "Summary is required"),
        ({"summary": "\u200b"}, "Summary is required"),
        ({"reporter": ""}, "Reporter (e-mail) is required"),
        ({"summary": "x" * 256}, "Summary is 256 characters long; 255 are allowed"),
        ({"summary": "one\ntwo"}, "Summary must be a single line"),
        ({"description": "x" * 1001}, "Description is 1001 characters long; 1000 are allowed"),
        ({"severity": "12"}, "Severity: “12” cannot be chosen"),
        ({"severity": ["10", "11"]}, "Severity: “10 11” cannot be chosen"),
        ({"parts": ["a", "z"]}, "Parts: “z” cannot be chosen"),
        ({"parts": "z"}, "Parts: “z” cannot be chosen"),
        ({"due": "2026-02-30"}, "Due: “2026-02-30” is not a date"),
        ({"due": "tomorrow"}, "Due: “tomorrow” is not a date"),
        ({"due": "２０２６-01-01"}, "Due: “２０２６-01-01” is not a date"),
        ({"hosts": "many"}, "Hosts: “many” is not a number"),
        ({"hosts": "nan"}, "Hosts: “nan” is not a number"),
        ({"hosts": "-inf"}, "Hosts: “-inf” is not a number"),
        ({"hosts": "1" * 1001}, "Hosts is 1001 characters long; 1000 are allowed"),
        ({"tags": "x" * 1001}, "Tags is 1001 characters long; 1000 are allowed"),
    ],
)
def test_wrong_value_is_named_with_its_field(typed: Values, said: str) -> None:
    assert problem(typed) == said


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"summary": "x" * 255}, "x" * 255),
        ({"description": "one\r\ntwo "}, "one\ntwo"),
        ({"severity": "10"}, "10"),
        ({"parts": ["a", "b"]}, ["a", "b"]),
        ({"parts": "a"}, ["a"]),
        ({"due": "2028-02-29"}, "2028-02-29"),
        ({"hosts": " -1.5 "}, "-1.5"),
        ({"tags": "disk net"}, "disk net"),
        ({"tags": ["disk", "net"]}, "disk net"),
    ],
)
def test_right_value_is_kept_in_its_normal_form(
    typed: dict[str, str | list[str]], kept: object
) -> None:
    values, problems = checked(typed)
    assert problems == []
    assert values[next(iter(typed))] == kept


@pytest.mark.parametrize("nothing", ["", [], [""], ["\u200b", " "], "\ufeff"])
@pytest.mark.parametrize("field", ["description", "severity", "parts", "due", "hosts", "tags"])
def test_optional_field_may_stay_empty(field: str, nothing: str | list[str]) -> None:
    values, problems = checked({field: nothing})
    assert problems == []
    assert field not in values


@pytest.mark.parametrize("kind", KINDS)
def test_required_field_of_every_kind_must_be_filled(kind: FieldKind) -> None:
    options = (Option("1", "One"),) if KINDS[kind].lists else ()
    asking = Form((Field("it", kind, "It", required=True, options=options),))
    typed: Values = {"reporter": "ann@acme.example", "it": ["\u200b"]}
    (said,) = form.check(typed, asking, ACME, asked(), RULES, ENGLISH)[1]
    assert said.removeprefix("It").removeprefix(" (e-mail address)") == " is required"


def test_what_was_not_asked_for_is_filled_into_no_field_and_kept_for_the_description() -> None:
    values, problems = checked({"approver": "ben", "status": ["Done", "Open"], "empty": " "})
    assert problems == []
    assert set(values) - {"reporter", "summary"} == {
        "approver (no longer asked)",
        "status (no longer asked)",
    }
    assert values["status (no longer asked)"] == "Done, Open"
    typed = {name: values[name] for name in ("reporter", "summary")}
    corrected = replace(asked(), values=values)
    assert form.check(typed, FORM, ACME, corrected, RULES, ENGLISH)[0] == values


def test_what_is_no_longer_asked_is_kept_apart_where_there_is_no_description() -> None:
    bare = Form(tuple(field for field in FORM.fields if field.id != "description"))
    typed = {"reporter": "ann@acme.example", "summary": "It is down"}
    given = typed | {"approver": "ben"}
    kept = typed | {"approver (no longer asked, apart)": "ben"}
    assert form.check(given, bare, ACME, asked(), RULES, ENGLISH) == (kept, [])


def test_reporter_is_kept_as_an_address_in_its_normal_form() -> None:
    assert checked({"reporter": " ann@ACME.example "})[0]["reporter"] == "ann@acme.example"


def test_reporter_must_be_an_address() -> None:
    assert problem({"reporter": "ann"}) == "Reporter (e-mail): “ann” is not an e-mail address"


def test_any_address_will_do_where_the_rule_is_any() -> None:
    typed: Values = {"reporter": "ben@elsewhere.example"}
    assert checked(typed, ANYBODY, own_address="ann@acme.example")[1] == []


@pytest.mark.parametrize("address", ["ann@acme.example", "ann@ACME.EXAMPLE", "ann@acme.test"])
def test_address_of_an_allowed_domain_will_do_however_it_is_written(address: str) -> None:
    assert checked({"reporter": address}, WITHIN)[1] == []


@pytest.mark.parametrize(
    "address", ["ann@sub.acme.example", "ann@notacme.example", "ann@acme.example.evil.example"]
)
def test_address_of_another_domain_is_refused_with_the_allowed_ones(address: str) -> None:
    said = problem({"reporter": address}, WITHIN)
    assert said == "Reporter (e-mail): the address must be at acme.example, Acme.TEST"


def test_own_address_is_the_only_one_where_the_rule_is_self() -> None:
    assert checked({"reporter": "Ann@acme.example"}, ONLY_SELF, "ann@ACME.example")[1] == []
    said = problem({"reporter": "ben@acme.example"}, ONLY_SELF, "ann@acme.example")
    assert said == "Reporter (e-mail): please give your own address, ann@acme.example"


def test_who_has_no_address_in_the_profile_gives_one_and_later_only_few_others() -> None:
    """Nobody can look up people of another company, and they are most customers."""
    theirs = ("ann@a.example", "ann@b.example")
    all_three = (*theirs, "ann@c.example")
    assert checked({"reporter": "ann@acme.example"}, ONLY_SELF)[1] == []
    assert checked({"reporter": "ann@c.example"}, ONLY_SELF, before=theirs)[1] == []
    assert checked({"reporter": "Ann@B.example"}, ONLY_SELF, before=all_three)[1] == []
    (said,) = checked({"reporter": "victim@bank.example"}, ONLY_SELF, before=all_three)[1]
    assert said.endswith("given before: ann@a.example, ann@b.example, ann@c.example")


def test_domains_hold_for_who_has_no_address_in_the_profile_where_the_rule_is_self() -> None:
    only_own = replace(WITHIN, reporter=ReporterRule.SELF)
    assert checked({"reporter": "ann@acme.example"}, only_own)[1] == []
    assert "must be at" in problem({"reporter": "ann@elsewhere.example"}, only_own)


typed_values = st.text() | st.lists(st.text(), max_size=4)


@given(st.dictionaries(st.sampled_from([f.id for f in FORM.fields] + ["reporter"]), typed_values))
def test_no_input_breaks_the_check_and_what_passes_passes_again(typed: Values) -> None:
    values, problems = form.check(typed, FORM, ACME, asked(), RULES, ENGLISH)
    again = form.check(values, FORM, ACME, asked(), RULES, ENGLISH)
    assert all(problems)
    assert again == (values, problems)


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ({"severity": "10", other_of("severity"): " low "}, {"severity": "11"}),
        ({"parts": ["a"], other_of("parts"): "NET"}, {"parts": ["a", "b"]}),
        ({other_of("parts"): "net, disk"}, {"parts": ["b", "a"]}),
        ({"parts": ["b"], other_of("parts"): "net"}, {"parts": ["b"]}),
        ({other_of("summary"): "no list at all"}, {}),
    ],
)
def test_option_may_be_named_in_letters_of_either_case(typed: Values, chosen: Values) -> None:
    values, problems = checked({"severity": "10"} | typed)
    assert problems == []
    expected = {"reporter": "ann@acme.example", "summary": "It is down", "severity": "10"}
    assert values == expected | chosen


def test_name_that_no_option_has_comes_back_with_a_sentence() -> None:
    named = {"severity": "10", "parts": ["a"], other_of("parts"): "Net, TiFoo"}
    values, problems = checked(named)
    assert problems == ["Parts: “TiFoo” cannot be chosen"]
    assert values[other_of("parts")] == "Net, TiFoo"
    assert values["parts"] == ["a"]
