"""The tables of config.toml, key by key."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from syncd.config.values import (
    AlarmChat,
    Domain,
    Email,
    Listen,
    MarkerField,
    Project,
    ServedChat,
    StoreUrl,
    UnknownReporter,
    WebAddress,
)
from syncd.core.doubt import OnDoubt
from syncd.core.model import Language, Plan, ReporterRule


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class LarkConfig(_Section):
    base_url: WebAddress = "https://open.larksuite.com"
    app_id: str = Field(min_length=1)
    app_secret: SecretStr = SecretStr("")


class JsmConfig(_Section):
    api_base: WebAddress
    portal_base: WebAddress
    account_email: Email
    api_token: SecretStr = SecretStr("")
    service_desk: str = Field(min_length=1)
    project: Project
    request_type: str = Field(min_length=1)
    marker_field: MarkerField = ""
    doubt_grace_seconds: int = Field(default=300, ge=0, le=86_400)
    on_doubt: OnDoubt = OnDoubt.RETRY
    unknown_reporter: UnknownReporter = "invite"


class StoreConfig(_Section):
    url: StoreUrl = "sqlite:///syncd.db"
    retention_days: int = Field(default=30, ge=1, le=3650)


class AlertsConfig(_Section):
    chat: AlarmChat = ""


class PollConfig(_Section):
    interval_seconds: int = Field(default=20, ge=1, le=3600)
    overlap_seconds: int = Field(default=300, ge=5, le=86_400)


class DeliveryConfig(_Section):
    lark_workers: int = Field(default=4, ge=2, le=32)
    jsm_workers: int = Field(default=4, ge=2, le=32)
    give_up_after_hours: int = Field(default=72, ge=1, le=24 * 30)


class HttpConfig(_Section):
    listen: Listen = ""


class ChatDefaults(_Section):
    """Every key of `[[chats]]` but id and name."""

    plan: Plan = Plan.ENTERPRISE
    language: Language = Language.EN
    allowed_domains: tuple[Domain, ...] = ()
    reporter: ReporterRule | None = None


class ChatConfig(_Section):
    id: ServedChat
    name: str = ""
    plan: Plan | None = None
    language: Language | None = None
    allowed_domains: tuple[Domain, ...] | None = None
    reporter: ReporterRule | None = None


TABLES: dict[str, type[BaseModel]] = {
    "lark": LarkConfig,
    "jsm": JsmConfig,
    "store": StoreConfig,
    "poll": PollConfig,
    "delivery": DeliveryConfig,
    "http": HttpConfig,
    "alerts": AlertsConfig,
    "defaults": ChatDefaults,
    "chats": ChatConfig,
}
"""Every table of the file by its name."""
