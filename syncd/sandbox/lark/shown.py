"""What a person sees of one message, as values."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Button:
    """A button as a person finds it."""

    name: str
    text: str
    value: Json | None
    """What a click sends back; None when the button sends nothing."""
    url: str = ""
    submits: bool = False
    resets: bool = False
    disabled: bool = False
    form: str = ""
    """Name of the form around it."""
    asks: str = ""
    """What the client asks before it sends a click; empty: nothing."""


@dataclass(frozen=True)
class Option:
    text: str
    value: str


@dataclass(frozen=True)
class Field:
    """Something to fill in."""

    name: str
    label: str
    type: str
    """The component's tag; for an input its input_type."""
    required: bool
    default: Any
    options: tuple[Option, ...] = ()
    max_length: int = 0
    placeholder: str = ""
    disabled: bool = False
    form: str = ""


@dataclass(frozen=True)
class File:
    """A picture or a file of a message."""

    key: str
    name: str
    size: int
    """In bytes."""
    mime: str


@dataclass
class Shown:
    """One message as one person sees it."""

    message_id: str
    kind: str
    """`text`, `post`, `card`, `image`, `file`, `audio` or `media`."""
    sender: str
    private: bool = False
    text: str = ""
    title: str = ""
    colour: str = ""
    """A card's `header.template`; empty for a card without a header."""
    mentions: list[str] = field(default_factory=list)
    """Names, or `all`."""
    links: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    fields: list[Field] = field(default_factory=list)
    thread: list["Shown"] = field(default_factory=list)
    recalled: bool = False
    edited: bool = False
    reply_to: str = ""
    create_ms: int = 0
    reactions: list[tuple[str, list[str]]] = field(default_factory=list)
    """Each emoji with the names of those who put it there."""
    attachments: list[File] = field(default_factory=list)

    def button(self, which: str) -> Button:
        """Return the button of that name or visible text; LookupError names what there is."""
        for button in self.buttons:
            if which in (button.name, button.text):
                return button
        raise LookupError(f"no button {which!r} among {[b.text for b in self.buttons]}")

    def field_named(self, name: str) -> Field:
        """Return that form field; LookupError names what there is."""
        for item in self.fields:
            if item.name == name:
                return item
        raise LookupError(f"no field {name!r} among {[f.name for f in self.fields]}")
