"""The ticket system as the loops want it."""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

from syncd.core.doubt import Probe
from syncd.core.errors import Cause, Rejected, RemoteFailure, Unavailable
from syncd.core.model import (
    AccountId,
    Comment,
    CommentId,
    DeliveryId,
    Filed,
    Filing,
    Form,
    Ms,
    Page,
    Ticket,
    TicketId,
    TicketKey,
)
from syncd.core.publicity import Publicity
from syncd.core.text import Body
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.customers import Customers
from syncd.helpdesk.jsm.login import Login
from syncd.helpdesk.jsm.pauses import Pauses
from syncd.helpdesk.jsm.portal import Portal
from syncd.helpdesk.jsm.probing import Probing
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire import comments, filing, form, tickets
from syncd.helpdesk.jsm.wire.call import Call
from syncd.helpdesk.jsm.wire.form import RequestType
from syncd.helpdesk.jsm.wire.tickets import Fetched

_MAY_MOVE_UP = 10
"""Comments that may be deleted between two pages of a ticket's without hiding another."""


class JsmHelpdesk:
    """One service desk of Jira Service Management Cloud; safe from any thread.

    Fulfils `loops.ports.Helpdesk`: see there for what each method promises and raises.
    `monotonic` returns seconds and never goes back, `chance` a number in [0, 1).
    """

    def __init__(
        self,
        settings: JsmSettings,
        *,
        monotonic: Callable[[], float],
        chance: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._connection = Connection(settings, Login(monotonic), Pauses(monotonic, chance))
        self._customers = Customers(self._connection, settings)
        self._portal = Portal(self._connection)
        self._lock = threading.Lock()
        self._request_type: RequestType | None = None
        self._participants_field: str | None = None

    def close(self) -> None:
        """Close every connection."""
        self._connection.close()

    def whoami(self) -> AccountId:
        return self._connection.whoami()

    # Asking.

    def form(self) -> Form:
        """Return the form; on the way, learn the field that a poll cycle is not to pay for."""
        self._find_participants_field()
        return self._read_request_type().form

    def find_account(self, email: str) -> AccountId | None:
        return self._customers.find(email)

    def make_account(self, email: str, name: str, *, invite: bool) -> AccountId:
        return self._customers.make(email, name, invite=invite)

    # Filing.

    def key_floor(self) -> int:
        """Return the highest number that the search index knows; it lags, so never too high."""
        return self._connection.read(tickets.newest(self._settings.project), tickets.read_newest)

    def create(self, wanted: Filing) -> Filed:
        call = filing.request(wanted, self._settings, self._request_type_for(wanted))
        try:
            return self._connection.write_once(
                call,
                lambda answer: filing.read_filed(answer, wanted),
                bad_request=Cause.INVALID,
                not_found=Cause.OTHER,
            )
        except Rejected as refusal:
            if self._is_out_of_date(call, wanted):
                raise Unavailable("the form has changed since it was read") from refusal
            raise

    def _is_out_of_date(self, call: Call, wanted: Filing) -> bool:
        """Read the form anew; what cannot be read now is read before the next create."""
        with self._lock:
            self._request_type = None
        try:
            return filing.request(wanted, self._settings, self._read_request_type()) != call
        except RemoteFailure:
            return False

    def find_created(
        self, marker: str, floor: int, sent_ms: Ms, canaries: tuple[TicketId, ...]
    ) -> Probe:
        return Probing(self._connection, self._settings).find(marker, floor, sent_ms, canaries)

    def _request_type_for(self, wanted: Filing) -> RequestType:
        with self._lock:
            known = self._request_type
        if known is not None and filing.fits(wanted, known):
            return known
        return self._read_request_type()

    def _read_request_type(self) -> RequestType:
        settings = self._settings
        kind = self._connection.read(
            form.fields(settings.service_desk, settings.request_type),
            lambda answer: form.read_fields(answer, settings.marker_field),
        )
        with self._lock:
            self._request_type = kind
        return kind

    # Polling.

    def changed_since(self, since_ms: Ms, page: str) -> Page:
        call = tickets.changed(self._settings.project, since_ms, page)
        return self._connection.read(call, tickets.read_changed)

    def tickets(self, ids: Sequence[TicketId]) -> list[Ticket]:
        """Return the tickets whole; the first call ever also looks up a field of the site."""
        if not ids:
            return []
        participants = self._find_participants_field()
        found: list[Ticket] = []
        for start in range(0, len(ids), tickets.BULK):
            fetched = self._connection.read(
                tickets.bulk(ids[start : start + tickets.BULK], participants),
                lambda answer: tickets.read_bulk(answer, participants),
            )
            whole = (self._whole(one) for one in fetched)
            found += [ticket for ticket in whole if ticket is not None]
        return found

    def keys(self, ids: Sequence[TicketId]) -> dict[TicketId, TicketKey]:
        found: dict[TicketId, TicketKey] = {}
        for start in range(0, len(ids), tickets.BULK):
            call = tickets.light(ids[start : start + tickets.BULK])
            found |= self._connection.read(call, tickets.read_light)
        return found

    def _find_participants_field(self) -> str:
        with self._lock:
            known = self._participants_field
        if known is None:
            known = self._connection.read(tickets.site_fields(), tickets.read_participants_field)
            with self._lock:
                self._participants_field = known
        return known

    def _whole(self, fetched: Fetched) -> Ticket | None:
        """Return the ticket with all its comments, None when just now it does not give them."""
        if not fetched.cut:
            return fetched.ticket
        try:
            return self._complete(fetched.ticket)
        except Rejected:
            return None
        except Unavailable as exc:
            if exc.retry_after is not None:
                raise  # That is about the site, not about one ticket.
            return None

    def _complete(self, ticket: Ticket) -> Ticket:
        """Add the comments that a bulk read cut off; where both have one, the later read counts.

        All of them, at a call for each hundred: an old one may have become public, or be gone.
        """
        known = {comment.id: comment for comment in ticket.comments}
        for comment in self._comments_of(ticket.id):
            known[comment.id] = comment
        ordered = sorted(known.values(), key=lambda c: (c.created_ms, len(c.id), c.id))
        return replace(ticket, comments=tuple(ordered))

    def _comments_of(self, ticket: str) -> list[Comment]:
        """Read them page by page; what is deleted meanwhile makes the others move up."""
        found: dict[CommentId, Comment] = {}
        start = 0
        while True:
            page = self._connection.read(
                comments.newest_first(ticket, start),
                partial(comments.read_slice, start=start),
            )
            found |= {comment.id: comment for comment in page.comments}
            if page.last:
                return list(found.values())
            start = max(page.end - _MAY_MOVE_UP, start + 1)

    def comment_details(self, ids: Sequence[CommentId]) -> dict[CommentId, Comment]:
        """Return comments as they are now, with all signs; invisible ones are missing."""
        wanted = [one for one in dict.fromkeys(ids) if one.isascii() and one.isdecimal()]
        found: dict[CommentId, Comment] = {}
        for start in range(0, len(wanted), comments.BULK):
            found |= self._details(wanted[start : start + comments.BULK])
        return found

    def _details(self, wanted: list[CommentId]) -> dict[CommentId, Comment]:
        found: dict[CommentId, Comment] = {}
        while missing := [one for one in wanted if one not in found]:
            page = self._connection.read(comments.by_ids(missing), comments.read_found)
            fresh = {comment.id: comment for comment in page.comments if comment.id in missing}
            found |= fresh
            if not (page.more and fresh):
                break
        return found

    def publicity(self, key: TicketKey, comment_id: CommentId) -> Publicity:
        return self._portal.publicity(key, comment_id)

    def portal_hides(self, key: TicketKey, ids: Collection[CommentId]) -> set[CommentId]:
        return self._portal.hides(key, ids)

    def portal_path(self, ticket: TicketId) -> str | None:
        return self._portal.path_of(ticket)

    # Talking.

    def add_comment(self, ticket: TicketKey, author: str, body: Body, key: DeliveryId) -> CommentId:
        comment_id, public = self._connection.write_once(
            comments.new_comment(ticket, author, body, key),
            comments.read_written,
            bad_request=Cause.CONTENT,
            not_found=Cause.GONE,
        )
        if not public:
            raise Rejected(f"the helpdesk keeps comment {comment_id} of {ticket} from the customer")
        return comment_id

    def find_comment(self, ticket: TicketKey, key: DeliveryId) -> CommentId | None:
        ours = self._connection.whoami()
        listed = [comment for comment in self._comments_of(ticket) if comment.author.id == ours]
        details = self.comment_details([comment.id for comment in listed])
        found = next((one.id for one in details.values() if one.ref == key), None)
        if found is None and len(details) < len(listed):
            raise Unavailable(f"not every comment of {ticket} can be read")
        return found
