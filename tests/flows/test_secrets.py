"""What looks like a secret is pointed out before a ticket is made of it, and masked on request."""

import json
from typing import Any

import databases
import pytest
from hostile import LARK
from house import ACME, GLOBEX, INITECH, House

from syncd.sandbox.lark.shown import Shown

url = databases.fresh_on(databases.SQLITE)

TOKEN = "ghp_" + "Zx9" * 12
MASKED = "ghp_Zx••••••"


def everything_in_jira(house: House) -> str:
    calls = house.box.world.journal.calls("jsm")
    return "\n".join(call.request.decode("utf-8", "replace") for call in calls)


def names(card: Shown) -> set[str]:
    return {button.name for button in card.buttons if button.submits}


def chooses(house: House, person: str, chat: str, button: str, **values: str) -> Any:
    filled = {"customfield_10041": "2-Major"} | values
    return house.clicks(person, house.form(person, chat), button, **filled)


def test_a_typed_token_comes_back_once_and_is_masked_on_request(house: House, caplog) -> None:
    house.asks("ben", GLOBEX)
    assert names(house.form("ben", GLOBEX)) == {"submit"}
    click = house.submits("ben", GLOBEX, description=f"it says {TOKEN} here\nand more")
    assert click.toast.type == "warning"
    assert "ghp_Zx…" in click.toast.content
    assert TOKEN not in click.toast.content
    assert house.ticket_keys() == []
    card = house.form("ben", GLOBEX)
    assert names(card) == {"mask", "as_is"}
    assert "ghp_Zx…" in card.text
    assert card.field_named("description").default == f"it says {TOKEN} here\nand more"
    assert card.field_named("customfield_10041").default == "2-Major"
    chooses(house, "ben", GLOBEX, "mask")
    (ticket,) = house.box.jira_people.tickets()
    assert f"it says {MASKED} here" in ticket.description
    assert "and more" in ticket.description
    assert "Zx9" not in everything_in_jira(house)
    assert "Zx9" not in caplog.text
    assert house.undelivered() == []


def test_as_it_is_means_as_it_is(house: House) -> None:
    house.asks("ben", GLOBEX)
    house.submits("ben", GLOBEX, description=f"it says {TOKEN}")
    chooses(house, "ben", GLOBEX, "as_is")
    (ticket,) = house.box.jira_people.tickets()
    assert TOKEN in ticket.description


def test_what_the_mention_holds_is_pointed_out_when_the_form_is_shown(house: House) -> None:
    house.asks("ben", GLOBEX, f"login fails with {TOKEN}")
    card = house.form("ben", GLOBEX)
    assert names(card) == {"mask", "as_is"}
    assert "ghp_Zx…" in card.text
    chooses(house, "ben", GLOBEX, "mask")
    (ticket,) = house.box.jira_people.tickets()
    assert (MASKED in ticket.summary, MASKED in ticket.description) == (True, True)
    assert "Zx9" not in everything_in_jira(house)


def test_who_takes_it_out_themselves_submits_by_either_button(house: House) -> None:
    house.asks("ben", GLOBEX, f"login fails with {TOKEN}")
    chooses(house, "ben", GLOBEX, "as_is", summary="login fails", description="with a token")
    (ticket,) = house.box.jira_people.tickets()
    assert "with a token" in ticket.description
    assert "Zx9" not in everything_in_jira(house)


def test_the_part_of_a_long_message_that_no_form_shows_is_masked_too(house: House) -> None:
    house.asks("aiko", ACME, "長い" * 700 + f"\npassword={TOKEN}")
    card = house.form("aiko", ACME)
    assert names(card) == {"mask", "as_is"}
    chooses(house, "aiko", ACME, "mask", description="shorter, by hand")
    (ticket,) = house.box.jira_people.tickets()
    said = str([c.text for c in house.box.jira_people.comments(ticket.key)])
    assert f"password={MASKED}" in said
    assert "Zx9" not in everything_in_jira(house)
    assert house.undelivered() == []


def test_in_a_form_that_others_see_nothing_of_it_is_shown(house: House) -> None:
    root = house.asks("mei", INITECH, "集群挂了")
    thread = [m for m in house.thread("mei", INITECH, root) if not m.recalled]
    offer = next(m for m in thread if any(b.name == "open_form" for b in m.buttons))
    house.clicks("mei", offer, "open_form")
    typed = {"reporter": "mei@initech.example", "customfield_10041": "2-Major"}
    card = house.form("mei", INITECH)
    click = house.clicks("mei", card, "submit", description=f"用 {TOKEN} 登录", **typed)
    assert "ghp_Zx…" in click.toast.content
    thread = house.thread("omar", INITECH, root)
    again = house.form("mei", INITECH)
    assert names(again) == {"mask", "as_is"}
    assert "ghp_" not in "".join(m.text + repr(m.fields) for m in thread)
    house.clicks("mei", again, "mask")
    (ticket,) = house.box.jira_people.tickets()
    assert MASKED in ticket.description
    assert "Zx9" not in everything_in_jira(house)


def test_a_second_press_makes_no_second_ticket(house: House) -> None:
    house.asks("ben", GLOBEX)
    first = house.form("ben", GLOBEX)
    typed = {"customfield_10041": "2-Major", "description": TOKEN}
    for _ in range(3):
        house.clicks("ben", first, "submit", **typed)
        seen = [m.message_id for m in house.box.lark_people.view("ben", GLOBEX) if m.fields]
        if first.message_id not in seen:
            break
    second = house.form("ben", GLOBEX)
    clicks = [house.box.lark_people.click("ben", second.message_id, name, typed | {
        f.name: f.default for f in second.fields if f.default
    }) for name in ("mask", "as_is", "mask")]  # fmt: skip
    house.settle()
    assert clicks[0].toast.type == "success"
    (ticket,) = house.box.jira_people.tickets()
    assert "Zx9" not in ticket.description


def test_an_operator_may_switch_it_off(make_house) -> None:
    house: House = make_house(**{"forms.point_out_secrets": False})
    house.asks("ben", GLOBEX, f"login fails with {TOKEN}")
    house.submits("ben", GLOBEX)
    (ticket,) = house.box.jira_people.tickets()
    assert TOKEN in ticket.description


@pytest.mark.parametrize("text", LARK[:6])
def test_odd_words_around_it_stop_nothing(house: House, text: str) -> None:
    house.asks("ben", GLOBEX)
    house.submits("ben", GLOBEX, description=f"{text[:400]}\npassword=abc1234\n")
    if not house.ticket_keys():
        chooses(house, "ben", GLOBEX, "mask")
    (ticket,) = house.box.jira_people.tickets()
    assert "abc1234" not in ticket.description
    assert "abc1234" not in json.dumps(ticket.fields, ensure_ascii=False)


def test_of_a_crowd_each_chooses_for_themselves(house: House) -> None:
    serves = (("aiko", ACME, "mask"), ("ben", GLOBEX, "as_is"))
    for person, chat, _ in serves:
        house.asks(person, chat, f"from {person}: {TOKEN}")
    for person, chat, button in serves:
        chooses(house, person, chat, button)
    told = {t.summary.partition(":")[0]: TOKEN in t.description
            for t in house.box.jira_people.tickets()}  # fmt: skip
    assert told == {"from aiko": False, "from ben": True}
