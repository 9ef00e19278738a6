"""A mention, a private form, and who may use it."""

import json

import pytest
from house import ACME, GLOBEX, LOBBY, TOPIC, House

from syncd.core.model import DeliveryState, ReporterRule
from syncd.sandbox.lark.shown import Shown

PRIVATE = "POST /open-apis/ephemeral/v1/send"
REPLY = "POST /open-apis/im/v1/messages/[^/]+/reply"


def test_only_the_asker_sees_the_form(house: House) -> None:
    house.asks("ben", GLOBEX, "our cluster is down\nsince 9:00")
    card = house.form("ben", GLOBEX)
    assert card.private
    defaults = {f.name: f.default for f in card.fields}
    assert defaults["reporter"] == "ben@globex.example"
    assert defaults["summary"] == "our cluster is down"
    assert defaults["description"] == "our cluster is down\nsince 9:00"
    assert [m.text for m in house.box.lark_people.view("dora", GLOBEX)] == [
        "@Support Bot our cluster is down\nsince 9:00"
    ]
    assert house.undelivered() == []


def test_mentions_of_people_become_their_names_in_the_form(house: House) -> None:
    house.asks("ben", GLOBEX, "please ask @Dora Silva about the disk")
    defaults = {f.name: f.default for f in house.form("ben", GLOBEX).fields}
    assert defaults["summary"] == "please ask @Dora Silva about the disk"


def test_reporter_stays_empty_when_the_profile_does_not_show_an_address(house: House) -> None:
    house.asks("dora", GLOBEX)
    defaults = {f.name: f.default for f in house.form("dora", GLOBEX).fields}
    assert defaults["reporter"] == ""


def test_in_a_topic_group_the_form_comes_as_a_direct_message(house: House) -> None:
    house.asks("aiko", TOPIC)
    card = house.form("aiko", TOPIC)
    assert card in house.box.lark_people.direct("aiko")
    assert "提交。它属于群“ACME topics”。" in card.text
    assert house.box.lark_people.direct("chen") == []
    assert [m.kind for m in house.box.lark_people.view("aiko", TOPIC)] == ["text"]


def test_a_mention_inside_a_thread_gets_its_form_as_a_direct_message_and_the_thread_says_so(
    house: House,
) -> None:
    root = house.says("ben", GLOBEX, "does anybody else see timeouts?")
    house.says("ben", GLOBEX, "@Support Bot yes please", thread=root)
    form = house.form("ben", GLOBEX)
    assert form in house.box.lark_people.direct("ben")
    assert "Globex support" in form.text, "it says for which group it is"
    assert len(_cards(house, root)) == 1, "the one mention is enough"
    house.says("ben", GLOBEX, "@Support Bot where is it?", thread=root)
    (pointer,) = _cards(house, root)
    assert "the chat that you have with me" in pointer.text
    assert "yes please" not in pointer.text
    house.clicks("ben", pointer, "open_form")
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]


def _cards(house: House, root: str) -> list[Shown]:
    return [m for m in house.thread("dora", GLOBEX, root) if m.kind == "card"]


def test_a_private_form_that_nobody_clicks_is_offered_once_by_a_button(house: House) -> None:
    """A private card that is sent while somebody is offline never arrives."""
    house.box.lark_people.set_online("ben", False)
    root = house.asks("ben", GLOBEX)
    house.box.lark_people.set_online("ben", True)
    house.time_passes(seconds=290)
    house.tidy()
    assert house.thread("ben", GLOBEX, root) == []
    house.time_passes(seconds=20)
    house.tidy()
    (offer,) = house.thread("ben", GLOBEX, root)
    house.clicks("ben", offer, "open_form")
    house.time_passes(seconds=600)
    house.tidy()
    assert len(house.thread("ben", GLOBEX, root)) == 1, "once"
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]
    assert house.undelivered() == []


@pytest.mark.parametrize("end", ["submit", "cancel", "typed wrongly"])
def test_a_form_that_somebody_clicked_is_not_offered_again(house: House, end: str) -> None:
    root = house.asks("ben", GLOBEX)
    if end == "submit":
        house.submits("ben", GLOBEX)
    elif end == "cancel":
        house.clicks("ben", house.form("ben", GLOBEX), "cancel")
    else:
        house.submits("ben", GLOBEX, reporter="nobody")
    before = len(house.thread("ben", GLOBEX, root))
    house.time_passes(seconds=600)
    house.tidy()
    assert len(house.thread("ben", GLOBEX, root)) == before


def open_form(house: House, person: str, root: str) -> Shown:
    """Press the button in the thread and return the form that opens there."""
    offers = [m for m in house.thread("chen", TOPIC, root) if m.kind == "card" and not m.fields]
    house.clicks(person, offers[-1], "open_form")
    (card,) = [m for m in house.thread("chen", TOPIC, root) if m.fields and not m.recalled]
    return card


