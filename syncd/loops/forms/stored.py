"""The helpdesk's form as JSON, for the cache."""

import json
from dataclasses import asdict
from typing import Any

from syncd.core.fields.field import Field, FieldKind, Option, Trigger
from syncd.core.model import Form


def dump(form: Form) -> str:
    return json.dumps(asdict(form), ensure_ascii=False)


def load(stored: str) -> Form:
    """Return what `dump` wrote."""
    form = json.loads(stored)
    fields, retired = form.pop("fields"), form.pop("retired", ())
    return Form(tuple(map(_field, fields)), retired=tuple(map(_field, retired)), **form)


def _field(raw: dict[str, Any]) -> Field:
    options = tuple(Option(**option) for option in raw.pop("options"))
    kind = FieldKind(raw.pop("kind"))
    when = tuple(tuple(map(_trigger, every)) for every in raw.pop("when", ()))
    return Field(**raw, kind=kind, options=options, when=when)


def _trigger(raw: dict[str, Any]) -> Trigger:
    return Trigger(raw["field_id"], tuple(raw["values"]))
