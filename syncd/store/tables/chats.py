"""What the operator decided about chats; it wins over the configuration file."""

import json
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, delete, select

from syncd.core.model import ChatId, Preset
from syncd.core.operators.serving import ChatDecision
from syncd.core.ticket_card.announced import Announced, OnCard
from syncd.store.portable import put
from syncd.store.schema import chats
from syncd.store.tables.rows import Rows, columns, noun

_LISTS = (
    "allowed_domains", "desks", "announce", "card", "may_adopt", "may_submit", "may_close",
)  # fmt: skip
"""Columns of words without white space."""
_NAMED: dict[str, type[StrEnum]] = {"announce": Announced, "card": OnCard}
"""Those whose words are names."""
_DECIDED = select(chats).where(chats.c.chat_id == bindparam("chat_id"))


class Chats(Rows):
    def decided(self, chat_id: ChatId) -> ChatDecision | None:
        row = self._run(_DECIDED, chat_id=chat_id).first()
        return _decision(row) if row else None

    def all(self) -> list[ChatDecision]:
        found = self._run(select(chats).order_by(chats.c.chat_id))
        return [_decision(row) for row in found]

    def set(self, decision: ChatDecision) -> None:
        """Write the decision down with the present moment as `changed_ms`."""
        lists = {name: _joined(getattr(decision, name)) for name in _LISTS}
        presets = _written(decision.presets)
        row = columns(decision, chats, changed_ms=self._scope.now, presets=presets, **lists)
        put(self._connection, chats, row)

    def forget(self, chat_id: ChatId) -> bool:
        """Leave the chat to the configuration again; False when no operator had decided on it."""
        return self._run(delete(chats).where(chats.c.chat_id == chat_id)).rowcount > 0


def _decision(row: Row[Any]) -> ChatDecision:
    lists: dict[str, object] = {name: _parted(row._mapping[name]) for name in _LISTS}
    for name, named in _NAMED.items():
        said = _parted(row._mapping[name])
        lists[name] = said and tuple(map(named, said))
    return noun(ChatDecision, row, presets=_read(row._mapping["presets"]), **lists)


def _joined(words: tuple[str, ...] | None) -> str | None:
    return None if words is None else " ".join(words)


def _parted(stored: str | None) -> tuple[str, ...] | None:
    return None if stored is None else tuple(stored.split())


def _written(presets: tuple[Preset, ...] | None) -> str | None:
    if presets is None:
        return None
    return json.dumps([[one.field_id, one.said, one.json] for one in presets])


def _read(stored: str | None) -> tuple[Preset, ...] | None:
    if stored is None:
        return None
    return tuple(Preset(id, tuple(said), written) for id, said, written in json.loads(stored))
