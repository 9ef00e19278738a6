"""Lark itself as the engine: its scope, its limits, and that its failures are not the chat's."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from house import GLOBEX, House
from test_truth import standing
from translated import MARK, card, comments, reasons, translates

TRANSLATE = "POST /open-apis/translation/v1/text/translate"


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    house = make_house(**{"translate.engine": "lark", "defaults.into": "ja"})
    house.box.lark_state.switches.scopes.add("translation:text")
    return house


def asked(house: House) -> list[dict[str, Any]]:
    calls = house.box.world.journal.calls("lark", "/open-apis/translation/v1/text/translate")
    return [json.loads(call.request) for call in calls]


def test_lark_translates_and_is_told_what_stays(house: House) -> None:
    story = house.files("ben", GLOBEX)
    comments(house, story, "please restart db-01")
    translates(house)
    assert "esaelp tratser db-01" in card(house).text.partition(MARK)[2]
    (call,) = asked(house)
    assert call == {
        "source_language": "en",
        "target_language": "ja",
        "text": "please restart [[0]]",
        "glossary": [{"from": "[[0]]", "to": "[[0]]"}],
    }


def test_a_long_comment_goes_in_parts_that_lark_takes(house: House) -> None:
    story = house.files("ben", GLOBEX)
    words = " ".join(f"the node {n} was restarted and the disk is full again." for n in range(60))
    comments(house, story, f"{words}\nlast line")
    translates(house)
    assert len(asked(house)) == 4
    assert "enil" in card(house).text.partition(MARK)[2]
    assert house.undelivered() == []


def test_what_lark_finds_in_that_language_is_not_translated(house: House) -> None:
    story = house.files("ben", GLOBEX)
    comments(house, story, "OK OK OK OK OK OK OK OK です")
    translates(house)
    assert asked(house) == []
    assert MARK not in standing(house)
    assert house.undelivered() == []


def test_a_missing_scope_keeps_nothing_else_waiting_and_can_be_given(house: House) -> None:
    house.box.lark_state.switches.scopes.discard("translation:text")
    story = house.files("ben", GLOBEX)
    comments(house, story, "the node is back")
    translates(house)
    comments(house, story, "all is well")
    assert "all is well" in standing(house)
    assert house.app.records.board.standing() == {}
    house.box.lark_state.switches.scopes.add("translation:text")
    house.time_passes(seconds=120)
    translates(house)
    assert standing(house).count(MARK) == 2


@pytest.mark.parametrize("code", [1140101, 99991543])
def test_a_refusal_of_larks_is_listed_without_its_words(house: House, code: int) -> None:
    house.box.lark_state.switches.translation_code = code
    story = house.files("ben", GLOBEX)
    comments(house, story, "the node is back")
    translates(house)
    assert reasons(house) == [f"Lark does not translate it: code {code}"]


def test_larks_own_fault_is_waited_for(house: House) -> None:
    body = '{"code":1140102,"msg":"retry"}'
    house.fail("lark", TRANSLATE, "refuse", times=2, status=500, body=body)
    story = house.files("ben", GLOBEX)
    comments(house, story, "the node is back")
    translates(house)
    assert MARK not in standing(house)
    house.time_passes(seconds=60)
    translates(house)
    house.time_passes(seconds=60)
    translates(house)
    assert MARK in standing(house)
    assert house.app.condition.troubles() == {}
