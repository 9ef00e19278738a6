"""Is this comment public? Every doubt is a no."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.publicity import Publicity, Signs, first_test

MAY_SEE = (None, True)
ANYTHING = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.none()) | st.floats()


def is_public(signs: Signs) -> bool:
    return first_test(signs) is Publicity.PUBLIC


@pytest.mark.parametrize(
    "signs",
    [
        Signs(True, visibility, internal, may_see)
        for visibility, internal, may_see in product((None,), (None, False), MAY_SEE)
    ],
)
def test_comment_is_public_when_every_sign_says_so(signs: Signs) -> None:
    assert is_public(signs)


@pytest.mark.parametrize(
    "signs",
    [
        Signs(),
        Signs(jsd_public=False),
        Signs(jsd_public=1),
        Signs(jsd_public="true"),
        Signs(True, visibility={"type": "role", "value": "Administrators"}),
        Signs(True, visibility={}),
        Signs(True, visibility=""),
        Signs(True, internal=True),
        Signs(True, internal="true"),
        Signs(True, internal="false"),
        Signs(True, internal=0),
        Signs(True, internal={}),
        Signs(True, author_can_see=False),
        Signs(True, author_can_see="false"),
        Signs(True, author_can_see=0),
    ],
)
def test_comment_is_not_public_when_any_sign_is_strange(signs: Signs) -> None:
    assert first_test(signs) is Publicity.NOT_PUBLIC


@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_nothing_but_the_signs_of_a_public_comment_makes_it_public(
    jsd_public: object, visibility: object, internal: object, author_can_see: object
) -> None:
    expected = (
        jsd_public is True
        and visibility is None
        and any(internal is said for said in (None, False))
        and any(author_can_see is said for said in MAY_SEE)
    )
    assert is_public(Signs(jsd_public, visibility, internal, author_can_see)) is expected
