"""The ticket system as the loops want it."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from syncd.core.doubt import Probe
from syncd.core.errors import Cause, Rejected
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
from syncd.helpdesk.jsm.probing import Probing
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.wire import comments, filing, form, tickets
from syncd.helpdesk.jsm.wire.form import RequestType


class JsmHelpdesk:
    """One service desk of Jira Service Management Cloud; safe from any thread.

    Fulfils `loops.ports.Helpdesk`: see there for what each method promises and raises.
    `monotonic` returns seconds and never goes back.
    """

    def __init__(self, settings: JsmSettings, *, monotonic: Callable[[], float]) -> None:
        self._settings = settings
        self._connection = Connection(settings, monotonic=monotonic)
        self._customers = Customers(self._connection, settings)
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
        except Rejected:
            # The form may have changed since it was read.
            with self._lock:
                self._request_type = None
            raise

    def find_created(
        self, marker: str, floor: int, sent_ms: Ms, canaries: tuple[TicketId, ...]
    ) -> Probe:
        return Probing(self._connection, self._settings).find(marker, floor, sent_ms, canaries)

    def _request_type_for(self, wanted: Filing) -> RequestType:
        with self._lock:
            known = self._request_type
        if known is not None and filing.fits(wanted, self._settings, known):
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
            found += [self._complete(one.ticket) if one.cut else one.ticket for one in fetched]
        return found

    def _find_participants_field(self) -> str:
        with self._lock:
            known = self._participants_field
        if known is None:
            known = self._connection.read(tickets.site_fields(), tickets.read_participants_field)
            with self._lock:
                self._participants_field = known
        return known

    def _complete(self, ticket: Ticket) -> Ticket:
        """Add the comments that a bulk read cut off; where both have one, the later read counts."""
        known = {comment.id: comment for comment in ticket.comments}
        for comment in self._comments_of(ticket.id):
            known[comment.id] = comment
        ordered = sorted(known.values(), key=lambda c: (c.created_ms, len(c.id), c.id))
        return replace(ticket, comments=tuple(ordered))

    def _comments_of(self, ticket: str) -> list[Comment]:
        found: list[Comment] = []
        while True:
            start = len(found)
            page = self._connection.read(
                comments.newest_first(ticket, start),
                partial(comments.read_slice, start=start),
            )
            found += page.comments
            if page.last:
                return found

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
        answer = self._connection.exchange(comments.portal_view(key, comment_id))
        if answer.status == 200:
            return comments.read_portal_view(answer, comment_id)
        return Publicity.NOT_PUBLIC if answer.status == 404 else Publicity.UNREADABLE

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
        return next((found.id for found in details.values() if found.ref == key), None)
