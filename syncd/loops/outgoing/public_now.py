"""A comment as it is this moment, if everybody may read it: asked for just before it is said."""

from collections.abc import Callable
from dataclasses import dataclass

from syncd.core.model import Comment, CommentId, TicketKey
from syncd.core.publicity import Publicity, first_test, why_hidden
from syncd.loops.outgoing.performing import Tools
from syncd.loops.outgoing.refusals import waits_for_operators


@dataclass(frozen=True)
class NotSayable:
    """The comment may not be said now. `unreadable`: nobody says whether it is public."""

    reason: str
    unreadable: bool = False


def on_portal(tools: Tools, key: TicketKey, comment_id: CommentId) -> NotSayable | None:
    """Return why the portal keeps the comment back; None when it says that it is public."""
    publicity = tools.gate.publicity(key, comment_id)
    if publicity is Publicity.NOT_PUBLIC:
        return NotSayable("the portal does not show this comment")
    if publicity is Publicity.UNREADABLE:
        return NotSayable("the portal does not say whether it shows this", unreadable=True)
    return None


def by_its_signs(read: Callable[[], Comment | None]) -> Comment | NotSayable:
    """Return the comment as Jira has it now: only its own signs show a restriction to a role."""
    with waits_for_operators("read comments"):
        fresh = read()
    if fresh is None:
        return NotSayable("the comment is not there just now", unreadable=True)
    if first_test(fresh.signs) is not Publicity.PUBLIC:
        return NotSayable(why_hidden(fresh.signs))
    return fresh


def public_now(tools: Tools, key: TicketKey, comment_id: CommentId) -> Comment | NotSayable:
    """Return the comment where both say that it is public."""
    no = on_portal(tools, key, comment_id)
    read = tools.helpdesk.comment_details
    return no or by_its_signs(lambda: read([comment_id]).get(comment_id))
