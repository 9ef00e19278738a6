"""When the operators' chat is told something, and what; never what customers wrote."""

from dataclasses import dataclass
from enum import StrEnum

from syncd.core.commands import (
    AddComment,
    Alert,
    AnnounceTicket,
    Delivery,
    FileTicket,
    OfferForm,
    Order,
    PostUpdate,
    ShowForm,
    Withdraw,
    kind,
)
from syncd.core.decide.known import Rules
from syncd.core.decide.lanes import day
from syncd.core.events import Event, Undeliverable, Withheld
from syncd.core.model import DeliveryId, Link, Ms, RequestId, TicketKey
from syncd.core.wording import words
from syncd.core.wording.table import Wording

LANE = "lark:alerts"
_MINUTE_MS = 60_000
_WORTH_KNOWING = (FileTicket, AnnounceTicket, PostUpdate, AddComment, Withdraw, OfferForm)


class Trouble(StrEnum):
    """What lasts until it is over; told once when it lasts, and once at its end."""

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
"""How long it may last before anybody is told; the others are told at once."""


@dataclass(frozen=True)
class Outage:
    """A trouble that goes on."""

    began_ms: Ms
    told: bool = False


def judge(
    trouble: Trouble, outage: Outage | None, *, down: bool, now: Ms, rules: Rules
) -> tuple[Outage | None, tuple[Order, ...]]:
    """Return how the trouble stands now, and the order when its begin or its end is to be told."""
    if not down:
        ended = outage is not None and outage.told
        return None, _over(trouble, outage, now, rules) if outage and ended else ()
    lasting = outage or Outage(now)
    if lasting.told or now - lasting.began_ms < _TOLD_AFTER_MS.get(trouble, 0):
        return lasting, ()
    text = _name(trouble, words(rules.alarm_language))
    because = f"{trouble}:{lasting.began_ms}:begin"
    return Outage(lasting.began_ms, told=True), _alert(rules, text, because)


def of_event(event: Event, rules: Rules) -> tuple[Order, ...]:
    """Return the order when an operator has to act on what just happened."""
    match event:
        case Undeliverable() if not event.dropped and not event.invalid:
            return _dead(event, rules)
        case Withheld() if event.unreadable:
            wording = words(rules.alarm_language)
            told = wording.alarm_unreadable.format(delivery=event.delivery.id)
            return _alert(rules, told, f"unreadable:{event.delivery.dedupe_key}")
        case _:
            return ()


def two_tickets(request: RequestId, keys: str, rules: Rules) -> tuple[Order, ...]:
    """Return the order that tells of two tickets with one marker."""
    told = words(rules.alarm_language).alarm_two_tickets.format(request=request, keys=keys)
    return _alert(rules, told, f"two-tickets:{request}")


def doubt_lasts(delivery: Delivery, rules: Rules) -> tuple[Order, ...]:
    """Return the order that tells of a doubt that looking does not end."""
    told = words(rules.alarm_language).alarm_doubt.format(delivery=delivery.id)
    return _alert(rules, told, f"doubt:{delivery.id}")


def may_stand(update: PostUpdate, delivery: DeliveryId, rules: Rules) -> tuple[Order, ...]:
    """Return the order that tells of what is not public and may yet stand in the chat."""
    wording = words(rules.alarm_language)
    told = wording.alarm_may_stand.format(key=update.key, delivery=delivery)
    return _alert(rules, told, f"may-stand:{delivery}")


def not_linked(link: Link, rules: Rules) -> tuple[Order, ...]:
    """Return the order that tells of a ticket whose thread belongs to another one."""
    told = words(rules.alarm_language).alarm_not_linked.format(key=link.ticket_key)
    return _alert(rules, told, f"not-linked:{link.ticket_id}")


def not_read(link: Link, rules: Rules) -> tuple[Order, ...]:
    """Return the order that tells of a ticket that cannot be read, once until it has been."""
    told = words(rules.alarm_language).alarm_not_read.format(key=link.ticket_key)
    return _alert(rules, told, f"not-read:{link.ticket_id}:{link.updated_seen}")


def moved(link: Link, key: TicketKey, rules: Rules) -> tuple[Order, ...]:
    """Return the order that tells of a ticket that is followed into another project."""
    told = words(rules.alarm_language).alarm_moved.format(old=link.ticket_key, key=key)
    return _alert(rules, told, f"moved:{link.ticket_id}:{key}")


def no_request(link: Link, key: TicketKey, rules: Rules) -> tuple[Order, ...]:
    """Return the order that tells of a ticket that a move has made invisible to customers."""
    told = words(rules.alarm_language).alarm_no_request.format(key=key)
    return _alert(rules, told, f"no-request:{link.ticket_id}:{key}")


def event_dead(event_id: str, rules: Rules) -> tuple[Order, ...]:
    """Return the order that tells of something received that could not be handled."""
    told = words(rules.alarm_language).alarm_event.format(event=event_id)
    return _alert(rules, told, f"event:{event_id}")


def _dead(event: Undeliverable, rules: Rules) -> tuple[Order, ...]:
    delivery, wording = event.delivery, words(rules.alarm_language)
    if isinstance(delivery.command, FileTicket):
        told = wording.alarm_request.format(request=delivery.request_id, delivery=delivery.id)
    elif not _is_worth_knowing(event):
        return ()
    elif event.outside:
        # Everything for that chat dies of the same, so what came on one day is told once.
        told = wording.alarm_outside.format(chat=delivery.chat_id)
        return _alert(rules, told, f"outside:{delivery.chat_id}:{day(delivery.enqueued_ms)}")
    else:
        told = wording.alarm_dead.format(kind=kind(delivery.command), delivery=delivery.id)
    return _alert(rules, told, f"dead:{_occasion(delivery)}")


def _is_worth_knowing(event: Undeliverable) -> bool:
    form_refused = isinstance(event.delivery.command, ShowForm) and event.refused
    return form_refused or isinstance(event.delivery.command, _WORTH_KNOWING)


def _occasion(delivery: Delivery) -> str:
    """A delivery that was sent again may die again, and that is told again."""
    return f"{delivery.id}:{delivery.tries}"


def _over(trouble: Trouble, outage: Outage, now: Ms, rules: Rules) -> tuple[Order, ...]:
    wording = words(rules.alarm_language)
    minutes = max(now - outage.began_ms, 0) // _MINUTE_MS
    text = wording.alarm_over.format(what=_name(trouble, wording), minutes=minutes)
    return _alert(rules, text, f"{trouble}:{outage.began_ms}:end")


def _name(trouble: Trouble, wording: Wording) -> str:
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


def _alert(rules: Rules, text: str, because: str) -> tuple[Order, ...]:
    if not rules.alarm_chat:
        return ()
    command = Alert(rules.alarm_chat, text)
    return (Order(command, LANE, f"alert:{because}", chat_id=rules.alarm_chat),)
