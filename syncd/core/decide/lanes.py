"""Lanes and dedupe keys: what runs in order, and what is never enqueued twice."""

from syncd.core.commands import (
    AddComment,
    CloseForm,
    Order,
    PostUpdate,
    ShowForm,
    TellPerson,
    Withdraw,
)
from syncd.core.model import (
    ChatId,
    CommentId,
    MessageId,
    PersonId,
    Request,
    RequestId,
    TicketId,
)

_DAY_MS = 86_400_000
_TITLE = 80
"""Letters; enough to know one's own words again."""


def in_chat(root: MessageId) -> str:
    """Return the lane of everything shown about one thread."""
    return f"lark:{root}"


def in_helpdesk(root: MessageId) -> str:
    """Return the lane of everything one thread writes into the helpdesk."""
    return f"jsm:{root}"


def update_key(ticket_id: TicketId, comment_id: CommentId) -> str:
    """Return the key that makes one post of one comment."""
    return f"update:{ticket_id}:{comment_id}"


def show_form(request: Request, because: str, *, late: bool = False) -> Order:
    """Order the private form; `because` names the occasion, so that each shows it once."""
    return Order(
        ShowForm(request.id, request.thread.chat_id, late),
        lane=f"lark:form:{request.id}",
        dedupe_key=f"form:{request.id}:{because}",
        chat_id=request.thread.chat_id,
        request_id=request.id,
        urgent=True,
    )


def close_form(request: Request) -> tuple[Order, ...]:
    """Order the removal of the form card, if one is known to be there."""
    if request.card is None:
        return ()
    return (
        Order(
            CloseForm(request.card.place, request.card.message_id),
            lane=f"lark:form:{request.id}",
            dedupe_key=f"close:{request.card.message_id}",
            chat_id=request.thread.chat_id,
            request_id=request.id,
        ),
    )


def tell(
    chat_id: ChatId,
    person: PersonId,
    text: str,
    because: str,
    request_id: RequestId = RequestId(""),
    about: str = "",
) -> Order:
    """Order a private word; `because` names the occasion, so that each is told once.

    `about`: what the person said that this is about.
    """
    title = " ".join(about.split())
    short = title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"
    return Order(
        TellPerson(chat_id, person, text, short),
        lane=f"lark:person:{person}",
        dedupe_key=f"tell:{because}",
        chat_id=chat_id,
        request_id=request_id,
    )


def post_update(update: PostUpdate) -> Order:
    return Order(
        update,
        lane=in_chat(update.thread.root),
        dedupe_key=update_key(update.ticket_id, update.comment_id),
        chat_id=update.thread.chat_id,
    )


def withdraw(command: Withdraw) -> Order:
    return Order(
        command,
        lane=in_chat(command.thread.root),
        dedupe_key=f"withdraw:{command.message_id}",
        chat_id=command.thread.chat_id,
    )


def add_comment(comment: AddComment, request_id: RequestId) -> Order:
    return Order(
        comment,
        lane=in_helpdesk(comment.thread.root),
        dedupe_key=f"comment:{comment.message_id}",
        chat_id=comment.thread.chat_id,
        request_id=request_id,
    )


def day(now: int) -> int:
    """Return the number of the day, for what is told once a day."""
    return now // _DAY_MS


def filing_key(request: Request) -> str:
    """Return the dedupe key of the create of what was submitted last."""
    return f"file:{request.id}:{request.round}"
