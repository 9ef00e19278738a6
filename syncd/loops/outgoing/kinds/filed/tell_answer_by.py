"""Says in the thread by when the first answer comes."""

from syncd.core.answering.told import first_answer
from syncd.core.delivery import Delivery
from syncd.core.kinds.filed.tell_answer_by import TellAnswerBy
from syncd.core.model import Chat, Ms
from syncd.core.views import InThread, PostView, Where
from syncd.loops import anchors
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.chat_search import look_in_chat
from syncd.loops.outgoing.performing import Done, Finding, Prepared, Ready


class Performer(performing.Performer[TellAnswerBy]):
    def place(self, command: TellAnswerBy) -> Where:
        return InThread(command.thread)

    def prepare(self, command: TellAnswerBy, delivery: Delivery, chat: Chat) -> Prepared:
        store = self.tools.records.store
        lines = first_answer(command.answer_by, store.now(), chat)
        if not lines:
            return Done()
        where, view = anchors.below(store, command.thread), PostView(title="", lines=lines)
        return Ready(lambda: self.tools.sender.post(where, view, delivery))

    def look(self, command: TellAnswerBy, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        return look_in_chat(self.tools, delivery, command.thread, watched_ms, now, in_thread=True)
