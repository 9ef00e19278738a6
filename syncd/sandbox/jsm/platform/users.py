"""/rest/api/3: who am I, who is that, what site is this, which fields has it.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-myself/
"""

from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.exchange import Answer, Ask, refuse, refuse_anonymous
from syncd.sandbox.jsm.fields import kinds
from syncd.sandbox.jsm.platform import sla, wire
from syncd.sandbox.jsm.platform.dates import jira_date


def myself(ask: Ask) -> Answer:
    """GET /rest/api/3/myself: the one read that refuses an anonymous caller."""
    if ask.caller is None:
        refuse_anonymous()
    answer = wire.user(ask.state, ask.caller, ask.base)
    return Answer({**answer, "locale": "en_US", "expand": "groups,applicationRoles"})


def search(ask: Ask) -> Answer:
    """GET /rest/api/3/user/search: starts of names and addresses; nothing without permission."""
    wanted = ask.query.get("query", "").casefold()
    account_id = ask.query.get("accountId", "")
    if not wanted and not account_id:
        refuse(400, "The query parameter is required.")
    state = ask.state
    if ask.caller is None or not state.switches.bot_browses_users:
        return Answer([])
    found = []
    for account in state.accounts():
        shown = account.email if account.email not in state.switches.hidden_emails else ""
        starts = [shown.casefold(), *account.name.casefold().split(), account.name.casefold()]
        hidden = account.kind == "customer" and not state.switches.customers_in_user_search
        matches = any(s.startswith(wanted) for s in starts if s) if wanted else False
        if not hidden and (matches or account.account_id == account_id):
            found.append(wire.user(state, account, ask.base))
    start = max(0, ask.integer("startAt", 0))
    return Answer(found[start : start + min(1000, ask.integer("maxResults", 50))])


def server_info(ask: Ask) -> Answer:
    """GET /rest/api/3/serverInfo: open to everybody."""
    now = jira_date(ask.state, ask.state.now())
    return Answer(
        {
            "baseUrl": ask.state.own_address or ask.site,
            "version": "1001.0.0-SNAPSHOT",
            "versionNumbers": [1001, 0, 0],
            "deploymentType": "Cloud",
            "buildNumber": 100_290,
            "buildDate": now,
            "serverTime": now,
            "serverTitle": "Jira",
        }
    )


def tenant(ask: Ask) -> Answer:
    """GET /_edge/tenant_info: open to everybody, and not documented."""
    if not ask.state.switches.tells_tenant:
        refuse(404, "No such page.")
    return Answer({"cloudId": ask.state.cloud_id})


def fields(ask: Ask) -> Answer:
    """GET /rest/api/3/field: the id of a custom field differs from site to site; its type not."""
    if ask.caller is None:
        return Answer([])
    known = {f.id: f for kind in ask.state.request_types.values() for f in kind.fields}
    answer = [_field(f.id, f.name, kinds.schema(f)) for f in known.values()]
    for field_id, name, type_, custom in _SERVICE_FIELDS:
        schema: dict[str, Any] = {"type": type_, "custom": custom}
        if type_ == "array":
            schema["items"] = "user"
        answer.append(_field(field_id, name, schema | {"customId": int(field_id.split("_")[1])}))
    for field_id, name in site.SLA_NAMES.items() if ask.state.switches.slas_on_site else ():
        schema = {"type": sla.TYPE, "custom": sla.CUSTOM, "customId": int(field_id.split("_")[1])}
        answer.append(_field(field_id, name, schema))
    for name in ("status", "resolution", "created", "updated", "reporter", "comment"):
        answer.append(_field(name, name.capitalize(), {"type": name, "system": name}))
    return Answer(answer)


def priorities(ask: Ask) -> Answer:
    """GET /rest/api/3/priority/search: the priorities of the project, with what each one means.

    https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-priorities/
    """
    types = ask.state.request_types.values()
    asked = [f for kind in types for f in kind.fields if f.kind == "priority"]
    options = {o.id: o for f in asked for o in f.options} if ask.caller else {}
    values = [
        {
            "id": o.id,
            "name": o.label,
            "description": o.about,
            "statusColor": "#ffab00",
            "iconUrl": f"{ask.site}/images/icons/priorities/{o.id}.svg",
            "isDefault": False,
        }
        for o in options.values()
    ]
    start, most = ask.integer("startAt", 0), ask.integer("maxResults", 50)
    page = values[start : start + most]
    whole = {"startAt": start, "maxResults": most, "total": len(values), "values": page}
    return Answer(whole | {"isLast": start + most >= len(values)})


def _field(field_id: str, name: str, schema: dict[str, Any]) -> dict[str, Any]:
    custom = field_id.startswith("customfield_")
    clauses = [f"cf[{field_id.split('_')[1]}]", name] if custom else [field_id]
    return {
        "id": field_id,
        "key": field_id,
        "name": name,
        "custom": custom,
        "orderable": True,
        "navigable": field_id != "comment",
        "searchable": True,
        "clauseNames": clauses,
        "schema": schema,
    }


_SERVICE_FIELDS = (
    (
        site.PARTICIPANTS_FIELD,
        "Request participants",
        "array",
        "com.atlassian.servicedesk:sd-request-participants",
    ),
    (
        site.REQUEST_TYPE_FIELD,
        "Request Type",
        "sd-customerrequesttype",
        "com.atlassian.servicedesk:vp-origin",
    ),
)
