"""What the portal lets the customer of a ticket do besides writing."""

from syncd.core.errors import Cause
from syncd.core.model import DeliveryId, TicketKey
from syncd.core.ticket_card.moves import Transition
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.moves import calls


class Moving:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def transitions(self, key: TicketKey) -> tuple[Transition, ...]:
        return self._connection.read(calls.offered(key), calls.read_offered)

    def move(self, key: TicketKey, transition: Transition, said: str, mark: DeliveryId) -> None:
        """Make it, by our own account. Never retried inside."""
        self._connection.write_once(
            calls.make(key, transition, said, mark),
            lambda answer: None,
            bad_request=Cause.CONTENT,
            not_found=Cause.GONE,
        )
