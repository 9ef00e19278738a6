"""Reads the message that a mention answers, or what was said before in its thread, once, when its
ticket is filed.

Not before: the form never waits for it, and what was recalled meanwhile stays out of the ticket.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from syncd.core.delivery import Delivery, Order
from syncd.core.errors import Denied, Rejected, RemoteFailure, Unavailable
from syncd.core.kinds.files.attach_file import attach_files_of
from syncd.core.model import Chat, PersonId, Request, RequestState
from syncd.core.prose.whole import quote
from syncd.core.views import Quoted
from syncd.core.wording import words
from syncd.loops.outgoing.performing import Tools
from syncd.store.tx import Tx

_TRIES = 3
"""How often a ticket waits for a message that cannot be read just now."""
_EARLIER = 20
"""Messages of a thread that go along besides the one that began it, the last ones."""


def with_quoted(tools: Tools, request: Request, delivery: Delivery, chat: Chat) -> Request:
    """Return the Request with what the answered message says; it goes on record before the create.

    A message that cannot be read is left out, and after some tries one that cannot be read now.
    """
    if request.quoted or not (request.answers or request.context_ms):
        return request
    try:
        found = _said(tools, request, chat)
    except (Rejected, Denied) as exc:
        tools.log.info("quoted_unreadable", request=request.id, reason=str(exc))
        return request
    except RemoteFailure as exc:
        if delivery.tries < _TRIES:
            raise Unavailable(f"the message that it answers cannot be read: {exc}") from exc
        tools.log.warning("quoted_unreadable", request=request.id, reason=str(exc))
        return request

    quoted = _quoted(tools, request, found, chat)

    def keep(tx: Tx) -> None:
        current = tx.requests.get(request.id)
        if current is not None and current.state is RequestState.SUBMITTED:
            tx.requests.save(replace(current, quoted=quoted), was=current.state)
            for order in _files(found, request):
                tx.outbox.put(order)

    if quoted:
        tools.records.store.write(keep)
    return replace(request, quoted=quoted)


def _said(tools: Tools, request: Request, chat: Chat) -> list[Quoted]:
    with tools.records.store.read() as tx:
        bot = tools.records.bot(tx)
    found = []
    if request.answers and (answered := tools.messenger.read(request.answers, bot, chat.language)):
        found.append(answered)
    if request.context_ms:
        until_ms, most = request.context_ms, _EARLIER
        found += tools.messenger.earlier(request.thread, until_ms, most, bot, chat.language)
    return found


def _quoted(tools: Tools, request: Request, found: Sequence[Quoted], chat: Chat) -> str:
    wording = words(chat.language)

    def name(author: PersonId) -> str:
        return tools.names.at_best(author, chat.id, wording) if author else wording.nameless

    return quote([(name(one.author), one.body) for one in found], wording) if found else ""


def _files(found: Iterable[Quoted], request: Request) -> Iterator[Order]:
    """Yield the orders of the files that stood in the thread; those of the message which the asker
    answers were ordered when they asked."""
    for one in found:
        if one.files and one.message_id not in ("", request.answers):
            yield attach_files_of(one.message_id, request, request.context_ms)
