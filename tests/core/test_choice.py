"""Which kind of request it is, where a chat offers several."""

from dataclasses import replace

from stories import ACME, ANN, FORM, RULES, asked, happens, knowing, toast

from syncd.core.decide import decide
from syncd.core.delivery import Decision
from syncd.core.desks import choice
from syncd.core.desks.desk import Desk, RequestKind, desk_of, offered, project_of, projects
from syncd.core.events import FormSubmitted
from syncd.core.fields.field import Field, FieldKind
from syncd.core.fields.form import Form
from syncd.core.kinds.file_ticket import FileTicket
from syncd.core.kinds.show_form import ShowForm
from syncd.core.model import DeliveryId, MessageId, Place, Request, RequestId, RequestState
from syncd.core.wording import words

ENGLISH = words(ACME.language)
HELP, BILL = RequestKind("technical", "10"), RequestKind("billing", "20")
DESKS = (
    Desk("technical", "1", "HELP", ("10", "11")),
    Desk("billing", "3", "BILL", ("20",)),
    Desk("invoices", "3", "BILL", ("21",)),
)
INVOICE = Field("invoice", FieldKind.TEXT, "Invoice", required=True)
BILLS = Form((*FORM.fields[:2], INVOICE), name="Billing")
OFFERS = {HELP: replace(FORM, name="Get help"), BILL: BILLS}
TYPED = {"reporter": "ann@acme.example", "summary": "It is down"}


def submits(
    request: Request,
    typed: dict[str, str],
    card: RequestKind | None,
    offers: choice.Offers = OFFERS,
) -> Decision:
    """What follows a Submit of a card that asks about that kind."""
    clicked = (RequestId("r1"), ANN, ACME.id, MessageId("om_clicked"), DeliveryId("d-form"))
    event = FormSubmitted(*clicked, {**TYPED, **typed}, place=Place.EPHEMERAL, kind=card)
    return happens(event, knowing(request=request, offers=offers))


def kept(decision: Decision) -> Request:
    assert decision.request is not None
    return decision.request


def test_a_chat_that_names_no_desk_that_there_is_offers_the_first() -> None:
    assert offered((), DESKS) == offered(("gone",), DESKS) == DESKS[0].kinds
    assert offered(("billing", "gone", "billing"), DESKS) == (BILL,)
    assert offered(("billing", "technical"), DESKS) == (BILL, *DESKS[0].kinds)


def test_desks_of_one_project_have_it_searched_once() -> None:
    assert projects(DESKS) == ("HELP", "BILL")
    assert project_of("HELP-7") == "HELP"
    assert desk_of(RequestKind("technical", "20"), DESKS) is None


def test_a_kind_is_read_as_it_was_written() -> None:
    assert RequestKind.read(str(HELP)) == HELP
    assert RequestKind.read("") is None


def test_kinds_of_the_same_name_are_told_apart() -> None:
    other = RequestKind("technical", "11")
    offers = {HELP: BILLS, other: BILLS, BILL: BILLS, RequestKind("invoices", "21"): Form()}
    which = choice.asking(offers, None, ENGLISH).which
    assert which is not None
    assert [option.label for option in which.options] == [
        "Billing (technical) (10)",
        "Billing (technical) (11)",
        "Billing (billing)",
        "invoices",
    ]


def test_nothing_is_asked_where_there_is_nothing_to_choose() -> None:
    asks = choice.asking({HELP: FORM}, None, ENGLISH)
    assert (asks.form, asks.kind, asks.which) == (FORM, HELP, None)


def test_before_the_choice_only_what_all_ask_for_is_asked() -> None:
    asks = choice.asking(OFFERS, None, ENGLISH)
    assert [field.id for field in asks.form.fields] == ["summary", "description"]
    without = {HELP: FORM, BILL: Form((FORM.fields[0], INVOICE))}
    first = choice.asking(without, None, ENGLISH)
    assert [field.id for field in first.form.fields] == ["summary"]


def test_the_choice_brings_the_card_of_that_kind_and_keeps_what_was_typed() -> None:
    decision = submits(asked(), {choice.KIND: str(BILL)}, None)
    (order,) = decision.orders
    assert isinstance(order.command, ShowForm)
    request = kept(decision)
    assert (request.kind, request.state) == (BILL, RequestState.ASKED)
    assert request.values == TYPED
    assert request.problem == ""


def test_without_a_choice_the_card_comes_again_and_says_so() -> None:
    request = kept(submits(asked(), {}, None))
    assert request.kind is None
    assert "What is it about?" in request.problem


