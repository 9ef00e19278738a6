"""Changes to the text of config.toml that leave all else in it, comments too, as it was."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from syncd.core.errors import ConfigError

Value: TypeAlias = str | int | Sequence[str]
_HEADER = re.compile(r"\s*\[(\[?)\s*([\w.-]+)\s*\]")


def with_value(text: str, section: str, key: str, value: Value) -> str:
    """Return the text with that key of a section set; ConfigError where it has to be done by hand.

    A key that is not there comes in behind its section's header, a section that is not there at
    the end.
    """
    lines = text.splitlines()
    start, end = _section(lines, section)
    if start < 0:
        changed = [*lines, "", f"[{section}]", _line(key, value)]
    else:
        setting = re.compile(rf"\s*{re.escape(key)}\s*=")
        at = next((n for n in range(start, end) if setting.match(lines[n])), -1)
        if at < 0:
            changed = [*lines[:start], _line(key, value), *lines[start:]]
        else:
            changed = [*lines[:at], _line(key, value, _comment(lines[at])), *lines[at + 1 :]]
    return _proven("\n".join(changed) + "\n", section, key, value)


def with_chat(text: str, chat: Mapping[str, Value]) -> str:
    """Return the text with another table of `[[chats]]` at its end."""
    lines = [_line(key, value) for key, value in chat.items()]
    added = "\n".join([text.rstrip("\n"), "", "[[chats]]", *lines]) + "\n"
    if _read(added).get("chats", [])[-1:] != [dict(chat)]:
        raise ConfigError(["chats: setup cannot add to this file; do it by hand"])
    return added


def without_chats(text: str) -> str:
    """Return a sample without the chats at its end, which are nobody's."""
    before, _, _ = text.partition("\n[[chats]]")
    return before.rstrip("\n") + "\n"


def _section(lines: Sequence[str], name: str) -> tuple[int, int]:
    """Return the lines of a section, from behind its header to the next; -1 where it is not."""
    start = -1
    for number, line in enumerate(lines):
        found = _HEADER.match(line)
        if start >= 0 and found:
            return start, number
        if found and not found[1] and found[2] == name:
            start = number + 1
    return start, len(lines)


def _line(key: str, value: Value, comment: str = "") -> str:
    """Return a key's line; what JSON writes of texts, numbers and lists of texts is TOML, too."""
    listed = value if isinstance(value, str | int) else list(value)
    setting = f"{key} = {json.dumps(listed, ensure_ascii=False)}"
    return f"{setting:46} {comment}" if comment else setting


def _comment(line: str) -> str:
    """Return the comment behind a value of one line, empty where there is none."""
    quote = ""
    for at, letter in enumerate(line):
        if quote:
            escaped = quote == '"' and line[at - 1] == "\\"
            quote = quote if letter != quote or escaped else ""
        elif letter in "\"'":
            quote = letter
        elif letter == "#":
            return line[at:]
    return ""


def _proven(text: str, section: str, key: str, value: Value) -> str:
    """Return the text if it says what was meant."""
    wanted = value if isinstance(value, str | int) else list(value)
    held = _read(text).get(section)
    if not isinstance(held, dict) or held.get(key) != wanted:
        raise ConfigError([f"{section}.{key}: setup cannot change this line; do it by hand"])
    return text


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except ValueError:
        return {}
