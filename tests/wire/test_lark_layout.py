"""Marks, lists and tables say in a card what they say in the helpdesk, as CommonMark reads it."""

import re

import commonmark
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

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
)

STRUCK_OUT = "struck out"


def line(*inlines: Inline) -> str:
    return render((Paragraph(inlines),), STRUCK_OUT)


def struck(text: str, *marks: Mark) -> Text:
    return Text(text, ("strike", *marks))


def words(*said: str) -> Body:
    return tuple(Paragraph((Text(one),)) for one in said)


def in_order(source: str, *expected: str) -> bool:
    return re.search(".*".join(map(re.escape, expected)), commonmark.text(source), re.S) is not None


# -- what is struck out, and code


@pytest.mark.parametrize(
    ("inlines", "shown"),
    [
        ((struck("Run DROP DATABASE"), Text(". Do not run it!")), ["Run DROP DATABASE"]),
        ((Text("Deadline: "), struck("Monday"), Text("Tuesday", ("strong",))), ["Monday"]),
        ((Text("port is "), struck("4000"), Text("4001 now")), ["4000"]),
        ((Text("port"), struck("4000", "strong"), Text("4001")), ["4000"]),
        ((struck("one "), struck("two", "strong"), struck(" three")), ["one", "two", "three"]),
        ((Text("(", ()), struck("(a)"), Text(")")), ["(a)"]),
        ((struck("端口4000"), Text("改为4001")), ["端口4000"]),
        ((struck("here", "code"), Text(" there")), ["here"]),
        ((Anchor("old", "https://x.example/", ("strike",)), Text(" new")), ["old"]),
        ((struck("one\ntwo"),), ["one", "two"]),
    ],
)
def test_struck_out_words_are_struck_out(inlines: tuple[Inline, ...], shown: list[str]) -> None:
    found = commonmark.marked(line(*inlines), "strike")
    assert [word.strip() for word in found if word.strip()] == shown


@pytest.mark.parametrize(
    ("inlines", "shown"),
    [
        ((Text("port"), struck("(4000)"), Text("4001")), "port [struck out: (4000)] 4001"),
        ((Text("use"), struck("-f", "strong"), Text("now")), "use [struck out: -f] now"),
        ((Text("run"), struck("a[0]", "code"), Text(" now")), "run [struck out: `a[0]`] now"),
        ((Text("端口"), struck("4000。"), Text("4001")), "端口 [struck out: 4000。] 4001"),
    ],
)
def test_what_cannot_be_struck_out_says_so_in_words(
    inlines: tuple[Inline, ...], shown: str
) -> None:
    source = line(*inlines)
    assert commonmark.text(source).strip() == shown
    assert commonmark.marked(source, "strike") == []


def test_words_for_what_is_struck_out_are_those_of_the_chats_language() -> None:
    source = render((Paragraph((Text("a"), struck("(b)"), Text("c"))),), "已划掉")
    assert commonmark.text(source).strip() == "a [已划掉: (b)] c"


@pytest.mark.parametrize("beside", [",", ".", " ", "x", "端"])
def test_code_is_code_whatever_stands_beside_it(beside: str) -> None:
    source = line(Text(beside), Text("a=1", ("code",)), Text(beside))
    assert commonmark.marked(source, "code") == ["a=1"]


@pytest.mark.parametrize("code", ["a[0]", "<at id=all></at>", "a && b", "x = `y`", "a:DONE:b"])
def test_code_that_lark_might_take_for_markup_stands_between_backticks(code: str) -> None:
    source = line(Text("see "), Text(code, ("code",)), Text("."))
    assert commonmark.text(source).strip() == f"see `{code}`."


def test_heading_keeps_what_is_struck_out() -> None:
    source = render((Heading((Text("Old "), struck("plan"))),))
    assert [run for run in commonmark.marked(source, "strike") if run] == ["plan"]
    assert [run for run in commonmark.marked(source, "strong") if run] == ["Old", "plan"]


ATOMS = ["a", "b1", " ", ".", "(", ")", "*", "_", "~", "-", "端", "。", "é", "`", "\n", "1.", "+"]
TEXTS = st.lists(st.sampled_from(ATOMS), min_size=1, max_size=4).map("".join)
MARKS: list[Mark] = ["strike", "strong", "em", "code"]
MARKED = st.builds(
    lambda text, marks: Text(text, tuple(m for m in MARKS if m in marks)),
    TEXTS,
    st.sets(st.sampled_from(MARKS), max_size=3),
)


