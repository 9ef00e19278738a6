"""What of a comment goes to an engine, and what of the engine's answer is believed."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trees import bodies

from syncd.core.text import (
    Anchor,
    Body,
    Break,
    Code,
    Item,
    Listing,
    Mention,
    Paragraph,
    Table,
    Text,
    dump,
    inside,
)
from syncd.core.translating import asking
from syncd.core.translating.cutting import Cut, Lost, cut_out, places, put_back, same
from syncd.core.translating.language import LANGUAGES, is_same, surely_in
from syncd.core.translating.translation import Translation, below, kept_of

LINK = Anchor("the page", "https://wiki.example/a")


def said(*parts: Text | Anchor | Mention | Break) -> Body:
    return (Paragraph(parts),)


def leaves(body: object) -> list[object]:
    """Everything that has no parts, in order."""
    nodes = body if isinstance(body, tuple) else inside(body)
    found = [leaf for node in nodes for leaf in (leaves(node) or [node])]
    return [leaf for leaf in found if not isinstance(leaf, Paragraph)]


def test_what_is_for_machines_stays_behind() -> None:
    body = said(
        Text("See "),
        LINK,
        Text(" and run "),
        Text("ls -l", ("code",)),
        Break(),
        Mention("Erin"),
        Text(" says: not "),
        Text("port 4000", ("strike",)),
        Text(", but 5432 on db-01.globex.example (HELP-7)."),
    )
    cut = cut_out(body)
    assert cut.lines == (
        "See [[0]] and run [[1]]",
        "[[2]] says: not [[3]], but [[4]] on [[5]] ([[6]]).",
    )
    assert cut.pieces[0] == LINK
    assert cut.pieces[3] == Text("port 4000", ("strike",))


@pytest.mark.parametrize(
    "token",
    ["HELP-7", "v2.4", "10.0.0.1", "/etc/hosts", "--force", "a@b.example", "max_wal", "C:\\x",
     "config.toml", "www.example", "t.co/abc", "ASP.NET", "Evil.Example", "x.COM",
     "8080", "deadbeef01", "https://x.example/?a=b"],
)  # fmt: skip
def test_names_for_machines_are_told_from_words(token: str) -> None:
    assert cut_out(said(Text(f"please look at {token}, now"))).lines == (
        "please look at [[0]], now",
    )


@pytest.mark.parametrize("word", ["node", "and/or", "self-made", "3", "OK!", "(sic)", "e.g.", "-"])
def test_words_are_words(word: str) -> None:
    assert cut_out(said(Text(f"it is {word} here"))).pieces == ()


def test_what_has_no_words_is_not_asked() -> None:
    body = (*said(Text("HELP-7"), Break(), Text("42 % 3")), Code("SELECT 1"))
    assert cut_out(body) == Cut((), ())
    assert put_back(body, ()) == body


def test_layout_is_kept() -> None:
    item = Item((Paragraph((Text("one "), LINK)),))
    cell = (Paragraph((Text("two", ("strong",)),)),)
    body = (Listing((item,), ordered=True), Table(((cell,),)), Code("x"))
    assert put_back(body, ("eins [[0]]", "zwei")) == (
        Listing((Item((Paragraph((Text("eins "), LINK)),)),), ordered=True),
        Table((((Paragraph((Text("zwei"),)),),),)),
        Code("x"),
    )


@pytest.mark.parametrize(
    "answer",
    ["[[1]] vor [[0]]", "[ [1] ] vor [[ 0 ]]", "［［1］］ vor 【【0】】", "[[１]] vor [[0]]"],
)
def test_engines_may_move_placeholders_and_write_them_their_way(answer: str) -> None:
    body = said(Text("from HELP-7 to "), LINK)
    assert put_back(body, (answer,)) == said(LINK, Text(" vor "), Text("HELP-7"))


@pytest.mark.parametrize(
    "answers",
    [
        ("vor [[0]]",),
        ("[[0]] [[0]] [[1]] vor",),
        ("[[0]] [[1]] [[2]] vor",),
        ("[[0]] [[1]]", "vor"),
        ("[[0]] [[1]]",),
        ("",),
        (),
        ("[[0]] [[1]] http://evil.example",),
        ("[[0]] [[1]] hxxp://x www.evil",),
        ("[[0]] [[1]] evil.example",),
        ("[[0]] [[1]] me@evil.example",),
        ("[[0]] [[1]] me@evil",),
        ("[[0]] [[1]] Evil.Example",),
        ("[[0]] [[1]] go to t.co/abc",),
        ("[[0]] [[1]] x.COM",),
        ("[[0]] [[1]] 1.2.3.4/login",),
        ("[[0]] [[1]] evil．example",),
        ("[[0]] [[1]] http:／／evil",),
        ("[[0]] [[1]] vor" + " sehr" * 500,),
    ],
)
def test_what_cannot_be_trusted_is_lost(answers: tuple[str, ...]) -> None:
    with pytest.raises(Lost):
        put_back(said(Text("from HELP-7 to the page "), LINK), answers)


def test_a_placeholder_does_not_change_its_line() -> None:
    body = said(Text("see HELP-7"), Break(), Text("and HELP-8"))
    with pytest.raises(Lost):
        put_back(body, ("siehe [[1]]", "und [[0]]"))


@given(bodies)
def test_an_honest_engine_loses_nothing(body: Body) -> None:
    cut = cut_out(body)
    told = put_back(body, [re.sub(r"[^\W\d_]+", "xx", line) for line in cut.lines])
    kept = [leaf for leaf in leaves(told) if leaf in cut.pieces]
    assert [p for p in cut.pieces if p not in kept] == []
    codes = [leaf for leaf in leaves(body) if isinstance(leaf, Code)]
    assert [leaf for leaf in leaves(told) if isinstance(leaf, Code)] == codes
    assert type(told) is type(body)


@given(bodies, st.lists(st.text(max_size=60), max_size=6))
def test_whatever_an_engine_answers_is_words_or_lost(body: Body, answers: list[str]) -> None:
    """No answer adds a link, a mention or code, and none takes one away."""
    try:
        told = put_back(body, answers)
    except Lost:
        return
    mine, theirs = leaves(body), leaves(told)
    for kind in (Anchor, Mention, Code):
        assert [x for x in theirs if isinstance(x, kind)] == [
            x for x in mine if isinstance(x, kind)
        ]


@given(bodies, st.randoms(use_true_random=False))
def test_a_lost_placeholder_is_always_noticed(body: Body, chance: random.Random) -> None:
    lines = list(cut_out(body).lines)
    numbers = [n for n, line in enumerate(lines) if places(line)]
    if not numbers:
        return
    number = chance.choice(numbers)
    lines[number] = lines[number].replace(chance.choice(places(lines[number])), "", 1)
    with pytest.raises(Lost):
        put_back(body, lines)


@given(st.lists(st.text("abc .。[]0", min_size=1, max_size=80).filter(str.strip), max_size=8))
def test_lines_come_back_as_lines_whatever_the_engine_takes_at_once(lines: list[str]) -> None:
    lines = [" ".join(line.split()) for line in lines]
    texts: list[str] = []

    def ask(text: str) -> str:
        texts.append(text)
        return text

    try:
        told = asking.translated(lines, 30, ask)
    except Lost:
        assert max(len(word) for line in lines for word in line.split()) > 30
        return
    assert all(len(text) <= 30 for text in texts)
    assert same(lines, told)
    assert len(told) == len(lines)


@pytest.mark.parametrize(
    ("text", "into"),
    [
        ("ノードは復旧しました", "ja"),
        ("节点已恢复", "zh"),
        ("節點已恢復", "zh-Hant"),
        ("노드가 복구되었습니다", "ko"),
        ("Узел снова работает", "ru"),
        ("The node is back and you can log in with your account, please try it", "en"),
    ],
)
def test_what_is_surely_in_a_language_is_in_no_other(text: str, into: str) -> None:
    assert surely_in([text], into)
    assert not any(surely_in([text], o) for o in LANGUAGES if not is_same(o, into))


@pytest.mark.parametrize(
    "text", ["Der Knoten ist wieder da", "Le nœud est de retour", "OK", "Het is terug, we zijn er"]
)
def test_of_other_latin_letters_only_an_engine_can_tell(text: str) -> None:
    assert not any(surely_in([text], into) for into in LANGUAGES)


def test_a_translation_stands_below_its_own_words_alone() -> None:
    kept = Translation("7", "8", "ja", "d1", dump(said(Text("はい")))).dump()
    assert kept_of(kept, "d1") == said(Text("はい"))
    assert kept_of(kept, "d2") == kept_of(kept, "") == kept_of(None, "d1") == ()
    whole = below(said(Text("yes")), kept_of(kept, "d1"), "machine")
    assert whole[0] == said(Text("yes"))[0]
    assert whole[-2:] == (Paragraph((Text("machine", ("em",)),)), *said(Text("はい")))


def test_a_long_hostile_text_takes_time_in_its_length() -> None:
    """A quadratic cut would not come to its end here."""
    for piece in ("[[", "a@", "1.", "] ]", "--", "x/", "www.", "［［1"):
        body = said(Text(piece * 100_000))
        cut = cut_out(body)
        with pytest.raises(Lost):
            put_back(body, [f"{line} https://x" for line in cut.lines] or ["no such line"])
