"""From an e-mail address to an account that may raise tickets on our desk."""

from collections.abc import Callable
from functools import partial
from itertools import chain, islice

from syncd.core.errors import Cause, Rejected
from syncd.core.model import AccountId, TicketKey
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire import failures, people
from syncd.helpdesk.jsm.wire.call import Answer
from syncd.helpdesk.jsm.wire.members import UnreadableError
from syncd.helpdesk.jsm.wire.paging import Portion, pages

_MOST_PAGES = 10
"""Pages of customers that match one address before we believe that the list never ends."""


class Customers:
    """The people of each service desk; `desk` is its name in the configuration."""

    def __init__(self, connection: Connection, settings: JsmSettings) -> None:
        self._connection = connection
        self._desk_id = settings.desk_id
        self._desk_only = settings.desk_only

    def find(self, email: str, desk: str = "") -> AccountId | None:
        """Return the account that is known under that address, as the settings count it."""
        found = self._on_desk(email, desk)
        return found if found or self._desk_only else self._on_site(email)

    def anybody(self, email: str) -> AccountId | None:
        """Return the account of that address, be it a customer of the desk or not.

        The site is asked first: the desk's list of customers takes five questions a second.
        """
        return self._on_site(email) or self._on_desk(email, "")

    def make(
        self,
        email: str,
        name: str,
        desk: str = "",
        *,
        invite: bool,
        made: AccountId | None = None,
        spend: Callable[[], None] = lambda: None,
        keep: Callable[[AccountId], None] = lambda account: None,
    ) -> AccountId:
        """Return an account on the desk: one that exists is admitted, else a new one is made."""
        if known := self._on_desk(email, desk):
            return known
        known = self._on_site(email)
        account = known or made or self._new(email, name, desk, spend, invite=invite)
        if account not in (known, made):
            keep(account)
        self._admit(account, email, desk, known=known is not None)
        return account

    def add_participant(self, ticket: TicketKey, account: AccountId) -> None:
        answer = self._connection.exchange(people.participation(ticket, account))
        if answer.status not in (200, 201, 204):
            raise failures.of_read(answer)

    def _on_desk(self, email: str, desk: str) -> AccountId | None:
        def page(start: int) -> Portion[AccountId | None]:
            call = people.customers(self._desk_id(desk), email, start)
            return self._connection.read(call, partial(people.read_customers, email=email))

        listed = chain.from_iterable(islice(pages(page), _MOST_PAGES))
        return next(filter(None, listed), None)

    # Without "Browse users" the answer is empty or a refusal: that only means that we cannot see.
    def _on_site(self, email: str) -> AccountId | None:
        try:
            return self._connection.read(
                people.users(email), partial(people.read_users, email=email)
            )
        except Rejected:
            return None

    def _new(
        self, email: str, name: str, desk: str, spend: Callable[[], None], *, invite: bool
    ) -> AccountId:
        spend()
        if invite:
            call = people.invitation(self._desk_id(desk), email, name)
        else:
            call = people.new_customer(email, name)
        answer = self._connection.exchange(call)
        if answer.status in (200, 201):
            try:
                return people.read_customer(answer)
            except UnreadableError:
                pass  # It exists now, so it can be looked up.
        elif answer.status not in (400, 409):
            raise _refused(answer, "invite customers" if invite else "create customers")
        if found := self._on_desk(email, desk) or self._on_site(email):
            return found
        raise _unseen(answer)

    def _admit(self, account: AccountId, email: str, desk: str, *, known: bool) -> None:
        answer = self._connection.exchange(people.admission(self._desk_id(desk), account))
        if answer.status in (200, 204):
            return
        # Somebody who works on the site, or an open desk, needs no place on the list.
        if known or self._on_desk(email, desk):
            return
        raise _refused(answer, "add customers to the service desk")


def _refused(answer: Answer, what: str) -> Rejected:
    said = failures.complaint(answer)
    return Rejected(f"our account in the helpdesk may not {what}: {said}", Cause.FORBIDDEN)


def _unseen(answer: Answer) -> Rejected:
    if answer.status == 400:
        return Rejected(failures.complaint(answer), Cause.INVALID)
    return Rejected(
        "the helpdesk has an account with the reporter's address and does not show it to us: "
        "put the person on the desk's list of customers, or let our account browse users",
        Cause.HIDDEN,
    )
