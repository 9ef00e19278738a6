"""A ticket is closed, opened again or escalated: what is offered, who is heard, what follows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import (
    ACME,
    ANN,
    BEN,
    NOW,
    PREMIUM,
    STRANGERS,
    asked,
    delivered,
    happens,
    knowing,
    linked,
    only,
    ordered,
    said,
    toast,
    told,
)

from syncd.core.delivery import Decision
from syncd.core.ends import Delivered, DoubtLasts, Undeliverable
from syncd.core.events import MoveWanted
from syncd.core.kinds import AddComment, MoveTicket, ShowForm
from syncd.core.kinds.living.move_ticket import move_ticket
from syncd.core.known import replies_of
from syncd.core.model import (
    ChatId,
    CommentId,
    DeliveryId,
    Filed,
    MessageId,
    Ms,
    RequestId,
    RequestState,
    SeenVerdict,
    TicketId,
)
from syncd.core.outcome import Outcome
from syncd.core.ticket_card.card import shown_by
from syncd.core.ticket_card.moves import Move, Transition, offered
from syncd.core.watching import Reason

FILED = {"request": asked(RequestState.FILED), "link": linked()}
MOVING = move_ticket(linked(), Move.RESOLVE, BEN, NOW, "om_1").command


def clicks(move: Move = Move.RESOLVE, **more: object) -> MoveWanted:
    click = MoveWanted(
        RequestId("r1"), BEN, ACME.id, MessageId("om_card"), DeliveryId("d0"), move=move
    )
    return replace(click, **more)


def ends(outcome: Outcome) -> Decision:
    return happens(Delivered(delivered(MOVING), outcome), knowing(**FILED))


@pytest.mark.parametrize(
    ("name", "move"),
    [
        ("Resolve this issue", Move.RESOLVE), ("Resolved", Move.RESOLVE), ("close", Move.RESOLVE),
        ("Close my request", Move.RESOLVE), ("Mark as done", Move.RESOLVE),
        ("Mark this issue as resolved", Move.RESOLVE), ("关闭工单", Move.RESOLVE),
        ("解決にする", Move.RESOLVE), ("Reopen", Move.REOPEN), ("Re-open  issue", Move.REOPEN),
        ("重新打开", Move.REOPEN), ("再オープンする", Move.REOPEN),
        ("Ｅｓｃａｌａｔｅ", Move.ESCALATE),
        ("Escalate this issue", Move.ESCALATE), ("升级", Move.ESCALATE),
        ("エスカレーション", Move.ESCALATE),
    ],
)  # fmt: skip
def test_what_a_desk_offers_is_known_by_its_name(name: str, move: Move) -> None:
    transition = Transition("7", name)
    assert offered([Transition("1", "Respond to customer"), transition]) == {move: transition}


@pytest.mark.parametrize(
    "name",
    ["Not resolved", "Close and reopen", "Do not close", "Reopen closed", "Cancel request",
     "Unresolve", "", "resolve" * 50],
)  # fmt: skip
def test_a_name_that_says_anything_else_is_never_taken_for_one(name: str) -> None:
    assert offered([Transition("7", name)]) == {}


@given(st.text(min_size=1), st.sampled_from(["Resolve", "Close"]))
def test_a_word_before_it_makes_it_another(before: str, name: str) -> None:
    found = offered([Transition("7", f"not {before} {name}")])
    assert found == {}


def test_of_two_that_close_a_ticket_the_first_is_offered() -> None:
    listed = [Transition("1", "Resolve"), Transition("2", "Close"), Transition("3", "Escalate")]
    assert list(offered(listed).values()) == [listed[0], listed[2]]


def test_a_press_moves_the_ticket_behind_what_was_said_in_its_thread() -> None:
    decision = happens(clicks(), knowing(**FILED))
    (order,) = decision.orders
    ticket = linked().ticket_id, linked().ticket_key
    assert order.command == MoveTicket(linked().thread, *ticket, "resolve", BEN, NOW)
    assert order.lane == "jsm:om_root"
    assert "Received" in toast(decision)
    assert decision.spends == replies_of(BEN, ACME.id)


def test_presses_that_follow_at_once_are_one_wish_and_later_ones_are_not() -> None:
    def key(click: MoveWanted, later_ms: int = 0) -> str:
        return happens(click, knowing(**FILED), Ms(NOW + later_ms)).orders[0].dedupe_key

    assert key(clicks()) == key(clicks(operator=ANN), 1_000)
    assert len({key(clicks()), key(clicks(), 6_000), key(clicks(Move.ESCALATE))}) == 3


@pytest.mark.parametrize(
    ("click", "known"),
    [
        (clicks(chat_id=ChatId("oc_globex")), knowing(**FILED)),
        (clicks(), knowing()),
        (clicks(), knowing(request=asked(RequestState.FILED))),
        (clicks(), knowing(STRANGERS, **FILED)),
        (clicks(), knowing(used={replies_of(BEN, ACME.id)[0]: 200}, **FILED)),
    ],
    ids=["another group", "unknown", "no ticket", "not served", "too much"],
)
def test_who_is_not_heard_is_told_so(click: MoveWanted, known: object) -> None:
    decision = happens(click, known)
    assert decision.orders == ()
    assert toast(decision)


@pytest.mark.parametrize("chat", [ACME, PREMIUM])
@pytest.mark.parametrize(
    ("word", "move"),
    [
        ("close", "resolve"),
        ("resolve", "resolve"),
        ("reopen", "reopen"),
        ("升级工单", "escalate"),
    ],
)
def test_a_word_in_the_thread_does_the_same(chat: object, word: str, move: str) -> None:
    decision = happens(said(f"@bot {word}", by=BEN, inside="om_root"), knowing(chat, **FILED))
    assert only(decision, MoveTicket).move == move


def test_in_no_other_place_is_it_a_command() -> None:
    assert ordered(happens(said("@bot close"), knowing()), ShowForm)
    assert ordered(happens(said("@bot escalate", inside="om_talk"), knowing()), ShowForm)
    submitted = knowing(PREMIUM, request=asked(RequestState.SUBMITTED))
    assert ordered(happens(said("@bot close", inside="om_root"), submitted), AddComment)
    premium = knowing(PREMIUM, **FILED)
    for sentence in ("close", "@bot close the window", "@bot please close"):
        assert ordered(happens(said(sentence, inside="om_root"), premium), AddComment)


def test_what_is_done_is_looked_at_and_its_note_is_no_news() -> None:
    decision = ends(Outcome(comment_id=CommentId("c1")))
    (seen,) = decision.seen
    assert (seen.comment_id, seen.verdict) == ("c1", SeenVerdict.SKIPPED)
    assert [look.reason for look in decision.looks] == [Reason.READ]
    assert ends(Outcome()).seen == ()


def test_who_asked_is_told_what_was_not_done() -> None:
    assert "HELP-7 is as it was" in told(ends(Outcome(refused=True)))
    lost = happens(Undeliverable(delivered(MOVING), "tired"), knowing(**FILED))
    assert "stopped trying" in told(lost)


def test_who_waits_for_a_lost_answer_is_told_so_and_then_how_it_ended() -> None:
    lasts = happens(DoubtLasts(delivered(MOVING)), knowing(**FILED))
    assert "longer than usual" in told(lasts)
    lost = happens(Undeliverable(delivered(MOVING), "tired"), knowing(**FILED))
    assert lost.orders[0].dedupe_key != lasts.orders[0].dedupe_key


def test_what_is_found_late_is_to_be_wanted_once_more() -> None:
    late = happens(
        Delivered(delivered(MOVING), Outcome(refused=True)), knowing(**FILED), Ms(NOW + 3_700_000)
    )
    assert "once more" in told(late)


def test_a_card_that_offers_something_else_is_another_card() -> None:
    ticket = Filed(TicketId("1"), linked().ticket_key, "It is down", "Open", "/1")
    shown = {shown_by(ticket), shown_by(ticket, [Move.RESOLVE]), shown_by(ticket, list(Move))}
    assert len(shown) == 3
