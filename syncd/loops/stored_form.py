"""The helpdesk's form, as the store keeps it."""

import json
from dataclasses import asdict

from syncd.core.model import Field, FieldKind, Form, Option


def dump(form: Form) -> str:
    return json.dumps(asdict(form), ensure_ascii=False)


def load(stored: str) -> Form:
    """Return what `dump` wrote."""
    fields = []
    for raw in json.loads(stored)["fields"]:
        options = tuple(Option(**option) for option in raw.pop("options"))
        kind = FieldKind(raw.pop("kind"))
        fields.append(Field(**raw, kind=kind, options=options))
    return Form(tuple(fields))
