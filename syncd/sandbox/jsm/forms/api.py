"""The Forms API: what is attached to a request type.

https://developer.atlassian.com/cloud/forms/rest/
"""

from typing import NoReturn

from syncd.sandbox.jsm.exchange import Answer, Ask, RefusedError
from syncd.sandbox.jsm.forms import wire
from syncd.sandbox.jsm.forms.design import Form
from syncd.sandbox.jsm.site import Project

SITE = "/jira/forms/cloud/{cloud}"
GATEWAY = "/forms"
"""Below the gateway's path for a site."""
ROUTE = "/servicedesk/{desk}/requesttype/{type}/form"


def template(ask: Ask) -> Answer:
    """GET .../servicedesk/{desk}/requesttype/{type}/form."""
    return Answer(wire.template(_form(ask), _language(ask)))


def external(ask: Ask) -> Answer:
    """GET .../servicedesk/{desk}/requesttype/{type}/form/externaldata."""
    return Answer(wire.external(_form(ask), ask.state, _language(ask)))


def _form(ask: Ask) -> Form:
    switches = ask.state.switches
    if ask.caller is None:
        _refuse(401, "UNAUTHORIZED", "Unauthorized")
    if ask.headers.get("x-experimentalapi") != "opt-in":
        _refuse(412, "EXPERIMENTAL", "This operation is experimental: opt in.")
    if switches.forms_status:
        _refuse(switches.forms_status, "REFUSED", "The request could not be processed.")
    kind = ask.state.request_types.get(ask.path["type"])
    here = ask.path.get("cloud", ask.state.cloud_id) == ask.state.cloud_id
    if kind is None or not here or kind.form is None or not _is_of_desk(ask, kind.project):
        _refuse(404, "NOT_FOUND", "No form was found.")
    return kind.form


def _is_of_desk(ask: Ask, project: Project) -> bool:
    return ask.path["desk"] in (project.desk_id, project.key) and ask.state.bot_sees(project)


def _language(ask: Ask) -> str:
    return ask.query.get("requestLanguage", "").partition("-")[0].lower()


def _refuse(status: int, code: str, detail: str) -> NoReturn:
    error = {"id": "1", "code": code, "status": str(status), "title": code, "detail": detail}
    raise RefusedError(Answer({"errors": [error]}, status))
