"""From a submitted form to a ticket, or to the reason why there is none."""

import re
from dataclasses import replace

import pytest
from stories import (
    ACME,
    ANN,
    BEN,
    DAY,
    NOW,
    PREMIUM,
    RULES,
    THREAD,
    asked,
    delivered,
    happens,
    knowing,
    linked,
    only,
    ordered,
    told,
)

from syncd.core.ends import Delivered, Doubtful, DoubtLasts, Undeliverable
from syncd.core.events import RequestSlow
from syncd.core.kinds import AddComment, AnnounceTicket, CloseForm, FileTicket, ShowForm, TellPerson
from syncd.core.lifecycle import WrongTurn
from syncd.core.model import (
    Card,
    CommentId,
    Filed,
    Language,
    MessageId,
    Ms,
    Origin,
    Place,
    RequestId,
    RequestState,
    SeenComment,
    SeenVerdict,
    TicketId,
    TicketKey,
    Twin,
)
from syncd.core.outcome import Outcome

SUBMITTED = asked(RequestState.SUBMITTED, round=1, card=Card(Place.EPHEMERAL, MessageId("om_card")))
FILE = delivered(FileTicket(RequestId("r1")))
REPLY = delivered(AddComment(THREAD, MessageId("om_2"), BEN, NOW, "[]"))
TICKET = Filed(TicketId("10007"), TicketKey("HELP-7"), "It is down", "Open", "/portal/2/HELP-7")


def test_created_ticket_is_linked_announced_and_its_form_goes_away() -> None:
    decision = happens(Delivered(FILE, Outcome(filed=TICKET)), knowing(request=SUBMITTED))
    request, link = decision.request, decision.link
    assert request is not None
    assert (request.state, request.ticket_key) == (RequestState.FILED, "HELP-7")
    assert (request.ticket_id, request.card) == ("10007", None)
    assert link == linked()
    assert ordered(decision, AnnounceTicket) == [
        AnnounceTicket(THREAD, TICKET.key, "It is down", "Open", "/portal/2/HELP-7")
    ]
    assert ordered(decision, CloseForm) == [CloseForm(Place.EPHEMERAL, MessageId("om_card"))]
    assert len(decision.orders) == 2


def test_new_link_has_told_nothing_yet_and_is_read_at_once() -> None:
    link = happens(Delivered(FILE, Outcome(filed=TICKET)), knowing(request=SUBMITTED)).link
    assert link is not None
    assert link.updated_seen == ""


def test_announcement_comes_before_the_updates_of_its_thread() -> None:
    announce = happens(Delivered(FILE, Outcome(filed=TICKET)), knowing(request=SUBMITTED)).orders[0]
    assert announce.lane == "lark:om_root"


def test_ticket_for_a_request_that_waits_for_none_is_our_own_bug() -> None:
    with pytest.raises(WrongTurn):
        happens(
            Delivered(FILE, Outcome(filed=TICKET)), knowing(request=asked(RequestState.CANCELLED))
        )
    with pytest.raises(LookupError):
        happens(Delivered(FILE, Outcome(filed=TICKET)), knowing())


def test_values_that_the_helpdesk_refuses_bring_the_form_back_with_the_reason() -> None:
    refused = Undeliverable(FILE, "Severity: gone", refused=True, invalid=True)
    decision = happens(refused, knowing(request=SUBMITTED))
    assert decision.request is not None
    assert decision.request.expires_ms > SUBMITTED.expires_ms, "there is time to correct it"
    assert replace(decision.request, expires_ms=SUBMITTED.expires_ms) == replace(
        SUBMITTED, state=RequestState.ASKED, problem="Severity: gone"
    )
    assert only(decision, ShowForm).request_id == "r1"


def test_there_is_time_to_correct_a_form_that_was_asked_for_by_a_clock_set_back_since() -> None:
    ahead = replace(SUBMITTED, created_ms=Ms(NOW + 2 * DAY), expires_ms=Ms(NOW + DAY))
    refused = Undeliverable(FILE, "Severity: gone", refused=True, invalid=True)
    decision = happens(refused, knowing(request=ahead))
    assert decision.request is not None
    assert decision.request.expires_ms == NOW + RULES.form_lives_ms


def test_each_refusal_of_the_values_shows_the_form_once() -> None:
    refused = Undeliverable(FILE, "no", refused=True, invalid=True)
    another = replace(refused, delivery=replace(FILE, id="d2"))
    keys = [happens(e, knowing(request=SUBMITTED)).orders[0].dedupe_key for e in (refused, another)]
    assert keys[0] != keys[1]


GAVE_UP = "it did not succeed for too long, and we stopped trying. Our operators can see why."


@pytest.mark.parametrize(
    ("event", "state", "before", "reason"),
    [
        (
            Undeliverable(FILE, "no such desk", refused=True),
            RequestState.REFUSED,
            "The helpdesk refused your request: ",
            "no such desk.",
        ),
        (
            Undeliverable(FILE, "given up after 72 hours: ReadTimeout"),
            RequestState.FAILED,
            "Your request could not be filed: ",
            GAVE_UP,
        ),
        (
            Undeliverable(FILE, "HTTP 403", "our operators have to act", refused=True),
            RequestState.REFUSED,
            "The helpdesk refused your request: ",
            "our operators have to act.",
        ),
        (
            Undeliverable(FILE, "an operator gave it up", dropped=True),
            RequestState.FAILED,
            "Your request could not be filed: ",
            "our operators gave it up.",
        ),
    ],
    ids=["the helpdesk's words", "given up", "our own words", "dropped"],
)
def test_asker_is_told_why_there_is_no_ticket(
    event: Undeliverable, state: RequestState, before: str, reason: str
) -> None:
    decision = happens(event, knowing(request=SUBMITTED))
    assert decision.request is not None
    assert (decision.request.state, decision.request.problem) == (state, reason)
    assert [c.text for c in ordered(decision, TellPerson)] == [before + reason]
    assert [c.person for c in ordered(decision, TellPerson)] == [ANN]
    assert [c.message_id for c in ordered(decision, CloseForm)] == ["om_card"]


