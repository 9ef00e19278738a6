"""Every rule a card can break, and the code it gets for it."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

Json = dict[str, Any]
Change = Callable[[Json], object]


def form(card: Json) -> Json:
    return card["body"]["elements"][1]


def fields(card: Json) -> list[Json]:
    return form(card)["elements"]


def put(target: Json, **values: object) -> None:
    target.update(values)


def many(card: Json, count: int) -> None:
    card["body"]["elements"] += [{"tag": "hr"}] * count


def nested(card: Json, levels: int) -> None:
    inner: Json = {"tag": "markdown", "content": "deep"}
    for _ in range(levels):
        column = {"tag": "column", "elements": [inner]}
        inner = {"tag": "column_set", "columns": [column]}
    card["body"]["elements"].append(inner)


def panel(inner: Json) -> Json:
    title = {"tag": "plain_text", "content": "More"}
    return {"tag": "collapsible_panel", "header": {"title": title}, "elements": [inner]}


TABLE: Json = {"tag": "table", "columns": [], "rows": []}
ACTION: Json = {"tag": "action", "actions": []}


def add(card: Json, *elements: Json) -> None:
    card["body"]["elements"].extend(elements)


def say(card: Json, content: str) -> None:
    card["body"]["elements"][0]["content"] = content


def plain(content: object) -> Json:
    return {"tag": "plain_text", "content": content}


def option(value: object) -> Json:
    return {"text": plain("1"), "value": value}


def link(address: str) -> list[Json]:
    return [{"type": "open_url", "default_url": address}]


def callback(value: object) -> list[Json]:
    return [{"type": "callback", "value": value}]


BROKEN: list[tuple[str, Change, int]] = [
    ("1.0", lambda c: put(c, schema="1.0"), 200621),
    ("no schema", lambda c: c.pop("schema"), 200621),
    ("no body", lambda c: c.pop("body"), 200621),
    ("elements at the root", lambda c: put(c, elements=[]), 200621),
    ("unknown root property", lambda c: put(c, footer={}), 200621),
    ("unknown config", lambda c: put(c["config"], wide_screen_mode=True), 200621),
    ("exclusive card", lambda c: put(c["config"], update_multi=False), 200621),
    ("header colour", lambda c: put(c["header"], template="pink"), 200621),
    ("header without title", lambda c: c["header"].pop("title"), 200621),
    ("header number", lambda c: put(c["header"], title=plain(7)), 200621),
    ("header empty", lambda c: put(c["header"], title={"tag": "plain_text"}), 200621),
    ("unknown tag", lambda c: add(c, {"tag": "blink"}), 200861),
    ("1.0 action", lambda c: add(c, ACTION), 200861),
    ("1.0 note", lambda c: add(c, {"tag": "note"}), 200861),
    ("unknown property", lambda c: put(fields(c)[0], hint="x"), 200621),
    ("1.0 button value", lambda c: put(fields(c)[-1], value={}), 200621),
    ("callback string", lambda c: put(fields(c)[-1], behaviors=callback("x")), 200621),
    ("unknown behavior", lambda c: put(fields(c)[-1], behaviors=[{"type": "call"}]), 200621),
    ("script link", lambda c: put(fields(c)[-1], behaviors=link("javascript:1")), 200621),
    ("two names alike", lambda c: put(fields(c)[1], name="summary"), 200621),
    ("name taken outside", lambda c: put(c["body"]["elements"][2], name="summary"), 200621),
    ("empty name", lambda c: put(fields(c)[0], name=""), 200621),
    ("no name in a form", lambda c: fields(c)[3].pop("name"), 200621),
    ("button without name", lambda c: fields(c)[-1].pop("name"), 200621),
    ("form without name", lambda c: form(c).pop("name"), 200621),
    ("no submit", lambda c: put(fields(c)[-1], form_action_type="reset"), 200621),
    ("submit outside", lambda c: put(c["body"]["elements"][2], form_action_type="submit"), 200621),
    ("reset outside", lambda c: put(c["body"]["elements"][2], action_type="form_reset"), 200621),
    ("date form", lambda c: put(fields(c)[5], initial_date="30.11.2026"), 200621),
    ("no such date", lambda c: put(fields(c)[5], initial_date="2026-11-31"), 200621),
    ("form in a panel", lambda c: put(c["body"], elements=[panel(form(c))]), 200861),
    ("form in a form", lambda c: fields(c).append(copy.deepcopy(form(c))), 200861),
    ("table in a form", lambda c: fields(c).append(TABLE), 200861),
    ("four tables", lambda c: add(c, *[TABLE] * 4), 11310),
    ("max_length 1001", lambda c: put(fields(c)[1], max_length=1001), 200621),
    ("max_length 0", lambda c: put(fields(c)[1], max_length=0), 200621),
    ("max_length text", lambda c: put(fields(c)[1], max_length="100"), 200621),
    ("default too long", lambda c: put(fields(c)[0], default_value="x" * 51), 200621),
    ("input type", lambda c: put(fields(c)[0], input_type="email"), 200621),
    ("placeholder 101", lambda c: put(fields(c)[0], placeholder=plain("x" * 101)), 200621),
    ("placeholder string", lambda c: put(fields(c)[0], placeholder="x"), 200621),
    ("required string", lambda c: put(fields(c)[0], required="true"), 200621),
    ("required outside", lambda c: put(c["body"]["elements"][2], required=True), 200621),
    ("no options", lambda c: put(fields(c)[3], options=[]), 200621),
    ("option number", lambda c: put(fields(c)[3], options=[option(1)]), 200621),
    ("options alike", lambda c: put(fields(c)[3], options=fields(c)[3]["options"] * 2), 200621),
    ("selected unknown", lambda c: put(fields(c)[4], selected_values=["CLI"]), 200621),
    ("date without placeholder", lambda c: fields(c)[5].pop("placeholder"), 200621),
    ("button text 101", lambda c: put(fields(c)[-1], text=plain("x" * 101)), 200621),
    ("button colour", lambda c: put(fields(c)[-1], type="green"), 200621),
    ("element_id", lambda c: put(fields(c)[0], element_id="1st"), 200621),
    ("text without content", lambda c: c["body"]["elements"][0].pop("content"), 200621),
    ("div text", lambda c: put(fields(c)[2], text={"tag": "html", "content": "x"}), 200621),
    ("201 elements", lambda c: many(c, 200), 11310),
    ("6 levels", lambda c: nested(c, 6), 11310),
    ("unknown person", lambda c: say(c, "<at id=ou_x></at>"), 100290),
    ("person after a backslash", lambda c: say(c, "\\<at id=ou_x></at>"), 100290),
    ("person in code", lambda c: say(c, "`<at id=ou_x></at>`"), 100290),
    ("unknown e-mail", lambda c: say(c, "<at email=a@b.c></at>"), 100290),
    ("unknown picture", lambda c: say(c, "![x](img_v3_x)"), 200570),
]  # fmt: skip


def test_the_card_is_fine_as_it_is(lark: Any, form_card: Json) -> None:
    assert lark.send(form_card, "interactive")["code"] == 0


@pytest.mark.parametrize(("change", "code"), [pytest.param(c, n, id=i) for i, c, n in BROKEN])
def test_broken_card_is_refused(
    unlimited_lark: Any, form_card: Json, change: Change, code: int
) -> None:
    change(form_card)
    answer = unlimited_lark.send(form_card, "interactive")
    assert answer["code"] == 230099
    assert f"ext=ErrCode: {code};" in answer["msg"]
    assert unlimited_lark.private(form_card)["code"] == 230099


def test_card_above_30_kb(lark: Any, form_card: Json) -> None:
    form_card["body"]["elements"][0]["content"] = "x" * 31_000
    assert lark.send(form_card, "interactive")["code"] == 230025
    assert "ErrCode: 11310" in lark.private(form_card)["msg"]


def test_escaped_quotes_count_as_they_are_sent(lark: Any, form_card: Json) -> None:
    form_card["body"]["elements"][0]["content"] = '"' * 12_000
    assert lark.send(form_card, "interactive")["code"] == 230025
    lark.state.switches.whole_request_counts = False
    assert lark.send(form_card, "interactive")["code"] == 0


def test_everybody_is_mentioned_only_where_the_group_allows_it(lark: Any, form_card: Json) -> None:
    form_card["body"]["elements"][0]["content"] = "<at id=all></at> look"
    assert lark.send(form_card, "interactive")["code"] == 0
    (shown,) = lark.people.view("chen", "oc_acme")
    assert shown.mentions == ["all"]
    lark.state.chats["oc_acme"].at_all_allowed = False
    assert lark.send(form_card, "interactive")["code"] == 230018
    assert lark.private(form_card)["code"] == 230018
    assert lark.send({"text": '<at user_id="all"></at>'})["code"] == 230018


def test_template_is_unknown(lark: Any) -> None:
    answer = lark.send({"type": "template", "data": {"template_id": "x"}}, "interactive")
    assert "ErrCode: 200380" in answer["msg"]


def test_card_that_is_no_json(lark: Any) -> None:
    body = {"receive_id": "oc_acme", "msg_type": "interactive", "content": "{"}
    path = "/im/v1/messages?receive_id_type=chat_id"
    assert lark.call("POST", path, json=body).json()["code"] == 230001
    body["content"] = json.dumps([])
    assert lark.call("POST", path, json=body).json()["code"] == 230001
