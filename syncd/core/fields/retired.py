"""Questions that a form had before: what was answered to them is still told in words."""

from dataclasses import replace

from syncd.core.fields.answers import Said, texts_of
from syncd.core.fields.field import Field, other_of
from syncd.core.fields.form import Form

_MOST = 200
"""Forms that were filled in before a change are open for a day; no more is kept for them."""


def remembering(form: Form, before: Form) -> Form:
    """Return the form with the questions that it does not have any more."""
    now = {field.id for field in form.fields}
    gone: dict[str, Field] = {}
    for field in (*before.fields, *before.retired):
        if field.id not in now:
            gone.setdefault(field.id, field)
    return replace(form, retired=tuple(gone.values())[:_MOST])


def in_words(id: str, said: Said, form: Form) -> tuple[str, str]:
    """Return the name of a question that is gone, and the answer as a person reads it."""
    asked = next((f for f in form.retired if id in (f.id, other_of(f.id))), None)
    if asked is None:
        return id, ", ".join(texts_of(said))
    if id != asked.id:
        return f"{asked.label} …", ", ".join(texts_of(said))
    labels = {option.value: option.label for option in asked.options}
    return asked.label, ", ".join(labels.get(one, one) for one in texts_of(said))
