"""The questions of a form: named choices, complaints at a field, the portal's own form."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import ACME, RULES, asked

from syncd.core.decide import form
from syncd.core.fields import kinds
from syncd.core.fields.answers import Asked
from syncd.core.fields.complaints import at_fields
from syncd.core.fields.field import Field, FieldKind, Option
from syncd.core.fields.form import Form
from syncd.core.fields.naming import named_option
from syncd.core.fields.portal import own_form
from syncd.core.fields.translated import translated
from syncd.core.model import Language, Values
from syncd.core.wording import words

ENGLISH = words(ACME.language)
CLUSTER = Field(
    "cluster",
    FieldKind.SELECT,
    "Cluster",
    required=True,
    options=(
        Option("1", "Tokyo", partial=True),
        Option("1/1", "Tokyo / blue", parent="1"),
        Option("1/2", "Tokyo / red", parent="1"),
        Option("2", "Bonn", partial=True),
        Option("2/1", "Bonn / blue", parent="2"),
        Option("3", "Elsewhere"),
    ),
)
EVERY = Form(
    (
        Field("summary", FieldKind.TEXT, "Summary", required=True, max_length=255),
        CLUSTER,
        Field("page", FieldKind.URL, "Page", max_length=255),
        Field("seen", FieldKind.MOMENT, "Seen"),
        Field("who", FieldKind.PERSON, "Who"),
        Field("all", FieldKind.PEOPLE, "All"),
        Field("tags", FieldKind.LABELS, "Tags"),
    )
)


def checked(**typed: str | list[str]) -> tuple[Values, list[str]]:
    values: Values = {"reporter": "ann@acme.example", "summary": "s", "cluster": "3", **typed}
    return form.check(values, EVERY, ACME, asked(), RULES, ENGLISH)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("cluster", "1", "Cluster: say also which one of “Tokyo”"),
        ("cluster", "9", "Cluster: “9” cannot be chosen"),
        ("page", "x.example", "Page: “x.example” is not a web address; write it like https://"),
        ("page", "javascript:alert(1)", "Page: “javascript:alert(1)” is not a web address"),
        ("page", "https://[", "Page: “https://[” is not a web address"),
        ("page", "https://x.example/" + "x" * 300, "Page is 318 characters long; 255 are"),
        ("seen", "2026-11-30 18:45", "Seen: “2026-11-30 18:45” is not a date and time"),
        ("seen", "2026-02-30 18:45 +0800", "is not a date and time"),
        ("seen", "2026-11-30 24:45 +0800", "is not a date and time"),
        ("who", "ben", "Who (e-mail address): “ben” is not an e-mail address"),
        ("all", "a@b.example, ben", "“ben” is not an e-mail address"),
        ("all", " ".join(f"a{n}@b.example" for n in range(21)), "at most 20 can be named"),
        ("tags", "x" * 256, "Tags is 256 characters long; 255 are allowed"),
    ],
)
def test_a_wrong_answer_is_named(name: str, typed: str, said: str) -> None:
    values, (problem,) = checked(**{name: typed})
    assert said in problem
    assert values[name]


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("cluster", "2/1", "2/1"),
        ("page", " https://x.example/a?b=1 ", "https://x.example/a?b=1"),
        ("seen", "2026-11-30 18:45 -0330", "2026-11-30 18:45 -0330"),
        ("who", "Ben@ACME.example", "Ben@acme.example"),
        ("all", "a@b.example、c@D.example a@b.example", ["a@b.example", "c@d.example"]),
    ],
)
def test_a_right_answer_is_kept_in_its_normal_form(name: str, typed: str, kept: object) -> None:
    values, problems = checked(**{name: typed})
    assert problems == []
    assert values[name] == kept


@pytest.mark.parametrize(
    ("name", "chosen", "found"),
    [
        ("Tokyo / red", "", "1/2"),
        ("tokyo/RED", "", "1/2"),
        ("red", "", "1/2"),
        ("blue", "", None),
        ("blue", "2", "2/1"),
        ("red", "2", "1/2"),
        ("Elsewhere", "", "3"),
        ("Tokyo", "", "1"),
        ("green", "1", None),
    ],
)
def test_a_second_step_goes_by_its_own_name_where_that_is_clear(
    name: str, chosen: str, found: str | None
) -> None:
    assert named_option(name, CLUSTER, chosen) == found


def test_a_choice_is_named_in_either_language() -> None:
    options = (Option("1", "東京"), Option("1/2", "東京 / 赤", parent="1"))
    foreign = Form((Field("cluster", FieldKind.SELECT, "クラスタ", options=options),))
    (field,) = translated(Form((CLUSTER,)), foreign).fields
    assert (field.label, field.required) == ("クラスタ", True)
    assert [o.label for o in field.options][:4] == ["東京", "Tokyo / blue", "東京 / 赤", "Bonn"]
    assert named_option("東京 / 赤", field) == named_option("Tokyo / red", field) == "1/2"


def test_a_complaint_is_about_the_field_that_leads_it() -> None:
    told = "Page: is odd\nsomething else\nPage: and long\nPages: none"
    assert at_fields(told, EVERY.fields) == {"page": "is odd and long"}
    assert at_fields("", EVERY.fields) == {}


@given(st.text(), st.text(max_size=3_000))
def test_the_portals_address_is_filled_in_as_far_as_it_may_be_long(said: str, more: str) -> None:
    where = Form(portal_path="/servicedesk/customer/portal/2/create/12")
    address = own_form("https://help.example", where, {"summary": said, "description": more})
    assert len(address) <= 4_000
    assert address.isascii()
    query = parse_qs(urlsplit(address).query, keep_blank_values=True)
    for name, whole in (("summary", said), ("description", more)):
        assert whole.startswith(query.get(name, [""])[0])


def test_without_a_portals_form_the_list_of_portals_is_left() -> None:
    address = own_form("https://help.example", Form(), {"summary": "s"})
    assert address == "https://help.example/servicedesk/customer/portals"


SHORT = "A is 2 characters long; at least 3 are needed"
NO_TIME = "A: “24:00” is not a time of day; write it like 14:30"


@pytest.mark.parametrize(
    ("field", "said", "told"),
    [
        (Field("a", FieldKind.TEXT, "A", least=3), "ab", SHORT),
        (Field("a", FieldKind.NUMBER, "A", whole=True), "1.5", "A: “1.5” is not a whole number"),
        (Field("a", FieldKind.NUMBER, "A", least=2), "1", "A: it has to be 2 or more"),
        (Field("a", FieldKind.NUMBER, "A", most=1e6), "1000001", "A: it may be 1000000 at most"),
        (Field("a", FieldKind.TIME, "A"), "24:00", NO_TIME),
        (Field("a", FieldKind.EMAIL, "A"), "x", "A: “x” is not an e-mail address"),
        (Field("a", FieldKind.NUMBER, "A", least=2, most=3, whole=True), "3", ""),
        (Field("a", FieldKind.TIME, "A"), "9:05", ""),
    ],
)  # fmt: skip
def test_an_answer_keeps_within_its_bounds(field: Field, said: str, told: str) -> None:
    about = Asked(field, words(Language.EN), lambda typed: typed if "@" in typed else None)
    assert kinds.wrong(kinds.tidy(said, about), about) == told


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (["1"], "A: choose at least 2"),
        (["1", "2"], ""),
        (["1", "2", "3", "4"], "A: choose at most 3"),
    ],
)
def test_so_many_are_chosen(chosen: list[str], told: str) -> None:
    options = tuple(Option(str(n), str(n)) for n in range(1, 5))
    field = Field("a", FieldKind.MULTISELECT, "A", options=options, least=2, most=3)
    assert kinds.wrong(chosen, Asked(field, words(Language.EN), str)) == told
