"""A form in another language than that of our own account."""

from dataclasses import replace

from syncd.core.fields.field import Field, Option
from syncd.core.fields.form import Form


def translated(form: Form, foreign: Form) -> Form:
    """Return the form with the words of the same form as it was read in another language.

    What has no translation keeps its words; a choice can be named in either language.
    """
    words = {field.id: field for field in foreign.fields}
    return replace(
        form,
        fields=tuple(_field(f, words.get(f.id, f)) for f in form.fields),
        name=foreign.name or form.name,
    )


def _field(field: Field, words: Field) -> Field:
    labels = {option.value: option.label for option in words.options}
    options = tuple(_option(option, labels.get(option.value, "")) for option in field.options)
    return replace(field, label=words.label, help=words.help, options=options)


def _option(option: Option, label: str) -> Option:
    return replace(option, label=label, also=option.label) if label else option
