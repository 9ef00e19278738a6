"""decide(event, known, rules, now) -> Decision: the table of events and what each one means.

talking.py   a message: it opens a Request, or it is a reply in a linked thread
wishes       what people want of tickets by a word, a button or an emoji
asking.py    the form: submitted, cancelled, wanted again, expired; a ticket that takes long
limiting.py  how much one person and one chat may ask and write
helping.py   what people are told who ask how it works, and a group that the bot joins
form.py      which fields the form shows, and whether what was typed is valid
updating.py  a ticket was read: which comments the chat sees
standing.py  what stands in the chat and is not true any more: hidden, deleted, edited comments
moving.py    a ticket went to another project: whether it is followed

What became of a delivery is decided by its kind, below `core/kinds`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from syncd.core import events as e
from syncd.core.decide import asking, helping, moving, standing, talking, updating
from syncd.core.decide.wishes import acting, commands, rating, reacting
from syncd.core.delivery import Decision
from syncd.core.ends import (
    Delayed,
    Delivered,
    Doubtful,
    DoubtLasts,
    Requeued,
    Undeliverable,
    Withheld,
)
from syncd.core.known import Known, Need, Rules
from syncd.core.model import MessageId, Ms, PersonId
from syncd.core.operators import alarms
from syncd.core.operators.history import DECIDED, Entry
from syncd.core.outcome import Outcome
from syncd.core.reaching.strangers import Met
from syncd.core.ticket_card.listed import Search


@dataclass(frozen=True)
class Meaning:
    """What is done about one type of event."""

    decide: Callable[[Any, Known, Rules, Ms], Decision]
    about: Callable[[Any], Entry]
    """Returns the ids that the event names: they find its Request and its Link, and the history
    has them."""
    needs: tuple[Need, ...] = ()
    """What has to be loaded besides its chat, its Request and its Link."""
    answers: Callable[[Any], tuple[MessageId, ...]] = lambda event: ()
    """Messages that the event quotes; if one of them is about a ticket, so is the event."""
    by: Callable[[Any, PersonId], PersonId] = lambda event, bot: PersonId("")
    """Whose budgets and open forms have to be known; empty: nobody's."""
    follows: Callable[[Any, PersonId], MessageId] = lambda event, bot: MessageId("")
    """The message that has to be decided on first, should it still be on its way; empty: none."""
    asks: Callable[[Any, Known], Search | None] = lambda event, known: None
    """Which tickets it asks for, which have to be known."""
    needs_of: Callable[[Any], tuple[Need, ...]] = lambda event: ()
    """What one event of that type needs besides."""
    met: Callable[[Any], tuple[Met, ...]] = lambda event: ()
    """What it tells of people."""
    present: Callable[[Any], Mapping[PersonId, bool]] = lambda event: {}
    """Who is certainly in its chat, or not any more."""
    sent_ms: Callable[[Any], Ms] = lambda event: Ms(0)
    """When that was so, by the chat's clock; 0: nobody knows."""
    moved: bool = False
    """Whether they came or left just then."""
    actor: Callable[[Any], PersonId] = lambda event: PersonId("")
    """Who acts, and has to be allowed to; empty: nobody."""
    told: Callable[[Any, Decision], bool] = lambda event, decision: True
    """Whether the decision gets an entry in the history."""


def decide(event: e.Event, known: Known, rules: Rules, now: Ms) -> Decision:
    """Return what an event means, given what is on record. Pure: nothing is read or written."""
    return MEANINGS[type(event)].decide(event, known, rules, now)


