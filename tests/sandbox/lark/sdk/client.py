"""Lark's own Python SDK, as its users call it; prints a line of JSON for each thing it sees.

Run as a program: client.py LARK_URL APP_ID APP_SECRET CARD
"""

import json
import sys
import threading
import warnings
from typing import Any

warnings.simplefilter("ignore")

import lark_oapi as lark  # noqa: E402
from lark_oapi.api.im.v1 import (  # noqa: E402
    CreateMessageRequest,
    CreateMessageRequestBody,
    DeleteMessageRequest,
    GetMessageRequest,
    ListMessageRequest,
    PatchMessageRequest,
    PatchMessageRequestBody,
    ReplyMessageRequest,
    ReplyMessageRequestBody,
)
from lark_oapi.event.callback.model.p2_card_action_trigger import (  # noqa: E402
    P2CardActionTrigger,
    P2CardActionTriggerResponse,
)

DOMAIN, APP_ID, APP_SECRET, CARD = sys.argv[1:]
CHAT = "oc_acme"
client = (
    lark.Client.builder()
    .app_id(APP_ID)
    .app_secret(APP_SECRET)
    .domain(DOMAIN)
    .log_level(lark.LogLevel.CRITICAL)
    .build()
)


def told(step: str, value: object) -> None:
    print(json.dumps({"step": step, "value": value}), flush=True)


def send(msg_type: str, content: Any) -> Any:
    body = CreateMessageRequestBody.builder().receive_id(CHAT).msg_type(msg_type)
    request = CreateMessageRequest.builder().receive_id_type("chat_id")
    built = request.request_body(body.content(json.dumps(content)).build()).build()
    return client.im.v1.message.create(built).data


def reply(root: str) -> Any:
    body = ReplyMessageRequestBody.builder().msg_type("text").reply_in_thread(True).uuid("one")
    request = ReplyMessageRequest.builder().message_id(root)
    built = request.request_body(body.content(json.dumps({"text": "once"})).build()).build()
    return client.im.v1.message.reply(built).data


def listed(kind: str, container: str) -> list[str]:
    request = ListMessageRequest.builder().container_id_type(kind).container_id(container)
    items = client.im.v1.message.list(request.page_size(50).build()).data.items
    return sorted(item.msg_type for item in items)


def raw(path: str, body: dict[str, Any]) -> dict[str, Any]:
    request = lark.BaseRequest.builder().http_method(lark.HttpMethod.POST).uri(path).body(body)
    answer = client.request(request.token_types({lark.AccessTokenType.TENANT}).build())
    whole: dict[str, Any] = json.loads(answer.raw.content)
    return whole


def talks() -> None:
    card = json.loads(CARD)
    root = send("text", {"text": "hello from Python"}).message_id
    first, again = reply(root), reply(root)
    told("same uuid, same message", first.message_id == again.message_id)
    row = [{"tag": "text", "text": "rich"}]
    send("post", {"en_us": {"title": "A title", "content": [row]}})
    shown = send("interactive", card).message_id
    card["header"]["title"]["content"] = "Changed"
    patch = PatchMessageRequestBody.builder().content(json.dumps(card)).build()
    request = PatchMessageRequest.builder().message_id(shown).request_body(patch).build()
    told("patched", client.im.v1.message.patch(request).code)
    got = client.im.v1.message.get(GetMessageRequest.builder().message_id(root).build())
    told("got", json.loads(got.data.items[0].body.content)["text"])
    told("listed", listed("chat", CHAT))
    told("thread", len(listed("thread", first.thread_id)))
    private = {"chat_id": CHAT, "open_id": "ou_aiko", "msg_type": "interactive", "card": card}
    secret = raw("/open-apis/ephemeral/v1/send", private)["data"]
    told("private card removed", raw("/open-apis/ephemeral/v1/delete", secret)["code"])
    told("removed again", raw("/open-apis/ephemeral/v1/delete", secret)["code"])
    gone = client.im.v1.message.delete(DeleteMessageRequest.builder().message_id(root).build())
    told("recalled", gone.code)
    told("ready", True)


def heard(data: Any) -> None:
    told("heard", json.loads(data.event.message.content)["text"])


def clicked(data: P2CardActionTrigger) -> P2CardActionTriggerResponse:
    summary = data.event.action.form_value["summary"]  # type: ignore[union-attr, index]
    told("clicked", summary)
    return P2CardActionTriggerResponse({"toast": {"type": "info", "content": f"heard: {summary}"}})


threading.Thread(target=talks, daemon=True).start()
handler = (
    lark.EventDispatcherHandler.builder("", "")
    .register_p2_im_message_receive_v1(heard)
    .register_p2_card_action_trigger(clicked)
    .build()
)
lark.ws.Client(
    APP_ID, APP_SECRET, event_handler=handler, domain=DOMAIN, log_level=lark.LogLevel.CRITICAL
).start()
