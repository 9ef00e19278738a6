"""One call to Jira and its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote

V3 = "/rest/api/3"
DESK = "/rest/servicedeskapi"

_DESK_HEADERS = {"X-ExperimentalApi": "opt-in"}


class Family(StrEnum):
    """Routes that are served alike; what holds for one route's headers holds for its family's."""

    PLATFORM = "platform"
    DESK = "servicedeskapi"


@dataclass(frozen=True)
class Call:
    """What to ask; `path` is already quoted and stands below the API's base address."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, object] | None = None

    @property
    def family(self) -> Family:
        return Family.DESK if self.path.startswith(DESK) else Family.PLATFORM

    # Some routes of servicedeskapi ask for it, the others do not mind:
    # https://developer.atlassian.com/cloud/jira/service-desk/rest/intro/#experimental-apis
    @property
    def headers(self) -> dict[str, str]:
        return _DESK_HEADERS if self.family is Family.DESK else {}


@dataclass(frozen=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def segment(value: str) -> str:
    """Return `value` quoted as one segment of a path."""
    return quote(value, safe="")