@given(st.lists(MARKED | st.just(Break()), min_size=1, max_size=7))
@example([struck("a", "strong"), struck("b", "em"), struck("c", "strong", "em"), Text("d")])
@example([Text("a", ("em",)), Text("b", ("strong", "em")), Text("c", ("em",))])
def test_every_mark_is_read_where_it_was_set_and_nowhere_else(inlines: list[Inline]) -> None:
    """Each letter is given its own number, so that a reader's letters can be told apart."""
    numbered: list[Inline] = []
    marks: list[tuple[Mark, ...]] = []
    for inline in inlines:
        if isinstance(inline, Text):
            numbered.append(Text(_named(inline, marks), inline.marks))
        else:
            numbered.append(inline)
    found = commonmark.runs(line(*numbered))
    shown = "".join(run.text for run in found)
    assert [int(n) for n in re.findall(r"N(\d+)N", shown)] == list(range(len(marks)))
    for run in found:
        for number in map(int, re.findall(r"N(\d+)N", run.text)):
            assert run.marks <= set(marks[number])
            if "strike" in marks[number]:
                assert "strike" in run.marks or in_words(number, shown)
            assert "code" not in marks[number] or "code" in run.marks or "`" in shown


def _named(text: Text, marks: list[tuple[Mark, ...]]) -> str:
    def name(letters: re.Match[str]) -> str:
        marks.append(text.marks)
        return f"N{len(marks) - 1}N"

    return re.sub(r"[ab1é端]+", name, text.text)


def in_words(number: int, shown: str) -> bool:
    return re.search(rf"\[struck out: [^\[\]]*N{number}N[^\[\]]*\]", shown) is not None


# -- the order inside a list's item


STEPS = Item(
    (
        *words("Stop it:"),
        Code("tiup cluster stop prod", "bash"),
        *words("Then start it:"),
        Code("tiup cluster start prod"),
        *words("Never run both at once."),
    )
)


def test_words_and_code_of_an_item_keep_their_order() -> None:
    source = render((Listing((STEPS, Item(words("Look at it."))), ordered=True, start=4),))
    assert in_order(
        source, "4. Stop it:", "cluster stop", "Then start it:", "cluster start", "Never run",
        "5. Look at it.",
    )  # fmt: skip


def test_words_after_a_list_below_an_item_come_after_it() -> None:
    below = Listing((Item(words("one")), Item(words("two"))))
    source = render((Listing((Item((*words("First:"), below, *words("Afterwards:"))),)),))
    assert in_order(source, "First:", "one", "two", "Afterwards:")


def test_code_begins_its_line_wherever_it_stands() -> None:
    deep = Listing((STEPS,), ordered=True)
    quote = Quote((*words("Note"), Code("x"), deep), "⚠️")
    cell = Table(((words("a"), (Code("1\n2\n3"),)),))
    source = render((Listing((Item((*words("x"), deep, quote, cell)),)),))
    fences = [one for one in source.split("\n") if "```" in one]
    assert len(fences) == 12
    assert all(fence.startswith("```") for fence in fences)
    assert commonmark.marked(source, "fence")[-1] == "1\n2\n3\n"


def test_number_of_an_item_is_its_own() -> None:
    items = (Item(words("one")), Item(()), Item(words("three")))
    assert in_order(render((Listing(items, ordered=True),)), "1. one", "2. ", "3. three")
    twice = (Listing(items[:1], ordered=True), Listing(items[:1], ordered=True))
    assert in_order(render(twice), "1. one", "1. one")
    many = Listing((Item((*words("many"), Listing(items[2:]))),), ordered=True, start=1000)
    assert in_order(render((many,)), "1000. many", "• three")


def test_list_below_the_second_level_keeps_its_numbers() -> None:
    def listing(*said: Block | str) -> Listing:
        items = (Item(words(one) if isinstance(one, str) else (*words("x"), one)) for one in said)
        return Listing(tuple(items), ordered=True)

    source = render((listing(listing("a", listing("b", "c"), "d")),))
    assert in_order(source, "1. x", "1. a", "2. x", "1. b", "2. c", "3. d")


# -- tables


COMMAND = "tiup cluster scale-out prod-cluster ./scale-out.yaml --user admin --yes"


def test_cell_is_never_cut_and_its_column_is_told() -> None:
    code = Text(COMMAND, ("code",))
    rows = ((words("Step"), words("Command")), (words("1"), (Paragraph((code,)),)))
    source = render((Table(rows, header=True),))
    assert commonmark.text(source).strip() == f"Step: 1\nCommand: {COMMAND}"
    assert commonmark.marked(source, "code") == [COMMAND]


def test_code_in_a_cell_keeps_its_lines() -> None:
    rows = ((words("Step"), words("Run")), (words("1"), (Code("a\n  b\nc"),)))
    source = render((Table(rows, header=True),))
    assert in_order(source, "Step: 1", "Run:", "a\n  b\nc\n")


