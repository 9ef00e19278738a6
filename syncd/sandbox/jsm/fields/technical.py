"""The form of a vendor's desk: whose cluster it is, how bad it is, what it is about."""

from syncd.sandbox.jsm.fields.every import PRIORITY
from syncd.sandbox.jsm.site import (
    MARKER_FIELD,
    TRANSLATED_DESCRIPTION,
    TRANSLATED_SUMMARY,
    Field,
    Option,
    RequestType,
)

URGENT = PRIORITY.options[0]
WHOSE = Field(
    "customfield_10090",
    "Organization / cluster",
    "cascading",
    required=True,
    options=(
        Option(
            "10500",
            "Initech Payments",
            (Option("10501", "prod-1"), Option("10502", "prod-2"), Option("10503", "staging")),
        ),
        Option("10510", "Initech Data", (Option("10511", "lake-1"), Option("10512", "lake-2"))),
    ),
    names=(("ja", "組織 / クラスタ"), ("zh", "组织 / 集群")),
)
COMPONENTS = Field(
    "components",
    "Components",
    "components",
    options=(Option("10211", "SQL layer"), Option("10212", "Storage"), Option("10213", "Backup")),
    names=(("ja", "コンポーネント"), ("zh", "模块")),
)
VERSIONS = Field(
    "versions",
    "Affects versions",
    "versions",
    options=(Option("10311", "8.5.0"), Option("10312", "8.1.2"), Option("10313", "7.5.6")),
    names=(("ja", "影響バージョン"), ("zh", "受影响的版本")),
)
ENVIRONMENT = Field(
    "environment",
    "Environment",
    "multiline",
    names=(("ja", "環境"), ("zh", "运行环境")),
)
TECHNICAL = RequestType(
    "15",
    "Technical",
    "Something of the product does not work.",
    (
        TRANSLATED_SUMMARY,
        WHOSE,
        Field(
            "priority",
            "Priority",
            "priority",
            required=True,
            options=PRIORITY.options,
            names=(("ja", "優先度"), ("zh", "优先级")),
        ),
        TRANSLATED_DESCRIPTION,
        COMPONENTS,
        VERSIONS,
        ENVIRONMENT,
        Field(MARKER_FIELD, "Lark reference", "text"),
    ),
    names=(("ja", "技術サポート"), ("zh", "技术支持")),
)
