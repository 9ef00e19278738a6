"""What a person wrote, as blocks that lose nothing."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.prose.parts import LONGEST, in_parts, of_body
from syncd.core.prose.plain import plain
from syncd.core.prose.said import blocks, fenced, linked_by_lark
from syncd.core.text import (
    Anchor,
    Block,
    Body,
    Break,
    Code,
    Inline,
    Item,
    Listing,
    Paragraph,
    Quote,
    Text,
    clean,
)
from syncd.helpdesk.jsm.adf import writing

URL = "https://grafana.test/d/abc?from=now-1h&to=now"


def lines(body: Body) -> str:
    """The letters of a body as they stand: a blank line between paragraphs, code between."""
    told = []
    for block in body:
        if isinstance(block, Code):
            told.append(block.text)
        if isinstance(block, Paragraph):
            told.append("".join("\n" if isinstance(i, Break) else i.text for i in block.inlines))
    return "\n\n".join(told)


@pytest.mark.parametrize(
    "written",
    [
        "config breaks:\nspec:\n  tidb:\n    replicas: 3\n| id | name     |",
        "def f():\n\treturn  1\n\n\n\nafter  three blank lines",
        "  indented from the start\n   \nand a line of blanks",
        "echo `date` and `x",
        "a lone ``` fence\n```",
    ],
)
def test_white_space_stays_letter_by_letter(written: str) -> None:
    assert lines(blocks(written)) == written


def test_fenced_lines_are_code() -> None:
    body = blocks("before\n```sql\nSELECT f(x)\n\n  FROM t;\n```\nafter ```select 1;``` it")
    assert body == (
        Paragraph((Text("before"),)),
        Code("SELECT f(x)\n\n  FROM t;", "sql"),
        Paragraph((Text("after "),)),
        Code("select 1;"),
        Paragraph((Text(" it"),)),
    )


@pytest.mark.parametrize("code", ["x = 1", "```\nnested\n```", "a\n\n  b", "````", ""])
def test_code_that_was_fenced_is_read_as_that_code(code: str) -> None:
    assert blocks(fenced(code, "python")) == (Code(code, "python"),)


@pytest.mark.parametrize(
    ("written", "url", "behind"),
    [
        (f"see {URL}.", URL, "."),
        (f"({URL}) or", URL, ") or"),
        ("https://wiki.test/A_(b)", "https://wiki.test/A_(b)", ""),
        ("https://x.test/a,b!?", "https://x.test/a,b", "!?"),
        ("https://x.test/aを見て", "https://x.test/a", "を見て"),
        ("[log](https://x.test/1)", "https://x.test/1", ")"),
        ("HTTP://X.test", "HTTP://X.test", ""),
    ],
)
def test_an_address_is_a_link_without_the_punctuation_behind_it(
    written: str, url: str, behind: str
) -> None:
    (paragraph,) = blocks(written)
    assert isinstance(paragraph, Paragraph)
    (link,) = [one for one in paragraph.inlines if isinstance(one, Anchor)]
    assert (link.text, link.url) == (url, url)
    assert lines((paragraph,)) == written
    assert written.endswith(url + behind)


@pytest.mark.parametrize("written", ["https://", "ftp://x.test", "http:// x"])
def test_what_is_no_address_is_no_link(written: str) -> None:
    assert blocks(written) == (Paragraph((Text(written),)),)


EMPTY = '{"type":"doc","version":1,"content":[]}'
WRITTEN = st.text(alphabet="ab `\n\t.()https:/") | st.text()


@given(WRITTEN)
def test_no_letter_is_lost_but_those_of_fences(written: str) -> None:
    told, kept = lines(blocks(written)), clean(written)
    assert [c for c in told if not c.isspace() and c != "`"] == [
        c for c in kept if not c.isspace() and c != "`"
    ] or "```" in kept


@given(
    st.lists(
        st.sampled_from(['a"b\\c', "\n", "\n\n", "https://x.test/a?b ", "```\nx\n```\n", "漢😀\t"])
    )
)
def test_no_document_is_longer_than_its_parts_are_heavy(pieces: list[str]) -> None:
    body = blocks("".join(pieces))
    document = json.dumps(writing.document(body), ensure_ascii=False, separators=(",", ":"))
    assert len(document.encode("utf-16-le")) // 2 <= of_body(body) + len(EMPTY)


@pytest.mark.parametrize("size", [10, 29_000, 40_000, 150_000])
@pytest.mark.parametrize("line", ["a log line of some length\n", "x" * 9_000, "\n", "漢😀(\\"])
@pytest.mark.parametrize("fence", ["", "```\n"])
def test_parts_hold_everything_in_order_and_none_is_too_heavy(
    fence: str, line: str, size: int
) -> None:
    written = fence + "begin " + (line * (size // len(line) + 1)) + " end" + fence.join(["\n", ""])
    body = blocks(written)
    parts = in_parts(body, first=LONGEST // 2)
    assert all(of_body(part) <= LONGEST for part in parts)
    assert of_body(parts[0]) <= LONGEST // 2
    whole = "".join(lines(part) for part in parts)
    assert "".join(whole.split()) == "".join(lines(body).split())
    assert len(parts) <= of_body(body) // (LONGEST // 2) + 2


HEAVY = Paragraph(tuple(Text("w" * 900) for _ in range(30)))


@pytest.mark.parametrize(
    "block",
    [
        HEAVY,
        Code("log\n" * 5_500),
        Quote((HEAVY,)),
        Listing((Item((HEAVY,)), Item((HEAVY,))), True),
    ],
)
def test_what_is_too_heavy_for_the_first_part_alone_fills_it(block: Block) -> None:
    body: Body = (block, Paragraph((Text("end"),)))
    assert of_body(body) > LONGEST - 4_000
    first, *others = in_parts(body, first=LONGEST - 4_000)
    assert LONGEST // 2 < of_body(first) <= LONGEST - 4_000
    assert all(of_body(part) <= LONGEST for part in others)
    said = "".join(plain(part) for part in (first, *others))
    assert "".join(said.split()) == "".join(plain(body).split())


def test_what_fits_is_one_part_and_nothing_is_none() -> None:
    body = blocks("short\n\nand sweet")
    assert in_parts(body) == [body]
    assert in_parts(()) == []


def link(url: str) -> Anchor:
    return Anchor(url, url)


@pytest.mark.parametrize(
    ("written", "inlines"),
    [
        ("see [the log](https://x.test/A_(b)), ok",
         [Text("see "), Text("the log ("), link("https://x.test/A_(b)"), Text(")"), Text(", ok")]),
        ("[bank](https://x.test)[.test](https://y.test)",
         [Text("bank ("), link("https://x.test"), Text(")"),
          Text(".test ("), link("https://y.test"), Text(")")]),
        ("[bank.test login](https://x.test)",
         [Text("bank.test login ("), link("https://x.test"), Text(")")]),
        ("[bank。test](https://x.test)", [Text("bank。test ("), link("https://x.test"), Text(")")]),
        ("[x.test/A](https://x.test/a)", [Text("x.test/A ("), link("https://x.test/a"), Text(")")]),
        ("[x.test](https://X.test/)", [Anchor("x.test", "https://X.test/")]),
        ("[HTTP://x.test/a?b=/](https://x.test/a?b=)",
         [Anchor("HTTP://x.test/a?b=/", "https://x.test/a?b=")]),
        ("[https://x.test](https://x.test)", [Anchor("https://x.test", "https://x.test")]),
        ("[ ](https://x.test)", [Anchor("https://x.test", "https://x.test")]),
        ("[bank.test/a](https://x.test)",
         [Text("bank.test/a ("), link("https://x.test"), Text(")")]),
        ("[here](ftp://x) [x]", [Text("[here](ftp://x) [x]")]),
    ],
)  # fmt: skip
def test_a_link_as_lark_writes_it_shows_where_it_leads(written: str, inlines: list[Inline]) -> None:
    assert linked_by_lark(written) == inlines


def entries(count: int, words: str) -> tuple[Item, ...]:
    return tuple(Item((Paragraph((Text(f"{n} {words}"),)),)) for n in range(count))


@pytest.mark.parametrize("count", [3, 400, 3_000])
@pytest.mark.parametrize("words", ["x", "a log line\n" * 900])
def test_long_lists_and_quotes_are_cut_between_what_they_hold(count: int, words: str) -> None:
    quoted = tuple(Paragraph((Text(f"{n} {words}"),)) for n in range(count))
    long = tuple(entries(count, words)[: 200_000 // len(words)])
    body: Body = (Listing(long, ordered=True, start=5), Quote(quoted[: len(long)]), Code("end"))
    parts = in_parts(body, first=LONGEST // 3)
    assert all(of_body(part) <= LONGEST for part in parts)
    assert len(parts) <= of_body(body) // (LONGEST // 3) + 2
    said = "\n".join(plain(part) for part in parts)
    assert re.findall(r"(\d+)\. (\d+) ", said) == [(str(n + 5), str(n)) for n in range(len(long))]
    assert "".join(said.split()) == "".join(plain(body).split())


def test_an_entry_that_fits_nowhere_is_cut_itself_and_keeps_its_number() -> None:
    body: Body = (Listing((*entries(1, "x"), *entries(1, "word " * 20_000)), ordered=True),)
    parts = in_parts(body)
    assert all(of_body(part) <= LONGEST for part in parts)
    said = "\n".join(plain(part) for part in parts)
    assert "".join(said.split()) == "".join(plain(body).split())
