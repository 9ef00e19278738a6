"""Somebody puts an emoji on a message, which may open a form with it."""

from dataclasses import replace

from syncd.core import text
from syncd.core.decide import limiting
from syncd.core.decide.talking import LATE_MS, where_the_ticket_is
from syncd.core.delivery import Decision, Order
from syncd.core.events import AskedByReaction, ChatMessage, Reacted
from syncd.core.kinds.files.attach_file import attach_files_of, attach_quoted
from syncd.core.kinds.reacted.read_reacted import read_reacted
from syncd.core.kinds.show_form import show_form
from syncd.core.kinds.tell_person import tell
from syncd.core.known import HOUR_MS, Known, Rules, reads_of
from syncd.core.lifecycle import is_unused
from syncd.core.model import MessageId, Ms, Request, RequestState, Thread
from syncd.core.prose.heard import body_of, layout_of, prefilled, said_of
from syncd.core.reaching.allowed import may
from syncd.core.text import Paragraph, Quote, Text
from syncd.core.wording import words

_HAS_TICKET = (RequestState.SUBMITTED, RequestState.FILED)


def reacted(event: Reacted, known: Known, rules: Rules, now: Ms) -> Decision:
    """Have the message read, if it is the emoji that opens a form. Reading costs a call, so that
    nobody causes more of them in an hour than they may be shown forms, and one to be told so."""
    if not rules.reactions.opens or event.emoji != rules.reactions.opens:
        return Decision("an emoji that asks for nothing")
    budget, limit = reads_of(event.person), rules.limits.requests_per_person_per_hour
    if known.used.get(budget, 0) > limit:
        return Decision("asks too often", limited="requests_per_person_per_hour")
    order = read_reacted(replace(event, at_ms=event.at_ms or now))
    return Decision("asks by an emoji", orders=(order,), spends=(budget,))


def asked(event: AskedByReaction, known: Known, rules: Rules, now: Ms) -> Decision:
    """Open the form of whoever put the emoji there, as a mention below that message does."""
    if not known.chat.enabled:
        return Decision("chat is not enabled")
    by = _asker_s(event)
    said = said_of(event.message, known)
    request, case = known.request, (by, said, known, rules, now)
    if request is not None and request.state in _HAS_TICKET:
        told = where_the_ticket_is(known, rules)
        there = Decision("told where its ticket is", orders=(_tell(event, told, now),))
        return limiting.writes(there, *case)
    if not (said or event.message.files):
        return Decision("nothing that one could ask about")
    if request is not None and _is_open(request):
        if request.asker != event.person:
            order = _tell(event, words(known.chat.language).form_of_another, now)
            return limiting.writes(Decision("the form is another's", orders=(order,)), *case)
        again = show_form(request, f"reacted:{event.at_ms}")
        return limiting.shows(Decision("its form is shown again", orders=(again,)), *case)
    if not may(known.chat.may_submit, event.person, known.side):
        refused = _tell(event, words(known.chat.language).may_not_submit, now)
        return limiting.writes(Decision("may not ask there: told so", orders=(refused,)), *case)
    new = _request(event, said, known, rules, now)
    late = now - event.at_ms > LATE_MS
    show = Decision(
        "an emoji opens a request" + (", found late" if late else ""),
        orders=(
            show_form(new, f"reacted:{event.at_ms}", late=late, written_ms=event.at_ms),
            *_files(event, new),
            *attach_quoted(by, new),
        ),
    )
    return limiting.opens(new, show, *case, because=f"reacted:{event.at_ms}")


def _asker_s(event: AskedByReaction) -> ChatMessage:
    """Return the message as if whoever put the emoji there had written it just then."""
    return replace(event.message, sender=event.person, from_person=True, sent_ms=event.at_ms)


def _is_open(request: Request) -> bool:
    return request.state is RequestState.ASKED and not is_unused(request)


def _files(event: AskedByReaction, request: Request) -> tuple[Order, ...]:
    if not event.message.files:
        return ()
    return (attach_files_of(event.message.message_id, request, event.at_ms),)


def _tell(event: AskedByReaction, told: str, now: Ms) -> Order:
    """Order a word to them alone, about one message once an hour."""
    message = event.message
    because = f"reacted:{message.message_id}:{event.person}:{now // HOUR_MS}"
    root = message.thread_root or message.message_id
    return tell(message.chat_id, event.person, told, because, root=root)


def _request(event: AskedByReaction, said: str, known: Known, rules: Rules, now: Ms) -> Request:
    """Return what is asked: the message, with its author's name where that is somebody else."""
    message = event.message
    layout = layout_of(message, known)
    if event.author and said:
        by = f"\u2014 {event.author}"
        layout = text.dump((Quote(body_of(message, known)), Paragraph((Text(by),))))
        said = f"{said}\n\n{by}"
    root = message.thread_root
    return Request(
        id=known.fresh_id,
        thread=Thread(message.chat_id, root or message.message_id),
        top_level=not root,
        asker=event.person,
        state=RequestState.ASKED,
        values=prefilled(said, wordless=message.wordless),
        said=said,
        layout=layout,
        wordless=message.wordless,
        answers=root or next(iter(message.answers), MessageId("")),
        context_ms=message.sent_ms if root else Ms(0),
        created_ms=now,
        expires_ms=Ms(now + rules.form_lives_ms),
    )
