"""Writes a reply as a comment on the ticket, and looks for one whose answer was lost."""

from syncd.core import text
from syncd.core.decide.moving import has_left
from syncd.core.delivery import Delivery
from syncd.core.desks.desk import project_of
from syncd.core.doubt import comment_is_absent, is_fresh, next_comment_look
from syncd.core.errors import Cause, Rejected, Unavailable
from syncd.core.kinds.add_comment import AddComment
from syncd.core.kinds.replies.revise_comment import recall_key
from syncd.core.lifecycle import may_be_filed
from syncd.core.model import Chat, DeliveryId, Link, Ms
from syncd.core.outcome import Outcome
from syncd.core.reaching.marks import mark
from syncd.core.retry import outlived
from syncd.core.text import Body
from syncd.core.wording import words
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.performing import Finding, Prepared, Ready
from syncd.loops.outgoing.refusals import waits_for_operators
from syncd.loops.watch.sight import proofs


class Performer(performing.Performer[AddComment]):
    def prepare(self, command: AddComment, delivery: Delivery, chat: Chat) -> Prepared:
        """Look up the ticket, which may not be there yet, and the author's name."""
        with self.tools.records.store.read() as tx:
            link = tx.links.of_thread(command.thread.root)
            request = tx.requests.get(delivery.request_id)
            recalled = tx.outbox.by_key(recall_key(command.message_id)) is not None
        wording = words(chat.language)
        if link is None and request is not None and may_be_filed(request.state):
            return performing.Wait("the form of this thread is not filed yet")
        if recalled or (link is None and command.early):
            return performing.Done()
        if link is None:
            raise Rejected("this thread has no ticket", Cause.GONE, wording.reason_no_ticket)
        if not chat.enabled:
            reason = f"the chat {chat.id} is not enabled"
            raise Rejected(reason, Cause.FORBIDDEN, wording.reason_not_served)
        author = self.tools.names.of(command.author, chat.id, wording)
        body = text.load(command.body)
        return Ready(lambda: self._write(link, author, body, mark(delivery), chat))

    def look(self, command: AddComment, delivery: Delivery, watched_ms: int, now: Ms) -> Finding:
        """Look for the comment that carries the delivery's id."""
        age = performing.since(delivery.first_sent_ms, now)
        later = performing.Later(next_comment_look(age, now))
        with self.tools.records.store.read() as tx:
            link = tx.links.of_thread(command.thread.root)
        if is_fresh(age) or link is None:
            return later
        try:
            comment = self.tools.helpdesk.find_comment(link.ticket_key, mark(delivery))
        except Rejected as exc:
            tired = outlived(delivery.enqueued_ms, now, self.tools.policy.patience)
            if not tired and not self._sees_others(link):
                raise Unavailable(f"we may not see the project: {exc}") from exc
            return performing.CannotTell(str(exc), refused=True)
        if comment is not None:
            return performing.Found(Outcome(comment_id=comment))
        proven = comment_is_absent(watched_ms, self.tools.policy.grace_ms)
        return performing.Absent() if proven else later

    def _write(self, link: Link, author: str, body: Body, key: DeliveryId, chat: Chat) -> Outcome:
        wording = words(chat.language)
        with waits_for_operators(f"comment on {link.ticket_key}"):
            try:
                written = self.tools.helpdesk.add_comment(link.ticket_key, author, body, key)
            except Rejected as exc:
                if exc.cause is Cause.TOO_LARGE:
                    raise Rejected(str(exc), Cause.CONTENT, wording.reason_too_large) from exc
                if exc.cause is Cause.GONE and self._is_gone(link):
                    reason = f"{link.ticket_key} is gone: {exc}"
                    raise Rejected(reason, Cause.GONE) from exc
                raise
        return Outcome(comment_id=written)

    def _is_gone(self, link: Link) -> bool:
        """Tell whether other tickets are seen and this one is not."""
        return self._sees_others(link) and not self.tools.helpdesk.keys([link.ticket_id])

    def _sees_others(self, link: Link) -> bool:
        """Tell whether others of its project are seen, so that this one is gone and not our
        permission; of a project that is not searched, whether any is."""
        rules = self.tools.records.rules
        project = "" if has_left(link.ticket_key, rules) else project_of(link.ticket_key)
        with self.tools.records.store.read() as tx:
            others = [id for id in proofs(tx, project) if id != link.ticket_id]
        return bool(others and self.tools.helpdesk.keys(others))
