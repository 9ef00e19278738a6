"""Somebody of another company asks, in a group where hardly anything reaches one person alone."""

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from house import GLOBEX, INITECH, House
from shell import Shell

from syncd.core.model import ChatId, DeliveryState, Destination, FormWay, Language, ReporterRule
from syncd.core.operators.serving import ChatDecision
from syncd.sandbox.box import Sandbox
from syncd.sandbox.lark.shown import Shown

TYPED = {"reporter": "mei@initech.example", "customfield_10041": "2-Major"}
EPHEMERAL, DIRECT = "/open-apis/ephemeral/v1/send", "receive_id_type=open_id"


@pytest.fixture(autouse=True)
def unlimited(box: Sandbox) -> None:
    """What these stories say in one chat would be more than a chat takes in a second."""
    box.lark_state.limits.enforced = False


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def cards(house: House, root: str, viewer: str = "omar") -> list[Shown]:
    house.until(lambda: not house.deliveries(DeliveryState.READY), step=1)
    return [m for m in house.thread(viewer, INITECH, root) if m.kind == "card" and not m.recalled]


def with_button(house: House, root: str, name: str) -> Shown:
    """Return the newest card in the thread that has this button."""
    return [m for m in cards(house, root) if any(b.name == name for b in m.buttons)][-1]


def opens(house: House, person: str, root: str) -> Shown:
    """Press the button in the thread and return the form that opens there."""
    house.clicks(person, with_button(house, root, "open_form"), "open_form")
    return form(house, root)


def form(house: House, root: str) -> Shown:
    (card,) = [m for m in cards(house, root) if m.fields]
    return card


def files(house: House, person: str, text: str = "集群挂了", **typed: str) -> str:
    root = house.asks(person, INITECH, text)
    click = house.clicks(person, opens(house, person, root), "submit", **(TYPED | typed))
    assert click.toast.type == "success", click.toast.content
    return root


def reporters(house: House) -> list[str]:
    accounts = {account.account_id: account.email for account in house.box.jira_state.accounts()}
    return [accounts[ticket.reporter] for ticket in house.box.jira_people.tickets()]


def seen_by_all(house: House) -> str:
    """Return all that stands in the group, as JSON of cards and texts has it."""
    shown = house.box.lark_state.in_chat(house.box.lark_state.chats[INITECH])
    return "\n".join(message.content for message in shown)


def decides(house: House, **how: Any) -> None:
    """Let an operator decide how the chat is served."""
    decision = ChatDecision(ChatId(INITECH), enabled=True, **how)
    house.app.store.write(lambda tx: tx.chats.set(decision))


def refused_tries(house: House, path: str) -> int:
    calls = house.box.world.journal.calls("lark")
    return sum(path in f"{call.path}?{call.query}" and call.status >= 400 for call in calls)


def test_the_form_opens_in_the_thread_by_a_button_and_becomes_a_ticket(house: House) -> None:
    root = house.asks("mei", INITECH, "集群挂了\n从九点开始")
    assert "点击按钮" in with_button(house, root, "open_form").text
    card = opens(house, "mei", root)
    filled = {f.name: f.default for f in card.fields}
    assert (filled["summary"], filled["description"]) == ("集群挂了", "集群挂了\n从九点开始")
    assert filled["reporter"] == ""
    click = house.clicks("mei", card, "submit", **TYPED)
    assert click.toast.type == "success"
    (ticket,) = house.box.jira_people.tickets()
    assert reporters(house) == ["mei@initech.example"]
    told = cards(house, root)
    assert not any(m.fields for m in told), "the form is gone"
    assert any(ticket.key in m.text for m in told)
    assert "mei@" not in seen_by_all(house)
    assert house.undelivered() == []


def test_a_chat_is_asked_once_for_what_it_refuses(house: House) -> None:
    for person in ("mei", "omar", "mei"):
        house.asks(person, INITECH)
    assert (refused_tries(house, EPHEMERAL), refused_tries(house, DIRECT)) == (1, 1)
    house.time_passes(seconds=25 * 3600)
    house.asks("omar", INITECH)
    assert (refused_tries(house, EPHEMERAL), refused_tries(house, DIRECT)) == (2, 2)


def test_a_group_that_the_bot_joins_anew_is_tried_anew(house: House) -> None:
    house.asks("mei", INITECH)
    house.box.lark_people.remove_bot(INITECH)
    house.box.lark_people.add_bot(INITECH)
    house.settle()
    house.box.lark_state.switches.ext_ephemeral = "ok"
    house.asks("mei", INITECH)
    assert house.form("mei", INITECH).private


