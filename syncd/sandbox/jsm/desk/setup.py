"""/rest/servicedeskapi: the desks, their request types and fields.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-servicedesk/
"""

from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.desk import wire
from syncd.sandbox.jsm.desk.forms import fields_of
from syncd.sandbox.jsm.exchange import Answer, Ask, refuse_desk
from syncd.sandbox.jsm.platform.dates import date


def check_desk(ask: Ask) -> site.Project:
    """Return the project of the desk; the path takes the desk's id, or the project's id or key."""
    wanted = ask.path["desk"]
    named = (one for one in site.DESKS if wanted in (one.desk_id, one.id, one.key))
    project = next(named, None)
    if project is None or not ask.state.bot_sees(project):
        refuse_desk(
            404,
            "The service desk does not exist or you do not have permission to see it.",
            "sd.servicedesk.error.not.found",
        )
    return project


def info(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/info: by this some clients tell that the site has a service desk.

    https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-info/
    """
    link = {"self": f"{ask.base}/rest/servicedeskapi/info"}
    told = {"version": "1001.0.0", "platformVersion": "1001.0.0", "isLicensedForUse": True}
    return Answer(told | {"buildDate": date(ask.state, 0), "_links": link})


def desks(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/servicedesk."""
    values = [wire.desk(one, ask.base) for one in site.DESKS if ask.state.bot_sees(one)]
    return Answer(wire.page(ask, values, "/rest/servicedeskapi/servicedesk"))


def desk(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/servicedesk/{desk}."""
    return Answer(wire.desk(check_desk(ask), ask.base))


def request_types(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/servicedesk/{desk}/requesttype."""
    project = check_desk(ask)
    wanted = ask.query.get("searchQuery", "").casefold()
    values = [
        _with_fields(ask, kind)
        for kind in ask.state.request_types.values()
        if kind.project == project and wanted in kind.name.casefold()
    ]
    path = f"/rest/servicedeskapi/servicedesk/{project.desk_id}/requesttype"
    return Answer(wire.page(ask, values, path))


def request_type(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/servicedesk/{desk}/requesttype/{type}."""
    return Answer(_with_fields(ask, _kind(ask)))


def fields(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/servicedesk/{desk}/requesttype/{type}/field."""
    return Answer(_create_meta(ask, _kind(ask)))


def _kind(ask: Ask) -> site.RequestType:
    project = check_desk(ask)
    kind = ask.state.request_types.get(ask.path["type"])
    if kind is None or kind.project != project:
        refuse_desk(404, "The request type does not exist.", "sd.requesttype.error.not.found")
    return kind


def _with_fields(ask: Ask, kind: site.RequestType) -> dict[str, Any]:
    answer = wire.request_type(kind, ask.base, _language(ask))
    if "field" in ask.names("expand"):
        answer["fields"] = _create_meta(ask, kind)
    return answer


def _create_meta(ask: Ask, kind: site.RequestType) -> dict[str, Any]:
    agent = ask.state.switches.bot_is_agent
    language = _language(ask)
    return {
        "requestTypeFields": [
            wire.field(f, ask.state, language) for f in fields_of(ask.state, kind)
        ],
        "canRaiseOnBehalfOf": agent,
        "canAddRequestParticipants": agent,
    }


def _language(ask: Ask) -> str:
    return ask.query.get("requestLanguage", "").partition("-")[0].lower()
