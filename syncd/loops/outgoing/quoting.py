"""Reads the message that a mention answers, once, when its ticket is filed.

Not before: the form never waits for it, and what was recalled meanwhile stays out of the ticket.
"""

from dataclasses import replace

from syncd.core.delivery import Delivery
from syncd.core.errors import Denied, Rejected, RemoteFailure, Unavailable
from syncd.core.model import Chat, Request, RequestState
from syncd.core.prose.whole import quote
from syncd.core.wording import words
from syncd.loops.outgoing.performing import Tools
from syncd.store.tx import Tx

_TRIES = 3
"""How often a ticket waits for a message that cannot be read just now."""


def with_quoted(tools: Tools, request: Request, delivery: Delivery, chat: Chat) -> Request:
    """Return the Request with what the answered message says; it goes on record before the create.

    A message that cannot be read is left out, and after some tries one that cannot be read now.
    """
    if not request.answers or request.quoted:
        return request
    try:
        quoted = _quoted(tools, request, chat)
    except (Rejected, Denied) as exc:
        tools.log.info("quoted_unreadable", request=request.id, reason=str(exc))
        return request
    except RemoteFailure as exc:
        if delivery.tries < _TRIES:
            raise Unavailable(f"the message that it answers cannot be read: {exc}") from exc
        tools.log.warning("quoted_unreadable", request=request.id, reason=str(exc))
        return request

    def keep(tx: Tx) -> None:
        current = tx.requests.get(request.id)
        if current is not None and current.state is RequestState.SUBMITTED:
            tx.requests.save(replace(current, quoted=quoted), was=current.state)

    if quoted:
        tools.records.store.write(keep)
    return replace(request, quoted=quoted)


def _quoted(tools: Tools, request: Request, chat: Chat) -> str:
    with tools.records.store.read() as tx:
        bot = tools.records.bot(tx)
    found = tools.messenger.read(request.answers, bot, chat.language)
    if found is None:
        return ""
    wording = words(chat.language)
    name = wording.nameless
    if found.author:
        name = tools.names.at_best(found.author, chat.id, wording)
    return quote(name, found.body, wording)
