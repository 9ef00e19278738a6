"""Where a conversation goes on whose root is gone, so that Lark has to refuse that root only once.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/reply (230011)
"""

from dataclasses import replace

from syncd.core.model import Anchor, MessageId, Thread
from syncd.store.tx import Tx

_ANCHOR, _ROOT = "anchor", "anchored root"


def keep(tx: Tx, anchor: Anchor) -> None:
    tx.cache.put(_ANCHOR, anchor.thread.root, anchor.message_id)
    tx.cache.put(_ROOT, anchor.message_id, anchor.thread.root)


def current(tx: Tx, thread: Thread) -> Thread:
    """Return the thread below the anchor, the given one where its own root serves."""
    return replace(thread, root=MessageId(tx.cache.get(_ANCHOR, thread.root) or thread.root))


def first_root(tx: Tx, root: MessageId) -> MessageId:
    """Return the root by which the conversation below that message is known."""
    return MessageId(tx.cache.get(_ROOT, root) or root)
