"""What a single value of the configuration may be; a ValueError says what would be right."""

import json
import re
from datetime import date
from typing import Annotated
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, JsonValue, SecretStr
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from syncd.core.answering.hours import read_hours, read_zone
from syncd.core.translating.language import LANGUAGES
from syncd.network.proxies import is_loopback

_CHAT_ID = r"oc_\w+"
_ESCALATE_TO = r"((ou|oc)_\w+)?"
_GUESSED = 16
"""Shorter words in an address could be guessed, and stand elsewhere in the log, too."""
_DRIVERS = ("sqlite", "postgresql+psycopg", "mysql+pymysql", "mariadb+pymysql")


def trimmed(value: str) -> str:
    """Return it without blanks, line ends and byte order marks around it."""
    return value.strip(" \t\r\n\ufeff")


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


def read_domain(value: str) -> str:
    """Return a domain in small letters; ValueError says what would be right."""
    address = read_address(f"somebody@{value.strip()}")
    if address is None:
        raise ValueError("not a domain; write it like acme.com")
    return address.rpartition("@")[2].lower()


def _key(value: SecretStr) -> SecretStr:
    """It goes into a header: https://www.rfc-editor.org/rfc/rfc6750#section-2.1"""
    key = trimmed(value.get_secret_value())
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise ValueError("not a key; it has letters, digits and signs of ASCII alone, in one line")
    return SecretStr(key)


def _web_address(value: str) -> str:
    if not _is_web_address(value):
        raise ValueError("not a web address; write it like https://your-site.example")
    return value.rstrip("/")


def _safe_address(value: str) -> str:
    return _encrypted(_web_address(value))


