"""Which documents are valid, and what wiki markup turns into."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsm_site import text_doc

from syncd.sandbox.jsm.text import adf, wiki
from syncd.sandbox.jsm.text.adf_schema import problem_with

Node = dict[str, Any]


def _doc(*content: Node) -> Node:
    return {"type": "doc", "version": 1, "content": list(content)}


def _paragraph(*content: Node) -> Node:
    return {"type": "paragraph", "content": list(content)}


def _text(text: str, *marks: str) -> Node:
    return {"type": "text", "text": text, "marks": [{"type": mark} for mark in marks]}


_CELL = {"type": "tableCell", "content": [_paragraph(_text("1"))]}


@pytest.mark.parametrize(
    "doc",
    [
        _doc(_paragraph()),
        _doc(_paragraph(_text("a", "strong", "em"), {"type": "hardBreak"})),
        _doc({"type": "codeBlock", "content": [{"type": "text", "text": "x = 1"}]}),
        _doc({"type": "bulletList", "content": [{"type": "listItem", "content": [_paragraph()]}]}),
        _doc({"type": "table", "content": [{"type": "tableRow", "content": [_CELL]}]}),
        _doc({"type": "panel", "attrs": {"panelType": "info"}, "content": [_paragraph()]}),
        _doc(_paragraph({"type": "mention", "attrs": {"id": "712020:ben", "text": "@Ben"}})),
        _doc({"type": "rule"}),
    ],
)
def test_documents_that_the_editor_makes_are_valid(doc: Node) -> None:
    assert problem_with(doc) == ""


@pytest.mark.parametrize(
    "doc",
    [
        "text",
        {"type": "doc", "content": []},
        {"type": "doc", "version": 1},
        _doc(_text("outside of a paragraph")),
        _doc(_paragraph(_text(""))),
        _doc(_paragraph(_text("a", "bold"))),
        _doc(_paragraph(_text("a", "code", "strong"))),
        _doc(_paragraph(_text("a", "link"))),
        _doc(_paragraph(_paragraph())),
        _doc({"type": "codeBlock", "content": [_text("x", "strong")]}),
        _doc({"type": "bulletList", "content": []}),
        _doc({"type": "bulletList", "content": [_paragraph()]}),
        _doc({"type": "heading", "content": [_text("no level")]}),
        _doc({"type": "unknownNode"}),
        _doc({"type": "paragraph", "text": "x", "style": "big"}),
        _doc({"type": "listItem", "content": [_paragraph()]}),
        _doc({"type": ["paragraph"]}),
        _doc(_paragraph({"type": "text", "text": "x", "marks": {"type": "em"}})),
        _doc(_paragraph({"type": "text", "text": "x", "marks": [{"type": {}}]})),
        _doc(_paragraph({"type": "text", "text": "x", "marks": [{"type": "link", "attrs": 1}]})),
        _doc({"type": "paragraph", "content": "text"}),
    ],
)
def test_documents_that_no_editor_makes_are_refused(doc: object) -> None:
    assert problem_with(doc)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a *b* _c_ -d-", "a b c d"),
        ("[~accountid:712020:ben] hi", "712020:ben hi"),
        ("[label|https://a.example]", "label"),
        ("see !shot.png! there", "see  there"),
        ("{{code}}", "code"),
        ("{code:python}\nx *y*\n{code}", "x *y*"),
        ("h1. Title", "Title"),
        ("* one\n* two", "one\ntwo"),
        (r"\*not bold\* \[no link\] \{code\}", "*not bold* [no link] {code}"),
        ("snake_case_name and 2*3*4", "snake_case_name and 2*3*4"),
        ("SELECT f(x), COUNT(n) :) :D", "SELECT f❌, COUNT👎 🙂 😀"),
        (r"f\(x) :\) Local:Drive", "f(x) :) Local:Drive"),
        ("h1.2 of the spec", "2 of the spec"),
        (" bq.said", "said"),
        (r"see \[http://x/v1\] and", r"see [http://x/v1\] and"),
        (r"http://a.b/c\*d\*", r"http://a.b/c\*d\*"),
        (r"\[[http://x/v1]\]", "[http://x/v1]"),
    ],
)
def test_unescaped_markup_is_eaten_and_escaped_markup_survives(source: str, text: str) -> None:
    assert adf.to_text(wiki.to_adf(source)) == text


@given(st.text(max_size=80))
def test_any_text_becomes_a_valid_document(text: str) -> None:
    assert problem_with(wiki.to_adf(text)) == ""
    assert problem_with(adf.from_text(text)) == ""


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "content", "text", "marks", "attrs"]), inner)
    ),
    max_leaves=12,
)


@given(_json)
def test_no_body_whatever_breaks_the_check(body: object) -> None:
    assert problem_with(body)
    assert isinstance(problem_with({"type": "doc", "version": 1, "content": [body]}), str)


def test_the_same_document_reads_as_text_wiki_and_html() -> None:
    link = {"type": "link", "attrs": {"href": "https://a.example"}}
    doc = _doc(
        _paragraph(_text("bold", "strong"), {"type": "text", "text": "<x>", "marks": [link]})
    )
    assert adf.to_text(doc) == "bold<x>"
    assert adf.to_wiki(doc) == "*bold*[<x>|https://a.example]"
    assert adf.to_html(text_doc("<x>")) == "<p>&lt;x&gt;</p>"
