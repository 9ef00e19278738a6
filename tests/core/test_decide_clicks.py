"""The buttons of the form: Submit, Cancel, Open the form."""

from dataclasses import replace

import pytest
from stories import (
    ACME,
    ANN,
    BEN,
    NOW,
    STRANGERS,
    THREAD,
    asked,
    happens,
    knowing,
    ordered,
    toast,
)

from syncd.core.delivery import Decision
from syncd.core.events import Event, FormCancelled, FormSubmitted, FormWanted
from syncd.core.kinds import CloseForm, FileTicket, ShowForm
from syncd.core.known import Known
from syncd.core.model import (
    Card,
    ChatId,
    DeliveryId,
    Language,
    MessageId,
    Ms,
    PersonId,
    Place,
    Request,
    RequestId,
    RequestState,
    TicketKey,
)
from syncd.core.views import Tone

RIGHT = {"reporter": "ann@acme.example", "summary": "It is down"}
CARD = Card(Place.EPHEMERAL, MessageId("om_card"))


def clicked(by: PersonId = ANN, where: ChatId = ACME.id) -> tuple[object, ...]:
    """What every click says of itself."""
    return (RequestId("r1"), by, where, MessageId("om_clicked"), DeliveryId("d-form"))


def submit(known: Known, by: PersonId = ANN, now: Ms = NOW, **values: object) -> Decision:
    return happens(FormSubmitted(*clicked(by), {**RIGHT, **values}), known, now)


def clicks(by: PersonId = ANN) -> list[Event]:
    return [
        FormSubmitted(*clicked(by), dict(RIGHT)),
        FormCancelled(*clicked(by)),
        FormWanted(*clicked(by)),
    ]


def kept(decision: Decision) -> Request:
    assert decision.request is not None
    return decision.request


def changes_nothing(decision: Decision) -> bool:
    return decision.request is None and not decision.orders


def test_right_form_files_one_ticket() -> None:
    decision = submit(knowing(request=asked()))
    assert ordered(decision, FileTicket) == [FileTicket(RequestId("r1"))]
    assert kept(decision).state is RequestState.SUBMITTED
    assert kept(decision).submitted_ms == NOW
    assert decision.toast is not None
    assert decision.toast.tone is Tone.SUCCESS


def test_filing_goes_first_in_the_lane_of_its_thread() -> None:
    (order,) = submit(knowing(request=asked())).orders
    assert (order.lane, order.dedupe_key) == (f"jsm:{THREAD.root}", "file:r1:1")
    assert order.command.urgent


def test_form_that_came_back_may_file_a_ticket_of_its_own() -> None:
    again = asked(round=1, problem="Severity is not known", slow_told=True)
    decision = submit(knowing(request=again))
    (order,) = decision.orders
    assert order.dedupe_key == "file:r1:2"
    assert (kept(decision).problem, kept(decision).slow_told) == ("", False)


def test_what_was_typed_is_kept_on_the_request() -> None:
    request = kept(submit(knowing(request=asked()), summary="  It is  down ", severity="10"))
    assert request.values == {
        "reporter": "ann@acme.example",
        "summary": "It is  down",
        "severity": "10",
    }


def test_wrong_form_is_told_what_is_wrong_and_keeps_what_was_typed() -> None:
    decision = submit(knowing(request=asked()), hosts="many", description="help")
    assert "Hosts" in toast(decision)
    assert kept(decision).state is RequestState.ASKED
    assert kept(decision).values["description"] == "help"
    assert decision.orders == ()


def test_an_answer_that_no_card_lets_be_left_empty_is_asked_on_another_card() -> None:
    decision = submit(knowing(request=asked()), summary="", description="help")
    assert "Summary is required" in toast(decision)
    assert kept(decision).values == {"reporter": "ann@acme.example", "description": "help"}
    assert [order.command.kind() for order in decision.orders] == ["ShowForm"]


def test_every_problem_of_a_form_is_told_at_once() -> None:
    said = toast(submit(knowing(request=asked()), reporter="ann", summary="", hosts="many"))
    assert [word in said for word in ("Reporter", "Summary", "Hosts")] == [True] * 3


@pytest.mark.parametrize("click", clicks(BEN))
def test_only_the_asker_may_use_the_form(click: Event) -> None:
    decision = happens(click, knowing(request=asked()))
    assert changes_nothing(decision)
    assert "Only the person who asked" in toast(decision)


@pytest.mark.parametrize("state", [*RequestState])
def test_another_person_learns_nothing_about_the_request(state: RequestState) -> None:
    known = knowing(request=asked(state, ticket_key=TicketKey("HELP-7"), problem="Secret."))
    (told,) = {toast(happens(click, known)) for click in clicks(BEN)}
    assert told.startswith("Only the person who asked can use this form. Mention me in the group")


