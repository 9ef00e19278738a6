"""Commands, as they are kept in the outbox."""

import dataclasses
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.delivery import Command
from syncd.core.kinds import KINDS, AnnounceTicket, FileTicket, Foreign, PostUpdate, load
from syncd.core.model import (
    ChatId,
    CommentId,
    Destination,
    MessageId,
    RequestId,
    Thread,
    TicketId,
    TicketKey,
)

ANY_COMMAND = st.one_of([st.from_type(cls) for cls in KINDS.values()])
INTO_THE_HELPDESK = {
    "FileTicket",
    "AddComment",
    "AddParticipant",
    "AdoptTicket",
    "AttachFile",
    "ClearReference",
    "MoveTicket",
    "NoteRating",
    "PostRating",
    "ReviseComment",
}


def shape(value: object) -> object:
    """The exact type of a value and of everything in it; a StrEnum is not a str here."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: shape(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return (type(value), parts)
    return (type(value), value) if isinstance(value, Enum) else type(value)


@given(ANY_COMMAND)
def test_command_comes_back_from_the_outbox_as_it_went_in(command: Command) -> None:
    again = load(command.kind(), command.dump())
    assert again == command
    assert shape(again) == shape(command)


@given(ANY_COMMAND)
def test_only_what_is_for_it_goes_into_the_helpdesk(command: Command) -> None:
    elsewhere = {"AlertByWebhook": Destination.WEBHOOK, "TranslateUpdate": Destination.ENGINE}
    elsewhere |= dict.fromkeys(INTO_THE_HELPDESK, Destination.JSM)
    assert command.destination is elsewhere.get(command.kind(), Destination.LARK)


THREAD = Thread(ChatId("oc_acme"), MessageId("om_root"))
KEY = TicketKey("HELP-7")


@pytest.mark.parametrize(
    "command",
    [
        PostUpdate(THREAD, True, TicketId("7"), KEY, "", "/7", CommentId("8"), "Eve", "[]"),
        AnnounceTicket(THREAD, KEY, "", "Open", "/7"),
    ],
)
def test_what_concerns_a_ticket_without_a_title_is_blank_only_when_it_was_swept(
    command: Command,
) -> None:
    assert not command.is_blank()
    assert command.blank().is_blank()


@pytest.mark.parametrize(
    ("kind", "stored"),
    [
        ("BrewCoffee", "{}"),
        ("FileTicket", '{"request_id": "r1", "milk": true}'),
        ("CloseForm", '{"place": "nowhere", "message_id": "om_1"}'),
        ("TellPerson", "no JSON"),
    ],
)
def test_a_command_of_another_version_is_kept_as_it_was_written(kind: str, stored: str) -> None:
    command = load(kind, stored)
    assert command == Foreign(kind, stored)
    assert command.dump() == stored
    assert command.blank().dump() == ""


def test_commands_name_is_the_name_of_what_it_does() -> None:
    assert FileTicket(RequestId("r1")).kind() == "FileTicket"
