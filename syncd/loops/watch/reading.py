"""Reads linked tickets whole, and decides what the chat gets to see of them.

A bulk read of those that changed, and one of their new comments with the properties that a ticket
does not carry: https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile
"""

from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from syncd.core import watching
from syncd.core.decide.changes import changes, not_listed, oldest_first
from syncd.core.delivery import Decision
from syncd.core.errors import RemoteFailure, SyncdError, Unavailable
from syncd.core.events import TicketChanged
from syncd.core.model import AccountId, Comment, CommentId, Ms, Ticket, TicketId
from syncd.core.publicity import Publicity, first_test
from syncd.core.watching import Look, Reason
from syncd.loops.watch.leading import Turn, TurnEnded
from syncd.loops.watch.sight import Sight
from syncd.loops.watch.taking import Taker, is_about_all
from syncd.store.portable import chunks
from syncd.store.tx import Tx

_A_CALL = 100
_DETAILS_A_CALL = 1000
_FAILURES = 12
"""So many failed calls for the comments of one ticket are no single comment's."""

Details = dict[CommentId, Comment | None]
Missing = dict[TicketId, list[CommentId]]


@dataclass(frozen=True)
class _Read:
    """A ticket as the two reads have it."""

    ticket: Ticket
    details: Details
    gone: tuple[CommentId, ...]
    """Told comments that neither the ticket's list nor the reading by their ids has."""
    at_ms: Ms


@dataclass
class Reading(Taker):
    """Takes the looks of the reason READ."""

    sight: Sight

    def take_due(self, turn: Turn) -> int:
        """Read what is due by now; return how many tickets could be read."""
        with self.records.store.read() as tx:
            due = tx.looks.due(Reason.READ, watching.AT_ONCE[Reason.READ])
        return self.take(due, turn)

    def take(self, looks: list[Look], turn: Turn) -> int:
        """Read these tickets, some at a time.

        RemoteFailure when not even another ticket can be read.
        """
        return sum(self.each(some, turn, self._read) for some in chunks(looks, _A_CALL))

    def _read(self, looks: list[Look], turn: Turn) -> None:
        due = {TicketId(look.subject): look for look in looks}
        tickets = self.helpdesk.tickets(list(due))
        self.sight.saw(ticket.key for ticket in tickets)
        read_ms = self.records.store.now()
        news, missing = self._wanted(tickets)
        wanted = [*news, *chain.from_iterable(missing.values())]
        details, failed = self._details(wanted, alone=len(tickets) == 1)
        for ticket in map(self._without_known, tickets):
            if look := due.pop(ticket.id, None):
                absent = (id for id in missing.get(ticket.id, ()) if id not in failed)
                gone = tuple(id for id in absent if details[id] is None)
                self._take(look, _Read(ticket, details, gone, read_ms), turn)
        for look in due.values():
            self.put_aside(look, Unavailable(watching.NOT_SHOWN), turn)

    def _without_known(self, ticket: Ticket) -> Ticket:
        """Leave out odd comments of which it is on record what became of them."""
        if not ticket.odd:
            return ticket
        with self.records.store.read() as tx:
            seen = tx.seen.of(ticket.id)
        return replace(ticket, odd=tuple(one for one in ticket.odd if one.id not in seen))

    def _take(self, look: Look, read: _Read, turn: Turn) -> None:
        waits = not watching.lasts(look, read.at_ms)
        try:
            event = _event(read, turn.account, waits=waits)
            decision = turn.write(partial(self._settle, look, event))
        except (SyncdError, TurnEnded):
            raise
        except Exception as exc:
            # A bug of ours with one ticket must not hold up the others.
            self.put_aside(look, exc, turn)
            return
        self.records.nudge(decision)
        if event.gone:
            self.log.warning("comments_gone", comments=len(event.gone), ticket=event.ticket.key)
        if look.failures and not event.unread:
            self.log.info("look_recovered", look=look.reason, ticket=event.ticket.key)

    def _settle(self, look: Look, event: TicketChanged, tx: Tx) -> Decision:
        if event.unread:
            self.fail(tx, look, watching.PARTLY_SHOWN)
        else:
            tx.looks.done(look)
        return self.records.decide(tx, event)

    def _wanted(self, tickets: list[Ticket]) -> tuple[list[CommentId], Missing]:
        """Return the comments that are news, and those that the chat was told and their ticket's
        list does not have."""
        news: list[CommentId] = []
        missing: Missing = {}
        with self.records.store.read() as tx:
            for ticket in tickets:
                seen = tx.seen.of(ticket.id)
                fresh = changes(seen, ticket)
                news += [c.id for c in fresh if first_test(c.signs) is Publicity.PUBLIC]
                # What is odd is there; one without an id may be any of them.
                odd = {one.id for one in ticket.odd}
                absent = [id for id in not_listed(seen, ticket) if id not in odd]
                if absent and CommentId("") not in odd:
                    missing[ticket.id] = absent
        return news, missing

    def _details(self, ids: list[CommentId], *, alone: bool) -> tuple[Details, set[CommentId]]:
        """Read comments by their ids, with their properties (internal, our reference); None for one
        that is gone, or that could not be read: those are the second."""
        found: Details = dict.fromkeys(ids)
        failed: set[CommentId] = set()
        for some in chunks(ids, _DETAILS_A_CALL):
            found |= self._found(some, failed, alone=alone)
        return found, failed

    def _found(self, ids: list[CommentId], failed: set[CommentId], *, alone: bool) -> Details:
        """Return these comments; of a ticket `alone`, halves where that fails, until the one that
        makes it fail is left out by itself."""
        found: Details = {}
        waiting, failures, last = [ids], 0, None
        while waiting:
            some = waiting.pop()
            try:
                found |= self.helpdesk.comment_details(some)
            except RemoteFailure as failure:
                last, failures = failure, failures + 1
                if not alone or is_about_all(failure) or failures > _FAILURES:
                    raise
                failed |= set(some) if len(some) == 1 else set()
                if len(some) > 1:
                    waiting += [some[len(some) // 2 :], some[: len(some) // 2]]
        if last is not None and not found:
            raise last
        return found


def _event(read: _Read, account: AccountId, *, waits: bool) -> TicketChanged:
    """Return the ticket with its comments as the second read has them.

    `waits`: a comment that the second read left out, or that is odd, holds later ones back.
    """
    comments: list[Comment] = []
    unread = False
    placed = [one.created_ms for one in read.ticket.odd if one.created_ms]
    for comment in oldest_first(read.ticket.comments):
        fresh = read.details.get(comment.id, comment)
        unread = unread or fresh is None
        behind = unread or any(at <= comment.created_ms for at in placed)
        kept_back = behind and waits and comment.id in read.details
        if fresh is not None and not kept_back:
            comments.append(fresh)
    whole = replace(read.ticket, comments=tuple(comments))
    unread = unread or bool(read.ticket.odd)
    return TicketChanged(whole, account, unread, read.at_ms, read.gone)
