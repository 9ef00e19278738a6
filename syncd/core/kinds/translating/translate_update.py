"""TranslateUpdate: a comment that the chat sees is translated, to stand below its words."""

from dataclasses import dataclass, replace
from typing import ClassVar, TypeGuard

from syncd.core.delivery import Command, Decision, Order
from syncd.core.ends import Delivered, Undeliverable
from syncd.core.known import Known, Need, Rules
from syncd.core.model import (
    CommentId,
    DeliveryId,
    Destination,
    Ms,
    SeenComment,
    SeenVerdict,
    Thread,
    TicketId,
    TicketKey,
)
from syncd.core.operators import alarms
from syncd.core.operators.history import Entry, Story
from syncd.core.translating.translation import Translation, month_of
from syncd.core.watching import Look, Reason, later

BUDGET_SPENT = "the characters that may be translated in this month are used up"


@dataclass(frozen=True)
class TranslateUpdate(Command):
    """Ask the engine for the comment's words in the chat's other language.

    It names the comment only: what it says, and whether it is public, is asked for just before. The
    engine's answer is kept; then the comment's message is made to show it, as after an edit.
    """

    destination: ClassVar[Destination] = Destination.ENGINE
    keyed: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    asks_portal: ClassVar[bool] = True
    alarming: ClassVar[bool] = False
    extra: ClassVar[bool] = True
    needs: ClassVar[tuple[Need, ...]] = (Need.COMMENTS,)

    thread: Thread
    ticket_id: TicketId
    key: TicketKey
    comment_id: CommentId
    digest: str
    """Of the words that the chat shows; the translation is of no others."""

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Keep the translation, and have the message changed soon if it still shows those words."""
        came, before = event.outcome, known.seen.get(self.comment_id)
        if not came.translation:
            return Decision("there is nothing to translate")
        kept = Translation(
            self.ticket_id, self.comment_id, came.into, self.digest, came.translation
        )
        if came.into != known.chat.into:
            return Decision("the chat has another language by now", translation=kept)
        if not self.is_due(before):
            return Decision("the chat shows other words by now", translation=kept)
        return Decision(
            "translated",
            translation=kept,
            seen=(later(before, now),),
            looks=(Look(self.ticket_id, Reason.READ, now),),
        )

    def undeliverable(self, event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
        """Tell operators once a month that the budget is spent."""
        orders: tuple[Order, ...] = ()
        if event.reason == BUDGET_SPENT:
            orders = alarms.translation_spent(month_of(now), rules)
        return Decision(f"not translated: {event.reason}", orders=orders)

    def is_due(self, seen: SeenComment | None) -> TypeGuard[SeenComment]:
        """Tell whether the chat shows those words now."""
        if seen is None or seen.verdict is not SeenVerdict.TOLD:
            return False
        return seen.shown == self.digest

    def names(self) -> Entry:
        return replace(
            super().names(),
            ticket_id=self.ticket_id,
            ticket_key=self.key,
            comment_id=self.comment_id,
        )

    @classmethod
    def told(cls, story: Story) -> str:
        """Tell of a comment that was not translated."""
        if story.is_done:
            return ""
        return f"Comment {story.comment_id} is not translated: {story.why_not()}."


def translate_update(
    thread: Thread,
    ticket: tuple[TicketId, TicketKey],
    comment_id: CommentId,
    digest: str,
    known: Known,
    rules: Rules,
    cause: DeliveryId,
) -> tuple[Order, ...]:
    """Order that the words with that digest are translated, once for each delivery that showed
    them, where the chat has another language. In a lane of the comment's own: nothing waits for
    it."""
    if not (rules.translates and known.chat.into and digest):
        return ()
    command = TranslateUpdate(thread, *ticket, comment_id, digest)
    lane, key = f"engine:{ticket[0]}:{comment_id}", f"translate:{cause}"
    return (Order(command, lane, key, thread.chat_id),)
