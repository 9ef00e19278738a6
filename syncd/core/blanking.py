"""A command without what people wrote, for a delivery that was settled long ago."""

from dataclasses import replace

from syncd.core.commands import AddComment, AnnounceTicket, Command, PostUpdate, TellPerson


def blank(command: Command) -> Command:
    """Return the command with its ids alone; it can be listed, and never be performed."""
    match command:
        case AnnounceTicket():
            return replace(command, title="", status="")
        case PostUpdate():
            return replace(command, title="", author="", body="")
        case AddComment():
            return replace(command, body="")
        case TellPerson():
            return replace(command, text="", title="")
        case _:
            return command


def is_blank(command: Command) -> bool:
    """Tell whether what the command was to say is gone."""
    match command:
        case AnnounceTicket():
            return not (command.title or command.status)
        case PostUpdate() | AddComment():
            return not command.body
        case TellPerson():
            return not command.text
        case _:
            return False
