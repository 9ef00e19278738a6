"""What is on record of the card that stands for a ticket in its thread."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain, combinations

from syncd.core.model import DeliveryId, Filed, MessageId, Ms, Ticket, TicketId
from syncd.core.ticket_card.announced import Announced
from syncd.core.ticket_card.moves import Move

PAUSE_MS = 5_000
"""A card is changed no more often than that, so that a burst of changes becomes one."""


@dataclass(frozen=True)
class TicketCard:
    """Digests and no words, so that nothing of it has to be forgotten."""

    ticket_id: TicketId
    message_id: MessageId = MessageId("")
    """The message that is the card, empty as long as there is none, or none that can be changed."""
    mark: DeliveryId = DeliveryId("")
    """What the message carries, by which it is found."""
    face: str = ""
    """Digest of what the desk saw of the ticket when it was last read."""
    shows: str = ""
    """Digest of what the card says."""
    status: str = ""
    """Digest of the status that people were last told."""
    resolved: bool = False
    """Whether it was resolved when it was last read."""
    told_resolved: bool = False
    """Whether people know it as resolved."""
    answer_by: Ms = Ms(0)
    """When the first answer was promised, 0 when nothing was."""
    changed_ms: Ms = Ms(0)
    """When the card was changed last, 0 when it never was."""


def digest(*said: object) -> str:
    """Return what tells these words from any others: 16 characters."""
    whole = json.dumps(said, ensure_ascii=False)
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:16]


def face_of(ticket: Ticket) -> str:
    """Return the digest of what may change the card. The desk's names of statuses are its own."""
    return digest(ticket.title, ticket.status, ticket.resolved)


def shown_by(ticket: Filed, moves: Collection[Move] = ()) -> str:
    """Return the digest of what a card says of the ticket as the customer sees it, and offers."""
    return digest(ticket.title, ticket.status, *moves)


def moves_in(shows: str, ticket: Filed) -> tuple[Move, ...]:
    """Return what a card offers that says so of the ticket; nothing where it says otherwise."""
    some = chain.from_iterable(combinations(Move, n) for n in range(len(Move) + 1))
    return next((moves for moves in some if shown_by(ticket, moves) == shows), ())


def is_news(
    card: TicketCard, status: str, announced: Collection[Announced], *, resolved: bool
) -> bool:
    """Tell whether people are told in a message of its own of the status with that digest."""
    if Announced.STATUS in announced:
        return status != card.status
    return Announced.RESOLVED in announced and resolved is not card.told_resolved
