"""Asks the portal whether it shows a comment, and tells an outage from one comment's failure."""

import threading
from dataclasses import dataclass, field

from syncd.core.errors import Unavailable
from syncd.core.model import CommentId, TicketKey
from syncd.core.publicity import Publicity
from syncd.loops.ports import Helpdesk

_ANSWERS = 3
"""So many answers about other comments since its first failure prove that there is no outage; one
may have been under way when an outage began."""

_MOST = 1000
"""Comments whose failures are remembered."""


@dataclass
class PortalGate:
    """Thread-safe."""

    helpdesk: Helpdesk
    _answers: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _failed_at: dict[CommentId, int] = field(default_factory=dict)
    """How many answers there were when it failed for a comment first."""

    def publicity(self, key: TicketKey, comment_id: CommentId) -> Publicity:
        """Return what the portal says; UNREADABLE when it fails for this comment and answers about
        others. RemoteFailure otherwise."""
        try:
            said = self.helpdesk.publicity(key, comment_id)
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
            if len(self._failed_at) >= _MOST and comment_id not in self._failed_at:
                self._failed_at.pop(next(iter(self._failed_at)))  # The oldest; it is asked anew.
            failed_at = self._failed_at.setdefault(comment_id, self._answers)
            return self._answers - failed_at >= _ANSWERS
