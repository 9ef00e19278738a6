"""What a bundle holds for whoever helps: how things are, and no secret, address or word."""

import json
import platform
from collections.abc import Iterable, Mapping
from typing import Any

from syncd import __version__
from syncd.core.delivery import Delivery
from syncd.core.model import DeliveryState
from syncd.core.text import without_addresses
from syncd.store.tx import Tx

_MASK = "***"
_SHORTEST = 3
"""Characters; shorter names would be found inside other words."""
_SETTLED = (DeliveryState.DONE,)


def written(tx: Tx, kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return all of it; `kind` is that of the database, `told` what others contribute."""
    about = {
        "version": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "database": kind,
        "now_ms": tx.now,
    }
    states = [state for state in DeliveryState if state not in _SETTLED]
    outbox = [_delivery(one) for state in states for one in tx.outbox.newest_of_each(state)]
    return {"syncd": about, **told, "outbox": outbox}


def redacted(told: Mapping[str, Any], named: Iterable[str]) -> str:
    """Return it as JSON, without e-mail addresses and without what is `named`."""
    hidden = sorted({name for name in named if len(name) >= _SHORTEST}, key=len, reverse=True)
    return json.dumps(_without(told, hidden), indent=1, ensure_ascii=True) + "\n"


def _delivery(one: Delivery) -> dict[str, Any]:
    """Return one without its command, whose fields may hold what people wrote."""
    return {
        "id": one.id,
        "kind": one.command.kind(),
        "state": one.state,
        "chat": one.chat_id,
        "request": one.request_id,
        "tries": one.tries,
        "attempts": one.attempts,
        "failed_by": one.failed_by,
        "was_uncertain": one.was_uncertain,
        "enqueued_ms": one.enqueued_ms,
        "first_sent_ms": one.first_sent_ms,
        "not_before_ms": one.not_before,
        "reason": one.command.reason_of(one.reason, refused=True),
    }


def _without(value: Any, hidden: list[str]) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _without(v, hidden) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_without(one, hidden) for one in value]
    if not isinstance(value, str):
        return value
    value = without_addresses(value, _MASK)
    for name in hidden:
        value = value.replace(name, _MASK)
    return value
