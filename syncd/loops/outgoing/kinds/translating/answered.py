"""What an engine has answered to tries that failed later: nobody pays for it twice."""

import threading
from dataclasses import dataclass, field
from typing import TypeAlias

from syncd.core.model import CommentId

_MOST = 8
"""Comments of which it is kept; each is a few thousand characters."""

Asked: TypeAlias = tuple[str, str]
"""What was to be done, and with which words."""


@dataclass
class Answered:
    """Thread-safe. Kept by this process alone, until the translation is whole."""

    _told: dict[tuple[CommentId, str], dict[Asked, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, comment: CommentId, version: str) -> dict[Asked, str]:
        """Return the answers about that version of the comment, to be added to."""
        with self._lock:
            if len(self._told) >= _MOST and (comment, version) not in self._told:
                self._told.pop(next(iter(self._told)))
            return self._told.setdefault((comment, version), {})

    def forget(self, comment: CommentId, version: str) -> None:
        with self._lock:
            self._told.pop((comment, version), None)
