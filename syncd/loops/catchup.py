"""Reads what was said while nobody listened, and feeds it through the same inbox.

While no connection is up Lark delivers nothing, and keeps nothing that it could be trusted for:
https://open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN/event-subscription-configure-/request-url-configuration-case
"""

from collections.abc import Callable

from syncd.core.errors import RemoteFailure, Unavailable
from syncd.core.model import Chat, ChatId, Ms, Plan
from syncd.core.views import InChat, InThread, Where
from syncd.log import Log
from syncd.loops.ports import Messenger
from syncd.loops.records import Records
from syncd.store.links import Links

HEARD = "heard"
"""Cursor: until when everything that was said was heard."""
_SLACK_MS = 60_000
_FURTHEST_MS = 7 * 86_400_000
_THREADS = 50


class CatchUp:
    """Runs every few seconds; reads once for each new connection.

    `listening` returns since when the connection is open, None while it is not, and when the last
    frame came, both in epoch milliseconds.
    """

    def __init__(
        self,
        records: Records,
        messenger: Messenger,
        receive: Callable[[bytes], None],
        listening: Callable[[], tuple[int | None, int | None]],
        chats_in_file: tuple[ChatId, ...],
        log: Log,
    ) -> None:
        self._records = records
        self._messenger = messenger
        self._receive = receive
        self._listening = listening
        self._chats_in_file = chats_in_file
        self._log = log
        self._done_for: int | None = None

    def run_once(self) -> int:
        """Read the gap before this connection, if that is still to do; return how many messages."""
        since, last_frame = self._listening()
        if since is None:
            return 0
        found = 0
        if since != self._done_for:
            try:
                found = self._read_gap()
            except RemoteFailure as exc:
                self._log.warning("catch_up_failed", reason=str(exc))
                return 0
            self._done_for = since
        # Only what came proves that somebody was speaking to us: a machine that slept wakes up
        # with a socket that still seems open.
        heard = Ms(max(since, last_frame or 0))
        self._records.store.write(lambda tx: tx.cursors.set(HEARD, heard))
        return found

    def _read_gap(self) -> int:
        with self._records.store.read() as tx:
            heard = tx.cursors.get(HEARD)
            decided = [decision.chat_id for decision in tx.chats.all()]
            ids = dict.fromkeys([*self._chats_in_file, *decided])
            chats = [self._records.chat(tx, id) for id in ids]
            places = self._places({chat.id: chat for chat in chats if chat.enabled}, tx.links)
            oldest = Ms(max(heard - _SLACK_MS, tx.now - _FURTHEST_MS))
        if not heard:
            return 0
        found = sum(self._read(place, oldest) for place in places)
        self._log.info("caught_up", messages=found, places=len(places))
        return found

    def _places(self, chats: dict[ChatId, Chat], links: Links) -> list[Where]:
        """A group's history holds roots only, so each conversation that is alive is read too."""
        places: list[Where] = [InChat(id) for id in chats]
        for link in links.recent(_THREADS):
            chat = chats.get(link.thread.chat_id)
            if chat is not None and chat.plan is Plan.PREMIUM:
                places.append(InThread(link.thread))
        return places

    def _read(self, place: Where, oldest: Ms) -> int:
        try:
            messages = self._messenger.since(place, oldest)
        except Unavailable:
            raise
        except RemoteFailure as exc:
            # Without im:message.group_msg nothing can be read back; what is missed is missed.
            self._log.warning("history_unreadable", place=str(place), reason=str(exc))
            return 0
        for raw in messages:
            self._receive(raw)
        return len(messages)
