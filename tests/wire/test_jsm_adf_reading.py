import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core import text as tree
from syncd.core.text import (
    Anchor,
    Block,
    Break,
    Code,
    Heading,
    Inline,
    Item,
    Listing,
    Mention,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)
from syncd.helpdesk.jsm.adf import reading
from syncd.helpdesk.jsm.adf.media import files_named

Node = dict[str, Any]


def node(kind: str, *content: Node, **attrs: object) -> Node:
    found: Node = {"type": kind}
    found |= {"attrs": attrs} if attrs else {}
    return found | ({"content": list(content)} if content else {})


def said(text: str, *marks: str, link: str = "") -> Node:
    listed: list[Node] = [{"type": mark} for mark in marks]
    if link:
        listed.append({"type": "link", "attrs": {"href": link}})
    return {"type": "text", "text": text, "marks": listed}


def para(*content: Node) -> Node:
    return node("paragraph", *content)


def doc(*content: Node) -> Node:
    return {"type": "doc", "version": 1, "content": list(content)}


def p(*inlines: Inline) -> Paragraph:
    return Paragraph(inlines)


def read(*content: Node) -> tuple[Block, ...]:
    return reading.read(doc(*content))


def inlines(*content: Node) -> tuple[Inline, ...]:
    (paragraph,) = read(para(*content))
    assert isinstance(paragraph, Paragraph)
    return paragraph.inlines


def test_marks_that_chat_knows_are_kept_and_others_leave_their_text() -> None:
    found = inlines(
        said("a", "strong", "em"), said("b", "underline", "textColor"), said("c", "code")
    )
    assert found == (Text("a", ("strong", "em")), Text("b"), Text("c", ("code",)))


def test_link_becomes_an_anchor_and_an_unsafe_one_plain_text() -> None:
    found = inlines(said("t", link="https://x.example/"), said("u", link="javascript:alert(1)"))
    assert found == (Anchor("t", "https://x.example/"), Text("u"))


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        (node("hardBreak"), Break()),
        (node("mention", id="712020:erin", text="@Erin"), Mention("Erin")),
        (node("mention", id="712020:erin"), Mention("user")),
        (node("emoji", shortName=":tada:", text="🎉"), Text("🎉")),
        (node("emoji", shortName=":tada:"), Text(":tada:")),
        (node("status", text="In progress", color="blue"), Text("[In progress]")),
        (node("date", timestamp="1795392000000"), Text("2026-11-23")),
        (node("date", timestamp="soon"), Text("soon")),
        (node("inlineCard", url="https://x.example/a"), Anchor(*["https://x.example/a"] * 2)),
        (node("inlineCard", data={"url": "https://x.example"}), Anchor(*["https://x.example"] * 2)),
        (node("mediaInline", type="file", id="1", alt="log.txt"), Text("[log.txt]")),
        (node("media", type="file", id="1"), Text("[file]")),
        (node("media", type="external", url="https://x.example/a.png", alt="pic"),
         Anchor("pic", "https://x.example/a.png")),
        (node("inlineExtension", text="42 open"), Text("42 open")),
        (node("madeUpYesterday"), Text("[unsupported content - see portal]")),
    ],
)  # fmt: skip
def test_inline_node_keeps_what_it_says(one: Node, shown: Inline) -> None:
    assert inlines(said("x"), one, said("y")) == (Text("x"), shown, Text("y"))


def test_lists_of_lists_keep_their_shape() -> None:
    inner = node("orderedList", node("listItem", para(said("b"))), order=3)
    found = read(node("bulletList", node("listItem", para(said("a")), inner)))
    nested = Listing((Item((p(Text("b")),)),), ordered=True, start=3)
    assert found == (Listing((Item((p(Text("a")), nested)),)),)


def test_tasks_and_decisions_are_lists() -> None:
    tasks = node(
        "taskList",
        node("taskItem", said("done"), localId="1", state="DONE"),
        node("taskItem", said("open"), localId="2", state="TODO"),
        localId="0",
    )
    decisions = node(
        "decisionList", node("decisionItem", said("yes"), localId="1", state="DECIDED")
    )
    assert read(tasks, decisions) == (
        Listing((Item((p(Text("done")),), True), Item((p(Text("open")),), False))),
        Listing((Item((p(Text("➡️ "), Text("yes")),)),)),
    )


def test_code_keeps_its_lines_and_language() -> None:
    block = node("codeBlock", {"type": "text", "text": "a = 1\n  b()\n"}, language="python")
    assert read(block) == (Code("a = 1\n  b()\n", "python"),)


def test_panel_and_quote_are_quotes() -> None:
    found = read(
        node("panel", para(said("w")), panelType="warning"), node("blockquote", para(said("q")))
    )
    assert found == (Quote((p(Text("w")),), "⚠️"), Quote((p(Text("q")),)))


def test_expand_shows_its_title_and_its_content() -> None:
    found = read(node("expand", para(said("inside")), title="More"))
    assert found == (p(Text("More", ("strong",))), p(Text("inside")))


