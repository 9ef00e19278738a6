"""One story told to a daemon that is killed on the way, and started again each time."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from faults.crash.daemons import Nursery
from faults.crash.script import (
    CARRIED,
    CORRECTED,
    SENT_FILE,
    SHOWN,
    SHOWN_AGAIN,
    SHOWN_FILE,
    TAKEN_BACK,
)
from faults.crash.sight import Sight
from faults.crash.witness import Fate, Point, died_at

from syncd.sandbox.box import Sandbox

_PATIENCE = 40.0
_IMPATIENT_AFTER = 0.8
_FIRST_SKIP_SECONDS, _LONGEST_SKIP_SECONDS = 10, 160
_STOP_SECONDS = 10.0
MOST_DEATHS = 8
"""A daemon that is killed again and again gets nothing done, and its story has to end."""


class NeverSeen(AssertionError):
    """The story did not go on."""


@dataclass
class Play:
    """People, and a daemon among them."""

    box: Sandbox
    nursery: Nursery
    folder: Path
    sight: Sight
    points: list[Point]
    """Where it dies, one after the other."""
    spared: frozenset[str] | None
    """Where it does not die besides, at anything else once; None is everywhere."""
    pid: int = 0
    deaths: int = 0

    def run(self, tell: Callable[["Play"], None]) -> int:
        """Tell the whole story; return the exit status of the daemon that lived to its end."""
        self._start()
        tell(self)
        self.until("every answer in the chat", self._all_shown)
        self.until("every reply in the ticket", self._all_carried)
        self.until("an answer to every mention", self._all_told)
        self.until("every file", self._all_files)
        self.until("an outbox at rest", self.sight.at_rest)
        self.until("nothing in the chat that was taken back", self._all_gone)
        self.until("every answer in the chat, as it is now", self._all_corrected)
        self.until("an outbox at rest", self.sight.at_rest)
        self._look_again()
        os.kill(self.pid, signal.SIGTERM)
        status = self.nursery.wait(self.pid, _STOP_SECONDS)
        if status is None:
            os.kill(self.pid, signal.SIGKILL)
            raise NeverSeen("the end of the daemon within ten seconds of SIGTERM")
        if status == -signal.SIGKILL:
            self.deaths += 1
            return 0
        return status

    # -- the daemon

    def kill(self) -> None:
        """End the daemon wherever it is; it is started again when somebody waits for something."""
        if not self._is_dead():
            os.kill(self.pid, signal.SIGKILL)
            assert self.nursery.wait(self.pid, _STOP_SECONDS) is not None

    def said(self) -> str:
        """Return what the daemons have logged."""
        log = self.folder / "daemon.log"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def listens(self) -> bool:
        return not self._is_dead() and self.box.lark_people.wait_connected(0)

    def until(self, what: str, seen: Callable[[], object]) -> None:
        """Wait for something to be seen; when nothing happens, the world's clock is set forward."""
        deadline = time.monotonic() + _PATIENCE
        people, skip = self.box.lark_people, _FIRST_SKIP_SECONDS
        while time.monotonic() < deadline:
            if people.wait_until(lambda: bool(seen()) or self._is_dead(), _IMPATIENT_AFTER):
                if seen():
                    return
                self._revive()
                deadline = time.monotonic() + _PATIENCE
            else:
                self._time_passes(skip)
                skip = min(skip * 2, _LONGEST_SKIP_SECONDS)
        raise NeverSeen(what)

    def comes(self, seen: Callable[[], object], seconds: float) -> bool:
        """Return whether it is seen while one daemon lives so long."""
        deadline = time.monotonic() + seconds
        while not seen():
            if self._is_dead():
                self._revive()
                deadline = time.monotonic() + seconds
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self.box.lark_people.wait_until(lambda: bool(seen()) or self._is_dead(), left)
        return True

    def _start(self) -> None:
        point = self.points.pop(0) if self.points else None
        spared = self.spared if self.deaths < MOST_DEATHS else None
        if spared is not None:
            spared = spared.union(point.label for point in died_at(self.folder))
        self.pid = self.nursery.start(self.box, self.folder, Fate(point, spared))

    def _revive(self) -> None:
        status = self.nursery.status(self.pid)
        if status is None:
            return
        if status != -signal.SIGKILL:
            raise NeverSeen(f"the daemon ended by itself with {status}")
        self.deaths += 1
        self._start()

    def _is_dead(self) -> bool:
        return self.nursery.status(self.pid) is not None

    def _time_passes(self, seconds: int) -> None:
        self.box.world.clock.move(seconds=seconds)
        path = self.folder / "clock"
        offset = int.from_bytes(path.read_bytes(), "little", signed=True) + seconds * 1000
        with path.open("r+b") as file:
            file.write(offset.to_bytes(8, "little", signed=True))

    # -- the end

    def _all_shown(self) -> bool:
        texts = self.sight.script.texts(*SHOWN, *SHOWN_AGAIN)
        return all(self.sight.shown(text) for text in texts)

    def _all_corrected(self) -> bool:
        return self._all_shown() and all(
            self.sight.shown(f"{line.text} {CORRECTED[line.kind]}")
            for line in self.sight.script.lines
            if line.kind in CORRECTED
        )

    def _all_carried(self) -> bool:
        script = self.sight.script
        carried = script.texts(*CARRIED) if script.premium else []
        return all(self.sight.commented(text) for text in carried)

    def _all_files(self) -> bool:
        sight = self.sight
        sent = all(sight.has_file(name) for name in sight.script.files(SENT_FILE))
        return sent and all(sight.shows_file(name) for name in sight.script.files(SHOWN_FILE))

    def _all_told(self) -> bool:
        script = self.sight.script
        mentions = [] if script.premium else script.texts("mention")
        return self.sight.told() + self.sight.untold() >= len(mentions)

    def _all_gone(self) -> bool:
        return not any(self.sight.shown(text) for text in self.sight.script.texts(*TAKEN_BACK))

    def _look_again(self) -> None:
        """Let two more polls pass, in which nothing may come twice."""
        searches = self.sight.searches()
        self._time_passes(60)
        self.until("two more polls", lambda: self.sight.searches() >= searches + 2)
