"""What each kind of question looks like in a card, and what its answer comes back as."""

import json
from dataclasses import replace
from typing import Any

import pytest

from syncd.chat.lark.cards.card import MAX_BYTES, MAX_ELEMENTS, card, fit_of, size
from syncd.chat.lark.cards.fit import count_elements
from syncd.chat.lark.cards.form import form, read_form
from syncd.core.fields.field import Field, FieldKind, Option
from syncd.core.model import Language
from syncd.core.views import FormView
from syncd.core.wording import words
from syncd.sandbox.lark.cards.check import Audience, validate

NOBODY = Audience(frozenset(), frozenset(), at_all=False)
EMPTY = FormView("r", "t", "intro", (), {}, "ok", "no", "choose", other="other?", more="more:")


def shown(field: Field, value: str | list[str] = "") -> dict[str, Any]:
    """Return the component of the only question of a form."""
    view = replace(EMPTY, fields=(field,), values={field.id: value} if value else {})
    return next(e for e in form(view, "d")["elements"] if e.get("name") == field.id)


def answered(field: Field, typed: object, zone: str = "") -> object:
    (submit,) = [
        e for e in form(replace(EMPTY, fields=(field,)), "d")["elements"] if e["tag"] == "button"
    ]
    legend = json.loads(submit["behaviors"][0]["value"]["o"])
    return read_form({field.id: typed}, legend, zone).get(field.id)


MOMENT = Field("seen", FieldKind.MOMENT, "First seen")


def test_a_moment_is_picked_and_shown_again_as_it_was() -> None:
    component = shown(MOMENT, "2026-11-30 18:45 +0800")
    assert component["tag"] == "picker_datetime"
    assert component["initial_datetime"] == "2026-11-30 18:45"


@pytest.mark.parametrize(
    ("typed", "zone", "read"),
    [
        ("2026-11-30 18:45 +0800", "America/New_York", "2026-11-30 18:45 +0800"),
        ("2026-07-30 18:45", "America/New_York", "2026-07-30 18:45 -0400"),
        ("2026-11-30 18:45", "America/New_York", "2026-11-30 18:45 -0500"),
        ("2026-11-30 18:45", "", "2026-11-30 18:45"),
        ("2026-11-30 18:45", "No/Where", "2026-11-30 18:45"),
        ("2026-11-30 18:45", "../../etc/passwd", "2026-11-30 18:45"),
        ("soon", "Asia/Tokyo", "soon"),
    ],
)
def test_a_moment_has_the_offset_that_lark_tells_else_that_of_the_persons_zone(
    typed: str, zone: str, read: str
) -> None:
    assert answered(MOMENT, typed, zone) == read


def test_a_choice_is_shown_with_what_it_means_and_comes_back_as_its_value() -> None:
    options = (Option("1", "Highest", about="Nobody can work."), Option("2", "Low"))
    field = Field("priority", FieldKind.SELECT, "Priority", options=options)
    texts = [o["text"]["content"] for o in shown(field)["options"]]
    assert texts == ["Highest – Nobody can work.", "Low"]
    assert answered(field, texts[0]) == "1"


def test_addresses_that_were_typed_are_shown_again() -> None:
    field = Field("who", FieldKind.PEOPLE, "Approvers")
    assert (
        shown(field, ["a@x.example", "b@x.example"])["default_value"] == "a@x.example b@x.example"
    )


def listed(id: str, count: int, kind: FieldKind) -> Field:
    options = tuple(Option(f"{id}-{n}", f"組み込み部品 choice number {n}") for n in range(count))
    return Field(id, kind, f"List {id}", options=options, help="Which one is it? " * 9)


def two_steps() -> Field:
    options: list[Option] = []
    for n in range(20):
        options.append(Option(f"{n}", f"Region {n}", partial=True))
        options += (Option(f"{n}/{m}", f"Region {n} / {m}", parent=f"{n}") for m in range(30))
    return Field("steps", FieldKind.SELECT, "Cluster", required=True, options=tuple(options))


@pytest.mark.parametrize("language", Language)
def test_thirty_fields_with_long_lists_and_two_steps_fit_one_card(language: Language) -> None:
    wording = words(language)
    lists = (
        listed("a", 400, FieldKind.SELECT),
        listed("b", 120, FieldKind.MULTISELECT),
        listed("c", 120, FieldKind.SELECT),
        two_steps(),
    )
    kinds = (FieldKind.TEXT, FieldKind.DATE, FieldKind.MOMENT, FieldKind.PERSON, FieldKind.NUMBER)
    plain = (
        Field(f"f{n}", kinds[n % 5], f"質問 {n}", help="Help. " * 30, required=n < 3)
        for n in range(24)
    )
    typed = {"summary": "例" * 255, "description": "例" * 1000}
    first = (
        Field("summary", FieldKind.TEXT, "Summary", required=True, max_length=255),
        Field("description", FieldKind.MULTILINE, "Description"),
    )
    view = replace(
        EMPTY,
        intro=wording.form_intro,
        choose=wording.choose,
        other=wording.other_choice,
        more=wording.more_questions,
        more_url="https://support.example/servicedesk/customer/portal/2/create/12",
        fields=(*first, *lists, *plain),
        values=typed,
    )
    made = card(view, "d")
    validate(json.loads(json.dumps(made)), NOBODY)
    assert size(made) <= MAX_BYTES
    assert count_elements(made) <= MAX_ELEMENTS
    kept = {field.id: field for field in fit_of(view, "d").view.fields}
    needed = {field.id for field in view.fields if field.required}
    assert kept.keys() >= needed | {"summary", "description", "steps"}
    assert [o.label for o in kept["steps"].options][:3] == ["Region 0", "Region 1", "Region 2"]
    assert kept["steps"].unlisted > 0
