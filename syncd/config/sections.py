"""The tables of config.toml, key by key."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from syncd.config.values import (
    AlarmChat,
    ApiKey,
    CalledAddress,
    Choices,
    Day,
    DeskName,
    Domain,
    Email,
    Emoji,
    EscalateTo,
    Into,
    Listen,
    MarkerField,
    OptionalAddress,
    OptionalSafeAddress,
    Organization,
    Presets,
    Project,
    ProxyAddress,
    RequestType,
    SafeAddress,
    ServedChat,
    ServiceHoursText,
    SeverityField,
    Somebody,
    StoreUrl,
    UnknownReporter,
    WebAddress,
    Zone,
    trimmed,
)
from syncd.core.doubt import OnDoubt
from syncd.core.model import FormWay, Language, Plan, ReporterRule
from syncd.core.reaching.allowed import ANYONE
from syncd.core.ticket_card.announced import Announced, OnCard


class LogLevel(StrEnum):
    """What the log leaves out: everything less grave than this."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _trimmed(cls, said: object) -> object:
        """Leave out the line ends and byte order marks that files and variables come with."""
        if not isinstance(said, dict):
            return said
        return {k: trimmed(value) if isinstance(value, str) else value for k, value in said.items()}


class LarkConfig(_Section):
    base_url: SafeAddress = "https://open.larksuite.com"
    app_id: str = Field(min_length=1)
    app_secret: SecretStr = SecretStr("")
    monthly_quota: int = Field(default=0, ge=0, le=1_000_000_000)


class JsmConfig(_Section):
    api_base: SafeAddress
    portal_base: WebAddress
    account_email: Email
    api_token: SecretStr = SecretStr("")
    forms_base: OptionalSafeAddress = ""
    token_expires: Day = ""
    service_desk: str = Field(default="", min_length=1)
    """This and the next two: the only desk, where `[[desks]]` names none."""
    project: Project = ""
    request_type: str = Field(default="", min_length=1)
    marker_field: MarkerField = ""
    doubt_grace_seconds: int = Field(default=300, ge=0, le=86_400)
    on_doubt: OnDoubt = OnDoubt.RETRY
    on_recall: Literal["mark", "delete"] = "mark"
    on_rating_refused: Literal["note", "tell"] = "note"
    unknown_reporter: UnknownReporter = "invite"
    choices: Choices = {}


class NetworkConfig(_Section):
    proxy: ProxyAddress = ""
    ca_file: str = ""


class LogConfig(_Section):
    level: LogLevel = LogLevel.INFO


class StoreConfig(_Section):
    url: StoreUrl = "sqlite:///syncd.db"
    retention_days: int = Field(default=30, ge=1, le=3650)


class AlertsConfig(_Section):
    chat: AlarmChat = ""
    heartbeat_url: CalledAddress = SecretStr("")
    webhook_url: CalledAddress = SecretStr("")

    def urls(self) -> dict[str, str]:
        """Return the addresses that are called, by their keys; empty where there is none."""
        return {
            "heartbeat_url": self.heartbeat_url.get_secret_value(),
            "webhook_url": self.webhook_url.get_secret_value(),
        }


class HelpConfig(_Section):
    contact: str = Field(default="", max_length=200)
    requests_url: OptionalAddress = ""


class FormsConfig(_Section):
    point_out_secrets: bool = True


class LimitsConfig(_Section):
    open_forms_per_person: int = Field(default=3, ge=1, le=10_000)
    requests_per_person_per_hour: int = Field(default=20, ge=1, le=10_000)
    replies_per_person_per_hour: int = Field(default=200, ge=1, le=100_000)
    replies_per_chat_per_hour: int = Field(default=1000, ge=1, le=100_000)
    invitations_per_day: int = Field(default=20, ge=0, le=10_000)


class ReactionsConfig(_Section):
    arrived: Emoji = "DONE"
    failed: Emoji = "CrossMark"
    opens: Emoji = "Pin"


