"""Writes a reply as a comment on the ticket, and looks for one whose answer was lost."""

from collections.abc import Callable

from syncd.core import text
from syncd.core.decide.moving import has_left
from syncd.core.delivery import Delivery
from syncd.core.desks.desk import project_of
from syncd.core.doubt import comment_is_absent, is_fresh, next_comment_look
from syncd.core.errors import Cause, Rejected, Unavailable
from syncd.core.kinds.add_comment import AddComment
from syncd.core.kinds.replies.revise_comment import recall_key
from syncd.core.lifecycle import may_be_filed
from syncd.core.model import Chat, CommentId, Link, Ms, Thread
from syncd.core.outcome import Outcome
from syncd.core.reaching.marks import mark
from syncd.core.retry import outlived
from syncd.core.wording import words
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Done, Finding, Prepared, Ready, Tools, Wait
from syncd.loops.outgoing.refusals import waits_for_operators
from syncd.loops.watch.sight import proofs


class Performer(performing.Performer[AddComment]):
    def prepare(self, command: AddComment, delivery: Delivery, chat: Chat) -> Prepared:
        """Look up the ticket, which may not be there yet, and the author's name."""
        with self.tools.records.store.read() as tx:
            if tx.outbox.by_key(recall_key(command.message_id)) is not None:
                return Done()
        link = ticket_of(self.tools, command.thread, delivery, chat, early=command.early)
        if not isinstance(link, Link):
            return link
        author = self.tools.names.of(command.author, chat.id, words(chat.language))
        body, helpdesk = text.load(command.body), self.tools.helpdesk
        return Ready(
            lambda: written(
                self.tools,
                link,
                chat,
                lambda: helpdesk.add_comment(link.ticket_key, author, body, mark(delivery)),
            )
        )

    def look(self, command: AddComment, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        return look_on_ticket(self.tools, command.thread, delivery, watched_ms, now)


def ticket_of(
    tools: Tools, thread: Thread, delivery: Delivery, chat: Chat, *, early: bool
) -> Link | Wait | Done:
    """Return the ticket of the thread; Rejected where there will be none, or none any more.

    `early`: it was written before anybody submitted the form, and nobody waits for it.
    """
    with tools.records.store.read() as tx:
        link = tx.links.of_thread(thread.root)
        request = tx.requests.get(delivery.request_id)
    wording = words(chat.language)
    if link is None and request is not None and may_be_filed(request.state):
        return Wait("the form of this thread is not filed yet")
    if link is None and early:
        return Done()
    if link is None:
        raise Rejected("this thread has no ticket", Cause.GONE, wording.reason_no_ticket)
    if not chat.enabled:
        reason = f"the chat {chat.id} is not enabled"
        raise Rejected(reason, Cause.FORBIDDEN, wording.reason_not_served)
    return link


def look_on_ticket(
    tools: Tools, thread: Thread, delivery: Delivery, watched_ms: int, now: Ms
) -> Finding:
    """Look for the comment that carries the delivery's mark."""
    age = performing.since(delivery.first_sent_ms, now)
    later = performing.Later(next_comment_look(age, now))
    with tools.records.store.read() as tx:
        link = tx.links.of_thread(thread.root)
    if is_fresh(age) or link is None:
        return later
    try:
        comment = tools.helpdesk.find_comment(link.ticket_key, mark(delivery))
    except Rejected as exc:
        return unseen(tools, link, delivery, now, exc)
    if comment is not None:
        return performing.Found(Outcome(comment_id=comment))
    proven = comment_is_absent(watched_ms, tools.policy.grace_ms)
    return performing.Absent() if proven else later


def unseen(
    tools: Tools, link: Link, delivery: Delivery, now: Ms, why: Rejected
) -> performing.CannotTell:
    """Return that it can never be known, for a ticket that is not seen any more; Unavailable while
    it may be that we see nothing of its project."""
    tired = outlived(delivery.enqueued_ms, now, tools.policy.patience)
    if not tired and not _sees_others(tools, link):
        raise Unavailable(f"we may not see the project: {why}") from why
    return performing.CannotTell(str(why), refused=True)


def written(tools: Tools, link: Link, chat: Chat, write: Callable[[], CommentId]) -> Outcome:
    """Write on a ticket; what only operators can mend is Denied, and waits."""
    wording = words(chat.language)
    with waits_for_operators(f"comment on {link.ticket_key}"):
        try:
            comment = write()
        except Rejected as exc:
            if exc.cause is Cause.TOO_LARGE:
                raise Rejected(str(exc), Cause.CONTENT, wording.reason_too_large) from exc
            if exc.cause is Cause.GONE and _is_gone(tools, link):
                reason = f"{link.ticket_key} is gone: {exc}"
                raise Rejected(reason, Cause.GONE) from exc
            raise
    return Outcome(comment_id=comment)


def _is_gone(tools: Tools, link: Link) -> bool:
    """Tell whether other tickets are seen and this one is not."""
    return _sees_others(tools, link) and not tools.helpdesk.keys([link.ticket_id])


def _sees_others(tools: Tools, link: Link) -> bool:
    """Tell whether others of its project are seen, so that this one is gone and not our
    permission; of a project that is not searched, whether any is."""
    rules = tools.records.rules
    project = "" if has_left(link.ticket_key, rules) else project_of(link.ticket_key)
    with tools.records.store.read() as tx:
        others = [id for id in proofs(tx, project) if id != link.ticket_id]
    return bool(others and tools.helpdesk.keys(others))
