"""What the options of `chats enable` may say, key by key as `[[chats]]` has it."""

import tomllib
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from syncd.core.errors import ConfigError, SyncdError

if TYPE_CHECKING:
    from syncd.config import Config
    from syncd.core.model import Preset


def read(options: Mapping[str, str | bool | None], config: "Config") -> dict[str, Any]:
    """Return what an operator decides; SyncdError names the option and what would be right.

    An option that is None, or an empty one of those of which nothing can be taken back, is not
    said.
    """
    return {
        key: _READERS[key](value, config) if isinstance(value, str) and key in _READERS else value
        for key, value in options.items()
        if value is not None and (value != "" or key in _MAY_BE_EMPTY)
    }


_MAY_BE_EMPTY = (
    "allowed_domains", "escalate_to", "desks", "organization", "presets", "announce", "card",
    "may_adopt", "may_submit", "may_close", "into",
)  # fmt: skip


def _plan(said: str, config: "Config") -> StrEnum:
    from syncd.core.model import Plan

    return _one_of("plan", said, Plan, "enterprise or premium")


def _language(said: str, config: "Config") -> StrEnum:
    from syncd.core.model import Language

    return _one_of("language", said, Language, "en, zh or ja")


def _reporter(said: str, config: "Config") -> StrEnum:
    from syncd.core.model import ReporterRule

    return _one_of("reporter", said, ReporterRule, "self, domain or any")


def _form(said: str, config: "Config") -> StrEnum:
    from syncd.core.model import FormWay

    return _one_of("form", said, FormWay, "auto, direct or thread")


def _announce(said: str, config: "Config") -> tuple[StrEnum, ...]:
    from syncd.core.ticket_card.announced import Announced

    right = "resolved, status or assignee"
    return tuple(_one_of("announce", word, Announced, right) for word in _words(said))


def _card(said: str, config: "Config") -> tuple[StrEnum, ...]:
    from syncd.core.ticket_card.announced import OnCard

    right = "assignee, priority or updated"
    return tuple(_one_of("card", word, OnCard, right) for word in _words(said))


def _one_of(option: str, value: str, words: type[StrEnum], right: str) -> StrEnum:
    if value not in list(words):
        raise SyncdError(f"--{option}: {value} is not {right}")
    return words(value)


def _into(said: str, config: "Config") -> str:
    if said and not config.translate.engine:
        raise SyncdError("--into: nothing translates; name an engine in translate.engine")
    return str(_key("into", said))


def _escalate_to(said: str, config: "Config") -> str:
    from syncd.config.values import may_be_escalated_to

    if not may_be_escalated_to(said):
        raise SyncdError(f"--escalate-to: {said} is no person's id, ou_..., and no chat's, oc_...")
    return said


def _domains(said: str, config: "Config") -> tuple[str, ...]:
    from syncd.config.values import read_domain

    try:
        return tuple(dict.fromkeys(map(read_domain, filter(None, said.split(",")))))
    except ValueError as exc:
        raise SyncdError(f"--allowed-domains: {exc}") from None


def _desks(said: str, config: "Config") -> tuple[str, ...] | None:
    names = _words(said)
    known = [desk.name for desk in config.desks]
    for name in names:
        if name not in known:
            right = f"there are {', '.join(known)}" if known else "[[desks]] names none"
            raise SyncdError(f"--desks: there is no desk {name!r}; {right}")
    return names or None


def _zone(said: str, config: "Config") -> str:
    return str(_key("zone", said))


def _organization(said: str, config: "Config") -> str:
    return str(_key("organization", said))


def _presets(said: str, config: "Config") -> "tuple[Preset, ...] | None":
    """Return what the table says, which is written as the file has it."""
    from syncd.config import presets

    try:
        table = tomllib.loads(f"presets = {said or '{}'}")["presets"]
    except tomllib.TOMLDecodeError:
        table = None
    if not isinstance(table, dict):
        raise SyncdError("--presets: must be a table, like '{ customfield_10050 = \"ACME\" }'")
    return presets(_key("presets", table)) or None


def _allowed(name: str) -> "Callable[[str, Config], tuple[str, ...]]":
    """Return how people who may do something are read."""

    def read(said: str, config: "Config") -> tuple[str, ...]:
        return tuple(_key(name, list(_words(said))))

    return read


def _key(name: str, value: object) -> Any:
    from syncd.config import chat_key

    try:
        return chat_key(name, value)
    except ConfigError as exc:
        raise SyncdError("\n".join(f"--{problem}" for problem in exc.problems)) from None


def _words(said: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in said.split(",") if word.strip()))


_READERS: dict[str, Callable[[str, "Config"], Any]] = {
    "plan": _plan,
    "language": _language,
    "reporter": _reporter,
    "form": _form,
    "announce": _announce,
    "card": _card,
    "escalate_to": _escalate_to,
    "allowed_domains": _domains,
    "desks": _desks,
    "zone": _zone,
    "organization": _organization,
    "presets": _presets,
    "may_adopt": _allowed("may_adopt"),
    "may_submit": _allowed("may_submit"),
    "may_close": _allowed("may_close"),
    "into": _into,
}
"""All but those that need no reading."""
