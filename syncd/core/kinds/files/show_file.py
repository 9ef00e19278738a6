"""ShowFile: a file of a public comment is shown in the chat, below the comment."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core import watching
from syncd.core.delivery import Decision, Order
from syncd.core.ends import Delivered, Withheld
from syncd.core.files.found import of_files
from syncd.core.kinds.post_update import ShowsComment
from syncd.core.kinds.withdraw import withdraw
from syncd.core.known import Known, Rules
from syncd.core.model import (
    Comment,
    CommentId,
    Link,
    Ms,
    Origin,
    Plan,
    SeenComment,
    SeenVerdict,
    Ticket,
    TicketId,
    Twin,
)
from syncd.core.operators.history import Story
from syncd.core.reaching import lanes
from syncd.core.watching import Look, Reason

_MOST = 60
"""Files of one comment; the helpdesk takes no more at once."""


@dataclass(frozen=True)
class ShowFile(ShowsComment):
    """Show one file of a comment: in the group, or in the thread.

    It names the comment only: which file that is, and whether it may be shown, is asked for just
    before. Where it cannot be shown, a note with the ticket's link takes its place.
    """

    in_public: ClassVar[bool] = True
    lasting: ClassVar[bool] = True
    carries: ClassVar[bool] = True

    number: int
    """Which file of its comment it is, counted from 1."""
    times: int = 0
    """`SeenComment.times`: how often the comment was shown before and taken away."""

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Record that the message shows it, so that it leaves the chat with its comment; at once
        where that has left it meanwhile."""
        message_id = event.outcome.message_id
        if not message_id:
            return Decision("the comment has no such file")
        about = self.ticket_id, of_files(self.comment_id)
        twin = Twin(message_id, *about, Origin.HELPDESK, self.times)
        anchors = event.outcome.anchors(self.thread)
        orders: tuple[Order, ...] = ()
        if not self.is_due(known.seen.get(self.comment_id)):
            orders = (withdraw(message_id, self.comment_id, known.sure_link()),)
        reason = "the file is shown" + (", and its comment no more" if orders else "")
        return Decision(reason, twins=(twin,), anchors=anchors, orders=orders)

    def withheld(self, event: Withheld, known: Known, rules: Rules, now: Ms) -> Decision:
        """Have the ticket read again later, whose words the chat is to show; else what becomes of
        the comment decides what becomes of its files."""
        due_ms = None
        if self.is_due(known.seen.get(self.comment_id)):
            tries, unreadable = event.delivery.tries, event.unreadable
            due_ms = watching.withheld_again(tries, unreadable=unreadable, now=now)
        looks = () if due_ms is None else (Look(self.ticket_id, Reason.READ, due_ms),)
        return Decision(event.reason, looks=looks)

    def is_due(self, seen: SeenComment | None) -> bool:
        """Tell whether the chat is to show its comment now, and this time."""
        if seen is None or seen.verdict is not SeenVerdict.TOLD:
            return False
        return seen.times == self.times

    @classmethod
    def told(cls, story: Story) -> str:
        """Tell of a file that was not shown."""
        if story.is_done:
            return ""
        shown = story.perhaps("was not shown", "may have been shown")
        return f"A file of comment {story.comment_id} {shown}: {story.why_not()}."


def show_files(
    comment: Comment, ticket: Ticket, link: Link, plan: Plan, times: int = 0
) -> tuple[Order, ...]:
    """Order that each file of a comment is shown, in order and once, behind its comment."""
    first = ShowFile(
        thread=link.thread,
        in_thread=plan is Plan.PREMIUM,
        ticket_id=link.ticket_id,
        key=ticket.key,
        title=ticket.title,
        portal_path=link.portal_path,
        comment_id=comment.id,
        author=comment.author.name,
        number=1,
        times=times,
    )
    lane, keys = lanes.in_chat(link.thread.root), file_keys(comment, link.ticket_id, times)
    return tuple(
        Order(replace(first, number=number), lane, key, link.thread.chat_id)
        for number, key in enumerate(keys, 1)
    )


def file_keys(comment: Comment, ticket_id: TicketId, times: int = 0) -> tuple[str, ...]:
    """Return the dedupe keys: each file is shown once each time that its comment is."""
    return tuple(
        _key(ticket_id, comment.id, number, times)
        for number in range(1, min(comment.files, _MOST) + 1)
    )


def _key(ticket_id: TicketId, comment_id: CommentId, number: int, times: int) -> str:
    return f"{keys_of_files(ticket_id, comment_id, times)}{number}"


def keys_of_files(ticket_id: TicketId, comment_id: CommentId, times: int) -> str:
    """Return what the dedupe keys of a comment's files begin with, this time."""
    return f"show-file:{ticket_id}:{comment_id}:{times}:"
