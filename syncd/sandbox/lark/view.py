"""What one message looks like to a person."""

import json
from mimetypes import guess_type
from typing import Any

from syncd.sandbox.lark.cards.markup import Seen, markdown, text_message
from syncd.sandbox.lark.cards.view import CardReader, name_of, note
from syncd.sandbox.lark.shown import File, Shown
from syncd.sandbox.lark.state import EphemeralCard, LarkState, Message

Json = dict[str, Any]


def show(state: LarkState, message: Message) -> Shown:
    """Return a message without its thread."""
    kind = "card" if message.msg_type == "interactive" else message.msg_type
    shown = Shown(
        message_id=message.message_id,
        kind=kind,
        sender=state.name_of(message.sender),
        recalled=message.recalled,
        edited=message.updated,
        create_ms=message.create_ms,
        reply_to="" if message.thread_id else message.parent_id,
    )
    if message.recalled:
        return shown
    _read_reactions(state, message, shown)
    content = json.loads(message.content)
    if kind == "card":
        CardReader(state, shown).read(content)
    elif kind == "post":
        _read_post(state, message, content, shown)
    elif kind == "text":
        seen = text_message(content["text"], str)
        if message.sender:  # what people type is shown as it is; only addresses become links
            seen.text = content["text"]
        note(state, shown, seen)
        _name_tokens(shown, message)
    else:
        shown.text = f"[{kind}] {content.get('file_name', '')}".strip()
    _read_files(state, message, content, shown)
    return shown


def show_private(state: LarkState, card: EphemeralCard) -> Shown:
    """Return a private card as its only reader sees it."""
    shown = Shown(card.message_id, "card", state.bot_name, private=True, create_ms=card.create_ms)
    CardReader(state, shown).read(card.card)
    return shown


def _read_files(state: LarkState, message: Message, content: Json, shown: Shown) -> None:
    """Add what it carries: what a person sent stands by its message, the bot's by its key."""
    own = [content.get(name) for name in ("image_key", "file_key")]
    shown.attachments = [
        File(
            one.key, one.name, len(one.data), guess_type(one.name)[0] or "application/octet-stream"
        )
        for one in state.uploads.values()
        if one.message_id == message.message_id or (not one.message_id and one.key in own)
    ]


def _read_reactions(state: LarkState, message: Message, shown: Shown) -> None:
    found: dict[str, list[str]] = {}
    for one in state.reactions:
        if one.message_id == message.message_id:
            found.setdefault(one.emoji, []).append(state.name_of(one.operator))
    shown.reactions = list(found.items())


def _name_tokens(shown: Shown, message: Message) -> None:
    for mention in message.mentions:
        shown.text = shown.text.replace(mention.key, f"@{mention.name}", 1)
        shown.mentions.append(mention.name)
    if message.at_all:
        shown.text = shown.text.replace("@_all", "@all", 1)
        shown.mentions.append("all")


def _read_post(state: LarkState, message: Message, content: Json, shown: Shown) -> None:
    post = content if "content" in content else next(iter(content.values()))
    shown.title = post.get("title", "")
    names = {m.key: m.name for m in message.mentions}
    for row in post["content"]:
        line = Seen()
        for element in row:
            part = _post_part(state, element, names)
            line.text += part.text
            line.mentions += part.mentions
            line.links += part.links
        shown.mentions += [names.get(who) or name_of(state, who) for who in line.mentions]
        line.mentions = []
        note(state, shown, line)


def _post_part(state: LarkState, element: Json, names: dict[str, str]) -> Seen:
    tag = element["tag"]
    if tag == "a":
        return Seen(element["text"], links=[(element["text"], element["href"])])
    if tag == "at":
        who = element["user_id"]
        return Seen(f"@{names.get(who) or name_of(state, who)}", mentions=[who])
    if tag == "md":
        return markdown(element["text"], lambda who: name_of(state, who))
    if tag in ("text", "code_block"):
        return Seen(element["text"])
    return Seen(f"[{tag}]")
