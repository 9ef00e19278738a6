"""What an app may ask about itself.

https://open.feishu.cn/document/application-v6/scope/list
https://open.feishu.cn/document/server-docs/application-v6/application/get
https://open.feishu.cn/document/server-docs/application-v6/application/get-2
"""

from syncd.sandbox.lark.rest import refusals
from syncd.sandbox.lark.rest.frame import Api, Call, Json, success
from syncd.sandbox.lark.rest.refusals import Refused

_MAY_LOOK = ("application:application:self_manage", "admin:app.info:readonly")
_LANGUAGES = ("zh_cn", "en_us", "ja_jp")
_CALLBACKS = ("card.action.trigger",)
"""What is subscribed on a page of its own."""


def scopes(call: Call) -> Json:
    """Every scope that was asked for: granted (1), or waiting for an administrator (2)."""
    switches = call.state.switches
    if not switches.tells_scopes:
        raise Refused(212100, "app not install")
    granted = [{"scope_name": name, "grant_status": 1} for name in sorted(switches.scopes)]
    waiting = switches.scopes_waiting - switches.scopes
    asked = [{"scope_name": name, "grant_status": 2} for name in sorted(waiting)]
    return success({"scopes": granted + asked})


def application(call: Call) -> Json:
    switches = call.state.switches
    _check(call)
    told: Json = {
        "app_id": call.state.app_id,
        "status": 1,
        "scene_type": 0,
        "app_name": call.state.bot_name,
        "online_version_id": switches.online_version,
        "unaudit_version_id": switches.waiting_version,
        "callback_info": {
            "callback_type": switches.callbacks_by,
            "request_url": "",
            "subscribed_callbacks": [n for n in _CALLBACKS if n in switches.subscriptions],
        },
    }
    if switches.app_tells_events:
        told["event"] = {
            "subscription_type": switches.events_by,
            "request_url": "",
            "subscribed_events": _events(call),
        }
    return success({"app": told})


def version(call: Call) -> Json:
    _check(call)
    if call.path["version_id"] != call.state.switches.online_version:
        raise Refused(210507, "no such version")
    events = [{"event_type": name, "event_name": name} for name in _events(call)]
    told = {"app_id": call.state.app_id, "version": "1.0.0", "status": 1, "event_infos": events}
    return success({"app_version": told})


def _events(call: Call) -> list[str]:
    return sorted(call.state.switches.subscriptions - set(_CALLBACKS))


def _check(call: Call) -> None:
    if call.query.get("lang") not in _LANGUAGES:
        raise refusals.bad_field("lang is required")
    if call.path["app_id"] != call.state.app_id:
        raise Refused(210506, "no such app")


APIS = (
    Api("GET", "/open-apis/application/v6/scopes", scopes),
    Api("GET", "/open-apis/application/v6/applications/{app_id}", application, scopes=_MAY_LOOK),
    Api(
        "GET",
        "/open-apis/application/v6/applications/{app_id}/app_versions/{version_id}",
        version,
        scopes=(*_MAY_LOOK, "application:application.app_version:readonly"),
    ),
)
