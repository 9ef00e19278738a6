"""The board: the loops report each trouble with its reason, and that it is over."""

import threading

from syncd.core.operators.alarms import Trouble


class Board:
    """Holds the last report of each trouble; one that was never reported is missing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reported: dict[Trouble, str | None] = {}
        """The reason of each one that goes on, None when it is over."""

    def report(self, trouble: Trouble, *, down: bool, reason: str = "") -> None:
        """`reason` is read by operators, as the log has it; it holds no customer's words."""
        with self._lock:
            self._reported[trouble] = reason if down else None

    def reports(self) -> list[tuple[Trouble, bool]]:
        """Return each trouble that was reported, and whether it goes on."""
        with self._lock:
            return [(trouble, reason is not None) for trouble, reason in self._reported.items()]

    def standing(self) -> dict[Trouble, str]:
        """Return the reason of each trouble that goes on."""
        with self._lock:
            return {it: reason for it, reason in self._reported.items() if reason is not None}
