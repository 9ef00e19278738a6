"""Gives a rating to the helpdesk, and says whether the helpdesk takes it of us."""

from syncd.core.delivery import Delivery
from syncd.core.errors import Rejected, RemoteFailure, Unauthorized, Unavailable
from syncd.core.kinds.rating.post_rating import PostRating
from syncd.core.known import HOUR_MS
from syncd.core.model import Chat, Link, TicketKey
from syncd.core.outcome import Outcome
from syncd.core.ticket_card.rating import Rating
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.kinds.add_comment import ticket_of
from syncd.loops.outgoing.performing import Prepared, Ready

_TRIED_MS = 6 * HOUR_MS
"""So long it is tried while the helpdesk takes no feedback; then it is as if refused."""


class Performer(performing.Performer[PostRating]):
    def prepare(self, command: PostRating, delivery: Delivery, chat: Chat) -> Prepared:
        link = ticket_of(self.tools, command.thread, delivery, chat, early=False)
        if not isinstance(link, Link):
            return link
        key, rating = link.ticket_key, Rating.load(command.rating)
        return Ready(lambda: self._rate(key, rating, delivery))

    def _rate(self, key: TicketKey, rating: Rating, delivery: Delivery) -> Outcome:
        """Return `refused` where the helpdesk did nothing; whether one feedback takes the place of
        another is not documented, so an earlier try may be what it refuses this one for."""
        try:
            self.tools.helpdesk.rate(key, rating)
        except (Rejected, Unavailable) as exc:
            if isinstance(exc, Unavailable) and not self._is_late(delivery):
                raise
            if delivery.tries > 1 and self._is_there(key, rating):
                return Outcome()
            self.tools.log.info("rating_refused", ticket=key, status=exc.status)
            return Outcome(refused=True)
        return Outcome()

    def _is_there(self, key: TicketKey, rating: Rating) -> bool:
        try:
            return rating.is_like(self.tools.helpdesk.rating(key))
        except Unauthorized:
            raise
        except RemoteFailure:
            return False

    def _is_late(self, delivery: Delivery) -> bool:
        return self.tools.records.store.now() - delivery.enqueued_ms > _TRIED_MS