def _undeliverable(event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
    decision = event.delivery.command.undeliverable(event, known, rules, now)
    return replace(decision, orders=(*decision.orders, *alarms.dead(event, rules)))


def _withheld(event: Withheld, known: Known, rules: Rules, now: Ms) -> Decision:
    decision = event.delivery.command.withheld(event, known, rules, now)
    return replace(decision, orders=(*decision.orders, *alarms.withheld(event, rules)))


def _delayed(event: Delayed, known: Known, rules: Rules, now: Ms) -> Decision:
    decision = event.delivery.command.delayed(event, known, rules, now)
    what = event.delivery.command.kind()
    alarm = alarms.denied(what, event.reason, rules, now) if event.delivery.command.alarming else ()
    return replace(decision, orders=(*decision.orders, *alarm))


def _message(event: e.ChatMessage) -> Entry:
    root = event.thread_root or event.message_id
    return Entry(DECIDED, chat_id=event.chat_id, thread_root=root, message_id=event.message_id)


def _asked(event: e.AskedByReaction) -> Entry:
    return _message(event.message)


def _revised(event: e.MessageRevised) -> Entry:
    return Entry(DECIDED, chat_id=event.chat_id, message_id=event.message_id)


def _of_message(event: e.ChatMessage) -> tuple[Met, ...]:
    """The sender's name does not come with it; those do whom it mentions. One that mentions nobody
    is hardly worth looking up what is known."""
    if not event.named:
        return ()
    named = (Met(n.person, n.name, n.tenant) for n in event.named)
    sender = (Met(event.sender, "", event.tenant),) if event.from_person else ()
    return (*named, *sender)


def _sender(event: e.ChatMessage) -> PersonId:
    """Whoever mentions nobody asks for nothing that not everybody may."""
    return event.sender if event.from_person and event.named else PersonId("")


def _present(event: e.ChatMessage) -> Mapping[PersonId, bool]:
    sender = "" if event.direct else _sender(event)
    return {PersonId(sender): True} if sender else {}


def _sent_ms(event: e.ChatMessage | e.PeopleJoined | e.PeopleLeft) -> Ms:
    return event.sent_ms


def _operator(event: e.Click) -> PersonId:
    return event.operator


def _met(event: e.Click) -> tuple[Met, ...]:
    return event.met


def _word(event: e.WordWanted) -> Entry:
    return replace(_click(event), delivery_id=event.shown_by, chat_id=event.chat_id)


def _rated(event: e.RatingGiven) -> Entry:
    return replace(_click(event), delivery_id=event.shown_by)


def _click(event: e.Click) -> Entry:
    return Entry(DECIDED, request_id=event.request_id, message_id=event.card)


def _chat(event: e.BotAdded | e.BotRemoved | e.PeopleJoined | e.PeopleLeft) -> Entry:
    return Entry(DECIDED, chat_id=event.chat_id)


def _request(event: e.RequestExpired | e.RequestSlow | e.RequestUnused) -> Entry:
    return Entry(DECIDED, request_id=event.request_id)


def _ticket_read(event: e.TicketChanged) -> Entry:
    return Entry(DECIDED, ticket_id=event.ticket.id)


def _ticket(event: e.CommentsHidden | e.TicketMoved) -> Entry:
    return Entry(DECIDED, ticket_id=event.ticket_id)


def _comment(event: e.CommentReread) -> Entry:
    return Entry(DECIDED, ticket_id=event.ticket_id, comment_id=event.comment_id)


def _delivery(
    event: Undeliverable | Withheld | Delayed | Doubtful | DoubtLasts | Requeued,
) -> Entry:
    return event.delivery.entry(DECIDED)


def _outcome(event: Delivered) -> Entry:
    entry, came = event.delivery.entry(DECIDED), event.outcome
    return replace(
        entry,
        message_id=came.message_id or entry.message_id,
        comment_id=came.comment_id or entry.comment_id,
        ticket_id=came.filed.id if came.filed else entry.ticket_id,
        ticket_key=came.filed.key if came.filed else entry.ticket_key,
    )


def _unless_empty(event: object, decision: Decision) -> bool:
    return not decision.is_empty


def _came(event: Delivered, decision: Decision) -> bool:
    return event.outcome != Outcome()


MEANINGS: dict[type[Any], Meaning] = {
    e.ChatMessage: Meaning(
        talking.message,
        _message,
        (Need.BOT, Need.FRESH_ID, Need.CARD),
        lambda event: event.answers,
        talking.spender,
        talking.follows,
        asks=commands.search,
        met=_of_message,
        present=_present,
        sent_ms=_sent_ms,
        actor=_sender,
    ),
    e.FormSubmitted: Meaning(
        asking.submitted,
        _click,
        (Need.FORM, Need.OWN_ADDRESS, Need.THREAD),
        met=_met,
        actor=_operator,
    ),
    e.FormCancelled: Meaning(asking.cancelled, _click, met=_met),
    e.FormWanted: Meaning(asking.wanted, _click, met=_met, actor=_operator),
    e.AddressForgotten: Meaning(asking.forgotten, _click, met=_met),
    e.WordWanted: Meaning(asking.word, _word, (Need.DELIVERY,), met=_met),
    e.MoveWanted: Meaning(
        acting.clicked,
        _click,
        (Need.THREAD,),
        by=lambda event, bot: event.operator,
        met=_met,
        actor=_operator,
    ),
    e.RatingGiven: Meaning(
        rating.given, _rated, (Need.THREAD, Need.CARD, Need.DELIVERY, Need.RATED), met=_met
    ),
    e.MessageRevised: Meaning(talking.revised, _revised, told=_unless_empty),
    e.Reacted: Meaning(
        reacting.reacted,
        lambda event: Entry(DECIDED, message_id=event.message_id),
        by=lambda event, bot: event.person,
        told=_unless_empty,
    ),
    e.AskedByReaction: Meaning(
        reacting.asked,
        _asked,
        (Need.BOT, Need.FRESH_ID),
        lambda event: event.message.answers,
        lambda event, bot: event.person,
        actor=lambda event: event.person,
    ),
    e.DirectChatOpened: Meaning(
        helping.opened, lambda event: Entry(DECIDED), told=lambda *_: False
    ),
    e.PeopleJoined: Meaning(
        helping.people_joined,
        _chat,
        met=lambda event: event.met,
        present=lambda event: {met.person: True for met in event.met},
        sent_ms=_sent_ms,
        moved=True,
        told=lambda *_: False,
    ),
    e.PeopleLeft: Meaning(
        helping.people_left,
        _chat,
        present=lambda event: dict.fromkeys(event.people, False),
        sent_ms=_sent_ms,
        moved=True,
        told=lambda *_: False,
    ),
    e.BotAdded: Meaning(helping.joined, _chat),
    e.BotRemoved: Meaning(helping.left, _chat),
    # The history has an entry for each comment instead (`Decision.notes`).
    e.TicketChanged: Meaning(
        updating.ticket_changed, _ticket_read, (Need.COMMENTS, Need.CARD), told=lambda *_: False
    ),
    e.CommentReread: Meaning(standing.reread, _comment, (Need.COMMENTS,), told=_unless_empty),
    e.CommentsHidden: Meaning(
        standing.comments_hidden, _ticket, (Need.COMMENTS,), told=_unless_empty
    ),
    e.TicketMoved: Meaning(moving.moved, _ticket),
    e.RequestExpired: Meaning(asking.expired, _request),
    e.RequestSlow: Meaning(asking.slow, _request),
    e.RequestUnused: Meaning(asking.unused, _request),
    Delivered: Meaning(
        lambda event, *case: event.delivery.command.done(event, *case),
        _outcome,
        needs_of=lambda event: event.delivery.command.needs,
        told=_came,
    ),
    Undeliverable: Meaning(_undeliverable, _delivery),
    Withheld: Meaning(_withheld, _delivery, needs_of=lambda event: event.delivery.command.needs),
    Delayed: Meaning(_delayed, _delivery),
    Doubtful: Meaning(
        lambda event, *case: event.delivery.command.in_doubt(event, *case), _delivery
    ),
    DoubtLasts: Meaning(
        lambda event, *case: event.delivery.command.doubt_lasts(event, *case), _delivery
    ),
    Requeued: Meaning(
        lambda event, *case: event.delivery.command.requeued(event, *case),
        _delivery,
        (Need.THREAD,),
    ),
}
