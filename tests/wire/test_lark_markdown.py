"""Text from outside stays text in Lark's markdown, as a reader of that markdown sees it."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncd.chat.lark.cards.escape import escape, link, safe_url
from syncd.chat.lark.cards.markdown import render
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
    Mark,
    Mention,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
    clean,
)
from syncd.sandbox.lark.cards.markup import Seen, markdown

NASTY = [
    "<at id=all></at>",
    "<at ids=ou_a,ou_b></at>",
    '<at email="a@b.example"></at>',
    "<AT id=all></AT>",
    "<person id = 'ou_a'></person>",
    "[click](https://evil.example)",
    "![x](img_v3_1)",
    "<a href='https://evil.example'>x</a>",
    "<link url=https://evil.example>x</link>",
    "<font color='red'>x</font>",
    "https://evil.example/path",
    ":DONE: :+1:",
    "**bold** *it* ~~no~~ __u__ _i_",
    "`code` ``code``",
    "```\nfence\n```",
    "    indented",
    "\tindented",
    "# heading",
    "1. item",
    "- item",
    "+ item",
    "> quote",
    "---",
    "a | b\n--- | ---\n1 | 2",
    "&lt;at id=all&gt; &#60;at id=all&#62; &amp;",
    "\\<at id=all></at>",
    "<raw><at id=all></at></raw>",
    "</font></raw>```</at>",
    "$x^2$",
    "x\u202ey\u200bz\x00",
    "](https://evil.example)",
    "\n\n    <at id=all></at>",
]


def seen(source: str) -> Seen:
    return markdown(source, lambda who: f"NAME({who})")


def words(text: str) -> str:
    """The text as it is compared: any space is a space, and Lark's own entity for a tilde."""
    return " ".join(text.replace("\u00a0", " ").replace("\u223c", "~").split())


def is_harmless(found: Seen, *, links: list[tuple[str, str]] | None = None) -> None:
    assert (found.mentions, found.people, found.images) == ([], [], [])
    assert found.links == (links or [])


@pytest.mark.parametrize("nasty", NASTY)
def test_foreign_text_has_no_effect_and_reads_the_same(nasty: str) -> None:
    found = seen(f"before {escape(nasty)} after")
    is_harmless(found)
    assert words(found.text) == words(f"before {clean(nasty)} after")


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize(
    "wrap",
    [
        lambda t: Paragraph((Text(t, ("strong", "em", "strike")),)),
        lambda t: Paragraph((Text(t, ("code",)),)),
        lambda t: Paragraph((Mention(t),)),
        lambda t: Heading((Text(t),), 2),
        lambda t: Code(t, t),
        lambda t: Quote((Paragraph((Text(t),)), Code(t)), t),
        lambda t: Listing((Item((Paragraph((Text(t),)), Code(t)), done=True),), ordered=True),
        lambda t: Table((((Paragraph((Text(t),)),), (Code(t),)),), header=True),
    ],
)
def test_foreign_text_has_no_effect_in_any_block(nasty: str, wrap: object) -> None:
    assert callable(wrap)
    is_harmless(seen(render((wrap(nasty),))))


@pytest.mark.parametrize("nasty", NASTY)
def test_label_of_a_link_cannot_end_it(nasty: str) -> None:
    found = seen(link(nasty, "https://portal.example/1"))
    assert [address for _, address in found.links] == ["https://portal.example/1"]
    assert (found.mentions, found.people, found.images) == ([], [], [])


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://x.example/a?b=1&c=é#f", "https://x.example/a?b=1&c=%C3%A9#f"),
        ("https://x.example/a) [b](c", "https://x.example/a%29%20%5Bb%5D%28c"),
        ("https://x.example/<at id=all>", "https://x.example/%3Cat%20id=all%3E"),
        ("HTTPS://x.example/%20", "https://x.example/%20"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://", ""),
        ("https://[::1", ""),
        ("//x.example", ""),
        ("", ""),
    ],
)
def test_address_cannot_end_a_link(url: str, safe: str) -> None:
    assert safe_url(url) == safe
    assert [a for _, a in seen(link("words", url)).links] == ([safe] if safe else [])


def test_address_that_is_no_link_leaves_its_words() -> None:
    assert seen(link("click", "javascript:alert(1)")).text == "click"


