"""What the eye gets of marked-up text."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.sandbox.lark.cards.markup import markdown, text_message

# https://open.feishu.cn/document/uAjLw4CM/ukzMukzMukzM/feishu-cards/card-json-v2-components/content-components/rich-text
ESCAPES = {c: f"&#{ord(c)};" for c in "&<>-!*/\\[]()#:+\"'`$_~.|"}


def name_of(who: str) -> str:
    return {"ou_aiko": "Aiko", "all": "all"}.get(who, who)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("**bold** and *it* and ~~gone~~", "bold and it and gone"),
        ("# Title\n> quoted\n- one\n1. two", "Title\nquoted\n• one\n1. two"),
        ("`a*b*c` and ``d`e**``", "a*b*c and d`e**"),
        ("```python\nx **y** &#42;\n```\nafter", "x **y** &#42;\nafter"),
        ("a\n\n    code **x**\n\nb", "a\n\ncode **x**\n\nb"),
        ("&#42;&#42;not bold&#42;&#42;", "**not bold**"),
        ("\\*not escaped\\*", "\\not escaped\\"),
        ("<font color='red'>red</font><br>next", "red\nnext"),
        ("<raw>**as is**</raw>", "**as is**"),
        ("it is :DONE: now", "it is [emoji DONE] now"),
        ("snake_case_word 2*3*4", "snake_case_word 234"),
        ("&#60;at id=all&#62;&#60;&#47;at&#62;", "<at id=all></at>"),
    ],
)
def test_words(content: str, text: str) -> None:
    assert markdown(content, name_of).text == text


@pytest.mark.parametrize(
    "content",
    [
        "<at id=ou_aiko></at>",
        '<at id="ou_aiko"></at>',
        "<at id='ou_aiko'>somebody</at>",
        "<at ids=ou_aiko></at>",
        "\\<at id=ou_aiko></at>",
        "`<at id=ou_aiko></at>`",
        "```\n<at id=ou_aiko></at>\n```",
        "    <at id=ou_aiko></at>",
        "**<at id=ou_aiko></at>**",
        "<at\nid=ou_aiko></at>",
        "<AT ID=ou_aiko></AT>",
    ],
)
def test_mention_works_in_every_disguise(content: str) -> None:
    seen = markdown(content, name_of)
    assert seen.mentions == ["ou_aiko"]
    assert "@Aiko" in seen.text


def test_several_people_at_once() -> None:
    assert markdown("<at ids=ou_aiko,all></at>", name_of).mentions == ["ou_aiko", "all"]
    assert markdown("<at email=a@b.example></at>", name_of).mentions == ["email:a@b.example"]


@pytest.mark.parametrize(
    ("content", "links"),
    [
        ("[HELP-1](https://x.example/1)", [("HELP-1", "https://x.example/1")]),
        ("[**HELP-1**](https://x.example/1)", [("HELP-1", "https://x.example/1")]),
        ("[a](https://x.example/a_(b))", [("a", "https://x.example/a_(b)")]),
        ("[a](https://x.example/a?b=1&amp;c=2)", [("a", "https://x.example/a?b=1&c=2")]),
        ("see https://x.example/1 now", [("https://x.example/1", "https://x.example/1")]),
        ("<a href='https://x.example'>words</a>", [("words", "https://x.example")]),
        ("<link url='https://x.example'>words</link>", [("words", "https://x.example")]),
        ("[a](javascript:alert)", []),
        ("[a](/local)", []),
        ("`[a](https://x.example)`", []),
        ("&#91;a&#93;(https&#58;//x.example)", []),
    ],
)
def test_links(content: str, links: list[tuple[str, str]]) -> None:
    assert markdown(content, name_of).links == links


@given(st.text(st.sampled_from("<>at id=ou_aiko/[]()htps:x.*`_~#\\\n&;0123 -!\"'"), max_size=60))
def test_escaped_text_is_read_as_it_was_written(text: str) -> None:
    seen = markdown("x" + "".join(ESCAPES.get(c, c) for c in text), name_of)
    assert (seen.text, seen.mentions, seen.links) == ("x" + text, [], [])


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(markdown(text, name_of).text, str)
    assert isinstance(text_message(html.escape(text), name_of).text, str)


def test_text_message_knows_tags_and_links_and_no_escape() -> None:
    seen = text_message(
        '<at user_id="ou_aiko">x</at> <b>see</b> [it](https://x.example) &#42;', name_of
    )
    assert seen.text == "@Aiko see it &#42;"
    assert seen.mentions == ["ou_aiko"]
    assert seen.links == [("it", "https://x.example")]
