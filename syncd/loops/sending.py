"""Sends to the chat, in another way where the first is refused."""

import threading
from dataclasses import replace

from syncd.core import plainly
from syncd.core.alarms import Trouble
from syncd.core.commands import Delivery
from syncd.core.errors import Cause, Rejected, Unavailable, Uncertain
from syncd.core.events import Posted
from syncd.core.model import ChatId, DeliveryId
from syncd.core.views import Content, FormView, InChat, InThread, Sent, Where
from syncd.log import Log
from syncd.loops.board import Board
from syncd.loops.ports import Messenger

SILENCED_SECONDS = 300.0
"""How often it is tried whether we may speak again."""
# Muted, or a permission lacking: what is to be said in that chat waits, in order.
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/reply
_MAY_SPEAK_LATER = (Cause.SILENCED, Cause.FORBIDDEN)


class Sender:
    """Falls back once to plain words, and from a thread that is gone to its group; what is to be
    said where we may not speak just now waits."""

    def __init__(self, messenger: Messenger, board: Board, log: Log) -> None:
        self._messenger = messenger
        self._board = board
        self._log = log
        self._lock = threading.Lock()
        self._silenced: set[ChatId] = set()

    def send(self, where: Where, content: Content, key: DeliveryId) -> Sent:
        """Send it; when the platform refuses what it says, send it once more in plain words."""
        try:
            return self._messenger.send(where, content, key)
        except Rejected as exc:
            if exc.cause is not Cause.CONTENT:
                raise
            self._log.warning("content_refused", delivery=key, reason=str(exc))
            plainer = (
                plainly.form(content) if isinstance(content, FormView) else plainly.post(content)
            )
            return self._messenger.send(where, plainer, key)

    def post(self, where: InThread | InChat, content: Content, delivery: Delivery) -> Posted:
        """Send it for everybody in the group; Unavailable while we may not speak there.

        Uncertain where it may stand in a thread already whose root has gone since.
        """
        chat = where.thread.chat_id if isinstance(where, InThread) else where.chat_id
        try:
            shown = self._send_or_above(where, content, delivery)
        except Rejected as exc:
            if exc.cause not in _MAY_SPEAK_LATER:
                raise
            self._silenced_in(chat)
            raise Unavailable(str(exc), SILENCED_SECONDS) from exc
        self._spoke_in(chat)
        return shown

    def _send_or_above(
        self, where: InThread | InChat, content: Content, delivery: Delivery
    ) -> Posted:
        """Send into a thread; when its root is gone, say it at the top level of the group."""
        try:
            return posted(self.send(where, content, delivery.id))
        except Rejected as exc:
            if exc.cause is not Cause.GONE or not isinstance(where, InThread):
                raise
            if delivery.first_sent_ms:
                told = f"it may stand in the thread already: {exc}"
                raise Uncertain(told, elsewhere=True) from exc
            above = InChat(where.thread.chat_id)
            return replace(posted(self.send(above, content, delivery.id)), above=True)

    def _silenced_in(self, chat: ChatId) -> None:
        with self._lock:
            if chat not in self._silenced:
                self._log.warning("silenced", chat=chat)
            self._silenced.add(chat)
            self._board.report(Trouble.SILENCED, down=True)

    def _spoke_in(self, chat: ChatId) -> None:
        with self._lock:
            self._silenced.discard(chat)
            self._board.report(Trouble.SILENCED, down=bool(self._silenced))


def posted(sent: Sent) -> Posted:
    return Posted(sent.message_id, sent.thread_id)