def test_table_keeps_rows_that_differ_in_length() -> None:
    head = node("tableRow", node("tableHeader", para(said("h"))))
    row = node(
        "tableRow",
        node("tableCell", para(said("1")), colspan=2),
        node("tableCell", node("bulletList", node("listItem", para(said("2"))))),
    )
    listing = Listing((Item((p(Text("2")),)),))
    assert read(node("table", head, row)) == (
        Table((((p(Text("h")),),), ((p(Text("1")),), (), (listing,))), header=True),
    )


def test_other_blocks_say_what_is_inside() -> None:
    found = read(
        node("heading", said("Title"), level=9),
        node("rule"),
        node("layoutSection", node("layoutColumn", para(said("column")), width=50)),
        node("bodiedExtension", para(said("body")), extensionKey="k", extensionType="t"),
        node("mediaSingle", node("media", type="file", id="1"), node("caption", said("A graph"))),
        node("blockCard", url="https://x.example/b"),
        node("extension", extensionKey="k", extensionType="t"),
    )
    assert found == (
        Heading((Text("Title"),), 6),
        Rule(),
        p(Text("column")),
        p(Text("body")),
        p(Text("[file]")),
        p(Text("A graph")),
        p(Anchor("https://x.example/b", "https://x.example/b")),
        p(Text("[unsupported content - see portal]")),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("href", "shown"),
    [
        ("mailto:help@x.example", " (help@x.example)"),
        ("/browse/HELP-1", " (/browse/HELP-1)"),
        ("ftp://x.example/a", " (ftp://x.example/a)"),
    ],
)
def test_target_that_no_browser_opens_is_told(href: str, shown: str) -> None:
    assert inlines(said("here", link=href)) == (Text("here"), Text(shown))


def test_link_keeps_its_strike() -> None:
    found = inlines(said("old", "strike", link="https://x.example/"))
    assert found == (Anchor("old", "https://x.example/", ("strike",)),)


def test_raised_and_lowered_text_is_no_part_of_the_number_beside_it() -> None:
    def beside(text: str, kind: str) -> Node:
        return said(text) | {"marks": [{"type": "subsup", "attrs": {"type": kind}}]}

    found = inlines(said("10"), beside("6", "sup"), said(" H"), beside("2", "sub"))
    assert "".join(strings(json.loads(tree.dump((p(*found),))))) == "10⁶ H₂"
    assert inlines(said("x"), beside("k+1", "sup")) == (Text("x"), Text("^(k+1)"))


def test_empty_item_keeps_the_numbers_after_it() -> None:
    one, three = node("listItem", para(said("one"))), node("listItem", para(said("three")))
    (found,) = read(node("orderedList", one, node("listItem", para()), three, node("listItem")))
    assert found == Listing((Item((p(Text("one")),)), Item(()), Item((p(Text("three")),))), True)


def test_task_of_blocks_keeps_its_tick_and_a_list_beside_a_task_belongs_to_it() -> None:
    block = node("blockTaskItem", para(said("a")), state="DONE")
    beside = node("taskList", node("taskItem", said("b"), state="TODO"))
    inner = Listing((Item((p(Text("b")),), False),))
    assert read(node("taskList", block, beside)) == (Listing((Item((p(Text("a")), inner), True),)),)


def test_cell_over_several_columns_or_rows_leaves_the_others_in_their_columns() -> None:
    def cell(text: str, **attrs: object) -> Node:
        return node("tableCell", para(said(text)), **attrs)

    rows = [
        node("tableRow", cell("a", rowspan=2), cell("b", colspan=2)),
        node("tableRow", cell("c"), cell("d", rowspan=2)),
        node("tableRow", cell("e")),
    ]
    a, b, c, d, e, ditto = ((p(Text(said)),) for said in "abcde〃")
    assert read(node("table", *rows)) == (Table(((a, b, ()), (ditto, c, d), (e, (), ditto))),)


def test_hostile_span_makes_no_wide_table() -> None:
    wide = node("tableCell", para(said("a")), colspan=10**9, rowspan=10**9)
    (found,) = read(node("table", *[node("tableRow", wide)] * 50))
    assert isinstance(found, Table)
    assert max(map(len, found.rows)) <= 130


# Every node of Atlassian's schema that may say something, and a few that only their editor makes:
# https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
SPEAKING = [
    "paragraph", "heading", "codeBlock", "blockquote", "panel", "expand", "nestedExpand", "caption",
    "bulletList", "orderedList", "taskList", "decisionList", "listItem", "taskItem", "decisionItem",
    "blockTaskItem", "table", "tableRow", "tableCell", "tableHeader", "layoutSection",
    "layoutColumn", "bodiedExtension", "multiBodiedExtension", "extensionFrame", "bodiedSyncBlock",
]  # fmt: skip
ANNOUNCED = [
    "extension", "inlineExtension", "syncBlock", "blockCard", "embedCard", "inlineCard",
    "mediaSingle", "mediaGroup", "media", "mediaInline", "unsupportedBlock", "unsupportedInline",
    "confluenceUnsupportedBlock", "confluenceUnsupportedInline", "confluenceJiraIssue", "image",
]  # fmt: skip


