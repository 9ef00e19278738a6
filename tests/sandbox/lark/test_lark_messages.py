"""Messages after they are sent: once only, in threads, changed, recalled, read back, with files."""

import json
from typing import Any

import pytest

from syncd.sandbox.faults import Fault

Json = dict[str, Any]
DONE: Json = {"schema": "2.0", "body": {"elements": [{"tag": "markdown", "content": "Done"}]}}


def listed(lark: Any, **query: object) -> Json:
    query = {"container_id_type": "chat", "container_id": "oc_acme"} | query
    answer: Json = lark.call("GET", "/im/v1/messages", params=query).json()
    return answer


def ids(answer: Json) -> list[str]:
    return [item["message_id"] for item in answer["data"]["items"]]


def test_same_uuid_shows_one_message_for_an_hour(lark: Any) -> None:
    first = lark.send({"text": "one"}, uuid="u1")["data"]
    again = lark.send({"text": "two"}, uuid="u1")["data"]
    assert again["message_id"] == first["message_id"]
    assert json.loads(again["body"]["content"]) == {"text": "one"}
    lark.world.clock.move(seconds=3601)
    lark.send({"text": "three"}, uuid="u1")
    assert [s.text for s in lark.people.view("aiko", "oc_acme")] == ["one", "three"]


def test_refused_message_does_not_use_up_its_uuid(lark: Any) -> None:
    assert lark.send({"text": ""}, uuid="u1")["code"] == 230001
    assert lark.send({"text": "one"}, uuid="u1")["code"] == 0


def test_answer_lost_after_the_work_is_found_by_its_uuid(lark: Any) -> None:
    lark.world.faults.add(Fault("lark", "POST /open-apis/im/v1/messages", "drop_after"))
    with pytest.raises(Exception, match="disconnected"):
        lark.send({"text": "one"}, uuid="u1")
    assert lark.send({"text": "one"}, uuid="u1")["code"] == 0
    assert [s.text for s in lark.people.view("aiko", "oc_acme")] == ["one"]


def test_reply_into_a_thread_stays_there(lark: Any) -> None:
    root = lark.people.say("aiko", "oc_acme", "help")
    inside = lark.people.say("chen", "oc_acme", "me too", thread=root)
    data = lark.reply(inside, "both of you")["data"]
    assert (data["root_id"], data["parent_id"]) == (root, root)
    assert data["thread_id"] == lark.state.messages[root].thread_id


def test_reply_outside_a_thread(lark: Any) -> None:
    root = lark.people.say("aiko", "oc_acme", "help")
    first = lark.reply(root, "one")["data"]
    second = lark.reply(first["message_id"], "two")["data"]
    assert (second["root_id"], second["parent_id"]) == (root, first["message_id"])
    assert "thread_id" not in second


def test_topic_chat_makes_a_thread_of_every_message(lark: Any, bot: Any) -> None:
    root = lark.people.say("aiko", "oc_topic", "@Support Bot help")
    assert lark.people.wait_delivered(root)
    message = bot.events[0]["event"]["message"]
    assert message["thread_id"].startswith("omt_")
    assert "root_id" not in message
    data = lark.reply(root, "HELP-1")["data"]
    assert (data["thread_id"], data["root_id"]) == (message["thread_id"], root)
    assert "thread_id" in lark.send({"text": "new topic"}, to="oc_topic")["data"]


def test_recalled_message_takes_no_reply(lark: Any) -> None:
    root = lark.people.say("aiko", "oc_acme", "help")
    lark.people.recall("aiko", root)
    assert lark.reply(root, "hello?")["code"] == 230011
    (item,) = listed(lark)["data"]["items"]
    assert (item["deleted"], item["body"]) == (True, {"content": "This message was recalled"})
    (item,) = lark.call("GET", f"/im/v1/messages/{root}").json()["data"]["items"]
    assert (item["deleted"], item["body"]) == (True, {})


@pytest.mark.parametrize("keeps", [True, False])
def test_a_recalled_message_may_tell_its_thread(lark: Any, keeps: bool) -> None:
    lark.state.switches.recalled_keeps_thread = keeps
    root = lark.people.say("aiko", "oc_acme", "help")
    thread = lark.reply(root, "hi", reply_in_thread=True)["data"]["thread_id"]
    lark.people.recall("aiko", root)
    (item,) = lark.call("GET", f"/im/v1/messages/{root}").json()["data"]["items"]
    assert item["deleted"] is True
    assert item.get("thread_id") == (thread if keeps else None)