def test_own_people_get_their_private_form_though_others_cannot(house: House) -> None:
    house.box.lark_state.switches.ext_ephemeral = "ok_insiders"
    house.asks("mei", INITECH)
    house.asks("erin", INITECH)
    assert house.form("erin", INITECH).private


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.EN, "Only the person who asked can use this form. Mention me"),
        (Language.ZH, "只有提问者本人可以使用此表单。请在群中 @ 我"),
        (Language.JA, "このフォームを使えるのは依頼した本人だけです。ご自身のフォームは"),
    ],
)
def test_whoever_else_clicks_is_told_to_mention_the_bot(
    house: House, language: Language, told: str
) -> None:
    decides(house, language=language)
    root = house.asks("mei", INITECH)
    assert (
        told
        in house.clicks("omar", with_button(house, root, "open_form"), "open_form").toast.content
    )
    assert not any(m.fields for m in cards(house, root)), "nothing opens for somebody else"
    card = opens(house, "mei", root)
    for button in ("submit", "cancel"):
        assert told in house.clicks("omar", card, button, **TYPED).toast.content
    assert house.ticket_keys() == []


def test_the_address_of_last_time_is_offered_masked_and_used_without_typing(house: House) -> None:
    files(house, "mei")
    root = house.asks("mei", INITECH, "磁盘满了")
    card = opens(house, "mei", root)
    reporter = card.field_named("reporter")
    assert "m***@initech.example" in reporter.placeholder
    assert not reporter.default
    click = house.clicks("mei", card, "submit", customfield_10041="1-Critical")
    assert click.toast.type == "success"
    assert reporters(house) == ["mei@initech.example"] * 2
    assert "mei@" not in seen_by_all(house)
    other = opens(house, "omar", house.asks("omar", INITECH))
    assert "***" not in other.field_named("reporter").placeholder, "it is one person's"


def test_the_address_of_last_time_is_forgotten_by_a_button(house: House) -> None:
    files(house, "mei")
    card = opens(house, "mei", house.asks("mei", INITECH, "磁盘满了"))
    assert house.clicks("omar", card, "forget").toast.type == "warning"
    assert "忘记" in house.clicks("mei", card, "forget").toast.content
    click = house.clicks("mei", card, "submit", customfield_10041="1-Critical")
    assert click.toast.type == "warning", "nothing is used that was forgotten"
    again = opens(house, "mei", house.asks("mei", INITECH, "网络断了"))
    assert again.field_named("reporter").required
    assert not [b for b in again.buttons if b.name == "forget"]
    files(house, "mei")
    later = opens(house, "mei", house.asks("mei", INITECH, "又挂了"))
    assert "m***@" in later.field_named("reporter").placeholder, "typed again, offered again"


def test_nothing_is_typed_twice_where_the_helpdesk_refuses_what_was_typed(make_house) -> None:
    house: House = make_house(**{"jsm.unknown_reporter": "refuse"})
    root = house.asks("mei", INITECH)
    card = opens(house, "mei", root)
    house.clicks("mei", card, "submit", **TYPED, summary="集群完全挂了")
    assert house.ticket_keys() == []
    assert "原因" in with_button(house, root, "open_form").text
    click = house.clicks("mei", with_button(house, root, "open_form"), "open_form")
    assert "mei@initech.example" in click.toast.content, "the asker alone learns why"
    card = form(house, root)
    filled = {f.name: f.default for f in card.fields if f.default}
    assert filled == {"description": "our cluster is down"}, "what was typed is nobody's business"
    assert not [f.name for f in card.fields if f.required and not f.default]
    click = house.clicks("mei", card, "submit", reporter="aiko@acme.example")
    assert "initech.example" in click.toast.content, "not of the chat's domain"
    decides(house, reporter=ReporterRule.ANY, allowed_domains=())
    click = house.clicks("mei", card, "submit")
    assert click.toast.type == "success", "what was typed last is kept"
    (ticket,) = house.box.jira_people.tickets()
    assert ticket.summary == "集群完全挂了"
    assert "mei@" not in seen_by_all(house)


def test_whoever_has_opened_the_private_chat_gets_the_form_there(house: House) -> None:
    house.asks("omar", INITECH)
    house.box.lark_people.open_direct_chat("mei")
    house.settle()
    root = house.asks("mei", INITECH)
    form = house.form("mei", INITECH)
    assert form in house.box.lark_people.direct("mei")
    house.clicks("mei", form, "submit", **TYPED)
    assert any("HELP-1" in m.text for m in cards(house, root))
    house.asks("mei", INITECH)
    assert house.form("mei", INITECH).field_named("reporter").default == "mei@initech.example"


def test_a_word_for_one_person_waits_behind_a_button(house: House) -> None:
    root = house.asks("mei", INITECH)
    house.says("omar", INITECH, "@Support Bot 我的密码是 hunter2", thread=root)
    waits = with_button(house, root, "read_word")
    assert "只有您能看到" in waits.text
    assert "此话题的请求属于其他人" in house.clicks("omar", waits, "read_word").toast.content
    assert house.clicks("mei", waits, "read_word").toast.type == "warning", "it is not hers"
    assert "hunter2" not in "".join(card.text for card in cards(house, root))


