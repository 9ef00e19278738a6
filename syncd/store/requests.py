"""What people asked, from the mention until a ticket exists."""

import json
from typing import Any

from sqlalchemy import (
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    insert,
    or_,
    select,
    update,
)

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
from syncd.store.schema import links, requests
from syncd.store.sweeping import old_rows

_NEWEST = (requests.c.created_ms.desc(), requests.c.id.desc())
_IS_OPEN = requests.c.state.in_((RequestState.ASKED, RequestState.SUBMITTED))
_BLANK = {"form_values": "{}", "own_address": "", "problem": ""}
_HOLDS_WORDS = and_(~_IS_OPEN, or_(*(requests.c[name] != blank for name, blank in _BLANK.items())))
_GET = select(requests).where(requests.c.id == bindparam("asked"))
# Not by age alone: the clock may have been set back since an older one ended.
_OF_THREAD = (
    select(requests)
    .where(requests.c.thread_root == bindparam("asked"))
    .order_by(
        case(
            (requests.c.state.in_((RequestState.SUBMITTED, RequestState.FILED)), 0),
            (requests.c.state == RequestState.ASKED, 1),
            else_=2,
        ),
        *_NEWEST,
    )
    .limit(1)
)
_HELD = {found: found.with_for_update() for found in (_GET, _OF_THREAD)}
_ADD = insert(requests)
_SAVE = update(requests).where(
    requests.c.id == bindparam("its_id"), requests.c.state == bindparam("was")
)
_OPEN = (
    select(requests)
    .where(_IS_OPEN)
    .order_by(requests.c.state.desc(), *_NEWEST)
    .limit(bindparam("most"))
)
_EXPIRED = (
    select(requests)
    .where(requests.c.state == RequestState.ASKED, requests.c.expires_ms <= bindparam("before"))
    .order_by(requests.c.expires_ms)
    .limit(bindparam("most"))
)
_SLOW = (
    select(requests)
    .where(
        requests.c.state == RequestState.SUBMITTED,
        requests.c.submitted_ms <= bindparam("before"),
        requests.c.slow_told == false(),
    )
    .order_by(requests.c.submitted_ms)
    .limit(bindparam("most"))
)


class Requests:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._connection = scope.connection

    def get(self, id: RequestId) -> Request | None:
        """Return the Request; in a write transaction nobody else can change it meanwhile."""
        return self._one(_GET, id)

    def of_thread(self, root: MessageId) -> Request | None:
        """Return the Request of that thread that has a ticket or comes nearest to one, the newest
        of such; held as by `get`."""
        return self._one(_OF_THREAD, root)

    def add(self, request: Request) -> None:
        self._connection.execute(_ADD, _row(request))

    def save(self, request: Request, was: RequestState) -> None:
        """Write the Request as it is now; Conflict when it is not in the state `was` any more."""
        unchanged = {"its_id": request.id, "was": was}
        if self._connection.execute(_SAVE, {**_row(request), **unchanged}).rowcount != 1:
            raise Conflict(f"request {request.id} is no longer {was}")

    def open(self, limit: int) -> list[Request]:
        """Return what may still become a ticket: the submitted first, each newest first."""
        return [_request(row) for row in self._connection.execute(_OPEN, {"most": limit})]

    def expired(self, now: Ms, limit: int = FEW) -> list[Request]:
        """Return forms that nobody submitted in time."""
        return self._some(_EXPIRED, now, limit)

    def slow(self, submitted_before: Ms, limit: int = FEW) -> list[Request]:
        """Return what was submitted before then, is not filed, and whose asker was not told."""
        return self._some(_SLOW, submitted_before, limit)

    def sweep(self, since: Ms, before: Ms, limit: int = FEW) -> tuple[int, Ms]:
        """Forget what was typed into forms that were asked for before then and have ended.

        Return how many held something, and where to go on.
        """
        rows, reached = old_rows(
            self._connection, requests, requests.c.created_ms, since, before, _HOLDS_WORDS, limit
        )
        if rows:
            ours = requests.c.id.in_([row.id for row in rows])
            self._connection.execute(update(requests).where(ours).values(**_BLANK))
        # One that has not ended yet is to be found again, however late it ends.
        between = and_(requests.c.created_ms >= since, requests.c.created_ms < reached)
        oldest = select(func.min(requests.c.created_ms)).where(_IS_OPEN, between)
        return len(rows), self._connection.execute(oldest).scalar() or reached

    def counts(self) -> dict[RequestState, int]:
        found = select(requests.c.state, func.count()).group_by(requests.c.state)
        return {RequestState(state): count for state, count in self._connection.execute(found)}

    def unlinked(self, limit: int = FEW) -> list[Request]:
        """Return what is FILED though its thread belongs to another ticket, newest first."""
        linked = select(links.c.ticket_id).where(links.c.ticket_id == requests.c.ticket_id)
        alone = and_(requests.c.state == RequestState.FILED, ~exists(linked))
        found = select(requests).where(alone).order_by(*_NEWEST).limit(limit)
        return [_request(row) for row in self._connection.execute(found)]

    def recent(self, limit: int) -> list[Request]:
        """Return the Requests made last, newest first."""
        found = self._connection.execute(select(requests).order_by(*_NEWEST).limit(limit))
        return [_request(row) for row in found]

    def _one(self, found: Select[Any], id: str) -> Request | None:
        asked = _HELD[found] if self._scope.writes else found
        row = self._connection.execute(asked, {"asked": id}).first()
        return _request(row) if row else None

    def _some(self, found: Select[Any], before: Ms, limit: int) -> list[Request]:
        rows = self._connection.execute(found, {"before": before, "most": limit})
        return [_request(row) for row in rows]


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
