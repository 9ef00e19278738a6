"""One question of the helpdesk's form."""

from dataclasses import dataclass
from enum import StrEnum


class FieldKind(StrEnum):
    """How a question is asked; what is checked of the answers is in `kinds.KINDS`."""

    TEXT = "text"
    MULTILINE = "multiline"
    URL = "url"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    """A day and a time of day, with the offset of the zone that they are meant in."""
    TIME = "time"
    """A time of day alone, as it is where the person is."""
    LABELS = "labels"
    SELECT = "select"
    MULTISELECT = "multiselect"
    EMAIL = "email"
    """An address as such; nobody is looked up by it."""
    PERSON = "person"
    """Somebody, by an e-mail address."""
    PEOPLE = "people"
    ORGANIZATIONS = "organizations"
    """The customer's companies, which the chat's configuration names; nobody is asked."""
    UNSUPPORTED = "unsupported"
    """Left to the portal; where it is required, the portal's own form is all that can be offered,
    unless the chat's configuration answers it."""


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    """Of a choice in two steps, both: `Tokyo / tk-1`."""
    about: str = ""
    """What it means, where the helpdesk explains that."""
    also: str = ""
    """The label in the language of our own account, where `label` is a translation."""
    parent: str = ""
    """The value of the option that this one is a part of."""
    partial: bool = False
    """Whether it is too little by itself: one of its parts has to be chosen."""


@dataclass(frozen=True)
class Trigger:
    """An answer that makes another question be asked."""

    field_id: str
    values: tuple[str, ...]
    """Any of these choices."""


@dataclass(frozen=True)
class Field:
    """One question of the helpdesk's request type."""

    id: str
    kind: FieldKind
    label: str
    required: bool = False
    options: tuple[Option, ...] = ()
    help: str = ""
    max_length: int = 1000
    """Characters; a Lark input takes 1 to 1000."""
    least: float | None = None
    """Characters of a text, choices of a list, or the value of a number; None: no bound."""
    most: float | None = None
    """The same; of a text, `max_length` says it."""
    whole: bool = False
    """Whether a number has to be a whole one."""
    unlisted: int = 0
    """How many more options there are, one of which is named in a text field of its own."""
    native: str = ""
    """What the helpdesk's adapter calls its kind, by which it writes the answer."""
    when: tuple[tuple[Trigger, ...], ...] = ()
    """It is asked where all triggers of one of these hold; empty: always."""


@dataclass(frozen=True)
class Problem:
    """What the helpdesk says is wrong with an answer."""

    field_id: str
    """Empty when it names no field that we know."""
    told: str
    """A sentence with the field's label."""


def other_of(field_id: str) -> str:
    """Return the name of the value that names an option which the form does not list."""
    return f"other:{field_id}"
