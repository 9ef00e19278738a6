"""Gives a request its feedback, and reads it; or a note for engineers in its place."""

from syncd.core.errors import Cause, Rejected, RemoteFailure
from syncd.core.model import CommentId, DeliveryId, TicketKey
from syncd.core.text import Body
from syncd.core.ticket_card.rating import Rating
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.satisfaction import calls
from syncd.helpdesk.jsm.wire import comments, failures


class Satisfaction:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rate(self, key: TicketKey, rating: Rating) -> None:
        """Give it; giving the same twice does no harm. Any definite no is Rejected."""
        answer = self._connection.exchange(calls.give(key, rating))
        if answer.status not in (200, 201, 204):
            raise failures.of_read(answer)

    def rating(self, key: TicketKey) -> Rating:
        return self._connection.read(calls.given(key), calls.read_given)

    def note(self, ticket: TicketKey, body: Body, key: DeliveryId) -> CommentId:
        """Write a comment for engineers alone. Never retried inside. One that comes out public is
        deleted again and Rejected."""
        comment_id, public = self._connection.write_once(
            comments.new_note(ticket, body, key),
            comments.read_written,
            bad_request=Cause.CONTENT,
            not_found=Cause.GONE,
        )
        if public:
            stands = "it is deleted" if self._is_deleted(ticket, comment_id) else "delete it there"
            raise Rejected(f"the customer was shown note {comment_id} of {ticket}: {stands}")
        return comment_id

    def _is_deleted(self, ticket: TicketKey, comment: CommentId) -> bool:
        """Never raises: the note is written, and must not be written again."""
        try:
            answer = self._connection.exchange(comments.no_comment(ticket, comment))
        except RemoteFailure:
            return False
        return answer.status in (200, 204, 404)
