"""CorrectUpdate: what a comment says now, below a message that cannot be changed any more."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core import watching
from syncd.core.delivery import Decision
from syncd.core.ends import Delivered
from syncd.core.kinds.post_update import ShowsComment
from syncd.core.kinds.withdraw import withdraw
from syncd.core.known import Known, Rules
from syncd.core.model import (
    MessageId,
    Ms,
    Origin,
    SeenComment,
    SeenVerdict,
    Twin,
)
from syncd.core.operators.history import Deed
from syncd.core.watching import KEPT_BACK_MS, Look, Reason, later


# A card can be changed for 14 days:
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-card/patch
@dataclass(frozen=True)
class CorrectUpdate(ShowsComment):
    """Answer the message that shows earlier words of a comment with its present ones."""

    deed: ClassVar[Deed | None] = Deed.CHANGE
    in_public: ClassVar[bool] = True
    lasting: ClassVar[bool] = True

    corrects: MessageId
    """The message below which it is posted."""
    times: int
    """`SeenComment.times` of the message that it corrects."""

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Record it as one more message that shows the comment; take it away again where the
        comment was hidden meanwhile."""
        message, outcome = event.outcome.message_id, event.outcome
        before, link = known.seen.get(self.comment_id), known.sure_link()
        if before is None or not message:
            return kept_back(outcome.kept_back or "nothing to correct", before, now)
        about = self.ticket_id, self.comment_id, Origin.HELPDESK, self.times
        twin = Twin(message, *about, corrects=True)
        if before.verdict is not SeenVerdict.TOLD or before.times != self.times:
            order = withdraw(message, self.comment_id, link)
            return Decision("it was hidden meanwhile", twins=(twin,), orders=(order,))
        seen = replace(before, shown=outcome.digest, updated_ms=now)
        looks = watching.of_shown(self.ticket_id, before.updated_ms, now)
        if not outcome.digest:
            seen = later(seen, now)
            looks = (*looks, Look(self.ticket_id, Reason.READ, now))
        orders = self.translated(outcome.digest, known, rules, event.delivery.id)
        return Decision("corrected below", twins=(twin,), seen=(seen,), looks=looks, orders=orders)


def kept_back(why: str, before: SeenComment | None, now: Ms) -> Decision:
    """Look at once whether the comment has to leave the chat, and later change its message."""
    if before is None or before.verdict is not SeenVerdict.TOLD:
        return Decision(why)
    looks = (Look(before.ticket_id, Reason.READ, now), Look(before.ticket_id, Reason.PORTAL, now))
    return Decision(why, seen=(later(before, Ms(now + KEPT_BACK_MS)),), looks=looks)
