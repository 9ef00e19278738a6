"""Posts a comment's words with a key, and remembers which words were sent with it."""

from dataclasses import replace

from syncd.core.delivery import Delivery
from syncd.core.outcome import Outcome
from syncd.core.views import InChat, InThread, PostView
from syncd.loops.outgoing.performing import Found, Ready, Tools

_MIXED = "several versions"
"""Note on a delivery of which different texts were sent with one key: whichever came first is
shown."""


def said(
    tools: Tools, where: InThread | InChat, content: PostView, digest: str, delivery: Delivery
) -> Ready:
    """Return the call that posts it; its outcome has the digest if it certainly shows that text."""
    sure = not delivery.first_sent_ms or note_of(tools, delivery) == digest
    shown = digest if sure else ""

    def send() -> Outcome:
        return replace(tools.sender.post(where, content, delivery), digest=shown)

    return Ready(send, note=digest if sure else _MIXED)


def as_found(tools: Tools, found: Found, delivery: Delivery) -> Found:
    """Return what was found in the chat, with the digest of the text if only one was sent."""
    sent = note_of(tools, delivery)
    return Found(replace(found.outcome, digest="" if sent == _MIXED else sent))


def note_of(tools: Tools, delivery: Delivery) -> str:
    with tools.records.store.read() as tx:
        return tx.outbox.note_of(delivery.id)
