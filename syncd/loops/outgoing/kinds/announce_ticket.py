"""Answers in the thread with the ticket's key, title, status and link."""

from syncd.core.delivery import Delivery
from syncd.core.kinds.announce_ticket import AnnounceTicket
from syncd.core.model import Chat, Filed, Ms, TicketId
from syncd.core.views import InThread, Where
from syncd.loops import anchors
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.chat_search import look_in_chat
from syncd.loops.outgoing.kinds.living.card_view import card_view
from syncd.loops.outgoing.performing import Finding, Prepared, Ready


class Performer(performing.Performer[AnnounceTicket]):
    def place(self, command: AnnounceTicket) -> Where:
        return InThread(command.thread)

    def prepare(self, command: AnnounceTicket, delivery: Delivery, chat: Chat) -> Prepared:
        told = command.title, command.status, command.portal_path
        ticket = Filed(TicketId(""), command.key, *told)
        now, base = self.tools.records.store.now(), self.tools.records.rules.portal_base
        view = card_view(ticket, command.answer_by, now, chat, base)
        where = anchors.below(self.tools.records.store, command.thread)
        return Ready(lambda: self.tools.sender.post(where, view, delivery))

    def look(
        self, command: AnnounceTicket, delivery: Delivery, watched_ms: int, now: Ms
    ) -> Finding:
        return look_in_chat(self.tools, delivery, command.thread, watched_ms, now, in_thread=True)
