"""Puts the bot's emoji on a reply, as long as that is true and the chat takes it."""

from collections.abc import Callable, Collection, Sequence

from syncd.core.delivery import Delivery
from syncd.core.errors import Cause, Denied, Limited, Rejected, RemoteFailure, Unavailable
from syncd.core.kinds.add_comment import comment_key
from syncd.core.kinds.files.attach_file import file_key
from syncd.core.kinds.replies.mark_reply import MarkReply, emoji_of, left_out_of, marks_of
from syncd.core.kinds.replies.revise_comment import recall_key
from syncd.core.model import Chat, DeliveryState
from syncd.core.outcome import Outcome
from syncd.core.reaching.capability import Capability
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Done, Prepared, Ready
from syncd.loops.refused import EVERYBODY, is_refused
from syncd.store.tx import Tx

_PASSES = (Cause.GONE, Cause.OUTSIDE, Cause.OTHER)
"""A message that is no more, one of somebody who wants no reactions, or a chat that the bot has
left: that says nothing of the next one."""
_AGAIN_SECONDS = 60.0
_FOR_MS = 15 * 60_000
"""So long a mark is tried that fails; nobody waits for it."""


class Performer(performing.Performer[MarkReply]):
    def prepare(self, command: MarkReply, delivery: Delivery, chat: Chat) -> Prepared:
        """Do nothing where it is not true any more, or stands there, or is not taken."""
        with self.tools.records.store.read() as tx:
            if not self._is_wanted(tx, command, chat):
                return Done()
            earlier = [
                mark
                for mark in tx.outbox.keyed(marks_of(command.message_id))
                if mark.first_sent_ms and mark.id != delivery.id
            ]
        new = command.emoji if chat.enabled else ""
        shown = [emoji_of(one.command) for one in earlier]
        if not delivery.first_sent_ms and shown[-1:] == [new]:
            return Done()
        others = {emoji for emoji in shown if emoji} - {new}
        if not (new or others):
            return Done()
        return Ready(lambda: self._made(command, new, others, delivery, chat))

    def _is_wanted(self, tx: Tx, command: MarkReply, chat: Chat) -> bool:
        id = command.message_id
        if is_refused(tx, chat.id, Capability.REACTIONS, EVERYBODY):
            return False
        if tx.outbox.by_key(recall_key(id)) is not None:
            return False
        parts = [
            *_every(tx, lambda number: comment_key(id, number)),
            *_every(tx, lambda number: file_key(id, number)),
        ]
        left_out = bool(tx.outbox.keyed(left_out_of(id)))
        there = all(part.state is DeliveryState.DONE for part in parts)
        has_arrived = bool(parts) and there and not left_out
        return has_arrived is command.reached

    def _made(
        self,
        command: MarkReply,
        new: str,
        others: Collection[str],
        delivery: Delivery,
        chat: Chat,
    ) -> Outcome:
        """Its failure is none of the platform's, whose return would wake all of them at once."""
        try:
            return self._mark(command, new, others, chat)
        except RemoteFailure as exc:
            if self.tools.records.store.now() - delivery.enqueued_ms > _FOR_MS:
                self.tools.log.info("mark_given_up", delivery=delivery.id, reason=str(exc))
                return Outcome()
            if isinstance(exc, Unavailable):
                told = exc.retry_after
                kind = Limited if isinstance(exc, Limited) else Unavailable
                raise kind(str(exc), _AGAIN_SECONDS if told is None else told) from exc
            # It may stand there: unlike after Unavailable it stays on record that it was sent.
            raise Limited(str(exc), _AGAIN_SECONDS) from exc

    def _mark(self, command: MarkReply, new: str, others: Collection[str], chat: Chat) -> Outcome:
        """What is refused is remembered for the whole chat, and never alarms: it is only a sign."""
        try:
            for emoji in others:
                self.tools.messenger.unreact(command.message_id, emoji)
            if new:
                self.tools.messenger.react(command.message_id, new)
        except (Rejected, Denied) as exc:
            if not (isinstance(exc, Rejected) and exc.cause in _PASSES):
                self.tools.ways.note_for_all(chat.id, Capability.REACTIONS, exc)
        return Outcome()


def _every(tx: Tx, key: Callable[[int], str]) -> Sequence[Delivery]:
    """Return the deliveries that carry the parts of a message, which are counted from 1."""
    found: list[Delivery] = []
    while part := tx.outbox.by_key(key(len(found) + 1)):
        found.append(part)
    return found
