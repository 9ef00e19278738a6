"""The configuration: config.toml < environment < credentials folder, every problem told at once.

values.py       what a single value may be
sections.py     the tables of the file
credentials.py  the secrets, which never stand in the file
environment.py  the variables, and those that were meant for syncd and reach no key
desks.py        what is wrong with the desks
translating.py  what is wrong with the engine that translates
problems.py     what no single key can tell, and every problem as a sentence
shown.py        each value that is in force, and where it comes from
"""

import json
import os
import re
import tomllib
from itertools import starmap
from pathlib import Path
from typing import Any

from pydantic import JsonValue, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)
from sqlalchemy.engine import make_url

from syncd.config import credentials, desks, environment, problems, translating
from syncd.config.sections import (
    AlertsConfig,
    ChatConfig,
    ChatDefaults,
    DeliveryConfig,
    DeskConfig,
    FormsConfig,
    HelpConfig,
    HttpConfig,
    JsmConfig,
    LarkConfig,
    LimitsConfig,
    LogConfig,
    NetworkConfig,
    PollConfig,
    ReactionsConfig,
    ResponseConfig,
    SeverityConfig,
    StoreConfig,
    TranslateConfig,
)
from syncd.config.values import Presets, password_in, secrets_in
from syncd.core.answering.hours import read_hours
from syncd.core.answering.promise import Answering, Response
from syncd.core.desks.desk import Desk, Desks
from syncd.core.errors import ConfigError
from syncd.core.known import HOUR_MS
from syncd.core.model import Chat, ChatId, Preset, ReporterRule

