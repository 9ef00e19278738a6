"""The helpdesk's request type, as people fill it in."""

from dataclasses import dataclass, field

from syncd.core.fields.field import Field


@dataclass(frozen=True)
class Form:
    """The helpdesk's request type as a form."""

    fields: tuple[Field, ...] = field(default=())
    without: str = ""
    """A field that every ticket needs for its marker and that the request type lacks."""
    marker_place: str = ""
    """The field that takes the marker; empty when nobody knows it, or none can."""
    portal_path: str = ""
    """Path of the portal's own form; empty when nobody knows it."""
    request_type: str = ""
    """Which one it is, as the helpdesk's adapter names it."""
    attached: str = ""
    """Name of the form with questions of its own that is attached to it; empty: none."""
    retired: tuple[Field, ...] = field(default=(), compare=False)
    """Questions that it had before, for what was answered to them."""
    unread: str = field(default="", compare=False)
    """Why that could not be read: its questions are as they were last known, or left out."""
    tells_answer_by: bool = False
    """Whether the helpdesk tells of its tickets when their first answer is due."""
    name: str = ""
    """What the helpdesk calls such requests; empty when nobody knows it."""
