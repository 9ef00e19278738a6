"""Tokens, the bot, chats and people."""

from syncd.sandbox.lark import refusals
from syncd.sandbox.lark.refusals import Refused
from syncd.sandbox.lark.rest import Api, Call, Json, field, no_other_fields, success
from syncd.sandbox.lark.state import TENANT
from syncd.sandbox.world import Person

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
    found = call.state.chats.get(call.path["chat_id"])
    if found is None:
        raise Refused(232001, "Your request contains an invalid request parameter.")
    if found.dissolved:
        raise refusals.dissolved()
    if not found.bot_in_chat:
        raise Refused(232011, "Operator can NOT be out of the chat.")
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


def user(call: Call) -> Json:
    """https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/reference/contact-v3/user/get"""
    if call.query.get("user_id_type", "open_id") != "open_id":
        raise refusals.bad_field("the sandbox knows user_id_type=open_id only")
    person = call.state.person_by_open_id(call.path["user_id"])
    if person is None:
        raise Refused(41012, "user id invalid error")
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
    Api("GET", "/open-apis/im/v1/chats/{chat_id}", chat, scopes=_CHAT_SCOPES),
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
