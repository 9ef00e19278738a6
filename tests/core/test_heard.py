"""The words of a mention, and what the form says of them."""

import pytest

from syncd.core.events import Named
from syncd.core.model import PersonId
from syncd.core.prose.heard import as_blocks, prefilled, readable
from syncd.core.text import Anchor, Body, Break, Code, Inline, Mention, Paragraph, Text

BOT = PersonId("ou_bot")
HERE = Named("@_user_1", BOT, "Support Bot")


def heard(written: str, *named: Named) -> str:
    return readable(written, (HERE, *named), BOT)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("@_user_1 config breaks:\nspec:\n  tidb:\n    replicas: 3\n| id | name     |",
         "config breaks:\nspec:\n  tidb:\n    replicas: 3\n| id | name     |"),
        ("@_user_1\n    indented", "    indented"),
        ("@_user_1  \n\n\tx  y", "\tx  y"),
        ("hello  @_user_1  there", "hello there"),
        ("hello @_user_1", "hello"),
        ("first\n@_user_1 second", "first\nsecond"),
        ("first @_user_1\n  second", "first\n  second"),
        ("@_user_1 @_user_1 twice", "twice"),
        ("a @_user_1 @_user_1 b", "a b"),
        ("@_user_1", ""),
        ("  @_user_1 \n ", ""),
        ("你好@_user_1请看", "你好 请看"),
    ],
)  # fmt: skip
def test_only_the_blanks_around_the_removed_mention_go(written: str, read: str) -> None:
    assert heard(written) == read


def test_the_longest_token_counts_and_is_replaced_once() -> None:
    ten = Named("@_user_10", PersonId("ou_10"), "_user_1")
    assert heard("@_user_1 ask @_user_10now", ten) == "ask @_user_1now"


EVIL = Named("@_user_2", PersonId("ou_2"), "[reset password](https://evil.example)")
KIM = Named("@_user_3", PersonId("ou_3"), "Kim")
WIKI = "https://x.test/a"


def blocks(written: str, laid_out: Body = ()) -> Body:
    return as_blocks(written, laid_out, (HERE, EVIL, KIM), BOT)


@pytest.mark.parametrize(
    ("written", "inlines"),
    [
        ("ask @_user_2 now", [Text("ask "), Mention(EVIL.name), Text(" now")]),
        ("[@_user_3 said](https://x.test/a)",
         [Mention("Kim"), Text(" said ("), Anchor(WIKI, WIKI), Text(")")]),
        ("see https://x.test/a@_user_3 ok",
         [Text("see "), Anchor(WIKI, WIKI), Mention("Kim"), Text(" ok")]),
        ("@_user_1 look\n@_user_3", [Text("look"), Break(), Mention("Kim")]),
    ],
)  # fmt: skip
def test_a_name_is_only_words_whatever_it_looks_like(written: str, inlines: list[Inline]) -> None:
    assert blocks(written) == (Paragraph(tuple(inlines)),)


def test_a_name_opens_no_code() -> None:
    fence = Named("@_user_4", PersonId("ou_4"), "```")
    body = as_blocks("@_user_4\nwords\n@_user_4", (), (HERE, fence), BOT)
    assert not any(isinstance(block, Code) for block in body)


def test_code_and_blank_lines_stand_as_written_where_the_bot_is_mentioned() -> None:
    written = "```sql\nSELECT 1;\n```\na\n\n\n\nb\n\n\nc"
    assert blocks(f"@_user_1 {written}") == blocks(written)
    assert blocks(written)[0] == Code("SELECT 1;", "sql")


def test_a_link_whose_words_a_name_changes_shows_its_address() -> None:
    link = Anchor("x.test/@_user_3", "https://x.test/@_user_3")
    shown = (Text("x.test/@Kim ("), Anchor(link.url, link.url), Text(")"))
    assert blocks("", (Paragraph((link,)),)) == (Paragraph(shown),)


def test_who_has_no_id_is_named_where_nobody_knows_the_bot() -> None:
    lee = Named("@_user_5", PersonId(""), "Lee")
    body = as_blocks("@_user_5 said so", (), (lee,), PersonId(""))
    assert body == (Paragraph((Mention("Lee"), Text(" said so"))),)
    assert readable("@_user_5 said so", (lee,), PersonId("")) == "@Lee said so"


def test_everybody_is_called_all() -> None:
    assert heard("@_all down @_user_1", Named("@_all", PersonId("all"), "all")) == "@all down"


@pytest.mark.parametrize(
    ("said", "summary"),
    [
        ("[image]\nthe dashboard is red", "the dashboard is red"),
        ("[image][file: a.log] see\nmore", "see"),
        ("[urgent] disk full", "disk full"),
        ("```sql\nselect 1\n```", "select 1"),
        ("---\n\n  the\tdisk  is full", "the disk is full"),
    ],
)
def test_the_summary_is_the_first_line_with_words(said: str, summary: str) -> None:
    assert prefilled(said, wordless=True)["summary"] == summary


def test_a_picture_alone_gives_no_summary() -> None:
    assert prefilled("[image]", wordless=True) == {"description": "[image]"}


def test_brackets_that_somebody_typed_are_words() -> None:
    assert prefilled("[urgent]\ndisk full", wordless=False)["summary"] == "[urgent]"
