"""What takes a message in a chat that the operator names; each is taken back at once."""

import json
from collections.abc import Iterator

from syncd.app import new_key
from syncd.chat.lark.members import Json, string
from syncd.chat.lark.rest import Call
from syncd.core.errors import RemoteFailure, Uncertain
from syncd.core.model import DeliveryId, MessageId
from syncd.core.views import Content, InChat, OnlyFor, PostView, Where
from syncd.probe.ground import Ground
from syncd.probe.question import Answer, answer, number

_TITLE = "A test of syncd, which goes away at once"
_ADDRESS = "probe@syncd.example"
_MANY = 250
_LOOK_SECONDS = 20
"""For a person to see how a long list is shown."""
_MESSAGES = "/open-apis/im/v1/messages"


def where(ground: Ground) -> str:
    """Say which chat it is."""
    found = next((one for one in ground.groups if one.id == ground.chat), None)
    if found is None:
        return "Nobody knows that chat"
    who = "with people of other companies" if found.external else "of our own company alone"
    return f"The chat is {found.name}, {who}"


# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/list
def found_again(ground: Ground) -> Iterator[Answer]:
    """Whether a card of ours is recognised in the history, as a doubt about it would need."""
    began, key = ground.case.clock(), new_key()
    here = InChat(ground.chat)
    sent = ground.send(lambda: ground.lark.send(here, _card(str(key)), key).message_id, _TITLE)
    try:
        seen = ground.lark.find(here, [key], began)
    except RemoteFailure as failure:
        code = number(failure)
        yield answer(code, f"the history is refused, {code}")
    else:
        if seen.message_id == sent.id:
            yield answer("found", "a card of ours is recognised when the chat is read back")
        elif seen.sure:
            yield answer("missing", "the chat is read back without the card that was just sent")
        else:
            yield answer("stub", "a card of ours comes back without what is in it")
    finally:
        ground.written.take_away(sent)


def _card(ref: str, *lines: str) -> PostView:
    """Return a card with a link that names its delivery, as our cards have."""
    return PostView(_TITLE, "syncd", f"https://syncd.example/?ref={ref}", lines)


# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/create (230028)
def addresses(ground: Ground) -> Iterator[Answer]:
    """Whether the tenant's data loss prevention refuses a message with an e-mail address."""
    yield _sent(ground, InChat(ground.chat), _card("probe", _ADDRESS), "a card with an address")


# https://open.feishu.cn/document/ukTMukTMukTM/uETOyYjLxkjM24SM5IjN
def private(ground: Ground) -> Iterator[Answer]:
    where = OnlyFor(ground.chat, ground.person)
    yield _sent(ground, where, _card("probe"), "a card for that person alone")


def _sent(ground: Ground, where: Where, content: Content, what: str) -> Answer:
    def send() -> MessageId:
        return ground.lark.send(where, content, DeliveryId(new_key())).message_id

    try:
        sent = ground.send(send, _TITLE, private=isinstance(where, OnlyFor))
    except RemoteFailure as failure:
        code = number(failure)
        return answer(code, f"{what} is refused, {code}")
    ground.written.take_away(sent)
    return answer("sent", f"{what} is taken")


def _form_of(options: list[Json]) -> Json:
    placeholder = {"tag": "plain_text", "content": _TITLE}
    select = {"tag": "select_static", "name": "list", "placeholder": placeholder}
    button = {
        "tag": "button",
        "name": "submit",
        "text": {"tag": "plain_text", "content": "OK"},
        "form_action_type": "submit",
    }
    return {"tag": "form", "name": "form", "elements": [select | {"options": options}, button]}


# No page tells how many options a list may have:
# https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/interactive-components/single-select-dropdown-menu
def long_list(ground: Ground) -> Iterator[Answer]:
    options: list[Json] = [
        {"text": {"tag": "plain_text", "content": str(n)}, "value": str(n)} for n in range(_MANY)
    ]
    card = {"schema": "2.0", "body": {"elements": [_form_of(options)]}}
    body = {
        "receive_id": ground.chat,
        "msg_type": "interactive",
        "content": json.dumps(card, separators=(",", ":")),
        "uuid": new_key(),
    }
    call = Call("POST", _MESSAGES, body, {"receive_id_type": "chat_id"}, write=True)

    def send() -> MessageId:
        id = string(ground.lark.call(call).data, "message_id")
        if not id:
            raise Uncertain("Lark accepted the message without saying which it is")
        return MessageId(id)

    try:
        sent = ground.send(send, _TITLE)
    except RemoteFailure as failure:
        code = number(failure)
        yield answer(code, f"a list of {_MANY} options is refused, {code}")
        return
    try:
        ground.wait(_LOOK_SECONDS)
    finally:
        ground.written.take_away(sent)
    yield answer("sent", f"a list of {_MANY} options is taken")
