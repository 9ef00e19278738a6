"""A received message as text and as blocks, its mention tokens kept.

https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/message/events/message_content
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from syncd.chat.lark.members import Json, objects, part, string
from syncd.chat.lark.post import Words, noted, rows_of
from syncd.core.events import Named
from syncd.core.files.found import InMessage
from syncd.core.model import PersonId
from syncd.core.prose.rows import Row, as_blocks, as_text
from syncd.core.text import Body, Text, clean

_TOKEN = re.compile(r"@[\w-]{1,100}", re.ASCII)
_MOST_FILES = 60
"""Files of one message; a person picks a few, and a post could name hundreds."""
_ALL = Named("@_all", PersonId("all"), "all")


@dataclass(frozen=True)
class Heard:
    """What a message says."""

    text: str
    """Its words, in which tokens stand for the people of `named`."""
    body: Body
    """The same with its layout; empty where it has none but that of its text."""
    named: tuple[Named, ...]
    wordless: bool
    """Whether there is something in it that is no words: a picture, a file."""
    files: tuple[InMessage, ...] = ()
    bare: bool = False
    """Whether it is nothing but those files."""
    lost: bool = False
    """Whether something in it is neither words nor a file that can be had."""
    notes: tuple[str, ...] = ()
    """As what, in English, the notes name that stand in it for what is no words."""


def read(message_type: str, content: Json, mentions: object) -> Heard:
    """Return what a message says; what is not words stands as a name in brackets."""
    listed = _mentioned(mentions)
    tokens = frozenset(named.token for named in listed)
    words = Words(tokens, has_files=message_type != "interactive")
    reader = _READERS.get(message_type)
    rows = reader(content, words) if reader else _unread(message_type, content, words)
    text = as_text(rows)
    known = {named.token: named for named in (*listed, *words.named)}
    if "@_all" in text:
        known.setdefault(_ALL.token, _ALL)
    return Heard(
        clean(text),
        as_blocks(rows) if message_type in _LAID_OUT else (),
        tuple(known.values()),
        words.wordless,
        tuple(words.files[:_MOST_FILES]),
        words.are_files(text),
        words.lost or len(words.files) > _MOST_FILES,
        tuple(words.kinds),
    )


_WRAPPED = re.compile(r"(?:<p>[^<]*(?:<br ?/?>[^<]*)*</p>)+")


# An edited text has been seen to be read back so, with entities for what HTML marks up:
# https://github.com/deepcoldy/botmux
def unwrapped(text: str) -> str:
    """Return the lines of a text that stands in `<p>` elements; any other as it is."""
    if not _WRAPPED.fullmatch(text):
        return text
    lines = re.sub(r"<br ?/?>", "\n", text).removeprefix("<p>").removesuffix("</p>")
    return html.unescape(lines.replace("</p><p>", "\n"))


def _mentioned(mentions: object) -> tuple[Named, ...]:
    """Return who is mentioned; an entry without a token is left out."""
    return tuple(
        Named(
            string(m, "key"),
            PersonId(_open_id(m)),
            clean(string(m, "name")),
            string(m, "tenant_key"),
        )
        for m in objects(mentions)
        if _TOKEN.fullmatch(string(m, "key"))
    )


def _open_id(mention: Json) -> str:
    """Events hold an object with several ids, lists of messages a string."""
    given = mention.get("id")
    found = string(given, "open_id") if isinstance(given, dict) else given
    return found if isinstance(found, str) and found.isascii() else ""


def _unread(message_type: str, content: Json, words: Words) -> list[Row]:
    if kind := _NAMES.get(message_type):
        return noted(kind, content, words)
    return [[Text(words.unknown(" ".join(clean(message_type).split())))]]


def _said(said: str) -> list[Row]:
    return [[Text(line)] for line in said.split("\n")]


# A link to a mailbox is told to be written like any other link:
# https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/im-v1/message/events/message_content
_MAILBOX = re.compile(r"\[([^\[\]\n]{1,320})\]\(mailto:([^()\s]{1,320})\)")


def _text(content: Json, words: Words) -> list[Row]:
    return _said(_MAILBOX.sub(_mailbox, string(content, "text")))


def _mailbox(found: re.Match[str]) -> str:
    return found[1] if found[1] == found[2] else f"{found[1]} ({found[2]})"


def _post(content: Json, words: Words) -> list[Row]:
    """A post has no locale around it when it is received, and sometimes has one all the same."""
    inner = part(content, "post") or content
    if not isinstance(inner.get("content"), list):
        spoken = [one for one in objects([*inner.values()]) if isinstance(one.get("content"), list)]
        inner = spoken[0] if spoken else inner
    return rows_of(string(inner, "title"), inner.get("content"), words)


def _card(content: Json, words: Words) -> list[Row]:
    """A card comes as its title and rows of elements, and so do not all of its words."""
    rows = rows_of(string(content, "title"), content.get("elements"), words)
    return rows if as_text(rows).strip() else noted("card", content, words)


def _todo(content: Json, words: Words) -> list[Row]:
    summary = part(content, "summary")
    said = as_text(rows_of(string(summary, "title"), summary.get("content"), words))
    return _with_time("task", said, content, "due_time", words)


def _vote(content: Json, words: Words) -> list[Row]:
    options = content.get("options")
    offered = [o for o in options if isinstance(o, str)] if isinstance(options, list) else []
    words.kinds["vote"] = None
    return _said("\n".join([f"[vote: {string(content, 'topic')}]", *(f"- {o}" for o in offered)]))


def _appointment(content: Json, words: Words) -> list[Row]:
    said = string(content, "summary") or string(content, "topic")
    return _with_time("appointment", said, content, "start_time", words)


def _location(content: Json, words: Words) -> list[Row]:
    where = ", ".join(filter(None, (string(content, name) for name in ("latitude", "longitude"))))
    name = string(content, "name") or "?"
    words.kinds["location"] = None
    return _said(f"[location: {name} ({where})]" if where else f"[location: {name}]")


def _system(content: Json, words: Words) -> list[Row]:
    """The template names in braces what it fills in: lists of names, or the text of a line."""

    def filled(found: re.Match[str]) -> str:
        given = content.get(found[1])
        many = given if isinstance(given, list) else [given]
        told = [string(one, "text") if isinstance(one, dict) else one for one in many]
        return ", ".join(one for one in told if isinstance(one, str))

    return _said(re.sub(r"\{(\w{1,40})\}", filled, string(content, "template")))


def _aside(content: Json, words: Words) -> list[Row]:
    return _said(string(content, "text"))


def _sticker(content: Json, words: Words) -> list[Row]:
    return _said(words.note("sticker"))


def _with_time(kind: str, said: str, content: Json, member: str, words: Words) -> list[Row]:
    at = string(content, member)
    moment = ""
    if re.fullmatch(r"\d{10,13}", at, re.ASCII):
        seconds = int(at) / 1000 if len(at) > 11 else int(at)
        moment = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    words.kinds[kind] = None
    return _said(f"[{kind}: {', '.join(filter(None, [said.strip(), moment]))}]")


_NAMES = {
    "image": "image",
    "file": "file",
    "audio": "audio",
    "folder": "folder",
    "media": "video",
    "merge_forward": "forwarded messages",
    "share_chat": "shared group",
    "share_user": "shared contact",
}
_LAID_OUT = ("post", "interactive", "vote")
_READERS: dict[str, Callable[[Json, Words], list[Row]]] = {
    "text": _text,
    "post": _post,
    "interactive": _card,
    "todo": _todo,
    "vote": _vote,
    "calendar": _appointment,
    "general_calendar": _appointment,
    "share_calendar_event": _appointment,
    "video_chat": _appointment,
    "location": _location,
    "system": _system,
    "hongbao": _aside,
    "sticker": _sticker,
}
