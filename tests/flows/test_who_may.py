"""Who may ask, close and adopt is said for each chat; who is not in a group any more does nothing
by what they still have of it."""

import json
from dataclasses import replace

import databases
import pytest
from house import ACME, GLOBEX, INITECH, House

from syncd.core.model import ChatId
from syncd.core.operators.serving import ChatDecision
from syncd.sandbox.jsm.engineers import JiraPeople
from syncd.sandbox.lark.shown import Shown

url = databases.fresh_on(databases.SQLITE)

DELETED = "im.chat.member.user.deleted_v1"


def serves(house: House, chat: str, **keys: object) -> None:
    with house.app.store.begin() as tx:
        before = tx.chats.decided(ChatId(chat)) or ChatDecision(ChatId(chat), enabled=True)
        tx.chats.set(replace(before, **keys))


def leaves(house: House, person: str, chat: str) -> None:
    house.box.lark_people.leave(person, chat)
    heard = DELETED in house.box.lark_state.switches.subscriptions
    delivery = house.box.lark_state.delivery
    assert not heard or house.box.lark_people.wait_until(
        lambda: any(e.status == "acked" for e in delivery.about(chat))
    )
    house.settle()


def card(house: House, person: str, chat: str, root: str) -> Shown:
    return next(m for m in house.thread(person, chat, root) if m.kind == "card")


def listings(house: House) -> int:
    return len(house.box.world.journal.calls("lark", "/members", "GET"))


def desk(house: House) -> JiraPeople:
    house.box.jira_state.switches.customer_transitions = {"11", "31"}
    return house.box.jira_people


@pytest.mark.parametrize(
    ("allowed", "ben"),
    [
        (("anyone",), True),
        (("own",), True),
        (("ou_ben",), True),
        (("ou_dora",), False),
        ((), False),
    ],
)
def test_who_may_not_ask_is_told_so_alone_and_keeps_their_words(
    house: House, allowed: tuple[str, ...], ben: bool
) -> None:
    serves(house, GLOBEX, may_submit=allowed)
    root = house.asks("ben", GLOBEX, "our cluster is down")
    if ben:
        house.submits("ben", GLOBEX)
        assert len(house.ticket_keys()) == 1
        return
    (told,) = house.box.lark_people.direct("ben")
    assert told.title == "our cluster is down"
    assert "You may not ask for tickets in this group" in told.text
    assert house.thread("dora", GLOBEX, root) == []
    assert house.box.world.journal.calls("lark", "/ephemeral") == []
    house.says("ben", GLOBEX, "@Support Bot help")
    help_card = next(m for m in house.box.lark_people.direct("ben") if m.buttons)
    click = house.clicks("ben", help_card, "open_form")
    assert "You may not ask" in click.toast.content
    assert house.undelivered() == []


def test_own_is_the_apps_company_and_nobody_else(house: House) -> None:
    serves(house, INITECH, may_submit=("own",))
    house.box.lark_people.open_direct_chat("mei")
    house.asks("mei", INITECH, "集群挂了")
    assert "您不能在本群提交工单" in str(house.told("mei"))
    house.asks("erin", INITECH, "for them")
    assert house.form("erin", INITECH).fields


def test_what_an_operator_takes_back_counts_for_a_form_that_is_open(house: House) -> None:
    house.asks("ben", GLOBEX)
    serves(house, GLOBEX, may_submit=("ou_dora",))
    click = house.submits("ben", GLOBEX)
    assert "You may not ask" in click.toast.content
    assert house.ticket_keys() == []
    serves(house, GLOBEX, may_submit=("anyone",))
    house.submits("ben", GLOBEX)
    assert len(house.ticket_keys()) == 1


def test_who_may_not_close_is_told_so_by_the_button_and_by_the_word(house: House) -> None:
    people, story = desk(house), house.files("ben", GLOBEX)
    house.poll()
    house.time_passes(seconds=10)
    house.settle()
    serves(house, GLOBEX, may_close=("ou_ben",))
    shown = card(house, "dora", GLOBEX, story.root)
    click = house.clicks("dora", shown, "resolve")
    assert "You may not close" in click.toast.content
    house.says("dora", GLOBEX, "@Support Bot close", thread=story.root)
    assert "You may not close" in str(house.told("dora"))
    assert people.ticket(story.key).status != "Resolved"
    house.clicks("ben", shown, "resolve")
    assert people.ticket(story.key).status == "Resolved"
    assert house.undelivered() == []


