"""Comments read once more, just before they are shown: many in one call, while it is fresh."""

from collections.abc import Callable
from dataclasses import dataclass, field

from syncd.core.errors import Rejected, Unavailable
from syncd.core.model import Comment, CommentId, Ms
from syncd.loops.ports import Helpdesk
from syncd.loops.turnstile import Turnstile

FRESH_MS = 2_000
"""How old a reading may be: only the comment's own signs show a restriction to a role."""


@dataclass
class FreshComments:
    """Thread-safe: what one thread is reading, others wait for. `now` returns the store's time."""

    helpdesk: Helpdesk
    now: Callable[[], Ms]
    _read_ms: Ms = Ms(0)
    _found: dict[CommentId, Comment] = field(default_factory=dict)
    _turnstile: Turnstile = field(default_factory=Turnstile)

    def get(self, id: CommentId, coming: Callable[[], list[CommentId]]) -> Comment | None:
        """Return the comment as it was at most two seconds ago, None when it is not there.

        `coming` returns the comments that will be asked for next, which are read in the same call.
        """
        with self._turnstile:
            now = self.now()
            if id not in self._found or not 0 <= now - self._read_ms <= FRESH_MS:
                self._found = self._read(id, coming())
                self._read_ms = now
            return self._found.get(id)

    def _read(self, id: CommentId, coming: list[CommentId]) -> dict[CommentId, Comment]:
        """One that cannot be read must not keep the others from being shown."""
        try:
            return self.helpdesk.comment_details([id, *coming])
        except (Unavailable, Rejected) as exc:
            if not coming or getattr(exc, "retry_after", None) is not None:
                raise
            return self.helpdesk.comment_details([id])
