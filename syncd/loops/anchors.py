"""Anchors: the message that replaces the root of a thread whose root is gone, kept so that Lark
refuses the old root only once.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/reply (230011)
"""

from dataclasses import replace

from syncd.core.model import MessageId, Thread
from syncd.core.views import InThread
from syncd.store.store import Store
from syncd.store.tx import Tx


def current(tx: Tx, thread: Thread) -> Thread:
    """Return the thread below its anchor, or the thread itself when it has none."""
    return replace(thread, root=tx.facts.anchor_of(thread.root) or thread.root)


def below(store: Store, thread: Thread) -> InThread:
    """Return where to post in that thread now."""
    with store.read() as tx:
        return InThread(current(tx, thread))


def first_root(tx: Tx, root: MessageId) -> MessageId:
    """Return the root by which the conversation below that message is known.

    That is another message where a thread goes on below an anchor, and where people answer below a
    message that shows a comment: that is about the comment's ticket.
    """
    if anchored := tx.facts.root_of(root):
        return anchored
    ticket = tx.twins.ticket_of(root)
    link = tx.links.of_ticket(ticket) if ticket else None
    return link.thread.root if link is not None else root
