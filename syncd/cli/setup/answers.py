"""What was answered so far, as the adapters want it, and as it will stand in the files."""

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from syncd.core.errors import ConfigError, SyncdError

if TYPE_CHECKING:
    from syncd.config import Config
    from syncd.config.edited import Value
    from syncd.doctor.case import Case

SECRETS = {"lark_app_secret": ("lark", "app_secret"), "jsm_api_token": ("jsm", "api_token")}
"""File beside the configuration -> the key that it holds."""


@dataclass
class Answers:
    """`text` is the file as it will be written."""

    path: Path
    text: str
    is_new: bool
    secrets: dict[str, str] = field(default_factory=dict)
    """By the name of their file; those that were typed now."""
    changed: bool = False
    token_is_for: str = field(init=False)
    """The site that may be shown the token and the e-mail address that are there."""

    def __post_init__(self) -> None:
        self.token_is_for = self.said("jsm", "api_base")

    def said(self, section: str, key: str) -> str:
        """Return what the file says under a key, empty where it says nothing."""
        found = self.raw.get(section, {}).get(key, "")
        return found if isinstance(found, str) else ""

    @property
    def raw(self) -> dict[str, Any]:
        return tomllib.loads(self.text)

    def put(self, section: str, key: str, value: "Value") -> None:
        from syncd.config.edited import with_value

        if self.raw.get(section, {}).get(key) != value:
            self.text = with_value(self.text, section, key, value)
            self.changed = True

    def put_secret(self, name: str, value: str) -> None:
        if value:
            self.secrets[name] = value
            self.changed = True

    def add_chat(self, chat: "dict[str, Value]") -> None:
        from syncd.config.edited import with_chat

        self.text = with_chat(self.text, chat)
        self.changed = True

    def secret(self, name: str) -> str:
        """Return a secret: typed now, or where the daemon would find it."""
        from syncd.config import credentials

        section, key = SECRETS[name]
        kept = credentials.read().get(section, {}).get(key, "")
        variable = f"SYNCD_{section}__{key}".upper()
        return self.secrets.get(name) or kept or os.environ.get(variable, "")

    @contextmanager
    def case(self, *, strangers: bool = False) -> Iterator["Case"]:
        """Give the platforms as they would be asked with what was answered so far.

        `strangers`: nothing of a login is on its way to whoever answers there.
        """
        from syncd.doctor.case import BRANDS, Case

        with Case(self.path, loaded=self._config(strangers=strangers), brands=dict(BRANDS)) as case:
            yield case

    def _config(self, *, strangers: bool) -> "Config":
        from syncd.config.answered import partial

        try:
            secrets = {at: self.secret(name) for name, at in SECRETS.items()}
            raw = self.raw
            if strangers:
                secrets = dict.fromkeys(SECRETS.values(), "")
                raw.get("jsm", {}).pop("account_email", "")
            return partial(raw, secrets, self.path.parent)
        except ConfigError as wrong:
            told = "; ".join(wrong.problems)
            raise SyncdError(f"{self.path}: {told}; `syncd doctor` tells more.") from None
