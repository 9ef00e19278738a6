"""What a decision adds to the history."""

from dataclasses import replace

from syncd.core.decide.known import Decision, Known
from syncd.core.events import (
    BotAdded,
    BotRemoved,
    ChatMessage,
    Click,
    Commented,
    CommentReread,
    Delivered,
    Doubtful,
    Event,
    HiddenByPortal,
    Nothing,
    Posted,
    Requeued,
    Shown,
    TicketChanged,
    Undeliverable,
    Withheld,
)
from syncd.core.history import DECIDED, HIDDEN, POST, SKIPPED, WAITS, Step, of_delivery
from syncd.core.model import Filed, Link

NOTED = (POST, SKIPPED, HIDDEN, WAITS)
"""What is decided on a comment; said again only when it is something else than last time."""


def notes(known: Known, decision: Decision) -> list[Step]:
    """Return a step for each comment that was decided on."""
    return [
        _located(Step(note.what, note.why, comment_id=note.comment_id), known, decision)
        for note in decision.notes
    ]


def not_linked(link: Link) -> Step:
    """Return the step that says why the chat hears no more of a ticket."""
    return Step(
        DECIDED,
        "its thread has another ticket already: what happens on this one is not shown",
        chat_id=link.thread.chat_id,
        request_id=link.request_id,
        ticket_id=link.ticket_id,
        ticket_key=link.ticket_key,
    )


def not_read(link: Link) -> Step:
    """Return the step that says why the chat hears no more of a ticket."""
    return Step(
        DECIDED,
        "it cannot be read whole: what happens on it is not shown until it can",
        chat_id=link.thread.chat_id,
        thread_root=link.thread.root,
        request_id=link.request_id,
        ticket_id=link.ticket_id,
        ticket_key=link.ticket_key,
    )


def decided(event: Event, known: Known, decision: Decision) -> list[Step]:
    """Return the step that says what was decided and why; none where nothing came of it."""
    match event:
        case TicketChanged():
            return []
        case CommentReread() | HiddenByPortal() if decision.is_empty:
            return []
        case Delivered(outcome=Nothing()):
            return []
    return [_located(_step(event, decision.reason), known, decision)]


def _step(event: Event, reason: str) -> Step:
    match event:
        case ChatMessage():
            return Step(
                DECIDED,
                reason,
                chat_id=event.chat_id,
                thread_root=event.thread_root or event.message_id,
                message_id=event.message_id,
            )
        case Click():
            return Step(DECIDED, reason, request_id=event.request_id, message_id=event.card)
        case BotAdded() | BotRemoved():
            return Step(DECIDED, reason, chat_id=event.chat_id)
        case CommentReread():
            return Step(DECIDED, reason, ticket_id=event.ticket_id, comment_id=event.comment_id)
        case Delivered():
            return _outcome(event, reason)
        case Undeliverable() | Withheld() | Doubtful() | Requeued():
            return of_delivery(event.delivery, DECIDED, reason)
        case _:
            return Step(DECIDED, reason)


def _outcome(event: Delivered, reason: str) -> Step:
    step = of_delivery(event.delivery, DECIDED, reason)
    match event.outcome:
        case Posted() | Shown():
            return replace(step, message_id=event.outcome.message_id)
        case Commented():
            return replace(step, comment_id=event.outcome.comment_id)
        case Filed():
            return replace(step, ticket_id=event.outcome.id, ticket_key=event.outcome.key)
        case _:
            return step


def _located(step: Step, known: Known, decision: Decision) -> Step:
    """Fill in the thread, the Request and the ticket that were on record or were just made."""
    request = decision.request or known.request
    link = decision.link or known.link
    if request is not None:
        step = replace(
            step,
            request_id=step.request_id or request.id,
            thread_root=step.thread_root or request.thread.root,
            ticket_key=step.ticket_key or request.ticket_key,
        )
    if link is not None:
        step = replace(
            step,
            thread_root=step.thread_root or link.thread.root,
            ticket_id=step.ticket_id or link.ticket_id,
            ticket_key=step.ticket_key or link.ticket_key,
        )
    return replace(step, chat_id=step.chat_id or known.chat.id)
