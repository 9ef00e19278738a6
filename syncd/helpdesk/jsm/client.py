"""The ticket system as the loops want it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from syncd.core.desks.desk import UNNAMED, RequestKind
from syncd.core.desks.filing import Filing
from syncd.core.errors import (
    Cause,
    FormChanged,
    Hears,
    Rejected,
    RemoteFailure,
    Unavailable,
    nobody_hears,
)
from syncd.core.fields import steps
from syncd.core.fields.field import Problem
from syncd.core.fields.form import Form
from syncd.core.model import (
    Comment,
    CommentId,
    DeliveryId,
    Filed,
    Language,
    OddComment,
    Ticket,
    TicketId,
    TicketKey,
)
from syncd.core.operators.meter import Meter
from syncd.core.text import Body
from syncd.helpdesk.jsm.about import About
from syncd.helpdesk.jsm.changes import Changes
from syncd.helpdesk.jsm.connection import Connection
from syncd.helpdesk.jsm.customers import Customers
from syncd.helpdesk.jsm.fields.written import Markup
from syncd.helpdesk.jsm.files.calls import is_marked
from syncd.helpdesk.jsm.files.carrying import Files
from syncd.helpdesk.jsm.forms.kinds import question_of
from syncd.helpdesk.jsm.login import Login
from syncd.helpdesk.jsm.marking.clearing import Clearing
from syncd.helpdesk.jsm.moves.moving import Moving
from syncd.helpdesk.jsm.pauses import Pauses
from syncd.helpdesk.jsm.portal import Portal
from syncd.helpdesk.jsm.probing import Probing
from syncd.helpdesk.jsm.request_types import RequestTypes
from syncd.helpdesk.jsm.satisfaction.rating import Satisfaction
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.helpdesk.jsm.survey import Survey
from syncd.helpdesk.jsm.whole_form import Whole
from syncd.helpdesk.jsm.wire import comments, failures, filing, tickets, validation
from syncd.helpdesk.jsm.wire.call import Call
from syncd.helpdesk.jsm.wire.form import RequestType
from syncd.helpdesk.jsm.wire.paging import Portion, pages
from syncd.helpdesk.jsm.wire.tickets import Fetched, SiteFields
from syncd.network.network import Network

_MAY_MOVE_UP = 10
"""Comments that may be deleted between two pages of a ticket's without hiding another."""


_ASKED_AGAIN_SECONDS = 600
"""How long tickets are made without asking first when that question was not answered."""


