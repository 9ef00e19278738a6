"""What a single value of the configuration may be; a ValueError says what would be right."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

_DRIVERS = ("sqlite", "postgresql+psycopg", "mysql+pymysql", "mariadb+pymysql")


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


def _domain(value: str) -> str:
    address = read_address(f"somebody@{value.strip()}")
    if address is None:
        raise ValueError("not a domain; write it like acme.com")
    return address.rpartition("@")[2].lower()


def _web_address(value: str) -> str:
    if not _is_web_address(value):
        raise ValueError("not a web address; write it like https://your-site.example")
    return value.rstrip("/")


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


def has_password(url: object) -> bool:
    """Tell whether this is a database address with a password in it."""
    try:
        return isinstance(url, str) and bool(make_url(url).password)
    except ArgumentError:
        return False


def _forgets(url: URL) -> bool:
    return url.drivername == "sqlite" and url.database in (None, "", ":memory:")


def _unknown_reporter(value: str) -> str:
    if value in ("invite", "create", "refuse") or value.removeprefix("account:") not in ("", value):
        return value
    raise ValueError("must be invite, create, refuse or account:<accountId>")


def is_chat_id(value: str) -> bool:
    return re.fullmatch(r"oc_\w+", value) is not None


def _chat_id(value: str) -> str:
    if not is_chat_id(value):
        raise ValueError("must be a chat's id, oc_...; the bot tells it to whoever mentions it")
    return value


def _alarm_chat(value: str) -> str:
    if value and not is_chat_id(value):
        raise ValueError("must be a chat's id, oc_..., or empty")
    return value


def _project(value: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]+", value):
        raise ValueError("must be a project's key, like HELP")
    return value


def _marker_field(value: str) -> str:
    if not re.fullmatch(r"(customfield_\d+)?", value):
        raise ValueError("must be a field's id, like customfield_10050, or empty")
    return value


def _listen(value: str) -> str:
    found = re.fullmatch(r"[^\s:]+:(\d{1,5})", value)
    if value and not (found and 0 < int(found[1]) < 65_536):
        raise ValueError("must be an address and a port, like 127.0.0.1:9464, or empty")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
Email = Annotated[str, AfterValidator(_email)]
AlarmChat = Annotated[str, AfterValidator(_alarm_chat)]
ServedChat = Annotated[str, AfterValidator(_chat_id)]
Project = Annotated[str, AfterValidator(_project)]
MarkerField = Annotated[str, AfterValidator(_marker_field)]
Listen = Annotated[str, AfterValidator(_listen)]
Domain = Annotated[str, AfterValidator(_domain)]
StoreUrl = Annotated[str, AfterValidator(_store_url)]
UnknownReporter = Annotated[str, AfterValidator(_unknown_reporter)]
