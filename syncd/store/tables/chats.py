"""What the operator decided about chats; it wins over the configuration file."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, delete, select

from syncd.core.model import ChatId, FormWay, Language, Ms, Plan, ReporterRule
from syncd.store.portable import put
from syncd.store.schema import chats
from syncd.store.tables.rows import Rows, columns, noun

_LISTS = ("allowed_domains", "desks")
"""Columns of words without white space."""
_DECIDED = select(chats).where(chats.c.chat_id == bindparam("chat_id"))


@dataclass(frozen=True)
class ChatDecision:
    chat_id: ChatId
    enabled: bool
    name: str = ""
    plan: Plan | None = None
    """None: as the configuration says."""
    language: Language | None = None
    """None: as the configuration says."""
    changed_ms: Ms = Ms(0)
    reporter: ReporterRule | None = None
    """None: as the configuration says, or `domain` where the operator gave domains."""
    allowed_domains: tuple[str, ...] | None = None
    """None: as the configuration says."""
    form: FormWay | None = None
    """None: as the configuration says."""
    escalate_to: str | None = None
    """None: as the configuration says."""
    desks: tuple[str, ...] | None = None
    """Their names; None: as the configuration says."""


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
        row = columns(decision, chats, changed_ms=self._scope.now, **lists)
        put(self._connection, chats, row)

    def forget(self, chat_id: ChatId) -> bool:
        """Leave the chat to the configuration again; False when no operator had decided on it."""
        return self._run(delete(chats).where(chats.c.chat_id == chat_id)).rowcount > 0


def _decision(row: Row[Any]) -> ChatDecision:
    lists = {name: _parted(row._mapping[name]) for name in _LISTS}
    return noun(ChatDecision, row, **lists)


def _joined(words: tuple[str, ...] | None) -> str | None:
    return None if words is None else " ".join(words)


def _parted(stored: str | None) -> tuple[str, ...] | None:
    return None if stored is None else tuple(stored.split())
