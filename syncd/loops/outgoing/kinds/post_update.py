"""Shows an engineer's public comment, and asks once more whether it is public."""

from dataclasses import replace
from typing import Protocol

from syncd.core import text
from syncd.core.decide.versions import digest_of
from syncd.core.delivery import Delivery
from syncd.core.errors import Unavailable
from syncd.core.kinds.post_update import PostUpdate
from syncd.core.model import Chat, CommentId, Destination, Ms, TicketKey
from syncd.core.text import Body
from syncd.core.views import InChat, InThread, PostView, Where
from syncd.core.wording import words
from syncd.core.wording.notes import of_comment
from syncd.loops import anchors
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.chat_search import look_in_chat
from syncd.loops.outgoing.fresh import FRESH_MS
from syncd.loops.outgoing.performing import UNREADABLE, Finding, Found, Hold, Prepared, Ready
from syncd.loops.outgoing.posting import as_found, note_of, said
from syncd.loops.outgoing.public_now import NotSayable, by_its_signs, on_portal

_UNREADABLE_MS = 600_000
"""How long its lane waits while the portal does not say whether it shows the comment."""
_COMING = 100
"""How many of the updates that wait are read with one that has waited for long."""


class Performer(performing.Performer[PostUpdate]):
    def place(self, command: PostUpdate) -> Where:
        return InThread(command.thread) if command.in_thread else InChat(command.thread.chat_id)

    def prepare(self, command: PostUpdate, delivery: Delivery, chat: Chat) -> Prepared:
        if no := on_portal(self.tools, command.key, command.comment_id):
            return self._hold(no, delivery)
        if not self._is_stale(command, delivery):
            return self._post(command, delivery, chat)
        read = self.tools.fresh.get
        fresh = by_its_signs(lambda: read(command.comment_id, self._coming))
        if isinstance(fresh, NotSayable):
            return self._hold(fresh, delivery)
        return self._post(replace(command, body=text.dump(fresh.body)), delivery, chat)

    def look(self, command: PostUpdate, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        thread, in_thread = command.thread, command.in_thread
        finding = look_in_chat(self.tools, delivery, thread, watched_ms, now, in_thread=in_thread)
        return as_found(self.tools, finding, delivery) if isinstance(finding, Found) else finding

    def _post(self, command: PostUpdate, delivery: Delivery, chat: Chat) -> Ready:
        thread, records = command.thread, self.tools.records
        where: InThread | InChat = InChat(thread.chat_id)
        if command.in_thread:
            where = anchors.below(records.store, thread)
        body = text.load(command.body)
        content = view(command, body, chat, records.rules.portal_base)
        return said(self.tools, where, content, digest_of(body), delivery)

    def _coming(self) -> list[CommentId]:
        with self.tools.records.store.read() as tx:
            waiting = tx.outbox.waiting(PostUpdate, _COMING)
        return [command.comment_id for command in waiting]

    def _is_stale(self, command: PostUpdate, delivery: Delivery) -> bool:
        """Whether the comment may have been corrected or hidden since it was read.

        A clock that was set back says yes.
        """
        age = self.tools.records.store.now() - command.read_ms
        return delivery.tries > 1 or not 0 <= age <= FRESH_MS

    def _hold(self, why: NotSayable, delivery: Delivery) -> Hold:
        """Where nobody can tell, raise Unavailable for ten minutes, once; then withhold it, because
        its lane waits too."""
        if not why.unreadable:
            return Hold(why.reason)
        waited_before = note_of(self.tools, delivery) == UNREADABLE
        age = self.tools.records.store.now() - delivery.enqueued_ms
        if waited_before or age > _UNREADABLE_MS:
            return Hold(why.reason, unreadable=True)
        raise Unavailable(why.reason, platform=Destination.JSM)


class Update(Protocol):
    """What an update says besides the comment's words."""

    @property
    def key(self) -> TicketKey: ...
    @property
    def title(self) -> str: ...
    @property
    def portal_path(self) -> str: ...
    @property
    def author(self) -> str: ...
    @property
    def in_thread(self) -> bool: ...


def view(update: Update, body: Body, chat: Chat, portal_base: str) -> PostView:
    wording = words(chat.language)
    return PostView(
        title=update.title,
        link_text=wording.open_ticket.format(key=update.key),
        link_url=portal_base + update.portal_path,
        link_button="" if update.in_thread else wording.answer_in_portal,
        lines=(wording.answered.format(author=update.author or wording.team, key=update.key),),
        body=of_comment(body, chat.language),
        cut_note=wording.cut,
        struck_out=wording.struck_out,
    )
