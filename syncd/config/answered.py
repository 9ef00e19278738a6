"""Whether what somebody typed may stand under a key, before anything is written."""

from typing import Any

from pydantic import TypeAdapter, ValidationError

from syncd.config.sections import TABLES
from syncd.config.values import trimmed

_PREFIX = "Value error, "


def problem(section: str, key: str, value: str) -> str:
    """Return what is wrong with it, empty where nothing is."""
    field = TABLES[section].model_fields[key]
    adapter: TypeAdapter[Any] = TypeAdapter(field.rebuild_annotation())
    try:
        adapter.validate_python(trimmed(value))
    except ValidationError as wrong:
        return wrong.errors(include_url=False)[0]["msg"].removeprefix(_PREFIX)
    return ""
