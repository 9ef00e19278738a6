"""Which Request, Link and chat an event is about."""

from syncd.core.model import ChatId, Link, MessageId, Request, RequestState
from syncd.core.operators.history import Entry
from syncd.loops import anchors
from syncd.store.tx import Tx


def of(tx: Tx, about: Entry) -> tuple[Request | None, Link | None]:
    """Return the Request and the Link that an event is about."""
    root = anchors.first_root(tx, about.thread_root) if about.thread_root else None
    request, link = None, None
    if about.request_id:
        request = tx.requests.get(about.request_id)
    elif root and not about.delivery_id:
        request = tx.requests.of_thread(root)
    if about.ticket_id:
        link = tx.links.of_ticket(about.ticket_id)
    elif root:
        link = tx.links.of_thread(root)
    return request, link


def of_thread(tx: Tx, about: Entry) -> Request | None:
    """Return the Request of the thread that an event names, whatever else it is about."""
    return tx.requests.of_thread(anchors.first_root(tx, about.thread_root))


def of_quoted(tx: Tx, quoted: tuple[MessageId, ...]) -> tuple[Request | None, Link | None]:
    """Return the Request that is or becomes a ticket, and the Link, of a quoted message."""
    for message_id in quoted:
        root = anchors.first_root(tx, message_id)
        request = tx.requests.of_thread(root)
        if request is not None and request.state in (RequestState.SUBMITTED, RequestState.FILED):
            return request, tx.links.of_thread(root)
    return None, None


def chat_of(about: Entry, request: Request | None, link: Link | None) -> ChatId:
    subject = request or link
    return about.chat_id or (subject.thread.chat_id if subject is not None else ChatId(""))
