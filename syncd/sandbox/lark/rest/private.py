"""Cards that one person sees, and the update of a card after a click."""

import json

from syncd.sandbox.lark.cards.check import AtAllForbidden, validate
from syncd.sandbox.lark.cards.refused import CardRefused
from syncd.sandbox.lark.rest import outsiders, refusals
from syncd.sandbox.lark.rest.access import check_may_speak
from syncd.sandbox.lark.rest.frame import Api, Call, Json, field, no_other_fields
from syncd.sandbox.lark.rest.limits import Limits
from syncd.sandbox.lark.rest.outgoing import audience, audit
from syncd.sandbox.lark.rest.refusals import Refused
from syncd.sandbox.lark.state import Chat, EphemeralCard, LarkState
from syncd.sandbox.world import Person

SCOPES = ("im:message", "im:message:send_as_bot", "im:message:update")
NOT_IN_TOPIC = 18053
GONE = 18051
# No page names these two; a real tenant has to be asked.
NOT_IN_P2P = 18052
RECIPIENT_OUTSIDE = 18054


def send(call: Call) -> Json:
    """https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN"""
    no_other_fields(call.body, "chat_id", "open_id", "user_id", "email", "msg_type", "card")
    state = call.state
    chat = _chat(state, field(call.body, "chat_id", str))
    person = _recipient(call, chat)
    outsiders.check_private_card(state, chat, person.open_id)
    if call.body.get("msg_type") != "interactive":
        raise refusals.bad_field("msg_type must be interactive")
    if not state.limits.admit("ephemeral", chat.chat_id, Limits.EPHEMERAL_CHAT_PER_SECOND):
        raise refusals.chat_rate()
    card = _checked(state, chat, call.body.get("card"))
    message_id = state.new_id("om_")
    state.ephemerals[message_id] = EphemeralCard(
        message_id=message_id,
        chat_id=chat.chat_id,
        open_id=person.open_id,
        card=card,
        create_ms=state.world.clock.now_ms(),
        order=state.next_order(),
        received=person.open_id not in state.offline,
    )
    return {"code": 0, "msg": "ok", "data": {"message_id": message_id}}


def _chat(state: LarkState, chat_id: str) -> Chat:
    status = state.switches.ephemeral_error_status
    chat = state.chats.get(chat_id)
    if chat is None:
        raise refusals.bad_receiver()
    check_may_speak(state, chat)
    if chat.chat_mode == "topic":
        raise Refused(NOT_IN_TOPIC, "chat can not be thread", status)
    if chat.chat_mode != "group":
        raise Refused(NOT_IN_P2P, "chat must be a group", status)
    return chat


def _recipient(call: Call, chat: Chat) -> Person:
    body, state = call.body, call.state
    if "open_id" in body:
        person = state.person_by_open_id(str(body["open_id"]))
    elif "email" in body:
        person = state.person_by_email(str(body["email"]))
    else:
        raise refusals.bad_field("open_id or email is required")
    if person is None or person.open_id not in chat.members:
        status = state.switches.ephemeral_error_status
        raise Refused(RECIPIENT_OUTSIDE, "the user is not in the chat", status)
    return person


def _checked(state: LarkState, chat: Chat, card: object) -> Json:
    if not isinstance(card, dict):
        raise refusals.bad_field("card must be a JSON object, not a string")
    audit(state, json.dumps(card, ensure_ascii=False))
    try:
        return validate(card, audience(state, chat))
    except AtAllForbidden as exc:
        raise refusals.not_allowed_in_group("@all is not allowed") from exc
    except CardRefused as exc:
        raise refusals.bad_card(str(exc)) from exc


def delete(call: Call) -> Json:
    """https://open.feishu.cn/document/ukTMukTMukTM/uITOyYjLykjM24iM5IjN"""
    no_other_fields(call.body, "message_id")
    card = call.state.ephemerals.get(field(call.body, "message_id", str))
    if card is None or card.deleted:
        raise Refused(
            GONE, "ephemeral message not exist", call.state.switches.ephemeral_error_status
        )
    card.deleted = True
    return {"code": 0, "msg": "ok"}


def update_clicked(call: Call) -> Json:
    """https://open.feishu.cn/document/ukTMukTMukTM/uMDO1YjLzgTN24yM4UjN"""
    no_other_fields(call.body, "token", "card")
    state = call.state
    token = state.card_tokens.get(field(call.body, "token", str))
    if token is None or not token.answered:
        raise Refused(300020, "the token is unknown, or its callback has not been answered")
    if state.card_tokens.expired(token):
        raise Refused(300030, "the token has expired")
    if token.uses_left == 0:
        raise Refused(300040, "the token is used up")
    shown = state.ephemerals.get(token.message_id) or state.messages[token.message_id]
    outsiders.check_delayed(state, state.chats[shown.chat_id])
    token.uses_left -= 1
    replace_card(state, token.message_id, call.body.get("card"))
    return {"code": 0, "msg": "ok"}


def replace_card(state: LarkState, message_id: str, card: object) -> None:
    """Show another card in place of the one that was clicked; raises Refused."""
    ephemeral = state.ephemerals.get(message_id)
    if ephemeral is not None:
        checked = _checked(state, state.chats[ephemeral.chat_id], card)
        if state.switches.callback_card_applies and not ephemeral.deleted:
            ephemeral.card = checked
        return
    message = state.messages[message_id]
    if message.recalled:
        raise Refused(200000, "the message was recalled")
    checked = _checked(state, state.chats[message.chat_id], card)
    message.content = json.dumps(checked, ensure_ascii=False)
    message.update_ms, message.updated = state.world.clock.now_ms(), True


APIS = (
    Api("POST", "/open-apis/ephemeral/v1/send", send, scopes=SCOPES, old=True),
    Api("POST", "/open-apis/ephemeral/v1/delete", delete, scopes=SCOPES, old=True),
    Api("POST", "/open-apis/interactive/v1/card/update", update_clicked, old=True),
)
