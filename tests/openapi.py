"""Holds both sides of every call to the fake Jira to Atlassian's own OpenAPI documents."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from openapi_core import Config, OpenAPI
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.templating.responses.exceptions import ResponseNotFound
from openapi_core.testing import MockRequest, MockResponse

from syncd.sandbox.journal import Call
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.undocumented import is_known

_HOST = "https://your-domain.atlassian.net"
"""The server that the document names; paths are matched below it."""
_JIRA_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}")
"""Documented as `date-time`, but written without the colon that RFC 3339 wants in the offset."""


def document_path() -> Path:
    """Return where `jira.json` is looked for: $SYNCD_OPENAPI, else beside the checkout."""
    beside = Path(__file__).parents[2] / "shared" / "openapi"
    return Path(os.environ.get("SYNCD_OPENAPI") or beside) / "jira.json"


@cache
def document() -> dict[str, Any] | None:
    """Return the document; None when it is missing, which is an error under CI."""
    path = document_path()
    if not path.is_file():
        if os.environ.get("CI"):
            raise FileNotFoundError(f"{path}: set SYNCD_OPENAPI to the folder of jira.json")
        return None
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    # Any tree of JSON: the document lists the members of the Java class that holds one instead.
    read["components"]["schemas"]["JSM_JsonNode"] = {}
    return read


@cache
def _paths_as_long_as(segments: int) -> OpenAPI:
    """Return the document with its paths of that many segments alone.

    To find one path among all six hundred takes longer than everything else that is checked.
    """
    whole = document() or {}
    paths = {path: item for path, item in whole["paths"].items() if path.count("/") == segments}
    # The strict check of the document itself trips over one enum default of Atlassian's.
    config = Config(
        spec_validator_cls=None,
        extra_format_validators={"date-time": lambda v: bool(_JIRA_DATE.fullmatch(str(v)))},
    )
    return OpenAPI.from_dict({**whole, "paths": paths}, config=config)


def report_line() -> str:
    """Return the line that says whether these checks run; raises under CI when they cannot."""
    if document() is None:
        return "openapi: no jira.json found (SYNCD_OPENAPI), so calls to Jira are not checked"
    return "openapi: every call to Jira is held to Atlassian's documents"


def check_calls(calls: list[Call]) -> list[str]:
    """Return a line for every request or answer that the documents do not allow.

    Of a call whose connection was cut, the request alone is checked. Nothing is checked
    when the document is missing.
    """
    if document() is None:
        return []
    found: dict[str, None] = {}
    for call in calls:
        inner = replace(call, path=call.path.removeprefix(site.GATEWAY))
        if call.side != "jsm" or not inner.path.startswith("/rest/") or _said(inner) in _RIGHT:
            continue
        problems = list(_problems(inner))
        found |= dict.fromkeys(problems)
        if not problems:
            _RIGHT.add(_said(inner))
    return list(found)


_RIGHT: set[bytes] = set()
"""Digests of calls that were found right: most stories ask for the same form and the same login.

Calls that differ in their ids and in digits alone, as times do, are as right as each other.
"""
_OURS = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}|[0-9a-f]{32}")
_DIGIT = re.compile(r"\d")
_OF_THE_WIRE = ("host", "content-length")


def _said(call: Call) -> bytes:
    """Return a digest of what a document can object to in a call."""
    headers = sorted((k, v) for k, v in call.headers.items() if k not in _OF_THE_WIRE)
    told = repr((call.method, call.path, call.query, headers, call.request, call.response))
    shape = f"{call.status} {_DIGIT.sub('0', _OURS.sub('ID', told))}"
    return sha256(shape.encode()).digest()


def _problems(call: Call) -> Iterator[str]:
    if is_known(call.method, call.path, 201):
        return  # A route that the documents do not have at all.
    openapi = _paths_as_long_as(call.path.count("/"))
    name = f"{call.method} {call.path}"
    request = MockRequest(
        _HOST,
        call.method.lower(),
        call.path,
        args=_arguments(call.query),
        headers=call.headers,
        data=call.request or None,
        content_type=call.headers.get("content-type", ""),
    )
    found = [f"{name}: request: {_words(error)}" for error in openapi.iter_request_errors(request)]
    yield from found
    if call.status and not is_known(call.method, call.path, call.status):
        for error in _answer_errors(openapi, request, call):
            yield f"{name}: answer {call.status}: {_words(error)}"


def _answer_errors(openapi: OpenAPI, request: MockRequest, call: Call) -> list[Exception]:
    response = MockResponse(call.response, call.status, content_type="application/json")
    found = openapi.iter_response_errors(request, response)
    errors = [error for error in found if not isinstance(error, PathError)]
    if _is_json(call.response):
        return errors
    # Files and a gateway's errors have any body; that the status is documented still counts.
    return [error for error in errors if isinstance(error, ResponseNotFound)]


def _arguments(query: str) -> dict[str, str | list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def _words(error: Exception) -> str:
    """Return what is wrong and where, without the document and the data around it."""
    reasons = getattr(error.__cause__ or error, "schema_errors", ())
    lines = [f"{reason.json_path}: {reason.message}" for reason in reasons]
    return "; ".join(lines) or str(error)