def test_an_outsider_reads_their_own_tickets_behind_a_button(house: House) -> None:
    files(house, "mei", "集群挂了")
    root = house.asks("mei", INITECH, "我的")
    waits = with_button(house, root, "read_word")
    assert "HELP-1" not in "".join(card.text for card in cards(house, root))
    click = house.clicks("mei", waits, "read_word")
    assert "HELP-1：集群挂了" in click.toast.content
    assert house.clicks("omar", waits, "read_word").toast.type == "warning", "it is not his"


def test_what_an_outsider_asks_how_it_works_is_said_in_the_thread(house: House) -> None:
    root = house.asks("mei", INITECH, "help")
    (help_card,) = cards(house, root)
    house.clicks("mei", help_card, "open_form")
    card = form(house, root)
    assert all(not f.default for f in card.fields)
    assert house.deliveries(DeliveryState.DEAD) == []


@pytest.mark.parametrize("way", [FormWay.THREAD, FormWay.DIRECT])
def test_an_operator_chooses_how_forms_reach_people(make_house, way: FormWay) -> None:
    house: House = make_house(**{"defaults.form": way})
    root = house.asks("ben", GLOBEX)
    if way is FormWay.DIRECT:
        assert house.form("ben", GLOBEX) in house.box.lark_people.direct("ben")
    else:
        (offer,) = house.thread("ben", GLOBEX, root)
        house.clicks("ben", offer, "open_form")
        assert house.form("ben", GLOBEX) in house.thread("dora", GLOBEX, root)
        assert house.box.lark_people.direct("ben") == []
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]
    assert "/ephemeral/v1/send" not in [c.path for c in house.box.world.journal.calls("lark")]


def authors(house: House, key: str) -> list[str]:
    """Return who wrote, as the ticket's comments say."""
    bodies = [str(comment.text) for comment in house.box.jira_people.comments(key)]
    return [body.split("\n")[0] for body in bodies]


def test_people_are_called_by_the_names_of_the_groups_list_which_is_asked_for_once(
    house: House,
) -> None:
    root = files(house, "mei")
    for person in ("mei", "omar", "omar"):
        house.says(person, INITECH, f"还有，{person}", thread=root)
    cards(house, root)
    names = authors(house, "HELP-1")
    assert ["林梅" in names[0], *("Omar Haddad" in name for name in names[1:])] == [True] * 3
    assert len(house.box.world.journal.calls("lark", "/members")) == 1


def test_people_without_a_name_are_told_apart_by_a_sign(house: House, shell: Shell) -> None:
    house.box.lark_state.switches.ext_members = "232033"
    root = files(house, "mei")
    for person in ("mei", "omar", "mei", "omar"):
        house.says(person, INITECH, f"还有，{person}", thread=root)
    cards(house, root)
    names = authors(house, "HELP-1")
    assert names[0] == names[2] != names[1] == names[3]
    assert all(re.search(r"Lark 用户 [A-Z2-7]{4}", name) for name in names)
    assert len(house.box.world.journal.calls("lark", "/members")) == 1
    asked = house.box.world.journal.calls("lark", "/contact/")
    assert len(asked) <= 4, "at most two a day for each"
    said = shell.run("chats", "show", INITECH)
    assert "members is refused here (everybody)" in said
    assert "im:chat.members:read" in said
    assert "ephemeral is refused here (outside)" in said


def test_a_name_by_which_somebody_was_mentioned_needs_no_call(house: House) -> None:
    house.box.lark_state.switches.ext_members = "232033"
    root = files(house, "mei", "@Omar Haddad 也看到了")
    house.says("omar", INITECH, "是的", thread=root)
    cards(house, root)
    assert "Omar Haddad" in authors(house, "HELP-1")[0]
    calls = house.box.world.journal.calls("lark", "/contact/")
    assert not [c for c in calls if "ou_omar" in c.path + c.request.decode()]


def test_a_name_comes_with_whoever_is_added_to_the_group(house: House) -> None:
    house.box.lark_state.switches.ext_members = "232033"
    house.box.lark_state.chats[INITECH].members.discard("ou_omar")
    house.box.lark_people.join("omar", INITECH)
    root = files(house, "mei")
    house.says("omar", INITECH, "我也是", thread=root)
    cards(house, root)
    assert "Omar Haddad" in authors(house, "HELP-1")[0]


def test_people_who_ask_at_the_same_moment_are_refused_once(house: House) -> None:
    """Both forms are claimed before either was refused."""
    people = house.box.lark_people
    for person in ("mei", "omar"):
        message = people.say(person, INITECH, "@Support Bot 集群挂了")
        assert people.wait_delivered(message)
    house.app.intake.run_once()
    house.fail("lark", f"POST {EPHEMERAL}", "hang", seconds=1.0)
    courier = house.app.couriers[Destination.LARK]
    workers = [threading.Thread(target=courier.run_once) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    house.until(lambda: not house.deliveries(DeliveryState.READY), step=1)
    assert refused_tries(house, EPHEMERAL) == 1
    assert refused_tries(house, DIRECT) == 1
    offers = [m for m in people.view("erin", INITECH) if m.thread]
    assert len(offers) == 2
