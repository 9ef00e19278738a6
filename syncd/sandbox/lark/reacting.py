"""Emojis on messages: what the app may do with its own, and what people do.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-reaction/create
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-reaction/list
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-reaction/delete
https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-reaction/event/created
"""

from syncd.sandbox.lark.rest import refusals
from syncd.sandbox.lark.rest.frame import Api, Call, Json, field, no_other_fields, success
from syncd.sandbox.lark.rest.refusals import Refused
from syncd.sandbox.lark.rest.scopes import may_hear
from syncd.sandbox.lark.rest.shapes import event_header, person_id
from syncd.sandbox.lark.state import Chat, LarkState, Message, Reaction

# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message-reaction/emojis-introduce
_EMOJIS = """
OK THUMBSUP THANKS MUSCLE FINGERHEART APPLAUSE FISTBUMP JIAYI DONE SMILE BLUSH LAUGH SMIRK LOL
FACEPALM LOVE WINK PROUD WITTY SMART SCOWL THINKING SOB CRY ERROR SHY CLAP PRAISE STRIVE SALUTE
HIGHFIVE YEAH OnIt Get LGTM CheckMark CrossMark MinusOne Hundred AWESOMEN ThumbsDown EYESCLOSED
GLANCE Typing OneSecond Pin Alarm Loudspeaker Trophy Fire BOMB Music Sigh HEART PARTY ROSE Yes No
QA Shrug WAVE WHAT WOW SHOCKED SILENT HUG BEER CAKE GIFT
"""
EMOJIS = frozenset(_EMOJIS.split())
CREATED, DELETED = "im.message.reaction.created_v1", "im.message.reaction.deleted_v1"
_WRITE = ("im:message", "im:message.reactions:write_only")
_READ = ("im:message.reactions:read", "im:message:readonly")
_PAGE, _LARGEST_PAGE = 20, 50


def react(state: LarkState, message: Message, operator: str, emoji: str) -> Reaction:
    """Put somebody's emoji on a message (`operator` empty: the app's) and tell the app.

    Hold `world.lock`. The same one again is the one that is there.
    """
    for one in state.reactions:
        if (one.message_id, one.operator, one.emoji) == (message.message_id, operator, emoji):
            return one
    id, now = state.new_id("ZCaC"), state.world.clock.now_ms()
    made = Reaction(id, message.message_id, operator, emoji, now)
    state.reactions.append(made)
    _tell(state, CREATED, made)
    return made


def unreact(state: LarkState, reaction: Reaction) -> None:
    """Take an emoji away again. Hold `world.lock`."""
    state.reactions.remove(reaction)
    _tell(state, DELETED, reaction)


def of_person(state: LarkState, message_id: str, operator: str, emoji: str) -> Reaction:
    """Return that reaction of somebody's; LookupError where there is none."""
    for one in state.reactions:
        if (one.message_id, one.operator, one.emoji) == (message_id, operator, emoji):
            return one
    raise LookupError(f"no {emoji} of theirs on that message")


def _tell(state: LarkState, event_type: str, reaction: Reaction) -> None:
    chat = state.chats[state.messages[reaction.message_id].chat_id]
    if not chat.bot_in_chat or not may_hear(state, event_type):
        return
    body: Json = {
        "message_id": reaction.message_id,
        "reaction_type": {"emoji_type": reaction.emoji},
        "action_time": str(state.world.clock.now_ms()),
    }
    if reaction.operator:
        body |= {"operator_type": "user", "user_id": person_id(state, reaction.operator)}
    else:
        body |= {"operator_type": "app", "app_id": state.app_id}
    about = reaction.message_id if event_type == DELETED else reaction.reaction_id
    state.delivery.publish(event_type, event_header(state), body, about)


def create(call: Call) -> Json:
    state = call.state
    no_other_fields(call.body, "reaction_type")
    wanted = field(call.body, "reaction_type", dict)
    no_other_fields(wanted, "emoji_type")
    emoji = field(wanted, "emoji_type", str)
    message = _reachable(call)
    if emoji not in EMOJIS:
        raise Refused(231001, "reaction type is invalid.")
    repeated = any(
        (one.message_id, one.operator, one.emoji) == (message.message_id, "", emoji)
        for one in state.reactions
    )
    if repeated and state.switches.repeated_reaction == "231015":
        raise Refused(231015, "Act on reaction failed, repeated request is processing.")
    return success(_item(state, react(state, message, "", emoji)))


def listed(call: Call) -> Json:
    state, message = call.state, _reachable(call)
    size, page = call.query.get("page_size", str(_PAGE)), call.query.get("page_token", "0")
    if not size.isdecimal() or not 0 < int(size) <= _LARGEST_PAGE:
        raise refusals.bad_field(f"page_size is at most {_LARGEST_PAGE}")
    if not page.isdecimal():
        raise Refused(231012, "The request has an invalid pageToken.")
    emoji = call.query.get("reaction_type")
    if emoji is not None and emoji not in EMOJIS:
        raise Refused(231001, "reaction type is invalid.")
    found = [
        _item(state, one)
        for one in state.reactions
        if one.message_id == message.message_id and emoji in (None, one.emoji)
    ]
    begin, end = int(page), int(page) + int(size)
    data: Json = {"items": found[begin:end], "has_more": end < len(found)}
    return success(data | ({"page_token": str(end)} if end < len(found) else {}))


def delete(call: Call) -> Json:
    state, message = call.state, _reachable(call)
    id = call.path["reaction_id"]
    reaction = next((one for one in state.reactions if one.reaction_id == id), None)
    if reaction is None:
        raise Refused(231011, "The request has an invalid reaction_id.")
    if reaction.message_id != message.message_id:
        raise Refused(231010, "The reaction does not belong to the message.")
    if reaction.operator:
        raise Refused(231007, "The operator has no permission to delete this reaction.")
    unreact(state, reaction)
    return success(_item(state, reaction))


def _reachable(call: Call) -> Message:
    """Return the message; refused where the app may not touch it."""
    state = call.state
    if not state.switches.bot_enabled:
        raise refusals.bot_disabled()
    message = state.messages.get(call.path["message_id"])
    if message is None:
        raise Refused(231003, "The message is not found, maybe not exist or deleted.")
    _check_chat(state, state.chats[message.chat_id])
    if message.recalled:
        raise refusals.deleted()
    return message


def _check_chat(state: LarkState, chat: Chat) -> None:
    if chat.dissolved:
        raise refusals.dissolved()
    if not chat.bot_in_chat:
        told = "The operator has no permission to react on the specific message."
        raise Refused(231002, told)
    if chat.external and state.switches.ext_reactions != "ok":
        raise Refused(231021, "No permission to operate external chats.")


def _item(state: LarkState, reaction: Reaction) -> Json:
    ours = not reaction.operator
    operator = {
        "operator_id": state.app_id if ours else reaction.operator,
        "operator_type": "app" if ours else "user",
    }
    return {
        "reaction_id": reaction.reaction_id,
        "operator": operator,
        "action_time": str(reaction.at_ms),
        "reaction_type": {"emoji_type": reaction.emoji},
    }


_PATH = "/open-apis/im/v1/messages/{message_id}/reactions"
APIS = (
    Api("POST", _PATH, create, scopes=_WRITE),
    Api("GET", _PATH, listed, scopes=_READ),
    Api("DELETE", f"{_PATH}/{{reaction_id}}", delete, scopes=_WRITE, json_body=False),
)
