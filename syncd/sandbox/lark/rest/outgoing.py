"""What the app may send: the content of each message type, checked as the platform does."""

import json
import re
from dataclasses import dataclass
from typing import Any

from syncd.sandbox.lark.cards.check import AtAllForbidden, Audience, validate
from syncd.sandbox.lark.cards.markup import AT, attributes, text_message
from syncd.sandbox.lark.cards.refused import NO_TEMPLATE, CardRefused
from syncd.sandbox.lark.rest import refusals
from syncd.sandbox.lark.state import Chat, LarkState, Mention

Json = dict[str, Any]
MAX_TEXT = 150 * 1024
MAX_RICH = 30 * 1024
_POST_TAGS = {
    "text": {"tag", "text", "un_escape", "style"},
    "a": {"tag", "text", "href", "style"},
    "at": {"tag", "user_id", "style"},
    "img": {"tag", "image_key"},
    "media": {"tag", "file_key", "image_key"},
    "emotion": {"tag", "emoji_type"},
    "hr": {"tag"},
    "code_block": {"tag", "language", "text"},
    "md": {"tag", "text"},
}


@dataclass(frozen=True)
class Content:
    """Content as it is stored and read back."""

    msg_type: str
    text: str
    mentions: tuple[Mention, ...] = ()
    at_all: bool = False


def audience(state: LarkState, chat: Chat) -> Audience:
    """Return whom a card in that chat may name."""
    people = [p for p in state.world.people.values() if p.open_id]
    own = [p for p in people if not p.tenant]
    named = people if state.switches.ext_at == "ok" else own
    return Audience(
        open_ids=frozenset(p.open_id for p in named) | {state.bot_open_id},
        emails=frozenset(p.email for p in own),
        at_all=chat.at_all_allowed,
        images=frozenset(u.key for u in state.uploads.values() if u.kind == "image"),
        options_count=state.switches.options_count,
    )


def audit(state: LarkState, content: str) -> None:
    """Refuse what data loss prevention would: addresses in plain sight."""
    if state.switches.dlp_refuses_emails and re.search(r"[\w.+-]+@[\w-]+\.\w", content):
        raise refusals.audited()


def check_content(
    state: LarkState, chat: Chat, msg_type: object, content: object, request_bytes: int
) -> Content:
    """Return the content when it may be sent to that chat; raises Refused.

    The pages limit the body of the request (`request_bytes`), in which the content is a string
    with every quote escaped.

    https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/message/create_json
    """
    if not isinstance(msg_type, str) or not isinstance(content, str):
        raise refusals.bad_field("msg_type and content are required as strings")
    counted = request_bytes if state.switches.whole_request_counts else len(content.encode())
    if counted > (MAX_TEXT if msg_type == "text" else MAX_RICH):
        raise refusals.too_long()
    try:
        body = json.loads(content)
    except ValueError as exc:
        raise refusals.bad_parameter("content is not a string of JSON") from exc
    if not isinstance(body, dict):
        raise refusals.bad_parameter("content is not an object")
    audit(state, content)
    try:
        return _checked(state, chat, msg_type, body, content)
    except AtAllForbidden as exc:
        raise refusals.not_allowed_in_group("@all is not allowed") from exc
    except CardRefused as exc:
        raise refusals.bad_card(str(exc)) from exc


def _checked(state: LarkState, chat: Chat, msg_type: str, body: Json, content: str) -> Content:
    if msg_type == "text":
        return _text(state, chat, body)
    if msg_type == "interactive":
        if body.get("type") == "template":
            raise CardRefused(NO_TEMPLATE, "template does not exist", body.get("data"))
        validate(body, audience(state, chat))
        return Content(msg_type, content)
    if msg_type == "post":
        return _post(state, chat, body, content)
    if msg_type in ("image", "file"):
        key = body.get(f"{msg_type}_key")
        upload = state.uploads.get(str(key))
        if upload is None or upload.message_id or upload.kind != msg_type:
            raise refusals.not_owner_of_resource()
        if upload.sent_as in ("mp4", "opus"):
            raise refusals.wrong_file_type()
        return Content(msg_type, content)
    raise refusals.bad_parameter(f"the sandbox does not know msg_type {msg_type}")


def _text(state: LarkState, chat: Chat, body: Json) -> Content:
    text = body.get("text")
    if not isinstance(text, str) or not text.strip() or set(body) != {"text"}:
        raise refusals.bad_parameter("text content is {text: non-empty string}")
    mentions: list[Mention] = []

    def token(match: re.Match[str]) -> str:
        who = attributes(match[1]).get("user_id", "")
        if who == "all":
            if not chat.at_all_allowed:
                raise AtAllForbidden
            return "@_all"
        if state.person_by_open_id(who) is None and who != state.bot_open_id:
            raise refusals.bad_parameter(f"invalid at user_id {who}")
        mentions.append(Mention(f"@_user_{len(mentions) + 1}", who, state.name_of(who)))
        return mentions[-1].key

    stored = AT.sub(token, text)
    content = json.dumps({"text": stored}, ensure_ascii=False)
    at_all = "all" in text_message(text, str).mentions
    return Content("text", content, tuple(mentions), at_all)


def _post(state: LarkState, chat: Chat, body: Json, content: str) -> Content:
    """Check it, and keep what is read back: a received post has no locale around it.

    https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/message/create_json
    https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/get
    """
    if not body or not set(body) <= {"zh_cn", "en_us", "ja_jp", "zh_hk", "zh_tw"}:
        raise refusals.bad_parameter("a post is wrapped in its locale")
    people = audience(state, chat)
    for post in body.values():
        if not isinstance(post, dict) or not set(post) <= {"title", "content"}:
            raise refusals.bad_parameter("a post has a title and content")
        for row in post.get("content") or []:
            for element in row:
                allowed = _POST_TAGS.get(element.get("tag"))
                if allowed is None or not set(element) <= allowed:
                    raise refusals.bad_parameter(f"unknown post element {element}")
                if element["tag"] == "at":
                    people.check(f"<at id={element.get('user_id')}></at>")
                if element["tag"] == "md":
                    people.check(element.get("text", ""))
    return Content("post", json.dumps(next(iter(body.values())), ensure_ascii=False))