def test_row_without_a_header_counts_its_columns() -> None:
    long = "word " * 30
    source = render((Table(((words("a"), (), words(long)), (words("b"), words(long)))),))
    assert in_order(source, "(1) a", "(3) word", "———", "(1) b", "(2) word")


def test_long_header_is_told_once_and_its_columns_are_counted() -> None:
    long = "a header as long as a sentence, which no row should have to repeat"
    source = render((Table(((words(long), words("n")), (words("x"), words("y"))), header=True),))
    assert commonmark.text(source).count(long) == 1
    assert in_order(source, "(1) a header", "(2) n", "(1) x", "(2) y")


def test_cell_with_a_link_can_be_clicked() -> None:
    linked = Paragraph((Anchor("docs", "https://docs.example/a"),))
    source = render((Table(((words("Where"),), ((linked,),)), header=True),))
    assert [(run.text, run.href) for run in commonmark.runs(source) if run.href] == [
        ("docs", "https://docs.example/a")
    ]


# -- any tree


class Words:
    """Hands out words of their own: w0, w1 ..."""

    def __init__(self) -> None:
        self.said = 0
        self.headers: set[int] = set()
        """Numbers of the words above columns, which may be told anew in each row."""

    def next(self) -> str:
        self.said += 1
        return f"w{self.said - 1}w"


def _block(draw: st.DrawFn, said: Words, depth: int) -> Block:
    kinds = ["words", "words", "code", "heading", "rule"]
    kind = draw(st.sampled_from(kinds + (["list", "list", "quote", "table"] if depth < 3 else [])))
    if kind == "list":
        items = [Item(_body(draw, said, depth + 1)) for _ in range(draw(st.integers(1, 3)))]
        return Listing(tuple(items), draw(st.booleans()), draw(st.sampled_from([1, 7, 99, 1000])))
    if kind == "quote":
        return Quote(_body(draw, said, depth + 1), draw(st.sampled_from(["", "⚠️"])))
    if kind == "table":
        shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
        before, rows = said.said, []
        for cells in shape:
            rows.append(tuple(_body(draw, said, depth + 2) for _ in range(cells)))
            said.headers |= set(range(before, said.said)) if len(rows) == 1 else set()
        return Table(tuple(rows), draw(st.booleans()))
    if kind == "code":
        return Code(f"{said.next()}\n  {said.next()}", draw(st.sampled_from(["", "sql"])))
    if kind == "rule":
        return Rule()
    inlines = [_inline(draw, said) for _ in range(draw(st.integers(1, 3)))]
    return Heading(tuple(inlines)) if kind == "heading" else Paragraph(tuple(inlines))


def _inline(draw: st.DrawFn, said: Words) -> Inline:
    kind = draw(st.sampled_from(["text", "text", "link", "mention", "break"]))
    if kind == "break":
        return Break()
    if kind == "mention":
        return Mention(said.next())
    if kind == "link":
        return Anchor(said.next(), "https://x.example/")
    around = st.sampled_from(["", " ", "(", "x", ".", "`", "# ", "1. ", "    "])
    return Text(draw(around) + said.next() + draw(around), draw(MARKED).marks)


def _body(draw: st.DrawFn, said: Words, depth: int) -> Body:
    return tuple(_block(draw, said, depth) for _ in range(draw(st.integers(0, 4 - depth))))


@st.composite
def bodies(draw: st.DrawFn) -> tuple[Body, Words]:
    said = Words()
    return _body(draw, said, 0), said


@given(bodies())
def test_everything_is_read_once_and_in_its_order(drawn: tuple[Body, Words]) -> None:
    body, said = drawn
    source = render(body)
    shown = [int(n) for n in re.findall(r"w(\d+)w", commonmark.text(source))]
    assert set(shown) == set(range(said.said))
    assert [n for n in shown if n not in said.headers] == [
        n for n in range(said.said) if n not in said.headers
    ]
    assert all(one.startswith("```") for one in source.split("\n") if "```" in one)


@pytest.mark.parametrize("columns", [2, 9])
def test_no_row_of_a_long_table_is_lost(columns: int) -> None:
    """Of a wide table each row is told by itself."""
    head = tuple(words(f"column {n}") for n in range(columns))
    rows = (tuple(words(f"r{r}c{n}.") for n in range(columns)) for r in range(200))
    source = render((Table((head, *rows), header=True),), STRUCK_OUT)
    shown = commonmark.text(source)
    cells = [f"r{r}c{n}." for r in range(200) for n in range(columns)]
    assert re.findall(r"r\d+c\d+\.", shown) == cells
    assert "…" not in shown
