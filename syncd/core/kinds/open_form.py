"""OpenForm: the form of a Request in its thread, where there is no private way to its asker."""

from dataclasses import dataclass, replace
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Order
from syncd.core.ends import Delivered, Undeliverable
from syncd.core.kinds.close_form import close_form
from syncd.core.kinds.offer_form import Why, offer_form
from syncd.core.kinds.tell_person import tell
from syncd.core.known import Known, Rules
from syncd.core.model import Card, DeliveryId, Ms, Place, Request, RequestId, RequestState, Thread
from syncd.core.reaching import lanes
from syncd.core.wording import words
from syncd.core.wording.table import Wording


@dataclass(frozen=True)
class OpenForm(Command):
    """Show the form in the thread: everybody sees it, and its asker alone can submit it.

    It holds what the asker wrote in that group, and nothing else of them.
    """

    urgent: ClassVar[bool] = True
    in_public: ClassVar[bool] = True

    request_id: RequestId
    thread: Thread

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        message_id = event.outcome.message_id
        if not message_id:
            return Decision("done")
        decision = stands(known.sure_request(), Card(Place.THREAD, message_id), rules, now)
        return replace(decision, anchors=event.outcome.anchors(self.thread))

    def undeliverable(self, event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
        follow = cannot_be_shown if event.refused else offered_again
        return follow(event.delivery.id, known)

    def alarm(self, event: Undeliverable, wording: Wording) -> str:
        """Return an alarm only when Lark refused the form; else it is offered again by a button."""
        return super().alarm(event, wording) if event.refused else ""


def open_form(request: Request, instead_of: DeliveryId) -> Order:
    """Order the form in the thread, in place of a private one that nothing can bring."""
    command, lane = OpenForm(request.id, request.thread), lanes.of_form(request.id)
    return lanes.of_request(request, command, lane, f"open:{instead_of}")


def stands(request: Request, card: Card | None, rules: Rules, now: Ms) -> Decision:
    """Record where a form card is, start its lifetime, and remove an earlier card."""
    current, before = replace(request, card=card), request.card
    same = before is not None and card is not None and before.message_id == card.message_id
    earlier = () if same else close_form(request)
    if request.state is not RequestState.ASKED:
        # The earlier one goes as well: a form that comes back asks anew what was answered there.
        return Decision("a form that is no longer wanted", orders=(*close_form(current), *earlier))
    current = replace(current, expires_ms=Ms(now + rules.form_lives_ms), offer_ms=Ms(0))
    where = card.place if card is not None else "somewhere"
    return Decision(f"the form was shown ({where})", request=current, orders=earlier)


def offered_again(delivery_id: DeliveryId, known: Known) -> Decision:
    """Offer the form by a button, because nobody knows whether the card arrived."""
    request = known.sure_request()
    if request.state is not RequestState.ASKED:
        return Decision("a form that is no longer wanted")
    order = offer_form(request, delivery_id, Why.LOST)
    return Decision("nobody can tell whether the form arrived: offered again", orders=(order,))


def cannot_be_shown(delivery_id: DeliveryId, known: Known) -> Decision:
    """Tell the asker that the form cannot be shown, and what was to be corrected in it."""
    request = known.sure_request()
    if request.state not in (RequestState.ASKED, RequestState.EXPIRED):
        return Decision("a form that is no longer wanted")
    wording = words(known.chat.language)
    corrects = [wording.refused.format(reason=request.problem)] if request.problem else []
    told = "\n".join([*corrects, wording.form_failed])
    thread, because = request.thread, f"no-form:{delivery_id}"
    order = tell(thread.chat_id, request.asker, told, because, request.id, root=thread.root)
    return Decision("the form cannot be shown: told so", orders=(order,))
