"""When the operators' chat (`alerts.chat`) is told something, and what; never customers' words."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from syncd.core.delivery import Delivery, Order
from syncd.core.ends import Undeliverable, Withheld
from syncd.core.kinds.alert import alert
from syncd.core.known import Rules
from syncd.core.model import DeliveryId, Link, Ms, RequestId, TicketKey
from syncd.core.reaching.lanes import day
from syncd.core.wording import words
from syncd.core.wording.table import Wording

_MINUTE_MS = 60_000


class Trouble(StrEnum):
    """A condition that lasts; told once after it began, and once when it is over."""

    SOCKET = "socket"
    DEAF = "deaf"
    SILENCED = "silenced"
    POLL = "poll"
    SWEEP = "sweep"
    LARK_LOGIN = "lark login"
    JSM_LOGIN = "jsm login"
    PERMISSION = "permission"
    FORM = "form"


_TOLD_AFTER_MS = {
    Trouble.SOCKET: 2 * _MINUTE_MS,
    Trouble.POLL: 5 * _MINUTE_MS,
    Trouble.SWEEP: 20 * _MINUTE_MS,
}
"""How long a trouble lasts before it is told; those not listed are told at once."""


@dataclass(frozen=True)
class Outage:
    """A trouble that goes on, and whether operators were told."""

    began_ms: Ms
    told: bool = False


def is_to_be_told(trouble: Trouble, began: Ms, now: Ms) -> bool:
    """Tell whether it has lasted so long that somebody has to act."""
    return now - began >= _TOLD_AFTER_MS.get(trouble, 0)


def judge(
    trouble: Trouble, outage: Outage | None, *, down: bool, now: Ms, rules: Rules
) -> tuple[Outage | None, tuple[Order, ...]]:
    """Return the trouble's new state, and the alarm when its beginning or its end is to be told."""
    if not down:
        ended = outage is not None and outage.told
        return None, _over(trouble, outage, now, rules) if outage and ended else ()
    lasting = outage or Outage(now)
    if lasting.told or not is_to_be_told(trouble, lasting.began_ms, now):
        return lasting, ()
    text = name_of(trouble, words(rules.alarm_language))
    because = f"{trouble}:{lasting.began_ms}:begin"
    return Outage(lasting.began_ms, told=True), alert(rules, text, because, lasting.began_ms)


