"""Creates a ticket on behalf of its reporter, and looks for one whose answer was lost."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

from syncd.core.decide.form import outgrown
from syncd.core.delivery import Delivery
from syncd.core.desks.desk import RequestKind, desk_of
from syncd.core.desks.filing import Filing
from syncd.core.doubt import OPERATOR_DECIDES, OnDoubt, Trail, create_is_absent, next_look
from syncd.core.errors import Cause, Denied, FormChanged, Rejected, StoreError, Unavailable
from syncd.core.fields.form import Form
from syncd.core.kinds.file_ticket import FileTicket, marker_of
from syncd.core.known import DAY_MS, INVITATIONS
from syncd.core.model import (
    REPORTER,
    AccountId,
    Chat,
    Destination,
    Filed,
    Ms,
    Plan,
    Request,
    RequestState,
)
from syncd.core.operators import alarms
from syncd.core.operators.resumed import floor_of, may_be_done
from syncd.core.outcome import Outcome
from syncd.core.prose import whole
from syncd.core.text import Body, Paragraph, Text
from syncd.core.wording import words
from syncd.loops.forms.filled import Filled, filled
from syncd.loops.outgoing import performing, quoting
from syncd.loops.outgoing.performing import Finding, Prepared, Ready
from syncd.loops.outgoing.refusals import denied, waits_for_operators
from syncd.loops.records import OURS
from syncd.loops.watch.sight import proofs
from syncd.store.tx import Tx

_ANEW_SECONDS = 1.0
"""A first refusal may be about an account that is remembered, and no customer of the desk now."""


@dataclass(frozen=True)
class _Reporter:
    account: AccountId
    described_as: str = ""


class TooManyInvitations(Rejected):
    """Jira was asked for too many new accounts today."""


class Performer(performing.Performer[FileTicket]):
    def prepare(self, command: FileTicket, delivery: Delivery, chat: Chat) -> Prepared:
        """Look up the reporter, and write down by what the ticket can be found."""
        with self.tools.records.store.read() as tx:
            request = tx.requests.get(command.request_id)
        if request is None or request.state is not RequestState.SUBMITTED:
            return performing.Done()
        # Whoever was there when it was submitted need not be there when Jira is back.
        if delivery.tries <= 1 and self.tools.members.has_left(chat.id, request.asker):
            told = words(chat.language).left_group
            raise Rejected("its asker is not in the group any more", Cause.INVALID, told)
        kind, project = self._place(request, chat)
        with self.tools.records.store.read() as tx:
            form = self.tools.records.form(tx, kind, chat.language)
        self._hold_to(form, request, chat)
        request = quoting.with_quoted(self.tools, request, delivery, chat)
        with waits_for_operators(f"look for reporters and tickets{_of_desk(kind)}"):
            reporter = self._reporter(request, kind, delivery, chat)
            read_address = self.tools.records.rules.read_address
            answers = filled(request, form, chat, read_address, self.tools.people)
            trail = self._trail(delivery, project, answers, reporter)
        filing = Filing(
            marker=marker_of(request.id),
            reporter=reporter.account,
            values=answers.values,
            as_json=answers.as_json,
            language=chat.language,
            described_as=reporter.described_as if trail.described else "",
            description=self._description(request, chat, trail),
            describes=trail.described,
            origin=self._origin(request, chat),
            kind=kind,
        )
        with self._rereading(kind):
            self._validate(filing, answers.preset)

        def create() -> Outcome:
            return _came_of(trail, self._create(filing, request, delivery, chat))

        return Ready(create, note=trail.dump())

    def _description(self, request: Request, chat: Chat, trail: Trail) -> Body:
        wording = words(chat.language)
        return whole.of(request, wording, described=trail.described).description

    def _hold_to(self, form: Form, request: Request, chat: Chat) -> None:
        """Have the form completed that asks for more than when it was accepted."""
        rules, wording = self.tools.records.rules, words(chat.language)
        if form.fields and (told := outgrown(request, form, chat, rules, wording)):
            raise Rejected(
                "the form has changed since it was filled in", Cause.INVALID, "\n".join(told)
            )

    @contextmanager
    def _rereading(self, kind: RequestKind) -> Iterator[None]:
        """Have the form read again that is not what it was."""
        try:
            yield
        except FormChanged:
            self.tools.records.outdated.add(kind)
            raise

    def _place(self, request: Request, chat: Chat) -> tuple[RequestKind, str]:
        """Return what is filed, and the project in which it becomes a ticket.

        Rejected INVALID, so that the asker chooses again: the configuration has it no more.
        """
        kind = self.tools.records.kind_of(request, chat)
        desk = desk_of(kind, self.tools.records.rules.desks)
        if desk is None:
            gone = f"the configuration has no request type {kind.type} of desk {kind.desk!r}"
            raise Rejected(gone, Cause.INVALID, words(chat.language).kind_gone)
        return kind, desk.project

    def _validate(self, filing: Filing, preset: frozenset[str]) -> None:
        """Have the form corrected before anything is sent that might have happened.

        What the configuration answered is no business of the asker's: the ticket waits.
        """
        problems = self.tools.helpdesk.problems(filing)
        if told := [one.told for one in problems if one.field_id not in preset]:
            refused = "the helpdesk would refuse the values"
            raise Rejected(refused, Cause.INVALID, "\n".join(told))
        if problems:
            said = "; ".join(one.told for one in problems)
            refused = f"the helpdesk refuses what presets or organization of the chat say: {said}"
            wrong = Denied(refused)
            wrong.platform = Destination.JSM
            raise wrong

    def look(self, command: FileTicket, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        """Look for its marker; it is absent after some clean looks and the grace time."""
        with self.tools.records.store.read() as tx:
            trail = Trail.load(tx.outbox.note_of(delivery.id))
            canaries = proofs(tx, trail.project if trail else "")
        later = next_look(performing.since(trail.sent_ms if trail else now, now), now)
        if trail is None or not delivery.not_before:
            return performing.Later(later)
        marker = marker_of(command.request_id)
        probe = self.tools.helpdesk.find_created(
            trail.project, marker, trail.key_floor, trail.sent_ms, canaries
        )
        if probe.found:
            self._tell_of_two(command, probe.found)
            return performing.Found(_came_of(trail, probe.found[0]))
        looked = replace(trail, clean=trail.clean + 1 if probe.proven else 0)
        policy = self.tools.policy
        if not create_is_absent(looked, watched_ms, policy.grace_ms):
            reason = "" if probe.proven else "we may not see all of the project"
            return performing.Later(later, reason, looked.dump())
        if policy.on_doubt == OnDoubt.RETRY:
            return performing.Absent()
        return performing.Later(later, OPERATOR_DECIDES, looked.dump(), operators_decide=True)

    def _origin(self, request: Request, chat: Chat) -> Body:
        """Return where the ticket comes from and who sees what is written on it."""
        wording = words(self.tools.records.rules.alarm_language)
        name = self.tools.names.at_best(request.asker, chat.id, wording)
        asked = wording.origin.format(name=name, chat=chat.name or chat.id)
        premium = chat.plan is Plan.PREMIUM
        shown = wording.origin_premium if premium else wording.origin_enterprise
        return (Paragraph((Text(f"{asked} {shown}"),)),)

    def _tell_of_two(self, command: FileTicket, found: tuple[Filed, ...]) -> None:
        if len(found) < 2:
            return
        records, keys = self.tools.records, ", ".join(filed.key for filed in found)
        self.tools.log.error("two_tickets_of_one_request", tickets=keys, request=command.request_id)
        alerts = alarms.two_tickets(command.request_id, keys, records.rules)
        records.store.write(lambda tx: [tx.outbox.put(order) for order in alerts])

    def _trail(
        self, delivery: Delivery, project: str, answers: Filled, reporter: _Reporter
    ) -> Trail:
        """Return the trail with the first attempt's key floor: a later one could lie above its
        ticket."""
        about = {"described": answers.describes, "shared": bool(reporter.described_as)}
        with self.tools.records.store.read() as tx:
            before = Trail.load(tx.outbox.note_of(delivery.id))
            restored = tx.cursors.get(floor_of(project))
        now = self.tools.records.store.now()
        if before is not None and before.project == project:
            about["described"] &= before.described
            about["shared"] |= before.shared
            return Trail(before.key_floor, now, project=project, **about)
        floor = self._key_floor(project)
        if may_be_done(delivery, self.tools.resumed_ms()):
            floor = min(floor, restored)
        return Trail(floor, now, project=project, **about)

    def _key_floor(self, project: str) -> int:
        """Return the highest ticket number, or the last one known; too low does no harm."""
        try:
            floor = self.tools.helpdesk.key_floor(project)
        except Unavailable:
            floor = self.tools.people.last_key_floor(project)
            if not floor:
                raise
        self.tools.people.keep_key_floor(project, floor)
        return floor

    def _create(self, filing: Filing, request: Request, delivery: Delivery, chat: Chat) -> Filed:
        try:
            with self._rereading(filing.kind):
                return self.tools.helpdesk.create(filing)
        except Rejected as exc:
            if exc.cause in (Cause.INVALID, Cause.FORBIDDEN):
                # The remembered account may be what is wrong; it is looked up anew next time.
                with suppress(StoreError):  # The refusal is what counts.
                    self.tools.people.forget_account(
                        str(request.values.get(REPORTER, "")), filing.kind.desk
                    )
            if exc.cause is Cause.TOO_LARGE:
                told = words(chat.language).reason_too_large
                raise Rejected(str(exc), Cause.INVALID, told) from exc
            if exc.cause is Cause.INVALID:
                raise
            if exc.cause is Cause.FORBIDDEN and exc.status and delivery.tries == 1:
                again = "the create was refused; the reporter is looked up anew"
                raise Unavailable(again, _ANEW_SECONDS) from exc
            if not exc.status:
                # The form has no place for the marker.
                raise Denied(f"{exc}{_of_desk(filing.kind)}") from exc
            what = f"create requests on behalf of reporters{_of_desk(filing.kind)}"
            raise denied(exc, what) from exc

    def _reporter(
        self, request: Request, kind: RequestKind, delivery: Delivery, chat: Chat
    ) -> _Reporter:
        """Return on whose behalf the ticket is raised; a stranger is the normal first customer."""
        email = str(request.values.get(REPORTER, ""))
        known = self.tools.people.account(email, kind.desk)
        if known is not None:
            return _Reporter(known)
        wording, unknown = words(chat.language), self.tools.policy.unknown_reporter
        if unknown.startswith("account:"):
            shared = AccountId(unknown.removeprefix("account:"))
            return _Reporter(shared, wording.reported_by.format(email=email))
        stranger = wording.unknown_reporter.format(label=wording.reporter_label, email=email)
        if unknown == "refuse":
            raise Rejected("the helpdesk does not know the reporter", Cause.INVALID, stranger)
        profile = self.tools.people.profile(request.asker)
        own = profile.email.casefold() == email.casefold()
        spent = wording.invitations_spent.format(email=email)
        try:
            made = self.tools.helpdesk.make_account(
                email,
                profile.name if own else email,
                desk=kind.desk,
                invite=unknown == "invite",
                made=self.tools.people.made(email),
                keep=partial(self.tools.people.keep_made, email),
                spend=partial(self._spend_invitation, request, spent),
            )
        except TooManyInvitations:
            raise
        except Rejected as exc:
            if not delivery.worried:
                self.tools.log.error("reporter_refused", request=request.id, reason=str(exc))
            if exc.cause is Cause.INVALID:
                raise Rejected("the reporter cannot be registered", exc.cause, stranger) from exc
            told = wording.reporter_refused.format(email=email)
            what = f"register reporters (jsm.unknown_reporter = {unknown})"
            raise denied(exc, what, told) from exc
        self.tools.people.keep_account(email, kind.desk, made)
        return _Reporter(made)

    def _spend_invitation(self, request: Request, told: str) -> None:
        """Rejected when Jira was asked for too many accounts today; trying again costs nothing."""
        records, once = self.tools.records, f"{request.id}:{request.round}"
        limit = records.rules.limits.invitations_per_day

        def work(tx: Tx) -> bool:
            if tx.budgets.take(INVITATIONS, limit, DAY_MS, once):
                return True
            for order in alarms.invitations(limit, tx.now, records.rules):
                tx.outbox.put(order)
            return False

        if not records.store.write(work):
            self.tools.log.error("invitations_spent", request=request.id, limit=limit)
            records.meter.limited(OURS, "invitations_per_day")
            raise TooManyInvitations("today's invitations are spent", Cause.INVALID, told)


def _came_of(trail: Trail, filed: Filed) -> Outcome:
    return Outcome(filed=filed, described=trail.described, shared=trail.shared)


def _of_desk(kind: RequestKind) -> str:
    return f" (desk {kind.desk}, request type {kind.type})" if kind.desk else ""
