"""Reads back what was said while no connection was open, into the same inbox.

Lark delivers nothing while no connection is up, and what it redelivers later cannot be relied on:
https://open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN/event-subscription-configure-/request-url-configuration-case
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from syncd.core.arrival import READ_BACK_MS, READS_BACK_MS
from syncd.core.decide import MEANINGS
from syncd.core.errors import Rejected, RemoteFailure
from syncd.core.model import Chat, ChatId, MessageId, Ms, PersonId, Thread
from syncd.core.views import InChat, InThread, Where
from syncd.log import Log
from syncd.loops import anchors
from syncd.loops.incoming.intake import SOURCE, Intake
from syncd.loops.ports import Messenger
from syncd.loops.records import Records
from syncd.loops.turnstile import Turnstile
from syncd.store.portable import FEW
from syncd.store.tables.facts import Gap
from syncd.store.tx import Tx

HEARD = "heard"
"""Cursor: until when every message has arrived or was read back."""
_SLACK_MS = 600_000
"""Tolerated difference of clocks: the cursor is by our clock, Lark's history by Lark's."""
_CLOCK_SET_BACK_MS = 86_400_000
"""How far back is read when the cursor lies in the future, because our clock was set back."""
_THREADS = 50


@dataclass
class _Gap:
    """What is still to be read back: the time before the present connection, chat by chat."""

    since: int
    """When the connection was opened, in epoch milliseconds."""
    oldest: Ms
    findings: tuple[Gap, ...]
    left: list[Where]
    messages: int = 0


@dataclass
class CatchUp:
    """Runs every few seconds; reads back once for each new connection, and after a frame that could
    not be stored.

    `listening` returns when the connection was opened (None while there is none) and when the last
    frame came, in epoch milliseconds; `steady` returns monotonic milliseconds.
    """

    records: Records
    messenger: Messenger
    intake: Intake
    listening: Callable[[], tuple[int | None, int | None]]
    chats_in_file: tuple[ChatId, ...]
    steady: Callable[[], int]
    log: Log
    _gap: _Gap | None = None
    _noted: Ms | None = None
    """Until when we wrote down last that all was heard."""
    _down: bool = False
    _behind_since: int | None = None
    """Since when, by the steady clock, something is to be read back."""
    _turnstile: Turnstile = field(default_factory=Turnstile)

    def served(self) -> list[ChatId]:
        """Return the chats that are enabled."""
        with self.records.store.read() as tx:
            return list(self._served(tx))

    def go_back(self, since_ms: Ms) -> None:
        """Have everything since then read back: some of it did not arrive."""
        with self._turnstile:
            self.records.store.write(lambda tx: tx.facts.add_gap(since_ms))
            self._gap = None

    def unread(self) -> frozenset[MessageId] | None:
        """Return the threads of which something earlier may still be read back, None for all.

        Not for ever: when reading takes long, what is here already goes first.
        """
        behind = self._behind()
        if behind is not None and not behind:
            self._behind_since = None
            return behind
        now = self.steady()
        if self._behind_since is None:
            self._behind_since = now
        return behind if now - self._behind_since < READS_BACK_MS else frozenset()

    def _behind(self) -> frozenset[MessageId] | None:
        since, _ = self.listening()
        gap = self._gap
        if since is None:
            return frozenset()
        if gap is None or gap.since != since or self.intake.refused.is_set():
            return None
        left = gap.left
        threads = frozenset(place.thread.root for place in left if isinstance(place, InThread))
        # What a reply belongs to may be a mention that is to be read back itself.
        return threads if len(threads) == len(left) else None

    def run_once(self) -> int:
        """Read back what is left of the gap before this connection; return how many messages."""
        with self._turnstile:
            return self._run_once()

    def _run_once(self) -> int:
        since, last_frame = self.listening()
        if since is None:
            self._begin()
            return 0
        if self.intake.refused.is_set():
            self.intake.refused.clear()
            self._gap = None
        if self._gap is None or self._gap.since != since:
            self._gap = self._gap_before(since)
        try:
            found = self._read_gap(self._gap)
        except RemoteFailure as exc:
            if not self._down:
                self.log.warning("catch_up_failed", reason=str(exc))
            self._down = True
            return 0
        self._down = False
        # Only a frame proves that the connection was alive: after a machine's sleep its socket
        # still seems to be open.
        self._has_heard(Ms(max(since, last_frame or 0)), self._gap)
        return found

    def _begin(self) -> None:
        """Set the cursor at the very first start, before a connection, which may break at once."""
        with self.records.store.read() as tx:
            begun = tx.cursors.get(HEARD)
        if not begun:
            self.records.store.write(lambda tx: tx.cursors.set(HEARD, tx.now))

    def _has_heard(self, until: Ms, gap: _Gap) -> None:
        if until == self._noted and not gap.findings:
            return

        def work(tx: Tx) -> None:
            tx.cursors.set(HEARD, until)
            for finding in gap.findings:
                tx.facts.close_gap(finding)

        self.records.store.write(work)
        self._noted, gap.findings = until, ()

    def _gap_before(self, since: int) -> _Gap:
        with self.records.store.read() as tx:
            # At the very first start, from just before it.
            heard, findings = tx.cursors.get(HEARD) or tx.now, tuple(tx.facts.gaps())
            oldest = (
                heard - _SLACK_MS if heard <= tx.now + _SLACK_MS else tx.now - _CLOCK_SET_BACK_MS
            )
            oldest = min([oldest, *(finding.since_ms for finding in findings)])
            oldest = max(oldest, tx.now - READ_BACK_MS)
            return _Gap(since, Ms(oldest), findings, self._places(tx))

    def _read_gap(self, gap: _Gap) -> int:
        """Read the places that are left; one that fails goes to the end, for the next run."""
        if not gap.left:
            return 0
        while gap.left:
            place, *others = gap.left
            gap.left = [*others, place]
            gap.messages += self._read(place, gap)
            gap.left = [other for other in gap.left if other != place]
        self.log.info("caught_up", messages=gap.messages)
        return gap.messages

    def _served(self, tx: Tx) -> dict[ChatId, Chat]:
        decided = [decision.chat_id for decision in tx.chats.all()]
        ids = dict.fromkeys([*self.chats_in_file, *decided])
        chats = [self.records.chat(tx, id) for id in ids]
        return {chat.id: chat for chat in chats if chat.enabled}

    def _places(self, tx: Tx) -> list[Where]:
        """Return each chat, whose history lists roots only, and its recent threads."""
        chats = self._served(tx)
        linked = [link.thread for link in tx.links.recent(_THREADS)]
        unfiled = [request.thread for request in tx.requests.open(_THREADS)]
        alive = [thread for thread in (*linked, *unfiled) if thread.chat_id in chats]
        moved = [anchors.current(tx, thread) for thread in alive]
        return [*map(InChat, chats), *map(InThread, dict.fromkeys([*alive, *moved]))]

    def _read(self, place: Where, gap: _Gap) -> int:
        count = 0
        try:
            said = iter(self.messenger.since(place, gap.oldest))
            while raws := list(islice(said, FEW)):
                below = self._missed_threads(raws) if isinstance(place, InChat) else []
                self.intake.receive(raws)
                gap.left = [*gap.left, *(thread for thread in below if thread not in gap.left)]
                count += len(raws)
        except Rejected as exc:
            # Without the scope im:message.group_msg nothing can be read back; it stays lost.
            self.log.warning("history_unreadable", place=str(place), reason=str(exc))
        return count

    def _missed_threads(self, raws: list[bytes]) -> list[InThread]:
        """Return the threads of mentions that did not arrive: nor did what was said below them."""
        told = [self.intake.envelope(raw).message_id for raw in raws]
        with self.records.store.read() as tx:
            bot = self.records.bot(tx)
            heard = tx.inbox.heard(SOURCE, [id for id in told if id])
        missed = [raw for id, raw in zip(told, raws, strict=True) if id not in heard]
        return [InThread(thread) for raw in missed if (thread := self._begun(raw, bot))]

    def _begun(self, raw: bytes, bot: PersonId) -> Thread | None:
        try:
            event = self.intake.read(raw)
        except ValueError:
            return None  # The intake buries it.
        meaning = MEANINGS[type(event)] if event is not None else None
        if meaning is None or not meaning.by(event, bot):
            return None
        about = meaning.about(event)
        return Thread(about.chat_id, about.thread_root)
