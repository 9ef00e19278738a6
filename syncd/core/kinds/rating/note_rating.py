"""NoteRating: what somebody said of a resolved ticket stands on it as an internal note."""

from dataclasses import dataclass
from typing import ClassVar

from syncd.core.delivery import Decision, Delivery, Order
from syncd.core.ends import Delivered
from syncd.core.kinds.rating.carried import CarriesRating, lane_of
from syncd.core.known import Known, Rules
from syncd.core.model import Ms, SeenComment, SeenVerdict


@dataclass(frozen=True)
class NoteRating(CarriesRating):
    """Write it for engineers alone.

    JSM has no idempotency key; the note carries the delivery's mark, by which it can be found, and
    by which it is known as ours: it is shown in no chat, also if somebody makes it public.
    """

    comments: ClassVar[bool] = True
    lasting: ClassVar[bool] = True
    alarming: ClassVar[bool] = True
    """Also because it ends DEAD where it came out public."""

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        note = event.outcome.comment_id
        seen = SeenComment(self.ticket_id, note, SeenVerdict.SKIPPED, now) if note else None
        return Decision("noted on the ticket", seen=(seen,) if seen else ())


def note_rating(refused: CarriesRating, delivery: Delivery) -> Order:
    """Order it in the place of feedback that the helpdesk does not take."""
    thread = refused.thread
    command = NoteRating(
        thread, refused.ticket_id, refused.key, refused.person, refused.given_ms, refused.rating
    )
    return Order(
        command,
        lane_of(refused.ticket_id),
        f"note:{delivery.dedupe_key}",
        thread.chat_id,
        delivery.request_id,
        written_ms=refused.given_ms,
        person=refused.person,
    )
