"""Words, numbers and moments.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
"""

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from syncd.sandbox.jsm.fields.case import Case
from syncd.sandbox.jsm.text import adf, adf_schema, wiki

MAX_LINE = 255
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
# The document's example has no colon in the offset: "2015-11-18T14:39:00.000+1100".
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}[+-]\d{4}\Z")


def wrong_line(case: Case, value: Any) -> str:
    if not isinstance(value, str):
        return "Operation value must be a string"
    if "\n" in value or "\r" in value:
        return "The text must not contain a newline character."
    if len(value) > MAX_LINE:
        return f"The text must be less than {MAX_LINE + 1} characters."
    return "" if value.strip() else "You must specify a value."


def wrong_paragraphs(case: Case, value: Any) -> str:
    return _wrong_document(case, value) if case.is_adf else _wrong_text(value)


def _wrong_document(case: Case, value: Any) -> str:
    if adf_schema.problem_with(value):
        return "Operation value must be an Atlassian Document"
    too_long = adf.is_too_long(value, counts_json=case.state.switches.adf_limit_counts_json)
    return "The entered text is too long." if too_long else ""


def _wrong_text(value: Any) -> str:
    if not isinstance(value, str):
        return "Operation value must be a string"
    return "The entered text is too long." if len(value) > adf.MAX_TEXT else ""


def kept_paragraphs(case: Case, value: Any) -> Any:
    return value if case.is_adf else wiki.to_adf(value)


def wrong_url(case: Case, value: Any) -> str:
    if not isinstance(value, str):
        return "Operation value must be a string"
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https", "ftp") and parts.hostname
    except ValueError:
        good = None
    return "" if good and not re.search(r"\s", value) else f"URL '{value}' is not valid"


def wrong_number(case: Case, value: Any) -> str:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    return "" if good else "Operation value must be a number"


def wrong_date(case: Case, value: Any) -> str:
    try:
        good = isinstance(value, str) and _DATE.match(value) and date.fromisoformat(value)
    except ValueError:
        good = None
    return "" if good else "Date must be in the format yyyy-MM-dd"


def wrong_moment(case: Case, value: Any) -> str:
    try:
        good = isinstance(value, str) and _MOMENT.match(value) and datetime.fromisoformat(value)
    except ValueError:
        good = None
    return "" if good else "Date must be in the format yyyy-MM-dd'T'HH:mm:ss.SSSZ"


def kept_moment(case: Case, value: Any) -> str:
    return datetime.fromisoformat(value).strftime("%Y-%m-%dT%H:%M:%S.000%z")


def wrong_labels(case: Case, value: Any) -> str:
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        return "Labels must be a list of strings"
    if any(re.search(r"\s", label) or not 1 <= len(label) <= MAX_LINE for label in value):
        return f"A label has no spaces and at most {MAX_LINE} characters."
    return ""
