"""One call to Jira and its answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO
from urllib.parse import quote

from syncd.core.model import Language

V3 = "/rest/api/3"
DESK = "/rest/servicedeskapi"
FORMS = "/forms"
"""What all places of the Forms API are counted as."""

_EXPERIMENTAL = {"X-ExperimentalApi": "opt-in"}
# https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-servicedesk/#api-rest-servicedeskapi-servicedesk-servicedeskid-attachtemporaryfile-post
_NO_CHECK = {"X-Atlassian-Token": "no-check"}
_ID = re.compile(r"/(?:[A-Za-z]\w*-\d+|\d+)(?=/|$)")
_FORMS = re.compile(r"(?:/ex/jira/[^/]+|/jira)/forms(?:/cloud/[^/]+)?(?=/servicedesk/)")
_WRITTEN = re.compile(r"/issue/((?:[A-Za-z]\w*-)?\d+)(?=/|$)")


class Family(StrEnum):
    """Routes that are served alike; what holds for one route's headers holds for its family's."""

    PLATFORM = "platform"
    DESK = "servicedeskapi"
    FORMS = "forms"
    """A service beside the site, at an address of its own."""
    GATEWAY_FORMS = "forms through the gateway"


@dataclass(frozen=True)
class Upload:
    """A file that goes along; it is read from where it stands, and never whole."""

    name: str
    type: str
    file: BinaryIO


@dataclass(frozen=True)
class Call:
    """What to ask; `path` is already quoted and stands below the API's base address."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, object] | None = None
    upload: Upload | None = None

    @property
    def family(self) -> Family:
        if _FORMS.match(self.path):
            through_gateway = self.path.startswith("/ex/")
            return Family.GATEWAY_FORMS if through_gateway else Family.FORMS
        return Family.DESK if self.path.startswith(DESK) else Family.PLATFORM

    @property
    def to_forms(self) -> bool:
        """Whether it goes to the service of Forms, which counts and fails by itself."""
        return self.family in (Family.FORMS, Family.GATEWAY_FORMS)

    @property
    def endpoint(self) -> str:
        """What the site counts calls under: method and route, whichever ticket it is about."""
        if found := _FORMS.match(self.path):
            return f"{self.method} {FORMS}{_ID.sub('/*', self.path[found.end() :])}"
        base = DESK if self.family is Family.DESK else V3
        return f"{self.method} {base}{_ID.sub('/*', self.path.removeprefix(base))}"

    @property
    def writes_to(self) -> str:
        """The one ticket that this call changes, empty when there is none."""
        found = None if self.method == "GET" else _WRITTEN.search(self.path)
        return found[1] if found else ""

    # Some routes of servicedeskapi ask for it, the others do not mind; so do all of Forms:
    # https://developer.atlassian.com/cloud/jira/service-desk/rest/intro/#experimental-apis
    # https://developer.atlassian.com/cloud/forms/rest/
    @property
    def headers(self) -> dict[str, str]:
        asked = {} if self.family is Family.PLATFORM else _EXPERIMENTAL
        return asked | (_NO_CHECK if self.upload else {})


@dataclass(frozen=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


_TAGS = {Language.EN: "en-US", Language.ZH: "zh-CN", Language.JA: "ja-JP"}


# https://developer.atlassian.com/cloud/jira/service-desk/rest/intro/ (requestLanguage)
def spoken(language: Language | None) -> tuple[tuple[str, str], ...]:
    """Return the query that asks for names and complaints in that language; None asks for none."""
    return (("requestLanguage", _TAGS[language]),) if language else ()


def segment(value: str) -> str:
    """Return `value` quoted as one segment of a path."""
    return quote(value, safe="")
