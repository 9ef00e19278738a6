"""Tickets that somebody asks for, as a list names them."""

from dataclasses import dataclass

from syncd.core.model import ChatId, Link, PersonId, TicketKey

MOST = 20
"""Tickets that a list shows."""


@dataclass(frozen=True)
class Search:
    """Which tickets: the one with that key, else the open ones of a person, of a chat, of both."""

    key: TicketKey = TicketKey("")
    asker: PersonId = PersonId("")
    chat_id: ChatId = ChatId("")


@dataclass(frozen=True)
class Listed:
    link: Link
    title: str = ""
    """As it was asked for; empty where that was forgotten."""