def test_who_was_taken_out_submits_nothing_and_loses_nothing(house: House) -> None:
    serves(house, GLOBEX, form="direct")
    house.asks("ben", GLOBEX)
    leaves(house, "ben", GLOBEX)
    click = house.submits("ben", GLOBEX, summary="typed by hand")
    assert click.toast.type == "warning"
    assert "not in this group any more" in click.toast.content
    assert house.ticket_keys() == []
    house.box.lark_people.join("ben", GLOBEX)
    house.says("ben", GLOBEX, "back again")
    house.submits("ben", GLOBEX, summary="typed by hand")
    assert [t.summary for t in house.box.jira_people.tickets()] == ["typed by hand"]
    assert house.undelivered() == []


def test_what_they_wrote_before_brings_nobody_back(house: House) -> None:
    story = house.files("ben", GLOBEX)
    serves(house, GLOBEX, form="direct")
    house.asks("ben", GLOBEX)
    house.box.lark_state.switches.scopes -= {"im:chat.members:read"}
    written = house.box.lark_people.say("ben", GLOBEX, "@Support Bot list", thread=story.root)
    assert house.box.lark_people.wait_delivered(written)
    leaves(house, "ben", GLOBEX)
    click = house.submits("ben", GLOBEX, summary="typed by hand")
    assert "not in this group any more" in click.toast.content
    assert house.ticket_keys() == [story.key]


@pytest.mark.parametrize("known", [True, False], ids=["told before", "told late alone"])
def test_a_leaving_that_is_told_late_takes_nobody_out_who_came_back(
    house: House, known: bool
) -> None:
    serves(house, GLOBEX, form="direct")
    house.box.lark_state.switches.scopes -= {"im:chat.members:read"}
    house.asks("ben", GLOBEX)
    delivery = house.box.lark_state.delivery
    if not known:
        house.box.lark_state.switches.subscriptions -= {DELETED}
    early = house.box.world.clock.now_ms()
    leaves(house, "ben", GLOBEX)
    house.time_passes(seconds=5)
    house.box.lark_people.join("ben", GLOBEX)
    house.settle()
    user = {"name": "Ben", "tenant_key": "t", "user_id": {"open_id": "ou_ben"}}
    header = {"create_time": str(early), "token": "", "tenant_key": "t", "app_id": "a"}
    late = delivery.publish(DELETED, header, {"chat_id": GLOBEX, "users": [user]}, GLOBEX)
    assert house.box.lark_people.wait_until(lambda: late.status == "acked")
    house.settle()
    house.submits("ben", GLOBEX, summary="typed by hand")
    assert [t.summary for t in house.box.jira_people.tickets()] == ["typed by hand"]


def test_their_old_cards_do_nothing_for_them(house: House) -> None:
    people, story = desk(house), house.files("ben", GLOBEX)
    house.poll()
    house.time_passes(seconds=10)
    house.settle()
    shown = card(house, "dora", GLOBEX, story.root)
    leaves(house, "dora", GLOBEX)
    click = house.clicks("dora", shown, "resolve")
    assert "not in this group any more" in click.toast.content
    assert people.ticket(story.key).status != "Resolved"
    house.clicks("ben", shown, "resolve")
    assert people.ticket(story.key).status == "Resolved"


def test_where_no_event_tells_the_list_does_before_anything_is_written(house: House) -> None:
    house.box.lark_state.switches.subscriptions -= {DELETED}
    people, story = desk(house), house.files("ben", GLOBEX)
    house.poll()
    house.time_passes(seconds=10)
    house.settle()
    shown = card(house, "dora", GLOBEX, story.root)
    serves(house, GLOBEX, form="direct")
    house.asks("ben", GLOBEX, "one more")
    house.time_passes(seconds=400)
    leaves(house, "dora", GLOBEX)
    leaves(house, "ben", GLOBEX)
    house.clicks("dora", shown, "resolve")
    assert "not in this group any more" in str(house.told("dora"))
    assert people.ticket(story.key).status != "Resolved"
    house.submits("ben", GLOBEX, summary="typed by hand")
    assert house.ticket_keys() == [story.key]
    again = house.form("ben", GLOBEX)
    assert "not in this group any more" in again.text
    assert again.field_named("summary").default == "typed by hand"
    assert [d.command.kind() for d in house.undelivered()] == ["FileTicket"]


