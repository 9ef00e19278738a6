"""Takes the reference off a new ticket's summary, where our account may."""

from syncd.core.delivery import Delivery
from syncd.core.errors import Rejected
from syncd.core.kinds.filed.clear_reference import ClearReference
from syncd.core.model import Chat
from syncd.core.outcome import Outcome
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Prepared, Ready


class Performer(performing.Performer[ClearReference]):
    def prepare(self, command: ClearReference, delivery: Delivery, chat: Chat) -> Prepared:
        return Ready(lambda: self._clear(command))

    def _clear(self, command: ClearReference) -> Outcome:
        try:
            self.tools.helpdesk.clear_reference(command.ticket_id, command.marker)
        except Rejected as exc:
            self.tools.log.warning("reference_stays", ticket=command.key, status=exc.status)
            return Outcome(refused=True)
        return Outcome()
