"""A history in plain sentences: what became of each message, comment and request."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from syncd.core.chronicle import NOTED
from syncd.core.history import CLAIM, DECIDED, LOOKED, POST, QUEUED, RECEIVED, WITHDRAWN, Step
from syncd.core.lifecycle import DELIVERY
from syncd.core.model import CommentId, DeliveryId, DeliveryState, MessageId

_LEADS_TO = {happened: after for (_, happened), after in DELIVERY.items()}
_ONLY_WHEN_LATE = ("ShowForm", "CloseForm", "OfferForm", "TellPerson", "Alert", "Withdraw")


@dataclass
class _Story:
    """One delivery, as its steps tell it."""

    id: DeliveryId
    kind: str = ""
    state: DeliveryState = DeliveryState.READY
    reason: str = ""
    chat_id: str = ""
    ticket_key: str = ""
    said: MessageId = MessageId("")
    """The message that a reply was."""
    shown_as: MessageId = MessageId("")
    comment_id: CommentId = CommentId("")


@dataclass
class _Read:
    """All that the steps tell."""

    deliveries: dict[DeliveryId, _Story] = field(default_factory=dict)
    comments: dict[CommentId, Step | None] = field(default_factory=dict)
    """What was decided last on each comment; None when only its delivery is on record."""
    withdrawn: dict[CommentId, str] = field(default_factory=dict)
    messages: dict[MessageId, str] = field(default_factory=dict)


def sentences(steps: Iterable[Step]) -> list[str]:
    """Return a sentence for each message, comment and request among the steps."""
    read = _Read()
    for step in steps:
        _take(read, step)
    return [*_of_messages(read), *_of_deliveries(read), *_of_comments(read)]


def _take(read: _Read, step: Step) -> None:
    if step.delivery_id:
        _take_delivery(read, step)
    elif step.what in NOTED:
        read.comments[step.comment_id] = step
    elif step.what == WITHDRAWN:
        read.withdrawn[step.comment_id] = step.detail
    elif step.what == RECEIVED:
        read.messages.setdefault(step.message_id, "received, not decided on yet")
    elif step.what == DECIDED and step.message_id and not step.comment_id:
        read.messages[step.message_id] = step.detail


def _take_delivery(read: _Read, step: Step) -> None:
    story = read.deliveries.setdefault(step.delivery_id, _Story(step.delivery_id))
    story.chat_id = step.chat_id or story.chat_id
    story.ticket_key = step.ticket_key or story.ticket_key
    story.comment_id = step.comment_id or story.comment_id
    if step.what == DECIDED:
        story.shown_as = step.message_id or story.shown_as
        return
    if step.what == QUEUED:
        story.kind, story.said = step.detail, step.message_id
        if step.comment_id:
            read.comments.setdefault(step.comment_id, None)
        return
    story.state = DeliveryState.LEASED if step.what == CLAIM else story.state
    story.state = _LEADS_TO.get(step.what, story.state)
    if step.what != CLAIM and (step.detail or step.what != LOOKED):
        story.reason = step.detail or story.reason


def _of_messages(read: _Read) -> Iterator[str]:
    replies = {story.said: story for story in read.deliveries.values() if story.said}
    for id, decided in read.messages.items():
        story = replies.get(id)
        if story is None:
            yield f"Message {id}: {decided}."
        elif story.state is DeliveryState.DONE:
            where = f"comment {story.comment_id} on {story.ticket_key or 'its ticket'}"
            yield f"Message {id} was carried over: it is {where}."
        else:
            over = _perhaps(story, "was not carried over", "may have been carried over")
            yield f"Message {id} {over}: {_why_not(story)}."


def _of_deliveries(read: _Read) -> Iterator[str]:
    for story in read.deliveries.values():
        done = story.state is DeliveryState.DONE
        if story.kind == "FileTicket":
            became = _perhaps(story, "became no ticket", "may have become a ticket")
            yield (
                f"The form became the ticket {story.ticket_key}."
                if done
                else f"The form {became}: {_why_not(story)}."
            )
        elif story.kind == "AnnounceTicket" and done:
            yield f"The link of {story.ticket_key} was posted as message {story.shown_as}."
        elif story.kind in (*_ONLY_WHEN_LATE, "AnnounceTicket") and not done:
            delivered = _perhaps(story, "was not delivered", "may have been delivered")
            yield f"{story.kind} {story.id} {delivered}: {_why_not(story)}."


def _of_comments(read: _Read) -> Iterator[str]:
    posts = {s.comment_id: s for s in read.deliveries.values() if s.kind == "PostUpdate"}
    for id, note in read.comments.items():
        story = posts.get(id)
        if story is None or (note is not None and note.what != POST):
            why = f"{note.what}, {note.detail}" if note is not None else "nothing is known of it"
            yield f"Comment {id} was not posted: {why}."
        elif story.state is not DeliveryState.DONE:
            posted = _perhaps(story, "was not posted", "may have been posted")
            yield f"Comment {id} {posted}: {_why_not(story)}."
        else:
            then = f"; then it was withdrawn: {read.withdrawn[id]}" if id in read.withdrawn else ""
            yield f"Comment {id} was posted in {story.chat_id} as {story.shown_as}{then}."


def _perhaps(story: _Story, was_not: str, may_have_been: str) -> str:
    return may_have_been if story.state is DeliveryState.DOUBT else was_not


def _why_not(story: _Story) -> str:
    reason = f", {story.reason}" if story.reason else ""
    match story.state:
        case DeliveryState.READY:
            return f"it waits{reason}"
        case DeliveryState.LEASED | DeliveryState.SENDING:
            return "it is under way"
        case DeliveryState.DOUBT:
            return f"nobody can tell whether it arrived{reason}"
        case DeliveryState.WITHHELD:
            return f"withheld{reason}; it comes back when the comment is public again"
        case _:
            return f"dead{reason}; see `syncd outbox show {story.id}`"
