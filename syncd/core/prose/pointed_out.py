"""What of a Request looks like a secret, wherever it goes from there, and how it is masked."""

from collections.abc import Iterator
from dataclasses import replace

from syncd.core.fields.field import FieldKind
from syncd.core.fields.form import Form
from syncd.core.model import REPORTER, Request, Values
from syncd.core.prose import secrets
from syncd.core.prose.whole import with_message

_IN_WORDS = (FieldKind.TEXT, FieldKind.MULTILINE)


def pointed_out(request: Request, form: Form) -> str:
    """Return the beginnings of what looks like a secret in what would go into the ticket now, with
    the message that the form shows only in part; empty: nothing does."""
    whole = with_message(request, form)
    said = [str(whole.values[id]) for id in _in_words(whole.values, form)]
    return secrets.named((*said, *([whole.said] if whole.said_apart else [])))


def with_masks(request: Request, form: Form) -> Request:
    """Return the Request with masks in its answers, and in the message, whose layout then goes."""
    in_words = set(_in_words(request.values, form))
    values: Values = {
        id: secrets.masked(str(value)) if id in in_words else value
        for id, value in request.values.items()
    }
    said = secrets.masked(request.said)
    layout = request.layout if said == request.said else ""
    return replace(request, values=values, said=said, layout=layout)


def _in_words(values: Values, form: Form) -> Iterator[str]:
    """Yield the ids of what was typed in words, that included which the form asks no more."""
    choices = {field.id for field in form.fields if field.kind not in _IN_WORDS}
    for id, value in values.items():
        if isinstance(value, str) and id not in choices and id != REPORTER:
            yield id
