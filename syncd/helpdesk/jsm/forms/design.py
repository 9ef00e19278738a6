"""A Form as questions of ours, in the order in which the portal shows them.

https://developer.atlassian.com/cloud/forms/rest/ has the frame; what is inside the design is as
open-source tools that were held to real forms have it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from syncd.core.fields.field import Field, FieldKind, Option, Trigger
from syncd.core.model import DESCRIPTION
from syncd.core.text import clean
from syncd.helpdesk.jsm.forms import conditions
from syncd.helpdesk.jsm.forms.conditions import Chosen, Shown
from syncd.helpdesk.jsm.forms.kinds import KINDS, OTHER, native, question_of
from syncd.helpdesk.jsm.wire.call import Answer
from syncd.helpdesk.jsm.wire.members import Obj, UnreadableError, child, lenient, root

_LONGEST_LINE = 255
_LONGEST_INPUT = 1000
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_CHARACTERS, _VALUE, _CHOICES = ("mnc", "mxc"), ("mnn", "mxn"), ("mns", "mxs")
_BOUNDS = {
    FieldKind.TEXT: _CHARACTERS,
    FieldKind.MULTILINE: _CHARACTERS,
    FieldKind.URL: _CHARACTERS,
    FieldKind.NUMBER: _VALUE,
    FieldKind.MULTISELECT: _CHOICES,
}
_MAIN = ""
"""The part of the layout that is no section."""


@dataclass(frozen=True)
class Attached:
    """The Form of a request type."""

    name: str
    questions: tuple[Field, ...]


def needs_choices(design: Obj) -> bool:
    """Tell whether a question has its choices elsewhere: in a field of Jira, or in other data."""
    try:
        asked = [one for _, one in _questions(design)]
    except UnreadableError:
        return False  # Reading the questions tells.
    return any(one.get("jiraField") or one.get("dcId") for one in asked)


def read_design(answer: Answer) -> Obj:
    return child(root(answer), "design")


def read_choices(answer: Answer) -> dict[str, Obj]:
    """Return by question what the Form knows of the field that it is linked to."""
    fields = child(root(answer), "fields")
    return {id: known for id, known in fields.items() if isinstance(known, dict)}


def attached(design: Obj, elsewhere: Mapping[str, Obj]) -> Attached:
    """Return the questions; one that is odd is left to the portal, and stops no other."""
    asked, placed = dict(_questions(design)), _placed(design)
    found: dict[str, Field] = {}
    taken: set[str] = set()
    for id in placed:
        if id in asked:
            field = _field(id, asked[id], elsewhere.get(id, {}))
            if field.id in taken:
                field = replace(field, id=_own_id(id))
            taken.add(field.id)
            found[id] = field
    shown = conditions.by_section(design)
    questions = [_shown(found[id], placed[id], shown, found) for id in found]
    name = clean(lenient(design, "settings", "name")) or "Form"
    return Attached(name, tuple(questions))


def _questions(design: Obj) -> Iterator[tuple[str, Obj]]:
    questions = child(design, "questions")
    return ((id, one) for id, one in questions.items() if isinstance(one, dict) and _ID.match(id))


def _placed(design: Obj) -> dict[str, list[str]]:
    """Return the questions in the order of the layout, each with the sections that it stands in.

    The first part is the main one; part k is the k-th section by its number, since the sections
    themselves come in any order.
    """
    layout = design.get("layout")
    if not isinstance(layout, list):
        raise UnreadableError("layout is no list")
    sections = design.get("sections")
    numbers = sorted(sections if isinstance(sections, dict) else (), key=_number)
    found: dict[str, list[str]] = {}
    for part, document in enumerate(layout):
        unknown = f"?{part}"
        section = _MAIN if part == 0 else numbers[part - 1] if part <= len(numbers) else unknown
        for id in _mentioned(document):
            found.setdefault(id, []).append(section)
    return found


def _number(id: str) -> tuple[int, str]:
    return (int(id) if id.isascii() and id.isdecimal() and len(id) < 19 else 1 << 62, id)


def _mentioned(document: object) -> Iterator[str]:
    """Yield the questions of a document in their order."""
    left = [document]
    while left:
        node = left.pop()
        if isinstance(node, list):
            left += reversed(node)
        elif isinstance(node, dict):
            if node.get("extensionKey") == "question":
                yield str(_parameter(node))
            left += reversed([one for one in node.values() if isinstance(one, dict | list)])


def _parameter(node: Obj) -> object:
    parameters = node.get("parameters")
    return parameters.get("id") if isinstance(parameters, dict) else None


def _own_id(question: str) -> str:
    return f"question_{question}"


def _field(id: str, question: Obj, elsewhere: Obj) -> Field:
    type = lenient(question, "type")
    kind = KINDS.get(type, OTHER)
    linked = _linked(question)
    rules = question.get("validation")
    rules = rules if isinstance(rules, dict) else {}
    listed = question.get("choices") or elsewhere.get("choices")
    longest = _LONGEST_LINE if linked and type == "ts" else _LONGEST_INPUT
    least, most = (_bound(rules, name) for name in _BOUNDS.get(kind.asked, ("", "")))
    is_text = _BOUNDS.get(kind.asked) is _CHARACTERS
    return Field(
        id=linked or _own_id(id),
        kind=kind.asked,
        label=" ".join(clean(lenient(question, "label")).split()) or _own_id(id),
        required=bool(rules.get("rq")),
        options=tuple(_options(listed, required=bool(rules.get("rq")))),
        help=clean(lenient(question, "description")),
        max_length=int(max(1, min(longest, most))) if is_text and most is not None else longest,
        least=least,
        most=None if is_text else most,
        whole=bool(rules.get("wh")),
        native=native(id, type),
    )


def _linked(question: Obj) -> str:
    """Return the field of Jira that the answer goes to as well."""
    field = question.get("jiraField")
    return field if isinstance(field, str) else lenient(question, "jiraField", "id")


def _bound(rules: Obj, name: str) -> float | None:
    value = rules.get(name)
    return float(value) if isinstance(value, int | float) and value is not True else None


def _options(listed: object, *, required: bool) -> Iterator[Option]:
    """Yield each choice, and behind it its second steps; where it is required, both may be."""
    for value, label, one in _named(listed):
        parts = list(_named(one.get("children")))
        yield Option(value, label, partial=required and bool(parts))
        for part, name, _ in parts:
            yield Option(f"{value}/{part}", f"{label} / {name}", parent=value)


def _named(listed: object) -> Iterator[tuple[str, str, Obj]]:
    """Yield id, label and whole of each choice; one that is odd takes no other away.

    A design calls it `label`, and what comes from elsewhere `name`.
    """
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict):
            id = one.get("id")
            value = str(id) if isinstance(id, str | int) else ""
            label = clean(lenient(one, "label") or lenient(one, "name"))
            if value and label:
                yield value, label, one


def _shown(
    field: Field, sections: Sequence[str], shown: Mapping[str, Shown], asked: Mapping[str, Field]
) -> Field:
    """Return the question with what has to be answered for it to be asked.

    Where nobody can tell, the portal has to ask it.
    """
    when: list[tuple[Trigger, ...]] = []
    for section in sections:
        known: Shown = None if section.startswith("?") else shown.get(section, ())
        if section == _MAIN or known == ():
            return field
        triggers = [_trigger(one, asked) for one in known or ()]
        if known is None or None in triggers:
            return replace(_own(field), kind=FieldKind.UNSUPPORTED)
        when += [(trigger,) for trigger in triggers if trigger]
    return replace(_own(field), when=tuple(when))


def _own(field: Field) -> Field:
    """A description that is not always asked can take nothing but what was typed into it."""
    question = question_of(field) if field.id == DESCRIPTION else None
    return replace(field, id=_own_id(question.id)) if question else field


def _trigger(chosen: Chosen, asked: Mapping[str, Field]) -> Trigger | None:
    """Return the answers of ours in which one of the choices is; None when there can be none."""
    of = asked.get(chosen.question)
    if of is None:
        return None
    wanted = set(chosen.choices)
    values = tuple(o.value for o in of.options if wanted & set(o.value.split("/")))
    return Trigger(of.id, values) if values else None
