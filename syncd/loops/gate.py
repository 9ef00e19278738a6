"""Asks the portal about a comment, and knows when a failure is about that comment alone."""

import threading

from syncd.core.errors import Unavailable
from syncd.core.model import CommentId, TicketKey
from syncd.core.publicity import Publicity
from syncd.loops.ports import Helpdesk

_ANSWERS = 3
"""So many answers about other comments meanwhile, and it is no outage; one may have been under
way when an outage began."""


class Gate:
    """May be asked from any thread."""

    def __init__(self, helpdesk: Helpdesk) -> None:
        self._helpdesk = helpdesk
        self._lock = threading.Lock()
        self._answers = 0
        self._failed_at: dict[CommentId, int] = {}
        """How many answers there were when it failed for a comment first."""

    def publicity(self, key: TicketKey, comment_id: CommentId) -> Publicity:
        """Return what the portal says, UNREADABLE where it fails for this comment and answers
        about others; raises a RemoteFailure."""
        try:
            said = self._helpdesk.publicity(key, comment_id)
        except Unavailable as exc:
            if exc.retry_after is None and self._answers_others(comment_id):
                return Publicity.UNREADABLE
            raise
        with self._lock:
            self._answers += 1
            self._failed_at.pop(comment_id, None)
        return said

    def _answers_others(self, comment_id: CommentId) -> bool:
        with self._lock:
            failed_at = self._failed_at.setdefault(comment_id, self._answers)
            return self._answers - failed_at >= _ANSWERS
