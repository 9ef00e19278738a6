"""ReplaceUpdate: the message that shows a comment is made to show it as it is now."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core import watching
from syncd.core.delivery import Decision, Order
from syncd.core.ends import Delivered
from syncd.core.kinds.correct_update import CorrectUpdate, kept_back
from syncd.core.kinds.post_update import ShowsComment
from syncd.core.known import Known, Rules
from syncd.core.model import (
    Comment,
    DeliveryId,
    Link,
    MessageId,
    Ms,
    Plan,
    SeenComment,
    SeenVerdict,
    Ticket,
)
from syncd.core.operators.history import Deed
from syncd.core.reaching import lanes
from syncd.core.watching import LATE_MS, Look, Reason, later


@dataclass(frozen=True)
class ReplaceUpdate(ShowsComment):
    """Show a comment's present words in the place of earlier ones.

    It names the comment only: what it says, and whether it is public, is asked for just before.
    """

    repeatable: ClassVar[bool] = True
    deed: ClassVar[Deed | None] = Deed.CHANGE

    again: bool = False
    """Whether it is repeated because nobody knows which words the message shows."""

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Record which words are shown; where the message can never be changed, order a
        correction below it. Where nothing could be said, have the ticket looked at again."""
        outcome, before = event.outcome, known.seen.get(self.comment_id)
        if before is None or before.verdict is not SeenVerdict.TOLD:
            return Decision("the comment is not shown any more")
        if outcome.kept_back:
            return kept_back(outcome.kept_back, before, now)
        if outcome.refused and outcome.digest == before.shown:
            return Decision("its message cannot be changed, and its words are true")
        if outcome.refused:
            order = self._correction(outcome.message_id, before, event.delivery.id)
            return Decision("its message cannot be changed: corrected below", orders=(order,))
        if outcome.put_off:
            due_ms = watching.put_off(before.updated_ms, now)
            return self._again("it failed and is tried again later", before, due_ms)
        if not outcome.digest:
            return self._unsaid(event, before, now)
        edits = max(before.edits, int(outcome.digest != before.shown))
        seen = replace(before, shown=outcome.digest, updated_ms=now, edits=edits)
        if event.delivery.sent_before_ms:
            seen = later(seen, Ms(now + LATE_MS))
        looks = watching.of_shown(self.ticket_id, before.updated_ms, now)
        if seen.again_ms > now:
            looks = (*looks, Look(self.ticket_id, Reason.READ, seen.again_ms))
        orders: tuple[Order, ...] = ()
        if not outcome.translated:
            orders = self.translated(outcome.digest, known, rules, event.delivery.id)
        reason = "the message shows it as it is now"
        return Decision(reason, seen=(seen,), looks=looks, orders=orders)

    def _unsaid(self, event: Delivered, before: SeenComment, now: Ms) -> Decision:
        """Where an earlier try may have said it all the same, and may yet come true after what is
        said next, have the message changed once more."""
        if not event.delivery.first_sent_ms:
            return Decision("nothing to change")
        return self._again("nothing to change now", before, Ms(now + LATE_MS))

    def _again(self, reason: str, before: SeenComment, due_ms: Ms) -> Decision:
        """Have the message changed once more then, or later."""
        seen = later(before, due_ms)
        looks = (Look(self.ticket_id, Reason.READ, seen.again_ms),)
        return Decision(reason, seen=(seen,), looks=looks)

    def _correction(self, message: MessageId, before: SeenComment, cause: DeliveryId) -> Order:
        command = CorrectUpdate(
            thread=self.thread,
            in_thread=self.in_thread,
            corrects=message,
            ticket_id=self.ticket_id,
            key=self.key,
            title=self.title,
            portal_path=self.portal_path,
            comment_id=self.comment_id,
            author=self.author,
            times=before.times,
        )
        lane = lanes.in_chat(self.thread.root)
        return Order(command, lane, f"correct:{cause}", self.thread.chat_id)


def replace_update(
    comment: Comment, ticket: Ticket, link: Link, plan: Plan, now: Ms, *, again: bool = False
) -> Order:
    """Order that the comment's message shows it as it is now, each version once."""
    command = ReplaceUpdate(
        thread=link.thread,
        in_thread=plan is Plan.PREMIUM,
        ticket_id=link.ticket_id,
        key=ticket.key,
        title=ticket.title,
        portal_path=link.portal_path,
        comment_id=comment.id,
        author=comment.author.name,
        again=again,
    )
    lane = lanes.in_chat(link.thread.root)
    key = f"replace:{link.ticket_id}:{comment.id}:{comment.updated_ms}:{now}"
    return Order(command, lane, key, link.thread.chat_id)