def dead(event: Undeliverable, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm when a delivery ended DEAD and an operator has to act."""
    delivery, wording = event.delivery, words(rules.alarm_language)
    told = delivery.command.alarm(event, wording)
    if not told or event.dropped or event.invalid:
        return ()
    if event.outside:
        # Everything for that chat dies of the same, so what came on one day is told once.
        told = wording.alarm_outside.format(chat=delivery.chat_id)
        return alert(rules, told, f"outside:{delivery.chat_id}:{day(delivery.enqueued_ms)}")
    # A delivery that was sent again may die again, and that is told again.
    return alert(rules, told, f"dead:{delivery.id}:{delivery.tries}")


def denied(what: str, reason: str, rules: Rules, now: Ms) -> tuple[Order, ...]:
    """Return the alarm about what a platform denies to our account; told once a day."""
    told = words(rules.alarm_language).alarm_denied.format(what=what, reason=reason)
    # A key of the database is short.
    short = hashlib.sha256(reason.encode()).hexdigest()[:16]
    return alert(rules, told, f"denied:{what}:{short}:{day(now)}")


def withheld(event: Withheld, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm when the portal did not say for too long whether it shows a comment."""
    if not event.unreadable:
        return ()
    told = words(rules.alarm_language).alarm_unreadable.format(delivery=event.delivery.id)
    return alert(rules, told, f"unreadable:{event.delivery.dedupe_key}")


def two_tickets(request: RequestId, keys: str, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm about several tickets with one marker."""
    told = words(rules.alarm_language).alarm_two_tickets.format(request=request, keys=keys)
    return alert(rules, told, f"two-tickets:{request}")


def doubt_lasts(delivery: Delivery, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm about a delivery that stays in DOUBT."""
    told = words(rules.alarm_language).alarm_doubt.format(delivery=delivery.id)
    return alert(rules, told, f"doubt:{delivery.id}")


def may_stand(key: TicketKey, delivery: DeliveryId, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm about a comment that is not public and may nevertheless be in the chat."""
    wording = words(rules.alarm_language)
    told = wording.alarm_may_stand.format(key=key, delivery=delivery)
    return alert(rules, told, f"may-stand:{delivery}")


def not_linked(link: Link, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm about a ticket whose thread is linked to another ticket."""
    told = words(rules.alarm_language).alarm_not_linked.format(key=link.ticket_key)
    return alert(rules, told, f"not-linked:{link.ticket_id}")


def not_read(link: Link, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm about a ticket that cannot be read; told again only after it could be."""
    told = words(rules.alarm_language).alarm_not_read.format(key=link.ticket_key)
    return alert(rules, told, f"not-read:{link.ticket_id}:{link.updated_seen}")


def invitations(limit: int, now: Ms, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm, once a day, that no more accounts are made on that day."""
    told = words(rules.alarm_language).alarm_invitations.format(limit=limit)
    return alert(rules, told, f"invitations:{day(now)}")


def translation_spent(month: str, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm, once a month, that nothing more is translated in it."""
    told = words(rules.alarm_language).alarm_translation_spent.format(month=month)
    return alert(rules, told, f"translation-spent:{month}")


def moved(link: Link, key: TicketKey, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm about a ticket that is followed into another project."""
    told = words(rules.alarm_language).alarm_moved.format(old=link.ticket_key, key=key)
    return alert(rules, told, f"moved:{link.ticket_id}:{key}")


def no_request(link: Link, key: TicketKey, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm about a moved ticket that is no request of the portal any more."""
    told = words(rules.alarm_language).alarm_no_request.format(key=key)
    return alert(rules, told, f"no-request:{link.ticket_id}:{key}")


def form_gone(form: str, now: Ms, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm about a form that the helpdesk has no longer attached to tickets."""
    told = words(rules.alarm_language).alarm_form_gone.format(form=form)
    return alert(rules, told, f"form-gone:{form}:{now}")


def form_unread(reason: str, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm, once for each reason, that tickets may lack a form that nobody can see."""
    told = words(rules.alarm_language).alarm_form_unread.format(reason=reason)
    short = hashlib.sha256(reason.encode()).hexdigest()[:16]
    return alert(rules, told, f"form-unread:{short}")


def event_dead(event_id: str, rules: Rules) -> tuple[Order, ...]:
    """Return the alarm about an event that could not be handled."""
    told = words(rules.alarm_language).alarm_event.format(event=event_id)
    return alert(rules, told, f"event:{event_id}")


def _over(trouble: Trouble, outage: Outage, now: Ms, rules: Rules) -> tuple[Order, ...]:
    wording = words(rules.alarm_language)
    minutes = max(now - outage.began_ms, 0) // _MINUTE_MS
    text = wording.alarm_over.format(what=name_of(trouble, wording), minutes=minutes)
    because = f"{trouble}:{outage.began_ms}:end"
    return alert(rules, text, because, outage.began_ms, over=True)


def name_of(trouble: Trouble, wording: Wording) -> str:
    """Return the sentence about a trouble."""
    return {
        Trouble.SOCKET: wording.alarm_socket,
        Trouble.DEAF: wording.alarm_deaf,
        Trouble.SILENCED: wording.alarm_silenced,
        Trouble.POLL: wording.alarm_poll,
        Trouble.SWEEP: wording.alarm_sweep,
        Trouble.LARK_LOGIN: wording.alarm_lark_login,
        Trouble.JSM_LOGIN: wording.alarm_jsm_login,
        Trouble.PERMISSION: wording.alarm_permission,
        Trouble.FORM: wording.alarm_form,
    }[trouble]
