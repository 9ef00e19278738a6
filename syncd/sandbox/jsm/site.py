"""The seed: one service desk, two request types, their fields, and the workflow."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Project:
    """Where a ticket is; a move gives it another key and leaves its id."""

    key: str
    id: str
    name: str
    desk_id: str
    portal_id: str


DESK_ID = "1"
PROJECT_ID = "10000"
PROJECT_KEY = "HELP"
PROJECT_NAME = "Support"
PORTAL_ID = "2"
HOME = Project(PROJECT_KEY, PROJECT_ID, PROJECT_NAME, DESK_ID, PORTAL_ID)
ELSEWHERE = Project("OPS", "10001", "Operations", "2", "3")
"""Another team's project, into which tickets are moved; nothing else of it is served here."""
PROJECTS = (HOME, ELSEWHERE)
ISSUE_TYPE_ID = "10004"

BOT_EMAIL = "support-bot@example.com"
BOT_TOKEN = "sandbox-api-token"
BOT_ACCOUNT_ID = "712020:bot"
BOT_NAME = "Support Bot"

MARKER_FIELD = "customfield_10050"
PARTICIPANTS_FIELD = "customfield_10026"
REQUEST_TYPE_FIELD = "customfield_10010"
ROLES = ("Administrators", "Service Desk Team", "Service Desk Customers")

_CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes:"


@dataclass(frozen=True)
class Option:
    """One choice of a select; a cascading select has children."""

    id: str
    label: str
    children: tuple["Option", ...] = ()


@dataclass(frozen=True)
class Field:
    """A field as a request type shows it."""

    id: str
    name: str
    kind: str
    """text, multiline, select, multiselect, cascading, date, number or labels."""
    required: bool = False
    options: tuple[Option, ...] = ()
    description: str = ""

    def schema(self) -> dict[str, object]:
        """Return the `jiraSchema` member."""
        type_, items, custom = _SCHEMAS[self.kind]
        schema: dict[str, object] = {"type": type_}
        if items:
            schema["items"] = items
        if self.id.startswith("customfield_"):
            schema |= {"custom": _CUSTOM + custom, "customId": int(self.id.split("_")[1])}
        else:
            schema["system"] = self.id
        return schema


_SCHEMAS = {
    "text": ("string", "", "textfield"),
    "multiline": ("string", "", "textarea"),
    "select": ("option", "", "select"),
    "multiselect": ("array", "option", "multiselect"),
    "cascading": ("option-with-child", "", "cascadingselect"),
    "date": ("date", "", "datepicker"),
    "number": ("number", "", "float"),
    "labels": ("array", "string", "labels"),
}


@dataclass(frozen=True)
class RequestType:
    """One kind of request that a portal offers."""

    id: str
    name: str
    description: str
    fields: tuple[Field, ...]


SUMMARY = Field("summary", "Summary", "text", required=True)
DESCRIPTION = Field("description", "Description", "multiline")
SEVERITY = Field(
    "customfield_10041",
    "Severity",
    "select",
    required=True,
    options=(
        Option("10100", "1-Critical"),
        Option("10101", "2-Major"),
        Option("10102", "3-Minor"),
        Option("10103", "4-Question"),
    ),
    description="How much of your work stands still?",
)
COMPONENTS = Field(
    "customfield_10042",
    "Affected components",
    "multiselect",
    options=(
        Option("10110", "API"),
        Option("10111", "Dashboard"),
        Option("10112", "Database"),
        Option("10113", "Network"),
    ),
)
ENVIRONMENT = Field(
    "customfield_10044",
    "Environment",
    "cascading",
    required=True,
    options=(
        Option("10120", "Cloud", (Option("10121", "Tokyo"), Option("10122", "Frankfurt"))),
        Option("10130", "On premises", (Option("10131", "Linux"),)),
    ),
)

GET_HELP = RequestType(
    "10",
    "Get help",
    "Something does not work, or you have a question.",
    (
        SUMMARY,
        DESCRIPTION,
        SEVERITY,
        COMPONENTS,
        Field("duedate", "Due date", "date"),
        Field("customfield_10043", "Number of users affected", "number"),
        Field("labels", "Labels", "labels"),
        Field(MARKER_FIELD, "Lark reference", "text"),
    ),
)
ENVIRONMENT_PROBLEM = RequestType(
    "11",
    "Environment problem",
    "An environment is broken; tell us which.",
    (SUMMARY, DESCRIPTION, ENVIRONMENT),
)
REQUEST_TYPES = {kind.id: kind for kind in (GET_HELP, ENVIRONMENT_PROBLEM)}


@dataclass(frozen=True)
class Status:
    """A step of the workflow; `category` is the platform's key: new, indeterminate or done.

    The portal may tell the customer another name than the one that engineers see.
    https://confluence.atlassian.com/display/SERVICEDESK010/Customer+Portal
    """

    id: str
    name: str
    category: str
    customer_name: str = ""

    @property
    def shown(self) -> str:
        """The name on the portal."""
        return self.customer_name or self.name


INTERNAL_STATUS = "Escalated to vendor"
"""A status whose name is for engineers only."""
STATUSES = {
    status.name: status
    for status in (
        Status("10001", "Waiting for support", "indeterminate"),
        Status("10002", "In progress", "indeterminate"),
        Status("10003", "Waiting for customer", "indeterminate"),
        Status("10004", "Resolved", "done"),
        Status("10005", "Closed", "done"),
        Status("10006", "Open", "new"),
        Status("10007", INTERNAL_STATUS, "indeterminate", "In progress"),
    )
}
FIRST_STATUS = "Waiting for support"
"""The status of a new request."""
