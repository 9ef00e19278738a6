"""A linked ticket was read: which of its comments does the chat get to see?"""

from dataclasses import replace
from enum import StrEnum

from syncd.core import text
from syncd.core.changes import changes
from syncd.core.commands import (
    AnnounceTicket,
    Command,
    Delivery,
    OfferForm,
    Order,
    PostUpdate,
    Withdraw,
)
from syncd.core.decide import lanes, moving
from syncd.core.decide.known import Decision, Known, Rules
from syncd.core.events import CommentReread, HiddenByPortal, Posted, TicketChanged, Withheld
from syncd.core.history import HIDDEN, POST, SKIPPED, WAITS, WITHDRAWN, Note
from syncd.core.model import (
    AccountId,
    Anchor,
    Comment,
    CommentId,
    Link,
    Ms,
    Origin,
    Plan,
    SeenComment,
    SeenVerdict,
    Ticket,
    Twin,
)
from syncd.core.publicity import Publicity, first_test, surely_hidden, why_hidden

_ASK_AGAIN_MS = 3_600_000
"""What nobody could tell keeps its lane waiting each time that it is asked again."""
_LOOK_AGAIN_MS = 60_000
_LOOKS = 6
"""The portal may know a comment later than Jira does: so often the wait doubles."""


class _Fate(StrEnum):
    POST = "post"
    SKIP = "skip"
    HIDE = "hide"
    """Not public now; looked at again whenever the ticket is read."""
    WAIT = "wait"
    """It may be our own, of which the answer was lost; nothing after it may overtake it."""


_VERDICTS = {
    _Fate.POST: SeenVerdict.TOLD,
    _Fate.SKIP: SeenVerdict.SKIPPED,
    _Fate.HIDE: SeenVerdict.HIDDEN,
}
_SAID = {_Fate.POST: POST, _Fate.SKIP: SKIPPED, _Fate.HIDE: HIDDEN, _Fate.WAIT: WAITS}


def ticket_changed(event: TicketChanged, known: Known, rules: Rules, now: Ms) -> Decision:
    """Decide which comments are posted, in the order in which they were written."""
    link = known.link
    if link is None:
        return Decision("the ticket is not linked")
    orders: list[Order] = []
    seen: list[SeenComment] = []
    revive: list[str] = []
    fates: list[_Fate] = []
    notes: list[Note] = []
    for comment in changes(known.seen, event.ticket):
        fate, why = _fate(comment, event.ticket, event.ours, known)
        fates.append(fate)
        notes.append(Note(comment.id, _SAID[fate], why))
        if fate is _Fate.WAIT:
            break
        before = known.seen.get(comment.id)
        if fate is _Fate.HIDE and before is not None:
            continue
        verdict = _VERDICTS[fate]
        seen.append(SeenComment(link.ticket_id, comment.id, verdict, now))
        if fate is _Fate.POST:
            orders.append(lanes.post_update(_update(comment, event, link, known)))
            if before is not None and before.verdict is SeenVerdict.WITHHELD:
                revive.append(lanes.update_key(link.ticket_id, comment.id))
    withhold: list[str] = []
    for comment in _told_but_hidden(event.ticket, known):
        if comment.id in known.shown:
            orders.append(lanes.withdraw(_withdrawal(comment.id, link, known)))
            seen.append(_withdrawn(link, comment.id, now))
            notes.append(Note(comment.id, WITHDRAWN, why_hidden(comment.signs)))
        else:
            withhold.append(lanes.update_key(link.ticket_id, comment.id))
    waiting = _Fate.WAIT in fates or event.unread
    orders += moving.told_once(link, event.ticket.key, rules)
    told = _as_told(link, event.ticket, waiting)
    if moving.has_left(event.ticket.key, rules) and not waiting:
        told = replace(told, check_due=True, due_ms=Ms(now + moving.READ_AGAIN_MS))
    return Decision(
        _reason(fates),
        link=told,
        seen=tuple(seen),
        orders=tuple(orders),
        revive=tuple(revive),
        withhold=tuple(withhold),
        notes=tuple(notes),
    )


def reread(event: CommentReread, known: Known, now: Ms) -> Decision:
    """Withdraw what is proven not to be public; look again at what was kept back and now seems
    public. A comment that is None is one that the portal was asked for, and does not have."""
    link, before = known.link, known.seen.get(event.comment_id)
    if link is None or before is None:
        return Decision("the comment is not on record")
    if is_as_before(before, event.comment):
        return Decision("as before")
    if before.verdict in (SeenVerdict.HIDDEN, SeenVerdict.WITHHELD):
        return Decision("it may be public again", link=replace(link, check_due=True, due_ms=Ms(0)))
    if event.comment_id not in known.shown:
        waiting = lanes.update_key(link.ticket_id, event.comment_id)
        return Decision("not shown yet", link=link, withhold=(waiting,))
    order = lanes.withdraw(_withdrawal(event.comment_id, link, known))
    seen = _withdrawn(link, event.comment_id, now)
    gone = "deleted" if event.comment is None else "made internal"
    note = Note(event.comment_id, WITHDRAWN, gone)
    told = f"the comment was {gone}: withdrawn"
    return Decision(told, seen=(seen,), orders=(order,), notes=(note,))


def hidden_by_portal(event: HiddenByPortal, known: Known, now: Ms) -> Decision:
    """Withdraw what is shown; what is not posted yet is asked about before it is."""
    link = known.link
    if link is None:
        return Decision("the ticket is not linked")
    gone = [id for id in event.comment_ids if id in known.shown and _is_told(id, known)]
    return Decision(
        "hidden by the portal alone: withdrawn" if gone else "nothing of it is shown",
        seen=tuple(_withdrawn(link, id, now) for id in gone),
        orders=tuple(lanes.withdraw(_withdrawal(id, link, known)) for id in gone),
        notes=tuple(Note(id, WITHDRAWN, "hidden by the portal") for id in gone),
    )


