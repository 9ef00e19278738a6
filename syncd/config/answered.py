"""What was answered so far of a configuration, before anything is written."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from syncd.config import Config
from syncd.config.sections import TABLES, JsmConfig, LarkConfig, NetworkConfig
from syncd.config.values import trimmed
from syncd.core.errors import ConfigError

_PREFIX = "Value error, "
_NOBODYS = {
    "api_base": "https://jira.invalid",
    "portal_base": "https://portal.invalid",
    "account_email": "nobody@syncd.test",
    "service_desk": "0",
    "project": "ANY",
    "request_type": "0",
}
"""Stands where nothing was answered yet; nobody is asked with it."""


def problem(section: str, key: str, value: str) -> str:
    """Return what is wrong with an answer, empty where nothing is."""
    field = TABLES[section].model_fields[key]
    adapter: TypeAdapter[Any] = TypeAdapter(field.rebuild_annotation())
    try:
        adapter.validate_python(trimmed(value))
    except ValidationError as wrong:
        return wrong.errors(include_url=False)[0]["msg"].removeprefix(_PREFIX)
    return ""


def partial(raw: Mapping[str, Any], secrets: Mapping[tuple[str, str], str], folder: Path) -> Config:
    """Return a configuration with which platforms can be asked, whatever the environment says.

    `secrets`: by section and key; one that is empty is none yet. `folder`: where the file is.
    """
    said = {name: dict(raw.get(name, {})) for name in ("lark", "jsm", "network")}
    for (section, key), value in secrets.items():
        said[section][key] = value or "none"
    if ca_file := said["network"].get("ca_file"):
        said["network"]["ca_file"] = str(folder / ca_file)
    lark = {key: value for key, value in said["lark"].items() if value != ""}
    jsm = _NOBODYS | {key: value for key, value in said["jsm"].items() if value != ""}
    try:
        return Config.model_construct(
            lark=LarkConfig.model_validate(lark),
            jsm=JsmConfig.model_validate(jsm),
            network=NetworkConfig.model_validate(said["network"]),
        )
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False)
        raise ConfigError(
            [
                f"{'.'.join(map(str, one['loc']))}: {one['msg'].removeprefix(_PREFIX)}"
                for one in errors
            ]
        ) from None
