"""AddComment: a reply in the thread becomes a comment on the ticket, and what the ticket's
description cannot hold of the mention becomes its first ones."""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from syncd.core import text
from syncd.core.delivery import Command, Decision, Delivery, Order
from syncd.core.ends import Delayed, Delivered, DoubtLasts, Undeliverable
from syncd.core.kinds.filed.add_participant import add_participant
from syncd.core.kinds.replies.mark_reply import mark_arrived, mark_failed, mark_in_part
from syncd.core.kinds.replies.revise_comment import revise_comment
from syncd.core.kinds.tell_person import tell
from syncd.core.known import Known, Need, Rules
from syncd.core.model import (
    REPORTER,
    Destination,
    MessageId,
    Ms,
    Origin,
    PersonId,
    Request,
    RequestId,
    SeenComment,
    SeenVerdict,
    Thread,
    Twin,
)
from syncd.core.operators.history import Entry, Story
from syncd.core.prose import whole
from syncd.core.prose.parts import in_parts, numbered
from syncd.core.prose.plain import plain
from syncd.core.reaching import lanes
from syncd.core.text import Body
from syncd.core.wording import words
from syncd.core.wording.table import Wording


@dataclass(frozen=True)
class CarriesToTicket(Command):
    """What is said or sent in a thread is written on its ticket, by a public comment.

    JSM has no idempotency key; the comment carries the delivery's mark, by which it can be found.
    """

    destination: ClassVar[Destination] = Destination.JSM
    keyed: ClassVar[bool] = False
    only_where_served: ClassVar[bool] = False
    comments: ClassVar[bool] = True
    lasting: ClassVar[bool] = True

    thread: Thread
    message_id: MessageId
    """Empty when it is the rest of the mention that the ticket was made of."""
    author: PersonId
    said_ms: Ms
    early: bool = field(default=False, kw_only=True)
    """Whether it was said before anybody submitted the form: nobody waits for it then."""

    @property
    def about(self) -> str:
        """What tells it from others, in a word to its author."""
        return ""

    def answers_ms(self) -> Ms:
        return Ms(0) if self.early else self.said_ms

    def began_ms(self) -> Ms:
        return self.said_ms

    def delayed(self, event: Delayed, known: Known, rules: Rules, now: Ms) -> Decision:
        """Tell the author that it waits."""
        told = event.told or words(known.chat.language).reply_waits
        return self._tell_author(event.delivery, told, "waits")

    def doubt_lasts(self, event: DoubtLasts, known: Known, rules: Rules, now: Ms) -> Decision:
        """Tell the author that nobody knows whether it reached the ticket."""
        told = words(known.chat.language).reply_in_doubt
        return self._tell_author(event.delivery, told, "doubt")

    def names(self) -> Entry:
        return replace(super().names(), message_id=self.message_id)

    def _arrived(self, delivery: Delivery, known: Known) -> tuple[Order, ...]:
        """Tell an author who was worried that it is there."""
        if not delivery.worried:
            return ()
        told = words(known.chat.language).reply_arrived
        return (self._word(delivery, told, f"arrived:{delivery.tries}"),)

    def _nowhere(self, delivery: Delivery, known: Known, rules: Rules) -> tuple[Order, ...]:
        """Mark what was said before a form was submitted of which no ticket came; what was taken
        back is not marked, which is seen then."""
        if known.request is None or not known.request.round:
            return ()
        return mark_in_part(self.message_id, str(delivery.id), known, rules)

    def _lost(self, told: str, delivery: Delivery, known: Known, rules: Rules) -> Decision:
        """Tell the author that it did not arrive, which an emoji on the message says, too."""
        decision = self._tell_author(delivery, told, "lost")
        marks = mark_failed(self.message_id, f"{delivery.id}:{delivery.tries}", known, rules)
        return replace(decision, orders=(*decision.orders, *marks))

    def _tell_author(self, delivery: Delivery, told: str, occasion: str) -> Decision:
        order = self._word(delivery, told, occasion)
        return Decision(f"the author is told ({occasion})", orders=(order,))

    def _word(self, delivery: Delivery, told: str, occasion: str) -> Order:
        return tell(
            self.thread.chat_id,
            self.author,
            told,
            f"{occasion}:{delivery.id}",
            delivery.request_id,
            about=self.about,
            root=self.thread.root,
        )


