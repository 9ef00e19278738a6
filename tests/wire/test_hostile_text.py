"""No text from outside costs more than linear time, however long and hostile.

Nothing here measures time: what cost the square of so many letters would take many minutes, and is
stopped with a traceback of where it stood.
"""

import faulthandler
import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from syncd.chat.lark import message, wire
from syncd.chat.lark.cards.card import MAX_BYTES, card, size
from syncd.chat.lark.cards.form import read_form
from syncd.config.values import read_address
from syncd.core import text
from syncd.core.fields import kinds
from syncd.core.fields.answers import Asked
from syncd.core.fields.field import Field, FieldKind, Option
from syncd.core.fields.naming import with_named
from syncd.core.model import DeliveryId, PersonId, RequestId
from syncd.core.operators.history import presentable
from syncd.core.prose import plain
from syncd.core.prose.heard import as_blocks
from syncd.core.prose.parts import in_parts
from syncd.core.prose.said import blocks, linked_by_lark
from syncd.core.text import Anchor, Body, Code, Mention, Paragraph, Table, Text
from syncd.core.views import FormView, PostView
from syncd.core.wording.en import ENGLISH
from syncd.helpdesk.jsm.adf import reading, writing
from syncd.helpdesk.jsm.wire import failures
from syncd.helpdesk.jsm.wire.call import Answer as JsmAnswer
from syncd.log import Mask

