"""Tokens, the bot, chats and people."""

import hashlib

from syncd.sandbox.lark.rest import outsiders, refusals
from syncd.sandbox.lark.rest.frame import Api, Call, Json, field, no_other_fields, success
from syncd.sandbox.lark.rest.refusals import Refused
from syncd.sandbox.lark.state import TENANT, Chat, LarkState
from syncd.sandbox.world import Person

_MEMBER_SCOPES = (
    "im:chat",
    "im:chat:readonly",
    "im:chat.members:read",
    "im:chat.group_info:readonly",
)
_LIST_SCOPES = ("im:chat", "im:chat:readonly", "im:chat:read", "im:chat.group_info:readonly")
_CHAT_SCOPES = ("im:chat", "im:chat:readonly", "im:chat:read")


def tenant_token(call: Call) -> Json:
    """https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal"""
    no_other_fields(call.body, "app_id", "app_secret")
    app_id = field(call.body, "app_id", str)
    secret = field(call.body, "app_secret", str)
    if app_id != call.state.app_id:
        raise Refused(10003, "invalid param: app_id")
    if secret != call.state.app_secret:
        raise Refused(10014, "app secret invalid")
    token, seconds = call.state.tokens.issue()
    return {"code": 0, "msg": "ok", "tenant_access_token": token, "expire": seconds}


def bot_info(call: Call) -> Json:
    """https://open.feishu.cn/document/ukTMukTMukTM/uAjMxEjLwITMx4CMyETM"""
    state = call.state
    bot: Json = {
        "activate_status": 2 if state.switches.bot_enabled else 1,
        "app_name": state.bot_name,
        "avatar_url": "",
        "ip_white_list": [],
        "open_id": state.bot_open_id,
    }
    return {"code": 0, "msg": "ok", "bot": bot}


