"""Checks regularly that messages arrive, by comparing a chat's history with the inbox.

An open connection proves nothing: Lark sends each event to one connection of the app, chosen at
random, and another program may be connected as the same app, or the subscription be lost.
https://open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN/event-subscription-configure-/request-url-configuration-case
"""

from collections.abc import Callable
from dataclasses import dataclass

from syncd.core.arrival import READ_BACK_MS
from syncd.core.errors import Rejected, RemoteFailure
from syncd.core.model import ChatId, Ms, PersonId
from syncd.core.operators.alarms import Trouble
from syncd.core.views import Said
from syncd.log import Log
from syncd.loops.incoming.catchup import CatchUp
from syncd.loops.incoming.intake import SOURCE
from syncd.loops.ports import Messenger
from syncd.loops.records import Records

PROVEN = "hearing proven"
"""Cursor: time of the newest message that the check found in the inbox."""
_SETTLED_MS = 60_000
"""Messages of the first minute of a connection are not judged: an older one may get them."""
_LATE_MS = 120_000
"""A message younger than this may still be on its way."""
_BACK_MS = 86_400_000
"""How far before the last proof is read again: that proof was about one chat only."""
_ACTIVE = 50
_LONGEST_REST = 7


@dataclass
class Canary:
    """Runs every half hour and costs one call; while messages keep missing it rests for up to seven
    runs, because reading everything back costs many.

    `connected_since` returns when the connection was opened, None while there is none; `reconnect`
    replaces it.
    """

    records: Records
    messenger: Messenger
    catchup: CatchUp
    connected_since: Callable[[], Ms | None]
    reconnect: Callable[[], None]
    log: Log
    _turn: int = 0
    _deaf_times: int = 0
    _rest: int = 0
    _mentions_only: bool = False
    _cannot: str = ""

    def run_once(self) -> int:
        """Check one chat; return how many of its messages should have arrived and did not."""
        since = self.connected_since()
        now = self.records.store.now()
        if self._rest:
            self._rest -= 1
            return 0
        if since is None or now - since <= _SETTLED_MS + _LATE_MS:
            return 0
        chat = self._next_chat()
        due = self._due(chat, Ms(since + _SETTLED_MS), Ms(now - _LATE_MS)) if chat else []
        return self._judge(chat, due, since) if chat and due else 0

    def _next_chat(self) -> ChatId | None:
        """Return the next chat in turn: one with recently linked threads, else any served one."""
        served = self.catchup.served()
        with self.records.store.read() as tx:
            active = dict.fromkeys(link.thread.chat_id for link in tx.links.recent(_ACTIVE))
        chats = [chat for chat in active if chat in served] or served
        self._turn += 1
        return chats[self._turn % len(chats)] if chats else None

    def _due(self, chat: ChatId, after: Ms, before: Ms) -> list[Said]:
        """Return the messages of that time that must have been delivered to us."""
        try:
            latest = self.messenger.latest(chat)
        except RemoteFailure as exc:
            self._cannot_tell(chat, exc)
            return []
        self._cannot = ""
        with self.records.store.read() as tx:
            bot = self.records.bot(tx)
            joined = tx.facts.joined_ms(chat)
        # What came before that need not be on record any more.
        on_record = Ms(self.records.store.now() - READ_BACK_MS)
        after = max(after, Ms(joined + _SETTLED_MS), on_record)
        return [
            said
            for said in latest
            if after < said.at_ms < before and (bot in said.mentions or not self._mentions_only)
        ]

    def _cannot_tell(self, chat: ChatId, failure: RemoteFailure) -> None:
        """Log once that history cannot be read; most often the scope im:message.group_msg lacks."""
        kind = type(failure).__name__
        if kind != self._cannot:
            final = isinstance(failure, Rejected)
            event = "canary_cannot_tell" if final else "canary_failed"
            self.log.warning(event, chat=chat, reason=str(failure))
        self._cannot = kind

    def _judge(self, chat: ChatId, due: list[Said], since: Ms) -> int:
        with self.records.store.read() as tx:
            heard = tx.inbox.heard(SOURCE, [said.message_id for said in due])
            proven = tx.cursors.get(PROVEN)
            bot = self.records.bot(tx)
        missed = [said for said in due if said.message_id not in heard]
        if not missed:
            self._hears(Ms(max(proven, *(said.at_ms for said in due))))
            return 0
        self.log.error("deaf_while_connected", chat=chat, missed=len(missed), due=len(due))
        self._is_deaf(missed, bot)
        oldest = min(proven or since, *(said.at_ms for said in missed))
        self.catchup.go_back(Ms(max(oldest - _BACK_MS, 1)))
        self.reconnect()
        return len(missed)

    def _hears(self, newest: Ms) -> None:
        self._deaf_times = 0
        self.records.board.report(Trouble.DEAF, down=False)
        self.records.store.write(lambda tx: tx.cursors.set(PROVEN, newest))

    def _is_deaf(self, missed: list[Said], bot: PersonId) -> None:
        self._deaf_times += 1
        self._rest = min(2 ** (self._deaf_times - 1) - 1, _LONGEST_REST)
        if self._deaf_times > 1 and not any(bot in said.mentions for said in missed):
            # A new connection did not help and no mention is missing: without the scope
            # im:message.group_msg Lark delivers mentions alone, so only these are judged.
            self.log.warning("only_mentions_are_heard")
            self._mentions_only = True
        self.records.board.report(Trouble.DEAF, down=True)