def test_nobody_recalls_what_others_wrote(lark: Any) -> None:
    root = lark.people.say("aiko", "oc_acme", "help")
    with pytest.raises(PermissionError):
        lark.people.recall("chen", root)
    assert lark.call("DELETE", f"/im/v1/messages/{root}").json()["code"] == 230026
    own = lark.send({"text": "hi"})["data"]["message_id"]
    assert lark.call("DELETE", f"/im/v1/messages/{own}").json()["code"] == 0
    assert lark.call("DELETE", f"/im/v1/messages/{own}").json()["code"] == 230110
    assert [s.recalled for s in lark.people.view("aiko", "oc_acme")] == [False, True]


def test_message_is_recalled_within_the_time_that_the_tenant_sets(lark: Any) -> None:
    """A day, unless its administrator set another."""
    first = lark.send({"text": "hi"})["data"]["message_id"]
    lark.world.clock.move(seconds=24 * 3600 - 100)
    second = lark.send({"text": "hi"})["data"]["message_id"]
    lark.world.clock.move(seconds=200)
    assert lark.call("DELETE", f"/im/v1/messages/{first}").json()["code"] == 230009
    assert lark.call("DELETE", f"/im/v1/messages/{second}").json()["code"] == 0
    lark.state.switches.recall_limit_seconds = 48 * 3600
    assert lark.call("DELETE", f"/im/v1/messages/{first}").json()["code"] == 0


def test_group_without_threads_takes_plain_replies_only(lark: Any) -> None:
    lark.state.chats["oc_acme"].threads_allowed = False
    root = lark.people.say("aiko", "oc_acme", "help")
    assert lark.reply(root, "hi", reply_in_thread=True)["code"] == 230071
    assert "thread_id" not in lark.reply(root, "hi")["data"]


def patch(lark: Any, message_id: str, card: object) -> int:
    path = f"/im/v1/messages/{message_id}"
    return int(lark.call("PATCH", path, json={"content": json.dumps(card)}).json()["code"])


def test_own_card_is_changed_for_fourteen_days(lark: Any, form_card: Json) -> None:
    sent = lark.send(form_card, "interactive")["data"]["message_id"]
    assert patch(lark, sent, DONE) == 0
    (shown,) = lark.people.view("chen", "oc_acme")
    assert (shown.text, shown.edited, shown.fields) == ("Done", True, [])
    assert patch(lark, sent, DONE | {"config": {"update_multi": False}}) == 230099
    lark.world.clock.move(seconds=14 * 24 * 3600 + 1)
    assert patch(lark, sent, DONE) == 230031


def test_only_own_cards_are_changed(lark: Any) -> None:
    text = lark.send({"text": "hi"})["data"]["message_id"]
    assert patch(lark, text, DONE) == 230001
    assert patch(lark, lark.people.say("aiko", "oc_acme", "hi"), DONE) == 230027
    assert patch(lark, "om_unknown", DONE) == 230001


@pytest.mark.usefixtures("second")
def test_card_changes_five_times_a_second(lark: Any) -> None:
    sent = lark.send(DONE, "interactive")["data"]["message_id"]
    token = {"Authorization": f"Bearer {lark.token()}"}
    path, body = f"/open-apis/im/v1/messages/{sent}", {"content": json.dumps(DONE)}
    codes = [lark.http.patch(path, json=body, headers=token).json()["code"] for _ in range(6)]
    assert codes == [0] * 5 + [230020]


def test_card_comes_back_whole_only_when_asked_for(lark: Any, form_card: Json) -> None:
    sent = lark.send(form_card, "interactive")["data"]["message_id"]
    path = f"/im/v1/messages/{sent}"

    def content(query: str) -> Json:
        items = lark.call("GET", path + query).json()["data"]["items"]
        read: Json = json.loads(items[0]["body"]["content"])
        return read

    assert content("?card_msg_content_type=user_card_content") == form_card
    assert set(content("")) == {"title", "elements"}
    lark.state.switches.stub_cards = True
    assert set(content("?card_msg_content_type=user_card_content")) == {"title", "elements"}


