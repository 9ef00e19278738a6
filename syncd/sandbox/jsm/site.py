"""The seed: two service desks, their request types and fields, and the workflow."""

from dataclasses import dataclass, replace

from syncd.sandbox.jsm.forms.design import Form


@dataclass(frozen=True)
class Project:
    """Where a ticket is; a move gives it another key and leaves its id."""

    key: str
    id: str
    name: str
    desk_id: str
    portal_id: str


CLOUD_ID = "1a2b3c4d-5e6f-4788-99aa-bbccddeeff00"
GATEWAY = f"/ex/jira/{CLOUD_ID}"
"""Where the gateway serves the site."""
DESK_ID = "1"
PROJECT_ID = "10000"
PROJECT_KEY = "HELP"
PROJECT_NAME = "Support"
PORTAL_ID = "2"
HOME = Project(PROJECT_KEY, PROJECT_ID, PROJECT_NAME, DESK_ID, PORTAL_ID)
ELSEWHERE = Project("OPS", "10001", "Operations", "2", "3")
"""Another team's project, into which tickets are moved; nothing else of it is served here."""
BILLING = Project("BILL", "10002", "Billing", "3", "4")
"""The second desk, whose customers and permissions are its own."""
DESKS = (HOME, BILLING)
PROJECTS = (*DESKS, ELSEWHERE)
ISSUE_TYPE_ID = "10004"

BOT_EMAIL = "support-bot@example.com"
BOT_TOKEN = "sandbox-api-token"
BOT_ACCOUNT_ID = "712020:bot"
BOT_NAME = "Support Bot"

MARKER_FIELD = "customfield_10050"
PARTICIPANTS_FIELD = "customfield_10026"
REQUEST_TYPE_FIELD = "customfield_10010"
FIRST_RESPONSE_FIELD = "customfield_10030"
RESOLUTION_FIELD = "customfield_10031"
SLA_NAMES = {
    FIRST_RESPONSE_FIELD: "Time to first response",
    RESOLUTION_FIELD: "Time to resolution",
}
PRIORITIES = ("Highest", "High", "Medium", "Low", "Lowest")
"""Jira's own, the most urgent first; a new ticket has the third.
https://support.atlassian.com/jira-cloud-administration/docs/what-are-issue-statuses-priorities-and-resolutions/
"""
ROLES = ("Administrators", "Service Desk Team", "Service Desk Customers")


@dataclass(frozen=True)
class Option:
    """One choice of a select; a cascading select has children."""

    id: str
    label: str
    children: tuple["Option", ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    """Its label by language, where an administrator has translated it."""
    about: str = ""
    """What it means; of priorities alone the platform tells that, in its own list of them."""


@dataclass(frozen=True)
class Field:
    """A field as a request type shows it."""

    id: str
    name: str
    kind: str
    """A row of `fields.kinds.KINDS`."""
    required: bool = False
    options: tuple[Option, ...] = ()
    description: str = ""
    names: tuple[tuple[str, str], ...] = ()
    """Its name by language, where an administrator has translated it."""
    hidden: bool = False
    """Not on the portal, and in no list of the form; nobody may send a value for it."""


@dataclass(frozen=True)
class RequestType:
    """One kind of request that a portal offers."""

    id: str
    name: str
    description: str
    fields: tuple[Field, ...]
    project: Project = HOME
    names: tuple[tuple[str, str], ...] = ()
    """Its name by language, where an administrator has translated it."""
    form: Form | None = None
    """What an administrator has attached to it."""


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
INVOICE_NUMBER = Field(
    "customfield_10060",
    "Invoice number",
    "text",
    required=True,
    names=(("ja", "請求書番号"), ("zh", "发票号")),
)
AMOUNT = Field("customfield_10061", "Amount", "number", names=(("ja", "金額"), ("zh", "金额")))
TRANSLATED_SUMMARY = replace(SUMMARY, names=(("ja", "要約"), ("zh", "主题")))
TRANSLATED_DESCRIPTION = replace(DESCRIPTION, names=(("ja", "説明"), ("zh", "描述")))
INVOICE = RequestType(
    "20",
    "Billing",
    "You have a question about an invoice.",
    (TRANSLATED_SUMMARY, TRANSLATED_DESCRIPTION, INVOICE_NUMBER, AMOUNT),
    BILLING,
    (("ja", "請求"), ("zh", "账单")),
)
REQUEST_TYPES = {kind.id: kind for kind in (GET_HELP, ENVIRONMENT_PROBLEM, INVOICE)}


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


@dataclass(frozen=True)
class Transition:
    """A way between steps of the workflow; an administrator may show it on the portal."""

    id: str
    name: str
    to: str
    origins: tuple[str, ...]
    """The statuses in which it is offered."""


_OPEN_STATUSES = tuple(s.name for s in STATUSES.values() if s.category != "done")
_DONE_STATUSES = tuple(s.name for s in STATUSES.values() if s.category == "done")
TRANSITIONS = {
    transition.id: transition
    for transition in (
        Transition("11", "Resolve this issue", "Resolved", _OPEN_STATUSES),
        Transition("21", "Not resolved", "Waiting for support", ("Waiting for customer",)),
        Transition("31", "Reopen", "Waiting for support", _DONE_STATUSES),
        Transition("41", "Escalate", INTERNAL_STATUS, ("Waiting for support",)),
    )
}
FIRST_STATUS = "Waiting for support"
"""The status of a new request."""
