"""Who is heard who says how satisfied they are, and how often."""

from dataclasses import replace

import pytest
from stories import ACME, BEN, NOW, delivered, happens, knowing, linked, ordered, ticket, toast

from syncd.core.events import RatingGiven
from syncd.core.kinds.close_form import CloseForm
from syncd.core.kinds.rating.ask_rating import AskRating, ask_rating
from syncd.core.kinds.rating.post_rating import PostRating
from syncd.core.model import ChatId, DeliveryId, MessageId, PersonId, Place, RequestId, TicketId
from syncd.core.ticket_card.card import TicketCard
from syncd.core.ticket_card.rating import LONGEST, Rating, read
from syncd.core.views import Tone

ASKED = AskRating(linked().thread, linked().ticket_id, linked().ticket_key, BEN, "It is down")
QUESTION = delivered(ASKED, dedupe_key=f"ask-rating:{linked().ticket_id}:1", person=BEN)
CARD = TicketCard(linked().ticket_id)
CURRENT = replace(CARD, question=QUESTION.dedupe_key, resolved=True)
KNOWN = knowing(link=linked(), delivery=QUESTION, card=CURRENT)


def rated(
    rating: Rating, person: PersonId = BEN, place: Place | None = Place.DIRECT
) -> RatingGiven:
    click = RequestId("r1"), person, ChatId("oc_p2p"), MessageId("om_card"), DeliveryId("d1")
    return RatingGiven(*click, place=place, rating=rating)


def test_what_the_asker_says_goes_to_the_helpdesk_and_the_card_goes() -> None:
    decision = happens(rated(Rating(4, "Quick")), KNOWN)
    (post,), (close,) = ordered(decision, PostRating), ordered(decision, CloseForm)
    assert Rating.load(post.rating) == Rating(4, "Quick")
    assert close.message_id == "om_card"


def test_a_card_for_one_pair_of_eyes_is_left_alone() -> None:
    decision = happens(rated(Rating(4), place=Place.EPHEMERAL), KNOWN)
    assert [order.command.kind() for order in decision.orders] == ["PostRating"]


@pytest.mark.parametrize(
    ("event", "known"),
    [
        (rated(Rating(0, "no number")), KNOWN),
        (rated(Rating(4), PersonId("ou_dora")), KNOWN),
        (rated(Rating(4)), knowing(link=linked())),
        (rated(Rating(4)), replace(KNOWN, delivery=replace(QUESTION, dedupe_key="tell:x"))),
        (rated(Rating(4)), replace(KNOWN, link=linked(ticket_id=TicketId("99")))),
        (rated(Rating(4)), replace(KNOWN, chat=replace(ACME, enabled=False))),
        (rated(Rating(4)), replace(KNOWN, rated=True)),
        (rated(Rating(4), place=Place.EPHEMERAL), replace(KNOWN, card=None)),
        (rated(Rating(4), place=Place.EPHEMERAL), replace(KNOWN, card=CARD)),
    ],
    ids=[
        "no number",
        "somebody else",
        "no question",
        "another word",
        "another ticket",
        "not served",
        "again",
        "no card",
        "an earlier resolution",
    ],
)
def test_nothing_else_is_heard(event: RatingGiven, known) -> None:
    decision = happens(event, known)
    assert decision.orders == ()
    assert toast(decision)
    assert decision.toast is not None
    assert decision.toast.tone is not Tone.SUCCESS


@pytest.mark.parametrize(
    ("stars", "expected"),
    [("1", 1), ("5", 5), ("0", 0), ("6", 0), ("", 0), (None, 0), (["5"], 0), ("５", 0), ("-1", 0)],
)
def test_one_to_five_and_nothing_else_is_a_number(stars: object, expected: int) -> None:
    assert read(stars, None) == Rating(expected)


def test_a_rating_is_the_same_however_the_helpdesk_keeps_its_spaces() -> None:
    given = Rating(4, "Quick,\nthanks  a lot")
    assert given.is_like(Rating(4, " Quick, thanks a lot\r\n"))
    assert not given.is_like(Rating(5, given.sentence))
    assert not given.is_like(Rating(4, "Quick"))


def test_a_sentence_is_bounded_and_clean() -> None:
    assert len(read("3", "x" * 5000).sentence) == LONGEST
    assert read("3", " a\x00b ").sentence == "ab"


@pytest.mark.parametrize(
    ("before", "now", "wanted", "asks"),
    [
        (False, True, True, True),
        (True, True, True, False),
        (False, False, True, False),
        (True, False, True, False),
        (False, True, False, False),
    ],
)
def test_it_is_asked_when_a_ticket_becomes_resolved(
    before: bool, now: bool, wanted: bool, asks: bool
) -> None:
    card, after = replace(CARD, resolved=before), replace(ticket(), resolved=now)
    assert bool(ask_rating(linked(), after, card, NOW, wanted=wanted)) is asks
