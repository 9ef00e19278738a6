"""A Delivery as a row, and back."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from syncd.core import commands
from syncd.core.blanking import blank
from syncd.core.commands import Command, Delivery, Order
from syncd.core.history import presentable
from syncd.core.model import ChatId, DeliveryId, DeliveryState, Ms, RequestId, Thread

URGENT, ORDINARY = 0, 1
"""Priorities; the lower goes first."""


def new_row(order: Order, id: str, now: Ms) -> dict[str, Any]:
    """Return the row of a delivery that was just ordered."""
    return {
        "id": id,
        "destination": commands.destination(order.command),
        "lane": order.lane,
        "dedupe_key": order.dedupe_key,
        "kind": commands.kind(order.command),
        "command": commands.dump(order.command),
        "thread_root": _thread_root(order.command),
        "chat_id": order.chat_id,
        "request_id": order.request_id,
        "state": DeliveryState.READY,
        "priority": URGENT if order.urgent else ORDINARY,
        "enqueued_ms": now,
        "not_before": order.not_before,
        "tries": 0,
        "attempts": 0,
        "first_sent_ms": 0,
        "was_uncertain": False,
        "token": "",
        "lease_until": 0,
        "reason": "",
        "result": "",
        "note": "",
        "settled_ms": 0,
    }


def delivery(row: Row[Any]) -> Delivery:
    """Return the row as a Delivery; ValueError, KeyError or TypeError when this version cannot."""
    return Delivery(
        id=DeliveryId(row.id),
        command=commands.load(row.kind, row.command),
        lane=row.lane,
        dedupe_key=row.dedupe_key,
        state=DeliveryState(row.state),
        enqueued_ms=Ms(row.enqueued_ms),
        chat_id=ChatId(row.chat_id),
        request_id=RequestId(row.request_id),
        not_before=Ms(row.not_before),
        tries=row.tries,
        attempts=row.attempts,
        first_sent_ms=Ms(row.first_sent_ms),
        was_uncertain=row.was_uncertain,
        token=row.token,
        reason=row.reason,
        settled_ms=Ms(row.settled_ms),
    )


def readable(rows: Iterable[Row[Any]]) -> tuple[list[Delivery], list[str]]:
    """Return the deliveries, and the ids of those that another version wrote for itself."""
    read: list[Delivery] = []
    foreign: list[str] = []
    for row in rows:
        try:
            read.append(delivery(row))
        except (ValueError, KeyError, TypeError):
            foreign.append(row.id)
    return read, foreign


def without_text(row: Row[Any]) -> dict[str, str] | None:
    """Return what of the row is to be written so that nothing stays that people wrote.

    None when there is nothing to forget, or when another version wrote the row.
    """
    try:
        command = commands.load(row.kind, row.command)
    except (ValueError, KeyError, TypeError):
        return None
    kept = {
        "command": commands.dump(blank(command)),
        "reason": presentable(row.reason),
        "result": "",
    }
    same = (row.command, row.reason, row.result) == tuple(kept.values())
    return None if same else kept


def _thread_root(command: Command) -> str:
    thread = getattr(command, "thread", None)
    return thread.root if isinstance(thread, Thread) else ""
