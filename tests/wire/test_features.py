"""Every call is counted as what it is for, and never under an id."""

import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, get_type_hints

import pytest

from syncd.chat.lark import features as lark
from syncd.core.model import CommentId, DeliveryId, Ms, TicketId, TicketKey
from syncd.helpdesk.jsm import features as jsm
from syncd.helpdesk.jsm import wire
from syncd.helpdesk.jsm.files import calls as files
from syncd.helpdesk.jsm.wire.call import DESK, Call
from syncd.helpdesk.jsm.wire.tickets import SiteFields

_NEEDS_A_FORM = "request"
"""The create, which is made of a whole form; the stories count it."""
_GIVEN = {
    "ids": ["10001"],
    "keys": ["HELP-7"],
    "start": 0,
    "size": 1,
    "since_ms": Ms(0),
    "body": (),
    "fields": ["key"],
    "ticket": TicketKey("HELP-7"),
    "comment": CommentId("10044"),
    "key": DeliveryId("HELP-7"),
    "desk": "6",
    "request_type": "11",
    "id": "6",
    "create": Call("POST", f"{DESK}/request"),
    "more": SiteFields(),
    "file": io.BytesIO(),
}


def calls() -> Iterator[tuple[str, Callable[..., Call]]]:
    """Yield every function that makes a call to Jira."""
    names = [f"{wire.__name__}.{found.name}" for found in pkgutil.iter_modules(wire.__path__)]
    for path in [*names, files.__name__]:
        module = importlib.import_module(path)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            ours = function.__module__ == module.__name__ and name[0] != "_"
            if ours and get_type_hints(function).get("return") is Call and name != _NEEDS_A_FORM:
                yield f"{module.__name__}.{name}", function


def made(function: Callable[..., Call]) -> Call:
    asked = inspect.signature(function).parameters.values()
    needed: dict[str, Any] = {
        one.name: _GIVEN.get(one.name, "word") for one in asked if one.default is inspect._empty
    }
    return function(**needed)


@pytest.mark.parametrize(("name", "function"), list(calls()))
def test_each_call_to_jira_has_a_feature(name: str, function: Callable[..., Call]) -> None:
    assert jsm.feature(made(function)) in set(jsm.FEATURES) - {jsm.OTHER}


def test_there_are_calls_to_jira() -> None:
    assert len(list(calls())) > 15


def test_an_id_of_any_shape_makes_no_feature_of_its_own() -> None:
    for odd in ("10001", "HELP-7", "a b", "%2e%2e", TicketId("x" * 300)):
        assert jsm.feature(Call("GET", f"/rest/api/3/issue/{odd}/strange")) == jsm.OTHER
        assert jsm.feature(Call("GET", f"/rest/servicedeskapi/request/{odd}")) in jsm.FEATURES
        assert lark.feature("GET", f"/open-apis/im/v1/messages/{odd}") == "message"
        assert lark.feature("GET", f"/open-apis/im/v1/strange/{odd}") == lark.OTHER


def test_what_is_free_is_a_feature() -> None:
    assert set(lark.FREE) <= set(lark.FEATURES)
