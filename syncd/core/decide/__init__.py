"""decide(event, known, rules, now) -> Decision: every decision syncd takes, each a pure function.

talking.py   a message: it opens a Request, or it is a reply in a linked thread
asking.py    the form: shown, submitted, cancelled, expired
filing.py    the ticket: created, refused, in doubt; replies that became comments
updating.py  a ticket was read: which comments the chat sees
moving.py    a ticket went to another project: whether it is followed
"""

from dataclasses import replace

from syncd.core import alarms
from syncd.core.commands import AddComment, AnnounceTicket, FileTicket, ShowForm
from syncd.core.decide import asking, filing, moving, talking, updating
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
    HiddenByPortal,
    Nothing,
    Posted,
    Received,
    RequestExpired,
    RequestSlow,
    Requeued,
    Shown,
    TicketChanged,
    TicketMoved,
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
        case TicketChanged() | CommentReread() | HiddenByPortal() | TicketMoved():
            return _looked_at(event, known, rules, now)
        case Delivered():
            return _delivered(event, known, rules, now)
        case Withheld():
            return updating.withheld(event, known, now)
        case Undeliverable():
            return _undeliverable(event, known, rules, now)
        case Doubtful():
            return _doubtful(event, known)
        case Requeued():
            return filing.requeued(event.delivery, known, now)
        case RequestExpired():
            return asking.expired(event, known, now)
        case RequestSlow():
            return filing.slow(event, known)
        case _:
            return _received(event, known, rules, now)


def _looked_at(
    event: TicketChanged | CommentReread | HiddenByPortal | TicketMoved,
    known: Known,
    rules: Rules,
    now: Ms,
) -> Decision:
    match event:
        case TicketChanged():
            return updating.ticket_changed(event, known, rules, now)
        case CommentReread():
            return updating.reread(event, known, now)
        case HiddenByPortal():
            return updating.hidden_by_portal(event, known, now)
        case TicketMoved():
            return moving.moved(event, known, rules)


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
        case BotAdded():
            return Decision("noted", joined=event.chat_id)
        case BotRemoved():
            return Decision("noted")


def _delivered(event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
    match event.outcome:
        case Shown():
            return asking.shown(event.outcome, known, rules, now)
        case Filed():
            return filing.filed(event.delivery, event.outcome, known, now)
        case Commented():
            return filing.commented(event.delivery, event.outcome, known, now)
        case Posted():
            return updating.posted(event.delivery, event.outcome)
        case Nothing():
            return Decision("done")


def _undeliverable(event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
    command = event.delivery.command
    match command:
        case FileTicket():
            return filing.not_filed(event, known, rules, now)
        case AddComment():
            return filing.not_commented(event, known)
        case ShowForm() if event.refused:
            return asking.form_refused(event.delivery, known)
        case ShowForm():
            return asking.form_in_doubt(event.delivery, known)
        case AnnounceTicket():
            return filing.not_announced(event, command, known, rules)
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
