"""The same as `syncd status` prints, for programs; the names stay."""

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syncd.loops.keep.health import Health
    from syncd.loops.keep.presence import Present
    from syncd.loops.keep.report import Standing
    from syncd.store.tx import Tx


def as_line(found: "Health", ends: str, tx: "Tx") -> str:
    """Return one JSON object; times are epoch milliseconds, 0 for never.

    `ends`: the sentence about a token that ends soon, empty while there is time.
    """
    from syncd import __version__
    from syncd.core.model import DeliveryState, Destination

    counts = tx.outbox.counts()
    told = {
        "version": __version__,
        "now_ms": tx.now,
        "status": "act" if found.to_do else "well",
        "running": found.is_running,
        "to_do": [{"what": one.what, "text": one.told} for one in found.to_do],
        "mind": [{"what": "token_expires", "text": ends}] if ends else [],
        "processes": [_process(one) for one in found.processes],
        "troubles": [_trouble(one) for one in found.troubles],
        "helpdesk": {"asked_ms": found.asked_ms, "cursor_ms": found.cursor_ms},
        "linked_tickets": tx.links.count(),
        "inbox": {str(state): count for state, count in tx.inbox.counts().items()},
        "requests": {str(state): count for state, count in tx.requests.counts().items()},
        "outbox": {
            str(to): {str(state): counts.get((to, state), 0) for state in DeliveryState}
            for to in Destination
        },
    }
    return json.dumps(told, ensure_ascii=True)


def _process(one: "Present") -> dict[str, object]:
    process = one.process
    return {
        "state": str(one.life),
        "version": process.version,
        "host": process.host,
        "pid": process.pid,
        "started_ms": process.started_ms,
        "seen_ms": process.seen_ms,
        "lark_connected_since_ms": process.connected_since or 0,
        "lark_attempts": process.attempts,
    }


def _trouble(one: "Standing") -> dict[str, object]:
    return {"what": one.name.replace(" ", "_"), "since_ms": one.since_ms, "reason": one.reason}
