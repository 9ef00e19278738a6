"""A mention as a ticket: what stands in the description, and what follows as comments.

The form takes only the beginning of a long message, and Jira only so much of a description; nothing
is cut without the rest being kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from syncd.core import text
from syncd.core.fields.form import Form
from syncd.core.model import DESCRIPTION, Request, Values
from syncd.core.prose.heard import cut
from syncd.core.prose.parts import LONGEST, in_parts, of_body
from syncd.core.prose.said import blocks, linked_by_lark
from syncd.core.text import Body, Paragraph, Quote, Text
from syncd.core.wording.table import Wording

NO_LONGER_ASKED = " (no longer asked)"
"""Ends the name of what was answered where the form has no such question any more."""
APART = " (no longer asked, apart)"
"""The same where the ticket has no description that could take it."""
_ROOM = LONGEST - 4_000
"""What is left of a description beside the lines that the adapter and we add."""


@dataclass(frozen=True)
class Whole:
    description: Body
    rest: tuple[Body, ...]
    """The comments that follow, in order."""


def with_message(request: Request, form: Form) -> Request:
    """Return the Request with its whole message in the place of the beginning that was shown.

    What the asker typed instead stands; the message then follows if the form could not show it.
    """
    typed, said = str(request.values.get(DESCRIPTION, "")), request.said
    if not any(field.id == DESCRIPTION for field in form.fields):
        return replace(request, said_apart=True)
    if said and is_said(typed, request):
        values: Values = {**request.values, DESCRIPTION: said}
        return replace(request, values=values, said_apart=False)
    return replace(request, said_apart=cut(said) != said)


def is_said(typed: str, request: Request) -> bool:
    """Tell whether it is the message itself, or as much of it as the form could show."""
    return _same(typed, cut(request.said)) or _same(typed, request.said)


def of(request: Request, wording: Wording, *, described: bool = True, lead: str = "") -> Whole:
    """Return what goes where; the same whenever it is asked.

    `described`: whether there is a description; where there is none, `lead` leads the comments.
    """
    written = str(request.values.get(DESCRIPTION, ""))
    typed = _laid_out(request) if written == request.said else blocks(written)
    if described:
        first, *others = in_parts(typed, first=_ROOM) or [()]
    else:
        first, others = (), [*in_parts((*blocks(lead), *typed))]
    if request.said_apart and request.said:
        others += in_parts((_led(wording.whole_message), *_laid_out(request)))
    apart = [block for said in _apart(request.values) for block in blocks(said)]
    others += in_parts(tuple(apart)) if apart else []
    quoted = text.load(request.quoted) if request.quoted else ()
    if not quoted:
        return Whole(first, tuple(others))
    led, *words = quoted
    answered: Body = (led, Quote(tuple(words))) if words else (led,)
    if others or not described or request.said_apart or of_body(answered) > _ROOM - of_body(first):
        return Whole(first, (*others, *in_parts(quoted)))
    return Whole((*first, *answered), ())


def _laid_out(request: Request) -> Body:
    return text.load(request.layout) if request.layout else blocks(request.said, linked_by_lark)


def _apart(values: Values) -> list[str]:
    """Return what was answered to questions that are gone, where only a comment can take it."""
    return [
        f"{name.removesuffix(APART)}{NO_LONGER_ASKED}: {said}"
        for name, said in values.items()
        if name.endswith(APART)
    ]


def quote(said: Iterable[tuple[str, Body]], wording: Wording) -> str:
    """Return who said what, in order, as `Request.quoted` holds it."""
    led = (block for name, body in said for block in (_led(wording.wrote.format(name=name)), *body))
    return text.dump(tuple(led))


def _led(line: str) -> Paragraph:
    return Paragraph((Text(line),))


def _same(one: str, other: str) -> bool:
    """A form may bring text back with other blanks than it was given."""
    return one.split() == other.split()