class SeverityConfig(_Section):
    field: SeverityField = "priority"
    highest: tuple[str, ...] = ()
    first_response: str = ""


class ResponseConfig(_Section):
    plan: Plan | None = None
    severity: str = ""
    hours: float = Field(gt=0, le=1000, allow_inf_nan=False)
    service_hours: ServiceHoursText = ""


class PollConfig(_Section):
    interval_seconds: int = Field(default=20, ge=1, le=3600)
    overlap_seconds: int = Field(default=300, ge=5, le=86_400)


class DeliveryConfig(_Section):
    lark_workers: int = Field(default=4, ge=2, le=32)
    jsm_workers: int = Field(default=4, ge=2, le=32)
    give_up_after_hours: int = Field(default=72, ge=1, le=24 * 30)


class TranslateConfig(_Section):
    engine: Literal["", "lark", "openai"] = ""
    address: OptionalSafeAddress = ""
    model: str = Field(default="", max_length=200)
    api_key: ApiKey = SecretStr("")
    characters_per_month: int = Field(default=500_000, ge=0, le=1_000_000_000)


class HttpConfig(_Section):
    listen: Listen = ""


class DeskConfig(_Section):
    name: DeskName
    service_desk: str = Field(min_length=1)
    project: Project
    request_types: tuple[RequestType, ...] = Field(min_length=1)


class ChatDefaults(_Section):
    """Every key of `[[chats]]` but id and name."""

    plan: Plan = Plan.ENTERPRISE
    language: Language = Language.EN
    allowed_domains: tuple[Domain, ...] = ()
    reporter: ReporterRule | None = None
    organization: Organization = ""
    presets: Presets = {}
    form: FormWay = FormWay.AUTO
    zone: Zone = "UTC"
    escalate_to: EscalateTo = ""
    desks: tuple[str, ...] = ()
    announce: tuple[Announced, ...] = (Announced.RESOLVED,)
    card: tuple[OnCard, ...] = ()
    participants: bool = False
    may_adopt: tuple[Somebody, ...] = (ANYONE,)
    may_submit: tuple[Somebody, ...] = (ANYONE,)
    may_close: tuple[Somebody, ...] = (ANYONE,)
    satisfaction: bool = False
    into: Into = ""


class ChatConfig(_Section):
    id: ServedChat
    name: str = ""
    plan: Plan | None = None
    language: Language | None = None
    allowed_domains: tuple[Domain, ...] | None = None
    reporter: ReporterRule | None = None
    organization: Organization | None = None
    presets: Presets = {}
    form: FormWay | None = None
    zone: Zone | None = None
    escalate_to: EscalateTo | None = None
    desks: tuple[str, ...] | None = None
    announce: tuple[Announced, ...] | None = None
    card: tuple[OnCard, ...] | None = None
    participants: bool | None = None
    may_adopt: tuple[Somebody, ...] | None = None
    may_submit: tuple[Somebody, ...] | None = None
    may_close: tuple[Somebody, ...] | None = None
    satisfaction: bool | None = None
    into: Into | None = None


TABLES: dict[str, type[BaseModel]] = {
    "lark": LarkConfig,
    "jsm": JsmConfig,
    "store": StoreConfig,
    "network": NetworkConfig,
    "poll": PollConfig,
    "delivery": DeliveryConfig,
    "http": HttpConfig,
    "alerts": AlertsConfig,
    "help": HelpConfig,
    "forms": FormsConfig,
    "limits": LimitsConfig,
    "reactions": ReactionsConfig,
    "log": LogConfig,
    "translate": TranslateConfig,
    "severity": SeverityConfig,
    "responses": ResponseConfig,
    "desks": DeskConfig,
    "defaults": ChatDefaults,
    "chats": ChatConfig,
}
"""Every table of the file by its name."""
LISTS = ("responses", "desks", "chats")
"""Those of which there are several."""
