"""Tells a person or a chat of one's own company of a ticket of the highest severity."""

from syncd.core.delivery import Delivery
from syncd.core.errors import Cause, Rejected
from syncd.core.kinds.filed.escalate import Escalate
from syncd.core.model import Chat
from syncd.core.views import Direct, InChat, PostView, Where
from syncd.core.wording import words
from syncd.loops.acquaintance import is_outsider
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Prepared, Ready
from syncd.loops.outgoing.sender import posted


class Performer(performing.Performer[Escalate]):
    def place(self, command: Escalate) -> Where | None:
        return InChat(command.chat) if command.chat else None

    def prepare(self, command: Escalate, delivery: Delivery, chat: Chat) -> Prepared:
        """Rejected where another company would read it."""
        if self._is_of_others(command):
            raise Rejected("people of another company would read it", Cause.PLACE)
        rules = self.tools.records.rules
        wording = words(rules.alarm_language)
        view = PostView(
            title=wording.escalated.format(severity=command.severity, chat=command.asked_in),
            lines=(command.title,),
            link_text=wording.open_ticket.format(key=command.key),
            link_url=rules.portal_base + command.portal_path,
        )
        where = InChat(command.chat) if command.chat else Direct(command.person)
        return Ready(lambda: posted(self.tools.sender.send(where, view, delivery.id)))

    def _is_of_others(self, command: Escalate) -> bool:
        """Of a chat of which the app may not know, it is so."""
        if command.chat:
            return self.tools.people.group(command.chat).external
        with self.tools.records.store.read() as tx:
            return is_outsider(tx, command.person)
