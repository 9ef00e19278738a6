"""Looks now and then whether what people write arrives at all.

An open connection does not prove it: each event goes to one connection of the app, chosen at
random, and the app may have others that nobody here knows of, or have lost its subscription.
https://open.feishu.cn/document/ukTMukTMukTM/uYDNxYjL2QTM24iN0EjN/event-subscription-configure-/request-url-configuration-case
"""

from collections.abc import Callable

from syncd.core.alarms import Trouble
from syncd.core.errors import Rejected, RemoteFailure
from syncd.core.model import ChatId, Ms, PersonId
from syncd.core.views import Said
from syncd.log import Log
from syncd.loops.catchup import CatchUp
from syncd.loops.intake import SOURCE
from syncd.loops.ports import Messenger
from syncd.loops.records import JOINED, Records

PROVEN = "hearing proven"
"""Cursor: the newest message of which it is known that it was heard as it should."""
_SETTLED_MS = 60_000
"""So long after the connection was opened, an event of before may still be on its way."""
_LATE_MS = 120_000
_BACK_MS = 86_400_000
"""A proof is one chat's, so more is read again than since the last one."""
_ACTIVE = 50
_LONGEST_REST = 7


class Canary:
    """Runs every half hour, at the price of one call; while it finds nothing but deafness less
    often, because to read everything again costs many.

    `connected_since` returns since when the connection is open, None while it is not; `reconnect`
    opens another one.
    """

    def __init__(
        self,
        records: Records,
        messenger: Messenger,
        catchup: CatchUp,
        connected_since: Callable[[], Ms | None],
        reconnect: Callable[[], None],
        log: Log,
    ) -> None:
        self._records = records
        self._messenger = messenger
        self._catchup = catchup
        self._connected_since = connected_since
        self._reconnect = reconnect
        self._log = log
        self._turn = 0
        self._deaf_times = 0
        self._rest = 0
        self._mentions_only = False
        self._cannot: str = ""

    def run_once(self) -> int:
        """Look at one chat; return how many of its messages should have been heard and were not."""
        since = self._connected_since()
        now = self._records.store.now()
        if self._rest:
            self._rest -= 1
            return 0
        if since is None or now - since <= _SETTLED_MS + _LATE_MS:
            return 0
        chat = self._next_chat()
        due = self._due(chat, Ms(since + _SETTLED_MS), Ms(now - _LATE_MS)) if chat else []
        return self._judge(chat, due, since) if chat and due else 0

    def _next_chat(self) -> ChatId | None:
        """Return the chats in turn, those with conversations first and alone."""
        served = self._catchup.served()
        with self._records.store.read() as tx:
            active = dict.fromkeys(link.thread.chat_id for link in tx.links.recent(_ACTIVE))
        chats = [chat for chat in active if chat in served] or served
        self._turn += 1
        return chats[self._turn % len(chats)] if chats else None

    def _due(self, chat: ChatId, after: Ms, before: Ms) -> list[Said]:
        """Return what was said there in that time and must have been delivered to us."""
        try:
            latest = self._messenger.latest(chat)
        except RemoteFailure as exc:
            self._cannot_tell(chat, exc)
            return []
        self._cannot = ""
        with self._records.store.read() as tx:
            bot = self._records.bot(tx)
            joined = tx.cursors.get(f"{JOINED}{chat}")
        after = max(after, Ms(joined + _SETTLED_MS))
        return [
            said
            for said in latest
            if after < said.at_ms < before and (bot in said.mentions or not self._mentions_only)
        ]

    def _cannot_tell(self, chat: ChatId, failure: RemoteFailure) -> None:
        """Without im:message.group_msg nothing can be read; that is said once."""
        kind = type(failure).__name__
        if kind != self._cannot:
            final = isinstance(failure, Rejected)
            event = "canary_cannot_tell" if final else "canary_failed"
            self._log.warning(event, chat=chat, reason=str(failure))
        self._cannot = kind

    def _judge(self, chat: ChatId, due: list[Said], since: Ms) -> int:
        with self._records.store.read() as tx:
            heard = tx.inbox.heard(SOURCE, [said.message_id for said in due])
            proven = tx.cursors.get(PROVEN)
            bot = self._records.bot(tx)
        missed = [said for said in due if said.message_id not in heard]
        if not missed:
            self._hears(Ms(max(proven, *(said.at_ms for said in due))))
            return 0
        self._log.error("deaf_while_connected", chat=chat, missed=len(missed), due=len(due))
        self._is_deaf(missed, bot)
        oldest = min(proven or since, *(said.at_ms for said in missed))
        self._catchup.go_back(Ms(max(oldest - _BACK_MS, 1)))
        self._reconnect()
        return len(missed)

    def _hears(self, newest: Ms) -> None:
        self._deaf_times = 0
        self._records.board.report(Trouble.DEAF, down=False)
        self._records.store.write(lambda tx: tx.cursors.set(PROVEN, newest))

    def _is_deaf(self, missed: list[Said], bot: PersonId) -> None:
        self._deaf_times += 1
        self._rest = min(2 ** (self._deaf_times - 1) - 1, _LONGEST_REST)
        if self._deaf_times > 1 and not any(bot in said.mentions for said in missed):
            # A new connection did not help, and no mention is missing: whether what mentions
            # nobody is delivered depends on the app's scopes.
            self._log.warning("only_mentions_are_heard")
            self._mentions_only = True
        self._records.board.report(Trouble.DEAF, down=True)
