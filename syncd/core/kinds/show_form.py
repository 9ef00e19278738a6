"""ShowForm: the private form of a Request."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Order
from syncd.core.ends import Delivered, Doubtful, Undeliverable
from syncd.core.kinds.offer_form import Why, offer_form, offer_once
from syncd.core.kinds.open_form import cannot_be_shown, offered_again, open_form, stands
from syncd.core.known import Known, Rules
from syncd.core.model import Card, ChatId, DeliveryId, Ms, Place, Request, RequestId, RequestState
from syncd.core.reaching import lanes
from syncd.core.wording.table import Wording

_OFFERED_AFTER_MS = 5 * 60_000
"""How long nobody clicks a private card before it is offered by a button."""


@dataclass(frozen=True)
class ShowForm(Command):
    """Show the asker the private form, with what the Request holds when this is performed.

    An ephemeral card takes no idempotency key.
    """

    urgent: ClassVar[bool] = True
    keyed: ClassVar[bool] = False

    request_id: RequestId
    chat_id: ChatId
    late: bool = False
    """Whether the mention was found more than five minutes late; the form then apologises."""
    wanted: bool = False
    """Whether the asker has pressed the button for it, and gets it in the thread if need be."""
    written_ms: Ms = Ms(0)
    """When the mention was written that it answers, by Lark's clock; 0 where it answers none."""

    def answers_ms(self) -> Ms:
        return self.written_ms

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        """Record where the form card is; where no private way is left, go on in the thread."""
        outcome, request = event.outcome, known.request
        if request is None or not (outcome.place or outcome.unreached):
            return Decision("done")
        request = replace(request, own_address=outcome.own_address or request.own_address)
        if outcome.place is None:
            return self._in_thread(request, event.delivery.id)
        card = Card(outcome.place, outcome.message_id) if outcome.message_id else None
        shown = stands(request, card, rules, now)
        if shown.request is None:
            return shown
        unclicked = outcome.place is Place.EPHEMERAL and request.round == 0
        offer_ms = Ms(now + _OFFERED_AFTER_MS) if unclicked else Ms(0)
        return replace(
            shown,
            request=replace(shown.request, offer_ms=offer_ms),
            orders=(*shown.orders, *_pointer(request, outcome.place)),
        )

    def _in_thread(self, request: Request, delivery_id: DeliveryId) -> Decision:
        """Offer the form by a button; whoever has pressed one gets it where everybody sees it."""
        if request.state is not RequestState.ASKED:
            return Decision("a form that is no longer wanted")
        why = Why.WRONG if request.problem else Why.OPEN
        go_on = open_form(request, delivery_id) if self.wanted else None
        order = go_on or offer_form(request, delivery_id, why)
        reason = "no private way to the asker: " + ("in the thread" if go_on else "a button")
        return Decision(reason, request=request, orders=(order,))

    def in_doubt(self, event: Doubtful, known: Known, rules: Rules, now: Ms) -> Decision:
        return Decision("settled or offered again when the doubt has lasted")

    def undeliverable(self, event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
        follow = cannot_be_shown if event.refused else offered_again
        return follow(event.delivery.id, known)

    def alarm(self, event: Undeliverable, wording: Wording) -> str:
        """Return an alarm only when Lark refused the form; else it is offered again by a button."""
        return super().alarm(event, wording) if event.refused else ""


def _pointer(request: Request, place: Place) -> tuple[Order, ...]:
    """Say in the thread, once, that the form is in the asker's direct chat."""
    return (offer_once(request, Why.ELSEWHERE),) if place is Place.DIRECT else ()


def show_form(
    request: Request,
    because: str,
    *,
    late: bool = False,
    wanted: bool = False,
    written_ms: Ms = Ms(0),
) -> Order:
    """Order the private form; `because` names the occasion, so that each shows it once."""
    command = ShowForm(request.id, request.thread.chat_id, late, wanted, written_ms)
    return lanes.of_request(
        request, command, lanes.of_form(request.id), f"form:{request.id}:{because}"
    )
