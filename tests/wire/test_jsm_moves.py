"""The calls about a customer's transitions."""

import json
from typing import Any

import pytest

from syncd.core.model import DeliveryId, TicketKey
from syncd.core.text import Paragraph, Text
from syncd.core.ticket_card.moves import Transition
from syncd.helpdesk.jsm.files.calls import is_marked
from syncd.helpdesk.jsm.moves import calls
from syncd.helpdesk.jsm.wire.call import Answer
from syncd.helpdesk.jsm.wire.members import UnreadableError
from syncd.sandbox.jsm.text.adf import to_text
from syncd.sandbox.jsm.text.wiki import to_adf

KEY, MARK = TicketKey("HELP-7"), DeliveryId("01M8Q33VNTZ30XZR6F7EN9J7QM")


def offered(body: Any) -> tuple[Transition, ...]:
    return calls.read_offered(Answer(200, {}, json.dumps(body).encode()))


def test_what_is_offered_is_read_in_its_order_and_may_be_nothing() -> None:
    listed = [{"id": "11", "name": "Resolve\u200b this issue"}, {"id": "31", "name": "Reopen"}]
    assert offered({"values": listed}) == (
        Transition("11", "Resolve this issue"),
        Transition("31", "Reopen"),
    )
    assert offered({"values": []}) == ()


@pytest.mark.parametrize("odd", [{}, {"values": None}, {"values": [{"id": "11"}]}, [], None])
def test_what_cannot_be_read_is_no_empty_list(odd: object) -> None:
    with pytest.raises(UnreadableError):
        offered(odd)


def test_the_note_shows_exactly_its_words_and_carries_the_mark() -> None:
    said = "{color:red}*Ben* [x|https://evil.example] chose “Close” in Lark."
    call = calls.make(KEY, Transition("11", "Close"), said, MARK)
    assert call.body is not None
    assert call.body["id"] == "11"
    note: Any = call.body["additionalComment"]
    read = to_text(to_adf(note["body"])).replace("\u200b", "")
    assert read.startswith(said)
    assert is_marked((Paragraph((Text(read),)),), MARK)
    assert call.endpoint == "POST /rest/servicedeskapi/request/*/transition"
