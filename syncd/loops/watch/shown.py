"""Reads comments again that the chat was shown: hiding one need not change its ticket.

A comment is hidden by an entity property, and writing one does not touch the issue; the portal may
also hide one by itself, and no bulk read of the platform would tell:
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/
https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-issueidorkey-comment-get
"""

from collections import defaultdict
from functools import partial

from syncd.core import watching
from syncd.core.decide.standing import NOT_THERE, is_as_before
from syncd.core.decide.versions import standing
from syncd.core.errors import Rejected, Unavailable
from syncd.core.events import CommentReread, CommentsHidden
from syncd.core.model import CommentId, Link, Ms, SeenComment, SeenVerdict, Ticket, TicketId
from syncd.core.watching import Look, Reason
from syncd.loops.watch.leading import Turn
from syncd.loops.watch.taking import Taker
from syncd.store.tx import Tx

_BY_PORTAL = "deleted, or hidden by the portal"
_COMMENTS = 1000
"""What one call reads."""

Recent = dict[str, list[SeenComment]]
"""Recent verdicts on tickets' comments, by ticket."""


class ShownComments(Taker):
    """Takes the looks of the reasons FRESH, SHOWN, PORTAL and MISSING."""

    def reread(self, looks: list[Look], turn: Turn) -> int:
        """Read these tickets' comments by their ids; return of how many tickets."""
        recent = self._recent(looks)
        some, comments = list[Look](), 0
        for look in looks:
            comments += len(recent.get(look.subject, ()))
            if some and comments > _COMMENTS:
                break
            some.append(look)
        return self.each(some, turn, partial(self._reread, recent))

    def ask_portal(self, looks: list[Look], turn: Turn) -> int:
        """Ask the portal about each of these tickets; return about how many it could be asked."""
        recent = self._recent(looks)
        ask = partial(self._ask_portal, recent)
        return self.each(looks, turn, ask, at_once=1)

    def _recent(self, looks: list[Look]) -> Recent:
        age, verdicts = watching.looked_at(looks[0].reason)
        with self.records.store.read() as tx:
            since = Ms(tx.now - age)
            found = tx.seen.recent([look.subject for look in looks], since)
        return {
            ticket: [seen for seen in some if seen.verdict in verdicts]
            for ticket, some in found.items()
        }

    def _reread(self, recent: Recent, looks: list[Look], turn: Turn) -> None:
        seen = [one for look in looks for one in recent.get(look.subject, ())]
        if seen:
            self._compare(seen, turn)
        turn.write(lambda tx: _again(tx, recent, looks))

    def _compare(self, seen: list[SeenComment], turn: Turn) -> None:
        found = self.helpdesk.comment_details([one.comment_id for one in seen])
        for one in seen:
            comment = found.get(one.comment_id)
            if comment is not None and not is_as_before(one, comment):
                self._withdraw(CommentReread(one.ticket_id, one.comment_id, comment), turn)
        left_out: dict[TicketId, set[CommentId]] = defaultdict(set)
        for one in seen:
            if one.verdict is SeenVerdict.TOLD and one.comment_id not in found:
                left_out[one.ticket_id].add(one.comment_id)
        if left_out:
            self._look_for(left_out, turn)

    def _look_for(self, left_out: dict[TicketId, set[CommentId]], turn: Turn) -> None:
        """Withdraw what its ticket's whole list does not have either. One list that leaves a
        comment out proves nothing; where there is no other, the portal is asked."""
        there = {ticket.id: ticket for ticket in self._tickets(list(left_out))}
        for id, ids in left_out.items():
            listed = {comment.id for comment in there[id].comments} if id in there else ids
            if gone := ids - listed:
                self._withdraw(CommentsHidden(id, tuple(sorted(gone)), NOT_THERE), turn)
            if ids & listed:
                turn.write(partial(_ask_portal_of, id))

    def _tickets(self, ids: list[TicketId]) -> list[Ticket]:
        """Return those that can be read; one that cannot must not keep the others."""
        try:
            return self.helpdesk.tickets(ids)
        except (Rejected, Unavailable) as exc:
            if isinstance(exc, Unavailable) and exc.retry_after is not None:
                raise
            self.log.info("tickets_not_read", tickets=len(ids), reason=str(exc))
            return []

    def _ask_portal(self, recent: Recent, looks: list[Look], turn: Turn) -> None:
        (look,) = looks
        ticket_id = TicketId(look.subject)
        with self.records.store.read() as tx:
            link = tx.links.of_ticket(ticket_id)
            asked = _asked(tx, recent.get(ticket_id, []))
        if link and asked and (hidden := self._hidden(link, asked)):
            self._withdraw(CommentsHidden(ticket_id, tuple(sorted(hidden)), _BY_PORTAL), turn)
        turn.write(lambda tx: _again(tx, recent, looks))

    def _hidden(self, link: Link, asked: set[CommentId]) -> set[CommentId]:
        try:
            return self.helpdesk.portal_hides(link.ticket_key, asked)
        except Rejected as exc:
            self.log.info("portal_does_not_tell", ticket=link.ticket_key, reason=str(exc))
            return set()

    def _withdraw(self, event: CommentReread | CommentsHidden, turn: Turn) -> None:
        decision = self.decide(event, turn)
        if count := len(decision.orders):
            self.log.warning("comments_withdrawn", comments=count, reason=decision.reason)


def _ask_portal_of(id: TicketId, tx: Tx) -> None:
    tx.looks.ask(Look(id, Reason.MISSING, Ms(0)))


def _again(tx: Tx, recent: Recent, looks: list[Look]) -> None:
    def due(look: Look) -> Ms | None:
        seen = (one.updated_ms for one in recent.get(look.subject, ()))
        return watching.comments_again(look.reason, max(seen, default=Ms(0)), tx.now)

    tx.looks.again((look, due(look)) for look in looks)


def _asked(tx: Tx, recent: list[SeenComment]) -> set[CommentId]:
    """Return the comments that stand in the chat, or were queued for it long enough ago."""
    if not recent:
        return set()
    twins = tx.twins.of_ticket(recent[0].ticket_id)
    shown = standing(twins, {one.comment_id: one for one in recent})
    known = tx.now - watching.PORTAL_KNOWS_MS
    return {one.comment_id for one in recent if one.comment_id in shown or one.updated_ms < known}
