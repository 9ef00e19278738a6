"""A person's Lark client: it fills forms, sends clicks, and judges the answers."""

import json
import re
from dataclasses import dataclass
from typing import Any

from syncd.sandbox.lark.connection.acks import Ack
from syncd.sandbox.lark.connection.delivery import ACKED, Event
from syncd.sandbox.lark.rest.private import replace_card
from syncd.sandbox.lark.rest.refusals import Refused
from syncd.sandbox.lark.rest.shapes import event_header, person_id
from syncd.sandbox.lark.shown import Button, Field, Shown
from syncd.sandbox.lark.state import LarkState
from syncd.sandbox.world import Person

Json = dict[str, Any]

# https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-callback-communication
NOT_ANSWERED, TOO_LATE, FAILED, MALFORMED, BAD_CARD = 200340, 200341, 200671, 200672, 200673

_PICKERS = {
    "date_picker": r"\d{4}-\d\d-\d\d",
    "picker_time": r"\d\d:\d\d",
    "picker_datetime": r"\d{4}-\d\d-\d\d \d\d:\d\d",
}


class ClickRefusedByClient(Exception):
    """The client does not send this click; the text says what it tells the person."""


@dataclass(frozen=True)
class Toast:
    type: str
    content: str


@dataclass(frozen=True)
class Click:
    """What came of a click, as the person sees it."""

    outcome: str
    """`ok`, or what the client says went wrong."""
    code: int = 0
    toast: Toast | None = None
    card: Json | None = None
    """The card in the answer, whether or not it was applied."""


def filled(shown: Shown, button: Button, form: Json, state: LarkState) -> Json:
    """Return form_value for what a person typed over the defaults; refuses as a client does."""
    fields = [f for f in shown.fields if f.form == button.form]
    names = {f.name for f in fields}
    if unknown := set(form) - names:
        raise ClickRefusedByClient(
            f"there is no field {sorted(unknown)}; there are {sorted(names)}"
        )
    values: Json = {}
    for item in fields:
        if item.name in form and item.disabled:
            raise ClickRefusedByClient(f"{item.name} is disabled")
        value = form.get(item.name, item.default)
        empty = value in ("", None, []) or (item.type == "checker" and value is False)
        if item.required and (empty or (isinstance(value, str) and not value.strip())):
            raise ClickRefusedByClient(f"required: {_name(item)}")
        if value in ("", None, []):
            if not state.switches.empty_fields_absent:
                values[item.name] = [] if item.type.startswith("multi_") else ""
            continue
        values[item.name] = _value(item, value)
    return values


def _value(item: Field, value: Any) -> Any:
    if item.type == "multi_select_static":
        return [_option(item, v) for v in value]
    if item.type == "checker":
        return bool(value)
    if not isinstance(value, str):
        raise ClickRefusedByClient(f"{item.name} takes text, not {value!r}")
    if item.type == "select_static" or (item.type == "select_person" and item.options):
        return _option(item, value)
    if item.type in _PICKERS:
        if not re.fullmatch(_PICKERS[item.type], value):
            raise ClickRefusedByClient(f"{item.name} offers no {value!r}")
        return f"{value} +0800"
    if item.max_length and len(value) > item.max_length:
        raise ClickRefusedByClient(f"{item.name} is longer than {item.max_length}")
    if item.type == "text" and "\n" in value:
        raise ClickRefusedByClient(f"{item.name} has one line only")
    return value


def _option(item: Field, wanted: str) -> str:
    for option in item.options:
        if wanted in (option.value, option.text):
            return option.value
    offered = [o.text for o in item.options]
    raise ClickRefusedByClient(f"{item.name} does not offer {wanted!r}, only {offered}")


def _name(item: Field) -> str:
    """A label may go on with a mark and a help text."""
    return item.label.partition("\n")[0].removesuffix(" *") or item.name


def action(button: Button, form_value: Json | None) -> Json:
    """Return `event.action` of the callback."""
    body: Json = {"tag": "button", "value": button.value, "timezone": "Asia/Shanghai"}
    if button.name:
        body["name"] = button.name
    if form_value is not None:
        body["form_value"] = form_value
    return body


def trigger(state: LarkState, person: Person, shown: Shown, chat_id: str, body: Json) -> Event:
    """Send `card.action.trigger`; it is never sent again."""
    token = state.card_tokens.issue(shown.message_id)
    event = {
        "operator": {
            "tenant_key": state.tenant_of(person.open_id),
            **person_id(state, person.open_id),
        },
        "token": token,
        "action": body,
        "host": "im_message",
        "context": {"open_message_id": _named(state, shown), "open_chat_id": chat_id},
    }
    header = event_header(state, microseconds=True)
    return state.delivery.publish("card.action.trigger", header, event, shown.message_id)


def _named(state: LarkState, shown: Shown) -> str:
    named = state.switches.callback_names_private_card or not shown.private
    return shown.message_id if named else state.new_id("om_")


def judge(state: LarkState, event: Event) -> Click:
    """Return what the person sees once the callback is over; applies the card in the answer."""
    if event.status != ACKED or event.ack is None:
        late = event.answers == ["late"]
        return _failure(TOO_LATE if late else NOT_ANSWERED, ", ".join(event.answers))
    if event.ack.code != 200:
        return _failure(FAILED, f"the handler answered {event.ack.code}")
    token = json.loads(event.payload)["event"]["token"]
    state.card_tokens.answered(token)
    try:
        toast, card = _answer(event.ack)
    except ValueError as exc:
        return _failure(MALFORMED, str(exc))
    if card is not None:
        try:
            replace_card(state, event.about, card)
        except Refused as exc:
            return _failure(BAD_CARD, exc.message)
    return Click("ok", 0, toast, card)


def _failure(code: int, why: str) -> Click:
    return Click(f"error {code}: {why}", code)


def _answer(ack: Ack) -> tuple[Toast | None, Json | None]:
    if ack.data is None:
        raise ValueError("the answer has no data; at least {} is needed")
    answer = json.loads(ack.data)
    if not isinstance(answer, dict) or set(answer) - {"toast", "card"}:
        raise ValueError(f"the answer is not {{toast, card}}: {answer!r}")
    return _toast(answer.get("toast")), _card(answer.get("card"))


def _toast(toast: object) -> Toast | None:
    if toast is None:
        return None
    if not isinstance(toast, dict) or set(toast) - {"type", "content", "i18n"}:
        raise ValueError(f"not a toast: {toast!r}")
    kind, content = toast.get("type", "info"), toast.get("content", "")
    if kind not in ("info", "success", "error", "warning") or not isinstance(content, str):
        raise ValueError(f"not a toast: {toast!r}")
    return Toast(kind, content)


def _card(card: object) -> Json | None:
    if card is None:
        return None
    if not isinstance(card, dict) or set(card) != {"type", "data"} or card["type"] != "raw":
        raise ValueError(f"a card in an answer is {{type: raw, data}}: {card!r}")
    if not isinstance(card["data"], dict):
        raise ValueError("the card's data is not an object")
    return card["data"]
