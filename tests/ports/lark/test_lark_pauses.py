"""What Lark has limited is kept back, and nothing else is."""

from collections.abc import Callable
from typing import Any

import pytest

from syncd.chat.lark.client import LarkMessenger
from syncd.core.errors import RemoteFailure, Unauthorized, Unavailable
from syncd.core.model import Thread
from syncd.core.views import Direct, InChat, InThread, PostView
from syncd.sandbox.faults import Fault

POST = PostView("HELP-1")
CREATE = r"POST /open-apis/im/v1/messages$"
REPLY = r"POST /open-apis/im/v1/messages/[^/]+/reply"

Act = Callable[[LarkMessenger], object]


def create(messenger: LarkMessenger) -> object:
    return messenger.send(InChat("oc_acme"), POST, "d-1")


def tell(messenger: LarkMessenger) -> object:
    return messenger.send(Direct("ou_aiko"), POST, "d-2")


def reply_to(root: str) -> Act:
    return lambda m: m.send(InThread(Thread("oc_acme", root)), POST, f"d-{root}")


def refuse(lark: Any, route: str, code: int, status: int, reset: str = "") -> Fault:
    headers = {"content-type": "application/json"}
    headers |= {"x-ogw-ratelimit-reset": reset} if reset else {}
    body = f'{{"code": {code}, "msg": "on purpose"}}'
    fault: Fault = lark.world.faults.add(
        Fault("lark", route, status=status, body=body, headers=headers)
    )
    return fault


def failure_of(messenger: LarkMessenger, act: Act) -> RemoteFailure:
    with pytest.raises(RemoteFailure) as refused:
        act(messenger)
    return refused.value


@pytest.mark.parametrize("status", [429, 400])
def test_the_limit_of_an_app_stops_that_api_alone_for_as_long_as_told(
    lark: Any, messenger: LarkMessenger, status: int
) -> None:
    root = lark.people.say("aiko", "oc_acme", "one")
    other = lark.people.say("aiko", "oc_acme", "two")
    refuse(lark, REPLY, 99991400, status, reset="30")
    failure_of(messenger, reply_to(root))
    before = len(lark.calls("/reply"))
    kept_back = failure_of(messenger, reply_to(other))
    assert isinstance(kept_back, Unavailable)
    assert kept_back.retry_after is not None
    assert 29 < kept_back.retry_after <= 30
    assert len(lark.calls("/reply")) == before
    create(messenger)
    lark.world.clock.move(seconds=30)
    for act in (reply_to(root), reply_to(other)):
        act(messenger)


def test_a_busy_gateway_stops_that_api_for_a_second(lark: Any, messenger: LarkMessenger) -> None:
    lark.world.faults.add(Fault("lark", CREATE, status=429, body="slow down"))
    failure_of(messenger, create)
    assert isinstance(failure_of(messenger, tell), Unavailable)
    messenger.bot()
    lark.world.clock.move(seconds=1)
    tell(messenger)


def test_a_limited_chat_stops_no_other(lark: Any, messenger: LarkMessenger) -> None:
    refuse(lark, CREATE, 230020, 400)
    failure_of(messenger, create)
    tell(messenger)


@pytest.mark.parametrize(
    ("code", "seconds"), [(99991403, 600), (99991662, 60), (99991401, 60), (230006, 60)]
)
def test_what_only_an_operator_can_mend_is_probed_slowly(
    lark: Any, messenger: LarkMessenger, code: int, seconds: int
) -> None:
    refuse(lark, CREATE, code, 400)
    assert isinstance(failure_of(messenger, create), Unauthorized)
    lark.world.clock.move(seconds=seconds - 5)
    before = len(lark.world.journal.calls("lark"))
    for act in (create, tell, LarkMessenger.bot):
        told = failure_of(messenger, act)
        assert isinstance(told, Unauthorized)
        assert str(code) in str(told)
    assert len(lark.world.journal.calls("lark")) == before
    lark.world.clock.move(seconds=5)
    create(messenger)


def test_a_scope_that_is_missing_stops_only_what_needs_it(
    lark: Any, messenger: LarkMessenger
) -> None:
    refuse(lark, CREATE, 99991672, 400)
    failure_of(messenger, create)
    messenger.bot()
    create(messenger)
