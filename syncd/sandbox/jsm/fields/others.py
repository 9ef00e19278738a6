"""What the site knows by an id of its own: people, organizations, services, objects, files.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
"""

from typing import Any, TypeAlias

from syncd.sandbox.jsm.fields.case import Case

Json: TypeAlias = dict[str, Any]


def wrong_user(case: Case, value: Any) -> str:
    """`name`, which the old document still shows, is dead on Cloud."""
    if not isinstance(value, dict) or set(value) != {"accountId"}:
        return "Specify the 'accountId' of a user"
    known = case.state.account(value["accountId"]) is not None
    return "" if known else f"The user '{value['accountId']}' does not exist."


def kept_user(case: Case, value: Json) -> Json:
    account = value["accountId"]
    return {"accountId": account, "displayName": case.state.name_of(account)}


# Measured on live sites: JiraPS#434, icingaweb2-module-jira#43.
def wrong_organizations(case: Case, value: Any) -> str:
    if not isinstance(value, list):
        return "Operation value must be an array"
    for index, item in enumerate(value):
        if type(item) is not int:
            return f"Operation value must be a number at array index {index}"
        if str(item) not in [o.id for o in case.field.options]:
            return f"The organization {item} does not exist."
    return ""


def kept_organization(case: Case, value: int) -> Json:
    name = next(o.label for o in case.field.options if o.id == str(value))
    address = f"{case.base}/rest/servicedeskapi/organization/{value}"
    return {"id": str(value), "name": name, "_links": {"self": address}}


def wrong_service(case: Case, value: Any) -> str:
    if not isinstance(value, dict) or set(value) != {"id"}:
        return "Specify the 'id' of a service"
    known = value["id"] in [o.id for o in case.field.options]
    return "" if known else f"The service '{value['id']}' does not exist."


def wrong_object(case: Case, value: Any) -> str:
    """An Assets object is named by three members that agree."""
    if not isinstance(value, dict) or set(value) != {"workspaceId", "id", "objectId"}:
        return "Specify 'workspaceId', 'id' and 'objectId' of an object"
    agrees = value["id"] == f"{value['workspaceId']}:{value['objectId']}"
    known = agrees and value["id"] in [o.id for o in case.field.options]
    return "" if known else f"The object '{value['id']}' does not exist."


def wrong_file(case: Case, value: Any) -> str:
    known = isinstance(value, str) and value in case.state.temporary_files
    return "" if known else f"The temporary file '{value}' does not exist."


def wrong_team(case: Case, value: Any) -> str:
    known = isinstance(value, str) and value in [o.id for o in case.field.options]
    return "" if known else "Specify the id of a team"


def never(case: Case, value: Any) -> str:
    """What only the site itself writes."""
    return (
        f"Field '{case.field.id}' cannot be set. It is not on the appropriate screen, or unknown."
    )
