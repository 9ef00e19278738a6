"""What the operator decided about chats; it wins over the configuration file."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select

from syncd.core.model import ChatId, Language, Ms, Plan
from syncd.store.portable import Scope, put
from syncd.store.schema import chats

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


class Chats:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._connection = scope.connection

    def decided(self, chat_id: ChatId) -> ChatDecision | None:
        row = self._connection.execute(_DECIDED, {"chat_id": chat_id}).first()
        return _decision(row) if row else None

    def all(self) -> list[ChatDecision]:
        found = self._connection.execute(select(chats).order_by(chats.c.chat_id))
        return [_decision(row) for row in found]

    def set(self, decision: ChatDecision) -> None:
        """Write the decision down with the present moment as `changed_ms`."""
        row = {
            "chat_id": decision.chat_id,
            "enabled": decision.enabled,
            "name": decision.name,
            "plan": decision.plan,
            "language": decision.language,
            "changed_ms": self._scope.now,
        }
        put(self._connection, chats, row)


def _decision(row: Row[Any]) -> ChatDecision:
    return ChatDecision(
        chat_id=ChatId(row.chat_id),
        enabled=row.enabled,
        name=row.name,
        plan=None if row.plan is None else Plan(row.plan),
        language=None if row.language is None else Language(row.language),
        changed_ms=Ms(row.changed_ms),
    )
