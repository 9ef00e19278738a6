"""What is on record of the card that stands for a ticket in its thread."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass

from syncd.core.model import DeliveryId, Filed, MessageId, Ms, Ticket, TicketId
from syncd.core.ticket_card.announced import Announced
from syncd.core.ticket_card.details import NO_DETAILS, Details
from syncd.core.ticket_card.moves import Move

PAUSE_MS = 5_000
"""A card is changed no more often than that, so that a burst of changes becomes one."""
ASKED_MS = 3_600_000
"""For so long it is not asked again what the customer may do while the status stays as it is."""


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
    assignee: str = ""
    """Digest of the assignee that people were last told, empty: nobody."""
    state: str = ""
    """Digest of the desk's own status for which it was asked what the customer may do; empty: it
    has to be asked."""
    moves: str = ""
    """What the answer was: names of a `Move`, parted by spaces."""
    asked_ms: Ms = Ms(0)
    """When it was asked."""
    question: str = ""
    """Dedupe key of the question how satisfied somebody is with its present resolution; empty:
    there is none that counts."""
    resolved: bool = False
    """Whether it was resolved when it was last read."""
    told_resolved: bool = False
    """Whether people know it as resolved."""
    answer_by: Ms = Ms(0)
    """When the first answer was promised, 0 when nothing was."""
    changed_ms: Ms = Ms(0)
    """When the card was changed last, 0 when it never was."""

    def offers(self) -> tuple[Move, ...]:
        return tuple(map(Move, self.moves.split()))

    def knows_moves(self, state: str, now: Ms) -> bool:
        """Tell whether the answer holds for a ticket in that state."""
        return self.state == state and 0 <= now - self.asked_ms < ASKED_MS


def digest(*said: object) -> str:
    """Return what tells these words from any others: 16 characters."""
    whole = json.dumps(said, ensure_ascii=False)
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:16]


def face_of(ticket: Ticket, details: Details = NO_DETAILS) -> str:
    """Return the digest of what may change the card. The desk's names of statuses are its own."""
    return digest(ticket.title, state_of(ticket), *_all(details))


def state_of(ticket: Ticket) -> str:
    """Return the digest of what decides on what the customer may do."""
    return digest(ticket.status, ticket.resolved)


def shown_by(ticket: Filed, moves: Collection[Move] = (), details: Details = NO_DETAILS) -> str:
    """Return the digest of what a card says of the ticket as the customer sees it, and offers."""
    return digest(ticket.title, ticket.status, *moves, *_all(details))


def _all(details: Details) -> tuple[object, ...]:
    return () if details == NO_DETAILS else (details.assignee, details.priority, details.updated_ms)


def is_news(
    card: TicketCard, status: str, announced: Collection[Announced], *, resolved: bool
) -> bool:
    """Tell whether people are told in a message of its own of the status with that digest."""
    if Announced.STATUS in announced:
        return status != card.status
    return Announced.RESOLVED in announced and resolved is not card.told_resolved
