"""What was said while nobody listened is read from the history."""

import json

import pytest
from house import ACME, GLOBEX, House, build_house, close_house, open_house

from syncd.loops.incoming.catchup import HEARD
from syncd.store.schema import InboxState

CREATE = "POST /rest/servicedeskapi/request$"
HISTORY = "GET /open-apis/im/v1/messages$"


def goes_deaf(house: House) -> None:
    assert house.box.lark_people.wait_until(lambda: listening(house))
    house.app.catchup.run_once()
    house.app.socket.stop()


def hears_again(house: House) -> None:
    house.app.catchup.run_once()
    house.settle()


def hears_again_when_it_listens(house: House) -> None:
    assert house.box.lark_people.wait_until(lambda: listening(house))
    hears_again(house)


def listening(house: House) -> bool:
    return house.app.socket.state().connected_since is not None


def reopened(house: House, reopen) -> House:
    """Start a new process on the same database, as after a night without power."""
    again: House = reopen()
    hears_again_when_it_listens(again)
    return again


def test_a_mention_that_was_missed_gets_its_form_with_an_apology(house: House, make_house) -> None:
    house.files("ben", GLOBEX)
    goes_deaf(house)
    house.box.lark_people.say("dora", GLOBEX, "@Support Bot is anybody there?")
    house.time_passes(seconds=3600)
    again = reopened(house, make_house)
    card = again.form("dora", GLOBEX)
    assert card.private
    # A server's clock cannot be moved, so there the message is not old.
    assert ("found late" in card.text) is again.app.store.alone
    hears_again(again)
    assert len([m for m in again.box.lark_people.view("dora", GLOBEX) if m.fields]) == 1


