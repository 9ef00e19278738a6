"""The life of one ticket, as the rows that a daemon with 30 days of retention leaves of it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from bench.life import ANSWER, DAY_MS, TOLD, WRITTEN_MS, Life, mixed, stamp
from sqlalchemy import Table

from syncd.core import text, watching
from syncd.core.decide.versions import digest_of
from syncd.core.delivery import Order
from syncd.core.kinds import AnnounceTicket, CloseForm, FileTicket, PostUpdate, ShowForm
from syncd.core.kinds.post_update import update_key
from syncd.core.model import (
    CommentId,
    DeliveryId,
    DeliveryState,
    MessageId,
    Ms,
    Origin,
    Place,
    RequestId,
    RequestState,
    SeenVerdict,
)
from syncd.core.operators.history import CLAIM, DECIDED, POST, QUEUED, RECEIVED, Entry
from syncd.core.reaching import lanes
from syncd.core.watching import Look, Reason
from syncd.store import schema
from syncd.store.schema import InboxState
from syncd.store.tables.deliveries import new_row

_DIGEST = digest_of((text.Paragraph((text.Text(ANSWER),)),))

Rows = Iterator[tuple[Table, dict[str, Any]]]


def rows(life: Life) -> Rows:
    """Yield every row of it, each with the columns that are not blank."""
    request = RequestId(life.id(life.created_ms))
    yield from _received(life)
    yield schema.requests, _request(life, request)
    yield schema.links, _link(life, request)
    for look in _looks(life):
        yield schema.looks, look
    for comment, at_ms in life.comments():
        yield (
            schema.seen_comments,
            {
                "ticket_id": life.ticket,
                "comment_id": comment,
                "verdict": SeenVerdict.TOLD,
                "updated_ms": at_ms,
                "edited_ms": at_ms - WRITTEN_MS,
                "again_ms": 0,
                "digest": _DIGEST,
                "shown": _DIGEST,
                "times": 0,
            },
        )
        yield (
            schema.twins,
            {
                "message_id": f"om_{mixed(int(comment)):032x}",
                "ticket_id": life.ticket,
                "comment_id": comment,
                "origin": Origin.HELPDESK,
                "times": 0,
            },
        )
        yield from _told(life, Entry(POST, comment_id=comment, ticket_id=life.ticket), at_ms)
    for order, at_ms in _orders(life, request):
        yield from _settled(life, order, at_ms)


def _received(life: Life) -> Rows:
    """The mention, and the click on Submit."""
    for kind_, message, at_ms in (
        ("im.message.receive_v1", life.thread.root, life.created_ms),
        ("card.action.trigger", None, life.at(0.5)),
    ):
        received = (
            schema.inbox,
            {
                "id": life.id(at_ms),
                "source": "lark",
                "event_id": f"{life.chance.getrandbits(128):032x}",
                "message_id": message,
                "kind": kind_,
                "conversation": life.thread.root,
                "turn": f"{at_ms:015d}",
                "in_thread": False,
                "raw": b"",
                "state": InboxState.DONE,
                "received_ms": at_ms,
                "closed_ms": at_ms + 40,
                "note": "a fresh request",
            },
        )
        if life.is_remembered(at_ms):
            yield received
        if message:
            for entry in (Entry(RECEIVED, kind_), Entry(DECIDED, "a fresh request")):
                yield from _told(life, entry, at_ms)


def _request(life: Life, id: RequestId) -> dict[str, Any]:
    values = {} if life.forgotten(life.created_ms) else {"summary": life.title}
    return {
        "id": id,
        "chat_id": life.chat,
        "thread_root": life.thread.root,
        "top_level": True,
        "asker": life.asker,
        "state": RequestState.FILED,
        "form_values": json.dumps(values),
        "created_ms": life.created_ms,
        "expires_ms": life.created_ms + DAY_MS,
        "rounds": 1,
        "submitted_ms": life.at(0.5),
        "card_place": None,
        "card_message_id": None,
        "ticket_id": life.ticket,
        "ticket_key": life.key,
    }


def _link(life: Life, request: RequestId) -> dict[str, Any]:
    return {
        "thread_root": life.thread.root,
        "chat_id": life.chat,
        "ticket_id": life.ticket,
        "ticket_key": life.key,
        "request_id": request,
        "asker": life.asker,
        "created_ms": life.at(0.6),
        "portal_path": life.portal_path,
        "updated_seen": stamp(life.at(2 + TOLD - 1)),
        "muted": False,
    }


def _looks(life: Life) -> Iterator[dict[str, Any]]:
    """Where it is, is asked in turn; its comments are looked at again for some days."""
    waits = [Look(life.ticket, Reason.WHERE, Ms(life.now_ms - life.number))]
    looked = Ms(life.now_ms - mixed(life.number) % 3_600_000)
    again = watching.shown_again(life.at(1 + TOLD), looked)
    if again is not None:
        waits += [Look(life.ticket, reason, again) for reason in (Reason.SHOWN, Reason.PORTAL)]
    for look in waits:
        yield {**asdict(look), "asked_ms": life.now_ms - 3_600_000}


def _orders(life: Life, request: RequestId) -> Iterator[tuple[Order, Ms]]:
    """Yield six deliveries, with every second ticket one more, and when each was settled."""
    chat, lane = life.chat, lanes.in_chat(life.thread.root)
    form = f"lark:form:{request}"
    about_it = {"chat_id": chat, "request_id": request}
    card = MessageId(f"om_c{mixed(life.number):031x}")
    yield (
        Order(ShowForm(request, chat), form, f"form:{request}:asked", **about_it),
        life.at(0.1),
    )
    file = FileTicket(request)
    yield (
        Order(file, f"jsm:{life.thread.root}", f"file:{request}:1", **about_it),
        life.at(0.6),
    )
    if life.number % 2:
        close = CloseForm(Place.EPHEMERAL, card)
        yield Order(close, form, f"close:{card}", **about_it), life.at(0.7)
    told = AnnounceTicket(life.thread, life.key, life.title, "Open", life.portal_path)
    yield Order(told, lane, f"announce:{request}", **about_it), life.at(0.7)
    for comment, at_ms in life.comments():
        shown = _update(life, comment, at_ms)
        key = update_key(shown.ticket_id, comment)
        yield Order(shown, lane, key, chat_id=chat), Ms(at_ms + 700)


def _update(life: Life, comment: CommentId, at_ms: Ms) -> PostUpdate:
    said = f"We restarted the shard {life.number} and see it serve again; is it well on your side?"
    return PostUpdate(
        thread=life.thread,
        in_thread=life.number % 3 > 0,
        ticket_id=life.ticket,
        key=life.key,
        title=life.title,
        portal_path=life.portal_path,
        comment_id=comment,
        author="Erin Engineer",
        body=text.dump((text.Paragraph((text.Text(said),)),)),
        read_ms=at_ms,
    )


def _settled(life: Life, order: Order, at_ms: Ms) -> Rows:
    if life.forgotten(at_ms):
        order = Order(**{**vars(order), "command": order.command.blank()})
    id = DeliveryId(life.id(at_ms - 500))
    lost = life.number % 1000 == 7 and isinstance(order.command, PostUpdate)
    yield (
        schema.outbox,
        {
            **new_row(order, id, Ms(at_ms - 500)),
            "state": DeliveryState.DEAD if lost else DeliveryState.DONE,
            "tries": 1,
            "first_sent_ms": at_ms - 300,
            "reason": "230002: the bot is not in the chat" if lost else "",
            "settled_ms": at_ms,
        },
    )
    happened = (QUEUED, order.command.kind()), (CLAIM, "try 1"), ("send", ""), ("ok", "")
    for what, detail in () if life.forgotten(at_ms) else happened:
        ids = {"chat_id": order.chat_id, "request_id": order.request_id, "delivery_id": id}
        entry = replace(order.command.names(), what=what, detail=detail, **ids)
        yield from _told(life, entry, at_ms)


def _told(life: Life, entry: Entry, at_ms: int) -> Rows:
    """The history is kept as long as what people wrote."""
    if not life.forgotten(at_ms):
        named = {**asdict(entry), "id": life.id(at_ms), "at_ms": at_ms, "ticket_key": life.key}
        yield schema.history, {**named, "thread_root": life.thread.root}
