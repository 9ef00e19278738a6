"""When a ticket's card is changed, and what of its life is said besides."""

from dataclasses import replace

import pytest
from stories import NOW, linked, ticket

from syncd.core.kinds.living.refresh_card import refresh_card
from syncd.core.model import Ms, TicketId
from syncd.core.ticket_card.announced import Announced
from syncd.core.ticket_card.card import ASKED_MS, PAUSE_MS, TicketCard, digest, is_news
from syncd.core.ticket_card.details import NO_DETAILS
from syncd.core.ticket_card.moves import Move

CARD = TicketCard(TicketId("10007"), status=digest("Open"))


@pytest.mark.parametrize(
    ("changed_ms", "not_before"),
    [(0, 0), (NOW - PAUSE_MS, 0), (NOW - 1_000, NOW - 1_000 + PAUSE_MS)],
    ids=["never", "long ago", "just now"],
)
def test_a_card_is_changed_no_more_often_than_every_five_seconds(
    changed_ms: int, not_before: int
) -> None:
    card = replace(CARD, changed_ms=Ms(changed_ms))
    assert refresh_card(card, linked(), ticket(), NO_DETAILS, NOW).not_before == not_before


@pytest.mark.parametrize(
    ("announced", "status", "resolved", "news"),
    [
        ((), "Resolved", True, False),
        ((Announced.RESOLVED,), "Waiting", False, False),
        ((Announced.RESOLVED,), "Resolved", True, True),
        ((Announced.STATUS,), "Waiting", False, True),
        ((Announced.STATUS,), "Open", True, False),
        ((Announced.STATUS, Announced.RESOLVED), "Resolved", True, True),
    ],
)
def test_what_the_chat_wants_to_hear_is_said(
    announced: tuple[Announced, ...], status: str, resolved: bool, news: bool
) -> None:
    assert is_news(CARD, digest(status), announced, resolved=resolved) is news


def test_a_status_that_was_told_is_no_news() -> None:
    told = replace(CARD, status=digest("Resolved"), told_resolved=True)
    every = (Announced.STATUS, Announced.RESOLVED)
    assert not is_news(told, digest("Resolved"), every, resolved=True)


@pytest.mark.parametrize("moves", [(), (Move.REOPEN,), (Move.RESOLVE, Move.ESCALATE), tuple(Move)])
def test_what_a_card_offers_holds_for_one_status_and_for_an_hour(moves: tuple[Move, ...]) -> None:
    card = replace(CARD, state="open", moves=" ".join(moves), asked_ms=NOW)
    assert card.offers() == moves
    assert card.knows_moves("open", Ms(NOW + ASKED_MS - 1))
    assert not card.knows_moves("open", Ms(NOW + ASKED_MS))
    assert not card.knows_moves("open", Ms(NOW - 1)), "the clock was set back"
    assert not card.knows_moves("closed", NOW)
