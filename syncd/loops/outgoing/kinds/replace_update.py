"""Shows a comment's present words in the place of earlier ones."""

from dataclasses import replace

from syncd.core.decide.versions import digest_of, standing
from syncd.core.delivery import Delivery
from syncd.core.errors import Cause, Rejected, Unavailable
from syncd.core.kinds.post_update import update_key
from syncd.core.kinds.replace_update import ReplaceUpdate
from syncd.core.model import (
    Chat,
    ChatId,
    DeliveryId,
    Destination,
    MessageId,
    Ms,
    SeenVerdict,
)
from syncd.core.outcome import Outcome
from syncd.core.reaching import marks
from syncd.core.reaching.capability import Capability
from syncd.core.text import Body
from syncd.core.views import PostView
from syncd.core.wording import words
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.kinds.post_update import view
from syncd.loops.outgoing.performing import Done, Prepared, Ready, since
from syncd.loops.outgoing.public_now import NotSayable, public_now

_UNREADABLE_MS = 600_000
"""How long its lane waits while nobody says whether the comment is public."""


class Performer(performing.Performer[ReplaceUpdate]):
    def prepare(self, command: ReplaceUpdate, delivery: Delivery, chat: Chat) -> Prepared:
        """Do nothing where the chat shows those words, or the comment not at all."""
        with self.tools.records.store.read() as tx:
            seen = tx.seen.of(command.ticket_id)
            shown = standing(tx.twins.of_ticket(command.ticket_id), seen)
        messages, one = shown.get(command.comment_id), seen.get(command.comment_id)
        if not messages or one is None or one.verdict is not SeenVerdict.TOLD:
            return Done()
        fresh = public_now(self.tools, command.key, command.comment_id)
        if isinstance(fresh, NotSayable):
            now = self.tools.records.store.now()
            return keep_back(fresh, delivery, now, may_wait=not command.again)
        digest = digest_of(fresh.body)
        if digest == one.shown and not command.again:
            return Done()
        content = self._view(command, fresh.body, chat)
        # It goes on carrying the post's own mark, by which it is found.
        mark = marks.of_key(update_key(command.ticket_id, command.comment_id, one.times))
        return Ready(lambda: self._replace(messages, content, digest, delivery.chat_id, mark))

    def _replace(
        self,
        messages: tuple[MessageId, ...],
        content: PostView,
        digest: str,
        chat_id: ChatId,
        mark: DeliveryId,
    ) -> Outcome:
        """Change every message that shows the comment; `refused` where none can be changed."""
        refused = [m for m in messages if not self._show(m, content, chat_id, mark)]
        if len(refused) == len(messages):
            return Outcome(refused[0], refused=True)
        return Outcome(digest=digest)

    def _show(
        self, message: MessageId, content: PostView, chat_id: ChatId, mark: DeliveryId
    ) -> bool:
        """Return whether the message shows it, or is gone with its words."""
        try:
            self.tools.sender.replace(message, content, mark)
        except Rejected as exc:
            if exc.cause is Cause.OUTSIDE:
                raise
            if exc.cause is not Cause.GONE:
                self.tools.log.info("not_replaced", message=message, reason=str(exc))
                if exc.cause is Cause.FORBIDDEN:
                    self.tools.ways.note_for_all(chat_id, Capability.EDIT, exc)
                return False
        return True

    def _view(self, command: ReplaceUpdate, body: Body, chat: Chat) -> PostView:
        whole = view(command, body, chat, self.tools.records.rules.portal_base)
        return replace(whole, lines=(*whole.lines, words(chat.language).edited))


def keep_back(why: NotSayable, delivery: Delivery, now: Ms, *, may_wait: bool = True) -> Done:
    """Return that nothing is said; Unavailable for the first minutes while nobody can tell, if
    its lane `may_wait`: it does once an edit."""
    waits = may_wait and since(delivery.enqueued_ms, now) <= _UNREADABLE_MS
    if why.unreadable and waits:
        raise Unavailable(why.reason, platform=Destination.JSM)
    return Done(Outcome(kept_back=why.reason))
