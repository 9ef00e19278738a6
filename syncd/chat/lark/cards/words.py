"""Content to a rich-text message, for chats that take no cards; what is pressed is left out.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/message/create_json
"""

from syncd.chat.lark.cards.card import MAX_BYTES, size, with_ref
from syncd.chat.lark.members import Json
from syncd.core.model import DeliveryId, Language
from syncd.core.prose.plain import plain
from syncd.core.text import clean
from syncd.core.views import PostView

_LOCALES = {Language.EN: "en_us", Language.ZH: "zh_cn", Language.JA: "ja_jp"}


def post(view: PostView, key: DeliveryId) -> Json:
    """Return the message; its link tells by which delivery `key` it can be recognised."""
    body, note = plain(view.body, view.struck_out), view.is_cut
    made = _with(view, key, body, note=note)
    while size(made) > MAX_BYTES and body:
        body, note = body[: len(body) * 3 // 4], True
        made = _with(view, key, body, note=note)
    return made


def _with(view: PostView, key: DeliveryId, body: str, *, note: bool) -> Json:
    said = [*view.lines, *body.split("\n"), *([f"… {view.cut_note}"] if note else [])]
    said += view.instead
    rows: list[list[Json]] = [[{"tag": "text", "text": clean(line)}] for line in said if line]
    text = view.link_text or view.link_button
    if view.link_url and text:
        rows.append([{"tag": "a", "text": clean(text), "href": with_ref(view.link_url, key)}])
    locale = _LOCALES[view.language or Language.EN]
    return {locale: {"title": " ".join(clean(view.title).split()), "content": rows}}
