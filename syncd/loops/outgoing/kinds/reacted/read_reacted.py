"""Reads the message on which somebody has put the emoji that opens a form."""

from syncd.core.delivery import Delivery
from syncd.core.errors import Rejected
from syncd.core.events import AskedByReaction
from syncd.core.kinds.reacted.read_reacted import ReadReacted
from syncd.core.model import Chat
from syncd.core.outcome import Outcome
from syncd.core.wording import words
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Done, Prepared


class Performer(performing.Performer[ReadReacted]):
    def prepare(self, command: ReadReacted, delivery: Delivery, chat: Chat) -> Prepared:
        """Read it, and whose it is; nothing of a group that is not served goes further."""
        try:
            message = self.tools.messenger.heard(command.message_id)
        except Rejected as exc:
            self.tools.log.info("reacted_unreadable", reason=str(exc))
            return Done()
        if message is None:
            return Done()
        with self.tools.records.store.read() as tx:
            group = self.tools.records.chat(tx, message.chat_id)
        if not group.enabled:
            return Done()
        author = ""
        if message.sender != command.person:
            wording = words(group.language)
            author = wording.nameless
            if message.sender:
                author = self.tools.names.at_best(message.sender, group.id, wording)
        asked = AskedByReaction(message, command.person, author, command.at_ms)
        return Done(Outcome(asked=asked))