@pytest.mark.parametrize("click", clicks())
def test_form_that_is_too_old_is_refused(click: Event) -> None:
    request = asked()
    decision = happens(click, knowing(request=request), request.expires_ms)
    assert changes_nothing(decision)
    assert "expired" in toast(decision)


def test_form_works_until_the_last_moment() -> None:
    request = asked()
    decision = submit(knowing(request=request), now=Ms(request.expires_ms - 1))
    assert kept(decision).state is RequestState.SUBMITTED


@pytest.mark.parametrize("click", clicks())
@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RequestState.SUBMITTED, "being created"),
        (RequestState.FILED, "HELP-7 was created"),
        (RequestState.REFUSED, "No ticket was created: No such type."),
        (RequestState.FAILED, "No ticket was created: No such type."),
        (RequestState.EXPIRED, "expired"),
        (RequestState.CANCELLED, "was cancelled"),
    ],
)
def test_second_click_files_no_second_ticket_and_tells_how_things_stand(
    click: Event, state: RequestState, words: str
) -> None:
    known = knowing(request=asked(state, ticket_key=TicketKey("HELP-7"), problem="No such type."))
    decision = happens(click, known)
    assert changes_nothing(decision)
    assert words in toast(decision)


@pytest.mark.parametrize("click", clicks())
def test_form_that_nobody_knows_is_refused(click: Event) -> None:
    decision = happens(click, knowing())
    assert changes_nothing(decision)
    assert "no longer known" in toast(decision)


@pytest.mark.parametrize("click", clicks())
def test_form_of_a_chat_that_is_not_served_any_more_is_refused(click: Event) -> None:
    decision = happens(click, knowing(STRANGERS, request=asked()))
    assert changes_nothing(decision)
    assert "oc_acme" in toast(decision)


def test_cancel_ends_the_request_and_takes_the_card_away() -> None:
    decision = happens(FormCancelled(*clicked()), knowing(request=asked(card=CARD)))
    assert kept(decision).state is RequestState.CANCELLED
    assert ordered(decision, CloseForm) == [CloseForm(Place.EPHEMERAL, MessageId("om_card"))]
    assert "Cancelled" in toast(decision)


@pytest.mark.parametrize(
    ("where", "place"),
    [(ACME.id, Place.EPHEMERAL), (ChatId("oc_ann_alone"), Place.DIRECT)],
)
def test_click_proves_where_the_card_is(where: ChatId, place: Place) -> None:
    decision = happens(FormCancelled(*clicked(where=where)), knowing(request=asked()))
    assert kept(decision).state is RequestState.CANCELLED
    assert ordered(decision, CloseForm) == [CloseForm(place, MessageId("om_clicked"))]


@pytest.mark.parametrize("place", Place)
def test_card_that_says_where_it_is_is_taken_away_from_there(place: Place) -> None:
    click = FormCancelled(*clicked(), place=place)
    decision = happens(click, knowing(request=asked()))
    assert ordered(decision, CloseForm) == [CloseForm(place, MessageId("om_clicked"))]


def test_older_card_that_was_asked_for_inside_a_thread_is_in_that_thread() -> None:
    decision = happens(FormCancelled(*clicked()), knowing(request=asked(top_level=False)))
    assert ordered(decision, CloseForm) == [CloseForm(Place.THREAD, MessageId("om_clicked"))]


def test_click_on_an_older_card_does_not_forget_the_newer_one() -> None:
    decision = submit(knowing(request=asked(card=CARD)))
    assert kept(decision).card == CARD


@pytest.mark.parametrize("values", [{}, {"summary": ""}])
def test_submit_proves_that_the_form_arrived(values: dict[str, str]) -> None:
    assert submit(knowing(request=asked()), **values).arrived == ("d-form",)


def test_cancel_proves_that_the_form_arrived() -> None:
    assert happens(FormCancelled(*clicked()), knowing(request=asked())).arrived == ("d-form",)


def test_asker_who_wants_the_form_again_gets_it() -> None:
    decision = happens(FormWanted(*clicked()), knowing(request=asked()))
    assert ordered(decision, ShowForm) == [ShowForm(RequestId("r1"), ACME.id, wanted=True)]
    assert decision.request is None


def test_each_wish_for_the_form_shows_it_once_however_fast_the_button_is_pressed() -> None:
    known = knowing(request=asked())
    keys = [
        happens(FormWanted(*clicked()), known, Ms(NOW + wait)).orders[0].dedupe_key
        for wait in (0, 1, 5_000)
    ]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize(
    ("language", "words"), [(Language.ZH, "已收到"), (Language.JA, "受け付け")]
)
def test_clicker_is_answered_in_the_language_of_the_chat(language: Language, words: str) -> None:
    known = knowing(replace(ACME, language=language), request=asked())
    assert toast(submit(known)).startswith(words)
