"""Makes a customer's transition, and looks whether one happened whose answer was lost."""

from syncd.core.delivery import Delivery
from syncd.core.errors import Cause, Rejected, RemoteFailure, Unavailable, Uncertain
from syncd.core.kinds.living.move_ticket import MoveTicket
from syncd.core.kinds.replies.revise_comment import recall_key
from syncd.core.model import Chat, Filed, Link, Ms, TicketKey
from syncd.core.outcome import Outcome
from syncd.core.reaching.marks import mark
from syncd.core.ticket_card.moves import Move, Transition, offered
from syncd.core.wording import words
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.kinds.add_comment import look_on_ticket, ticket_of, unseen
from syncd.loops.outgoing.performing import Absent, Done, Finding, Found, Prepared, Ready

_REFUSED = Outcome(refused=True)
_CONFLICT = 409


class Performer(performing.Performer[MoveTicket]):
    def prepare(self, command: MoveTicket, delivery: Delivery, chat: Chat) -> Prepared:
        """Ask what is offered now; the status is noted, for a look whether it has changed.

        After an outage, or found late, nothing is done that nobody expects any more, and of a word
        that was taken back nothing at all.
        """
        with self.tools.records.store.read() as tx:
            message = command.message_id
            if message and tx.outbox.by_key(recall_key(message)) is not None:
                return Done(Outcome(taken_back=True))
        if delivery.tries <= 1 and self.tools.members.has_left(chat.id, command.person):
            return Done(Outcome(has_left=True))
        if delivery.was_uncertain:
            told = words(chat.language).reason_not_moved
            raise Rejected("it did not arrive, and is not sent again", Cause.OTHER, told)
        if command.is_stale(self.tools.records.store.now()):
            return Done(_REFUSED)
        link = ticket_of(self.tools, command.thread, delivery, chat, early=False)
        if not isinstance(link, Link):
            return link
        key, helpdesk = link.ticket_key, self.tools.helpdesk
        ticket, transitions = self._seen(key), helpdesk.transitions(key)
        found = offered(transitions).get(Move(command.move))
        if found is None:
            return Done(_REFUSED)
        wording = words(chat.language)
        person = self.tools.names.of(command.person, chat.id, wording)
        said = wording.moved_by.format(name=person, move=found.name)
        return Ready(lambda: self._move(key, found, said, delivery), note=_note(ticket))

    def _move(
        self, key: TicketKey, transition: Transition, said: str, delivery: Delivery
    ) -> Outcome:
        """Make it; without its note it may not be known again."""
        try:
            self.tools.helpdesk.move(key, transition, said, mark(delivery))
        except Rejected as exc:
            # Somebody changes the ticket just now: it is asked once more whether it is offered.
            # https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-transition-post
            if exc.status == _CONFLICT:
                raise Unavailable(f"{key} is changed by somebody else: {exc}") from exc
            raise
        try:
            note = self.tools.helpdesk.find_comment(key, mark(delivery))
        except RemoteFailure as exc:
            raise Uncertain(f"moved, and its note is not found yet: {exc}") from exc
        if note is None:
            raise Uncertain("moved, and its note is not listed yet")
        return Outcome(comment_id=note)

    def look(self, command: MoveTicket, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        """Look for its note; where there is none, and the status is another one than it was,
        anybody may have moved it: nothing is sent again, and the person is told to look."""
        finding = look_on_ticket(self.tools, command.thread, delivery, watched_ms, now)
        if not isinstance(finding, Absent):
            return finding
        with self.tools.records.store.read() as tx:
            before = tx.outbox.note_of(delivery.id)
            link = tx.links.of_thread(command.thread.root)
        if link is None:
            return finding
        try:
            ticket = self._seen(link.ticket_key)
        except Rejected as exc:
            return unseen(self.tools, link, delivery, now, exc)
        return finding if _note(ticket) == before else Found(Outcome(unproven=True))

    def _seen(self, key: TicketKey) -> Filed:
        """Return the ticket as its customer sees it; Rejected where the portal has none."""
        ticket = self.tools.helpdesk.as_customer(key)
        if ticket is None:
            raise Rejected(f"{key} is no request that we see", Cause.GONE)
        return ticket


def _note(ticket: Filed) -> str:
    return f"was: {ticket.status}"
