"""What stands in the chat and is not true any more: hidden, deleted and edited comments."""

from dataclasses import replace
from datetime import UTC, datetime

from syncd.core import watching
from syncd.core.decide.changes import CANDIDATES
from syncd.core.decide.versions import digest_of, is_edited
from syncd.core.delivery import Decision, Order
from syncd.core.events import CommentReread, CommentsHidden, TicketChanged
from syncd.core.files.found import of_files
from syncd.core.kinds.files.show_file import keys_of_files, show_files
from syncd.core.kinds.post_update import update_key
from syncd.core.kinds.replace_update import replace_update
from syncd.core.kinds.withdraw import withdraw
from syncd.core.known import Known, Rules
from syncd.core.model import (
    Comment,
    CommentId,
    Link,
    Ms,
    Plan,
    SeenComment,
    SeenVerdict,
    Ticket,
)
from syncd.core.operators.history import EDITED, WITHDRAWN, Note
from syncd.core.publicity import Publicity, first_test, surely_hidden, why_hidden
from syncd.core.watching import Look, Reason

NOT_THERE = "deleted, or restricted to a role that we do not have"


def untrue(event: TicketChanged, known: Known, now: Ms) -> Decision:
    """Return what follows for the comments that were told, as this reading of their ticket has
    them; its reason is empty where all of it is true."""
    told = [c for c in event.ticket.comments if _is_told(c.id, known)]
    hidden = {c.id: why_hidden(c.signs) for c in told if surely_hidden(c.signs)}
    hidden |= {id: NOT_THERE for id in event.gone if _is_told(id, known)}
    gone = _gone(hidden, known, now)
    changed = _edited([c for c in told if c.id not in hidden], event, known, now)
    reasons = [reason for reason in (changed.reason, gone.reason) if reason]
    return Decision(
        ", ".join(reasons),
        seen=(*changed.seen, *gone.seen),
        orders=(*changed.orders, *gone.orders),
        looks=(*changed.looks, *gone.looks),
        revive=changed.revive,
        withhold=gone.withhold,
        notes=(*changed.notes, *gone.notes),
    )


def _edited(told: list[Comment], event: TicketChanged, known: Known, now: Ms) -> Decision:
    """Have the messages changed whose comments say something else now, or may show old words."""
    ticket, link, plan = event.ticket, known.sure_link(), known.chat.plan
    public = [c for c in told if first_test(c.signs) is Publicity.PUBLIC]
    edited = [c for c in public if is_edited(known.seen[c.id], c)]
    unsure = [c for c in public if c not in edited and _is_unsure(c.id, known, now)]
    later = (known.seen[c.id].again_ms for c in told)
    return Decision(
        f"{len(edited)} edited" if edited else "",
        seen=(
            *(_as_edited(known.seen[c.id], c) for c in edited),
            *(replace(known.seen[c.id], again_ms=Ms(0)) for c in unsure),
        ),
        orders=(
            *(replace_update(c, ticket, link, plan, now) for c in edited),
            *(order for c in edited for order in _files_of(c, ticket, link, plan, known)),
            *(replace_update(c, ticket, link, plan, now, again=True) for c in unsure),
        ),
        looks=tuple(Look(link.ticket_id, Reason.READ, due) for due in later if due > now),
        # The portal may know a file's comment later than Jira does.
        revive=tuple(
            keys_of_files(link.ticket_id, c.id, known.seen[c.id].times) for c in public if c.files
        ),
        notes=tuple(Note(c.id, EDITED, _stamp(c)) for c in edited),
    )


def _files_of(
    comment: Comment, ticket: Ticket, link: Link, plan: Plan, known: Known
) -> tuple[Order, ...]:
    """Order the files that an edit has added; the others are ordered already."""
    return show_files(comment, ticket, link, plan, known.seen[comment.id].times)


def reread(event: CommentReread, known: Known, rules: Rules, now: Ms) -> Decision:
    """Decide on a comment that was read again by its id.

    Withdraw a shown one that is no longer public; have the ticket read when one was edited, or when
    a hidden, withheld or withdrawn one seems public.
    """
    link, before = known.link, known.seen.get(event.comment_id)
    if link is None or before is None:
        return Decision("the comment is not on record")
    if is_as_before(before, event.comment):
        return Decision("as before")
    if before.verdict in CANDIDATES or not surely_hidden(event.comment.signs):
        why = "it may be public again" if before.verdict in CANDIDATES else "it was edited"
        return Decision(why, looks=(Look(link.ticket_id, Reason.READ, now),))
    return _gone({event.comment_id: why_hidden(event.comment.signs)}, known, now)


def comments_hidden(event: CommentsHidden, known: Known, rules: Rules, now: Ms) -> Decision:
    """Withdraw the comments that are shown, and withhold those whose post still waits."""
    told = [id for id in event.comment_ids if _is_told(id, known)]
    if known.link is None or not told:
        return Decision("nothing of it is shown")
    return _gone(dict.fromkeys(told, event.why), known, now)


def is_as_before(seen: SeenComment, comment: Comment) -> bool:
    """Tell whether a comment that was read again needs no decision."""
    public = first_test(comment.signs) is Publicity.PUBLIC
    if seen.verdict in CANDIDATES:
        return not public
    if seen.verdict is not SeenVerdict.TOLD:
        return True
    return not surely_hidden(comment.signs) and not (public and is_edited(seen, comment))


def _gone(why: dict[CommentId, str], known: Known, now: Ms) -> Decision:
    """Take away what is shown of these comments, be it their files alone; what waits to be shown is
    withheld."""
    link = known.sure_link()
    standing = {id: (*known.shown.get(id, ()), *known.shown.get(of_files(id), ())) for id in why}
    shown = {id: known.seen[id] for id, messages in standing.items() if messages}
    waiting = tuple(
        update_key(link.ticket_id, id, known.seen[id].times) for id in why if id not in known.shown
    )
    reasons = sorted({why[id] for id in shown})
    return Decision(
        f"withdrawn: {', '.join(reasons)}" if shown else "not shown yet" if waiting else "",
        link=link if waiting else None,
        seen=tuple(_withdrawn(one, now) for one in shown.values()),
        orders=tuple(withdraw(message, id, link) for id in shown for message in standing[id]),
        looks=watching.of_verdicts(link.ticket_id, [SeenVerdict.WITHDRAWN] * bool(shown), now),
        withhold=(
            *waiting,
            *(keys_of_files(link.ticket_id, id, known.seen[id].times) for id in why),
        ),
        notes=tuple(Note(id, WITHDRAWN, why[id]) for id in shown),
    )


def _withdrawn(one: SeenComment, now: Ms) -> SeenComment:
    verdict, times = SeenVerdict.WITHDRAWN, one.times + 1
    return SeenComment(one.ticket_id, one.comment_id, verdict, now, times)


def _as_edited(seen: SeenComment, comment: Comment) -> SeenComment:
    digest = digest_of(comment.body)
    edits = seen.edits + (seen.shown not in ("", digest))
    return replace(seen, edited_ms=comment.updated_ms, digest=digest, edits=edits)


def _is_told(comment_id: CommentId, known: Known) -> bool:
    seen = known.seen.get(comment_id)
    return seen is not None and seen.verdict is SeenVerdict.TOLD


def _is_unsure(comment_id: CommentId, known: Known, now: Ms) -> bool:
    """Tell whether the time has come to change its message once more."""
    return 0 < known.seen[comment_id].again_ms <= now and comment_id in known.shown


def _stamp(comment: Comment) -> str:
    return datetime.fromtimestamp(comment.updated_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
