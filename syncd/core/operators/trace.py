"""The sentences of `syncd trace`: what became of each message, comment and request."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from syncd.core.kinds import KINDS
from syncd.core.lifecycle import DELIVERY
from syncd.core.model import CommentId, DeliveryId, DeliveryState, MessageId
from syncd.core.operators.history import (
    CLAIM,
    DECIDED,
    EDITED,
    HIDDEN,
    LOOKED,
    POST,
    QUEUED,
    RECEIVED,
    SKIPPED,
    WAITS,
    WITHDRAWN,
    Deed,
    Entry,
    Story,
)

_NOTED = (POST, SKIPPED, HIDDEN, WAITS)
_LEADS_TO = {str(step): effect.after for (_, step), effect in DELIVERY.items()}


@dataclass
class _Read:
    """What the entries say, by delivery, comment and message."""

    deliveries: dict[DeliveryId, Story] = field(default_factory=dict)
    posts: dict[CommentId, Story] = field(default_factory=dict)
    comments: dict[CommentId, Entry | None] = field(default_factory=dict)
    """The last decision on each comment, None when only its delivery is on record."""
    edited: dict[CommentId, str] = field(default_factory=dict)
    """When those that were posted were edited last."""
    changes: dict[CommentId, Story] = field(default_factory=dict)
    """The last delivery that changes the comment's message."""
    withdrawn: dict[CommentId, str] = field(default_factory=dict)
    """Why those that were posted have to leave the chat."""
    withdrawals: dict[CommentId, Story] = field(default_factory=dict)
    messages: dict[MessageId, str] = field(default_factory=dict)


def sentences(entries: Iterable[Entry]) -> list[str]:
    """Return a sentence for each message, comment and request among the entries."""
    read = _Read()
    for entry in entries:
        _take(read, entry)
    told = (KINDS[s.kind].told(s) for s in read.deliveries.values() if s.kind in KINDS)
    return [*_of_messages(read), *filter(None, told), *_of_comments(read)]


def _take(read: _Read, entry: Entry) -> None:
    if entry.delivery_id:
        _take_delivery(read, entry)
    elif entry.what in _NOTED:
        read.comments[entry.comment_id] = entry
        read.withdrawn.pop(entry.comment_id, None)
    elif entry.what == EDITED:
        read.edited[entry.comment_id] = entry.detail
    elif entry.what == WITHDRAWN:
        read.withdrawn[entry.comment_id] = entry.detail
    elif entry.what == RECEIVED:
        read.messages.setdefault(entry.message_id, "received, not decided on yet")
    elif entry.what == DECIDED and entry.message_id and not entry.comment_id:
        read.messages[entry.message_id] = entry.detail


def _take_delivery(read: _Read, entry: Entry) -> None:
    story = read.deliveries.setdefault(entry.delivery_id, Story(entry.delivery_id))
    story.chat_id = entry.chat_id or story.chat_id
    story.ticket_key = entry.ticket_key or story.ticket_key
    story.comment_id = entry.comment_id or story.comment_id
    if entry.what == DECIDED:
        story.shown_as = entry.message_id or story.shown_as
        return
    if entry.what == QUEUED:
        story.kind, story.said = entry.detail, entry.message_id
        if entry.comment_id and story.kind in KINDS:
            _take_deed(read, KINDS[story.kind].deed, story, entry.comment_id)
        return
    story.state = DeliveryState.LEASED if entry.what == CLAIM else story.state
    story.state = _LEADS_TO.get(entry.what, story.state)
    if entry.what != CLAIM and (entry.detail or entry.what != LOOKED):
        story.reason = entry.detail or story.reason


def _take_deed(read: _Read, deed: Deed | None, story: Story, comment: CommentId) -> None:
    if deed is Deed.POST:
        read.posts[comment] = story
        read.comments.setdefault(comment, None)
        for earlier in (read.edited, read.changes, read.withdrawn, read.withdrawals):
            earlier.pop(comment, None)
    elif deed is Deed.CHANGE:
        read.changes[comment] = story
    elif deed is Deed.WITHDRAW:
        read.withdrawals[comment] = story


def _of_messages(read: _Read) -> Iterator[str]:
    carried = {s.said: s for s in read.deliveries.values() if s.said and _carries(s)}
    for id, decided in read.messages.items():
        story = carried.get(id)
        if story is None:
            yield f"Message {id}: {decided}."
        elif story.is_done:
            where = f"comment {story.comment_id} on {story.ticket_key or 'its ticket'}"
            yield f"Message {id} was carried over: it is {where}."
        else:
            over = story.perhaps("was not carried over", "may have been carried over")
            yield f"Message {id} {over}: {story.why_not()}."


def _carries(story: Story) -> bool:
    """Tell whether it brought the message to its ticket; others only name it."""
    return story.kind in KINDS and KINDS[story.kind].comments


def _of_comments(read: _Read) -> Iterator[str]:
    for id, note in read.comments.items():
        story = read.posts.get(id)
        if story is None or (note is not None and note.what != POST):
            why = f"{note.what}, {note.detail}" if note is not None else "nothing is known of it"
            yield f"Comment {id} was not posted: {why}."
        elif not story.is_done:
            posted = story.perhaps("was not posted", "may have been posted")
            yield f"Comment {id} {posted}: {story.why_not()}."
        else:
            posted = f"Comment {id} was posted in {story.chat_id} as {story.shown_as}"
            yield f"{posted}{_edited(read, id)}{_withdrawn(read, id)}."


def _edited(read: _Read, id: CommentId) -> str:
    if id not in read.edited:
        return ""
    change = read.changes.get(id)
    late = ""
    if change is not None and not change.is_done:
        late = f" (not shown yet: {change.why_not()})"
    return f", edited at {read.edited[id]}{late}"


def _withdrawn(read: _Read, id: CommentId) -> str:
    if id not in read.withdrawn:
        return ""
    gone, why = read.withdrawals.get(id), read.withdrawn[id]
    if gone is None or gone.is_done:
        return f", is no longer public ({why}) and was withdrawn"
    return f", is no longer public ({why}) and still stands there: {gone.why_not()}"