def test_what_was_missed_when_the_first_connection_of_all_broke_at_once_is_read(
    box, url: str, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("SYNCD_STORE__URL", url)
    house = build_house(box, url, tmp_path, {})
    house.app.catchup.run_once()
    open_house(house)
    with box.world.lock:
        (connection,) = box.lark_state.delivery.connections.all()
        connection.cut()
    assert box.lark_people.wait_until(lambda: not box.lark_state.delivery.connections.all())
    box.lark_people.say("dora", GLOBEX, "@Support Bot is anybody there?")
    assert box.lark_people.wait_connected()
    hears_again_when_it_listens(house)
    assert house.form("dora", GLOBEX).private
    close_house(house)


def forms(house: House, person: str) -> int:
    return len([m for m in house.box.lark_people.view(person, GLOBEX) if m.fields])


def test_a_mention_from_just_before_the_very_first_start_is_answered_then_and_not_later(
    box, make_house
) -> None:
    box.lark_people.say("ben", GLOBEX, "@Support Bot just before it was there")
    house = make_house()
    house.settle()
    assert forms(house, "ben") == 1
    goes_deaf(house)
    shown = len(box.world.journal.calls("lark", "ephemeral/v1/send"))
    reopened(house, make_house)
    assert len(box.world.journal.calls("lark", "ephemeral/v1/send")) == shown


def test_a_mention_from_long_before_the_very_first_start_is_not_answered(box, make_house) -> None:
    box.lark_people.say("ben", GLOBEX, "@Support Bot long before it was there")
    box.world.clock.move(seconds=3600)
    house = make_house()
    house.settle()
    # A server's clock cannot be moved, so there the message is not old.
    assert (forms(house, "ben") == 0) is house.app.store.alone


def test_a_mention_that_was_taken_back_before_it_was_read_gets_no_form(
    house: House, make_house
) -> None:
    house.files("ben", GLOBEX)
    goes_deaf(house)
    people = house.box.lark_people
    people.recall("dora", people.say("dora", GLOBEX, "@Support Bot is anybody there?"))
    house.time_passes(seconds=600)
    again = reopened(house, make_house)
    assert not [m for m in again.box.lark_people.view("dora", GLOBEX) if m.fields]


def test_a_reply_that_was_missed_reaches_the_ticket_once(house: House, make_house) -> None:
    story = house.files("aiko", ACME)
    goes_deaf(house)
    house.box.lark_people.say("chen", ACME, "有人吗", thread=story.root)
    house.time_passes(seconds=600)
    again = reopened(house, make_house)
    (comment,) = again.box.jira_people.comments(story.key)
    assert "有人吗" in str(comment.body)


def test_a_mention_in_a_tickets_thread_that_was_missed_is_answered(
    house: House, make_house
) -> None:
    """Where replies stay in the chat, a mention still asks for an answer."""
    story = house.files("ben", GLOBEX)
    goes_deaf(house)
    house.box.lark_people.say("dora", GLOBEX, "@Support Bot any news?", thread=story.root)
    house.time_passes(seconds=600)
    again = reopened(house, make_house)
    (told,) = again.told("dora")
    assert story.key in told


def test_a_reply_that_was_missed_before_the_ticket_existed_reaches_it(
    house: House, make_house
) -> None:
    root = house.asks("aiko", ACME)
    house.fail("jsm", CREATE, "refuse", status=429, headers={"retry-after": "60"}, times=-1)
    house.submits("aiko", ACME)
    goes_deaf(house)
    house.box.lark_people.say("chen", ACME, "有人吗", thread=root)
    house.box.world.faults.clear()
    house.time_passes(seconds=600)
    again = reopened(house, make_house)
    again.until(again.ticket_keys)
    (key,) = again.ticket_keys()
    again.until(lambda: again.box.jira_people.comments(key))
    (comment,) = again.box.jira_people.comments(key)
    assert "有人吗" in str(comment.body)
    assert again.undelivered() == []


def test_a_reply_that_was_missed_below_a_mention_that_was_missed_reaches_the_ticket(
    house: House, make_house
) -> None:
    house.files("ben", GLOBEX)
    goes_deaf(house)
    root = house.box.lark_people.say("aiko", ACME, "@Support Bot our cluster is down")
    house.box.lark_people.say("chen", ACME, "两个节点", thread=root)
    house.time_passes(seconds=600)
    again = reopened(house, make_house)
    again.until(lambda: hears_again(again) or again.undelivered())
    again.submits("aiko", ACME)
    again.until(lambda: len(again.ticket_keys()) == 2)
    (comment,) = again.box.jira_people.comments("HELP-2")
    assert "两个节点" in str(comment.body)


def test_a_reply_that_was_missed_where_the_thread_goes_on_reaches_the_ticket(
    house: House, make_house
) -> None:
    story = house.files("aiko", ACME)
    house.box.lark_people.recall("aiko", story.root)
    house.box.jira_people.comment("erin", story.key, "found it")
    house.poll()
    (post,) = house.posts("chen", ACME)
    goes_deaf(house)
    house.box.lark_people.say("chen", ACME, "ありがとう", thread=post.message_id)
    house.time_passes(seconds=600)
    again = reopened(house, make_house)
    assert "ありがとう" in str(again.box.jira_people.comments(story.key)[-1].body)


@pytest.mark.parametrize("chat", [ACME, GLOBEX])
def test_who_asked_again_in_the_thread_of_an_open_form_is_shown_it_again(
    house: House, make_house, chat: str
) -> None:
    person = "aiko" if chat == ACME else "ben"
    root = house.asks(person, chat)
    first = house.form(person, chat)
    goes_deaf(house)
    house.box.lark_people.say(person, chat, "@Support Bot I lost the form", thread=root)
    house.time_passes(seconds=600)
    again = reopened(house, make_house)
    seen = again.box.lark_people.view(person, chat)
    (form,) = [message for message in seen if message.fields]
    assert form.message_id != first.message_id


def test_without_the_scope_it_goes_on_listening(house: House, make_house) -> None:
    house.files("ben", GLOBEX)
    goes_deaf(house)
    house.box.lark_state.switches.scopes.discard("im:message.group_msg")
    house.box.lark_people.say("dora", GLOBEX, "@Support Bot hello")
    again = reopened(house, make_house)
    again.asks("dora", GLOBEX)
    assert again.form("dora", GLOBEX).private


def test_a_lost_login_puts_the_reading_off_and_drops_nothing(house: House, make_house) -> None:
    house.files("ben", GLOBEX)
    goes_deaf(house)
    house.box.lark_people.say("dora", GLOBEX, "@Support Bot hello")
    refused = house.fail(
        "lark", HISTORY, "refuse", times=4, status=400, body='{"code": 99991663, "msg": "no"}'
    )
    again = reopened(house, make_house)
    assert not [m for m in again.box.lark_people.view("dora", GLOBEX) if m.fields]
    hears_again(again)
    assert refused.times == 0
    hears_again(again)
    assert again.form("dora", GLOBEX).private


def test_reading_goes_on_where_it_was_interrupted(house: House, make_house, capsys) -> None:
    house.files("ben", GLOBEX)
    goes_deaf(house)
    house.box.lark_people.say("dora", GLOBEX, "@Support Bot hello")
    chats, threads, failures = len(house.app.catchup.served()), 1, 3
    house.fail("lark", HISTORY, "drop_before", times=failures, skip=chats - 1)
    before = len(house.box.world.journal.calls("lark", "/im/v1/messages", "GET"))
    again = reopened(house, make_house)
    for _ in range(3):
        hears_again(again)
    assert again.form("dora", GLOBEX).private
    calls = house.box.world.journal.calls("lark", "/im/v1/messages", "GET")[before:]
    read = [call for call in calls if "container_id=" in call.query]
    assert len(read) == chats + threads + failures
    assert capsys.readouterr().out.count("catch_up_failed") == 1


@pytest.mark.parametrize("broken", [0, 1])
def test_what_cannot_be_read_keeps_nothing_else_waiting(
    house: House, make_house, broken: int
) -> None:
    stories = [house.files("aiko", ACME), house.files("chen", ACME)]
    goes_deaf(house)
    for story in stories:
        house.box.lark_people.say("aiko", ACME, "any news?", thread=story.root)
    house.fail("lark", f"GET .*/im/v1/messages/{stories[broken].root}$", "refuse", times=-1)
    again = reopened(house, make_house)
    hears_again(again)
    assert again.box.jira_people.comments(stories[1 - broken].key)
    assert not again.box.jira_people.comments(stories[broken].key)
    again.box.world.faults.clear()
    hears_again(again)
    assert len(again.box.jira_people.comments(stories[broken].key)) == 1


@pytest.mark.parametrize(("ahead", "deaf"), [(180, 5), (7 * 3600, 3600)])
def test_a_clock_that_was_ahead_when_we_last_heard_loses_no_mention(
    house: House, make_house, ahead: int, deaf: int
) -> None:
    """Hearing ends by our clock, messages carry Lark's; hours ahead, ours was set right since."""
    house.files("ben", GLOBEX)
    goes_deaf(house)
    store = house.app.store
    store.write(lambda tx: tx.cursors.set(HEARD, tx.cursors.get(HEARD) + ahead * 1000))
    house.time_passes(seconds=deaf)
    house.box.lark_people.say("dora", GLOBEX, "@Support Bot is anybody there?")
    house.time_passes(seconds=600)
    again = reopened(house, make_house)
    assert again.form("dora", GLOBEX).private


def inbox(house: House) -> dict[InboxState, int]:
    with house.app.store.read() as tx:
        return tx.inbox.counts()


def says_without_a_sender(house: House, text: str) -> str:
    """Let Lark tell of a message without the sender's open_id; return the message's id."""
    delivery, switches = house.box.lark_state.delivery, house.box.lark_state.switches
    switches.hold_events = True
    said = house.box.lark_people.say("ben", GLOBEX, text)
    held = next(e for e in reversed(delivery.events) if said in e.payload.decode())
    body = json.loads(held.payload)
    body["header"]["event_id"] = "without-a-sender"
    ids = {"open_id": "", "user_id": "u1", "union_id": "on_1"}
    body["event"]["sender"]["sender_id"] = ids
    switches.hold_events = False
    delivery.publish_raw(held.event_type, json.dumps(body).encode(), "", "without-a-sender")
    assert house.box.lark_people.wait_delivered("without-a-sender")
    house.settle()
    return said


def test_a_mention_that_does_not_say_who_wrote_it_is_read_back_and_gets_its_form(
    house: House,
) -> None:
    root = says_without_a_sender(house, "@Support Bot it is down")
    hears_again(house)
    assert house.form("ben", GLOBEX).field_named("summary").default == "it is down"
    house.time_passes(seconds=60)
    house.settle()
    house.submits("ben", GLOBEX)
    assert len(house.thread("ben", GLOBEX, root)) == 1
    assert house.ticket_keys() == ["HELP-1"]
    assert InboxState.DEAD not in inbox(house)


def test_where_nobody_can_tell_who_wrote_it_it_is_listed(house: House) -> None:
    house.fail("lark", HISTORY, "refuse", times=-1, status=400, body='{"code": 230027}')
    says_without_a_sender(house, "@Support Bot it is down")
    for _ in range(6):
        hears_again(house)
        house.time_passes(seconds=31)
    assert inbox(house)[InboxState.DEAD] == 1
