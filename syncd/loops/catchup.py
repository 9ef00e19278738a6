"""Reads what was said while nobody listened, and feeds it through the same inbox.

While no connection is up Lark delivers nothing, and keeps nothing that it could be trusted for:
https://open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN/event-subscription-configure-/request-url-configuration-case
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from syncd.core.errors import Rejected, RemoteFailure
from syncd.core.model import Chat, ChatId, Ms
from syncd.core.views import InChat, InThread, Where
from syncd.log import Log
from syncd.loops import anchors
from syncd.loops.intake import Intake
from syncd.loops.ports import Messenger
from syncd.loops.records import Records
from syncd.store.cursors import Cursor
from syncd.store.tx import Tx

HEARD = "heard"
"""Cursor: until when everything that was said was heard."""
MISSED = "missed since:"
"""Beginning of cursors: one for each time that somebody found something missed, from when on; what
read it drops it, so that one found meanwhile stays."""
_SLACK_MS = 600_000
"""How far Lark's clock may be from ours: by ours we note what was heard, by Lark's it reads."""
_CLOCK_SET_BACK_MS = 86_400_000
"""So much is read again when what was heard lies in the future."""
_FURTHEST_MS = 7 * 86_400_000
_THREADS = 50


@dataclass
class _Gap:
    """What was said before a connection and is still to be read."""

    since: int
    """When the connection was opened."""
    oldest: Ms
    findings: tuple[Cursor, ...]
    left: list[Where]
    messages: int = 0


class CatchUp:
    """Runs every few seconds; reads once for each new connection, and when a frame was refused.

    `listening` returns since when the connection is open, None while it is not, and when the last
    frame came, both in epoch milliseconds.
    """

    def __init__(
        self,
        records: Records,
        messenger: Messenger,
        intake: Intake,
        listening: Callable[[], tuple[int | None, int | None]],
        chats_in_file: tuple[ChatId, ...],
        log: Log,
    ) -> None:
        self._records = records
        self._messenger = messenger
        self._intake = intake
        self._listening = listening
        self._chats_in_file = chats_in_file
        self._log = log
        self._gap: _Gap | None = None
        self._down = False
        self._lock = threading.Lock()

    def served(self) -> list[ChatId]:
        """Return the chats whose messages we answer."""
        with self._records.store.read() as tx:
            return list(self._served(tx))

    def go_back(self, since_ms: Ms) -> None:
        """Read everything again that was said since then: not all of it was heard."""
        with self._lock:
            self._records.store.write(
                lambda tx: tx.cursors.set(f"{MISSED}{since_ms}:{tx.now}", since_ms)
            )
            self._gap = None

    def run_once(self) -> int:
        """Read the gap before this connection, if that is still to do; return how many messages."""
        with self._lock:
            return self._run_once()

    def _run_once(self) -> int:
        since, last_frame = self._listening()
        if since is None:
            return 0
        if self._intake.refused.is_set():
            self._intake.refused.clear()
            self._gap = None
        if self._gap is None or self._gap.since != since:
            self._gap = self._gap_before(since)
        try:
            found = self._read_gap(self._gap)
        except RemoteFailure as exc:
            if not self._down:
                self._log.warning("catch_up_failed", reason=str(exc))
            self._down = True
            return 0
        self._down = False
        # Only what came proves that somebody was speaking to us: a machine that slept wakes up
        # with a socket that still seems open.
        self._has_heard(Ms(max(since, last_frame or 0)), self._gap)
        return found

    def _has_heard(self, until: Ms, gap: _Gap) -> None:
        def work(tx: Tx) -> None:
            tx.cursors.set(HEARD, until)
            for finding in gap.findings:
                tx.cursors.drop(finding.name)

        self._records.store.write(work)
        gap.findings = ()

    def _gap_before(self, since: int) -> _Gap:
        with self._records.store.read() as tx:
            heard, findings = tx.cursors.get(HEARD), tuple(tx.cursors.under(MISSED))
            places = self._places(tx) if heard or findings else []
            oldest = (
                heard - _SLACK_MS if heard <= tx.now + _SLACK_MS else tx.now - _CLOCK_SET_BACK_MS
            )
            oldest = min([oldest, *(finding.position for finding in findings)])
            return _Gap(since, Ms(max(oldest, tx.now - _FURTHEST_MS)), findings, places)

    def _read_gap(self, gap: _Gap) -> int:
        """Read what is left of it; what fails is left for the next time, after the others."""
        if not gap.left:
            return 0
        while gap.left:
            gap.left.append(gap.left.pop(0))
            gap.messages += self._read(gap.left[-1], gap.oldest)
            del gap.left[-1]
        self._log.info("caught_up", messages=gap.messages)
        return gap.messages

    def _served(self, tx: Tx) -> dict[ChatId, Chat]:
        decided = [decision.chat_id for decision in tx.chats.all()]
        ids = dict.fromkeys([*self._chats_in_file, *decided])
        chats = [self._records.chat(tx, id) for id in ids]
        return {chat.id: chat for chat in chats if chat.enabled}

    def _places(self, tx: Tx) -> list[Where]:
        """A group's history holds roots only, so each conversation that is alive is read too."""
        chats = self._served(tx)
        linked = [link.thread for link in tx.links.recent(_THREADS)]
        unfiled = [request.thread for request in tx.requests.open(_THREADS)]
        alive = [thread for thread in (*linked, *unfiled) if thread.chat_id in chats]
        moved = [anchors.current(tx, thread) for thread in alive]
        return [*map(InChat, chats), *map(InThread, dict.fromkeys([*alive, *moved]))]

    def _read(self, place: Where, oldest: Ms) -> int:
        count = 0
        try:
            for raw in self._messenger.since(place, oldest):
                self._intake.receive(raw)
                count += 1
        except Rejected as exc:
            # Without im:message.group_msg nothing can be read back; what is missed is missed.
            self._log.warning("history_unreadable", place=str(place), reason=str(exc))
        return count
