"""Looks whether a ticket belongs to the chat that asks for it, and what stands on it already."""

from syncd.core.delivery import Delivery
from syncd.core.desks.desk import desk_of, offered, project_of
from syncd.core.errors import Rejected, Unavailable
from syncd.core.kinds.following.adopt_ticket import AdoptTicket
from syncd.core.model import Chat, CommentId, Filed, PersonId, Ticket, TicketKey
from syncd.core.outcome import Outcome
from syncd.core.publicity import Publicity, first_test
from syncd.core.reaching.allowed import may_adopt
from syncd.loops.acquaintance import side_of
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Done, Prepared

_REFUSED = Done(Outcome(refused=True))
"""Whatever the reason is, it is one and the same outcome."""


class Performer(performing.Performer[AdoptTicket]):
    def prepare(self, command: AdoptTicket, delivery: Delivery, chat: Chat) -> Prepared:
        if not self._may(command.person, chat):
            return _REFUSED
        found = self._found(command.key, chat)
        if found is None:
            return _REFUSED
        filed, ticket = found
        standing = self._standing(ticket)
        return Done(Outcome(filed=filed, resolved=ticket.resolved, standing=standing))

    def _may(self, person: PersonId, chat: Chat) -> bool:
        """Tell whether somebody still may: it may have waited."""
        with self.tools.records.store.read() as tx:
            return may_adopt(chat, person, side_of(tx, person))

    def _found(self, key: TicketKey, chat: Chat) -> tuple[Filed, Ticket] | None:
        """Return the ticket as its customer sees it and as it is; None where it is none of the
        chat's. Any definite no counts as that: what it says tells of a ticket that is not."""
        helpdesk = self.tools.helpdesk
        try:
            filed = helpdesk.as_customer(key)
            if filed is None or not self._is_of_desk(filed.key, chat):
                return None
            ticket = next(iter(helpdesk.tickets([filed.id])), None)
        except Rejected as exc:
            self.tools.log.info("not_adopted", chat=chat.id, status=exc.status)
            return None
        if ticket is None:
            raise Unavailable(f"{filed.key} cannot be read, though the portal knows it")
        if chat.organization and not _is_shared(ticket, chat):
            return None
        return filed, ticket

    def _is_of_desk(self, key: TicketKey, chat: Chat) -> bool:
        desks = self.tools.records.rules.desks
        here = (desk_of(kind, desks) for kind in offered(chat.desks, desks))
        return project_of(key) in {desk.project for desk in here if desk}

    def _standing(self, ticket: Ticket) -> tuple[tuple[CommentId, bool], ...]:
        """Return the comments that it has, and whether each is public. What cannot be made out
        counts as told: nobody knows what it was."""
        public = [c.id for c in ticket.comments if first_test(c.signs) is Publicity.PUBLIC]
        details = self.tools.helpdesk.comment_details(public) if public else {}
        surely = {id for id, c in details.items() if first_test(c.signs) is Publicity.PUBLIC}
        return (
            *((comment.id, comment.id in surely) for comment in ticket.comments),
            *((odd.id, True) for odd in ticket.odd if odd.id),
        )


def _is_shared(ticket: Ticket, chat: Chat) -> bool:
    return chat.organization in ticket.organizations
