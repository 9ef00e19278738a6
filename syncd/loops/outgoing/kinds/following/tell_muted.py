"""Says in the thread that it is muted, or not any more."""

from syncd.core.delivery import Delivery
from syncd.core.kinds.following.tell_muted import TellMuted
from syncd.core.model import Chat, Ms
from syncd.core.views import InThread, PostView, Where
from syncd.core.wording import words
from syncd.loops import anchors
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.chat_search import look_in_chat
from syncd.loops.outgoing.performing import Finding, Prepared, Ready


class Performer(performing.Performer[TellMuted]):
    def place(self, command: TellMuted) -> Where:
        return InThread(command.thread)

    def prepare(self, command: TellMuted, delivery: Delivery, chat: Chat) -> Prepared:
        wording = words(chat.language)
        name = self.tools.names.at_best(command.person, chat.id, wording)
        said = wording.unmuted_by.format(name=name, key=command.key)
        if command.muted:
            said = wording.muted_by.format(name=name, key=command.key)
        view = PostView(title="", lines=(said,))
        where = anchors.below(self.tools.records.store, command.thread)
        return Ready(lambda: self.tools.sender.post(where, view, delivery))

    def look(self, command: TellMuted, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        return look_in_chat(self.tools, delivery, command.thread, watched_ms, now, in_thread=True)