def test_item_of_a_list_is_not_an_event(lark: Any) -> None:
    lark.people.say("aiko", "oc_acme", "@Support Bot @Erin Engineer help")
    (item,) = listed(lark)["data"]["items"]
    assert item["msg_type"] == "text"
    assert item["sender"]["id"] == "ou_aiko"
    assert [(m["key"], m["id"]) for m in item["mentions"]] == [
        ("@_user_1", "ou_bot"),
        ("@_user_2", "ou_erin"),
    ]
    assert json.loads(item["body"]["content"])["text"] == "@_user_1 @_user_2 help"


def test_list_of_a_chat_has_roots_only_and_the_thread_the_rest(lark: Any) -> None:
    root = lark.people.say("aiko", "oc_acme", "help")
    inside = lark.people.say("chen", "oc_acme", "me too", thread=root)
    beside = lark.people.say("chen", "oc_acme", "hm", reply_to=root)
    last = lark.people.say("chen", "oc_acme", "other")
    assert beside in lark.state.messages
    thread = lark.state.messages[root].thread_id
    assert ids(listed(lark)) == [root, last]
    answer = listed(lark, container_id_type="thread", container_id=thread)
    assert ids(answer) == [root, inside, beside]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"container_id_type": "thread", "start_time": 1}, 230001),
        ({"container_id_type": "thread", "container_id": "omt_x"}, 230019),
        ({"container_id_type": "group"}, 230001),
        ({"container_id": "oc_x"}, 230001),
        ({"page_size": 51}, 230001),
        ({"page_size": "many"}, 230001),
        ({"start_time": 1_700_000_000_000}, 230001),
        ({"sort_type": "Newest"}, 230001),
        ({"page_token": "x"}, 230001),
        ({"pagesize": 5}, 230001),
    ],
)
def test_wrong_list_is_refused(lark: Any, query: Json, code: int) -> None:
    lark.people.say("aiko", "oc_acme", "help")
    assert listed(lark, **query)["code"] == code


def test_pages_and_times_and_order(lark: Any) -> None:
    said = []
    for n in range(5):
        said.append(lark.people.say("aiko", "oc_acme", str(n)))
        lark.world.clock.move(seconds=10)
    first = listed(lark, page_size=2)
    second = listed(lark, page_size=2, page_token=first["data"]["page_token"])
    last = listed(lark, page_size=2, page_token=second["data"]["page_token"])
    assert ids(first) + ids(second) + ids(last) == said
    assert (last["data"]["has_more"], "page_token" in last["data"]) == (False, False)
    assert ids(listed(lark, sort_type="ByCreateTimeDesc")) == said[::-1]
    token = first["data"]["page_token"]
    turned = listed(lark, page_size=2, page_token=token, sort_type="ByCreateTimeDesc")
    assert turned["code"] == 230001
    start = lark.state.messages[said[3]].create_ms // 1000
    assert ids(listed(lark, start_time=start)) == said[3:]
    assert ids(listed(lark, end_time=start - 5)) == said[:3]


def test_bot_reads_only_where_it_is(lark: Any) -> None:
    said = lark.people.say("aiko", "oc_acme", "help")
    lark.people.remove_bot("oc_acme")
    assert listed(lark)["code"] == 230002
    assert lark.call("GET", f"/im/v1/messages/{said}").json()["code"] == 230002


def test_people_write_posts_with_mentions(lark: Any, bot: Any) -> None:
    said = lark.people.say_post("aiko", "oc_acme", "Down", "@Support Bot help\nplease")
    assert lark.people.wait_delivered(said)
    message = bot.events[0]["event"]["message"]
    content = json.loads(message["content"])
    assert (message["message_type"], content["title"]) == ("post", "Down")
    assert content["content"][0][0]["user_id"] == "@_user_1"
    assert message["mentions"][0]["id"]["open_id"] == "ou_bot"
    (shown,) = lark.people.view("chen", "oc_acme")
    assert (shown.title, shown.text) == ("Down", "@Support Bot help\nplease")
    assert shown.mentions == ["Support Bot"]


