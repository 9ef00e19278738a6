"""How much one person and one chat may ask and write; whoever does more is told once an hour."""

from dataclasses import replace

from syncd.core.delivery import Decision, Order
from syncd.core.events import ChatMessage
from syncd.core.kinds.replies.mark_reply import mark_failed
from syncd.core.kinds.show_form import show_form
from syncd.core.kinds.tell_person import tell
from syncd.core.known import HOUR_MS, Known, Rules, forms_of, replies_of
from syncd.core.lifecycle import is_unused
from syncd.core.model import Ms, PersonId, Request
from syncd.core.wording import words


def shows(
    show: Decision, event: ChatMessage, said: str, known: Known, rules: Rules, now: Ms
) -> Decision:
    """Return the decision to show a form, or what is decided instead; `said`: their words."""
    limit, budget = rules.limits.requests_per_person_per_hour, forms_of(event.sender)
    if known.used.get(budget, 0) < limit:
        return replace(show, spends=(*show.spends, budget))
    told = words(known.chat.language).asks_too_often.format(
        count=limit, contact=rules.contact or rules.requests_url
    )
    decision = _told_once("asks too often", told, event, said, now)
    decision = replace(decision, limited="requests_per_person_per_hour")
    if show.request is not None:
        return decision  # It opens something new, and is no reply.
    return _marked(decision, show, event, (budget, limit), known, rules)


def opens(
    request: Request,
    show: Decision,
    event: ChatMessage,
    said: str,
    known: Known,
    rules: Rules,
    now: Ms,
    because: str = "",
) -> Decision:
    """Return the decision to open that Request; with many open forms, to show one of them again.

    `because` names the occasion where it is not that message itself.
    """
    limit = rules.limits.open_forms_per_person
    open_forms = [request for request in known.open_forms if not is_unused(request)]
    if len(open_forms) < limit:
        return shows(replace(show, request=request), event, said, known, rules, now)
    # False sorts first: the oldest form in this chat, else the oldest of all.
    again = min(open_forms, key=lambda form: form.thread.chat_id != event.chat_id)
    told = words(known.chat.language).too_many_forms.format(count=limit)
    hint = _once("too-many-forms", told, event, said, now)
    order = show_form(again, because or event.message_id)
    why, limit_hit = "too many open forms: one is shown again", "open_forms_per_person"
    fewer = Decision(why, orders=(order, hint), limited=limit_hit)
    return shows(fewer, event, said, known, rules, now)


def writes(
    decision: Decision, event: ChatMessage, said: str, known: Known, rules: Rules, now: Ms
) -> Decision:
    """Return a decision on what somebody writes to a ticket, or what is decided instead."""
    if not decision.orders:
        return decision
    of_person, in_chat = replies_of(event.sender, event.chat_id)
    limits = rules.limits
    may = known.used.get(of_person, 0) < limits.replies_per_person_per_hour
    if may and known.used.get(in_chat, 0) < limits.replies_per_chat_per_hour:
        return replace(decision, spends=(*decision.spends, of_person, in_chat))
    link = known.link
    url = rules.portal_base + link.portal_path if link else rules.requests_url
    told = words(known.chat.language).writes_too_much.format(url=url)
    limit = "replies_per_chat_per_hour" if may else "replies_per_person_per_hour"
    refused = replace(_told_once("writes too much", told, event, said, now), limited=limit)
    most = limits.replies_per_chat_per_hour if may else limits.replies_per_person_per_hour
    budget = (in_chat if may else of_person, most)
    return _marked(refused, decision, event, budget, known, rules)


def _marked(
    refused: Decision,
    wanted: Decision,
    event: ChatMessage,
    budget: tuple[str, int],
    known: Known,
    rules: Rules,
) -> Decision:
    """Return the refusal with a mark on a message that was for a ticket.

    Each mark is a call: there are no more of them in an hour than of what the budget lets pass.
    """
    name, limit = budget
    carried = any(order.command.comments for order in wanted.orders)
    if known.request is None or not carried or known.used.get(name, 0) >= 2 * limit:
        return refused
    marks = mark_failed(event.message_id, "limit", known, rules)
    spends = (*refused.spends, name) if marks else refused.spends
    return replace(refused, orders=(*refused.orders, *marks), spends=spends)


def may_write(person: PersonId, known: Known, rules: Rules) -> bool:
    """Tell whether somebody may cause one more write to a ticket."""
    of_person, in_chat = replies_of(person, known.chat.id)
    limits = rules.limits
    may = known.used.get(of_person, 0) < limits.replies_per_person_per_hour
    return may and known.used.get(in_chat, 0) < limits.replies_per_chat_per_hour


def _told_once(why: str, told: str, event: ChatMessage, said: str, now: Ms) -> Decision:
    return Decision(why, orders=(_once(why, told, event, said, now),))


def _once(why: str, told: str, event: ChatMessage, said: str, now: Ms) -> Order:
    """Order a private word, once an hour, that begins with what did not go."""
    because = f"{why}:{event.sender}:{now // HOUR_MS}"
    root = event.thread_root or event.message_id
    return tell(event.chat_id, event.sender, told, because, about=said, root=root)
