from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from syncd.core.text import (
    Anchor,
    Block,
    Body,
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
from syncd.helpdesk.jsm.adf import reading, writing
from syncd.sandbox.jsm.text.adf import to_text
from syncd.sandbox.jsm.text.adf_schema import problem_with


def written(*body: Block) -> list[dict[str, Any]]:
    document: dict[str, Any] = writing.document(body, led_by="Aiko (via Lark):")
    assert problem_with(document) == ""
    first, *rest = document["content"]
    assert to_text(first) == "Aiko (via Lark):"
    return rest


def p(*inlines: Inline) -> Paragraph:
    return Paragraph(inlines)


def test_text_cannot_mention_or_link_its_way_out() -> None:
    (paragraph,) = written(
        p(Mention("Erin"), Text(" [~accountid:1] *x*"), Anchor("click", "javascript:alert(1)"))
    )
    assert {one["type"] for one in paragraph["content"]} == {"text"}
    assert all("marks" not in one for one in paragraph["content"])
    assert to_text(paragraph) == "@Erin [~accountid:1] *x*click"


def test_link_of_the_web_is_a_link_mark() -> None:
    (paragraph,) = written(p(Anchor("docs", "https://x.example/")))
    assert paragraph["content"][0]["marks"] == [
        {"type": "link", "attrs": {"href": "https://x.example/"}}
    ]


def test_code_mark_stands_alone() -> None:
    (paragraph,) = written(p(Text("a", ("strong", "code")), Text("b", ("strong", "strong"))))
    assert [one["marks"] for one in paragraph["content"]] == [
        [{"type": "code"}],
        [{"type": "strong"}],
    ]


def test_what_a_list_item_cannot_hold_keeps_its_words() -> None:
    table = Table((((p(Text("cell")),),),))
    (listing,) = written(Listing((Item((table, Heading((Text("head"),)))),), ordered=True, start=2))
    assert listing["attrs"] == {"order": 2}
    assert to_text(listing) == "cell\nhead"


def test_what_a_quotation_cannot_hold_keeps_its_signs() -> None:
    steps = Listing((Item((p(Text("a"), Break(), Text("b")),)), Item((p(Text("c")),))), True, 3)
    inner = Quote((p(Text("he said")), steps, Quote((p(Text("she said")),))))
    (quote,) = written(Quote((p(Text("I say")), inner, Rule(), Heading((Text("end"),)))))
    assert [to_text(one) for one in quote["content"]] == [
        "I say",
        "> he said\n> 3. a\n>   b\n> 4. c\n> > she said",
        "---",
        "end",
    ]


def test_ticked_task_is_told_in_words() -> None:
    (listing,) = written(Listing((Item((p(Text("a")),), True), Item((p(Text("b")),), False))))
    assert to_text(listing) == "[x]\na\n[ ]\nb"


WORDS = st.text(max_size=6)
INLINES = st.one_of(
    st.builds(Text, WORDS, st.lists(st.sampled_from(["strong", "em", "code"])).map(tuple)),
    st.builds(Anchor, WORDS, st.sampled_from(["https://x.example/", "mailto:a@b", ""])),
    st.builds(Mention, WORDS),
    st.just(Break()),
)
LINES = st.lists(INLINES, max_size=3).map(tuple)


def containers(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    body = st.lists(inner, max_size=3).map(tuple)
    items = st.lists(st.builds(Item, body, st.none() | st.booleans()), max_size=3).map(tuple)
    rows = st.lists(st.lists(body, max_size=2).map(tuple), max_size=2).map(tuple)
    return st.one_of(
        st.builds(Listing, items, st.booleans(), st.integers(-1, 9)),
        st.builds(Quote, body, st.sampled_from(["", "⚠️"])),
        st.builds(Table, rows, st.booleans()),
    )


LEAVES: st.SearchStrategy[Block] = st.one_of(
    st.builds(Paragraph, LINES),
    st.builds(Heading, LINES, st.integers(0, 9)),
    st.builds(Code, WORDS, WORDS),
    st.just(Rule()),
)
BODIES = st.lists(st.recursive(LEAVES, containers, max_leaves=12), max_size=4).map(tuple)


@given(BODIES)
def test_every_tree_is_a_valid_document(body: Body) -> None:
    written(*body)


SPOKEN = st.text("abc 集", min_size=1, max_size=6).filter(str.strip)


@given(st.lists(SPOKEN, min_size=1, max_size=4))
def test_paragraphs_come_back_as_they_were(lines: list[str]) -> None:
    body = tuple(p(Text(line)) for line in lines)
    assert reading.read(writing.document(body, led_by="x"))[1:] == body
