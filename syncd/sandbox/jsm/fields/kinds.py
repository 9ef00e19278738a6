"""The table of all kinds: the schema of each, what is refused of it, how it is kept.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
"""

from dataclasses import dataclass
from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields import choices, others, texts
from syncd.sandbox.jsm.fields.case import Case, Check, Keep, as_given, each, kept_each
from syncd.sandbox.jsm.fields.choices import BY_NAME, BY_VALUE, kept_choice, wrong_choice

_PLATFORM = "com.atlassian.jira.plugin.system.customfieldtypes:"
_DESK = "com.atlassian.servicedesk:"
_SERVICES = "com.atlassian.jira.plugins.service-entity:service-entity-field-cftype"
_ASSETS = "com.atlassian.jira.plugins.cmdb:cmdb-object-cftype"
_LANGUAGE = "com.atlassian.servicedesk.servicedesk-lingo-integration-plugin:sd-request-language"
_NO_LIST = "Operation value must be an array"


@dataclass(frozen=True)
class Kind:
    """One kind of field; a list's empty value on the platform is `[]` where `empty` says so."""

    type: str
    custom: str
    """What the schema of a custom field calls it."""
    wrong: Check
    items: str = ""
    keep: Keep = as_given
    listed: bool = True
    """Whether `validValues` has the choices; people, organizations, services and objects are never
    listed there: https://jira.atlassian.com/browse/JSDCLOUD-15551"""
    empty: Any = None


def _options(resource: str, by: tuple[str, str]) -> tuple[Check, Keep, Check, Keep]:
    one, kept = wrong_choice(by), kept_choice(by, resource)
    return one, kept, each(one, "Specify a list of options"), kept_each(kept)


_OPTION, _KEPT_OPTION, _MANY_OPTIONS, _KEPT_OPTIONS = _options("customFieldOption", BY_VALUE)
_PRIORITY, _KEPT_PRIORITY, _, _ = _options("priority", BY_NAME)
_, _, _COMPONENTS, _KEPT_COMPONENTS = _options("component", BY_NAME)
_VERSION, _KEPT_VERSION, _VERSIONS, _KEPT_VERSIONS = _options("version", BY_NAME)
_GROUP, _KEPT_GROUP, _GROUPS, _KEPT_GROUPS = _options("group", ("groupId", "name"))
_PROJECT, _KEPT_PROJECT, _, _ = _options("project", ("id", "key"))
_LEVEL, _KEPT_LEVEL, _, _ = _options("securitylevel", BY_NAME)
_USERS, _KEPT_USERS = each(others.wrong_user, _NO_LIST), kept_each(others.kept_user)

KINDS: dict[str, Kind] = {
    "text": Kind("string", f"{_PLATFORM}textfield", texts.wrong_line),
    "multiline": Kind(
        "string", f"{_PLATFORM}textarea", texts.wrong_paragraphs, keep=texts.kept_paragraphs
    ),
    "url": Kind("string", f"{_PLATFORM}url", texts.wrong_url),
    "number": Kind("number", f"{_PLATFORM}float", texts.wrong_number, keep=lambda c, v: float(v)),
    "date": Kind("date", f"{_PLATFORM}datepicker", texts.wrong_date),
    "datetime": Kind(
        "datetime", f"{_PLATFORM}datetime", texts.wrong_moment, keep=texts.kept_moment
    ),
    "labels": Kind("array", f"{_PLATFORM}labels", texts.wrong_labels, items="string", empty=[]),
    "priority": Kind("priority", "", _PRIORITY, keep=_KEPT_PRIORITY),
    "select": Kind("option", f"{_PLATFORM}select", _OPTION, keep=_KEPT_OPTION),
    "radio": Kind("option", f"{_PLATFORM}radiobuttons", _OPTION, keep=_KEPT_OPTION),
    "multiselect": Kind(
        "array", f"{_PLATFORM}multiselect", _MANY_OPTIONS, items="option", keep=_KEPT_OPTIONS
    ),
    "checkboxes": Kind(
        "array", f"{_PLATFORM}multicheckboxes", _MANY_OPTIONS, items="option", keep=_KEPT_OPTIONS
    ),
    "cascading": Kind(
        "option-with-child",
        f"{_PLATFORM}cascadingselect",
        choices.wrong_pair,
        keep=choices.kept_pair,
    ),
    "components": Kind("array", "", _COMPONENTS, items="component", keep=_KEPT_COMPONENTS),
    "version": Kind("version", f"{_PLATFORM}version", _VERSION, keep=_KEPT_VERSION),
    "versions": Kind(
        "array", f"{_PLATFORM}multiversion", _VERSIONS, items="version", keep=_KEPT_VERSIONS
    ),
    "user": Kind(
        "user",
        f"{_PLATFORM}userpicker",
        others.wrong_user,
        keep=others.kept_user,
        listed=False,
    ),
    "users": Kind(
        "array",
        f"{_PLATFORM}multiuserpicker",
        _USERS,
        items="user",
        keep=_KEPT_USERS,
        listed=False,
    ),
    "people": Kind(
        "array", f"{_PLATFORM}people", _USERS, items="user", keep=_KEPT_USERS, listed=False
    ),
    "group": Kind("group", f"{_PLATFORM}grouppicker", _GROUP, keep=_KEPT_GROUP, listed=False),
    "groups": Kind(
        "array",
        f"{_PLATFORM}multigrouppicker",
        _GROUPS,
        items="group",
        keep=_KEPT_GROUPS,
        listed=False,
    ),
    "project": Kind("project", f"{_PLATFORM}project", _PROJECT, keep=_KEPT_PROJECT, listed=False),
    "team": Kind("team", f"{_PLATFORM}atlassian-team", others.wrong_team, listed=False),
    "security": Kind("securitylevel", "", _LEVEL, keep=_KEPT_LEVEL),
    "organizations": Kind(
        "array",
        f"{_DESK}sd-customer-organizations",
        others.wrong_organizations,
        items="sd-customerorganization",
        keep=kept_each(others.kept_organization),
        listed=False,
    ),
    "services": Kind("array", _SERVICES, each(others.wrong_service, _NO_LIST), listed=False),
    "assets": Kind("any", _ASSETS, each(others.wrong_object, _NO_LIST), listed=False),
    "attachment": Kind("array", "", each(others.wrong_file, _NO_LIST), items="attachment"),
    "language": Kind("sd-request-lang", _LANGUAGE, others.never),
}


def schema(field: site.Field) -> dict[str, object]:
    """Return the `jiraSchema` member, which nothing but the platform's own schema is."""
    kind = KINDS[field.kind]
    described: dict[str, object] = {"type": kind.type}
    if kind.items:
        described["items"] = kind.items
    if field.id.startswith("customfield_"):
        return described | {"custom": kind.custom, "customId": int(field.id.split("_")[1])}
    return described | {"system": field.id}


def problem(case: Case, value: Any) -> str:
    return KINDS[case.field.kind].wrong(case, value)


def kept(case: Case, value: Any) -> Any:
    """Return a checked value of a request as the platform keeps it."""
    return KINDS[case.field.kind].keep(case, value)