BODY: Body = (
    Heading((Text("What to do"),)),
    Paragraph((Text("Run "), Text("this", ("strong",)), Text(" now"), Break(), Text("soon"))),
    Listing(
        (
            Item((Paragraph((Text("one"),)),)),
            Item((Paragraph((Text("two"),)), Listing((Item((Paragraph((Text("deep"),)),)),)))),
        ),
        ordered=True,
        start=3,
    ),
    Code("x = `1`\n```\ny", "python"),
    Quote((Paragraph((Text("careful"),)),), "⚠️"),
    Rule(),
    Paragraph((Anchor("docs", "https://docs.example/"), Text(" by "), Mention("Ben"))),
)


def test_blocks_look_as_lark_writes_them() -> None:
    assert render(BODY) == "\n\n".join(
        [
            "**What to do**",
            "Run **this** now<br>soon",
            "3. one\n4. two\n    - deep",
            "````python\nx = `1`\n```\ny\n````",
            "> ⚠️ careful",
            "---",
            "[docs](https://docs.example/) by @Ben",
        ]
    )


def test_lists_are_flat_below_the_second_level() -> None:
    deep: Block = Paragraph((Text("end"),))
    for _ in range(5):
        deep = Listing((Item((Paragraph((Text("x"),)), deep)),))
    rendered = render((deep,))
    assert max(len(line) - len(line.lstrip()) for line in rendered.split("\n")) == 4
    assert rendered.count("x") == 5


def test_table_stands_in_columns() -> None:
    def row(*cells: str) -> tuple[Body, ...]:
        return tuple((Paragraph((Text(cell),)),) for cell in cells)

    table = Table((row("名前", "n"), row("a", "100"), row("b")), header=True)
    assert render((table,)) == "```\n名前 | n\n-----+----\na    | 100\nb\n```"


def test_mark_in_the_middle_of_a_word_is_set() -> None:
    torn = Paragraph((Text("un"), Text("believ", ("em",)), Text("able")))
    assert render((torn,)) == "un*believ*able"


def test_mark_that_cannot_be_set_is_dropped_and_its_text_kept() -> None:
    torn = Paragraph((Text("un"), Text("(believ)", ("em",)), Text("able")))
    assert seen(render((torn,))).text == "un(believ)able"


TEXTS = st.text(alphabet=st.sampled_from("ab 1.\n\t*_~`<>[]()!#-+:/\\&$|@=at陈é"), max_size=12) | (
    st.sampled_from(NASTY)
)
MARKS = st.lists(st.sampled_from(["strong", "em", "strike", "code"]), unique=True, max_size=3)
INLINES: st.SearchStrategy[Inline] = (
    st.builds(lambda t, m: Text(t, _marks(m)), TEXTS, MARKS)
    | st.builds(Mention, TEXTS)
    | st.just(Break())
)


def _marks(names: list[str]) -> tuple[Mark, ...]:
    known: tuple[Mark, ...] = ("strong", "em", "strike", "code")
    return tuple(mark for mark in known if mark in names)


PARAGRAPHS = st.lists(INLINES, max_size=5).map(lambda i: Paragraph(tuple(i)))
BLOCKS: st.SearchStrategy[Block] = st.recursive(
    PARAGRAPHS | st.builds(Code, TEXTS, TEXTS) | st.just(Rule()),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda b: Quote(tuple(b), "ℹ️"))
        | st.lists(st.lists(inner, max_size=2).map(lambda b: Item(tuple(b))), max_size=3).map(
            lambda items: Listing(tuple(items))
        )
    ),
    max_leaves=6,
)


@given(st.lists(BLOCKS, max_size=3))
def test_no_tree_of_foreign_text_has_an_effect(blocks: list[Block]) -> None:
    is_harmless(seen(render(tuple(blocks))))


@given(st.lists(INLINES, max_size=6))
@example([Text("x\u202ey\u200bz\x00\ud800", ("strong", "code"))])
def test_no_word_of_a_paragraph_is_lost(inlines: list[Inline]) -> None:
    expected = "".join(_plain(inline) for inline in inlines)
    found = seen(render((Paragraph(tuple(inlines)),), "§")).text
    assert bare(found) == bare(expected)


def bare(text: str) -> str:
    """The text without what may stand for a mark: backticks of code, and what leads the struck."""
    return "".join(re.sub(r"§:|[`\[\]]", "", words(text)).split())


def _plain(inline: Inline) -> str:
    if isinstance(inline, Text):
        return clean(inline.text)
    return "@" + clean(inline.name).removeprefix("@") if isinstance(inline, Mention) else "\n"
