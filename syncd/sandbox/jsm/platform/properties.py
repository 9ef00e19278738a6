"""What anybody keeps with an issue or a comment, under names of their own.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-properties/
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-comment-properties/
"""

import json
from typing import Any

from syncd.sandbox.jsm.exchange import INVALID_PAYLOAD, Answer, Ask, refuse

_MOST = 32_768
"""Characters that one may hold."""


def checked(items: Any) -> dict[str, Any]:
    """Return a list of properties by name; refuses one that Jira does not take."""
    good = isinstance(items, list) and all(
        isinstance(item, dict)
        and set(item) == {"key", "value"}
        and isinstance(item["key"], str)
        and 1 <= len(item["key"]) <= 255
        and len(json.dumps(item["value"])) <= _MOST
        for item in items
    )
    if not good:
        refuse(400, INVALID_PAYLOAD)
    return {item["key"]: item["value"] for item in items}


def listed(held: dict[str, Any], base: str) -> Answer:
    return Answer({"keys": [{"self": f"{base}/{name}", "key": name} for name in held]})


def one(held: dict[str, Any], ask: Ask) -> Answer:
    name = ask.path["name"]
    if name not in held:
        refuse(404, f"The property with key '{name}' does not exist.")
    return Answer({"key": name, "value": held[name]})


def put(held: dict[str, Any], ask: Ask) -> Answer:
    name = ask.path["name"]
    try:
        value = json.loads(ask.body)
    except ValueError:
        refuse(400, "The value has to be a valid, non-empty JSON value.")
    new = name not in held
    held.update(checked([{"key": name, "value": value}]))
    return Answer({}, 201 if new else 200)