LONG = 1_000_000
TREE = 65_000
"""Twice what Jira takes as a comment; a tree of more would only cost minutes more."""
TYPED = 100_000
"""More than Lark lets anybody type."""
SHAPES = {
    "one word": "a" * LONG,
    "base64": "QUJD" * (LONG // 4),
    "full stops": "1" + "." * LONG,
    "host": "a." * (LONG // 2),
    "at signs": "a@" * (LONG // 2),
    "half an address": "a@" + "b." * (LONG // 2) + "1",
    "numbers": "1 " * (LONG // 2),
    "blanks": "1" + " " * LONG + "x",
    "line ends": "\n" * LONG,
    "blank lines": "x\n \n" * (LONG // 4),
    "marks of one letter": "a" + "\u0300\u0316" * (LONG // 2),
    "marks in the wrong order": "a" + "\u0300" * (LONG // 2) + "\u0316" * (LONG // 2),
    "signs": "`*~[<" * (LONG // 5),
    "tags": "<at " * (LONG // 4),
    "slashes": "http://" * (LONG // 7),
    "links": "[a](http://" * (LONG // 11),
    "emoji": "😀" * (LONG // 4),
    "non-joiners": "\u0646\u200c" * (LONG // 2),
}
KEY = DeliveryId("d-1")


@pytest.fixture(autouse=True)
def stopped_after_minutes() -> Iterator[None]:
    faulthandler.dump_traceback_later(600, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def document(*content: object) -> dict[str, object]:
    return {"type": "doc", "version": 1, "content": list(content)}


def in_nodes(said: str) -> dict[str, object]:
    """The text as a document, whole and in a hundred thousand pieces that are marked in turn."""
    marks = [[{"type": "strike"}], [{"type": "code"}], []]
    pieces = [
        {"type": "text", "text": said[at : at + 10], "marks": marks[at % 3]}
        for at in range(0, len(said), 10)
    ]
    whole = {"type": "text", "text": said}
    return document(
        {"type": "paragraph", "content": [whole]}, {"type": "paragraph", "content": pieces}
    )


def post(said: str) -> PostView:
    cell: Body = (Paragraph((Text(said),)),)
    inlines = (Text(said, ("strike",)), Mention(said), Anchor(said, "https://x.example/"))
    body: Body = (Paragraph(inlines), Code(said), Table(((cell, cell), (cell,)), header=True))
    return PostView(said, "Open", "https://x.example/", (said, said), body)


def shown(said: str) -> int:
    return size(card(post(said), KEY))


def shown_whole(body: Body) -> int:
    return size(card(PostView("Title", body=body), KEY))


def shown_plainly(said: str) -> int:
    return size(card(plain.post(post(said)), KEY))


def shown_plainly_in_one_paragraph(said: str) -> int:
    view = PostView(said, "Open", "https://x.example/", (said,), (Paragraph((Text(said),)),))
    return size(card(plain.post(view), KEY))


FIELD = Field("customfield_1", FieldKind.SELECT, "Severity", options=(Option("1", "High"),))
VIEW = FormView(RequestId("r"), "Title", "Intro", (), {}, "Submit", "Cancel", "Choose")


def asked(said: str) -> int:
    label = said[:200_000]
    options = (*(Option(f"{n}", label) for n in range(3)), Option("4", "b"))
    fields = (
        Field("a", FieldKind.TEXT, said, help=said, required=True),
        Field("b", FieldKind.MULTILINE, "b", help=said),
        Field("c", FieldKind.SELECT, said, help=said, options=options, required=True),
    )
    values: dict[str, str | list[str]] = {"a": said, "b": said, "c": said}
    return size(card(replace(VIEW, fields=fields, values=values, problem=said), KEY))


def typed(said: str) -> object:
    return read_form({"a": said, "b": [said], "c": said}, {"a": {"x": "y"}})


def checked(said: str) -> object:
    """A form of which everything was typed, or chosen by another client than Lark's."""
    found: list[object] = []
    for kind in kinds.KINDS:
        about = Asked(replace(FIELD, kind=kind), ENGLISH, read_address)
        value = kinds.tidy(said, about)
        found.append((with_named("", said, about.field), value and kinds.wrong(value, about)))
    return found


def heard(said: str) -> object:
    content = json.dumps({"text": said})
    told = {"message_id": "om_1", "chat_id": "oc_1", "chat_type": "group", "content": content}
    frame = {
        "header": {"event_id": "e", "event_type": "im.message.receive_v1", "create_time": "1"},
        "event": {"message": {**told, "message_type": "text", "create_time": "1"}},
    }
    sender = {"sender_id": {"open_id": "ou_1"}, "sender_type": "user"}
    frame["event"] = {**frame["event"], "sender": sender}  # type: ignore[dict-item]
    return wire.read_event(json.dumps(frame).encode())


def posted(said: str) -> object:
    """A post of the text whole, in rows, and in entries and quotations, as the ticket gets it."""
    pieces = [said[at : at + 100] for at in range(0, len(said), 100)]
    led = [f"{lead}{piece}" for piece in pieces for lead in ("", "- ", "    1. ", "> ")]
    rows = [[{"tag": "text", "text": row, "style": ["bold"]}] for row in (said, *led)]
    boxes: object = {
        "tag": "box",
        "elements": [{"tag": "a", "text": said, "href": f"https://{said}"}],
    }
    for _ in range(5_000):
        boxes = {"tag": "box", "elements": [[boxes]]}
    mentions = [{"key": f"@_user_{n}", "id": f"ou_{n}", "name": said[:50]} for n in range(1_000)]
    heard = message.read("post", {"title": said, "content": [*rows, [boxes]]}, mentions)
    body = as_blocks(heard.text, heard.body, heard.named, PersonId("ou_1"))
    return [writing.document(part) for part in in_parts(body)]


def refused_by_jsm(said: str) -> str:
    body = json.dumps({"errorMessage": said, "errors": {said[:1000]: said}}).encode()
    return presentable(failures.complaint(JsmAnswer(400, {}, body)))


EVERY_WAY: dict[str, Callable[[str], object]] = {
    "any text": text.clean,
    "a comment": lambda said: reading.read(in_nodes(said)),
    "a comment in a card": lambda said: shown_whole(reading.read(in_nodes(said))),
    "a card": shown,
    "a card that Lark refused": shown_plainly,
    "a card of one paragraph that Lark refused": shown_plainly_in_one_paragraph,
    "a form": asked,
    "what was typed": typed,
    "what was checked": checked,
    "an address": read_address,
    "a message": heard,
    "a post": posted,
    "the links of a text": lambda said: blocks(said, linked_by_lark),
    "a reply": lambda said: writing.document((Paragraph((Text(said),)),), led_by=said),
    "a refusal of the helpdesk": refused_by_jsm,
    "a reason": presentable,
    "the log": lambda said: Mask(["secret"])(None, "", {"event": said, "reason": [said]}),
}


_AT_MOST = {
    **dict.fromkeys(("a comment", "a post", "a comment in a card", "a card"), TREE),
    "a card that Lark refused": TREE,
    "what was typed": TYPED,
    "what was checked": TYPED,
}
_CARDS = [way for way in EVERY_WAY if "card" in way or way == "a form"]


@pytest.mark.parametrize("way", EVERY_WAY)
@pytest.mark.parametrize("shape", SHAPES)
def test_hostile_text_costs_no_more_than_any_other(shape: str, way: str) -> None:
    made = EVERY_WAY[way](SHAPES[shape][: _AT_MOST.get(way, LONG)])
    if way in _CARDS:
        assert isinstance(made, int)
        assert made <= MAX_BYTES
