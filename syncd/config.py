"""The configuration: config.toml < environment < credentials folder, every problem told at once."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from syncd.core.errors import ConfigError
from syncd.core.model import Chat, ChatId, Language, Plan, ReporterRule

CREDENTIALS = {
    "lark_app_secret": ("lark", "app_secret"),
    "jsm_api_token": ("jsm", "api_token"),
    "store_url": ("store", "url"),
}
"""File name in the credentials folder -> section and key."""

_SECRETS = {
    ("lark", "app_secret"): ("SYNCD_LARK__APP_SECRET", "lark_app_secret"),
    ("jsm", "api_token"): ("SYNCD_JSM__API_TOKEN", "jsm_api_token"),
}


def _web_address(value: str) -> str:
    scheme, _, rest = value.partition("://")
    host = rest.partition("/")[0]
    if scheme not in ("http", "https") or not host or any(c.isspace() for c in value):
        raise ValueError("not a web address; write it like https://your-site.example")
    return value.rstrip("/")


def _store_url(value: str) -> str:
    try:
        driver = make_url(value).drivername
    except ArgumentError:
        raise ValueError("not a database address; write it like sqlite:///syncd.db") from None
    known = ("sqlite", "postgresql+psycopg", "mysql+pymysql", "mariadb+pymysql")
    if driver not in known:
        raise ValueError(f"this database driver is not one of {', '.join(known)}")
    return value


def _unknown_reporter(value: str) -> str:
    if value in ("invite", "create", "refuse") or value.removeprefix("account:") not in ("", value):
        return value
    raise ValueError("must be invite, create, refuse or account:<accountId>")


def read_address(value: str) -> str | None:
    """Return an e-mail address in its normal form, None when it is none; asks no DNS."""
    try:
        # `.test` and `.example` are addresses too: a sandbox and its people live there.
        found = validate_email(value, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return found.normalized


def _email(value: str) -> str:
    found = read_address(value)
    if found is None:
        raise ValueError("not an e-mail address")
    return found


WebAddress = Annotated[str, AfterValidator(_web_address)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class LarkConfig(_Section):
    base_url: WebAddress = "https://open.larksuite.com"
    app_id: str = Field(min_length=1)
    app_secret: SecretStr = SecretStr("")


class JsmConfig(_Section):
    api_base: WebAddress
    portal_base: WebAddress
    account_email: Annotated[str, AfterValidator(_email)]
    api_token: SecretStr = SecretStr("")
    service_desk: str = Field(min_length=1)
    project: str = Field(pattern=r"^[A-Z][A-Z0-9_]+$")
    request_type: str = Field(min_length=1)
    marker_field: str = Field(default="", pattern=r"^(customfield_\d+)?$")
    doubt_grace_seconds: int = Field(default=300, ge=0, le=86_400)
    unknown_reporter: Annotated[str, AfterValidator(_unknown_reporter)] = "invite"


class StoreConfig(_Section):
    url: Annotated[str, AfterValidator(_store_url)] = "sqlite:///syncd.db"


class PollConfig(_Section):
    interval_seconds: int = Field(default=20, ge=1, le=3600)
    overlap_seconds: int = Field(default=300, ge=5, le=86_400)


class DeliveryConfig(_Section):
    lark_workers: int = Field(default=4, ge=2, le=32)
    jsm_workers: int = Field(default=4, ge=2, le=32)
    give_up_after_hours: int = Field(default=72, ge=1, le=24 * 30)


class HttpConfig(_Section):
    listen: str = Field(default="", pattern=r"^(|[^\s:]+:\d{1,5})$")


class ChatDefaults(_Section):
    """Every key of `[[chats]]` but id and name."""

    plan: Plan = Plan.ENTERPRISE
    language: Language = Language.EN
    allowed_domains: tuple[str, ...] = ()
    reporter: ReporterRule | None = None


class ChatConfig(_Section):
    id: str = Field(min_length=1)
    name: str = ""
    plan: Plan | None = None
    language: Language | None = None
    allowed_domains: tuple[str, ...] | None = None
    reporter: ReporterRule | None = None


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
    defaults: ChatDefaults = ChatDefaults()
    chats: tuple[ChatConfig, ...] = ()

    def chat(self, chat_id: ChatId) -> Chat:
        """Return the chat as the file has it; not enabled when the file does not name it."""
        named = next((c for c in self.chats if c.id == chat_id), None)
        asked = named or ChatConfig(id=chat_id)
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
        return (_Credentials(settings_cls, _credentials()), env_settings, init_settings)


class _Credentials(InitSettingsSource):
    """The systemd credentials folder, by a fixed table of names.

    https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html (Credentials)
    """


def _credentials() -> dict[str, Any]:
    found: dict[str, Any] = {}
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    for name, (section, key) in CREDENTIALS.items() if folder else ():
        path = Path(folder) / name
        if path.is_file():
            found.setdefault(section, {})[key] = path.read_text(encoding="utf-8").strip()
    return found


def find(path: str | None) -> Path:
    """Return the configuration file: the given one, else $SYNCD_CONFIG, else ./config.toml."""
    return Path(path or os.environ.get("SYNCD_CONFIG") or "config.toml").absolute()


def load(path: Path, *, secrets: bool = True) -> Config:
    """Read and check the configuration; ConfigError holds a line for every problem.

    `secrets` says whether the platforms' secrets are needed for what is to be done.
    """
    raw = _read_toml(path)
    problems = _across_keys(raw)
    config: Config | None = None
    try:
        config = Config(**raw)
    except ValidationError as exc:
        problems += [_sentence(error) for error in exc.errors(include_url=False)]
    if secrets:
        problems += _missing_secrets(raw)
    if problems or config is None:
        raise ConfigError(problems)
    return config.model_copy(update={"store": StoreConfig(url=_placed(config.store.url, path))})


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        raise ConfigError(
            [f"{path}: no such file; name one with --config or SYNCD_CONFIG"]
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as exc:
        raise ConfigError([f"{path}: {exc}"]) from None


def _across_keys(raw: Mapping[str, Any]) -> list[str]:
    """Check what no single key can: read on the raw file, so that every problem is found at once."""
    problems = []
    for section, key in _SECRETS:
        if key in _table(raw, section):
            env, credential = _SECRETS[section, key]
            problems.append(
                f"{section}.{key}: a secret must not stand in the file; "
                f"set {env} or the credential {credential}"
            )
    defaults = _table(raw, "defaults")
    first_at: dict[object, int] = {}
    chats = raw.get("chats")
    for number, chat in enumerate(chats if isinstance(chats, list) else []):
        if not isinstance(chat, dict):
            continue
        known = first_at.setdefault(chat.get("id"), number)
        if known != number and chat.get("id"):
            problems.append(f"chats[{number}].id: {chat['id']} stands in chats[{known}] already")
        both = {**defaults, **chat}
        if both.get("reporter") == "domain" and not both.get("allowed_domains"):
            problems.append(f"chats[{number}].reporter: domain needs allowed_domains")
    return problems


def _missing_secrets(raw: Mapping[str, Any]) -> list[str]:
    problems = []
    given = _credentials()
    for (section, key), (env, credential) in _SECRETS.items():
        in_folder = given.get(section, {}).get(key)
        if not (os.environ.get(env) or in_folder or _table(raw, section).get(key)):
            problems.append(f"{section}.{key}: missing; set {env} or the credential {credential}")
    return problems


def _table(raw: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    table = raw.get(section)
    return table if isinstance(table, dict) else {}


_SAYINGS = {
    "missing": "missing",
    "extra_forbidden": "no such key; see the sample config.toml",
    "string_too_short": "must not be empty",
}


def _sentence(error: ErrorDetails) -> str:
    """Return one problem as `key: what is wrong and what would be right`."""
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


def _placed(url: str, path: Path) -> str:
    """A relative SQLite path lies under $STATE_DIRECTORY, else beside the configuration file."""
    parsed = make_url(url)
    if parsed.drivername != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return url
    folder = Path(os.environ.get("STATE_DIRECTORY") or path.parent)
    return f"sqlite:///{folder / parsed.database}"
