"""PostRating: what somebody said of a resolved ticket is given to the helpdesk as feedback."""

from dataclasses import dataclass
from typing import ClassVar

from syncd.core.delivery import Decision, Order
from syncd.core.ends import Delivered
from syncd.core.kinds.rating.carried import CarriesRating, lane_of
from syncd.core.kinds.rating.note_rating import note_rating
from syncd.core.known import Known, Rules
from syncd.core.model import DeliveryId, Link, Ms, PersonId
from syncd.core.ticket_card.rating import Rating


@dataclass(frozen=True)
class PostRating(CarriesRating):
    """A request has one feedback, so that giving the same again changes nothing.

    JSM takes feedback of the reporter and of Connect apps alone:
    https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-requestidorkey-feedback-post
    """

    repeatable: ClassVar[bool] = True

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Where the helpdesk does not take it of us, have it noted there, or tell whoever gave
        it."""
        if not event.outcome.refused:
            return Decision("the helpdesk has it")
        if not rules.notes_ratings:
            return self.not_taken(event.delivery, known, rules)
        order = note_rating(self, event.delivery)
        return Decision("the helpdesk refuses it of us: noted inside", orders=(order,))


def rating_key(asked: DeliveryId) -> str:
    """Return the dedupe key of the answer to one question: the first one counts."""
    return f"rating:{asked}"


def post_rating(link: Link, person: PersonId, rating: Rating, asked: DeliveryId, now: Ms) -> Order:
    """Order it."""
    ticket = link.ticket_id, link.ticket_key
    command = PostRating(link.thread, *ticket, person, now, rating.dump())
    return Order(
        command,
        lane_of(link.ticket_id),
        rating_key(asked),
        link.thread.chat_id,
        link.request_id,
        written_ms=now,
        person=person,
    )
