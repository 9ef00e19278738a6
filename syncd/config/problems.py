"""What is wrong with a configuration, as lines of `key: what is wrong and what would be right`."""

import os
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from syncd.config import credentials

_SECRETS = {
    ("lark", "app_secret"): ("SYNCD_LARK__APP_SECRET", "lark_app_secret"),
    ("jsm", "api_token"): ("SYNCD_JSM__API_TOKEN", "jsm_api_token"),
}

_SAYINGS = {
    "missing": "missing",
    "extra_forbidden": "no such key; see the sample config.toml",
    "string_too_short": "must not be empty",
}


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
    return [
        f"{section}.{key}: a secret must not stand in the file; "
        f"set {env} or the credential {credential}"
        for (section, key), (env, credential) in _SECRETS.items()
        if key in _table(raw, section)
    ]


def _across_chats(raw: Mapping[str, Any]) -> list[str]:
    found = []
    defaults = _table(raw, "defaults")
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
    context = error.get("ctx", {})
    said = _SAYINGS.get(error["type"])
    if said is None and error["type"] == "enum":
        said = f"must be {context.get('expected')}"
    if said is None and error["type"] == "value_error":
        said = str(context.get("error"))
    return f"{key}: {said or error['msg']}"
