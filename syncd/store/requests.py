"""What people asked, from the mention until a ticket exists."""

import json
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, insert, select, update

from syncd.core.model import (
    Card,
    ChatId,
    MessageId,
    Ms,
    PersonId,
    Place,
    Request,
    RequestId,
    RequestState,
    Thread,
    TicketId,
    TicketKey,
)
from syncd.store.failures import Conflict
from syncd.store.portable import FEW, Scope
from syncd.store.schema import requests
from syncd.store.sweeping import old_rows


class Requests:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._connection = scope.connection

    def get(self, id: RequestId) -> Request | None:
        """Return the Request; in a write transaction nobody else can change it meanwhile."""
        return self._one(select(requests).where(requests.c.id == id))

    def of_thread(self, root: MessageId) -> Request | None:
        """Return the newest Request of that thread; held as by `get`."""
        newest = (requests.c.created_ms.desc(), requests.c.id.desc())
        thread = select(requests).where(requests.c.thread_root == root)
        return self._one(thread.order_by(*newest).limit(1))

    def add(self, request: Request) -> None:
        self._connection.execute(insert(requests).values(**_row(request)))

    def save(self, request: Request, was: RequestState) -> None:
        """Write the Request as it is now; Conflict when it is not in the state `was` any more."""
        unchanged = and_(requests.c.id == request.id, requests.c.state == was)
        result = self._connection.execute(update(requests).where(unchanged).values(**_row(request)))
        if result.rowcount != 1:
            raise Conflict(f"request {request.id} is no longer {was}")

    def expired(self, now: Ms, limit: int = FEW) -> list[Request]:
        """Return forms that nobody submitted in time."""
        late = and_(requests.c.state == RequestState.ASKED, requests.c.expires_ms <= now)
        return self._some(late, requests.c.expires_ms, limit)

    def slow(self, submitted_before: Ms, limit: int = FEW) -> list[Request]:
        """Return what was submitted before then, is not filed, and whose asker was not told."""
        waiting = and_(
            requests.c.state == RequestState.SUBMITTED,
            requests.c.submitted_ms <= submitted_before,
            requests.c.slow_told == false(),
        )
        return self._some(waiting, requests.c.submitted_ms, limit)

    def sweep(self, since: Ms, before: Ms, limit: int = FEW) -> tuple[int, Ms]:
        """Forget what was typed into forms that were asked for before then and have ended.

        Return how many held something, and where to go on.
        """
        ended = requests.c.state.not_in((RequestState.ASKED, RequestState.SUBMITTED))
        rows, reached = old_rows(
            self._connection, requests, requests.c.created_ms, since, before, ended, limit
        )
        blank = {"form_values": "{}", "own_address": "", "problem": ""}
        full = [row.id for row in rows if any(row._mapping[c] != blank[c] for c in blank)]
        if full:
            ours = requests.c.id.in_(full)
            self._connection.execute(update(requests).where(ours).values(**blank))
        return len(full), reached

    def counts(self) -> dict[RequestState, int]:
        found = select(requests.c.state, func.count()).group_by(requests.c.state)
        return {RequestState(state): count for state, count in self._connection.execute(found)}

    def recent(self, limit: int) -> list[Request]:
        """Return the Requests made last, newest first."""
        newest = (requests.c.created_ms.desc(), requests.c.id.desc())
        found = self._connection.execute(select(requests).order_by(*newest).limit(limit))
        return [_request(row) for row in found]

    def _one(self, found: Select[Any]) -> Request | None:
        if self._scope.writes:
            found = found.with_for_update()
        row = self._connection.execute(found).first()
        return _request(row) if row else None

    def _some(self, which: ColumnElement[bool], order: Any, limit: int) -> list[Request]:
        found = select(requests).where(which).order_by(order).limit(limit)
        return [_request(row) for row in self._connection.execute(found)]


def _row(request: Request) -> dict[str, Any]:
    return {
        "id": request.id,
        "chat_id": request.thread.chat_id,
        "thread_root": request.thread.root,
        "top_level": request.top_level,
        "asker": request.asker,
        "state": request.state,
        "form_values": json.dumps(request.values, ensure_ascii=False),
        "created_ms": request.created_ms,
        "expires_ms": request.expires_ms,
        "rounds": request.round,
        "submitted_ms": request.submitted_ms,
        "slow_told": request.slow_told,
        "card_place": request.card.place if request.card else None,
        "card_message_id": request.card.message_id if request.card else None,
        "ticket_id": request.ticket_id,
        "ticket_key": request.ticket_key,
        "own_address": request.own_address,
        "problem": request.problem,
    }


def _request(row: Row[Any]) -> Request:
    card = None
    if row.card_place is not None:
        card = Card(Place(row.card_place), MessageId(row.card_message_id))
    return Request(
        id=RequestId(row.id),
        thread=Thread(ChatId(row.chat_id), MessageId(row.thread_root)),
        top_level=row.top_level,
        asker=PersonId(row.asker),
        state=RequestState(row.state),
        values=json.loads(row.form_values),
        created_ms=Ms(row.created_ms),
        expires_ms=Ms(row.expires_ms),
        round=row.rounds,
        submitted_ms=Ms(row.submitted_ms),
        slow_told=row.slow_told,
        card=card,
        ticket_id=TicketId(row.ticket_id),
        ticket_key=TicketKey(row.ticket_key),
        own_address=row.own_address,
        problem=row.problem,
    )
