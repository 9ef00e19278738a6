"""What a site offers and allows: asked by `syncd doctor` and `syncd setup`, never by the daemon."""

from collections.abc import Callable
from itertools import chain
from typing import TypeVar

from syncd.core.desks.filing import Filing
from syncd.core.errors import Cause, Rejected
from syncd.core.model import AccountId, Filed, Ms
from syncd.core.operators.platforms import Account, Offered, Search, ServiceDesk
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.wire import filing, form, naming, people, tickets
from syncd.helpdesk.jsm.wire.call import Answer, Call
from syncd.helpdesk.jsm.wire.paging import Portion, pages

T = TypeVar("T")

_EARLIER_MS = 1000
_LATER_MS = 61_000
"""Beyond the minute to which other forms of the search round."""


class Survey:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.exchange = connection.exchange
        """For what only `syncd probe` asks, and has to see as it was answered."""

    def file(self, call: Call, wanted: Filing) -> Filed:
        """Create a ticket by a call that is not quite ours, for `syncd probe`.

        What may have happened is Uncertain, as everywhere.
        """
        return self._connection.write_once(
            call,
            lambda answer: filing.read_filed(answer, wanted),
            bad_request=Cause.INVALID,
            not_found=Cause.OTHER,
        )

    def account(self) -> Account:
        """Return our own account."""
        return self._connection.read(people.myself(), people.read_account)

    def licensed(self) -> bool:
        """Tell whether the site has Jira Service Management at all."""
        return self._connection.read(naming.service_management(), naming.read_licensed)

    def desks(self) -> list[ServiceDesk]:
        """Return the desks that our account sees."""
        return self._listed(naming.desks, naming.read_desks)

    def request_types(self, desk: str) -> list[Offered]:
        """Return what can be asked for at a desk."""
        return self._listed(
            lambda start: naming.request_types(desk, start), naming.read_request_types
        )

    def may_raise_for_others(self, desk: str, request_type: str) -> bool:
        """Tell whether our tickets may have customers as their reporters."""
        return self._connection.read(
            form.fields(desk, request_type), form.read_may_raise_for_others
        )

    def sees(self, account: AccountId) -> bool:
        """Tell whether we are shown an account of that id."""
        return self._connection.read(people.account(account), people.read_is_one)

    def search(self, project: str) -> Search:
        """Prove the search by milliseconds on the ticket that changed last; nothing is written.

        It has to be found by a moment before its change, and not by one after it. Other forms round
        to minutes, and go by the time zone of the account's profile:
        https://confluence.atlassian.com/jirasoftwarecloud/advanced-searching-fields-reference-764478339.html
        """
        updated_ms = self._changed(project, Ms(0))
        if updated_ms is None:
            return Search.UNPROVEN
        try:
            before = self._changed(project, Ms(updated_ms - _EARLIER_MS))
            after = self._changed(project, Ms(updated_ms + _LATER_MS))
        except Rejected:
            return Search.WRONG
        is_right = before is not None and (after is None or after > updated_ms)
        return Search.RIGHT if is_right else Search.WRONG

    def _changed(self, project: str, since_ms: Ms) -> Ms | None:
        found = self._connection.read(tickets.latest(project, since_ms), tickets.read_changed)
        return next((row.updated_ms for row in found.rows), None)

    def _listed(
        self, call: Callable[[int], Call], reader: Callable[[Answer], Portion[T]]
    ) -> list[T]:
        def page(start: int) -> Portion[T]:
            return self._connection.read(call(start), reader)

        return list(chain.from_iterable(pages(page)))
