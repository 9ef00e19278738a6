"""No word is lost on the way from a post to a document, nor from a document to a card."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncd.chat.lark.cards.markdown import render
from syncd.chat.lark.message import read
from syncd.core.model import PersonId
from syncd.core.prose.heard import as_blocks
from syncd.helpdesk.jsm.adf import reading, writing
from syncd.sandbox.jsm.text.adf_schema import problem_with
from syncd.sandbox.lark.cards.markup import markdown

Json = dict[str, Any]
BOT = PersonId("ou_bot")
KIM = {"key": "@_user_2", "id": {"open_id": "ou_kim"}, "name": "Kim"}
MENTIONS = [{"key": "@_user_1", "id": {"open_id": "ou_bot"}, "name": "Support Bot"}, KIM]


def document_of(rows: list[Any], title: str = "") -> Json:
    heard = read("post", {"title": title, "content": rows}, MENTIONS)
    document = writing.document(as_blocks(heard.text, heard.body, heard.named, BOT))
    assert problem_with(document) == ""
    return document


def spoken(node: Json) -> Iterator[str]:
    """Yield what a document says, the language of code before it."""
    attrs = node.get("attrs", {})
    yield attrs.get("language", "")
    yield node.get("text", "")
    for child in node.get("content", []):
        yield from spoken(child)
    yield "" if node["type"] in ("text", "mention") else "\n"


def addresses(node: Json) -> Iterator[str]:
    yield from (m["attrs"]["href"] for m in node.get("marks", []) if m["type"] == "link")
    for child in node.get("content", []):
        yield from addresses(child)


def shown(document: object) -> str:
    return markdown(render(reading.read(document)), str).text


def letters(said: str) -> str:
    """The letters alone: signs may mean layout, and the numbers of lists are counted anew."""
    return "".join(re.findall(r"[^\W\d_]", said))


def text(words: str) -> Json:
    return {"tag": "text", "text": words}


FENCE = text("```")
WORD = st.text("abcXYZ集日語é", min_size=1, max_size=6)
WORDS = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
STYLE = st.lists(
    st.sampled_from(["bold", "italic", "underline", "lineThrough", "unheard of"]), max_size=5
)
LEADS = st.sampled_from(["", "", "- ", "• ", "1. ", "2. ", "17) ", "    - ", "\t1. ", "> ", "> - "])


def element(tag: str, **parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries({"tag": st.just(tag), **parts})


ADDRESS = WORD.map(lambda word: f"https://x.example/{word.encode().hex()}")
TEXTS = element("text", text=WORDS, style=STYLE)
ELEMENTS = st.one_of(
    TEXTS,
    element("a", text=WORDS, href=ADDRESS, style=STYLE),
    element("a", text=WORDS, href=WORD.map(lambda word: f"ftp:{word}")),
    element("at", user_id=st.sampled_from(["@_user_1", "@_user_2"])),
    element("code_block", language=WORD, text=WORDS),
    element("emotion", emoji_type=WORD),
    element("hr"),
    element("img", image_key=st.just("img_1")),
    element("tag_of_tomorrow", text=WORDS),
    element("box", elements=st.lists(TEXTS, min_size=1, max_size=2)),
)
ROWS = st.lists(
    st.tuples(LEADS, st.lists(ELEMENTS, max_size=4)).map(
        lambda row: [{"tag": "text", "text": row[0]}, *row[1]] if row[0] else row[1]
    ),
    max_size=8,
)


def said(one: Json) -> str:
    match one["tag"]:
        case "a":
            return str(one["text"] + one["href"])
        case "at":
            return "Kim" if one["user_id"] == "@_user_2" else ""
        case "code_block":
            return re.sub(r"[^\w+#.-]", "", one.get("language", "").lower())[:30] + str(one["text"])
        case "emotion":
            return str(one["emoji_type"])
        case "img":
            return "image"
        case "hr":
            return ""
        case "box":
            return "".join(map(said, one["elements"]))
        case _:
            return str(one["text"])


@given(ROWS, WORDS)
def test_no_word_of_a_post_is_lost_on_its_way_to_jira(rows: list[list[Json]], title: str) -> None:
    document = document_of(rows, title)
    told = letters("".join(spoken(document)))
    assert told == letters(title + "".join(said(one) for row in rows for one in row))
    sent = [one["href"] for row in rows for one in row if one.get("href", "").startswith("https")]
    assert sorted(addresses(document)) == sorted(sent)


@given(ROWS)
def test_no_word_of_a_post_is_lost_where_jira_shows_it_again(rows: list[list[Json]]) -> None:
    document = document_of(rows)
    languages = Counter(letters("".join(_languages(document))))
    told = Counter(letters("".join(spoken(document)))) - languages
    assert told <= Counter(letters(shown(document)))


def _languages(node: Json) -> Iterator[str]:
    yield node.get("attrs", {}).get("language", "")
    for child in node.get("content", []):
        yield from _languages(child)


BESIDE_FENCES = st.one_of(
    st.sampled_from(["```", "```", "````", "> ```", "- "]).map(text),
    element("code_block", text=WORDS),
    element("text", text=WORDS),
    element("hr"),
)


@given(st.lists(BESIDE_FENCES.map(lambda one: [one]), max_size=7))
@example([[FENCE], [{"tag": "code_block", "text": "IMPORTANT"}], [FENCE]])
@example([[FENCE], [{"tag": "hr"}], [FENCE]])
def test_a_block_between_rows_that_look_like_fences_is_no_line_of_code(
    rows: list[list[Json]],
) -> None:
    document = document_of(rows)
    assert letters("".join(spoken(document))) == letters("".join(said(row[0]) for row in rows))
    kinds = [one["type"] for one in document["content"]]
    assert kinds.count("rule") == [row[0]["tag"] for row in rows].count("hr")


@pytest.mark.parametrize(
    ("element", "told"),
    [
        ({"tag": "checker", "text": "Approve", "elements": [text("inner"), [text("words")]]},
         ["Approve", "inner", "words"]),
        ({"tag": "a", "href": "https://x.example/1", "elements": [text("label")]},
         ["https://x.example/1", "label"]),
        ({"tag": "button", "text": "open", "href": "https://x.example/2"},
         ["open", "https://x.example/2"]),
        ({"tag": "img", "image_key": "img_1", "elements": [text("below")]}, ["[image]", "below"]),
        ({"tag": "pick", "options": ["one", "two"], "elements": ["three"]}, ["one / two", "three"]),
        ("bare", ["bare"]),
        ({"tag": "box", "elements": ["bare", ["barer"]]}, ["bare", "barer"]),
    ],
)  # fmt: skip
def test_what_an_element_says_itself_stands_before_what_it_holds(
    element: object, told: list[str]
) -> None:
    each = [re.escape(one) for one in told if "://" not in one]
    for row in ([element], element):
        shown = "".join(spoken(document_of([row])))
        assert re.search(".*".join(each), shown, re.S), shown
    assert [*addresses(document_of([[element]]))] == [one for one in told if "://" in one]


def laid_out(*rows: str | list[Json]) -> list[tuple[str, str]]:
    """The blocks of a post: of what kind each is, and what it says."""
    document = document_of([[text(row)] if isinstance(row, str) else row for row in rows])
    return [(one["type"], "".join(spoken(one)).strip()) for one in document["content"]]


@pytest.mark.parametrize("row", [">100 users cannot log in", ">= 5 errors", ">>> print(1)", ">"])
def test_a_sign_without_a_blank_quotes_nothing(row: str) -> None:
    assert laid_out("down", row) == [("paragraph", f"down\n{row}")]
    bold = {"tag": "text", "text": "100 users", "style": ["bold"]}
    assert "".join(spoken(document_of([[text(">"), bold]]))).strip() == ">100 users"


def test_a_number_that_counts_nothing_stays() -> None:
    assert laid_out("007. Bond", "01) x") == [("paragraph", "007. Bond\n01) x")]
    assert laid_out("7. Bond") == [("orderedList", "Bond")]


def test_a_sign_alone_is_a_blank_line_beside_what_is_quoted() -> None:
    quoted = laid_out(">", "> one", ">", " > ", "> two", ">", "end")
    assert quoted == [("blockquote", "one\ntwo"), ("paragraph", "end")]


def at(user: str, *behind: str) -> list[Json]:
    return [{"tag": "at", "user_id": user}, *map(text, behind)]


@pytest.mark.parametrize(
    ("rows", "blocks"),
    [
        ([at("@_user_1", " ```sh"), "SECRET=1", "```", "end"],
         [("codeBlock", "shSECRET=1"), ("paragraph", "end")]),
        ([["@_user_1 ```sh\nSECRET=1\n```"]], [("codeBlock", "shSECRET=1")]),
        ([at("@_user_1", " ", "1. one"), "2. two"], [("orderedList", "one\n\ntwo")]),
        ([at("@_user_1", " > one"), "> two"], [("blockquote", "one\ntwo")]),
        ([at("@_user_2", " - one"), "- two"],
         [("paragraph", "@Kim"), ("bulletList", "one\n\ntwo")]),
        ([at("@_user_2", " - one"), "two"], [("paragraph", "@Kim - one\ntwo")]),
        ([at("@_user_1", " - one"), "two"], [("paragraph", "- one\ntwo")]),
        ([at("@_user_1")], []),
    ],
)  # fmt: skip
def test_a_mention_before_code_or_a_list_spoils_neither(
    rows: list[str | list[Json]], blocks: list[tuple[str, str]]
) -> None:
    assert laid_out(*rows) == blocks


TYPED = st.text("ab `>-*•1.2)\n\t[](~:/#_|", max_size=40)


@given(st.lists(st.lists(element("text", text=TYPED, style=STYLE), max_size=3), max_size=6))
def test_no_letter_of_what_looks_like_layout_is_lost(rows: list[list[Json]]) -> None:
    told = letters("".join(spoken(document_of(rows))))
    assert told == letters("".join(one["text"] for row in rows for one in row))


def node(kind: str, content: object = None, **attrs: object) -> Json:
    made: Json = {"type": kind}
    made |= {"attrs": attrs} if attrs else {}
    return made | ({"content": content} if content is not None else {})


def _text(word: str, marks: list[str], link: bool) -> Json:
    listed: list[Json] = [{"type": mark} for mark in marks]
    if link:
        listed.append({"type": "link", "attrs": {"href": "https://x.example/"}})
    return {"type": "text", "text": f"{word} ", "marks": listed}


MARKS = st.lists(
    st.sampled_from(["strong", "em", "strike", "underline", "code"]), unique=True, max_size=3
)
INLINES = st.lists(
    st.one_of(
        st.builds(_text, WORD, MARKS, st.booleans()),
        WORD.map(lambda word: node("mention", id="1", text=f"@{word}")),
        WORD.map(lambda word: node("status", text=f" {word} ", color="blue")),
        WORD.map(lambda word: node("emoji", shortName=f":{word}:", text=f" {word} ")),
        st.just(node("hardBreak")),
    ).flatmap(lambda one: st.just([one, {"type": "text", "text": " "}])),
    min_size=1,
    max_size=4,
).map(lambda pairs: [one for pair in pairs for one in pair])
PARAGRAPH = INLINES.map(lambda inlines: node("paragraph", inlines))
LEAF = st.one_of(
    PARAGRAPH,
    INLINES.map(lambda inlines: node("heading", inlines, level=2)),
    WORDS.map(lambda words: node("codeBlock", [{"type": "text", "text": words}])),
    WORD.map(lambda word: node("mediaSingle", [node("media", type="file", id="1", alt=word)])),
    st.just(node("rule")),
)


def _containers(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    several = st.lists(inner, min_size=1, max_size=3)
    item = several.map(lambda blocks: node("listItem", blocks))
    items = st.lists(item, min_size=1, max_size=3)
    task = INLINES.map(lambda inlines: node("taskItem", inlines, localId="1", state="TODO"))
    cell = several.map(lambda blocks: node("tableCell", blocks))
    row = st.lists(cell, min_size=1, max_size=3).map(lambda cells: node("tableRow", cells))
    return st.one_of(
        items.map(lambda some: node("bulletList", some)),
        items.map(lambda some: node("orderedList", some, order=3)),
        st.lists(task, min_size=1, max_size=2).map(lambda some: node("taskList", some)),
        several.map(lambda blocks: node("blockquote", blocks)),
        several.map(lambda blocks: node("panel", blocks, panelType="info")),
        st.tuples(WORD, several).map(lambda both: node("expand", both[1], title=both[0])),
        st.lists(row, min_size=1, max_size=3).map(lambda rows: node("table", rows)),
        several.map(lambda blocks: node("layoutSection", [node("layoutColumn", blocks)])),
        several.map(lambda blocks: node("block_of_tomorrow", blocks)),
    )


DOCUMENTS = st.lists(st.recursive(LEAF, _containers, max_leaves=10), max_size=4).map(
    lambda blocks: node("doc", blocks)
)


def words_of(one: Json) -> Iterator[str]:
    attrs = one.get("attrs", {})
    told = [one.get("text"), *(attrs.get(name) for name in ("text", "alt", "title"))]
    yield from (word for text in told if text for word in re.findall(r"\w+", text))
    for child in one.get("content", []):
        yield from words_of(child)


@given(DOCUMENTS)
def test_no_word_of_a_document_is_lost_on_its_way_to_a_card(document: Json) -> None:
    told = Counter(re.findall(r"\w+", shown(document)))
    assert Counter(words_of(document)) <= told
