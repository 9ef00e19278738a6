"""Sending, answering, changing and recalling messages."""

from syncd.sandbox.lark.rest import outsiders, refusals
from syncd.sandbox.lark.rest.access import check_inside, check_may_speak
from syncd.sandbox.lark.rest.frame import Api, Call, Json, field, no_other_fields, success
from syncd.sandbox.lark.rest.limits import Limits
from syncd.sandbox.lark.rest.outgoing import Content, check_content
from syncd.sandbox.lark.rest.shapes import message_item
from syncd.sandbox.lark.state import Chat, LarkState, Message

SEND = ("im:message", "im:message:send_as_bot", "im:message:send")
UUID_LIFE_MS = 3600 * 1000
UPDATE_PERIOD_MS = 14 * 24 * 3600 * 1000


def create(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create"""
    no_other_fields(call.body, "receive_id", "msg_type", "content", "uuid")
    receiver = field(call.body, "receive_id", str)
    chat = _receiver(call.state, call.query.get("receive_id_type", ""), receiver)
    _may_speak(call, chat)
    return _send_once(call, "create", chat, None)


def reply(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/reply"""
    no_other_fields(call.body, "msg_type", "content", "uuid", "reply_in_thread")
    in_thread = field(call.body, "reply_in_thread", bool, required=False)
    target = existing(call.state, call.path["message_id"])
    chat = call.state.chats[target.chat_id]
    _may_speak(call, chat)
    if in_thread and not chat.threads_allowed:
        raise refusals.no_thread_here()
    return _send_once(call, "reply", chat, target)


def _receiver(state: LarkState, kind: str, receiver: str) -> Chat:
    if kind == "chat_id":
        chat = state.chats.get(receiver)
        if chat is None:
            raise refusals.bad_receiver()
        return chat
    if kind == "open_id":
        person = state.person_by_open_id(receiver)
    elif kind == "email":
        person = state.person_by_email(receiver)
    else:
        raise refusals.bad_field("receive_id_type is chat_id, open_id or email here")
    if person is None:
        raise refusals.bad_receiver()
    if person.open_id in state.unavailable:
        raise refusals.not_available(receiver)
    outsiders.check_direct(state, person.open_id)
    return state.direct_chat(person)


def _may_speak(call: Call, chat: Chat) -> None:
    state = call.state
    check_may_speak(state, chat)
    outsiders.check_send(state, chat, call.body.get("msg_type"))
    if not state.limits.admit("chat", chat.chat_id, Limits.CHAT_PER_SECOND):
        raise refusals.chat_rate()


def _send_once(call: Call, api: str, chat: Chat, target: Message | None) -> Json:
    state, now = call.state, call.state.world.clock.now_ms()
    uuid = field(call.body, "uuid", str, required=False) or ""
    if len(uuid) > 50:
        raise refusals.bad_field("uuid is longer than 50")
    message_id, expires = state.uuids.get((api, uuid), ("", 0))
    if not uuid or expires <= now:
        if target is not None and target.recalled:
            raise refusals.recalled()
        body = call.body
        content = check_content(
            state, chat, body.get("msg_type"), body.get("content"), len(call.raw)
        )
        message_id = _store(call, chat, content, target).message_id
        if uuid:
            state.uuids[api, uuid] = (message_id, now + UUID_LIFE_MS)
    return success(message_item(state, state.messages[message_id]))


def _store(call: Call, chat: Chat, content: Content, target: Message | None) -> Message:
    state, now = call.state, call.state.world.clock.now_ms()
    message = Message(
        message_id=state.new_id("om_"),
        chat_id=chat.chat_id,
        sender="",
        msg_type=content.msg_type,
        content=content.text,
        mentions=content.mentions,
        at_all=content.at_all,
        create_ms=now,
        update_ms=now,
        order=state.next_order(),
    )
    in_thread = bool(call.body.get("reply_in_thread")) or chat.always_threads
    state.place(message, target, in_thread=in_thread)
    state.messages[message.message_id] = message
    return message


def existing(state: LarkState, message_id: str) -> Message:
    """Return that message; an unknown id, or a private card's, is refused."""
    message = state.messages.get(message_id)
    if message is None:
        raise refusals.bad_parameter(f"invalid message_id {message_id}")
    return message


def patch(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-card/patch"""
    no_other_fields(call.body, "content")
    state = call.state
    message = existing(state, call.path["message_id"])
    chat = state.chats[message.chat_id]
    check_inside(state, chat)
    outsiders.check_change(state, chat, "ext_patch")
    if message.sender:
        raise refusals.not_permitted("only the sender may update a card")
    if message.msg_type != "interactive":
        raise refusals.bad_parameter("only a card can be updated")
    if message.recalled:
        raise refusals.recalled()
    now = state.world.clock.now_ms()
    if now - message.create_ms > UPDATE_PERIOD_MS:
        raise refusals.too_old()
    if not state.limits.admit("patch", message.message_id, Limits.PATCH_PER_SECOND):
        raise refusals.message_rate()
    content = check_content(state, chat, "interactive", call.body.get("content"), len(call.raw))
    message.content, message.update_ms, message.updated = content.text, now, True
    return success({})


def delete(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/delete"""
    message = existing(call.state, call.path["message_id"])
    state = call.state
    check_inside(state, state.chats[message.chat_id])
    outsiders.check_change(state, state.chats[message.chat_id], "ext_recall")
    if message.sender:
        raise refusals.not_ours_to_recall()
    if message.recalled:
        raise refusals.deleted()
    age = state.world.clock.now_ms() - message.create_ms
    if age > state.switches.recall_limit_seconds * 1000:
        raise refusals.too_old_to_recall()
    message.recalled = True
    return success({})


APIS = (
    Api("POST", "/open-apis/im/v1/messages", create, scopes=SEND),
    Api("POST", "/open-apis/im/v1/messages/{message_id}/reply", reply, scopes=SEND),
    Api(
        "PATCH",
        "/open-apis/im/v1/messages/{message_id}",
        patch,
        scopes=("im:message", "im:message:send_as_bot", "im:message:update"),
    ),
    Api(
        "DELETE",
        "/open-apis/im/v1/messages/{message_id}",
        delete,
        scopes=("im:message", "im:message:send_as_bot", "im:message:recall"),
        json_body=False,
    ),
)
