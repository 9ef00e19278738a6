"""The helpdesk's form as JSON, for the cache."""

import json
from dataclasses import asdict
from typing import Any

from syncd.core.desks.desk import RequestKind
from syncd.core.fields.field import Field, FieldKind, Option, Trigger
from syncd.core.fields.form import Form
from syncd.core.model import Language
from syncd.store.tables.cache import CacheKind
from syncd.store.tx import Tx


def on_record(tx: Tx, kind: RequestKind, language: Language | None = None) -> Form:
    """Return the helpdesk's form as it was last read; empty when it never was.

    In the words of that language where it was read in it, else in those of our account.
    """
    spoken = language and tx.cache.get(CacheKind.FORM, f"{kind} {language}")
    stored = spoken or tx.cache.get(CacheKind.FORM, str(kind))
    return load(stored) if stored else Form()


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
