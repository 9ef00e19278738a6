"""A reply that arrives before the message that began its thread, which may be a mention.

Lark gives each frame to one of the app's connections, and delivers again later what was not
acknowledged in time; so the two may come in either order, and to different processes.
"""

from syncd.core.arrival import ROOT_FOLLOWS_MS
from syncd.core.decide import MEANINGS
from syncd.core.events import Received as Event
from syncd.core.model import MessageId, Ms
from syncd.loops import anchors
from syncd.loops.records import Records
from syncd.store.tables.inbox import Received
from syncd.store.tx import Tx


def waits_until(records: Records, tx: Tx, received: Received, event: Event) -> Ms | None:
    """Return until when a reply waits for the beginning of its thread; None: it need not."""
    meaning = MEANINGS[type(event)]
    beginning = meaning.follows(event, records.bot(tx))
    until = Ms(received.received_ms + ROOT_FOLLOWS_MS)
    if not beginning or tx.now >= until or tx.inbox.heard(received.source, [beginning]):
        return None
    if not records.chat(tx, meaning.about(event).chat_id).enabled:
        return None
    root = anchors.first_root(tx, beginning)
    is_known = tx.requests.of_thread(root) is not None or tx.links.of_thread(root) is not None
    return None if is_known else until


def is_older_than_request(tx: Tx, received: Received) -> bool:
    """Tell whether somebody mentioned the bot in the thread while this reply waited for its root.

    Such a mention went first, though it was written later.
    """
    if not received.waited_for_root:
        return False
    request = tx.requests.of_thread(anchors.first_root(tx, MessageId(received.conversation)))
    return request is not None and not request.top_level
