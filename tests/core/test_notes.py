"""Notes that stand for what is no words, in each language."""

import pytest
from hypothesis import given
from trees import bodies

from syncd.core.model import Language
from syncd.core.prose.heard import prefilled
from syncd.core.prose.said import placeholder
from syncd.core.text import Anchor, Body, Item, Listing, Paragraph, Table, Text, retold
from syncd.core.wording.notes import NOT_SHOWN, UNKNOWN, Notes, of_comment

KINDS = (
    "image", "video", "file", "audio", "folder", "sticker", "card", "vote", "task", "appointment",
    "location", "forwarded messages", "shared group", "shared contact", UNKNOWN,
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", [Language.ZH, Language.JA])
@pytest.mark.parametrize("name", ["", "a.log"])
def test_a_note_is_in_the_chats_language_and_no_part_of_a_summary(
    kind: str, language: Language, name: str
) -> None:
    english = placeholder(kind, name)
    told = Notes((kind,), language).told(f"{english} it is down")
    assert told.startswith("[") and told.endswith("] it is down")
    assert kind not in told and name in told
    assert prefilled(told, wordless=True)["summary"] == "it is down"
    assert Notes((kind,), Language.EN).told(english) == english


def test_what_only_looks_like_a_note_stays() -> None:
    said = "[image] [urgent] [vote: x] [image x] [image"
    assert Notes(("image",), Language.ZH).told(said) == said.replace("[image]", "[图片]")
    assert Notes((), Language.ZH).told(said) == said


LINK = Anchor("[file]", "https://x.example/a.log")


def test_a_comments_notes_are_told_wherever_they_stand() -> None:
    note, words = Paragraph((Text(NOT_SHOWN), Text(" [file] "))), Paragraph((Text("[file]"), LINK))
    body: Body = (Listing((Item((note,)),)), Table((((words,),),)))
    listing, table = of_comment(body, Language.JA)
    assert isinstance(listing, Listing) and isinstance(table, Table)
    told = "[表示できない内容です。ポータルでご覧ください]"
    assert listing.items[0].blocks == (Paragraph((Text(told), Text(" [file] "))),)
    assert table.rows == (((Paragraph((Text("[ファイル]"), Anchor("[ファイル]", LINK.url))),),),)
    assert of_comment(body, Language.EN) == body


@given(bodies)
def test_a_tree_without_notes_stays_as_it_is(body: Body) -> None:
    assert retold(body, {}) == body
