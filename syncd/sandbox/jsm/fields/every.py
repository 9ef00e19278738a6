"""A request type that asks a question of every kind."""

from syncd.sandbox.jsm.site import DESCRIPTION, SUMMARY, Field, Option, RequestType

WORKSPACE = "9f1c2d3e-0000-4111-8222-333344445555"
_SERVICE = "ari:cloud:graph::service/1a2b3c4d/"
_VERSIONS = (Option("10301", "2.4.0"), Option("10302", "2.5.0"))
_GROUPS = (Option("g-1", "vip-customers"), Option("g-2", "approvers"))

PRIORITY = Field(
    "priority",
    "Priority",
    "priority",
    options=(
        Option("1", "Highest", about="Nobody can work."),
        Option("3", "Medium", about="Some work is slowed down."),
        Option("5", "Lowest"),
    ),
)
CLUSTER = Field(
    "customfield_10074",
    "Cluster",
    "cascading",
    options=(
        Option("10420", "Tokyo", (Option("10421", "tk-1"), Option("10422", "tk-2"))),
        Option("10430", "Frankfurt", (Option("10431", "fra-1"),)),
        Option("10440", "Elsewhere"),
    ),
)
ORGANIZATIONS = Field(
    "customfield_10002",
    "Organizations",
    "organizations",
    options=(Option("27", "ACME"), Option("28", "Globex")),
)
SERVICES = Field(
    "customfield_10082",
    "Affected services",
    "services",
    options=(Option(f"{_SERVICE}pay", "Payments"), Option(f"{_SERVICE}log", "Logs")),
)
ASSETS = Field(
    "customfield_10083",
    "Affected machines",
    "assets",
    options=(Option(f"{WORKSPACE}:123", "db-01"), Option(f"{WORKSPACE}:124", "db-02")),
)

ONLY_SUMMARY = RequestType(
    "14", "Ask a short question", "One line is all that is asked.", (SUMMARY,)
)
EVERY_KIND = RequestType(
    "12",
    "Report in full",
    "A form with a question of every kind.",
    (
        SUMMARY,
        DESCRIPTION,
        Field("environment", "Environment", "multiline"),
        Field("customfield_10070", "Order number", "text"),
        Field("customfield_10071", "Where we can see it", "url"),
        Field("customfield_10072", "Machines affected", "number"),
        Field("duedate", "Needed by", "date"),
        Field("customfield_10073", "First seen", "datetime"),
        Field("labels", "Labels", "labels"),
        PRIORITY,
        Field(
            "customfield_10075",
            "Contract",
            "radio",
            options=(Option("10410", "Basic"), Option("10411", "Gold")),
        ),
        Field(
            "customfield_10076",
            "Interfaces",
            "checkboxes",
            options=(Option("10412", "REST"), Option("10413", "GraphQL")),
        ),
        CLUSTER,
        Field(
            "components",
            "Components",
            "components",
            options=(Option("10201", "API"), Option("10202", "Dashboard")),
        ),
        Field("versions", "Affects versions", "versions", options=_VERSIONS),
        Field("customfield_10077", "Found in", "version", options=_VERSIONS),
        Field("customfield_10078", "Your engineer", "user"),
        Field("customfield_10079", "Approvers", "users"),
        Field("customfield_10080", "Witness", "people"),
        ORGANIZATIONS,
        SERVICES,
        ASSETS,
        Field("customfield_10084", "Approver group", "group", options=_GROUPS),
        Field("customfield_10085", "Groups", "groups", options=_GROUPS),
        Field("customfield_10086", "Project", "project", options=(Option("10000", "HELP"),)),
        Field("customfield_10087", "Team", "team", options=(Option("t-1", "Storage"),)),
        Field("security", "Security level", "security", options=(Option("10501", "Internal"),)),
        Field("attachment", "Attachment", "attachment"),
        Field("customfield_10088", "Request language", "language"),
    ),
)