def test_the_card_of_the_chosen_kind_files_a_ticket_of_it() -> None:
    chosen = asked(kind=BILL, values={**TYPED, "severity": "10", "tags": "kept"})
    decision = submits(chosen, {choice.KIND: str(BILL), "invoice": "7"}, BILL)
    (order,) = decision.orders
    assert isinstance(order.command, FileTicket)
    request = kept(decision)
    assert request.kind == BILL
    assert request.values == {**TYPED, "invoice": "7"}, "answers of the other kind stay out"


def test_another_choice_keeps_the_answers_for_both() -> None:
    chosen = asked(kind=HELP, values={**TYPED, "invoice": "7", "tags": "a b"})
    typed = {choice.KIND: str(BILL), "severity": "10", "due": "2027-01-01"}
    request = kept(submits(chosen, typed, HELP))
    assert request.kind == BILL
    expected = {**TYPED, "invoice": "7", "severity": "10", "due": "2027-01-01"}
    assert request.values == expected, "what was emptied is gone"


def test_a_wrong_answer_keeps_what_waits_for_the_other_kind() -> None:
    chosen = asked(kind=BILL, values={**TYPED, "severity": "10"})
    decision = submits(chosen, {choice.KIND: str(BILL)}, BILL)
    assert "Invoice" in toast(decision)
    assert kept(decision).values["severity"] == "10"


def test_an_older_card_says_itself_what_it_asks_about() -> None:
    chosen = asked(kind=BILL, values=TYPED)
    request = kept(submits(chosen, {choice.KIND: str(HELP), "severity": "10"}, HELP))
    assert (request.state, request.kind) == (RequestState.SUBMITTED, HELP)


def test_what_was_emptied_on_the_first_card_stays_empty() -> None:
    before = asked(values={**TYPED, "description": "Since noon"})
    request = kept(submits(before, {choice.KIND: str(BILL)}, None))
    assert "description" not in request.values


def test_a_second_click_on_the_first_card_skips_no_question() -> None:
    chosen = asked(kind=BILL, values=TYPED)
    decision = submits(chosen, {choice.KIND: str(BILL)}, None)
    assert kept(decision).state is RequestState.ASKED


def test_a_kind_that_is_not_offered_any_more_has_to_be_chosen_again() -> None:
    chosen = asked(kind=BILL, values=TYPED)
    more = {RequestKind("technical", "11"): Form((FORM.fields[0], INVOICE), name="Other")}
    decision = submits(chosen, {choice.KIND: str(BILL), "invoice": "7"}, BILL, {HELP: FORM, **more})
    request = kept(decision)
    assert request.kind is None
    assert request.problem == ENGLISH.kind_gone
    assert request.values["invoice"] == "7"


def test_answers_that_no_kind_asks_for_any_more_go_into_the_description() -> None:
    chosen = asked(kind=BILL, values=TYPED)
    again = kept(submits(chosen, {"invoice": "7"}, BILL, {HELP: FORM}))
    assert again.values["invoice (no longer asked)"] == "7"
    filed = kept(submits(again, {}, HELP, {HELP: FORM}))
    assert filed.state is RequestState.SUBMITTED
    assert filed.values["invoice (no longer asked)"] == "7"


def test_what_only_the_other_kind_asks_for_by_now_is_not_lost() -> None:
    severity = FORM.fields[2]
    assert severity.id == "severity"
    had = replace(BILLS, retired=(severity,))
    filed = kept(
        submits(asked(kind=BILL), {"invoice": "7", "severity": "10"}, BILL, OFFERS | {BILL: had})
    )
    assert filed.state is RequestState.SUBMITTED
    labels = {option.value: option.label for option in severity.options}
    assert filed.values[f"{severity.label} (no longer asked)"] == labels["10"]


def test_one_kind_that_is_left_needs_no_choice() -> None:
    request = kept(submits(asked(), {}, None, {HELP: FORM}))
    assert (request.state, request.kind) == (RequestState.SUBMITTED, HELP)


def test_a_form_that_nobody_knows_yet_is_waited_for() -> None:
    clicked = (RequestId("r1"), ANN, ACME.id, MessageId("om_clicked"), DeliveryId("d-form"))
    known = knowing(request=asked(), offers={})
    decision = decide(FormSubmitted(*clicked, TYPED), known, RULES, known.request.created_ms)
    assert kept(decision).state is RequestState.ASKED
