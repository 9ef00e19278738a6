"""The configuration as it is in force: each value, where it comes from, and no secret."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from sqlalchemy.engine import make_url

from syncd.config import Config, credentials, environment, read_toml
from syncd.config.credentials import CREDENTIALS
from syncd.config.sections import LISTS, TABLES

_MASK = "***"
_NAMES = {"chats": "id", "desks": "name"}
"""By which key a table of a list is told from the others; else its number says it."""
_SECRET = re.compile("pass|key|secret|token", re.IGNORECASE)


class Origin(StrEnum):
    FILE = "file"
    ENVIRONMENT = "environment"
    CREDENTIAL = "credential"
    DEFAULT = "default"


@dataclass(frozen=True)
class Setting:
    """One key of the configuration."""

    key: str
    value: Any
    """A secret is masked; empty where none is set."""
    origin: Origin
    where: str = ""
    """The variable or the credential that it comes from."""

    @property
    def is_tame(self) -> bool:
        """Whether it names nobody and no place: a number, a switch, or a word of our own."""
        plain = isinstance(self.value, bool | int | StrEnum) or self.value in ("", None)
        return plain or self.value == _MASK or self.origin is Origin.DEFAULT


def settings(path: Path, loaded: Config) -> list[Setting]:
    """Return every key that is in force, in the order of the file's sections."""
    raw = read_toml(path)
    found: list[Setting] = []
    for section in TABLES:
        if section in LISTS:
            found += _of_list(section, getattr(loaded, section))
            continue
        held: BaseModel = getattr(loaded, section)
        for key in type(held).model_fields:
            value = _harmless(section, key, getattr(held, key))
            found.append(Setting(f"{section}.{key}", value, *_origin(raw, section, key)))
    return found


def _of_list(section: str, tables: Sequence[BaseModel]) -> Iterator[Setting]:
    """Return what is said in each table; what a chat leaves out is as in `defaults`."""
    variable, name = environment.variable_of_section(section), _NAMES.get(section, "")
    origin = (Origin.ENVIRONMENT, variable) if variable else (Origin.FILE, "")
    for number, table in enumerate(tables):
        which = f"{section}[{getattr(table, name) if name else number}]"
        said = sorted(table.model_fields_set - {name})
        for key in said:
            yield Setting(f"{which}.{key}", getattr(table, key), *origin)
        if not said:
            yield Setting(which, "", *origin)


def _origin(raw: dict[str, Any], section: str, key: str) -> tuple[Origin, str]:
    """Return the source that won: see `Config.settings_customise_sources`."""
    if key in credentials.read().get(section, {}):
        name = next(name for name, at in CREDENTIALS.items() if at == (section, key))
        return Origin.CREDENTIAL, name
    if variable := environment.variable_of(section, key):
        return Origin.ENVIRONMENT, variable
    whole = environment.variable_of_section(section)
    if whole and f'"{key}"' in os.environ[whole]:
        return Origin.ENVIRONMENT, whole
    return (Origin.FILE if key in raw.get(section, {}) else Origin.DEFAULT), ""


def _harmless(section: str, key: str, value: Any) -> Any:
    if isinstance(value, SecretStr):
        return _MASK if value.get_secret_value() else ""
    if value and (section, key) in (("store", "url"), ("network", "proxy")):
        return _without_password(value)
    return value


def _without_password(address: str) -> str:
    url = make_url(address)
    query = {k: _MASK if _SECRET.search(k) else v for k, v in url.query.items()}
    return url.set(query=query).render_as_string(hide_password=True)
