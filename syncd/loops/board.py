"""Where the loops report what goes wrong and what goes well again."""

import threading

from syncd.core.alarms import Trouble


class Board:
    """Holds the last report of each trouble; what was never reported is not known."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._down: dict[Trouble, bool] = {}

    def report(self, trouble: Trouble, *, down: bool) -> None:
        with self._lock:
            self._down[trouble] = down

    def reports(self) -> list[tuple[Trouble, bool]]:
        """Return each trouble that was reported, and whether it goes on."""
        with self._lock:
            return list(self._down.items())
