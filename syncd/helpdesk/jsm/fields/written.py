"""What was answered, as the JSON that a create takes.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/#api-rest-servicedeskapi-request-post
https://developer.atlassian.com/cloud/jira/platform/jira-rest-api-examples/#creating-an-issue-examples
"""

import math
import re
from base64 import b64decode
from binascii import Error
from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

from syncd.core.errors import Cause, Rejected
from syncd.core.prose.said import blocks
from syncd.core.text import Body, clean
from syncd.helpdesk.jsm.adf import writing
from syncd.helpdesk.jsm.wire import wiki

Said: TypeAlias = str | list[str]


class Markup(StrEnum):
    """How fields of several lines are written; either all of a create or none are documents."""

    DOCUMENT = "document"
    WIKI = "wiki"


Write: TypeAlias = Callable[[Said, Markup], object]


def body(written: Body, markup: Markup) -> object:
    return writing.document(written) if markup is Markup.DOCUMENT else wiki.markup(written)


def joined(said: Said) -> str:
    return said if isinstance(said, str) else ", ".join(said)


def listed(said: Said) -> list[str]:
    return [clean(one) for one in ([said] if isinstance(said, str) else said)]


def line(said: Said, markup: Markup) -> object:
    return " ".join(clean(joined(said)).split())


def paragraphs(said: Said, markup: Markup) -> object:
    return body(blocks(joined(said)), markup)


def number(said: Said, markup: Markup) -> object:
    try:
        found = float(joined(said))
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise Rejected("not a number", Cause.INVALID)
    return int(found) if found.is_integer() else found


# "2015-11-18T14:39:00.000+1100": the document's example has no colon in the offset.
def moment(said: Said, markup: Markup) -> object:
    found = re.fullmatch(r"(\S+) (\d\d:\d\d) ([+-]\d{4})", joined(said))
    if found is None:
        raise Rejected("not a date and time", Cause.INVALID)
    return f"{found[1]}T{found[2]}:00.000{found[3]}"


def labels(said: Said, markup: Markup) -> list[str]:
    return [label for part in listed(said) for label in re.split(r"[\s,]+", part) if label]


def by_id(said: Said, markup: Markup) -> object:
    return {"id": listed(said)[0]}


def each_by_id(said: Said, markup: Markup) -> object:
    return [{"id": one} for one in listed(said)]


def cascade(said: Said, markup: Markup) -> object:
    """A parent alone leaves `child` out."""
    parent, _, child = listed(said)[0].partition("/")
    return {"id": parent, "child": {"id": child}} if child else {"id": parent}


# `name`, which the document still shows, is dead on Cloud:
# https://developer.atlassian.com/cloud/jira/platform/deprecation-notice-user-privacy-api-migration-guide/
def account(said: Said, markup: Markup) -> object:
    return {"accountId": listed(said)[0]}


def accounts(said: Said, markup: Markup) -> object:
    return [{"accountId": one} for one in listed(said)]


# Numbers, not objects; measured on live sites: github.com/AtlassianPS/JiraPS/issues/434
def organizations(said: Said, markup: Markup) -> object:
    if not all(one.isascii() and one.isdecimal() for one in listed(said)):
        raise Rejected("an organization has a number as its id", Cause.INVALID)
    return [int(one) for one in listed(said)]


# The list of services tells its ids as `b:` and the id in base64:
# https://developer.atlassian.com/cloud/jira/service-desk-ops/rest/v1/api-group-services/
def services(said: Said, markup: Markup) -> object:
    return [{"id": _service(one)} for one in listed(said)]


def _service(id: str) -> str:
    if not id.startswith("b:"):
        return id
    try:
        return b64decode(id.removeprefix("b:")).decode()
    except (Error, ValueError):
        return id


# https://support.atlassian.com/jira/kb/how-to-update-assets-custom-field-via-rest-api/
def objects(said: Said, markup: Markup) -> object:
    parts = ((one, *one.rpartition(":")) for one in listed(said))
    return [{"workspaceId": w, "id": id, "objectId": object_id} for id, w, _, object_id in parts]


def never(said: Said, markup: Markup) -> object:
    raise Rejected("a field that no answer can be written to", Cause.INVALID)
