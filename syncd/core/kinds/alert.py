"""Alert and AlertByWebhook: an alarm to the operators, by its two ways."""

from dataclasses import dataclass
from typing import ClassVar

from syncd.core.delivery import Command, Decision, Delivery, Order
from syncd.core.ends import Undeliverable
from syncd.core.known import Known, Rules
from syncd.core.model import ChatId, Destination, Ms

LANE = f"{Destination.LARK}:alerts"
LANE_ELSEWHERE = f"{Destination.WEBHOOK}:alerts"
_ITS_KEY = "alert:"
_ELSEWHERE = "webhook:"
_BEGINS, _ENDS = ":begin", ":end"


@dataclass(frozen=True)
class Alarm(Command):
    """Tells operators something, which never holds what customers wrote."""

    only_where_served: ClassVar[bool] = False
    alarming: ClassVar[bool] = False

    chat_id: ChatId
    text: str
    trouble: str = ""
    """A stable name of what it is about, for machines."""
    since_ms: Ms = Ms(0)
    """When that began; 0: when the alarm was raised."""
    over: bool = False
    """Whether it tells that something is over."""


@dataclass(frozen=True)
class Alert(Alarm):
    """Tell the operators' chat; where that fails for good, the webhook."""

    in_public: ClassVar[bool] = True

    def undeliverable(self, event: Undeliverable, known: Known, rules: Rules, now: Ms) -> Decision:
        orders = () if event.dropped else elsewhere(event.delivery, rules)
        return Decision(f"the chat was not told: {event.reason}", orders=orders)


@dataclass(frozen=True)
class AlertByWebhook(Alarm):
    """Tell `alerts.webhook_url`, again where the answer was lost: twice is better than never."""

    destination: ClassVar[Destination] = Destination.WEBHOOK
    keyed: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True


def alert(
    rules: Rules, text: str, because: str, since: Ms = Ms(0), *, over: bool = False
) -> tuple[Order, ...]:
    """Return the order, by the webhook without `alerts.chat`, none without both.

    `because` names the occasion, told once; up to its first colon it is the trouble's name. That a
    trouble has begun ends with `:begin`, that it is over with `:end`.
    """
    about = because.partition(":")[0].replace(" ", "_").replace("-", "_")
    chat = rules.alarm_chat
    if chat:
        command = Alert(chat, text, about, since, over)
        return (Order(command, LANE, f"{_ITS_KEY}{because}", chat_id=chat),)
    if rules.alarm_webhook:
        return (_by_webhook(AlertByWebhook(ChatId(""), text, about, since, over), because),)
    return ()


def elsewhere(told: Order | Delivery, rules: Rules) -> tuple[Order, ...]:
    """Return the order to tell by the webhook what the chat is not, or too late, told."""
    alarm, is_for_chat = told.command, told.dedupe_key.startswith(_ITS_KEY)
    if not (rules.alarm_webhook and is_for_chat and isinstance(alarm, Alarm)):
        return ()
    since = alarm.since_ms
    if isinstance(told, Delivery):
        since = since or told.enqueued_ms
    again = AlertByWebhook(ChatId(""), alarm.text, alarm.trouble, since, alarm.over)
    return (_by_webhook(again, told.dedupe_key.removeprefix(_ITS_KEY)),)


def other_way(told: Delivery) -> str:
    """Return the dedupe key under which the same is told by the other way."""
    if told.dedupe_key.startswith(_ITS_KEY):
        return f"{_ELSEWHERE}{told.dedupe_key.removeprefix(_ITS_KEY)}"
    return f"{_ITS_KEY}{told.dedupe_key.removeprefix(_ELSEWHERE)}"


def begun_elsewhere(ends: Order) -> str:
    """Return the dedupe key under which the webhook was told the beginning of what the chat is told
    the end of."""
    because = ends.dedupe_key.removeprefix(_ITS_KEY)
    return f"{_ELSEWHERE}{because.removesuffix(_ENDS)}{_BEGINS}"


def _by_webhook(command: AlertByWebhook, because: str) -> Order:
    return Order(command, LANE_ELSEWHERE, f"{_ELSEWHERE}{because}")
