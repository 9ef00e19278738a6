"""What chats have refused, kept in the store for a day."""

import json

from syncd.core.model import ChatId, Ms
from syncd.core.reaching.capability import REFUSED_MS, Capability, Refusal
from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx

EVERYBODY = "everybody"
"""Whom a refusal is about that is about nobody alone."""


def is_refused(
    tx: Tx, chat_id: ChatId, capability: Capability, who: str, since_ms: int = 0
) -> bool:
    """Tell whether the chat has refused it to that person, or to that side, since then."""
    since = Ms(max(tx.now - REFUSED_MS, since_ms))
    return tx.cache.get(CacheKind.REFUSED, _name(chat_id, capability, who), since) is not None


def keep_refusal(tx: Tx, chat_id: ChatId, capability: Capability, who: str, reason: str) -> None:
    """Note what the chat has refused; `who`: one person, or a side."""
    tx.cache.put(CacheKind.REFUSED, _name(chat_id, capability, who), json.dumps([who, reason]))


def forget_refusals(tx: Tx, chat_id: ChatId) -> None:
    """Let everything be tried once more in that chat."""
    tx.cache.forget(CacheKind.REFUSED, f"{chat_id}/")


def refusals(tx: Tx, chat_id: ChatId) -> list[Refusal]:
    """Return what the chat refuses now."""
    found: list[Refusal] = []
    for name, body, at_ms in tx.cache.all(CacheKind.REFUSED):
        chat, capability, _ = name.split("/", 2)
        who, reason = json.loads(body)
        until = Ms(at_ms + REFUSED_MS)
        if chat == chat_id and until > tx.now:
            found.append(Refusal(chat_id, Capability(capability), who, reason, until))
    return sorted(found, key=lambda refusal: (refusal.capability, refusal.who))


def _name(chat_id: ChatId, capability: Capability, who: str) -> str:
    return f"{chat_id}/{capability}/{who}"
