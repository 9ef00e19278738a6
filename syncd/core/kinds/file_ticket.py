"""FileTicket: a submitted form becomes a ticket, or the asker learns why not."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.answering.severity import Severity, severity_of
from syncd.core.delivery import Command, Decision, Delivery, Order
from syncd.core.ends import Delayed, Delivered, DoubtLasts, Requeued, Undeliverable
from syncd.core.kinds.add_comment import add_rest
from syncd.core.kinds.announce_ticket import announce
from syncd.core.kinds.close_form import close_form
from syncd.core.kinds.filed.clear_reference import clear_reference
from syncd.core.kinds.filed.escalate import escalate
from syncd.core.kinds.show_form import show_form
from syncd.core.kinds.tell_person import tell_asker
from syncd.core.known import GIVEN_MOST, Known, Need, Rules, with_given
from syncd.core.lifecycle import request_after
from syncd.core.model import (
    REPORTER,
    DeliveryId,
    Destination,
    Filed,
    Link,
    Ms,
    Request,
    RequestId,
    RequestState,
)
from syncd.core.operators.history import Story
from syncd.core.reaching import lanes
from syncd.core.ticket_card.card import TicketCard
from syncd.core.wording import words
from syncd.core.wording.table import Wording


@dataclass(frozen=True)
class FileTicket(Command):
    """Create the ticket of a submitted Request. JSM has no idempotency key; the marker finds it."""

    destination: ClassVar[Destination] = Destination.JSM
    urgent: ClassVar[bool] = True
    keyed: ClassVar[bool] = False
    only_where_served: ClassVar[bool] = False
    own_words: ClassVar[bool] = False
    needs: ClassVar[tuple[Need, ...]] = (Need.OWN_ADDRESS, Need.FORM)

    request_id: RequestId

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Link the thread to its new ticket and announce it there; an asker who was told that it
        may be lost is told privately, too."""
        ticket = event.outcome.filed
        if ticket is None:
            return Decision("done")
        request = known.sure_request()
        filed = replace(
            request,
            state=request_after(request.state, "filed"),
            ticket_id=ticket.id,
            ticket_key=ticket.key,
            card=None,
        )
        if known.link is not None:
            return _elsewhere(event, filed, ticket, known.link, known, rules)
        given = _given(request, known.given)
        severity = _severity(request, known, rules)
        answer_by = _answer_by(event.delivery, severity, known, rules, now)
        return Decision(
            f"{ticket.key} was created",
            request=filed,
            link=_link(request, ticket, now),
            card=TicketCard(ticket.id, answer_by=answer_by),
            given=given,
            chosen=given[-1] if given else None,
            orders=(
                announce(request, ticket, answer_by),
                *escalate(request, ticket, severity, known.chat, rules),
                *close_form(request),
                *_reassured(event.delivery, filed, ticket, known, rules),
                *clear_reference(request, ticket, marker_of(request.id)),
                *add_rest(
                    request,
                    words(known.chat.language),
                    described=event.outcome.described,
                    shared=event.outcome.shared,
                ),
            ),
        )

    def undeliverable(self, event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
        """Tell the asker why there is no ticket; a form that can be corrected comes back."""
        request = known.sure_request()
        if request.state is not RequestState.SUBMITTED:
            return Decision("the request does not wait for this ticket")
        wording = words(known.chat.language)
        if event.invalid:
            return _to_correct(event, request, wording, rules, now)
        happened, told = (
            ("refused", wording.refused) if event.refused else ("buried", wording.failed)
        )
        reason = _sentence(event.why(wording))
        ended = replace(request, state=request_after(request.state, happened), problem=reason)
        order = tell_asker(request, told.format(reason=reason), f"ended:{event.delivery.id}")
        said = self.reason_of(event.reason, refused=event.refused)
        orders = (order, *close_form(request))
        return Decision(f"no ticket: {said}", request=ended, orders=orders)

    def delayed(self, event: Delayed, known: Known, rules: Rules, now: Ms) -> Decision:
        """Tell the asker that there is no ticket yet, and that it is tried again."""
        request = known.request
        if request is None or request.state is not RequestState.SUBMITTED:
            return Decision("the request does not wait for this ticket")
        if request.slow_told and not event.told:
            return Decision(f"it waits for an operator: {event.reason}")
        told = event.told or words(known.chat.language).still_creating
        order = tell_asker(request, told, f"waits:{event.delivery.id}")
        return Decision(
            f"the asker is told that it waits for an operator: {event.reason}",
            request=replace(request, slow_told=True),
            orders=(order,),
        )

    def doubt_lasts(self, event: DoubtLasts, known: Known, rules: Rules, now: Ms) -> Decision:
        """Tell the asker that nobody knows yet whether the ticket exists.

        `slow_told` keeps the word that it takes long, which would contradict this, from following.
        """
        request = known.request
        if request is None or request.state is not RequestState.SUBMITTED:
            return Decision("the request does not wait for this ticket")
        told = words(known.chat.language).in_doubt
        order = tell_asker(request, told, f"doubt:{event.delivery.id}")
        return Decision(
            "nobody can tell whether the ticket exists: told so",
            request=replace(request, slow_told=True),
            orders=(order,),
        )

    def requeued(self, event: Requeued, known: Known, rules: Rules, now: Ms) -> Decision:
        """Put a failed Request back to SUBMITTED."""
        reason, request = "an operator wants it sent again", known.request
        if request is None or request.state is not RequestState.FAILED:
            return Decision(reason)
        again = replace(
            request,
            state=request_after(request.state, "requeued"),
            submitted_ms=now,
            slow_told=False,
            problem="",
        )
        return Decision(f"{reason}: the request waits for its ticket again", request=again)

    def not_again(self, delivery: Delivery, newest: DeliveryId, known: Known) -> str:
        """Allow a create only for a Request that waits for it or failed, and whose thread is free.

        The chat would never see the comments of a second ticket of a thread.
        """
        id, request = delivery.id, known.request
        if request is None:
            return f"The request of {id} is not on record any more."
        if not request.values:
            return f"{id} is so old that what was typed was swept; it is gone."
        if request.state is RequestState.ASKED:
            return f"The request of {id} is ASKED: its asker has the form again, to correct it."
        if request.state not in (RequestState.FAILED, RequestState.SUBMITTED):
            return f"The request of {id} is {request.state}; its asker has to ask anew."
        if delivery.dedupe_key != _key(request):
            return (
                f"{id} was corrected and submitted again as {newest}; only what was submitted last "
                "can be sent."
            )
        if known.link is not None:
            return f"The thread of {id} has the ticket {known.link.ticket_key} by now."
        if known.thread_is_taken:
            return f"In the thread of {id} a newer request is being filed."
        return ""

    def went_on(self, request: Request | None) -> bool:
        """Tell whether the asker has the form again, or another create has made the ticket."""
        return request is not None and request.state in (RequestState.ASKED, RequestState.FILED)

    def where_to_look(self) -> str:
        return f" in the helpdesk for the marker {marker_of(self.request_id)}"

    def alarm(self, event: Undeliverable, wording: Wording) -> str:
        return wording.alarm_request.format(request=self.request_id, delivery=event.delivery.id)

    @classmethod
    def told(cls, story: Story) -> str:
        if story.is_done:
            return f"The form became the ticket {story.ticket_key}."
        became = story.perhaps("became no ticket", "may have become a ticket")
        return f"The form {became}: {story.why_not()}."


def file_ticket(request: Request) -> Order:
    """Order the create; each accepted Submit (`Request.round`) has a key of its own."""
    command, lane = FileTicket(request.id), lanes.in_helpdesk(request.thread.root)
    return lanes.of_request(request, command, lane, _key(request))


def marker_of(request_id: RequestId) -> str:
    """Return the marker, the token by which the ticket of this Request is recognised."""
    return f"LK{request_id}"


def _key(request: Request) -> str:
    return f"file:{request.id}:{request.round}"


def _link(request: Request, ticket: Filed, now: Ms) -> Link:
    return Link(
        thread=request.thread,
        ticket_id=ticket.id,
        ticket_key=ticket.key,
        request_id=request.id,
        asker=request.asker,
        created_ms=now,
        portal_path=ticket.portal_path,
    )


def _elsewhere(
    event: Delivered, filed: Request, ticket: Filed, link: Link, known: Known, rules: Rules
) -> Decision:
    """Settle a create whose ticket somebody adopted before its answer came, in another thread: it
    keeps that one, and its asker is told where the ticket is."""
    came, there = event.outcome, replace(filed, thread=link.thread)
    wording = words(known.chat.language)
    created = wording.was_created.format(key=ticket.key)
    taken = wording.adopt_taken.format(key=ticket.key)
    told = f"{created} {rules.portal_base}{ticket.portal_path}\n{taken}"
    orders = (
        tell_asker(filed, told, f"created:{event.delivery.id}"),
        *close_form(filed),
        *clear_reference(filed, ticket, marker_of(filed.id)),
        *add_rest(there, wording, described=came.described, shared=came.shared),
    )
    return Decision(f"{ticket.key} has another thread already: told so", filed, orders=orders)


def _given(request: Request, before: tuple[str, ...]) -> tuple[str, ...]:
    """Return what to remember of the asker's addresses where the profile shows none.

    One that the helpdesk refused, such as a typing error, is none of them.
    """
    address = str(request.values.get(REPORTER, ""))
    if request.own_address or not address:
        return ()
    return with_given(before, address)[-GIVEN_MOST:]


def _severity(request: Request, known: Known, rules: Rules) -> Severity | None:
    field_id, read_address = rules.answering.severity_field, rules.read_address
    return severity_of(request.values, field_id, known.form, known.chat, read_address)


def _answer_by(
    delivery: Delivery, severity: Severity | None, known: Known, rules: Rules, now: Ms
) -> Ms:
    """Return what the table promises from the moment of the create on; 0: nothing, or the helpdesk
    itself tells it when the ticket is read."""
    if known.form.tells_answer_by:
        return Ms(0)
    made_ms = min(delivery.first_sent_ms or now, now)
    return rules.answering.promised(known.chat.plan, severity, made_ms)


def _reassured(
    delivery: Delivery, request: Request, ticket: Filed, known: Known, rules: Rules
) -> tuple[Order, ...]:
    if not delivery.worried:
        return ()
    created = words(known.chat.language).was_created.format(key=ticket.key)
    told = f"{created} {rules.portal_base}{ticket.portal_path}"
    return (tell_asker(request, told, f"created:{delivery.id}"),)


def _to_correct(
    event: Undeliverable, request: Request, wording: Wording, rules: Rules, now: Ms
) -> Decision:
    again = replace(
        request,
        state=request_after(request.state, "invalid"),
        problem=event.why(wording),
        expires_ms=Ms(now + rules.form_lives_ms),
    )
    order = show_form(again, event.delivery.id)
    return Decision(
        "the helpdesk refused the values: the form comes back", request=again, orders=(order,)
    )


def _sentence(reason: str) -> str:
    return reason if reason.endswith((".", "!", "?", "。", "!", "?")) else f"{reason}."
