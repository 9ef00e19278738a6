"""What performing a command produced."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from syncd.core.model import Anchor, CommentId, Filed, MessageId, Place, Thread
from syncd.core.ticket_card.details import NO_DETAILS, Details
from syncd.core.ticket_card.moves import Move

if TYPE_CHECKING:
    from syncd.core.events import AskedByReaction


@dataclass(frozen=True)
class Outcome:
    """What performing a command produced; what does not apply is empty."""

    message_id: MessageId = MessageId("")
    """The message that shows it; empty also for a card that nobody can take away."""
    place: Place | None = None
    """How a form reached its asker."""
    own_address: str = ""
    """The asker's address as the profile showed it."""
    above: bool = False
    """Posted at the top level of the group, because the root of its thread is gone."""
    comment_id: CommentId = CommentId("")
    filed: Filed | None = None
    described: bool = True
    """Whether the new ticket has a description, which took what the Request has for it."""
    shared: bool = False
    """Whether it was raised for a shared account, so that the typed address has to be told."""
    digest: str = ""
    """Digest of the comment's text that the message certainly shows now."""
    resolved: bool = False
    """Whether the ticket was resolved, as its card says it."""
    refused: bool = False
    """The message cannot be changed, now and later; or the ticket not be moved."""
    has_left: bool = False
    """Whoever asked for it is not in the group any more."""
    taken_back: bool = False
    """Whoever asked for it has taken the message back."""
    unproven: bool = False
    """The ticket has another status than before, and nothing says whether that was this."""
    moves: tuple[Move, ...] = ()
    """What the ticket's card offers."""
    moves_unread: bool = False
    """Whether the helpdesk could not be asked for them just now."""
    moves_asked: bool = False
    """Whether it was asked for them, and told."""
    details: Details = NO_DETAILS
    """What else the card shows."""
    kept_back: str = ""
    """Why the words of a comment were not said: it is not public, or nobody says whether it is."""
    put_off: bool = False
    """A change that brings no other words of the comment's own failed, and is not waited for."""
    translation: str = ""
    """A comment in another language, a text tree as `core.text.dump` writes it."""
    into: str = ""
    """Which language that is."""
    translated: bool = False
    """The message shows the comment with its translation, or the chat refuses that."""
    left_out: str = ""
    """Why a note took the place of a file, for its sender."""
    named: str = ""
    """What that file is called, where the command does not know it."""
    more: bool = False
    """The message that it is of holds another file."""
    standing: tuple[tuple[CommentId, bool], ...] = ()
    """The comments that a ticket had already, and whether each is public."""
    unreached: bool = False
    """A form was not shown, because there is no private way to its asker."""
    asked: "AskedByReaction | None" = None
    """What somebody asks for by an emoji, now that the message is known."""

    def anchors(self, thread: Thread) -> tuple[Anchor, ...]:
        """Return the thread's new anchor when this was posted at the top level, because the root
        of the thread is gone: our first message above it takes the root's place."""
        return (Anchor(thread, self.message_id),) if self.above else ()
