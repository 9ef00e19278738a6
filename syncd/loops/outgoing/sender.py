"""Sends to the chat, with fallbacks: plain words for refused content, the group for a thread."""

import threading
from dataclasses import dataclass, field, replace

from syncd.core.delivery import Delivery
from syncd.core.errors import Cause, Rejected, Unavailable, Uncertain
from syncd.core.model import ChatId, DeliveryId, MessageId, PersonId
from syncd.core.operators.alarms import Trouble
from syncd.core.outcome import Outcome
from syncd.core.prose import plain
from syncd.core.reaching.capability import Capability
from syncd.core.reaching.marks import mark
from syncd.core.views import (
    Content,
    FileView,
    FormView,
    InChat,
    InThread,
    PostView,
    Sent,
    Where,
)
from syncd.log import Log
from syncd.loops.ports import Messenger
from syncd.loops.private_ways import ANOTHER_WAY_MAY_WORK, PrivateWays
from syncd.loops.troubles import Board

SILENCED_SECONDS = 300.0
"""Interval at which a chat is tried in which the bot may not speak."""
# Muted, or a permission is missing: posts to that chat wait, in order.
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/reply
_MAY_SPEAK_LATER = (Cause.SILENCED, Cause.FORBIDDEN)


@dataclass(frozen=True)
class Sender:
    """Falls back once to plain words, and from a thread whose root is gone to its group.

    Posts to a chat in which the bot is muted wait, and operators are told.
    """

    messenger: Messenger
    ways: PrivateWays
    board: Board
    log: Log
    _silenced: set[ChatId] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, where: Where, content: Content, key: DeliveryId) -> Sent:
        """Send it; when Lark refuses the content, send it once more in plain words."""
        try:
            return self.messenger.send(where, content, key)
        except Rejected as exc:
            if exc.cause is not Cause.CONTENT or isinstance(content, FileView):
                raise
            self.log.warning("content_refused", delivery=key, reason=str(exc))
            plainer = plain.form(content) if isinstance(content, FormView) else plain.post(content)
            return self.messenger.send(where, plainer, key)

    def privately(
        self,
        chat_id: ChatId,
        person: PersonId,
        content: Content,
        delivery: Delivery,
        otherwise: tuple[InThread, PostView] | None = None,
    ) -> Outcome:
        """Show it to one person: directly, where it waits until it is looked at, else in the group
        for one pair of eyes.

        `otherwise`: what stands in a thread for everybody, where nothing reaches the person alone.
        """
        refused = Rejected("there is no private way to this person", Cause.PLACE)
        for way in self.ways.for_word(chat_id, person):
            with self.ways.trying(chat_id, way, person) as is_open:
                try:
                    if is_open:
                        return posted(self.send(way[1], content, mark(delivery)))
                except Rejected as exc:
                    if exc.cause not in ANOTHER_WAY_MAY_WORK:
                        raise
                    self.ways.note(chat_id, way[0], person, exc)
                    refused = exc
        if otherwise is None:
            raise refused
        return self.post(*otherwise, delivery)

    def post(self, where: InThread | InChat, content: Content, delivery: Delivery) -> Outcome:
        """Post it for everybody in the group; Unavailable while the bot may not speak there.

        Uncertain when an earlier send may have reached a thread whose root is gone since.
        """
        chat = where.thread.chat_id if isinstance(where, InThread) else where.chat_id
        try:
            shown = self._in_words_if_need_be(chat, where, content, delivery)
        except Rejected as exc:
            if exc.cause not in _MAY_SPEAK_LATER:
                raise
            self._silenced_in(chat)
            raise Unavailable(str(exc), SILENCED_SECONDS) from exc
        self._spoke_in(chat)
        return shown

    def _in_words_if_need_be(
        self, chat: ChatId, where: InThread | InChat, content: Content, delivery: Delivery
    ) -> Outcome:
        """Send it as a card; where the chat takes none, what can be said in words is."""
        if not isinstance(content, PostView):
            return self._send_or_above(where, content, delivery)
        in_words = replace(content, in_words=True)
        if self.ways.takes_no_cards(chat):
            return self._send_or_above(where, in_words, delivery)
        try:
            return self._send_or_above(where, content, delivery)
        except Rejected as exc:
            if exc.cause is not Cause.CARDS:
                raise
            self.ways.note_for_all(chat, Capability.CARDS, exc)
        return self._send_or_above(where, in_words, delivery)

    def _send_or_above(
        self, where: InThread | InChat, content: Content, delivery: Delivery
    ) -> Outcome:
        """Send into a thread; when its root is gone, to the top level of the group."""
        try:
            return posted(self.send(where, content, mark(delivery)))
        except Rejected as exc:
            if exc.cause is not Cause.GONE or not isinstance(where, InThread):
                raise
            if delivery.first_sent_ms:
                told = f"it may stand in the thread already: {exc}"
                raise Uncertain(told, elsewhere=True) from exc
            above = InChat(where.thread.chat_id)
            return replace(posted(self.send(above, content, mark(delivery))), above=True)

    def replace(self, message_id: MessageId, content: PostView, key: DeliveryId) -> None:
        """Show it in the place of a message of ours; refused content once more in plain words."""
        try:
            self.messenger.replace(message_id, content, key)
        except Rejected as exc:
            if exc.cause is not Cause.CONTENT:
                raise
            self.log.warning("content_refused", delivery=key, reason=str(exc))
            self.messenger.replace(message_id, plain.post(content), key)

    def take_away(self, message_id: MessageId, notice: PostView, key: DeliveryId) -> Outcome:
        """Recall a message; where that is refused, the notice takes the place of its words, and
        the outcome names the message."""
        try:
            self.messenger.remove(message_id, private=False)
        except Rejected:
            self.messenger.replace(message_id, notice, key)
            return Outcome(message_id)
        return Outcome()

    def _silenced_in(self, chat: ChatId) -> None:
        with self._lock:
            if chat not in self._silenced:
                self.log.warning("silenced", chat=chat)
            self._silenced.add(chat)
            self._report_silenced()

    def _spoke_in(self, chat: ChatId) -> None:
        with self._lock:
            self._silenced.discard(chat)
            self._report_silenced()

    def _report_silenced(self) -> None:
        silent = bool(self._silenced)
        reason = ", ".join(sorted(self._silenced))
        self.board.report(Trouble.SILENCED, down=silent, reason=reason)


def posted(sent: Sent) -> Outcome:
    return Outcome(sent.message_id)
