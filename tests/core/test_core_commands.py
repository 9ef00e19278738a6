"""Commands, as they are kept in the outbox."""

import dataclasses
import typing
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core import commands
from syncd.core.blanking import blank, is_blank
from syncd.core.commands import (
    AnnounceTicket,
    Command,
    FileTicket,
    PostUpdate,
    destination,
    dump,
    kind,
    load,
)
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

COMMANDS: tuple[type[Command], ...] = typing.get_args(Command)
ANY_COMMAND = st.one_of([st.from_type(cls) for cls in COMMANDS])
INTO_THE_HELPDESK = {"FileTicket", "AddComment"}


def shape(value: object) -> object:
    """The exact type of a value and of everything in it; a StrEnum is not a str here."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = {f.name: shape(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return (type(value), parts)
    return (type(value), value) if isinstance(value, Enum) else type(value)


@given(ANY_COMMAND)
def test_command_comes_back_from_the_outbox_as_it_went_in(command: Command) -> None:
    again = load(kind(command), dump(command))
    assert again == command
    assert shape(again) == shape(command)


@given(ANY_COMMAND)
def test_only_tickets_and_comments_go_into_the_helpdesk(command: Command) -> None:
    expected = Destination.JSM if kind(command) in INTO_THE_HELPDESK else Destination.LARK
    assert destination(command) is expected


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
    assert not is_blank(command)
    assert is_blank(blank(command))


def test_every_command_can_be_read_back() -> None:
    assert set(commands._KINDS) == {cls.__name__ for cls in COMMANDS}


def test_command_of_another_version_is_refused() -> None:
    with pytest.raises(KeyError):
        load("BrewCoffee", "{}")
    with pytest.raises(TypeError):
        load("FileTicket", '{"request_id": "r1", "milk": true}')
    with pytest.raises(ValueError, match="nowhere"):
        load("CloseForm", '{"place": "nowhere", "message_id": "om_1"}')


def test_commands_name_is_the_name_of_what_it_does() -> None:
    assert kind(FileTicket(RequestId("r1"))) == "FileTicket"
