"""The search index: a copy of what can be searched, which lags behind the tickets.

https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/
"""

import itertools
from collections import deque
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What the index knows about one issue."""

    id: int
    number: int
    key: str
    project: str
    created: int
    updated: int
    labels: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]
    """Field id and its words, for `~`."""

    def words(self, field_id: str) -> str:
        """Return the text of one field; empty when it is not set."""
        return dict(self.texts).get(field_id, "")


class Index:
    """Rows become visible when their time has come; an older write never covers a newer one."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[int, Row]] = {}
        """By issue id: the number of the write, and what it wrote."""
        self._pending: deque[tuple[int, int, Row]] = deque()
        self._writes = itertools.count()
        self._missing_until: dict[int, int] = {}

    def write(self, row: Row, visible_at: int) -> None:
        """Queue a row; `visible_at` in epoch milliseconds of the sandbox's clock."""
        self._pending.append((visible_at, next(self._writes), row))

    def hide(self, issue_id: int, until: int) -> None:
        """Leave an issue out of every search until then, as sites have been seen to do."""
        self._missing_until[issue_id] = until

    def remove(self, issue_id: int) -> None:
        """Forget an issue at once, what was written of it and is not visible yet, too."""
        self._rows.pop(issue_id, None)
        self._pending = deque(one for one in self._pending if one[2].id != issue_id)

    def rows(self, now: int) -> list[Row]:
        """Return what a search sees at `now`, in epoch milliseconds."""
        waiting: deque[tuple[int, int, Row]] = deque()
        for visible_at, write, row in self._pending:
            if visible_at > now:
                waiting.append((visible_at, write, row))
            elif row.id not in self._rows or self._rows[row.id][0] < write:
                self._rows[row.id] = (write, row)
        self._pending = waiting
        hidden = {i for i, until in self._missing_until.items() if until > now}
        return [row for _, row in self._rows.values() if row.id not in hidden]
