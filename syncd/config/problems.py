"""What is wrong with a configuration, as lines of `key: what is wrong and what would be right`."""

import os
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from syncd.config import credentials, environment
from syncd.config.sections import TABLES
from syncd.config.values import has_password

_SECRETS = {
    ("lark", "app_secret"): ("SYNCD_LARK__APP_SECRET", "lark_app_secret"),
    ("jsm", "api_token"): ("SYNCD_JSM__API_TOKEN", "jsm_api_token"),
}

_SAYINGS = {
    "missing": "missing",
    "string_too_short": "must not be empty",
    "string_type": "must be a text in quotation marks",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "enum": "must be {expected}",
    "value_error": "{error}",
    "tuple_type": "must be a list, in brackets",
}
"""What pydantic calls a problem -> what it is called here."""

_NO_TABLE = ("model_type", "model_attributes_type", "dict_type")


def across_keys(raw: Mapping[str, Any]) -> list[str]:
    """Check what no single key can, on the raw file, so that every problem is found at once."""
    return [*_secrets_in_file(raw), *_across_chats(raw)]


def missing_secrets(raw: Mapping[str, Any]) -> list[str]:
    """Return a line for each secret that nobody has given."""
    found = []
    given = credentials.read()
    for (section, key), (env, credential) in _SECRETS.items():
        in_folder = given.get(section, {}).get(key)
        if not (os.environ.get(env) or in_folder or key in _table(raw, section)):
            found.append(f"{section}.{key}: missing; set {env} or the credential {credential}")
    return found


def sentences(wrong: ValidationError) -> list[str]:
    """Return a line for each problem with a single key."""
    return [_sentence(error) for error in wrong.errors(include_url=False)]


def _secrets_in_file(raw: Mapping[str, Any]) -> list[str]:
    found = [
        f"{section}.{key}: a secret must not stand in the file; "
        f"set {env} or the credential {credential}"
        for (section, key), (env, credential) in _SECRETS.items()
        if key in _table(raw, section)
    ]
    if has_password(_table(raw, "store").get("url")):
        found.append(
            "store.url: a password must not stand in the file; set SYNCD_STORE__URL or the "
            "credential store_url to the whole address"
        )
    return found


def _across_chats(raw: Mapping[str, Any]) -> list[str]:
    found = []
    defaults = _table(raw, "defaults")
    if defaults.get("reporter") == "domain" and not defaults.get("allowed_domains"):
        found.append(
            "defaults.reporter: domain needs defaults.allowed_domains, or chats that "
            "`syncd chats enable` serves would refuse everybody; leave it out, since domain is "
            "the rule wherever domains are given"
        )
    first_at: dict[str, int] = {}
    chats = raw.get("chats")
    for number, chat in enumerate(chats if isinstance(chats, list) else []):
        if not isinstance(chat, dict):
            continue
        id = chat.get("id")
        known = first_at.setdefault(id, number) if isinstance(id, str) and id else number
        if known != number:
            found.append(f"chats[{number}].id: {id} stands in chats[{known}] already")
        both = {**defaults, **chat}
        if both.get("reporter") == "domain" and not both.get("allowed_domains"):
            found.append(f"chats[{number}].reporter: domain needs allowed_domains")
    return found


def _table(raw: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    table = raw.get(section)
    return table if isinstance(table, dict) else {}


def _sentence(error: ErrorDetails) -> str:
    key = ""
    for part in error["loc"]:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else str(part)
    return f"{key}: {_said(error)}{_origin(error)}"


def _said(error: ErrorDetails) -> str:
    table = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        return _no_such(table, len(error["loc"]) == 1)
    if error["type"] in _NO_TABLE or error["loc"] == ("chats",):
        return f"must be a table; write its keys under {_header(table)}"
    said = _SAYINGS.get(error["type"])
    return said.format(**error.get("ctx", {})) if said else error["msg"]


def _no_such(table: str, is_table: bool) -> str:
    if is_table:
        return f"no such section; there are {', '.join(TABLES)}"
    keys = [key for key in TABLES[table].model_fields if (table, key) not in _SECRETS]
    return f"no such key; {_header(table)} has {', '.join(keys)}"


def _header(table: str) -> str:
    return "[[chats]]" if table == "chats" else f"[{table}]"


def _origin(error: ErrorDetails) -> str:
    """Tell where a wrong value came from, when it was not the file."""
    section, key = [*map(str, error["loc"]), "", ""][:2]
    for name, place in credentials.CREDENTIALS.items():
        if place == (section, key) and key in credentials.read().get(section, {}):
            return f" (from the credential {name})"
    variable = environment.variable_of(section, key)
    return f" (from {variable})" if variable else ""