_PROXY = re.compile("(https?|all)_proxy", re.IGNORECASE)
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
    network: NetworkConfig = NetworkConfig()
    log: LogConfig = LogConfig()
    poll: PollConfig = PollConfig()
    delivery: DeliveryConfig = DeliveryConfig()
    http: HttpConfig = HttpConfig()
    alerts: AlertsConfig = AlertsConfig()
    help: HelpConfig = HelpConfig()
    forms: FormsConfig = FormsConfig()
    limits: LimitsConfig = LimitsConfig()
    reactions: ReactionsConfig = ReactionsConfig()
    translate: TranslateConfig = TranslateConfig()
    severity: SeverityConfig = SeverityConfig()
    responses: tuple[ResponseConfig, ...] = ()
    defaults: ChatDefaults = ChatDefaults()
    desks: tuple[DeskConfig, ...] = ()
    chats: tuple[ChatConfig, ...] = ()

    def chat(self, chat_id: ChatId) -> Chat:
        """Return the chat as the file has it; not enabled when the file does not name it."""
        named = next((c for c in self.chats if c.id == chat_id), None)
        asked = named or _NOT_IN_FILE
        domains = asked.allowed_domains
        if domains is None:
            domains = self.defaults.allowed_domains
        fallback = ReporterRule.DOMAIN if domains else ReporterRule.SELF
        return Chat(
            id=chat_id,
            name=asked.name,
            enabled=named is not None,
            plan=asked.plan or self.defaults.plan,
            language=asked.language or self.defaults.language,
            allowed_domains=domains,
            reporter=asked.reporter or self.defaults.reporter or fallback,
            form=asked.form or self.defaults.form,
            zone=asked.zone or self.defaults.zone,
            escalate_to=self.defaults.escalate_to
            if asked.escalate_to is None
            else asked.escalate_to,
            source="file" if named is not None else "",
            organization=self.defaults.organization
            if asked.organization is None
            else asked.organization,
            desks=self.defaults.desks if asked.desks is None else asked.desks,
            announce=self.defaults.announce if asked.announce is None else asked.announce,
            card=self.defaults.card if asked.card is None else asked.card,
            participants=self.defaults.participants
            if asked.participants is None
            else asked.participants,
            may_adopt=self.defaults.may_adopt if asked.may_adopt is None else asked.may_adopt,
            may_submit=self.defaults.may_submit if asked.may_submit is None else asked.may_submit,
            may_close=self.defaults.may_close if asked.may_close is None else asked.may_close,
            satisfaction=self.defaults.satisfaction
            if asked.satisfaction is None
            else asked.satisfaction,
            into=self.defaults.into if asked.into is None else asked.into,
            presets=presets(self.defaults.presets | asked.presets),
        )

    def answering(self) -> Answering:
        """Return what the file says of severities and first answers."""
        rows = (
            Response(
                within_ms=round(row.hours * HOUR_MS),
                plan=row.plan,
                severity=row.severity,
                hours=read_hours(row.service_hours) if row.service_hours else None,
            )
            for row in self.responses
        )
        return Answering(self.severity.field, self.severity.highest, tuple(rows))

    def all_desks(self) -> Desks:
        """Return every desk; where none is named, the one of `[jsm]`, without a name."""
        jsm = self.jsm
        if not self.desks:
            return (Desk("", jsm.service_desk, jsm.project, (jsm.request_type,)),)
        return tuple(
            Desk(one.name, one.service_desk, one.project, one.request_types) for one in self.desks
        )

    def secrets(self) -> list[str]:
        """Return every secret value, for the log to mask."""
        proxies = (os.environ.get(name, "") for name in os.environ if _PROXY.fullmatch(name))
        addresses = (self.store.url, self.network.proxy, *proxies)
        found = [
            self.lark.app_secret.get_secret_value(),
            self.jsm.api_token.get_secret_value(),
            self.translate.api_key.get_secret_value(),
            *map(password_in, addresses),
            *(secret for url in self.alerts.urls().values() for secret in secrets_in(url)),
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


def presets(table: Presets) -> tuple[Preset, ...]:
    """Return what the table answers in the place of the people of a chat."""
    return tuple(starmap(_preset, table.items()))


def chat_key(name: str, value: object) -> Any:
    """Return what a key of `[[chats]]` is when that is said; ConfigError when it cannot be."""
    raw = {"id": "oc_1", name: value}
    try:
        return getattr(ChatConfig.model_validate(raw), name)
    except ValidationError as exc:
        raise ConfigError(problems.sentences(exc, raw)) from None


def _preset(field_id: str, value: JsonValue) -> Preset:
    """A table is written as it stands; all else is what a person might have answered."""
    listed = value if isinstance(value, list) else [value]
    plain = all(isinstance(one, str | int | float) for one in listed)
    said = tuple(str(one) for one in listed if one != "") if plain else ()
    return Preset(field_id, said, "" if value in ("", []) else json.dumps(value))


def find(path: str | None) -> Path:
    """Return the configuration file: the given one, else $SYNCD_CONFIG, else ./config.toml."""
    return Path(path or os.environ.get("SYNCD_CONFIG") or "config.toml").absolute()


def load(path: Path, *, secrets: bool = True) -> Config:
    """Read and check the configuration; ConfigError holds a line for every problem.

    `secrets` says whether the platforms' secrets are needed for what is to be done.
    """
    raw = read_toml(path)
    wrong = problems.across_keys(raw) + desks.problems(raw) + environment.misnamed()
    config: Config | None = None
    try:
        config = Config(**raw)
    except ValidationError as exc:
        wrong += problems.sentences(exc, raw)
    except SettingsError as exc:
        section = re.search(r'field "(\w+)"', str(exc))
        wrong.append(environment.unreadable(section[1] if section else ""))
    wrong += desks.missing(raw)
    if config is not None:
        wrong += translating.problems(config.translate, config.defaults, config.chats)
    if secrets:
        wrong += problems.missing_secrets(raw)
    if secrets and config is not None:
        wrong += problems.placeholders(config.model_dump())
    if wrong or config is None:
        raise ConfigError(wrong)
    store = config.store.model_copy(update={"url": _placed(config.store.url, path)})
    ca_file = config.network.ca_file and str(path.parent / config.network.ca_file)
    network = config.network.model_copy(update={"ca_file": ca_file})
    return config.model_copy(update={"store": store, "network": network})


def warnings(path: Path) -> list[str]:
    """Return a sentence for what the file allows and may be more than was meant."""
    return problems.warnings(read_toml(path))


def read_toml(path: Path) -> dict[str, Any]:
    """Return what the file says; ConfigError when it cannot be read."""
    try:
        # Editors of Windows write a byte order mark.
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        wrong = "no such file; name one with --config or SYNCD_CONFIG"
    except OSError as exc:
        wrong = f"cannot be read: {exc.strerror}"
    except UnicodeDecodeError:
        wrong = "is not written in UTF-8; save it as UTF-8"
    except ValueError as exc:
        wrong = f"is not TOML: {exc}"
    raise ConfigError([f"{path}: {wrong}"])


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
