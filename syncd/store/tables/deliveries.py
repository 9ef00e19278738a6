"""A Delivery as a row, and back."""

from typing import Any

from sqlalchemy import Row

from syncd.core import kinds
from syncd.core.delivery import Delivery, Order
from syncd.core.model import DeliveryId, DeliveryState, Ms
from syncd.core.operators.history import presentable
from syncd.store.schema import outbox
from syncd.store.tables.rows import columns, noun

URGENT, ORDINARY = 0, 1
"""Priorities; the lower goes first."""


def new_row(order: Order, id: DeliveryId, now: Ms, turn: int = 0) -> dict[str, Any]:
    """Return the row of a delivery that was just ordered."""
    command = order.command
    new = Delivery(id=id, state=DeliveryState.READY, enqueued_ms=now, **vars(order))
    return columns(
        new,
        outbox,
        destination=command.destination,
        kind=command.kind(),
        command=command.dump(),
        thread_root=command.root(),
        priority=URGENT if command.urgent else ORDINARY,
        turn=turn,
        lease_until=0,
        note="",
    )


def delivery(row: Row[Any]) -> Delivery:
    return noun(Delivery, row, command=kinds.load(row.kind, row.command))


def without_text(row: Row[Any]) -> dict[str, str] | None:
    """Return what of the row is to be written so that nothing stays that people wrote; None when
    there is nothing to forget."""
    blank = kinds.load(row.kind, row.command).blank()
    kept = {"command": blank.dump(), "reason": presentable(row.reason)}
    same = (row.command, row.reason) == tuple(kept.values())
    return None if same else kept
