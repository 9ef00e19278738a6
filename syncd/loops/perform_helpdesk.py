"""Carries out what is written into the helpdesk."""

from contextlib import suppress
from dataclasses import dataclass

from syncd.core import text
from syncd.core.commands import AddComment, Delivery, FileTicket
from syncd.core.doubt import Trail
from syncd.core.errors import Cause, Rejected, StoreError, Unavailable
from syncd.core.events import Commented, Nothing, Outcome
from syncd.core.lifecycle import may_be_filed
from syncd.core.model import (
    REPORTER,
    AccountId,
    Chat,
    DeliveryId,
    Filing,
    Request,
    RequestId,
    RequestState,
    TicketKey,
)
from syncd.core.text import Body
from syncd.core.wording import words
from syncd.log import Log
from syncd.loops.people import People
from syncd.loops.performing import Done, Prepared, Ready, Wait
from syncd.loops.ports import Helpdesk
from syncd.loops.records import Records


@dataclass(frozen=True)
class _Reporter:
    account: AccountId
    described_as: str = ""


class HelpdeskPerformer:
    """Creates tickets on behalf of their reporters, and writes replies as comments."""

    def __init__(
        self,
        records: Records,
        helpdesk: Helpdesk,
        people: People,
        unknown_reporter: str,
        log: Log,
    ) -> None:
        self._records = records
        self._helpdesk = helpdesk
        self._people = people
        self._unknown_reporter = unknown_reporter
        self._log = log

    def prepare(self, delivery: Delivery) -> Prepared:
        """Look up the reporter, or the ticket that a reply belongs to."""
        command = delivery.command
        if isinstance(command, FileTicket):
            return self._filing(command, delivery)
        if isinstance(command, AddComment):
            return self._comment(command, delivery)
        raise TypeError(f"{type(command).__name__} is not for the helpdesk")

    def _filing(self, command: FileTicket, delivery: Delivery) -> Prepared:
        with self._records.store.read() as tx:
            request = tx.requests.get(command.request_id)
            chat = self._records.chat(tx, delivery.chat_id)
        if request is None or request.state is not RequestState.SUBMITTED:
            return Done(Nothing())
        reporter = self._reporter(request, chat)
        filing = Filing(
            marker=marker_of(request.id),
            reporter=reporter.account,
            values={k: v for k, v in request.values.items() if k != REPORTER},
            described_as=reporter.described_as,
        )
        trail = Trail(self._first_floor(delivery), self._records.store.now())
        return Ready(lambda: self._create(filing, request, chat), note=trail.dump())

    def _first_floor(self, delivery: Delivery) -> int:
        """Return the floor from before the first attempt: a later one would hide what that made."""
        with self._records.store.read() as tx:
            before = Trail.load(tx.outbox.note_of(delivery.id))
        return before.key_floor if before is not None else self._key_floor()

    def _key_floor(self) -> int:
        """Return a ticket number that was the highest not long ago; too low does no harm."""
        try:
            floor = self._helpdesk.key_floor()
        except Unavailable:
            floor = self._people.last_key_floor()
            if not floor:
                raise
        self._people.keep_key_floor(floor)
        return floor

    def _create(self, filing: Filing, request: Request, chat: Chat) -> Outcome:
        try:
            return self._helpdesk.create(filing)
        except Rejected as exc:
            if exc.cause in (Cause.INVALID, Cause.FORBIDDEN):
                # The remembered account may be what is wrong; it is looked up anew next time.
                with suppress(StoreError):  # The refusal is what counts.
                    self._people.forget_account(str(request.values.get(REPORTER, "")))
            raise _as_told(exc, chat) from exc

    def _reporter(self, request: Request, chat: Chat) -> _Reporter:
        """Return on whose behalf the ticket is raised; a stranger is the normal first customer."""
        email = str(request.values.get(REPORTER, ""))
        known = self._people.account(email)
        if known is not None:
            return _Reporter(known)
        wording = words(chat.language)
        if self._unknown_reporter.startswith("account:"):
            shared = AccountId(self._unknown_reporter.removeprefix("account:"))
            return _Reporter(shared, wording.reported_by.format(email=email))
        if self._unknown_reporter == "refuse":
            told = wording.unknown_reporter.format(label=wording.reporter_label, email=email)
            raise Rejected("the helpdesk does not know the reporter", Cause.INVALID, told)
        profile = self._people.profile(request.asker)
        invite = self._unknown_reporter == "invite"
        try:
            made = self._helpdesk.make_account(email, profile.name or email, invite=invite)
        except Rejected as exc:
            self._log.error("reporter_refused", request=request.id, reason=str(exc))
            told = wording.reporter_refused.format(email=email)
            raise Rejected("the reporter cannot be registered", exc.cause, told) from exc
        self._people.keep_account(email, made)
        return _Reporter(made)

    def _comment(self, command: AddComment, delivery: Delivery) -> Prepared:
        with self._records.store.read() as tx:
            link = tx.links.of_thread(command.thread.root)
            chat = self._records.chat(tx, delivery.chat_id)
            request = tx.requests.get(delivery.request_id)
        wording = words(chat.language)
        if link is None and request is not None and may_be_filed(request.state):
            return Wait("the form of this thread is not filed yet")
        if link is None:
            raise Rejected("this thread has no ticket", Cause.GONE, wording.reason_no_ticket)
        if not chat.enabled:
            reason = f"the chat {chat.id} is not enabled"
            raise Rejected(reason, Cause.FORBIDDEN, wording.reason_not_served)
        profile = self._people.profile(command.author)
        author = profile.name or wording.nameless
        body = text.load(command.body)
        return Ready(lambda: self._write(link.ticket_key, author, body, delivery.id, chat))

    def _write(
        self, ticket: TicketKey, author: str, body: Body, key: DeliveryId, chat: Chat
    ) -> Outcome:
        try:
            return Commented(self._helpdesk.add_comment(ticket, author, body, key))
        except Rejected as exc:
            raise _as_told(exc, chat) from exc


def _as_told(refusal: Rejected, chat: Chat) -> Rejected:
    """What our account may not do is for operators to mend, and to read about."""
    if refusal.cause is not Cause.FORBIDDEN:
        return refusal
    return Rejected(str(refusal), refusal.cause, words(chat.language).reason_operators)


def marker_of(request_id: RequestId) -> str:
    """Return the token by which the ticket of this Request is known from every other one."""
    return f"LK{request_id}"
