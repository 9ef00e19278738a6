"""What arrived at the fakes: every HTTP call, in order, with its answer."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Call:
    """One HTTP call that a fake received."""

    side: str
    """`lark` or `jsm`."""
    method: str
    path: str
    query: str
    request: bytes
    status: int
    """HTTP status of the answer; 0 when the connection was cut instead."""
    response: bytes
    at_ms: int
    headers: dict[str, str] = field(default_factory=dict)


class Journal:
    """An append-only list of calls; readable from any thread."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._changed = threading.Condition()

    def add(self, call: Call) -> None:
        with self._changed:
            self._calls.append(call)
            self._changed.notify_all()

    def calls(self, side: str = "", path_part: str = "", method: str = "") -> list[Call]:
        """Return the calls so far that match every given filter."""
        with self._changed:
            return [
                c
                for c in self._calls
                if (not side or c.side == side)
                and (not method or c.method == method)
                and path_part in c.path
            ]

    def wait_for(self, found: Callable[[list[Call]], bool], timeout: float = 10.0) -> bool:
        """Block until `found(all calls)` holds; False when `timeout` seconds pass first."""
        with self._changed:
            return self._changed.wait_for(lambda: found(list(self._calls)), timeout)

    def clear(self) -> None:
        with self._changed:
            self._calls.clear()