@pytest.mark.parametrize("kind", SPEAKING)
def test_every_node_of_the_schema_is_read(kind: str) -> None:
    assert "words" in everything(read(node(kind, said("words"))))


@pytest.mark.parametrize("kind", ANNOUNCED)
def test_every_node_that_cannot_be_read_is_announced(kind: str) -> None:
    shown = everything(read(para(said("x")), {"type": kind, "attrs": {"id": "1"}}))
    assert re.search(r"\[.+\]", shown)


def test_foreign_text_is_cleaned_and_its_newlines_break_lines() -> None:
    assert inlines(said("a\u202e\u200bb\r\nc")) == (Text("ab"), Break(), Text("c"))


def test_block_in_the_wrong_place_keeps_its_words() -> None:
    assert inlines(para(said("a")), said("b")) == (Text("a"), Break(), Text("b"))


def test_what_is_no_document_is_read_as_far_as_it_can_be() -> None:
    assert reading.read(None) == ()
    assert reading.read("plain\ntext") == (p(Text("plain"), Break(), Text("text")),)
    assert reading.read([para(said("a"))]) == (p(Text("a")),)


def test_nesting_without_end_keeps_its_words_and_its_shape_stays_shallow() -> None:
    deep: Node = para(said("bottom"))
    for _ in range(5000):
        deep = node("blockquote", deep)
    found = reading.read(doc(deep))
    assert "bottom" in everything(found)
    assert tree.load(tree.dump(found)) == found


HOLDERS = ["doc", "paragraph", "heading", "codeBlock", "blockquote", "panel", "expand", "rule"]
LISTS = ["bulletList", "orderedList", "taskList", "decisionList", "listItem", "taskItem"]
TABLES = ["table", "tableRow", "tableCell", "tableHeader", "caption", "layoutSection"]
INLINES = ["text", "hardBreak", "mention", "status", "date", "media", "inlineCard", "unheardOf"]
ALL = [*HOLDERS, *LISTS, *TABLES, *INLINES]
KINDS = st.sampled_from(ALL)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)
ODD = st.fixed_dictionaries(
    {"type": KINDS | JSON},
    optional={
        "text": st.text(max_size=8) | JSON,
        "attrs": st.dictionaries(
            st.sampled_from(["text", "url", "level", "order", "timestamp", "title", "data", "alt"]),
            JSON,
            max_size=3,
        )
        | JSON,
        "marks": st.lists(st.fixed_dictionaries({"type": KINDS | JSON})) | JSON,
    },
)
SPOKEN = st.builds(said, st.text(min_size=1, max_size=8), st.sampled_from(["em", "code"]))
DOCUMENTS = st.recursive(
    SPOKEN | SPOKEN | ODD | JSON,
    lambda inner: st.builds(
        lambda one, content: one | {"content": content},
        ODD | st.builds(node, KINDS) | st.builds(node, KINDS),
        st.lists(inner, min_size=1, max_size=4) | st.lists(inner, min_size=1, max_size=4) | inner,
    ),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_any_json_is_a_tree_and_no_text_of_it_is_lost(document: object) -> None:
    found = reading.read(document)
    assert tree.load(tree.dump(found)) == found
    shown = everything(found)
    for spoken in texts(document):
        for line in tree.clean(spoken).split("\n"):
            assert bare(line) in bare(shown)


@pytest.mark.parametrize("outer", ALL)
@pytest.mark.parametrize("listed", [True, False])
def test_whatever_stands_in_whatever_keeps_its_words(outer: str, listed: bool) -> None:
    for inner in ALL:
        spoken = said("words")
        between = {"type": inner, "content": [spoken] if listed else spoken}
        around = {"type": outer, "content": [between] if listed else between}
        assert "words" in everything(read(around)), (outer, inner)


def bare(text: str) -> str:
    return "".join(text.split())


def texts(part: object) -> Iterator[str]:
    """Yield what text nodes say that are reached through `content` alone."""
    if isinstance(part, list):
        for one in part:
            yield from texts(one)
    elif isinstance(part, dict):
        if part.get("type") == "text" and isinstance(part.get("text"), str):
            yield part["text"]
        yield from texts(part.get("content"))


def everything(part: object) -> str:
    """Return every string of a tree, in its order."""
    return "".join(strings(json.loads(tree.dump(part))))


def strings(part: object) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for one in part:
            yield from strings(one)
    elif isinstance(part, dict):
        for name, one in part.items():
            if name not in ("node", "url", "marks", "language", "icon"):
                yield from strings(one)


def test_files_of_a_document_are_counted_once_however_deep_it_is() -> None:
    file = {"type": "media", "attrs": {"type": "file", "id": "x"}}
    linked = {"type": "media", "attrs": {"type": "external", "url": "https://x.test/a.png"}}
    inline = {"type": "mediaInline", "attrs": {"type": "file", "id": "y"}}
    deep: object = {"type": "paragraph", "content": [inline]}
    for _ in range(20_000):
        deep = {"type": "panel", "content": [deep]}
    group = {"type": "mediaGroup", "content": [file, linked, file]}
    assert files_named({"type": "doc", "content": [group, deep, None, 7]}) == 2
    assert files_named("no document") == files_named(None) == 0
