"""Answers in the thread with the ticket's key, title, status and link."""

from syncd.core.answering.told import first_answer
from syncd.core.delivery import Delivery
from syncd.core.kinds.announce_ticket import AnnounceTicket
from syncd.core.model import Chat, Ms, Plan
from syncd.core.views import InThread, PostView, Where
from syncd.core.wording import words
from syncd.loops import anchors
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.chat_search import look_in_chat
from syncd.loops.outgoing.performing import Finding, Prepared, Ready


class Performer(performing.Performer[AnnounceTicket]):
    def place(self, command: AnnounceTicket) -> Where:
        return InThread(command.thread)

    def prepare(self, command: AnnounceTicket, delivery: Delivery, chat: Chat) -> Prepared:
        wording = words(chat.language)
        answer_by = first_answer(command.answer_by, self.tools.records.store.now(), chat)
        view = PostView(
            title=wording.ticket_created.format(key=command.key, title=command.title),
            lines=(wording.status.format(status=command.status), *answer_by),
            link_text=wording.open_ticket.format(key=command.key),
            link_url=self.tools.records.rules.portal_base + command.portal_path,
            link_button="" if chat.plan is Plan.PREMIUM else wording.answer_in_portal,
        )
        where = anchors.below(self.tools.records.store, command.thread)
        return Ready(lambda: self.tools.sender.post(where, view, delivery))

    def look(
        self, command: AnnounceTicket, delivery: Delivery, watched_ms: int, now: Ms
    ) -> Finding:
        return look_in_chat(self.tools, delivery, command.thread, watched_ms, now, in_thread=True)
