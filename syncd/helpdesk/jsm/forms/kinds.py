"""The table of the types of questions: how each is asked, and how its answer is written.

https://developer.atlassian.com/cloud/forms/rest/
https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-post
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from syncd.core.fields.field import Field, FieldKind
from syncd.core.prose.plain import plain
from syncd.core.prose.said import blocks
from syncd.core.text import Body
from syncd.helpdesk.jsm.adf import writing
from syncd.helpdesk.jsm.fields import written
from syncd.helpdesk.jsm.fields.written import Markup, Said

Write: TypeAlias = Callable[[Said], object]
_MOMENT = re.compile(r"(\S+) (\d\d:\d\d) [+-]\d{4}")


def _text(said: Said) -> object:
    return {"text": written.joined(said)}


# There is no member for a number: it goes as text, "42".
def _number(said: Said) -> object:
    return {"text": str(written.number(said, Markup.DOCUMENT))}


def _document(said: Said) -> object:
    return {"adf": writing.document(blocks(written.joined(said)))}


def _date(said: Said) -> object:
    return {"date": written.joined(said)}


def _time(said: Said) -> object:
    return {"time": written.joined(said).rjust(5, "0")}


# A Form has no zone: what it shows is the day and the time of day as the person gave them.
def _moment(said: Said) -> object:
    found = _MOMENT.fullmatch(written.joined(said))
    return {"date": found[1], "time": found[2]} if found else _date(said)


def _choices(said: Said) -> object:
    return {"choices": written.listed(said)}


def _steps(said: Said) -> object:
    return {"choices": written.listed(said)[0].split("/")}


@dataclass(frozen=True)
class Kind:
    """One type of question."""

    name: str
    asked: FieldKind
    write: Write = _text


_PORTAL = FieldKind.UNSUPPORTED

KINDS = {
    "ts": Kind("short text", FieldKind.TEXT),
    "tl": Kind("long text", FieldKind.MULTILINE),
    "pg": Kind("paragraph", FieldKind.MULTILINE),
    "rt": Kind("rich text", FieldKind.MULTILINE, _document),
    "te": Kind("e-mail", FieldKind.EMAIL),
    "tu": Kind("web address", FieldKind.URL),
    "no": Kind("number", FieldKind.NUMBER, _number),
    "da": Kind("date", FieldKind.DATE, _date),
    "dt": Kind("date and time", FieldKind.MOMENT, _moment),
    "ti": Kind("time", FieldKind.TIME, _time),
    "cd": Kind("dropdown", FieldKind.SELECT, _choices),
    "cl": Kind("dropdown, several", FieldKind.MULTISELECT, _choices),
    "cs": Kind("radio buttons", FieldKind.SELECT, _choices),
    "cm": Kind("checkboxes", FieldKind.MULTISELECT, _choices),
    "cc": Kind("list in two steps", FieldKind.SELECT, _steps),
    "us": Kind("user", _PORTAL),
    "um": Kind("users", _PORTAL),
    "at": Kind("attachment", _PORTAL),
    "ob": Kind("Assets objects", _PORTAL),
}
"""By the name that the design gives them."""

OTHER = Kind("any other question", _PORTAL)
_OURS = "form:"


@dataclass(frozen=True)
class Question:
    """A question of the Form, as a field of ours remembers it."""

    id: str
    type: str

    def write(self, said: Said) -> object:
        return KINDS[self.type].write(said)

    def write_body(self, body: Body) -> object:
        """Write what has paragraphs, lists and quotes; a text keeps their words."""
        rich = self.type == "rt"
        return {"adf": writing.document(body)} if rich else {"text": plain(body)}


def native(id: str, type: str) -> str:
    """Return what `Field.native` is of a question."""
    return f"{_OURS}{type}:{id}"


def question_of(field: Field | None) -> Question | None:
    """Return the question that the field is, None for a field of the request type itself."""
    if field is None or not field.native.startswith(_OURS):
        return None
    type, _, id = field.native.removeprefix(_OURS).partition(":")
    return Question(id, type if type in KINDS else "ts")