@pytest.mark.parametrize("delivery", [FILE, REPLY], ids=["ticket", "reply"])
def test_a_doubt_that_has_just_begun_frightens_nobody(delivery) -> None:
    known = knowing(PREMIUM, request=SUBMITTED)
    assert happens(Doubtful(delivery, "the answer was lost"), known).orders == ()


def test_asker_is_told_that_the_ticket_is_in_doubt_when_that_lasts() -> None:
    decision = happens(DoubtLasts(FILE), knowing(request=SUBMITTED))
    assert only(decision, TellPerson).person == ANN
    assert "do not submit it again" in told(decision)


def test_asker_who_was_told_of_a_doubt_is_not_told_that_there_is_no_ticket_yet() -> None:
    doubtful = happens(DoubtLasts(FILE), knowing(request=SUBMITTED))
    slow = happens(RequestSlow(RequestId("r1")), knowing(request=doubtful.request))
    assert slow.orders == ()


def test_asker_who_was_told_of_a_doubt_is_told_of_the_ticket_privately_too() -> None:
    told_before = replace(FILE, worried=True)
    decision = happens(Delivered(told_before, Outcome(filed=TICKET)), knowing(request=SUBMITTED))
    (word,) = ordered(decision, TellPerson)
    assert word.text.startswith("HELP-7 was created. https://")


def test_asker_of_a_slow_ticket_is_told_once() -> None:
    first = happens(RequestSlow(RequestId("r1")), knowing(request=SUBMITTED))
    assert "not created yet" in told(first)
    assert first.request is not None
    second = happens(RequestSlow(RequestId("r1")), knowing(request=first.request))
    assert (second.request, second.orders) == (None, ())


def test_ticket_that_is_slow_again_after_a_correction_is_told_again() -> None:
    keys = [
        happens(RequestSlow(RequestId("r1")), knowing(request=replace(SUBMITTED, round=n)))
        .orders[0]
        .dedupe_key
        for n in (1, 2)
    ]
    assert keys[0] != keys[1]


@pytest.mark.parametrize("state", [s for s in RequestState if s is not RequestState.SUBMITTED])
def test_nobody_waits_for_the_ticket_of_a_request_that_is_not_submitted(
    state: RequestState,
) -> None:
    assert happens(RequestSlow(RequestId("r1")), knowing(request=asked(state))).orders == ()


def test_nobody_waits_for_the_ticket_of_an_unknown_request() -> None:
    assert happens(RequestSlow(RequestId("r1")), knowing()).orders == ()


def test_reply_that_became_a_comment_is_its_twin_and_is_not_news() -> None:
    known = knowing(PREMIUM, request=asked(RequestState.FILED), link=linked())
    decision = happens(Delivered(REPLY, Outcome(comment_id=CommentId("c1"))), known)
    ticket_id, comment_id = TicketId("10007"), CommentId("c1")
    assert decision.twins == (Twin(MessageId("om_2"), ticket_id, comment_id, Origin.CHAT),)
    assert decision.seen == (SeenComment(ticket_id, comment_id, SeenVerdict.SKIPPED, NOW),)
    assert decision.orders == ()


def test_author_who_was_told_of_a_doubt_is_told_that_the_reply_arrived() -> None:
    known = knowing(PREMIUM, request=asked(RequestState.FILED), link=linked())
    arrived = Delivered(replace(REPLY, worried=True), Outcome(comment_id=CommentId("c1")))
    decision = happens(arrived, known)
    assert only(decision, TellPerson).person == BEN
    assert "has reached the ticket" in told(decision)


def test_comment_without_a_ticket_is_our_own_bug() -> None:
    with pytest.raises(LookupError):
        happens(Delivered(REPLY, Outcome(comment_id=CommentId("c1"))), knowing(PREMIUM))


def test_author_is_told_that_a_reply_did_not_reach_the_ticket() -> None:
    lost = Undeliverable(REPLY, "the ticket is closed", refused=True)
    decision = happens(lost, knowing(PREMIUM))
    assert only(decision, TellPerson).person == BEN
    assert told(decision) == "Your reply did not reach the ticket: the ticket is closed"


def test_author_is_told_that_a_reply_is_in_doubt() -> None:
    decision = happens(DoubtLasts(REPLY), knowing(PREMIUM))
    assert only(decision, TellPerson).person == BEN
    assert "cannot tell whether your reply" in told(decision)
    assert "do not send it again" in told(decision)


def test_reason_for_the_operator_repeats_nothing_that_was_typed() -> None:
    refused = Undeliverable(FILE, "Summary: CANARY is too long", refused=True)
    assert "CANARY" not in happens(refused, knowing(request=SUBMITTED)).reason


@pytest.mark.parametrize("language", [Language.ZH, Language.JA])
def test_reasons_of_our_own_come_in_the_language_of_the_chat(language: Language) -> None:
    known = knowing(replace(PREMIUM, language=language), request=SUBMITTED)
    for lost in (Undeliverable(REPLY, "timeout"), Undeliverable(REPLY, "dropped", dropped=True)):
        assert not re.search("[A-Za-z]", told(happens(lost, known)))


def test_bad_news_comes_in_the_language_of_the_chat() -> None:
    known = knowing(replace(ACME, language=Language.ZH), request=SUBMITTED)
    decision = happens(Undeliverable(FILE, "no", refused=True), known)
    assert ordered(decision, TellPerson)[0].text == "服务台拒绝了您的请求：no."
