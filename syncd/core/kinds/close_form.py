"""CloseForm: the form card is removed once it is not needed."""

from dataclasses import dataclass
from typing import ClassVar

from syncd.core.delivery import Command, Order
from syncd.core.model import MessageId, Place, Request
from syncd.core.reaching import lanes


@dataclass(frozen=True)
class CloseForm(Command):
    """Remove a form card."""

    repeatable: ClassVar[bool] = True
    only_where_served: ClassVar[bool] = False
    alarming: ClassVar[bool] = False

    place: Place
    message_id: MessageId


def close_form(request: Request) -> tuple[Order, ...]:
    """Order the removal of the form card, if one is known to be there."""
    if request.card is None:
        return ()
    command = CloseForm(request.card.place, request.card.message_id)
    key = f"close:{command.message_id}"
    return (lanes.of_request(request, command, lanes.of_form(request.id), key),)
