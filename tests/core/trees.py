"""Text trees of every shape, for hypothesis."""

from hypothesis import strategies as st

from syncd.core.text import (
    Anchor,
    Break,
    Code,
    Heading,
    Item,
    Listing,
    Mention,
    Paragraph,
    Quote,
    Rule,
    Table,
    Text,
)


def _some(what: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(what, max_size=3).map(tuple)


_marks = _some(st.sampled_from(["strong", "em", "strike", "code"]))
_inlines = _some(
    st.one_of(
        st.builds(Text, st.text(), _marks),
        st.builds(Anchor, st.text(), st.text()),
        st.builds(Mention, st.text()),
        st.builds(Break),
    )
)
_leaves = st.one_of(
    st.builds(Paragraph, _inlines),
    st.builds(Heading, _inlines, st.integers(1, 6)),
    st.builds(Code, st.text(), st.text()),
    st.builds(Rule),
)


def _branches(blocks: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    items = st.builds(Item, _some(blocks), st.none() | st.booleans())
    return st.one_of(
        st.builds(Listing, _some(items), st.booleans(), st.integers(0, 99)),
        st.builds(Quote, _some(blocks), st.text()),
        st.builds(Table, _some(_some(_some(blocks))), st.booleans()),
    )


bodies = _some(st.recursive(_leaves, _branches, max_leaves=8))
