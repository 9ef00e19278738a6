"""The Requests."""

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
    select,
    update,
)

from syncd.core.desks.desk import RequestKind
from syncd.core.model import (
    Card,
    MessageId,
    Ms,
    PersonId,
    Place,
    Request,
    RequestId,
    RequestState,
    Thread,
)
from syncd.store.failures import Conflict
from syncd.store.portable import FEW, MOST
from syncd.store.schema import cursors, links, requests
from syncd.store.tables.rows import Rows, Swept, columns, noun

_NEWEST = (requests.c.created_ms.desc(), requests.c.id.desc())
SWEPT = "swept-requests"
"""Cursor: what was asked before then holds no words any more, unless it is open."""
_OPEN_STATES = (RequestState.ASKED, RequestState.SUBMITTED)
_IS_OPEN = requests.c.state.in_(_OPEN_STATES)
_BLANK = {"form_values": "{}"} | dict.fromkeys(
    ("own_address", "problem", "said", "layout", "quoted"), ""
)
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
_ADD = insert(requests)
_SAVE = update(requests).where(
    requests.c.id == bindparam("its_id"), requests.c.state == bindparam("was")
)
_SWEEP_AGAIN = (
    update(cursors)
    .where(cursors.c.name == SWEPT, cursors.c.position > bindparam("its_created"))
    .values(position=bindparam("its_created"))
)
_OPEN = select(requests).where(_IS_OPEN).order_by(requests.c.state.desc(), *_NEWEST).limit(MOST)
_OPEN_OF = (
    select(requests)
    .where(requests.c.asker == bindparam("asker"), requests.c.state == RequestState.ASKED)
    .order_by(requests.c.created_ms, requests.c.id)
    .limit(MOST)
)
_EXPIRED = (
    select(requests)
    .where(requests.c.state == RequestState.ASKED, requests.c.expires_ms <= bindparam("before"))
    .order_by(requests.c.expires_ms)
    .limit(MOST)
)
_UNUSED = (
    select(requests)
    .where(
        requests.c.state == RequestState.ASKED,
        requests.c.offer_ms > 0,
        requests.c.offer_ms <= bindparam("before"),
    )
    .order_by(requests.c.offer_ms)
    .limit(MOST)
)
_SLOW = (
    select(requests)
    .where(
        requests.c.state == RequestState.SUBMITTED,
        requests.c.submitted_ms <= bindparam("before"),
        requests.c.slow_told == false(),
    )
    .order_by(requests.c.submitted_ms)
    .limit(MOST)
)


class Requests(Rows):
    def get(self, id: RequestId) -> Request | None:
        """Return the Request; in a write transaction nobody else can change it meanwhile."""
        return self._one(_GET, id)

    def of_thread(self, root: MessageId) -> Request | None:
        """Return the Request of that thread that has a ticket or comes nearest to one, the newest
        of such; held as by `get`."""
        return self._one(_OF_THREAD, root)

    def add(self, request: Request) -> None:
        self._run(_ADD, **_row(request))

    def save(self, request: Request, was: RequestState) -> None:
        """Write the Request as it is now; Conflict when it is not in the state `was` any more."""
        if self._run(_SAVE, **_row(request), its_id=request.id, was=was).rowcount != 1:
            raise Conflict(f"request {request.id} is no longer {was}")
        if request.state not in _OPEN_STATES:
            self._run(_SWEEP_AGAIN, its_created=request.created_ms)

    def open(self, limit: int) -> list[Request]:
        """Return what may still become a ticket: the submitted first, each newest first."""
        return self._some(_OPEN, most=limit)

    def open_of(self, asker: PersonId, limit: int) -> list[Request]:
        """Return what this person asked and has not submitted, the oldest first."""
        return self._some(_OPEN_OF, asker=asker, most=limit)

    def expired(self, now: Ms, limit: int = FEW) -> list[Request]:
        """Return forms that nobody submitted in time."""
        return self._some(_EXPIRED, before=now, most=limit)

    def unused(self, now: Ms, limit: int = FEW) -> list[Request]:
        """Return what has a private form that nobody has clicked in time."""
        return self._some(_UNUSED, before=now, most=limit)

    def slow(self, submitted_before: Ms, limit: int = FEW) -> list[Request]:
        """Return what was submitted before then, is not filed, and whose asker was not told."""
        return self._some(_SLOW, before=submitted_before, most=limit)

    def sweep(self, since: Ms, before: Ms, limit: int = FEW) -> Swept:
        """Forget what was typed into forms that were asked for before then and have ended.

        One that ends later takes the sweep back to itself (`save`).
        """
        rows, reached = self._old(requests.c.created_ms, since, before, limit)
        words = [row.id for row in rows if row.state not in _OPEN_STATES and _holds_words(row)]
        if words:
            ours = requests.c.id.in_(words)
            self._run(update(requests).where(ours).values(**_BLANK))
        return Swept(len(words), len(rows) == limit, reached)

    def counts(self) -> dict[RequestState, int]:
        found = select(requests.c.state, func.count()).group_by(requests.c.state)
        return {state: count for state, count in self._connection.execute(found)}

    def unlinked(self, limit: int = FEW) -> list[Request]:
        """Return what is FILED though its thread belongs to another ticket, newest first."""
        linked = select(links.c.ticket_id).where(links.c.ticket_id == requests.c.ticket_id)
        alone = and_(requests.c.state == RequestState.FILED, ~exists(linked))
        return self._some(select(requests).where(alone).order_by(*_NEWEST).limit(limit))

    def _one(self, found: Select[Any], id: str) -> Request | None:
        row = self._held(found, asked=id)
        return _request(row) if row else None

    def _some(self, found: Select[Any], **gaps: object) -> list[Request]:
        return [_request(row) for row in self._run(found, **gaps)]


def _holds_words(row: Row[Any]) -> bool:
    return any(row._mapping[name] != blank for name, blank in _BLANK.items())


def _row(request: Request) -> dict[str, Any]:
    card = request.card
    return columns(
        request,
        requests,
        chat_id=request.thread.chat_id,
        thread_root=request.thread.root,
        form_values=json.dumps(request.values, ensure_ascii=False),
        rounds=request.round,
        kind=request.kind and str(request.kind),
        card_place=card and card.place,
        card_message_id=card and card.message_id,
    )


def _request(row: Row[Any]) -> Request:
    card = row.card_place and Card(Place(row.card_place), MessageId(row.card_message_id))
    return noun(
        Request,
        row,
        thread=Thread(row.chat_id, row.thread_root),
        values=json.loads(row.form_values),
        round=row.rounds,
        kind=row.kind and RequestKind.read(row.kind),
        card=card,
    )