def test_everybody_in_a_post_is_an_element_without_an_entry(lark: Any, bot: Any) -> None:
    said = lark.people.say_post("aiko", "oc_acme", "Down", "@all look")
    assert lark.people.wait_delivered(said)
    message = bot.events[0]["event"]["message"]
    assert json.loads(message["content"])["content"][0][0]["user_id"] == "@_all"
    assert "mentions" not in message
    (shown,) = lark.people.view("chen", "oc_acme")
    assert (shown.text, shown.mentions) == ("@all look", ["all"])


def test_everybody_is_a_word_without_an_entry(lark: Any, bot: Any) -> None:
    said = lark.people.say("aiko", "oc_acme", "@all look, @Nobody and @陈伟")
    assert lark.people.wait_delivered(said)
    message = bot.events[0]["event"]["message"]
    assert json.loads(message["content"])["text"] == "@_all look, @Nobody and @_user_1"
    assert [m["name"] for m in message["mentions"]] == ["陈伟"]
    (shown,) = lark.people.view("aiko", "oc_acme")
    assert shown.text == "@all look, @Nobody and @陈伟"
    assert shown.mentions == ["陈伟", "all"]


def test_bot_text_mentions_as_its_markup_says(lark: Any) -> None:
    text = '<at user_id="ou_chen"></at> see [HELP-1](https://x.example/1)'
    data = lark.send({"text": text})["data"]
    assert data["mentions"][0]["name"] == "陈伟"
    (shown,) = lark.people.view("aiko", "oc_acme")
    assert (shown.text, shown.mentions) == ("@陈伟 see HELP-1", ["陈伟"])
    assert shown.links == [("HELP-1", "https://x.example/1")]


def test_only_members_write(lark: Any) -> None:
    with pytest.raises(PermissionError):
        lark.people.say("ben", "oc_acme", "hello")


def test_an_edit_is_told_by_an_event_that_still_has_the_old_words(lark: Any, bot: Any) -> None:
    said = lark.people.say("aiko", "oc_acme", "delete <b> now")
    lark.people.edit("aiko", said, "keep <b> & wait\nplease")
    assert bot.wait_for(lambda events: len(events) == 2)
    event = bot.events[1]
    assert event["header"]["event_type"] == "im.message.updated_v1"
    assert json.loads(event["event"]["message"]["content"]) == {"text": "delete <b> now"}
    (item,) = listed(lark)["data"]["items"]
    assert item["updated"] is True
    wrapped = {"text": "<p>keep &lt;b&gt; &amp; wait</p><p>please</p>"}
    assert json.loads(item["body"]["content"]) == wrapped
    lark.state.switches.edits_come_wrapped = False
    (item,) = listed(lark)["data"]["items"]
    assert json.loads(item["body"]["content"]) == {"text": "keep <b> & wait\nplease"}
    with pytest.raises(PermissionError):
        lark.people.edit("chen", said, "not mine")


def test_an_edit_may_be_told_by_nothing_at_all(lark: Any, bot: Any) -> None:
    lark.state.switches.edits_are_silent = True
    said = lark.people.say("aiko", "oc_acme", "one")
    lark.people.edit("aiko", said, "two")
    later = lark.people.say("aiko", "oc_acme", "three")
    assert lark.people.wait_delivered(later)
    assert len(bot.events) == 2
    assert [shown.text for shown in lark.people.view("chen", "oc_acme")] == ["two", "three"]


def test_a_card_may_be_read_back_inside_user_dsl(lark: Any) -> None:
    sent = lark.send(DONE, "interactive")["data"]["message_id"]
    asked = {"card_msg_content_type": "user_card_content"}

    def content() -> Json:
        answer = lark.call("GET", f"/im/v1/messages/{sent}", params=asked).json()
        whole: Json = json.loads(answer["data"]["items"][0]["body"]["content"])
        return whole

    assert content() == DONE
    lark.state.switches.cards_in_user_dsl = True
    assert json.loads(content()["user_dsl"]) == DONE


def test_a_bots_post_is_read_back_as_received_ones_are(lark: Any) -> None:
    row = [{"tag": "text", "text": "rich"}]
    sent = lark.send({"en_us": {"title": "T", "content": [row]}}, "post")["data"]
    assert json.loads(sent["body"]["content"]) == {"title": "T", "content": [row]}
