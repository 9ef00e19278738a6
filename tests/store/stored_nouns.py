"""Things to put into a store."""

from syncd.core.delivery import Order
from syncd.core.kinds import AddComment, FileTicket, PostUpdate, TellPerson
from syncd.core.model import (
    ChatId,
    CommentId,
    Link,
    MessageId,
    Ms,
    PersonId,
    Request,
    RequestId,
    RequestState,
    Thread,
    TicketId,
    TicketKey,
)

HOUR = 3_600_000


def thread(root: str = "om_root") -> Thread:
    return Thread(ChatId("oc_chat"), MessageId(root))


def tell(key: str, lane: str = "lark:om_root", text: str = "hello", **order: object) -> Order:
    command = TellPerson(ChatId("oc_chat"), PersonId("ou_ann"), text)
    return Order(command, lane, key, **order)


def comment(key: str, root: str = "om_root", lane: str = "") -> Order:
    command = AddComment(thread(root), MessageId(key), PersonId("ou_ann"), Ms(1), "[]")
    return Order(command, lane or f"jsm:{root}", key)


def update(key: str, lane: str) -> Order:
    ticket, comment_id = TicketId("1"), CommentId("2")
    shown = PostUpdate(
        thread(), True, ticket, TicketKey("HELP-1"), "t", "/1", comment_id, "Eve", "[]"
    )
    return Order(shown, lane, key)


def filing(key: str, lane: str = "jsm:om_root", **order: object) -> Order:
    return Order(FileTicket(RequestId("r1")), lane, key, **order)


def request(
    id: str = "r1", root: str = "om_root", state: RequestState = RequestState.ASKED, **more: object
) -> Request:
    told = {"created_ms": Ms(1), "expires_ms": Ms(1 + 24 * HOUR), "values": {}, **more}
    return Request(
        RequestId(id), thread(root), top_level=True, asker=PersonId("ou_ann"), state=state, **told
    )


def link(root: str = "om_root", ticket: str = "10001", **more: object) -> Link:
    told = {"created_ms": Ms(1), **more}
    return Link(
        thread(root),
        TicketId(ticket),
        TicketKey(f"HELP-{ticket}"),
        RequestId("r1"),
        PersonId("ou_ann"),
        **told,
    )
