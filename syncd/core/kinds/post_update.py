"""PostUpdate: a public comment is shown in the chat."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core import text, watching
from syncd.core.delivery import Command, Decision, Delivery, Order
from syncd.core.ends import Delivered, Withheld
from syncd.core.kinds.translating.translate_update import translate_update
from syncd.core.known import Known, Need, Rules
from syncd.core.lifecycle import HOLDS_LANE
from syncd.core.model import (
    Comment,
    CommentId,
    DeliveryId,
    DeliveryState,
    Link,
    Ms,
    Origin,
    Plan,
    SeenComment,
    SeenVerdict,
    Thread,
    Ticket,
    TicketId,
    TicketKey,
    Twin,
)
from syncd.core.operators import alarms
from syncd.core.operators.history import Deed, Entry, Story
from syncd.core.reaching import lanes
from syncd.core.ticket_card.announced import OnCard
from syncd.core.watching import Look, Reason, later


@dataclass(frozen=True)
class ShowsComment(Command):
    """What the kinds have in common that put a comment before the chat's eyes: just before each is
    sent, the portal is asked whether it is public."""

    asks_portal: ClassVar[bool] = True
    needs: ClassVar[tuple[Need, ...]] = (Need.COMMENTS,)
    texts: ClassVar[tuple[str, ...]] = ("title", "author")

    thread: Thread
    in_thread: bool
    ticket_id: TicketId
    key: TicketKey
    title: str
    portal_path: str
    comment_id: CommentId
    author: str

    def names(self) -> Entry:
        return replace(
            super().names(),
            ticket_id=self.ticket_id,
            ticket_key=self.key,
            comment_id=self.comment_id,
        )

    def hidden_under_way(self, delivery: Delivery, known: Known, rules: Rules, now: Ms) -> Decision:
        """Have the ticket read again soon while it may be under way: it can be withdrawn only
        once it is there. If it was given up in doubt, operators have to look in the chat."""
        if delivery.state in HOLDS_LANE:
            look = Look(self.ticket_id, Reason.READ, Ms(now + watching.UNDER_WAY_MS))
            return Decision("it may be under way", looks=(look,))
        if delivery.state is DeliveryState.DEAD and delivery.was_uncertain:
            orders = alarms.may_stand(self.key, delivery.id, rules)
            return Decision("it may stand in the chat", orders=orders)
        return Decision("it is not on its way")

    def translated(
        self, digest: str, known: Known, rules: Rules, cause: DeliveryId
    ) -> tuple[Order, ...]:
        """Order that the words with that digest, which its message now shows, are translated."""
        ticket = self.ticket_id, self.key
        return translate_update(self.thread, ticket, self.comment_id, digest, known, rules, cause)

    @classmethod
    def told(cls, story: Story) -> str:
        """Return nothing: `trace` has a sentence for the comment itself."""
        return ""


@dataclass(frozen=True)
class PostUpdate(ShowsComment):
    """Show an engineer's public comment: in the group, or in the thread."""

    deed: ClassVar[Deed | None] = Deed.POST
    needs: ClassVar[tuple[Need, ...]] = (Need.COMMENTS, Need.CARD)
    in_public: ClassVar[bool] = True
    lasting: ClassVar[bool] = True
    texts: ClassVar[tuple[str, ...]] = ("title", "author", "body")

    body: str
    """The comment's text tree, as `core.text.dump` writes it."""
    read_ms: Ms = Ms(0)
    """When the comment was read from Jira, at the earliest; an old reading is not shown."""
    times: int = 0
    """`SeenComment.times`: how often it was shown before and taken away."""
    written_ms: Ms = Ms(0)
    """When the comment was written as it is, by Jira's clock; 0 when it was shown before."""

    def answers_ms(self) -> Ms:
        return self.written_ms

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Record the comment and the message that shows it as twins, and which words it shows;
        have the ticket's card tell when there was news, where it does."""
        message_id, anchors = event.outcome.message_id, event.outcome.anchors(self.thread)
        twin = Twin(message_id, self.ticket_id, self.comment_id, Origin.HELPDESK, self.times)
        decision = Decision("the comment is shown", twins=(twin,), anchors=anchors)
        looks: tuple[Look, ...] = ()
        if known.card is not None and OnCard.UPDATED in known.chat.card:
            looks = (Look(self.ticket_id, Reason.READ, now),)
            decision = replace(decision, card=replace(known.card, face=""), looks=looks)
        before, digest = known.seen.get(self.comment_id), event.outcome.digest
        if before is None or before.verdict is not SeenVerdict.TOLD:
            return decision
        looks = (*looks, *watching.of_shown(self.ticket_id, before.updated_ms, now))
        if digest:
            seen = replace(before, shown=digest, updated_ms=now)
        else:
            # Several versions were sent with one key, and nobody knows which of them is shown.
            seen = later(replace(before, shown="", updated_ms=now), now)
            looks = (*looks, Look(self.ticket_id, Reason.READ, now))
        orders = self.translated(digest, known, rules, event.delivery.id)
        return replace(decision, seen=(seen,), looks=looks, orders=orders)

    def withheld(self, event: Withheld, known: Known, rules: Rules, now: Ms) -> Decision:
        """Record the comment as withheld, and have its ticket read again later."""
        withheld = SeenVerdict.WITHHELD
        seen = SeenComment(self.ticket_id, self.comment_id, withheld, now, self.times)
        looks = watching.of_verdicts(self.ticket_id, [seen.verdict], now)
        tries, unreadable = event.delivery.tries, event.unreadable
        due_ms = watching.withheld_again(tries, unreadable=unreadable, now=now)
        if due_ms is not None:
            looks = (*looks, Look(self.ticket_id, Reason.READ, due_ms))
        return Decision(event.reason, seen=(seen,), looks=looks)


def post_update(
    comment: Comment, ticket: Ticket, link: Link, plan: Plan, read_ms: Ms, times: int = 0
) -> Order:
    """Order the post of a comment: on plan premium in the ticket's thread."""
    update = PostUpdate(
        thread=link.thread,
        in_thread=plan is Plan.PREMIUM,
        ticket_id=link.ticket_id,
        key=ticket.key,
        title=ticket.title,
        portal_path=link.portal_path,
        comment_id=comment.id,
        author=comment.author.name,
        body=text.dump(comment.body),
        read_ms=read_ms,
        times=times,
        written_ms=Ms(0) if times else max(comment.created_ms, comment.updated_ms),
    )
    lane, key = lanes.in_chat(link.thread.root), update_key(link.ticket_id, comment.id, times)
    return Order(update, lane, key, link.thread.chat_id)


def update_key(ticket_id: TicketId, comment_id: CommentId, times: int = 0) -> str:
    """Return the dedupe key: one comment is posted once, and once more each time that it becomes
    public again after it was taken away."""
    key = f"update:{ticket_id}:{comment_id}"
    return f"{key}:{times}" if times else key
