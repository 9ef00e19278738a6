"""Finds linked tickets that were moved to another project, which the search does not cover.

A moved issue keeps its id, and a bulk read by ids answers with its new key:
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-issue-bulkfetch-post
"""

from functools import partial

from syncd.core import watching
from syncd.core.decide.moving import has_left
from syncd.core.errors import Rejected
from syncd.core.events import TicketMoved
from syncd.core.model import Link, TicketId, TicketKey
from syncd.core.watching import Look, Reason
from syncd.loops.watch.leading import Turn
from syncd.loops.watch.taking import Taker


class Whereabouts(Taker):
    """Takes the looks of the reason WHERE."""

    def take(self, looks: list[Look], turn: Turn) -> int:
        """Read these tickets' keys; return how many looks succeeded."""
        return self.each(looks, turn, self._look)

    def _look(self, looks: list[Look], turn: Turn) -> None:
        ids = [TicketId(look.subject) for look in looks]
        keys = self.helpdesk.keys(ids)
        with self.records.store.read() as tx:
            links = tx.links.of_tickets(ids)
        left = {id for id, key in keys.items() if has_left(key, self.records.rules)} & set(links)
        for look, id in zip(looks, ids, strict=True):
            if id in left:
                self.each([look], turn, partial(self._follow, links[id], keys[id]))
        _again([look for look, id in zip(looks, ids, strict=True) if id not in left], turn)

    def _follow(self, link: Link, key: TicketKey, looks: list[Look], turn: Turn) -> None:
        """Decide on a ticket that has left, where that changes anything."""
        try:
            path = self.helpdesk.portal_path(link.ticket_id)
        except Rejected as exc:
            self.log.info("portal_does_not_tell", ticket=key, reason=str(exc))
        else:
            self._follow_up(link, TicketMoved(link.ticket_id, key, path), turn)
        _again(looks, turn)

    def _follow_up(self, link: Link, event: TicketMoved, turn: Turn) -> None:
        with self.records.store.read() as tx:
            is_read = tx.looks.of(Reason.READ, link.ticket_id) is not None
        path = event.portal_path
        as_before = path is None if not is_read else path in ("", link.portal_path)
        if link.ticket_key == event.key and as_before:
            return
        why = self.decide(event, turn).reason
        self.log.warning("ticket_moved", ticket=event.key, was=link.ticket_key, reason=why)


def _again(looks: list[Look], turn: Turn) -> None:
    turn.write(lambda tx: tx.looks.again((k, watching.where_again(tx.now)) for k in looks))
