"""People of whom little is known: what stands for them where everybody sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.model import PersonId
from syncd.core.reaching.strangers import masked, sign_of


@pytest.mark.parametrize(
    ("address", "shown"),
    [("anna@acme.com", "a***@acme.com"), ("a@acme.com", "***@acme.com"), ("", "***@")],
)
def test_an_address_is_masked(address: str, shown: str) -> None:
    assert masked(address) == shown


@given(st.from_regex(r"[a-z.+-]{2,40}@acme\.com", fullmatch=True))
def test_of_the_name_in_an_address_one_letter_is_shown(address: str) -> None:
    assert masked(address) == f"{address[0]}***@acme.com"


@given(st.text(max_size=40))
def test_a_sign_is_four_letters_and_always_the_same(person: str) -> None:
    sign = sign_of(PersonId(person))
    assert sign == sign_of(PersonId(person))
    assert len(sign) == 4
    assert sign.isalnum()
