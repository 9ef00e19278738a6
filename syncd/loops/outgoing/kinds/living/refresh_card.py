"""Makes the ticket's card say what the ticket is like now, as its customer sees it."""

from dataclasses import replace

from syncd.core.delivery import Delivery
from syncd.core.errors import Cause, Rejected, RemoteFailure, Unavailable
from syncd.core.kinds.living.refresh_card import RefreshCard
from syncd.core.model import Chat, Filed, Ms, RequestId, TicketKey
from syncd.core.outcome import Outcome
from syncd.core.reaching.capability import Capability
from syncd.core.ticket_card.card import TicketCard, shown_by
from syncd.core.ticket_card.details import Details
from syncd.core.ticket_card.moves import Move, offered
from syncd.core.views import PostView
from syncd.loops.outgoing import performing
from syncd.loops.outgoing.kinds.living.card_view import card_view, with_buttons
from syncd.loops.outgoing.performing import Done, Prepared, Ready
from syncd.loops.outgoing.refusals import waits_for_operators
from syncd.loops.outgoing.sender import SILENCED_SECONDS


class Performer(performing.Performer[RefreshCard]):
    def prepare(self, command: RefreshCard, delivery: Delivery, chat: Chat) -> Prepared:
        """Do nothing where there is no card that can be changed, or where it is true already."""
        with self.tools.records.store.read() as tx:
            card = tx.cards.of_ticket(command.ticket_id)
            link = tx.links.of_ticket(command.ticket_id)
        if card is None or not card.message_id:
            return Done()
        with waits_for_operators("read requests on the portal"):
            ticket = self.tools.helpdesk.as_customer(command.key)
        if ticket is None:
            return Done()
        records = self.tools.records
        now, base = records.store.now(), records.rules.portal_base
        told = replace(
            self._asked(command, card, now),
            filed=ticket,
            resolved=card.resolved,
            details=_on_card(Details.load(command.details), ticket, chat),
        )
        if shown_by(ticket, told.moves, told.details) == card.shows:
            return Done(told)
        request = link.request_id if link else RequestId("")
        view = card_view(ticket, card.answer_by, now, chat, base, told.details)
        view = with_buttons(view, told.moves, request, chat)
        return Ready(lambda: self._change(card, told, view, delivery))

    def _asked(self, command: RefreshCard, card: TicketCard, now: Ms) -> Outcome:
        """Return what the customer may do: as it was answered last, if that holds, else as it is
        answered now. A failure of this call alone holds up nothing that the card has to say."""
        if card.knows_moves(command.state, now):
            return Outcome(moves=card.offers())
        read = self._moves(command.key)
        if read is not None:
            return Outcome(moves=read, moves_asked=True)
        as_before = card.state == command.state
        return Outcome(moves=card.offers() if as_before else (), moves_unread=True)

    def _moves(self, key: TicketKey) -> tuple[Move, ...] | None:
        """Return what the helpdesk offers the customer now; where it denies to tell, nothing; None
        where it could not be asked."""
        try:
            return tuple(offered(self.tools.helpdesk.transitions(key)))
        except Rejected as exc:
            self.tools.log.info("transitions_not_told", ticket=key, status=exc.status)
            return ()
        except RemoteFailure as exc:
            self.tools.log.info("transitions_unread", ticket=key, reason=str(exc))
            return None

    # For 14 days a card can be changed; where we may not speak just now, it waits.
    # https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/patch
    def _change(
        self, card: TicketCard, told: Outcome, view: PostView, delivery: Delivery
    ) -> Outcome:
        """Return what it says now; `refused` where it can never be changed."""
        try:
            self.tools.sender.replace(card.message_id, view, card.mark)
        except Rejected as exc:
            if exc.cause is Cause.OUTSIDE:
                raise
            if exc.cause is Cause.SILENCED:
                raise Unavailable(str(exc), SILENCED_SECONDS) from exc
            self.tools.log.info("card_not_changed", message=card.message_id, reason=str(exc))
            if exc.cause is Cause.FORBIDDEN:
                self.tools.ways.note_for_all(delivery.chat_id, Capability.EDIT, exc)
            return replace(told, refused=True)
        return told


def _on_card(details: Details, ticket: Filed, chat: Chat) -> Details:
    """Return what the card shows; a new status is news like a comment."""
    newest = Ms(max(details.updated_ms, ticket.status_ms))
    return replace(details, updated_ms=newest).on(chat.card)
