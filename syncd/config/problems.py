"""What is wrong with a configuration, as lines of `key: what is wrong and what would be right`."""

import os
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from syncd.config import credentials, environment
from syncd.config.sections import LISTS, TABLES, ReactionsConfig
from syncd.config.values import password_in

_SECRETS = {
    ("lark", "app_secret"): ("SYNCD_LARK__APP_SECRET", "lark_app_secret"),
    ("jsm", "api_token"): ("SYNCD_JSM__API_TOKEN", "jsm_api_token"),
}
_IF_ANY = {
    ("translate", "api_key"): ("SYNCD_TRANSLATE__API_KEY", "translate_api_key"),
}
"""Secrets that not everybody needs."""
_WITH_PASSWORD = {
    ("store", "url"): ("SYNCD_STORE__URL", "store_url"),
    ("network", "proxy"): ("SYNCD_NETWORK__PROXY", "network_proxy"),
}
"""Addresses that may have a password in them."""
_CALLED = {
    ("alerts", "heartbeat_url"): ("SYNCD_ALERTS__HEARTBEAT_URL", "alerts_heartbeat_url"),
    ("alerts", "webhook_url"): ("SYNCD_ALERTS__WEBHOOK_URL", "alerts_webhook_url"),
}
"""Addresses that whoever knows them may call."""

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
    "greater_than": "must be more than {gt}",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "value_error": "{error}",
    "tuple_type": "must be a list, in brackets",
    "too_short": "must not be empty",
}
"""What pydantic calls a problem -> what it is called here."""

_UNKNOWN_REPORTER = "SYNCD_JSM__UNKNOWN_REPORTER"

_PLACEHOLDER = re.compile(r"^(cli|oc)_0+$|your-site|<cloudId>|^https://support\.example\.com$")

_NO_TABLE = ("model_type", "model_attributes_type", "dict_type")


def across_keys(raw: Mapping[str, Any]) -> list[str]:
    """Check what no single key can, on the raw file, so that every problem is found at once."""
    return [
        *_secrets_in_file(raw),
        *_across_chats(raw),
        *_anybody_by_default(raw),
        *_emojis(raw),
    ]


def warnings(raw: Mapping[str, Any]) -> list[str]:
    """Return a line for what was said explicitly and may allow more than was meant."""
    return [*_callable_by_readers(raw), *_accounts_for_anybody(raw)]


def _callable_by_readers(raw: Mapping[str, Any]) -> list[str]:
    return [
        f"alerts.{key}: whoever can read the file can call that address; {env} or the credential "
        f"{credential} keeps it to syncd"
        for (section, key), (env, credential) in _CALLED.items()
        if _table(raw, section).get(key)
    ]


def _accounts_for_anybody(raw: Mapping[str, Any]) -> list[str]:
    unknown = _table(raw, "jsm").get("unknown_reporter") or os.environ.get(_UNKNOWN_REPORTER)
    if unknown not in ("invite", "create"):
        return []
    return [
        f'{key}: any, with jsm.unknown_reporter = "{unknown}", lets every member of the group have '
        "Jira make accounts for any address (limits.invitations_per_day bounds how many), and file "
        "tickets in anybody's name"
        for key in _anybody(raw)
    ]


def placeholders(config: Mapping[str, Any]) -> list[str]:
    """Return a line for each value that is the sample's and nobody's."""
    alerts, chats = config["alerts"], config["chats"]
    values = {
        "lark.app_id": config["lark"]["app_id"],
        "jsm.api_base": config["jsm"]["api_base"],
        "jsm.portal_base": config["jsm"]["portal_base"],
        "alerts.chat": alerts["chat"],
        **{f"chats[{number}].id": chat["id"] for number, chat in enumerate(chats)},
    }
    return [
        f"{key}: {value} is the sample's; put your own there"
        for key, value in values.items()
        if _PLACEHOLDER.search(value)
    ]


def missing_secrets(raw: Mapping[str, Any]) -> list[str]:
    """Return a line for each secret that nobody has given."""
    found = []
    given = credentials.read()
    for (section, key), (env, credential) in _SECRETS.items():
        in_folder = given.get(section, {}).get(key)
        if not (os.environ.get(env) or in_folder or key in _table(raw, section)):
            found.append(f"{section}.{key}: missing; set {env} or the credential {credential}")
    return found


def sentences(wrong: ValidationError, raw: Mapping[str, Any]) -> list[str]:
    """Return a line for each problem with a single key of the file `raw`, or of a variable."""
    return [_sentence(error, raw) for error in wrong.errors(include_url=False)]


