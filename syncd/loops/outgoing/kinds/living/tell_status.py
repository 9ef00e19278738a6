"""Says in the thread that a ticket has a new status or assignee, or makes a new card for it."""

from syncd.core.delivery import Delivery
from syncd.core.kinds.living.tell_status import TellStatus
from syncd.core.model import Chat, Filed, Ms
from syncd.core.views import InThread, PostView, Where
from syncd.core.wording import words
from syncd.loops import anchors
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.chat_search import look_in_chat
from syncd.loops.outgoing.kinds.living.card_view import card_view
from syncd.loops.outgoing.performing import Finding, Prepared, Ready


class Performer(performing.Performer[TellStatus]):
    def place(self, command: TellStatus) -> Where:
        return InThread(command.thread)

    def prepare(self, command: TellStatus, delivery: Delivery, chat: Chat) -> Prepared:
        view = self._card(command, chat) if command.as_card else _line(command, chat)
        where = anchors.below(self.tools.records.store, command.thread)
        return Ready(lambda: self.tools.sender.post(where, view, delivery))

    def look(self, command: TellStatus, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        return look_in_chat(self.tools, delivery, command.thread, watched_ms, now, in_thread=True)

    def _card(self, command: TellStatus, chat: Chat) -> PostView:
        told = command.title, command.status, command.portal_path
        ticket = Filed(command.ticket_id, command.key, *told)
        now, base = self.tools.records.store.now(), self.tools.records.rules.portal_base
        return card_view(ticket, Ms(0), now, chat, base)


def _line(command: TellStatus, chat: Chat) -> PostView:
    wording = words(chat.language)
    said = wording.status_told.format(key=command.key, status=command.status)
    if command.assignee:
        said = wording.assignee_told.format(key=command.key, name=command.assignee)
    return PostView(title="", lines=(said,))
