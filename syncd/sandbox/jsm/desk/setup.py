"""/rest/servicedeskapi: the desk, its request types and their fields.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-servicedesk/
"""

from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.desk import wire
from syncd.sandbox.jsm.desk.forms import fields_of
from syncd.sandbox.jsm.exchange import Answer, Ask, refuse_desk
from syncd.sandbox.jsm.platform.dates import date

_DESK_NAMES = {site.DESK_ID, site.PROJECT_ID, site.PROJECT_KEY}


def check_desk(ask: Ask) -> None:
    """Refuse a desk that is not there; the path takes its id, or the project's id or key."""
    if ask.path["desk"] not in _DESK_NAMES or not ask.state.switches.bot_sees_project:
        refuse_desk(
            404,
            "The service desk does not exist or you do not have permission to see it.",
            "sd.servicedesk.error.not.found",
        )


def info(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/info: by this some clients tell that the site has a service desk.

    https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-info/
    """
    link = {"self": f"{ask.base}/rest/servicedeskapi/info"}
    told = {"version": "1001.0.0", "platformVersion": "1001.0.0", "isLicensedForUse": True}
    return Answer(told | {"buildDate": date(ask.state, 0), "_links": link})


def desks(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/servicedesk."""
    values = [wire.desk(ask.base)] if ask.state.switches.bot_sees_project else []
    return Answer(wire.page(ask, values, "/rest/servicedeskapi/servicedesk"))


def desk(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/servicedesk/{desk}."""
    check_desk(ask)
    return Answer(wire.desk(ask.base))


def request_types(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/servicedesk/{desk}/requesttype."""
    check_desk(ask)
    wanted = ask.query.get("searchQuery", "").casefold()
    values = [
        _with_fields(ask, kind)
        for kind in ask.state.request_types.values()
        if wanted in kind.name.casefold()
    ]
    path = f"/rest/servicedeskapi/servicedesk/{site.DESK_ID}/requesttype"
    return Answer(wire.page(ask, values, path))


def request_type(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/servicedesk/{desk}/requesttype/{type}."""
    return Answer(_with_fields(ask, _kind(ask)))


def fields(ask: Ask) -> Answer:
    """GET /rest/servicedeskapi/servicedesk/{desk}/requesttype/{type}/field."""
    return Answer(_create_meta(ask, _kind(ask)))


def _kind(ask: Ask) -> site.RequestType:
    check_desk(ask)
    kind = ask.state.request_types.get(ask.path["type"])
    if kind is None:
        refuse_desk(404, "The request type does not exist.", "sd.requesttype.error.not.found")
    return kind


def _with_fields(ask: Ask, kind: site.RequestType) -> dict[str, Any]:
    answer = wire.request_type(kind, ask.base)
    if "field" in ask.names("expand"):
        answer["fields"] = _create_meta(ask, kind)
    return answer


def _create_meta(ask: Ask, kind: site.RequestType) -> dict[str, Any]:
    agent = ask.state.switches.bot_is_agent
    language = ask.query.get("requestLanguage", "").partition("-")[0].lower()
    return {
        "requestTypeFields": [
            wire.field(f, ask.state, language) for f in fields_of(ask.state, kind)
        ],
        "canRaiseOnBehalfOf": agent,
        "canAddRequestParticipants": agent,
    }