def _encrypted(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError("would send secrets in clear; write it with https://")
    return address


def _called(value: SecretStr) -> SecretStr:
    """Such an address may have a query; who knows it may call it, so that it is a secret itself."""
    address = value.get_secret_value()
    if address and not _is_web_address(address.partition("?")[0]):
        raise ValueError("not a web address; write it like https://hc.example/ping/1234, or empty")
    if address:
        _encrypted(address)
    return value


def _into(value: str) -> str:
    if value and value not in LANGUAGES:
        raise ValueError(f"must be one of {', '.join(LANGUAGES)}, or empty")
    return value


def _proxy(value: str) -> str:
    try:
        parts = urlsplit(value)
        right = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        right = False
    if value and not right:
        raise ValueError("must be like http://proxy.example:3128, or empty")
    return value


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        readable = parts.hostname and parts.port != 0
    except ValueError:
        return False
    plain = not any(c.isspace() or c in "@?#" for c in value)
    return bool(readable and plain and parts.scheme in ("http", "https"))


def _store_url(value: str) -> str:
    try:
        url = make_url(value)
    except ArgumentError:
        raise ValueError("not a database address; write it like sqlite:///syncd.db") from None
    if url.drivername not in _DRIVERS:
        raise ValueError(f"this database driver is not one of {', '.join(_DRIVERS)}")
    if _forgets(url):
        raise ValueError(
            "a database in memory forgets everything; write it like sqlite:///syncd.db"
        )
    return value


def password_in(url: object) -> str:
    """Return the password in the address of a database or a proxy, empty where there is none."""
    try:
        return str((isinstance(url, str) and make_url(url).password) or "")
    except (ArgumentError, ValueError):
        return ""


def secrets_in(url: str) -> list[str]:
    """Return the address, and what of it makes its place one that nobody can guess."""
    parts = urlsplit(url)
    words = re.split(r"[/?&=]", f"{parts.path}?{parts.query}")
    return [secret for secret in (url, *words) if len(secret) >= _GUESSED]


def _forgets(url: URL) -> bool:
    return url.drivername == "sqlite" and url.database in (None, "", ":memory:")


def is_chat_id(value: str) -> bool:
    return re.fullmatch(_CHAT_ID, value) is not None


def may_be_escalated_to(value: str) -> bool:
    """Tell whether it is a person's id, a chat's, or empty."""
    return re.fullmatch(_ESCALATE_TO, value) is not None


def _like(pattern: str, right: str) -> AfterValidator:
    """Take what fits the pattern as a whole; else say what would be right."""

    def checked(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"must be {right}")
        return value

    return AfterValidator(checked)


def _day(value: str) -> str:
    try:
        right = not value or date.fromisoformat(value).isoformat() == value
    except ValueError:
        right = False
    if not right:
        raise ValueError("must be a day, like 2027-05-01, or empty")
    return value


def _zone(value: str) -> str:
    read_zone(value)
    return value


def _service_hours(value: str) -> str:
    if value:
        read_hours(value)
    return value


def _listen(value: str) -> str:
    found = re.fullmatch(r"[^\s:]+:(\d{1,5})", value)
    if value and not (found and 0 < int(found[1]) < 65_536):
        raise ValueError("must be an address and a port, like 127.0.0.1:9464, or empty")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
OptionalAddress = Annotated[str, AfterValidator(lambda value: value and _web_address(value))]
CalledAddress = Annotated[SecretStr, AfterValidator(_called)]
SafeAddress = Annotated[str, AfterValidator(_safe_address)]
OptionalSafeAddress = Annotated[str, AfterValidator(lambda value: value and _safe_address(value))]
ProxyAddress = Annotated[str, AfterValidator(_proxy)]
Day = Annotated[str, AfterValidator(_day)]
Email = Annotated[str, AfterValidator(_email)]
AlarmChat = Annotated[str, _like(f"({_CHAT_ID})?", "a chat's id, oc_..., or empty")]
ServedChat = Annotated[
    str, _like(_CHAT_ID, "a chat's id, oc_...; the bot tells it to whoever mentions it")
]
Project = Annotated[str, _like(r"[A-Z][A-Z0-9_]+", "a project's key, like HELP")]
DeskName = Annotated[
    str, _like(r"[\w.-]{1,40}", "a name of up to 40 letters, digits, dots, - and _")
]
Emoji = Annotated[
    str, _like(r"[A-Za-z0-9_]{0,64}", "the name that Lark has for an emoji, like DONE, or empty")
]
RequestType = Annotated[str, _like(r"\S{1,100}", "a request type's id, like 10")]
MarkerField = Annotated[
    str, _like(r"(customfield_\d+)?", "a field's id, like customfield_10050, or empty")
]
Zone = Annotated[str, AfterValidator(_zone)]
ServiceHoursText = Annotated[str, AfterValidator(_service_hours)]
SeverityField = Annotated[
    str, _like(r"customfield_\d+|priority", "priority, or a field's id like customfield_10041")
]
EscalateTo = Annotated[
    str, _like(_ESCALATE_TO, "a person's id, ou_..., or a chat's, oc_..., or empty")
]
Somebody = Annotated[str, _like(r"anyone|own|ou_\w+", "anyone, own or a person's id, ou_...")]
Listen = Annotated[str, AfterValidator(_listen)]
Domain = Annotated[str, AfterValidator(read_domain)]
StoreUrl = Annotated[str, AfterValidator(_store_url)]
UnknownReporter = Annotated[
    str,
    _like("(?s)invite|create|refuse|account:.+", "invite, create, refuse or account:<accountId>"),
]
Into = Annotated[str, AfterValidator(_into)]
Organization = Annotated[str, _like(r"\d*", "an organization's id, a number like 27, or empty")]


def _writable(table: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """TOML has numbers that JSON has not."""
    try:
        json.dumps(table, allow_nan=False)
    except ValueError:
        raise ValueError("must not hold nan or inf, which no field takes") from None
    return table


Presets = Annotated[dict[str, JsonValue], AfterValidator(_writable)]
"""By field, what is answered in the place of the people of a chat."""
Choices = dict[str, dict[str, str]]
"""By field, the labels by value of what can be chosen where Jira lists nothing."""
ApiKey = Annotated[SecretStr, AfterValidator(_key)]