@dataclass(frozen=True)
class AddComment(CarriesToTicket):
    """Write what somebody said in the thread, or a part of it."""

    texts: ClassVar[tuple[str, ...]] = ("body",)
    needs: ClassVar[tuple[Need, ...]] = (Need.AUTHOR, Need.EDITED)

    body: str
    """The message's text tree, as `core.text.dump` writes it."""
    part: int = 1
    """Which part of what was said it is, counted from 1."""

    @property
    def about(self) -> str:
        return plain(text.load(self.body))

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Record the message and the comment as twins; who was worried learns that it is there.

        Of several parts the first is the twin. Lark may tell of an edit before the message itself,
        and an operator may send again what was edited since: the comment is made to follow then.
        """
        comment_id = event.outcome.comment_id
        if not comment_id:
            marks = self._nowhere(event.delivery, known, rules)
            return Decision("it was taken back, or no ticket came of the form", orders=marks)
        link = known.sure_link()
        ticket_id = link.ticket_id
        seen = SeenComment(ticket_id, comment_id, SeenVerdict.SKIPPED, now)
        said = bool(self.message_id) and self.part == 1
        orders = add_participant(link, self.author, known) if said else ()
        orders += self._arrived(event.delivery, known)
        orders += mark_arrived(self.message_id, event.delivery, known, rules)
        if known.edited:
            chat_id = self.thread.chat_id
            orders += (revise_comment(chat_id, self.message_id, now, recalled=False),)
        twin = Twin(self.message_id, ticket_id, comment_id, Origin.CHAT)
        twins = (twin,) if said else ()
        reason = "the reply is a comment now"
        return Decision(reason, twins=twins, seen=(seen,), orders=orders)

    def undeliverable(self, event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
        """Tell the author that the reply did not reach the ticket."""
        wording = words(known.chat.language)
        told = wording.reply_failed.format(reason=event.why(wording))
        return self._lost(told, event.delivery, known, rules)

    @classmethod
    def told(cls, story: Story) -> str:
        """Return nothing of a reply: `trace` has a sentence for the message itself."""
        if story.said or not story.is_done:
            return "" if story.said else super().told(story)
        return f"What the description cannot hold of the mention is comment {story.comment_id}."


def add_comment(comment: AddComment, request_id: RequestId) -> tuple[Order, ...]:
    """Order the comment, or as many as it takes for its body, in order; each is written once."""
    parts = _dumped(in_parts(text.load(comment.body)))
    return tuple(
        _order(
            replace(comment, body=body, part=part),
            comment_key(comment.message_id, part),
            request_id,
            comment.said_ms,
        )
        for part, body in enumerate(parts, 1)
    )


def comment_key(message_id: MessageId, part: int) -> str:
    """Return the dedupe key of a part of a message."""
    return _of_part(f"comment:{message_id}", part)


def add_rest(
    request: Request, wording: Wording, *, described: bool, shared: bool
) -> tuple[Order, ...]:
    """Order what the description of a Request's ticket does not hold: before every reply.

    `described`: whether it has one; `shared`: it was raised for an account of many people.
    """
    lead = wording.reported_by.format(email=request.values.get(REPORTER, "")) if shared else ""
    parts = _dumped([*whole.of(request, wording, described=described, lead=lead).rest])
    rest = AddComment(request.thread, MessageId(""), request.asker, request.created_ms, "")
    return tuple(
        _order(
            replace(rest, body=body, part=part),
            _of_part(f"rest:{request.id}", part),
            request.id,
            Ms(0),
        )
        for part, body in enumerate(parts, 1)
    )


def _order(comment: AddComment, key: str, request_id: RequestId, written_ms: Ms) -> Order:
    lane, thread = lanes.in_helpdesk(comment.thread.root), comment.thread
    return Order(
        comment,
        lane,
        key,
        thread.chat_id,
        request_id,
        written_ms=written_ms,
        person=comment.author,
    )


def _of_part(key: str, part: int) -> str:
    return key if part == 1 else f"{key}:{part}"


def _dumped(parts: list[Body]) -> list[str]:
    """Return the parts as they are stored; each of several says which it is."""
    return [text.dump(part) for part in numbered(parts)]
