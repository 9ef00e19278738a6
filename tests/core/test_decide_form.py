"""The form card: shown, replaced, lost, too late."""

from dataclasses import replace

import pytest
from stories import ACME, NOW, RULES, THREAD, asked, delivered, happens, knowing, only, told

from syncd.core.ends import Delivered, Doubtful, Undeliverable
from syncd.core.events import BotRemoved, RequestExpired, RequestUnused
from syncd.core.kinds import CloseForm, OfferForm, ShowForm
from syncd.core.kinds.offer_form import Why
from syncd.core.model import Card, MessageId, Ms, Place, RequestId, RequestState
from syncd.core.outcome import Outcome
from syncd.core.wording.en import ENGLISH

OLD = Card(Place.EPHEMERAL, MessageId("om_old"))
SHOW = delivered(ShowForm(RequestId("r1"), ACME.id))
NEW = Outcome(MessageId("om_new"), Place.DIRECT, "ann@acme.example")


def test_card_that_reached_the_asker_is_remembered_with_their_address() -> None:
    decision = happens(Delivered(SHOW, NEW), knowing(request=asked()))
    assert decision.request is not None
    assert decision.request.card == Card(Place.DIRECT, MessageId("om_new"))
    assert decision.request.own_address == "ann@acme.example"
    assert only(decision, OfferForm).why == Why.ELSEWHERE, "in the thread nothing shows it"


def test_private_card_in_the_group_needs_no_pointer_and_is_offered_again_if_nobody_clicks() -> None:
    shown = Outcome(MessageId("om_new"), Place.EPHEMERAL)
    decision = happens(Delivered(SHOW, shown), knowing(request=asked()))
    assert decision.request is not None
    assert decision.request.offer_ms == NOW + 5 * 60_000
    assert decision.orders == ()
    corrected = happens(Delivered(SHOW, shown), knowing(request=asked(round=1))).request
    assert corrected is not None
    assert corrected.offer_ms == 0, "its asker has seen it already"


def test_form_that_nobody_clicks_is_offered_once_by_a_button() -> None:
    waits = knowing(request=asked(card=OLD, offer_ms=NOW))
    decision = happens(RequestUnused(RequestId("r1")), waits)
    assert only(decision, OfferForm).why == Why.UNUSED
    assert decision.request is not None
    assert decision.request.offer_ms == 0
    again = happens(RequestUnused(RequestId("r1")), knowing(request=decision.request))
    assert again.orders == ()


@pytest.mark.parametrize("state", [s for s in RequestState if s is not RequestState.ASKED])
def test_form_that_went_on_is_not_offered_again(state: RequestState) -> None:
    request = asked(state, card=OLD, offer_ms=NOW)
    assert happens(RequestUnused(RequestId("r1")), knowing(request=request)).orders == ()


def test_new_card_takes_the_place_of_the_older_one() -> None:
    new = replace(NEW, place=Place.THREAD)
    decision = happens(Delivered(SHOW, new), knowing(request=asked(card=OLD)))
    assert only(decision, CloseForm) == CloseForm(Place.EPHEMERAL, MessageId("om_old"))


def test_address_that_was_read_once_is_not_forgotten() -> None:
    known = knowing(request=asked(own_address="ann@acme.example"))
    decision = happens(Delivered(SHOW, replace(NEW, own_address="")), known)
    assert decision.request is not None
    assert decision.request.own_address == "ann@acme.example"


def test_card_without_a_message_leaves_nothing_to_take_away() -> None:
    shown = Outcome(place=Place.EPHEMERAL)
    decision = happens(Delivered(SHOW, shown), knowing(request=asked(card=OLD)))
    assert decision.request is not None
    assert decision.request.card is None


@pytest.mark.parametrize("state", [s for s in RequestState if s is not RequestState.ASKED])
def test_card_that_comes_too_late_is_taken_away_and_the_one_before_it(state: RequestState) -> None:
    """What was asked there has its answers: should the form come back, nobody finds two."""
    decision = happens(Delivered(SHOW, NEW), knowing(request=asked(state, card=OLD)))
    new, old = MessageId("om_new"), MessageId("om_old")
    taken_away = [CloseForm(Place.DIRECT, new), CloseForm(Place.EPHEMERAL, old)]
    assert [order.command for order in decision.orders] == taken_away
    assert decision.request is None


def test_form_that_may_not_have_arrived_is_offered_by_a_button() -> None:
    lost = Undeliverable(SHOW, "nobody can tell whether it arrived")
    assert only(happens(lost, knowing(request=asked())), OfferForm) == OfferForm(
        RequestId("r1"), THREAD
    )


def test_form_in_doubt_waits_until_the_doubt_has_lasted() -> None:
    assert happens(Doubtful(SHOW, "no answer"), knowing(request=asked())).orders == ()


@pytest.mark.parametrize("state", [RequestState.ASKED, RequestState.EXPIRED])
def test_form_that_was_refused_is_not_offered_but_explained(state: RequestState) -> None:
    refused = Undeliverable(SHOW, "no such person", refused=True)
    decision = happens(refused, knowing(request=asked(state)))
    assert told(decision) == ENGLISH.form_failed


def test_form_that_was_refused_when_nobody_wanted_it_any_more_is_not_spoken_of() -> None:
    refused = Undeliverable(SHOW, "no such person", refused=True)
    assert happens(refused, knowing(request=asked(RequestState.CANCELLED))).orders == ()


def test_life_of_a_form_begins_when_it_is_shown() -> None:
    late = Ms(NOW + 3_599_999)
    decision = happens(Delivered(SHOW, NEW), knowing(request=asked()), late)
    assert decision.request is not None
    assert decision.request.expires_ms == late + RULES.form_lives_ms
    early = happens(RequestExpired(RequestId("r1")), knowing(request=decision.request), late)
    assert early.request is None


def test_form_that_is_no_longer_wanted_is_not_offered() -> None:
    lost = Undeliverable(SHOW, "nobody can tell")
    known = knowing(request=asked(RequestState.CANCELLED))
    assert happens(lost, known).orders == ()


def test_form_that_nobody_submits_expires_and_goes_away() -> None:
    old = asked(card=OLD)
    decision = happens(RequestExpired(RequestId("r1")), knowing(request=old), old.expires_ms)
    assert decision.request is not None
    assert decision.request.state is RequestState.EXPIRED
    assert only(decision, CloseForm).message_id == "om_old"


@pytest.mark.parametrize("state", [s for s in RequestState if s is not RequestState.ASKED])
def test_request_that_went_on_does_not_expire(state: RequestState) -> None:
    decision = happens(RequestExpired(RequestId("r1")), knowing(request=asked(state)))
    assert (decision.request, decision.orders) == (None, ())


def test_request_that_is_not_on_record_does_not_expire() -> None:
    assert happens(RequestExpired(RequestId("r1")), knowing()).request is None


def test_what_leaves_nothing_behind_changes_nothing() -> None:
    closed = delivered(CloseForm(Place.DIRECT, MessageId("om_new")))
    for event in (
        Delivered(closed, Outcome()),
        Undeliverable(closed, "gone", refused=True),
        Doubtful(closed, "no answer"),
        BotRemoved(ACME.id),
    ):
        decision = happens(event, knowing(), Ms(NOW))
        assert (decision.request, decision.link, decision.orders) == (None, None, ())
        assert decision.reason