def test_who_cannot_be_reached_privately_opens_a_form_that_holds_what_stands_there_anyway(
    house: House,
) -> None:
    house.box.lark_state.unavailable.add("ou_aiko")
    root = house.asks("aiko", TOPIC, "my password is not accepted")
    assert not [m for m in house.thread("chen", TOPIC, root) if m.fields]
    card = open_form(house, "aiko", root)
    filled = {f.name: f.default for f in card.fields if f.default}
    assert filled == dict.fromkeys(("summary", "description"), "my password is not accepted")
    assert "aiko@" not in repr(house.box.lark_people.view("chen", TOPIC))


def test_what_the_profile_shows_is_used_where_others_see_the_form_and_never_shown(
    house: House,
) -> None:
    house.box.lark_state.unavailable.add("ou_aiko")
    card = open_form(house, "aiko", house.asks("aiko", TOPIC))
    assert not card.field_named("reporter").required
    house.clicks("aiko", card, "submit", customfield_10041="2-Major")
    assert [t.reporter for t in house.box.jira_people.tickets()] == ["qm:sandbox:aiko"]
    assert "aiko@" not in repr(house.box.lark_people.view("chen", TOPIC))


def test_somebody_elses_click_is_refused(house: House) -> None:
    house.box.lark_state.unavailable.add("ou_aiko")
    card = open_form(house, "aiko", house.asks("aiko", TOPIC))
    values = {
        "reporter": "chen@acme.example",
        "summary": "stolen",
        "customfield_10041": "2-Major",
    }
    click = house.clicks("chen", card, "submit", **values)
    assert click.toast.type == "warning"
    assert house.ticket_keys() == []


def test_a_chat_that_is_not_enabled_is_told_so_privately_once_a_day(house: House) -> None:
    house.asks("ben", LOBBY)
    house.asks("ben", LOBBY)
    (told,) = house.told("ben")
    assert LOBBY in told
    assert [m.kind for m in house.box.lark_people.view("dora", LOBBY)] == ["text", "text"]
    house.time_passes(seconds=86_400)
    house.asks("ben", LOBBY)
    assert len(house.told("ben")) == (2 if house.app.store.alone else 1)


def test_a_wrong_form_is_answered_in_the_toast_and_nothing_typed_is_lost(house: House) -> None:
    root = house.asks("aiko", ACME)
    click = house.submits("aiko", ACME, reporter="aiko@evil.example", summary="ディスク")
    assert click.toast.type == "warning"
    assert "acme.example" in click.toast.content
    assert house.ticket_keys() == []
    house.says("aiko", ACME, "@Support Bot もう一度", thread=root)
    defaults = {f.name: f.default for f in house.form("aiko", ACME).fields}
    assert defaults["summary"] == "ディスク"
    assert defaults["reporter"] == "aiko@evil.example"


def test_cancel_takes_the_form_away_and_files_nothing(house: House) -> None:
    house.asks("ben", GLOBEX)
    click = house.clicks("ben", house.form("ben", GLOBEX), "cancel")
    assert click.toast.content == "Cancelled. No ticket was created."
    assert [m.private for m in house.box.lark_people.view("ben", GLOBEX)] == [False]
    assert house.ticket_keys() == []


def test_a_form_expires_after_a_day(house: House) -> None:
    house.asks("ben", GLOBEX)
    card = house.form("ben", GLOBEX)
    house.time_passes(seconds=24 * 3600 + 1)
    click = house.clicks("ben", card, "submit", customfield_10041="2-Major")
    assert "expired" in click.toast.content
    house.tidy()
    assert [m.private for m in house.box.lark_people.view("ben", GLOBEX)] == [False]
    assert house.ticket_keys() == []


def test_when_nobody_can_tell_whether_the_form_arrived_a_fresh_one_is_offered(
    house: House,
) -> None:
    house.fail("lark", PRIVATE, "drop_before")
    root = house.asks("ben", GLOBEX)
    (doubtful,) = house.deliveries(DeliveryState.DOUBT)
    house.tidy()
    assert [d.id for d in house.deliveries(DeliveryState.DOUBT)] == [doubtful.id]
    house.time_passes(seconds=31)
    house.tidy()
    (offer,) = house.thread("dora", GLOBEX, root)
    assert not offer.fields
    house.clicks("ben", offer, "open_form")
    assert house.form("ben", GLOBEX).private
    house.submits("ben", GLOBEX)
    assert len(house.ticket_keys()) == 1


@pytest.mark.parametrize("button", ["submit", "a button of tomorrow"])
def test_a_form_that_a_restored_database_does_not_know_is_said_to_be_unknown(
    house: House, button: str
) -> None:
    frame = {
        "schema": "2.0",
        "header": {"event_id": "ev-restored", "event_type": "card.action.trigger"},
        "event": {
            "operator": {"open_id": "ou_ben"},
            "action": {"value": {"a": button, "r": "GONE", "d": "GONE"}, "form_value": {}},
            "context": {"open_chat_id": GLOBEX, "open_message_id": "om_before"},
        },
    }
    toast = house.app.door.answer(json.dumps(frame).encode(), lambda: False)
    assert "no longer known" in toast.text
    assert house.undelivered() == []


