"""What each call is for, as it is counted; never an id."""

from syncd.helpdesk.jsm.wire.call import DESK, FORMS, V3, Call

_OF = {
    f"GET {V3}/myself": "login",
    f"GET {V3}/mypermissions": "permissions",
    f"GET {V3}/serverInfo": "site",
    f"GET {V3}/_edge/tenant_info": "site",
    f"GET {V3}/field": "form",
    f"GET {V3}/priority/search": "form",
    f"GET {DESK}/info": "site",
    f"GET {DESK}/servicedesk": "form",
    f"GET {DESK}/servicedesk/*": "form",
    f"GET {DESK}/servicedesk/*/requesttype": "form",
    f"GET {DESK}/servicedesk/*/requesttype/*": "form",
    f"GET {DESK}/servicedesk/*/requesttype/*/field": "form",
    f"GET {FORMS}/servicedesk/*/requesttype/*/form": "form",
    f"GET {FORMS}/servicedesk/*/requesttype/*/form/externaldata": "form",
    f"POST {V3}/search/jql": "search",
    f"POST {V3}/issue/bulkfetch": "tickets",
    f"GET {V3}/issue/*/comment": "comments",
    f"POST {V3}/comment/list": "comments",
    f"POST {V3}/issue/*/comment": "comment",
    f"PUT {V3}/issue/*/comment/*": "comment",
    f"DELETE {V3}/issue/*/comment/*": "comment",
    f"GET {V3}/issue/*": "marker",
    f"PUT {V3}/issue/*": "marker",
    f"PUT {V3}/issue/*/properties/syncd.ref": "marker",
    f"POST {DESK}/request": "create",
    f"POST {DESK}/request/validate": "validation",
    f"GET {DESK}/request/*": "portal",
    f"GET {DESK}/request/*/comment": "portal",
    f"GET {DESK}/request/*/comment/*": "portal",
    f"GET {DESK}/request/*/transition": "portal",
    f"POST {DESK}/request/*/transition": "transition",
    f"POST {DESK}/request/*/feedback": "rating",
    f"GET {DESK}/request/*/feedback": "rating",
    f"GET {V3}/attachment/meta": "file",
    f"GET {V3}/attachment/content/*": "file",
    f"POST {DESK}/servicedesk/*/attachTemporaryFile": "file",
    f"POST {DESK}/request/*/attachment": "file",
    f"PUT {V3}/comment/*/properties/syncd.ref": "comment",
    f"GET {V3}/user/search": "people",
    f"GET {DESK}/servicedesk/*/customer": "people",
    f"POST {DESK}/servicedesk/*/customer": "people",
    f"POST {DESK}/servicedesk/*/customer/invite": "people",
    f"POST {DESK}/customer": "people",
    f"POST {DESK}/request/*/participant": "people",
}
OTHER = "other"
FEATURES = (*dict.fromkeys(_OF.values()), OTHER)


def feature(call: Call) -> str:
    return _OF.get(call.endpoint, OTHER)
