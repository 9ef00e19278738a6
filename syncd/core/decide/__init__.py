"""decide(event, known, rules, now) -> Decision: every decision syncd takes, each a pure function.

talking.py   a message: it opens a Request, or it is a reply in a linked thread
asking.py    the form: shown, submitted, cancelled, expired
filing.py    the ticket: created, refused, in doubt; replies that became comments
updating.py  a ticket was read: which comments the chat sees
"""

from dataclasses import replace

from syncd.core import alarms
from syncd.core.commands import AddComment, FileTicket, ShowForm
from syncd.core.decide import asking, filing, talking, updating
from syncd.core.decide.known import Decision, Known, Rules
from syncd.core.events import (
    BotAdded,
    BotRemoved,
    ChatMessage,
    Commented,
    CommentReread,
    Delivered,
    Doubtful,
    Event,
    FormCancelled,
    FormSubmitted,
    FormWanted,
    Nothing,
    Posted,
    Received,
    RequestExpired,
    RequestSlow,
    Requeued,
    Shown,
    TicketChanged,
    Undeliverable,
    Withheld,
)
from syncd.core.model import Filed, Ms


def decide(event: Event, known: Known, rules: Rules, now: Ms) -> Decision:
    """Return what an event means, given what is on record; touches nothing."""
    decision = _decided(event, known, rules, now)
    alerts = alarms.of_event(event, rules)
    return replace(decision, orders=(*decision.orders, *alerts)) if alerts else decision


def _decided(event: Event, known: Known, rules: Rules, now: Ms) -> Decision:
    match event:
        case TicketChanged():
            return updating.ticket_changed(event, known)
        case CommentReread():
            return updating.reread(event, known, now)
        case Delivered():
            return _delivered(event, known, now)
        case Withheld():
            return updating.withheld(event, known, now)
        case Undeliverable():
            return _undeliverable(event, known, now)
        case Doubtful():
            return _doubtful(event, known)
        case Requeued():
            return filing.requeued(event.delivery, known, now)
        case RequestExpired():
            return asking.expired(event, known)
        case RequestSlow():
            return filing.slow(event, known)
        case _:
            return _received(event, known, rules, now)


def _received(event: Received, known: Known, rules: Rules, now: Ms) -> Decision:
    match event:
        case ChatMessage():
            return talking.message(event, known, rules, now)
        case FormSubmitted():
            return asking.submitted(event, known, rules, now)
        case FormCancelled():
            return asking.cancelled(event, known, now)
        case FormWanted():
            return asking.wanted(event, known, now)
        case BotAdded() | BotRemoved():
            return Decision("noted")


def _delivered(event: Delivered, known: Known, now: Ms) -> Decision:
    match event.outcome:
        case Shown():
            return asking.shown(event.delivery, event.outcome, known)
        case Filed():
            return filing.filed(event.delivery, event.outcome, known, now)
        case Commented():
            return filing.commented(event.delivery, event.outcome, known, now)
        case Posted():
            return updating.posted(event.delivery, event.outcome)
        case Nothing():
            return Decision("done")


def _undeliverable(event: Undeliverable, known: Known, now: Ms) -> Decision:
    match event.delivery.command:
        case FileTicket():
            return filing.not_filed(event, known, now)
        case AddComment():
            return filing.not_commented(event, known)
        case ShowForm() if not event.refused:
            return asking.form_in_doubt(event.delivery, known)
        case _:
            return Decision(f"undeliverable: {event.reason}")


def _doubtful(event: Doubtful, known: Known) -> Decision:
    match event.delivery.command:
        case FileTicket():
            return filing.filing_in_doubt(event.delivery, known)
        case AddComment():
            return filing.comment_in_doubt(event.delivery, known)
        case ShowForm():
            return Decision("settled or offered again when the doubt has lasted")
        case _:
            return Decision(f"in doubt: {event.reason}")
