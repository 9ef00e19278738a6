"""A comment that is translated keeps its room in the card, whatever it is made of."""

from collections.abc import Callable

import pytest

from syncd.chat.lark.cards.card import MAX_BYTES, card, encoded, size
from syncd.core.model import DeliveryId
from syncd.core.text import (
    Anchor,
    Block,
    Body,
    Break,
    Code,
    Item,
    Listing,
    Paragraph,
    Quote,
    Table,
    Text,
)
from syncd.core.translating.translation import below, is_too_long
from syncd.core.views import PostView

CUT = "cut, see the portal"


def paragraph(said: str) -> Block:
    return Paragraph((Text(said),))


def fullest(block: Callable[[int], Block]) -> Body:
    """As many such blocks as may be translated."""
    body: Body = ()
    while not is_too_long((*body, block(len(body)))):
        body = (*body, block(len(body)))
    return body


@pytest.mark.parametrize(
    "block",
    [
        lambda n: paragraph("word " * 20),
        lambda n: paragraph("*" * 40),
        lambda n: paragraph("\"\\'<&>" * 10),
        lambda n: paragraph("中文字" * 20),
        lambda n: paragraph("👩‍🚒é" * 20),
        lambda n: paragraph("a"),
        lambda n: Paragraph((Text("a"), Break()) * 20),
        lambda n: Paragraph((Anchor("here", f"https://x.example/?a={n}&b=%20"),) * 5),
        lambda n: Paragraph((Anchor("https://y.example", f"https://x.example/{n}"),) * 5),
        lambda n: Paragraph((Text("x", ("strong", "em", "strike")), Text("y", ("code",))) * 5),
        lambda n: Code('"\\\n' * 30),
        lambda n: Code("x" * 100, "python"),
        lambda n: Quote((paragraph("said so"),), icon="i"),
        lambda n: Listing((Item((paragraph("one"),), done=True),) * 5, ordered=True),
        lambda n: Listing((Item((Listing((Item((paragraph("one"),)),)),)),) * 5),
        lambda n: Table((((paragraph("a"),), (paragraph("b"),)),) * 3, header=True),
    ],
)
def test_both_are_shown_whole(block: Callable[[int], Block]) -> None:
    body = fullest(block)
    assert len(body) > 5
    lines = (f"{'Erin ' * 20}answered HELP-7", "Edited since it was first shown.")
    view = PostView(
        title="t" * 200,
        link_text="Open HELP-7",
        link_url="https://support.example.com/servicedesk/customer/portal/2/HELP-7",
        link_button="Answer in the portal",
        lines=lines,
        body=below(body, body, "Machine translation; only the text above is what was written."),
        cut_note=CUT,
    )
    made = card(view, DeliveryId("d" * 26))
    assert size(made) <= MAX_BYTES
    assert CUT not in encoded(made)
