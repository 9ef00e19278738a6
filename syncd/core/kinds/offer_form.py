"""OfferForm: a button in the thread that offers the form again."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Order
from syncd.core.ends import Delivered, Undeliverable
from syncd.core.known import Known, Rules
from syncd.core.model import DeliveryId, Ms, Request, RequestId, Thread
from syncd.core.reaching import lanes
from syncd.core.wording.table import Wording


class Why(StrEnum):
    """Why the form is offered by a button."""

    LOST = "lost"
    """Nobody knows whether it arrived."""
    ELSEWHERE = "elsewhere"
    """It went to the asker's direct chat, and in the thread nothing shows that."""
    OPEN = "open"
    """There is no private way to its asker: pressed, it comes into the thread."""
    WRONG = "wrong"
    """The same, and something in it is to be corrected."""
    UNUSED = "unused"
    """Nobody has clicked it for some minutes: a private card never reaches who is offline."""


@dataclass(frozen=True)
class OfferForm(Command):
    """Offer the form again by a button in the thread, with nothing personal on it."""

    in_public: ClassVar[bool] = True

    request_id: RequestId
    thread: Thread
    why: str = Why.LOST.value

    def done(self, event: Delivered, known: Known, rules: Rules, now: Ms) -> Decision:
        return Decision("said", anchors=event.outcome.anchors(self.thread))

    def alarm(self, event: Undeliverable, wording: Wording) -> str:
        """Return an alarm only where the form itself may be missing."""
        beside = self.why in (Why.ELSEWHERE, Why.UNUSED)
        return "" if beside else super().alarm(event, wording)


def offer_form(request: Request, instead_of: DeliveryId, why: Why) -> Order:
    """Order the button that takes the place of a form that was to be shown."""
    return _order(request, why, f"offer:{instead_of}")


def offer_once(request: Request, why: Why) -> Order:
    """Order the button beside a form that was shown, once for each reason."""
    return _order(request, why, f"offer:{why}:{request.id}")


def _order(request: Request, why: Why, key: str) -> Order:
    command, lane = (
        OfferForm(request.id, request.thread, why.value),
        lanes.in_chat(request.thread.root),
    )
    return lanes.of_request(request, command, lane, key)
