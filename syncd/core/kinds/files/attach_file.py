"""AttachFile: a picture or a file in the thread is attached to its ticket."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Decision, Delivery, Order
from syncd.core.ends import Delivered, Undeliverable
from syncd.core.events import ChatMessage
from syncd.core.files.found import InMessage
from syncd.core.kinds.add_comment import CarriesToTicket
from syncd.core.kinds.replies.mark_reply import mark_arrived, mark_in_part
from syncd.core.known import Known, Rules
from syncd.core.model import (
    MessageId,
    Ms,
    Origin,
    Request,
    RequestState,
    SeenComment,
    SeenVerdict,
    Twin,
)
from syncd.core.operators.history import Story
from syncd.core.outcome import Outcome
from syncd.core.reaching import lanes
from syncd.core.wording import words

_QUOTED = "quoted"


@dataclass(frozen=True)
class AttachFile(CarriesToTicket):
    """Attach one file of a message to the ticket, by a public comment of its own.

    The file itself is never stored: it is asked for when this is performed. Where it cannot be
    carried, a note takes its place. The comment carries the delivery's mark, by which it is found.
    """

    carries: ClassVar[bool] = True
    texts: ClassVar[tuple[str, ...]] = ("name",)

    key: str
    """By which Lark hands it out; empty: it is the file of that number of a quoted message, which
    is read first."""
    type: str
    """`image` or `file`."""
    name: str
    """What it is called; what it is, where it has no name."""
    number: int = 1
    """Which file of its message it is, counted from 1."""

    @property
    def about(self) -> str:
        return self.name

    @property
    def is_quoted(self) -> bool:
        return not self.key

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Record the comment as ours; tell the author what took the place of the file, if so."""
        came, delivery = event.outcome, event.delivery
        if not came.comment_id:
            marks = self._nowhere(delivery, known, rules)
            why = "there is no such file, or no ticket came of the form"
            return Decision(why, orders=() if self.is_quoted else marks)
        ticket_id = known.sure_link().ticket_id
        seen = SeenComment(ticket_id, came.comment_id, SeenVerdict.SKIPPED, now)
        # Of a message with words, their comment is the twin already.
        twin = Twin(self.message_id, ticket_id, came.comment_id, Origin.CHAT)
        twins = (twin,) if self.number == 1 and not self.is_quoted else ()
        orders = (self._next(delivery),) if came.more else ()
        reason = "the file is on the ticket"
        if came.left_out:
            reason = "a note took the place of the file"
            orders = (*orders, self._left_out(delivery, came, known, rules))
            marks = mark_in_part(self.message_id, str(delivery.id), known, rules)
        else:
            orders = (*orders, *self._arrived(delivery, known))
            marks = mark_arrived(self.message_id, delivery, known, rules)
        orders = orders if self.is_quoted else (*orders, *marks)
        return Decision(reason, twins=twins, seen=(seen,), orders=orders)

    def undeliverable(self, event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
        """Tell the author that the file did not reach the ticket."""
        wording = words(known.chat.language)
        told = wording.file_failed.format(name=self.name, reason=event.why(wording))
        if self.is_quoted:
            return self._tell_author(event.delivery, told, "lost")
        return self._lost(told, event.delivery, known, rules)

    @classmethod
    def told(cls, story: Story) -> str:
        if not story.is_done:
            return super().told(story)
        return f"A file is on the ticket: comment {story.comment_id}." if story.comment_id else ""

    def _next(self, delivery: Delivery) -> Order:
        following = replace(self, number=self.number + 1)
        of = delivery.dedupe_key.removeprefix("file:").rpartition(":")[0]
        key = file_key(of, following.number)
        request_id, person = delivery.request_id, delivery.person
        return Order(
            following,
            delivery.lane,
            key,
            self.thread.chat_id,
            request_id,
            written_ms=delivery.written_ms,
            person=person,
        )

    def _left_out(self, delivery: Delivery, came: Outcome, known: Known, rules: Rules) -> Order:
        link = known.sure_link()
        told = words(known.chat.language).file_left_out_told.format(
            name=came.named or self.name,
            key=link.ticket_key,
            reason=came.left_out,
            url=rules.portal_base + link.portal_path,
        )
        return self._word(delivery, told, "left-out")


def attach_files(event: ChatMessage, request: Request) -> tuple[Order, ...]:
    """Order that each file of a message is attached, in order and once."""
    early = request.state is RequestState.ASKED and not request.round
    return tuple(
        _order(_command(event, request, file, number, early=early), request, event)
        for number, file in enumerate(event.files, 1)
    )


def attach_quoted(event: ChatMessage, request: Request) -> tuple[Order, ...]:
    """Order that the files of the message are attached which the mention answers, if it has any:
    that is known when it is read."""
    if not request.answers:
        return ()
    file = InMessage("", "", _QUOTED)
    command = _command(event, request, file, 1, early=True)
    return (_order(replace(command, message_id=request.answers), request, event),)


def attach_files_of(message_id: MessageId, request: Request, asked_ms: Ms) -> Order:
    """Order that the files of a message are attached which somebody else may have written; as of
    one that is quoted, they are known when it is read."""
    command = AttachFile(
        thread=request.thread,
        message_id=message_id,
        author=request.asker,
        said_ms=asked_ms,
        key="",
        type="",
        name=_QUOTED,
        early=True,
    )
    return Order(
        command,
        lanes.in_helpdesk(request.thread.root),
        file_key(f"{_QUOTED}:{request.id}:{message_id}", 1),
        request.thread.chat_id,
        request.id,
        written_ms=asked_ms,
        person=request.asker,
    )


def _command(
    event: ChatMessage, request: Request, file: InMessage, number: int, *, early: bool
) -> AttachFile:
    return AttachFile(
        thread=request.thread,
        message_id=event.message_id,
        author=event.sender,
        said_ms=event.sent_ms,
        key=file.key,
        type=file.kind,
        name=file.name or file.kind,
        number=number,
        early=early,
    )


def _order(command: AttachFile, request: Request, event: ChatMessage) -> Order:
    of = f"quoted:{request.id}" if command.is_quoted else command.message_id
    return Order(
        command,
        lanes.in_helpdesk(request.thread.root),
        file_key(of, command.number),
        request.thread.chat_id,
        request.id,
        written_ms=event.sent_ms,
        person=event.sender,
    )


def file_key(of: str, number: int) -> str:
    """Return the dedupe key: each file of a message, or of what a mention answers, goes once."""
    return f"file:{of}:{number}"
