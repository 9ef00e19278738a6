"""Questions that follow the answers to others, on the next card or all at once."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from stories import ACME, ANN, RULES, asked, happens, knowing

from syncd.core.decide import form
from syncd.core.delivery import Decision
from syncd.core.events import FormSubmitted
from syncd.core.fields import steps
from syncd.core.fields.field import Field, FieldKind, Option, Trigger, other_of
from syncd.core.fields.form import Form
from syncd.core.fields.plan import plan
from syncd.core.kinds.show_form import ShowForm
from syncd.core.model import (
    DeliveryId,
    MessageId,
    Place,
    Preset,
    Request,
    RequestId,
    RequestState,
    Values,
)
from syncd.core.wording import words

ENGLISH = words(ACME.language)
SUMMARY = Field("summary", FieldKind.TEXT, "Summary", required=True)
AREA = Field(
    "area", FieldKind.SELECT, "Area", required=True,
    options=(Option("db", "Database"), Option("net", "Network")),
)  # fmt: skip
ENGINE = Field(
    "engine", FieldKind.SELECT, "Engine", required=True,
    options=(Option("tikv", "TiKV"), Option("other", "Other")),
    when=((Trigger("area", ("db",)),),),
)  # fmt: skip
WHICH = Field(
    "which", FieldKind.TEXT, "Which one", when=((Trigger("engine", ("other",)),),), required=True
)
CABLE = Field("cable", FieldKind.TEXT, "Cable", when=((Trigger("area", ("net",)),),))
ASKS = Form((SUMMARY, AREA, ENGINE, WHICH, CABLE))
RACKS = Field(
    "rack", FieldKind.SELECT, "Rack", required=True,
    options=tuple(
        option
        for row in range(20)
        for option in (
            Option(f"{row}", f"Row {row}", partial=True),
            *(Option(f"{row}/{n}", f"Row {row} / {n}", parent=f"{row}") for n in range(30)),
        )
    ),
)  # fmt: skip


def shown(answers: Values, asks: Form = ASKS) -> list[str]:
    planned = plan(asks, ACME, RULES.read_address)
    return [field.id for field in form.questions(planned, ENGLISH, answers)][1:]


def test_a_question_is_asked_once_the_answer_that_it_follows_is_known() -> None:
    assert shown({}) == ["summary", "area"]
    assert shown({"area": "net"}) == ["summary", "area", "cable"]
    assert shown({"area": "db", "engine": "other"}) == ["summary", "area", "engine", "which"]


def test_an_answer_to_a_question_that_is_not_asked_makes_nobody_be_asked() -> None:
    assert shown({"area": "net", "engine": "other"}) == ["summary", "area", "cable"]


def test_questions_that_follow_each_other_in_a_circle_are_not_asked() -> None:
    one = replace(CABLE, id="one", when=((Trigger("two", ("x",)),),))
    two = replace(CABLE, id="two", when=((Trigger("one", ("x",)),),))
    assert shown({"one": "x", "two": "x"}, Form((SUMMARY, one, two))) == ["summary"]


def test_a_preset_answer_is_followed_like_a_typed_one() -> None:
    chat = replace(ACME, presets=(Preset("area", ("Network",)),))
    planned = plan(ASKS, chat, RULES.read_address)
    asked_for = [field.id for field in form.questions(planned, ENGLISH, {})]
    assert asked_for == ["reporter", "summary", "cable"]


def test_a_form_that_others_see_asks_everything_and_says_when() -> None:
    fields = form.all_questions(plan(ASKS, ACME, RULES.read_address), ENGLISH)
    told = {field.id: (field.required, field.help) for field in fields}
    assert told["engine"] == (False, "Only if Area: Database.")
    assert told["cable"] == (False, "Only if Area: Network.")


TYPED = {"reporter": "ann@acme.example", "summary": "It is down"}


def after(
    typed: Values, before: Values, asks: Form = ASKS, place: Place = Place.EPHEMERAL
) -> Decision:
    """What follows a Submit on a card that was made for the answers `before`."""
    clicked = (RequestId("r1"), ANN, ACME.id, MessageId("om_clicked"), DeliveryId("d-form"))
    event = FormSubmitted(*clicked, {**TYPED, **typed}, place=place)
    return happens(event, knowing(request=asked(values={**TYPED, **before}), form=asks))


def kept(decision: Decision) -> Request:
    assert decision.request is not None
    return decision.request


def told(decision: Decision) -> str:
    assert decision.toast is not None
    return decision.toast.text


def test_answers_that_ask_for_more_bring_the_next_card_and_keep_what_was_typed() -> None:
    decision = after({"area": "db"}, {})
    assert kept(decision).state is RequestState.ASKED
    assert kept(decision).values["area"] == "db"
    (order,) = decision.orders
    assert isinstance(order.command, ShowForm)
    assert told(decision) == ENGLISH.goes_on


def test_an_answer_that_is_named_in_words_is_followed_too() -> None:
    decision = after({other_of("area"): "database"}, {})
    assert kept(decision).values["area"] == "db"
    assert told(decision) == ENGLISH.goes_on


def test_what_is_wrong_stands_on_the_next_card() -> None:
    decision = after({"area": "db", "summary": "x\ny"}, {})
    assert kept(decision).problem == "Summary must be a single line"


def test_the_last_card_makes_the_ticket_and_leaves_out_what_is_asked_no_more() -> None:
    decision = after({"area": "net", "cable": "blue", "engine": "other"}, {"area": "net"})
    assert kept(decision).state is RequestState.SUBMITTED
    assert "engine" not in kept(decision).values
    assert kept(decision).values["cable"] == "blue"


def test_a_question_of_the_next_card_has_to_be_answered() -> None:
    decision = after({"area": "db"}, {"area": "db"})
    assert kept(decision).state is RequestState.ASKED
    assert "Engine is required" in told(decision)


def test_a_form_that_others_see_is_checked_at_once() -> None:
    decision = after({"area": "db"}, {}, place=Place.THREAD)
    assert "Engine is required" in told(decision)
    assert decision.orders == ()


def test_a_long_list_in_two_steps_is_chosen_from_in_two_cards() -> None:
    asks = Form((SUMMARY, RACKS))
    first = steps.narrowed(RACKS, "")
    assert len(first.options) == 20
    assert not any(option.partial for option in first.options)
    decision = after({"rack": "7"}, {}, asks)
    assert told(decision) == ENGLISH.goes_on
    second = steps.narrowed(RACKS, "7")
    assert len(second.options) == 20 + 30
    assert second.options[1].value == "7/0"
    assert "say also which one of “Row 7”" in told(after({"rack": "7"}, {"rack": "7"}, asks))
    assert told(after({"rack": "8"}, {"rack": "7"}, asks)) == ENGLISH.goes_on
    done = after({"rack": "7/3"}, {"rack": "7"}, asks)
    assert kept(done).values["rack"] == "7/3"
    assert kept(done).state is RequestState.SUBMITTED


CHOICES = st.sampled_from(["db", "net", "tikv", "other", "x", ""])


@given(st.dictionaries(st.sampled_from(["area", "engine", "which", "cable"]), CHOICES))
def test_every_form_comes_to_an_end(answers: dict[str, str]) -> None:
    """The same answers never ask for more than the card that was made for them has shown."""
    assert not form.goes_on(ASKS, ACME, RULES, {**answers}, {**answers})
    asked_for = steps.asked(ASKS.fields, answers)
    assert {SUMMARY, AREA} <= set(asked_for)