def test_a_card_in_the_thread_goes_away_also_when_lark_lost_its_answer_to_it(house: House) -> None:
    """Its first click tells that it is there, and it has to tell where, too."""
    house.box.lark_state.unavailable.add("ou_aiko")
    root = house.asks("aiko", TOPIC)
    house.fail("lark", REPLY, "drop_after")
    card = open_form(house, "aiko", root)
    assert [d.command.kind() for d in house.undelivered()] == ["OpenForm"]
    house.clicks("aiko", card, "cancel")
    house.until(lambda: not house.undelivered())
    assert not [m for m in house.thread("chen", TOPIC, root) if m.fields and not m.recalled]


def test_a_form_in_the_thread_of_which_nobody_knows_whether_it_arrived_is_looked_for(
    house: House,
) -> None:
    house.box.lark_state.unavailable.add("ou_aiko")
    root = house.asks("aiko", TOPIC)
    house.fail("lark", REPLY, "drop_after")
    card = open_form(house, "aiko", root)
    house.time_passes(seconds=3_600)
    house.settle()
    assert [d.state for d in house.undelivered()] == [DeliveryState.DOUBT]
    house.tidy()
    assert house.undelivered() == []
    house.clicks("aiko", card, "submit", customfield_10041="2-Major")
    assert house.ticket_keys() == ["HELP-1"]
    assert not [m for m in house.thread("chen", TOPIC, root) if m.fields and not m.recalled]


def test_the_prefilled_address_is_the_askers_own_also_when_lark_lost_its_answer_to_the_form(
    make_house,
) -> None:
    """The card arrived, and nobody heard that it did."""
    house: House = make_house(**{"defaults.reporter": ReporterRule.SELF})
    house.fail("lark", PRIVATE, "drop_after")
    house.asks("ben", GLOBEX)
    assert len(house.deliveries(DeliveryState.DOUBT)) == 1
    click = house.submits("ben", GLOBEX, reporter="dora@globex.example")
    assert "ben@globex.example" in click.toast.content
    click = house.submits("ben", GLOBEX)
    assert click.toast.type == "success"
    assert house.ticket_keys() == ["HELP-1"]
    assert house.undelivered() == []


def test_an_expired_form_too_old_to_be_recalled_gives_its_place_to_a_notice(house: House) -> None:
    """A form expires after a day, and Lark lets messages be recalled for no longer than that, where
    nobody has set it otherwise."""
    house.asks("aiko", TOPIC)
    card = house.form("aiko", TOPIC)
    house.time_passes(seconds=86_500)
    house.tidy()
    shown = [m for m in house.box.lark_people.direct("aiko") if m.message_id == card.message_id]
    assert [(m.text, m.fields, m.buttons) for m in shown] == [("此表单已关闭。", [], [])]
    assert house.undelivered() == []


def _posts_without_a_list_of_mentions(
    house: House, person: str, chat: str, thread: str = ""
) -> str:
    """Let Lark deliver a post whose mention stands in its content alone; return its id."""
    delivery, switches = house.box.lark_state.delivery, house.box.lark_state.switches
    row = [
        {"tag": "at", "user_id": "ou_bot", "user_name": "Support Bot"},
        {"tag": "text", "text": " look at "},
        {"tag": "a", "href": "https://x.example/docx/A", "text": "doc"},
    ]
    switches.hold_events = True
    said = house.box.lark_people.say_rows(person, chat, [row], thread=thread or None)
    held = next(e for e in reversed(delivery.events) if said in e.payload.decode())
    body = json.loads(held.payload)
    event_id = body["header"]["event_id"] = f"bare-{said}"
    message = body["event"]["message"]
    message["mentions"] = []
    message["content"] = message["content"].replace("@_user_1", "ou_bot")
    switches.hold_events = False
    delivery.publish_raw(held.event_type, json.dumps(body).encode(), "", event_id)
    assert house.box.lark_people.wait_delivered(event_id)
    house.settle()
    return said


def test_a_mention_that_only_the_content_of_a_post_tells_opens_a_form(house: House) -> None:
    _posts_without_a_list_of_mentions(house, "ben", GLOBEX)
    description = house.form("ben", GLOBEX).field_named("description").default
    assert description == "look at doc (https://x.example/docx/A)"
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]


def test_such_a_post_in_a_tickets_thread_names_the_bot_by_its_name(house: House) -> None:
    story = house.files("aiko", ACME)
    _posts_without_a_list_of_mentions(house, "aiko", ACME, thread=story.root)
    said = [str(c.body) for c in house.box.jira_people.comments(story.key)]
    assert "look at" in said[-1]
    assert "ou_bot" not in said[-1]


def test_whom_the_app_may_not_see_is_asked_for_once_a_day(house: House) -> None:
    house.box.lark_state.out_of_range.add("ou_ben")
    for text in ("it is down", "and the printer"):
        house.asks("ben", GLOBEX, text)
    asked = house.box.world.journal.calls("lark", "/contact/v3/users/ou_ben")
    assert len(asked) == 1