def test_a_person_is_looked_for_once_in_some_minutes(house: House) -> None:
    people, story = desk(house), house.files("ben", GLOBEX)
    house.poll()
    house.time_passes(seconds=10)
    house.settle()
    before = listings(house)
    for word in ("close", "reopen", "close"):
        house.says("dora", GLOBEX, f"@Support Bot {word}", thread=story.root)
    assert listings(house) - before == 2, "once for the name, once for being there"
    assert people.ticket(story.key).status == "Resolved"


ODD_LISTS = {
    "nothing": {},
    "no list": {"items": None, "has_more": False},
    "an empty list": {"items": [], "has_more": False},
    "no ids": {"items": [{"name": "Ben"}, {"member_id": 7}], "has_more": False},
    "an id that is none": {
        "items": [{"member_id": "ou_dora"}, {"member_id": None}],
        "has_more": False,
    },
    "not whether it goes on": {"items": [{"member_id": "ou_dora"}]},
}


@pytest.mark.parametrize("told", ODD_LISTS)
def test_a_list_that_is_none_says_of_nobody_that_they_are_gone(house: House, told: str) -> None:
    body = json.dumps({"code": 0, "msg": "ok", "data": ODD_LISTS[told]})
    route = "GET /open-apis/im/v1/chats/.*/members"
    house.fail("lark", route, "refuse", times=-1, status=200, body=body)
    house.files("ben", GLOBEX)
    assert listings(house) > 0
    assert house.undelivered() == []


def test_a_group_that_became_external_locks_nobody_out(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.time_passes(seconds=400)
    house.box.lark_state.switches.ext_member_ids = "disjoint"
    house.box.lark_state.chats[GLOBEX].external = True
    before = listings(house)
    house.asks("ben", GLOBEX, "one more")
    house.submits("ben", GLOBEX)
    assert listings(house) > before
    assert len(house.ticket_keys()) == 2
    assert story.key in house.ticket_keys()
    assert house.undelivered() == []


@pytest.mark.parametrize("how", ["no scope", "external", "away"])
def test_where_nobody_can_tell_it_works_as_ever(house: House, how: str) -> None:
    switches = house.box.lark_state.switches
    if how == "no scope":
        switches.scopes -= {"im:chat.members:read"}
    if how == "external":
        switches.ext_member_ids = "disjoint"
        house.box.lark_state.chats[GLOBEX].external = True
    if how == "away":
        house.fail("lark", "GET /open-apis/im/v1/chats/.*/members", "refuse", times=-1, status=503)
    house.files("ben", GLOBEX)
    assert house.undelivered() == []


def test_of_a_crowd_only_who_was_taken_out_is_refused(house: House) -> None:
    serves(house, ACME, form="direct")
    for person in ("aiko", "chen"):
        house.asks(person, ACME, f"from {person}")
    leaves(house, "chen", ACME)
    refused = house.submits("chen", ACME, reporter="chen@acme.example")
    house.submits("aiko", ACME)
    assert refused.toast.type == "warning"
    assert [t.summary for t in house.box.jira_people.tickets()] == ["from aiko"]


def test_an_emoji_opens_no_form_for_whom_a_mention_opens_none(house: House) -> None:
    serves(house, GLOBEX, may_submit=("ou_dora",))
    message = house.says("dora", GLOBEX, "tikv-3 is down")
    for person in ("ben", "dora"):
        assert house.box.lark_people.wait_delivered(
            house.box.lark_people.react(person, message, "Pin")
        )
        house.settle()
    seen = [house.box.lark_people.view(person, GLOBEX) for person in ("ben", "dora")]
    assert [len([m for m in view if m.fields]) for view in seen] == [0, 1]
    assert "may" in house.told("ben")[-1]