def _is_told(comment_id: CommentId, known: Known) -> bool:
    seen = known.seen.get(comment_id)
    return seen is not None and seen.verdict is SeenVerdict.TOLD


def is_as_before(seen: SeenComment, comment: Comment | None) -> bool:
    """Tell whether a comment that was read once more, None when it is gone, calls for nothing."""
    if seen.verdict in (SeenVerdict.HIDDEN, SeenVerdict.WITHHELD):
        return comment is None or first_test(comment.signs) is not Publicity.PUBLIC
    told = seen.verdict is SeenVerdict.TOLD
    return not told or (comment is not None and not surely_hidden(comment.signs))


def _told_but_hidden(ticket: Ticket, known: Known) -> list[Comment]:
    """Return the comments that were queued for the chat, and now say that they are not public."""
    return [c for c in ticket.comments if _is_told(c.id, known) and surely_hidden(c.signs)]


def _withdrawal(comment_id: CommentId, link: Link, known: Known) -> Withdraw:
    return Withdraw(link.thread, known.shown[comment_id], link.ticket_key, link.portal_path)


def _withdrawn(link: Link, comment_id: CommentId, at_ms: Ms) -> SeenComment:
    return SeenComment(link.ticket_id, comment_id, SeenVerdict.WITHDRAWN, at_ms)


def posted(delivery: Delivery, outcome: Posted) -> Decision:
    """Remember that a comment and the message that shows it are the same remark.

    What had to be said above its thread is where that conversation goes on.
    """
    command = delivery.command
    anchors = _anchors(command, outcome)
    if not isinstance(command, PostUpdate):
        return Decision("said", anchors=anchors)
    twin = Twin(outcome.message_id, command.ticket_id, command.comment_id, Origin.HELPDESK)
    return Decision("the comment is shown", twins=(twin,), anchors=anchors)


def _anchors(command: Command, outcome: Posted) -> tuple[Anchor, ...]:
    if not outcome.above or not isinstance(command, PostUpdate | AnnounceTicket | OfferForm):
        return ()
    return (Anchor(command.thread, outcome.message_id),)


def withheld(event: Withheld, known: Known, now: Ms) -> Decision:
    """Remember that a comment was kept back, so that it is a candidate again."""
    command = event.delivery.command
    if not isinstance(command, PostUpdate):
        raise LookupError("only an update can be withheld")
    seen = SeenComment(command.ticket_id, command.comment_id, SeenVerdict.WITHHELD, now)
    wait_ms = _ask_again_ms(event)
    if known.link is None or wait_ms is None:
        return Decision(event.reason, seen=(seen,))
    due_ms = Ms(now + wait_ms)
    if known.link.check_due:
        due_ms = min(due_ms, known.link.due_ms)  # It is read sooner for another reason.
    link = replace(known.link, check_due=True, due_ms=due_ms)
    return Decision(event.reason, seen=(seen,), link=link)


def _ask_again_ms(event: Withheld) -> int | None:
    """Return how long to wait until the ticket is read again, None when the hourly reading does."""
    tries = max(event.delivery.tries, 1)
    if event.unreadable:
        return _ASK_AGAIN_MS
    return _LOOK_AGAIN_MS << (tries - 1) if tries <= _LOOKS else None


def _fate(comment: Comment, ticket: Ticket, ours: AccountId, known: Known) -> tuple[_Fate, str]:
    """Return what becomes of a comment, and why, for the operator."""
    if comment.ref or comment.id in known.twins:
        return _Fate.SKIP, "it came from the chat, or is shown there already"
    if comment.author.id == ours and known.comments_under_way:
        return _Fate.WAIT, "it may be our own, of which the answer was lost"
    if first_test(comment.signs) is not Publicity.PUBLIC:
        return _Fate.HIDE, why_hidden(comment.signs)
    stranger = _no_engineer(comment, ticket, ours)
    if known.chat.plan is Plan.ENTERPRISE and stranger:
        return _Fate.SKIP, f"plan enterprise shows engineers' answers, and {stranger}"
    return _Fate.POST, "public"


def _no_engineer(comment: Comment, ticket: Ticket, ours: AccountId) -> str:
    """Return why the author counts as no engineer, empty for one who does."""
    author = comment.author
    if author.id == ours:
        return "our own account wrote this"
    if author.id == ticket.reporter:
        return "the reporter wrote this"
    if author.id in ticket.participants:
        return "a participant of the ticket wrote this"
    return "" if author.kind == "atlassian" else f"its author's account is of kind {author.kind}"


def _update(comment: Comment, event: TicketChanged, link: Link, known: Known) -> PostUpdate:
    return PostUpdate(
        thread=link.thread,
        in_thread=known.chat.plan is Plan.PREMIUM,
        ticket_id=link.ticket_id,
        key=event.ticket.key,
        title=event.ticket.title,
        portal_path=link.portal_path,
        comment_id=comment.id,
        author=comment.author.name,
        body=text.dump(comment.body),
        read_ms=event.read_ms,
    )


def _as_told(link: Link, ticket: Ticket, waiting: bool) -> Link:
    return replace(
        link,
        ticket_key=ticket.key,
        title=ticket.title,
        status=ticket.status,
        updated_seen=link.updated_seen if waiting else ticket.updated,
        check_due=waiting,
        due_ms=Ms(0),
    )


def _reason(fates: list[_Fate]) -> str:
    counts = {fate: fates.count(fate) for fate in _Fate if fate in fates}
    return ", ".join(f"{count} to {fate}" for fate, count in counts.items()) or "nothing new"