def chat(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/chat/get"""
    found = _group(call, "ext_chat")
    data = {
        "avatar": "",
        "name": found.name,
        "description": "",
        "chat_mode": found.chat_mode,
        "chat_type": "private",
        "chat_tag": "inner",
        "external": found.external,
        "tenant_key": TENANT,
        "user_count": str(len(found.members)),
        "bot_count": "1",
        "chat_status": "normal",
    }
    if found.chat_mode == "group":
        data["group_message_type"] = found.group_message_type
    return success(data)


def chats(call: Call) -> Json:
    """The groups that the bot is in; direct chats are not among them.

    https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/chat/list
    """
    size, start = call.query.get("page_size", "20"), call.query.get("page_token", "0")
    if not (size.isdecimal() and 1 <= int(size) <= 100 and start.isdecimal()):
        raise refusals.bad_field("page_size is 1 to 100, page_token is one that was given")
    ours = [
        one
        for one in call.state.chats.values()
        if one.bot_in_chat and not one.dissolved and one.chat_mode != "p2p"
    ]
    page, end = ours[int(start) : int(start) + int(size)], int(start) + int(size)
    items = [
        {
            "chat_id": one.chat_id,
            "avatar": "",
            "name": one.name,
            "description": "",
            "external": one.external,
            "tenant_key": TENANT,
            "chat_status": "normal",
        }
        for one in page
    ]
    more = end < len(ours)
    return success({"items": items, "page_token": str(end) if more else "", "has_more": more})


def _group(call: Call, switch: str) -> Chat:
    found = call.state.chats.get(call.path["chat_id"])
    if found is None:
        raise Refused(232001, "Your request contains an invalid request parameter.")
    if found.dissolved:
        raise refusals.dissolved()
    outsiders.check_chat(call.state, found, switch)
    if not found.bot_in_chat:
        raise Refused(232011, "Operator can NOT be out of the chat.")
    return found


def members(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/im-v1/chat-members/get"""
    if call.query.get("member_id_type", "open_id") != "open_id":
        raise refusals.bad_field("the sandbox knows member_id_type=open_id only")
    size, start = call.query.get("page_size", "20"), call.query.get("page_token", "0")
    if not (size.isdecimal() and 1 <= int(size) <= 100 and start.isdecimal()):
        raise refusals.bad_field("page_size is 1 to 100, page_token is one that was given")
    found = _group(call, "ext_members")
    people, first = sorted(found.members), int(start)
    page = people[first : first + int(size)]
    more = first + int(size) < len(people)
    return success(
        {
            "items": [_member(call.state, found, open_id) for open_id in page],
            "page_token": str(first + int(size)) if more else "",
            "has_more": more,
            "member_total": len(people),
        }
    )


def _member(state: LarkState, chat: Chat, open_id: str) -> Json:
    """Return a person, whose ids here may be none of those that messages have."""
    told = {"member_id_type": "open_id", "member_id": open_id, "name": state.name_of(open_id)}
    if chat.external and state.switches.ext_member_ids == "disjoint":
        other = hashlib.sha256(open_id.encode()).hexdigest()[:32]
        return told | {"member_id": f"ou_{other}", "tenant_key": f"tk_{other[:8]}"}
    return told | {"tenant_key": state.tenant_of(open_id)}


def user(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/contact-v3/user/get"""
    if call.query.get("user_id_type", "open_id") != "open_id":
        raise refusals.bad_field("the sandbox knows user_id_type=open_id only")
    person = call.state.person_by_open_id(call.path["user_id"])
    if person is None:
        raise Refused(41012, "user id invalid error")
    if person.tenant:
        return success({"user": _outsider(call.state, person)})
    if person.open_id in call.state.out_of_range:
        raise Refused(41050, "no user authority error")
    return success({"user": _profile(call, person)})


def _profile(call: Call, person: Person) -> Json:
    profile = {
        "union_id": f"on_{person.key}",
        "open_id": person.open_id,
        "name": person.name,
        "en_name": "",
        "status": {"is_frozen": False, "is_resigned": False, "is_activated": True},
    }
    switches = call.state.switches
    readable = person.profile_readable and switches.email_field_readable
    if readable and "contact:user.email:readonly" in switches.scopes:
        profile["email"] = person.email
    return profile


def _outsider(state: LarkState, person: Person) -> Json:
    """Return what is told of somebody of another company, if anything is."""
    if state.switches.ext_contact == "41012":
        raise Refused(41012, "user id invalid error")
    if state.switches.ext_contact != "empty":
        raise Refused(41050, "no user authority error")
    return {"open_id": person.open_id, "union_id": f"on_{person.key}"}


def basic_batch(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/contact-v3/user/basic_batch"""
    no_other_fields(call.body, "user_ids")
    if call.query.get("user_id_type", "open_id") != "open_id":
        raise refusals.bad_field("the sandbox knows user_id_type=open_id only")
    ids = field(call.body, "user_ids", list)
    if not 1 <= len(ids) <= 10:
        raise refusals.bad_field("user_ids takes 1 to 10")
    state, known = call.state, [call.state.person_by_open_id(str(id)) for id in ids]
    strange = [p for p in known if p and p.tenant]
    if None in known or (strange and state.switches.ext_basic == "40001"):
        raise Refused(40001, "param error")
    told = [p for p in known if p and (not p.tenant or state.switches.ext_basic == "name")]
    return success({"users": [{"user_id": p.open_id, "name": p.name} for p in told]})


def batch_get_id(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/contact-v3/user/batch_get_id"""
    no_other_fields(call.body, "emails", "mobiles", "include_resigned")
    if call.query.get("user_id_type", "open_id") != "open_id":
        raise refusals.bad_field("the sandbox knows user_id_type=open_id only")
    emails = field(call.body, "emails", list, required=False) or []
    if not 1 <= len(emails) <= 50:
        raise refusals.bad_field("emails takes 1 to 50")
    people = [call.state.person_by_email(email) for email in emails]
    people = [p if p and p.open_id not in call.state.out_of_range else None for p in people]
    rows: list[Json] = []
    for email, person in zip(emails, people, strict=True):
        row: Json = {"email": email}
        if person is not None:
            row |= {"user_id": person.open_id, "status": {"is_activated": True}}
        rows.append(row)
    return success({"user_list": rows})


APIS = (
    Api("POST", "/open-apis/auth/v3/tenant_access_token/internal", tenant_token, public=True),
    Api("GET", "/open-apis/bot/v3/info", bot_info),
    Api("GET", "/open-apis/im/v1/chats", chats, scopes=_LIST_SCOPES),
    Api("GET", "/open-apis/im/v1/chats/{chat_id}", chat, scopes=_CHAT_SCOPES),
    Api("GET", "/open-apis/im/v1/chats/{chat_id}/members", members, scopes=_MEMBER_SCOPES),
    Api(
        "POST",
        "/open-apis/contact/v3/users/basic_batch",
        basic_batch,
        scopes=("contact:user.basic_profile:readonly", "contact:contact.base:readonly"),
    ),
    Api(
        "POST",
        "/open-apis/contact/v3/users/batch_get_id",
        batch_get_id,
        scopes=("contact:user.id:readonly",),
    ),
    Api(
        "GET",
        "/open-apis/contact/v3/users/{user_id}",
        user,
        scopes=("contact:contact.base:readonly", "contact:contact:readonly_as_app"),
    ),
)
