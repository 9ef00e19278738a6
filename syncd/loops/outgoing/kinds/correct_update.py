"""Says below a message that cannot be changed any more what its comment says now."""

from dataclasses import replace

from syncd.core.decide.versions import digest_of
from syncd.core.delivery import Delivery
from syncd.core.kinds.correct_update import CorrectUpdate
from syncd.core.model import Chat, Ms, Thread
from syncd.core.views import InThread, Where
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.chat_search import look_in_chat
from syncd.loops.outgoing.kinds.post_update import view
from syncd.loops.outgoing.kinds.replace_update import correction_line, keep_back
from syncd.loops.outgoing.performing import Finding, Found, Hold, Prepared
from syncd.loops.outgoing.posting import as_found, said
from syncd.loops.outgoing.public_now import NotSayable, public_now


class Performer(performing.Performer[CorrectUpdate]):
    def place(self, command: CorrectUpdate) -> Where:
        return InThread(_below(command))

    def prepare(self, command: CorrectUpdate, delivery: Delivery, chat: Chat) -> Prepared:
        fresh = public_now(self.tools, command.key, command.comment_id)
        if isinstance(fresh, NotSayable):
            if delivery.first_sent_ms:
                return Hold(fresh.reason)
            return keep_back(fresh, delivery, self.tools.records.store.now())
        whole = view(command, fresh.body, chat, self.tools.records.rules.portal_base)
        content = replace(whole, lines=(correction_line(command, chat),))
        digest = digest_of(fresh.body)
        return said(self.tools, InThread(_below(command)), content, digest, delivery)

    def look(self, command: CorrectUpdate, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        found = look_in_chat(self.tools, delivery, _below(command), watched_ms, now, in_thread=True)
        return as_found(self.tools, found, delivery) if isinstance(found, Found) else found


def _below(command: CorrectUpdate) -> Thread:
    return Thread(command.thread.chat_id, command.corrects)
