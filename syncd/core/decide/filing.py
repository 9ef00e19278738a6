"""From a submitted form to a ticket, or to the reason why there is none."""

from dataclasses import replace

from syncd.core import text
from syncd.core.commands import AddComment, AnnounceTicket, Delivery, FileTicket, Order
from syncd.core.decide import lanes
from syncd.core.decide.known import Decision, Known, Rules
from syncd.core.events import Commented, RequestSlow, Undeliverable
from syncd.core.history import reason_of
from syncd.core.lifecycle import request_after
from syncd.core.model import (
    SUMMARY,
    Filed,
    Link,
    Ms,
    Origin,
    Request,
    RequestState,
    SeenComment,
    SeenVerdict,
    Twin,
)
from syncd.core.plainly import plain
from syncd.core.wording import words
from syncd.core.wording.table import Wording


def filed(delivery: Delivery, ticket: Filed, known: Known, now: Ms) -> Decision:
    """Link the thread to its new ticket and say so there."""
    request = known.sure_request()
    done = replace(
        request,
        state=request_after(request.state, "filed"),
        ticket_id=ticket.id,
        ticket_key=ticket.key,
        card=None,
    )
    link = Link(
        thread=request.thread,
        ticket_id=ticket.id,
        ticket_key=ticket.key,
        request_id=request.id,
        asker=request.asker,
        created_ms=now,
        title=ticket.title,
        status=ticket.status,
        portal_path=ticket.portal_path,
    )
    announce = Order(
        AnnounceTicket(request.thread, ticket.key, ticket.title, ticket.status, ticket.portal_path),
        lane=lanes.in_chat(request.thread.root),
        dedupe_key=f"announce:{ticket.id}",
        chat_id=request.thread.chat_id,
        request_id=request.id,
    )
    return Decision(
        f"{ticket.key} was created",
        request=done,
        link=link,
        orders=(announce, *lanes.close_form(request)),
    )


def not_filed(event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
    """Tell the asker why there is no ticket; a form that can be corrected comes back."""
    request = known.sure_request()
    if request.state is not RequestState.SUBMITTED:
        return Decision("the request does not wait for this ticket")
    wording = words(known.chat.language)
    if event.invalid:
        again = replace(
            request,
            state=request_after(request.state, "invalid"),
            problem=why(event, wording),
            expires_ms=Ms(now + rules.form_lives_ms),
        )
        return Decision(
            "the helpdesk refused the values: the form comes back",
            request=again,
            orders=(lanes.show_form(again, event.delivery.id),),
        )
    happened, told = ("refused", wording.refused) if event.refused else ("buried", wording.failed)
    reason = _sentence(why(event, wording))
    ended = replace(request, state=request_after(request.state, happened), problem=reason)
    order = _tell_asker(request, told.format(reason=reason), f"ended:{event.delivery.id}")
    said = reason_of(event.delivery.command, event.reason, refused=event.refused)
    return Decision(
        f"no ticket: {said}",
        request=ended,
        orders=(order, *lanes.close_form(request)),
    )


def not_announced(
    event: Undeliverable, command: AnnounceTicket, known: Known, rules: Rules
) -> Decision:
    """Tell the asker, to whom the link was promised, where the ticket is."""
    request = known.request
    if request is None:
        return Decision(f"undeliverable: {event.reason}")
    created = words(known.chat.language).was_created.format(key=command.key)
    told = f"{created} {rules.portal_base}{command.portal_path}"
    order = _tell_asker(request, told, f"not-announced:{event.delivery.id}")
    return Decision("the ticket cannot be announced: its asker is told", orders=(order,))


def requeued(delivery: Delivery, known: Known, now: Ms) -> Decision:
    """Let a Request that failed wait for its ticket again."""
    request = known.request
    reason = "an operator wants it sent again"
    if not isinstance(delivery.command, FileTicket) or request is None:
        return Decision(reason)
    if request.state is not RequestState.FAILED:
        return Decision(reason)
    again = replace(
        request,
        state=request_after(request.state, "requeued"),
        submitted_ms=now,
        slow_told=False,
        problem="",
    )
    return Decision(f"{reason}: the request waits for its ticket again", request=again)


def filing_in_doubt(delivery: Delivery, known: Known) -> Decision:
    """Tell the asker that nobody knows yet whether the ticket exists.

    Nor is the asker told afterwards that it does not exist yet.
    """
    request = known.sure_request()
    told = words(known.chat.language).in_doubt
    order = _tell_asker(request, told, f"doubt:{delivery.id}")
    return Decision(
        "nobody can tell whether the ticket exists: told so",
        request=replace(request, slow_told=True),
        orders=(order,),
    )


def slow(event: RequestSlow, known: Known) -> Decision:
    """Tell the asker once that the ticket takes longer than usual."""
    request = known.request
    if request is None or request.state is not RequestState.SUBMITTED or request.slow_told:
        return Decision("not waiting for a ticket")
    told = words(known.chat.language).still_creating
    order = _tell_asker(request, told, f"slow:{request.id}:{request.round}")
    return Decision(
        "the ticket takes long: told so",
        request=replace(request, slow_told=True),
        orders=(order,),
    )


def commented(delivery: Delivery, outcome: Commented, known: Known, now: Ms) -> Decision:
    """Remember that a message and a comment are the same remark."""
    command = delivery.command
    if not isinstance(command, AddComment) or known.link is None:
        raise LookupError("a comment was written for a thread that has no ticket")
    ticket_id = known.link.ticket_id
    twin = Twin(command.message_id, ticket_id, outcome.comment_id, Origin.CHAT)
    seen = SeenComment(ticket_id, outcome.comment_id, SeenVerdict.SKIPPED, now)
    return Decision("the reply is a comment now", twins=(twin,), seen=(seen,))


def not_commented(event: Undeliverable, known: Known) -> Decision:
    """Tell its author that a reply did not reach the ticket."""
    wording = words(known.chat.language)
    told = wording.reply_failed.format(reason=why(event, wording))
    return _tell_author(event.delivery, told, "lost")


def comment_in_doubt(delivery: Delivery, known: Known) -> Decision:
    """Tell its author that nobody knows whether a reply reached the ticket."""
    return _tell_author(delivery, words(known.chat.language).reply_in_doubt, "doubt")


def why(event: Undeliverable, wording: Wording) -> str:
    """Return the reason that a person reads: in the chat's language, or the helpdesk's words."""
    if event.told:
        return event.told
    if event.dropped:
        return wording.reason_dropped
    return event.reason if event.refused else wording.reason_gave_up


def _sentence(reason: str) -> str:
    return reason if reason.endswith((".", "!", "?", "。", "!", "?")) else f"{reason}."


def _tell_author(delivery: Delivery, told: str, occasion: str) -> Decision:
    command = delivery.command
    if not isinstance(command, AddComment):
        raise LookupError("only a comment has an author to tell")
    order = lanes.tell(
        command.thread.chat_id,
        command.author,
        told,
        f"{occasion}:{delivery.id}",
        delivery.request_id,
        about=plain(text.load(command.body)),
    )
    return Decision(f"the author is told ({occasion})", orders=(order,))


def _tell_asker(request: Request, told: str, because: str) -> Order:
    typed = request.values.get(SUMMARY, "")
    about = typed if isinstance(typed, str) else ""
    return lanes.tell(request.thread.chat_id, request.asker, told, because, request.id, about)
