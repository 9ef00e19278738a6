"""Each thing that Lark may refuse in a group of two companies, alone and with others."""

import os

import databases
import pytest
from abroad import UNANSWERED, Abroad, combination
from house import INITECH, House

from syncd.sandbox.lark.abroad import OTHERWISE

# On SQLite alone: what Lark refuses is no matter of the database.
url = databases.fresh_on(databases.SQLITE)

_SEEDS = int(os.environ.get("SYNCD_TEST_ABROAD", "4"))
_ALONE = [
    (name, value) for name, values in OTHERWISE.items() for value in values
    if name not in UNANSWERED
]  # fmt: skip


def plays(house: House, settings: dict[str, str]) -> list[str]:
    abroad = Abroad(house, settings)
    abroad.tells()
    return abroad.problems()


@pytest.mark.parametrize(("name", "value"), [("ext_send", "ok"), *_ALONE])
def test_each_refusal_alone(make_house, name: str, value: str) -> None:
    house: House = make_house()
    assert plays(house, {name: value}) == []


@pytest.mark.parametrize("seed", range(_SEEDS))
def test_refusals_by_chance(make_house, seed: int) -> None:
    house: House = make_house()
    settings = combination(seed)
    assert plays(house, settings) == [], settings


def test_where_no_click_arrives_the_portal_is_named(house: House) -> None:
    house.box.lark_state.switches.ext_callback = "lost"
    root = house.asks("mei", INITECH)
    (offer,) = [m for m in house.thread("mei", INITECH, root) if m.kind == "card"]
    portal = f"{house.box.jsm_url}/servicedesk/customer/portal/"
    assert [b.url.startswith(portal) for b in offer.buttons if b.url] == [True]
