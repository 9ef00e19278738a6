"""What a platform denies to our account just now, as each try of what waits finds it again."""

import hashlib
import json

from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx

_LASTS_MS = 150_000
"""What is denied is tried each minute; what was not found again for so long was mended."""


def keep_denied(tx: Tx, what: str, reason: str) -> None:
    """Write down that this kind of thing was denied now; the reason holds no customer's words."""
    said = json.dumps([what, reason])
    tx.cache.put(CacheKind.DENIED, hashlib.sha256(said.encode()).hexdigest()[:16], said)


def denied_now(tx: Tx) -> list[tuple[str, str]]:
    """Return what is denied and why."""
    found = [
        json.loads(body)
        for _, body, at in tx.cache.all(CacheKind.DENIED)
        if tx.now - at < _LASTS_MS
    ]
    return [(what, reason) for what, reason in found]
