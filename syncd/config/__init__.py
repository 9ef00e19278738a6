"""The configuration: config.toml < environment < credentials folder, every problem told at once.

values.py       what a single value may be
sections.py     the tables of the file
credentials.py  the secrets, which never stand in the file
environment.py  the variables, and those that were meant for syncd and reach no key
problems.py     what no single key can tell, and every problem as a sentence
"""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)
from sqlalchemy.engine import make_url

from syncd.config import credentials, environment, problems
from syncd.config.sections import (
    AlertsConfig,
    ChatConfig,
    ChatDefaults,
    DeliveryConfig,
    HttpConfig,
    JsmConfig,
    LarkConfig,
    PollConfig,
    StoreConfig,
)
from syncd.core.errors import ConfigError
from syncd.core.model import Chat, ChatId, ReporterRule

_NOT_IN_FILE = ChatConfig.model_construct(id="")
"""What a chat asks for of which the file says nothing."""


class Config(BaseSettings):
    """The whole configuration; `chat` answers what the file says about one chat."""

    model_config = SettingsConfigDict(
        env_prefix="SYNCD_", env_nested_delimiter="__", extra="forbid", hide_input_in_errors=True
    )

    lark: LarkConfig
    jsm: JsmConfig
    store: StoreConfig = StoreConfig()
    poll: PollConfig = PollConfig()
    delivery: DeliveryConfig = DeliveryConfig()
    http: HttpConfig = HttpConfig()
    alerts: AlertsConfig = AlertsConfig()
    defaults: ChatDefaults = ChatDefaults()
    chats: tuple[ChatConfig, ...] = ()

    def chat(self, chat_id: ChatId) -> Chat:
        """Return the chat as the file has it; not enabled when the file does not name it."""
        named = next((c for c in self.chats if c.id == chat_id), None)
        asked = named or _NOT_IN_FILE
        domains = asked.allowed_domains
        if domains is None:
            domains = self.defaults.allowed_domains
        fallback = ReporterRule.DOMAIN if domains else ReporterRule.ANY
        return Chat(
            id=chat_id,
            name=asked.name,
            enabled=named is not None,
            plan=asked.plan or self.defaults.plan,
            language=asked.language or self.defaults.language,
            allowed_domains=domains,
            reporter=asked.reporter or self.defaults.reporter or fallback,
            source="file" if named is not None else "",
        )

    def secrets(self) -> list[str]:
        """Return every secret value, for the log to mask."""
        password = make_url(self.store.url).password
        found = [
            self.lark.app_secret.get_secret_value(),
            self.jsm.api_token.get_secret_value(),
            str(password or ""),
        ]
        return [secret for secret in found if secret]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # The file is what `load` passes to the constructor; the first source wins.
        folder = InitSettingsSource(settings_cls, credentials.read())
        return (folder, env_settings, init_settings)


def find(path: str | None) -> Path:
    """Return the configuration file: the given one, else $SYNCD_CONFIG, else ./config.toml."""
    return Path(path or os.environ.get("SYNCD_CONFIG") or "config.toml").absolute()


def load(path: Path, *, secrets: bool = True) -> Config:
    """Read and check the configuration; ConfigError holds a line for every problem.

    `secrets` says whether the platforms' secrets are needed for what is to be done.
    """
    raw = _read_toml(path)
    wrong = problems.across_keys(raw) + environment.misnamed()
    config: Config | None = None
    try:
        config = Config(**raw)
    except ValidationError as exc:
        wrong += problems.sentences(exc)
    except SettingsError as exc:
        section = re.search(r'field "(\w+)"', str(exc))
        wrong.append(environment.unreadable(section[1] if section else ""))
    if secrets:
        wrong += problems.missing_secrets(raw)
    if wrong or config is None:
        raise ConfigError(wrong)
    store = config.store.model_copy(update={"url": _placed(config.store.url, path)})
    return config.model_copy(update={"store": store})


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        raise ConfigError(
            [f"{path}: no such file; name one with --config or SYNCD_CONFIG"]
        ) from None
    except OSError as exc:
        raise ConfigError([f"{path}: cannot be read: {exc.strerror}"]) from None
    except ValueError as exc:
        raise ConfigError([f"{path}: is not TOML: {exc}"]) from None


def _placed(url: str, path: Path) -> str:
    """A relative SQLite path lies under $STATE_DIRECTORY, else beside the configuration file."""
    parsed = make_url(url)
    if parsed.drivername != "sqlite":
        return url
    # Several directories are parted by colons:
    # https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#RuntimeDirectory=
    folder = os.environ.get("STATE_DIRECTORY", "").partition(":")[0] or path.parent
    placed = parsed.set(database=str(Path(folder, parsed.database or "")))
    return placed.render_as_string(hide_password=False)
