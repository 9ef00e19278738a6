"""What the portal shows of a ticket, and what it is proven not to show."""

from collections.abc import Collection

from syncd.core.errors import Cause, Rejected
from syncd.core.model import CommentId, Filed, TicketKey
from syncd.core.publicity import Publicity
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.wire import comments, probe
from syncd.helpdesk.jsm.wire.paging import Portion, pages

_ASKED_ALONE = 20
"""Comments that a list leaves out and that are asked for one by one, each time."""


class Portal:
    """Asks servicedeskapi; every no stands on an answer that was certainly given to us."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def publicity(self, key: TicketKey, comment_id: CommentId) -> Publicity:
        answer = self._connection.exchange(comments.portal_view(key, comment_id))
        if answer.status == 200:
            return comments.read_portal_view(answer, comment_id)
        return Publicity.NOT_PUBLIC if answer.status == 404 else Publicity.UNREADABLE

    def path_of(self, ticket: str) -> str | None:
        """Return where customers find the ticket, None when it is no request that we may see."""
        found = self.request(ticket)
        return found.portal_path if found else None

    def request(self, ticket: str) -> Filed | None:
        """Return the ticket as customers see it, None when it is no request that we may see."""
        try:
            return self._connection.read(probe.portal_request(ticket), probe.read_request)
        except Rejected as refused:
            if refused.cause is Cause.GONE:
                return None
            raise

    def hides(self, key: TicketKey, ids: Collection[CommentId]) -> set[CommentId]:
        """Return those of the ticket's comments that the portal says are not public, or denies
        to have while it has their ticket."""
        said = self._said(key, ids)
        left_out = sorted(set(ids) - said.keys(), key=lambda id: (len(id), id))[-_ASKED_ALONE:]
        return {
            *(id for id in ids if said.get(id) is Publicity.NOT_PUBLIC),
            *self._missing(key, left_out),
        }

    def _said(self, key: TicketKey, ids: Collection[CommentId]) -> dict[CommentId, Publicity]:
        """Read the list as far as it has to be read."""

        def page(start: int) -> Portion[tuple[CommentId, Publicity]]:
            return self._connection.read(
                comments.portal_list(key, start), comments.read_portal_list
            )

        said: dict[CommentId, Publicity] = {}
        for listed in pages(page) if ids else ():
            nothing_new = said.keys() >= dict(listed).keys()
            said.update(listed)
            if nothing_new or said.keys() >= set(ids):
                break
        return said

    def _missing(self, key: TicketKey, ids: Collection[CommentId]) -> set[CommentId]:
        """A permission may end or come back while we ask, so the ticket is asked for twice."""
        if not ids or not self._has(key):
            return set()
        missing = {id for id in ids if self._denies(key, id)}
        return missing if missing and self._has(key) else set()

    def _denies(self, key: TicketKey, comment_id: CommentId) -> bool:
        return self._connection.exchange(comments.portal_view(key, comment_id)).status == 404

    def _has(self, key: TicketKey) -> bool:
        return self.path_of(key) is not None