def _secrets_in_file(raw: Mapping[str, Any]) -> list[str]:
    found = [
        f"{section}.{key}: a secret must not stand in the file; "
        f"set {env} or the credential {credential}"
        for (section, key), (env, credential) in (_SECRETS | _IF_ANY).items()
        if key in _table(raw, section)
    ]
    found += [
        f"{section}.{key}: a password must not stand in the file; set {env} or the "
        f"credential {credential} to the whole address"
        for (section, key), (env, credential) in _WITH_PASSWORD.items()
        if password_in(_table(raw, section).get(key))
    ]
    return found


def _emojis(raw: Mapping[str, Any]) -> list[str]:
    """Whoever joins in a mark of the bot's must not open a form by that."""
    named = {name: field.default for name, field in ReactionsConfig.model_fields.items()}
    named |= _table(raw, "reactions")
    opens = named["opens"]
    same = [name for name in ("arrived", "failed") if opens and named[name] == opens]
    found = [f"reactions.opens: must be another emoji than reactions.{name}" for name in same]
    if named["arrived"] and named["arrived"] == named["failed"]:
        found.append("reactions.failed: must be another emoji than reactions.arrived")
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


def _anybody_by_default(raw: Mapping[str, Any]) -> list[str]:
    """Inviting whomever somebody names has to be said, not left to a default."""
    if "unknown_reporter" in _table(raw, "jsm") or os.environ.get(_UNKNOWN_REPORTER):
        return []
    return [
        f"{key}: any needs jsm.unknown_reporter to be said as well: left out it is invite, and "
        "every member of the group could have Jira invite any address"
        for key in _anybody(raw)
    ]


def _anybody(raw: Mapping[str, Any]) -> list[str]:
    """Return the keys that let people type any address as reporter."""
    chats = raw.get("chats")
    tables = {"defaults": _table(raw, "defaults")}
    tables |= {f"chats[{n}]": c for n, c in enumerate(chats if isinstance(chats, list) else [])}
    return [
        f"{name}.reporter"
        for name, table in tables.items()
        if isinstance(table, dict) and table.get("reporter") == "any"
    ]


def _table(raw: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    table = raw.get(section)
    return table if isinstance(table, dict) else {}


def _sentence(error: ErrorDetails, raw: Mapping[str, Any]) -> str:
    key = ""
    for part in error["loc"]:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else str(part)
    origin = _origin(error)
    return f"{key}: {_said(error)}{origin or _in_chat(error['loc'], raw)}"


def _in_chat(place: tuple[int | str, ...], raw: Mapping[str, Any]) -> str:
    """Tell the wrong value and its chat, since nobody likes to count chats."""
    match place:
        case ("chats", int(number), str(key), *_):
            chats = raw.get("chats")
            chat = chats[number] if isinstance(chats, list) and number < len(chats) else {}
            if not isinstance(chat, dict):
                return ""
            names = [chat[name] for name in ("id", "name") if isinstance(chat.get(name), str)]
            said = [f"it is {chat[key]!r}"] if isinstance(chat.get(key), str) else []
            said += [f"chat {', '.join(filter(None, names))}"] if key != "id" and any(names) else []
            return f" ({'; '.join(said)})" if said else ""
    return ""


def _said(error: ErrorDetails) -> str:
    table = str(error["loc"][0])
    if error["type"] == "extra_forbidden":
        return _no_such(table, len(error["loc"]) == 1)
    if error["type"] in _NO_TABLE or error["loc"] in [(name,) for name in LISTS]:
        return f"must be a table; write its keys under {_header(table)}"
    said = _SAYINGS.get(error["type"])
    return said.format(**error.get("ctx", {})) if said else error["msg"]


def _no_such(table: str, is_table: bool) -> str:
    if is_table:
        return f"no such section; there are {', '.join(TABLES)}"
    keys = [key for key in TABLES[table].model_fields if (table, key) not in _SECRETS | _IF_ANY]
    return f"no such key; {_header(table)} has {', '.join(keys)}"


def _header(table: str) -> str:
    return f"[[{table}]]" if table in LISTS else f"[{table}]"


def _origin(error: ErrorDetails) -> str:
    """Tell where a wrong value came from, when it was not the file."""
    section, key = [*map(str, error["loc"]), "", ""][:2]
    for name, place in credentials.CREDENTIALS.items():
        if place == (section, key) and key in credentials.read().get(section, {}):
            return f" (from the credential {name})"
    variable = environment.variable_of(section, key)
    return f" (from {variable})" if variable else ""
