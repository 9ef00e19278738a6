"""Takes the reference off a summary, once its ticket is known."""

from syncd.core.model import TicketId
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.marking import reference
from syncd.helpdesk.jsm.wire import failures
from syncd.helpdesk.jsm.wire.call import Call


class Clearing:
    """Each of its writes may be repeated; a death between them leaves a ticket that is found."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def clear_reference(self, ticket: TicketId, marker: str) -> None:
        """Keep the marker as a property, and only then take its reference away.

        Of a ticket that somebody has renamed meanwhile nothing else is changed: the summary is read
        at once before it is written, as Jira has no write that asks what it replaces.
        """
        self._write(reference.remember(ticket, marker))
        title = self._connection.read(reference.summary_of(ticket), reference.read_summary)
        left = reference.taken_away(title, marker)
        if left and reference.stands_in(title, marker):
            self._write(reference.rename(ticket, left))

    def _write(self, call: Call) -> None:
        answer = self._connection.exchange(call)
        if answer.status not in (200, 201, 204):
            raise failures.of_read(answer)
