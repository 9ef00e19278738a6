"""Tells one person what a ticket is like now, as its customer sees it."""

from syncd.core.delivery import Delivery
from syncd.core.errors import RemoteFailure
from syncd.core.kinds.living.answer_status import AnswerStatus
from syncd.core.model import Chat, Filed, Ms, Thread
from syncd.core.views import PostView
from syncd.core.wording import words
from syncd.loops import anchors
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.kinds.living.card_view import card_view
from syncd.loops.outgoing.performing import Prepared, Ready


class Performer(performing.Performer[AnswerStatus]):
    def prepare(self, command: AnswerStatus, delivery: Delivery, chat: Chat) -> Prepared:
        try:
            ticket = self.tools.helpdesk.as_customer(command.key)
        except RemoteFailure:
            # Whoever asks is told where to look: all private words to them wait behind this one.
            ticket = None
        view = self._view(command, ticket, chat)
        thread = Thread(command.chat_id, command.asked_in)
        where = anchors.below(self.tools.records.store, thread)
        otherwise = (where, view) if chat.enabled else None
        tell = self.tools.sender.privately
        return Ready(lambda: tell(command.chat_id, command.person, view, delivery, otherwise))

    def _view(self, command: AnswerStatus, ticket: Filed | None, chat: Chat) -> PostView:
        store, base = self.tools.records.store, self.tools.records.rules.portal_base
        wording = words(chat.language)
        if ticket is None:
            return PostView(
                title="",
                lines=(wording.status_untold.format(key=command.key),),
                link_text=wording.open_ticket.format(key=command.key),
                link_url=base + command.portal_path,
            )
        with store.read() as tx:
            card = tx.cards.of_ticket(command.ticket_id)
        answer_by = card.answer_by if card else Ms(0)
        return card_view(ticket, answer_by, store.now(), chat, base)
