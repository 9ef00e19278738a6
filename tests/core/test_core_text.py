"""The neutral text tree."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trees import bodies

from syncd.core.text import Body, clean, dump, load

# https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
INVISIBLE = "\u200b\u2060\ufeff"
# hypothesis leaves lone surrogates out of `st.text()`.
FOREIGN = st.text(st.characters() | st.sampled_from("\ud800\udfff\r\n\t" + DIRECTIONS + INVISIBLE))


@pytest.mark.parametrize(
    ("foreign", "cleaned"),
    [
        ("one\r\ntwo\rthree\u2028four\u2029five\x85six", "one\ntwo\nthree\nfour\nfive\nsix"),
        ("a\tb", "a\tb"),
        ("\x00\x07\x1b[31mred\x7f\x9b", "[31mred"),
        ("cafe\u0301", "café"),
        (f"pay{DIRECTIONS}me{INVISIBLE}", "payme"),
        ("half \ud83d pair", "half  pair"),
        ("👩\u200d🚒 عربي 日本語", "👩\u200d🚒 عربي 日本語"),
    ],
)
def test_text_from_outside_loses_what_cannot_be_seen(foreign: str, cleaned: str) -> None:
    assert clean(foreign) == cleaned


@given(FOREIGN)
def test_clean_text_is_clean_and_stays_as_it_is(foreign: str) -> None:
    cleaned = clean(foreign)
    assert clean(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    kinds = {unicodedata.category(c) for c in cleaned if c not in "\n\t"}
    assert not kinds & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(cleaned) & set(DIRECTIONS + INVISIBLE)
    cleaned.encode("utf-8")


@given(bodies)
@settings(max_examples=50)
def test_tree_comes_back_from_the_store_as_it_went_in(body: Body) -> None:
    stored = dump(body)
    assert "\n" not in stored
    assert load(stored) == body
