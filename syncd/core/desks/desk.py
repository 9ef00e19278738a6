"""The helpdesk's desks, and the kinds of requests that they take."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class RequestKind:
    """What a person may ask for: one request type of one desk."""

    desk: str = ""
    """The desk's name in the configuration; empty where that names none."""
    type: str = ""
    """The helpdesk's id of the request type."""

    def __str__(self) -> str:
        return f"{self.desk}/{self.type}"

    @classmethod
    def read(cls, written: str) -> "RequestKind | None":
        """Return what `str` wrote, None for anything else; no desk's name has a slash in it."""
        desk, slash, type = written.partition("/")
        return cls(desk, type) if slash else None


@dataclass(frozen=True)
class Desk:
    """A service desk: its requests become tickets of one project."""

    name: str = ""
    service_desk: str = ""
    """The helpdesk's id of it."""
    project: str = ""
    """Key of the project; empty: nobody knows it."""
    request_types: tuple[str, ...] = ("",)

    @property
    def kinds(self) -> tuple[RequestKind, ...]:
        return tuple(RequestKind(self.name, type) for type in self.request_types)


Desks: TypeAlias = tuple[Desk, ...]
UNNAMED = RequestKind()
"""The only kind where no configuration says what there is."""


def offered(names: Iterable[str], desks: Desks) -> tuple[RequestKind, ...]:
    """Return what a chat offers that names these desks: where it names none that there is, what the
    first desk takes."""
    by_name = {desk.name: desk for desk in desks}
    found = [by_name[name] for name in dict.fromkeys(names) if name in by_name]
    return tuple(kind for desk in found or desks[:1] for kind in desk.kinds)


def desk_of(kind: RequestKind, desks: Desks) -> Desk | None:
    """Return the desk that takes such requests, None when there is none any more."""
    return next((desk for desk in desks if kind in desk.kinds), None)


def projects(desks: Desks) -> tuple[str, ...]:
    """Return the keys of the projects in which tickets are made."""
    return tuple(dict.fromkeys(desk.project for desk in desks if desk.project))


def project_of(key: str) -> str:
    """Return the project of a ticket's key: that of `HELP-7` is HELP."""
    return key.rpartition("-")[0]