class JsmHelpdesk:
    """The service desks of one site of Jira Service Management Cloud; safe from any thread.

    Fulfils `loops.ports.Helpdesk`: see there for what each method promises and raises.
    `monotonic` returns seconds and never goes back, `chance` a number in [0, 1).
    """

    def __init__(
        self,
        settings: JsmSettings,
        *,
        monotonic: Callable[[], float],
        chance: Callable[[], float],
        network: Network | None = None,
        heard: Hears = nobody_hears,
        meter: Meter | None = None,
    ) -> None:
        self._settings = settings
        login, pauses = Login(monotonic), Pauses(monotonic, chance)
        means = login, pauses, network or Network(), heard, meter
        self._connection = Connection(settings, *means)
        self._site_fields: SiteFields | None = None
        self._takes_documents: bool | None = None
        self._monotonic, self._not_validating_until = monotonic, 0.0
        # What another part does alone.
        customers, portal = Customers(self._connection, settings), Portal(self._connection)
        self.close, self.whoami = self._connection.close, self._connection.whoami
        self.find_account, self.make_account = customers.find, customers.make
        self.find_person, self.add_participant = customers.anybody, customers.add_participant
        probing = Probing(self._connection)
        self.find_created, self.lacking = probing.find, probing.lacking
        self.may_edit = probing.may_edit
        self.publicity, self.portal_path = portal.publicity, portal.path_of
        self.as_customer = portal.request
        self.portal_hides = portal.hides
        moving = Moving(self._connection)
        self.transitions, self.move = moving.transitions, moving.move
        satisfaction = Satisfaction(self._connection)
        self.rate, self.rating = satisfaction.rate, satisfaction.rating
        self.add_note = satisfaction.note
        self.clear_reference = Clearing(self._connection).clear_reference
        self.changed_since = Changes(self._connection, settings.projects).since
        about = About(self._connection, settings)
        self.site = about.site
        self.survey = Survey(self._connection)
        """What is asked of the site by whoever sets syncd up."""
        files = Files(self._connection, settings, monotonic)
        self.files, self.download = files.of_comment, files.download
        self.upload_limit, self.upload, self.attach = files.upload_limit, files.upload, files.attach
        self._request_types = RequestTypes(self._connection, settings, about, monotonic)

    # Asking.

    def form(
        self,
        kind: RequestKind = UNNAMED,
        language: Language | None = None,
        known: Form | None = None,
    ) -> Form:
        """Return the form; on the way, learn the fields that a poll cycle is not to pay for."""
        forms = self._request_types.forms(kind)
        forms.remember(known or Form())
        whole = Whole(self._connection, self._settings.of(kind))
        if language is not None:
            spoken = self._request_types.read_in(kind, language)
            called = whole.name(language) if self._settings.offers_a_choice else ""
            return replace(spoken.form, name=called)
        found = self._find_site_fields()
        self._not_validating_until = 0.0
        return replace(
            whole.form(self._request_types.read(kind).form),
            request_type=forms.request_type,
            tells_answer_by=bool(found.first_answer),
        )

    # Filing.

    def key_floor(self, project: str) -> int:
        """Return the highest number that the search index knows; it lags, so never too high."""
        return self._connection.read(tickets.newest(project), tickets.read_newest)

    def problems(self, wanted: Filing) -> tuple[Problem, ...]:
        kind = self._request_types.for_filing(wanted)
        if self._request_types.forms(wanted.kind).has_changed():
            self._request_types.forget(wanted.kind)
            raise FormChanged("the Form of the request type is another one by now")
        self._require_answers(wanted, kind)
        if self._monotonic() < self._not_validating_until:
            return ()
        found: tuple[Problem, ...] = ()
        for markup in self._markups():
            now = self._problems(wanted, kind, markup)
            if not now:
                return ()
            # What only one of the two is refused for is about the markup.
            found = tuple(problem for problem in now if problem in found) or now
        if self._is_out_of_date(wanted, kind):
            raise FormChanged("the form has changed since it was read")
        return found

    def _require_answers(self, wanted: Filing, kind: RequestType) -> None:
        """Without an answer that its Form requires, a ticket could be made with no Form at all."""
        given = wanted.values.keys() | wanted.as_json.keys()
        for field in steps.asked(kind.form.fields, wanted.values):
            if field.required and question_of(field) and not given & {field.id}:
                raise FormChanged(f"nobody was asked for {field.label!r} of the Form")

    def _problems(self, wanted: Filing, kind: RequestType, markup: Markup) -> tuple[Problem, ...]:
        try:
            create = filing.request(wanted, self._settings.of(wanted.kind), kind, markup)
            answer = self._connection.exchange(validation.of_create(create))
        except Rejected:
            return ()  # The create tells what is wrong.
        except FormChanged:
            raise
        except Unavailable:
            # What keeps this question from being answered must not keep tickets from being made.
            self._not_validating_until = self._monotonic() + _ASKED_AGAIN_SECONDS
            return ()
        if answer.status in (403, 404, 405):
            self._not_validating_until = math.inf
        named = self._request_types.named(wanted, kind)
        return validation.read_problems(answer, named) if answer.status == 400 else ()

    def _markups(self) -> tuple[Markup, ...]:
        """Return how documents may have to be written, as far as that is known."""
        if self._takes_documents is None:
            return (Markup.DOCUMENT, Markup.WIKI)
        return (Markup.DOCUMENT if self._takes_documents else Markup.WIKI,)

    def create(self, wanted: Filing) -> Filed:
        kind = self._request_types.for_filing(wanted)
        self._require_answers(wanted, kind)
        try:
            return self._create(wanted, kind)
        except Rejected as refusal:
            if self._is_out_of_date(wanted, kind):
                raise FormChanged("the form has changed since it was read") from refusal
            raise

    def call_for(self, wanted: Filing) -> Call:
        """Return the call that would create it, for whoever asks what becomes of another one."""
        kind = self._request_types.for_filing(wanted)
        return filing.request(wanted, self._settings.of(wanted.kind), kind, Markup.WIKI)

    def _create(self, wanted: Filing, kind: RequestType) -> Filed:
        """Write documents, and wiki markup where the site turns out to take none.

        A 400 does not say which of the two it is about, and has created nothing.
        """
        if self._takes_documents is False:
            return self._post(wanted, kind, Markup.WIKI)
        try:
            filed = self._post(wanted, kind, Markup.DOCUMENT)
        except Rejected as refusal:
            if self._takes_documents or refusal.cause is not Cause.INVALID:
                raise
            filed = self._as_wiki(wanted, kind, refusal)
            self._takes_documents = False
            return filed
        self._takes_documents = True
        return filed

    def _as_wiki(self, wanted: Filing, kind: RequestType, refusal: Rejected) -> Filed:
        try:
            return self._post(wanted, kind, Markup.WIKI)
        except Rejected as again:
            before = refusal.told.split("\n")
            both = [line for line in again.told.split("\n") if line in before]
            again.told = "\n".join(both) or again.told
            raise

    def _post(self, wanted: Filing, kind: RequestType, markup: Markup) -> Filed:
        return self._connection.write_once(
            filing.request(wanted, self._settings.of(wanted.kind), kind, markup),
            lambda answer: filing.read_filed(answer, wanted),
            bad_request=Cause.INVALID,
            not_found=Cause.OTHER,
            told=lambda answer: validation.read_refusal(
                answer, self._request_types.named(wanted, kind)
            ),
        )

    def _is_out_of_date(self, wanted: Filing, kind: RequestType) -> bool:
        """Read the form anew; what cannot be read now is read before the next create."""
        self._request_types.forget(wanted.kind)
        try:
            now = self._request_types.read(wanted.kind)
        except RemoteFailure:
            return False
        if now == kind:
            return False
        settings = self._settings.of(wanted.kind)

        def call(kind: RequestType) -> Call:
            return filing.request(wanted, settings, kind, Markup.DOCUMENT)

        try:
            self._require_answers(wanted, now)
            return call(now) != call(kind)
        except (FormChanged, Rejected):
            return True

    # Polling.

    def tickets(self, ids: Sequence[TicketId]) -> list[Ticket]:
        """Return the tickets whole; the first call ever also looks up fields of the site."""
        if not ids:
            return []
        more = self._find_site_fields()
        found: list[Ticket] = []
        for start in range(0, len(ids), tickets.BULK):
            fetched = self._connection.read(
                tickets.bulk(ids[start : start + tickets.BULK], more),
                lambda answer: tickets.read_bulk(answer, more),
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

    def _find_site_fields(self) -> SiteFields:
        if self._site_fields is None:
            name = self._settings.first_response
            self._site_fields = self._connection.read(
                tickets.site_fields(), lambda answer: tickets.read_site_fields(answer, name)
            )
        return self._site_fields

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
        listed, odd = self._comments_of(ticket.id)
        known = {one.id: one for one in (*ticket.comments, *listed)}
        ordered = sorted(known.values(), key=lambda c: (c.created_ms, len(c.id), c.id))
        return replace(ticket, comments=tuple(ordered), odd=tuple({*ticket.odd, *odd}))

    def _comments_of(self, ticket: str) -> tuple[list[Comment], list[OddComment]]:
        """Read them page by page; what is deleted meanwhile makes the others move up."""

        def page(start: int) -> Portion[Comment | OddComment]:
            call = comments.newest_first(ticket, start)
            return self._connection.read(call, partial(comments.read_slice, start=start))

        listed = list(chain.from_iterable(pages(page, overlap=_MAY_MOVE_UP)))
        found = {one.id: one for one in listed if isinstance(one, Comment)}
        return list(found.values()), [one for one in listed if isinstance(one, OddComment)]

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
            fresh = {comment.id: comment for comment in page.entries if comment.id in missing}
            found |= fresh
            if page.last or not fresh:
                break
        return found

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

    def change_comment(
        self, ticket: TicketKey, comment: CommentId, author: str, body: Body, key: DeliveryId
    ) -> None:
        self._repeatable(comments.changed_comment(ticket, comment, author, body, key))

    def delete_comment(self, ticket: TicketKey, comment: CommentId) -> None:
        self._repeatable(comments.no_comment(ticket, comment))

    def _repeatable(self, call: Call) -> None:
        """Do what may be done twice to a comment; a 404 says that it is gone, or hidden from us."""
        answer = self._connection.exchange(call)
        if answer.status not in (200, 204):
            raise failures.of_write(answer, bad_request=Cause.CONTENT, not_found=Cause.GONE)

    def find_comment(self, ticket: TicketKey, key: DeliveryId) -> CommentId | None:
        ours = self._connection.whoami()
        written, odd = self._comments_of(ticket)
        listed = [comment for comment in written if comment.author.id == ours]
        details = self.comment_details([comment.id for comment in listed])
        # A file's comment is written without a property, which may be missing.
        carries = (c.id for c in details.values() if c.ref == key or is_marked(c.body, key))
        found = next(carries, None)
        if found is None and (odd or len(details) < len(listed)):
            raise Unavailable(f"not every comment of {ticket} can be read")
        return found
