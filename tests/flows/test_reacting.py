"""An emoji on a message opens the form with it, and the words for that do so in a thread."""

import databases
import pytest
from house import ACME, GLOBEX, INITECH, LOBBY, TOPIC, House

from syncd.core.model import DeliveryState
from syncd.sandbox.lark.shown import Shown

# On SQLite alone: hours pass.
url = databases.fresh_on(databases.SQLITE)

PIN = "Pin"


def reacts(house: House, person: str, message: str, emoji: str = PIN) -> None:
    """Let somebody put an emoji on a message, and syncd hear it."""
    people = house.box.lark_people
    about = people.react(person, message, emoji)
    assert people.wait_delivered(about)
    house.settle()


def forms(house: House, person: str, chat: str) -> list[Shown]:
    """Every form that somebody sees."""
    people = house.box.lark_people
    seen = [*people.view(person, chat), *people.direct(person)]
    return [m for m in seen if m.fields and not m.recalled]


def description(house: House, key: str) -> str:
    return str(house.box.jira_people.ticket(key).description)


def reads(house: House) -> int:
    """How often a message was read."""
    calls = house.box.world.journal.calls("lark", "/open-apis/im/v1/messages/om_", "GET")
    return len(calls)


def words(house: House, person: str) -> list[str]:
    return [m.text for m in house.box.lark_people.direct(person) if not m.fields]


def test_somebodys_own_message_opens_their_form_with_its_words(house: House) -> None:
    message = house.says("ben", GLOBEX, "our cluster is down\nsince noon")
    reacts(house, "ben", message)
    (form,) = forms(house, "ben", GLOBEX)
    assert form.private
    assert form.field_named("summary").default == "our cluster is down"
    house.submits("ben", GLOBEX)
    assert description(house, "HELP-1").startswith("our cluster is down\nsince noon")
    (root,) = [m for m in house.box.lark_people.view("dora", GLOBEX) if m.message_id == message]
    assert "HELP-1" in root.thread[-1].title


def test_anothers_message_goes_with_its_authors_name(house: House) -> None:
    message = house.says("dora", GLOBEX, "tikv-3 is down")
    reacts(house, "ben", message)
    assert forms(house, "dora", GLOBEX) == []
    (form,) = forms(house, "ben", GLOBEX)
    assert form.field_named("summary").default == "tikv-3 is down"
    house.submits("ben", GLOBEX)
    said = description(house, "HELP-1")
    assert said.index("tikv-3 is down") < said.index("— Dora Silva")
    assert "ben" in house.box.jira_people.ticket("HELP-1").reporter


def test_its_files_and_the_messages_before_it_in_its_thread_go_along(house: House) -> None:
    people = house.box.lark_people
    root = house.says("dora", GLOBEX, "tikv-3 is down")
    house.says("ben", GLOBEX, "since when?", thread=root)
    message = people.send_file("dora", GLOBEX, "trace.txt", b"line 1", thread=root)
    assert people.wait_delivered(message)
    house.says("dora", GLOBEX, "forget it, I found it", thread=root)
    reacts(house, "ben", message)
    (form,) = forms(house, "ben", GLOBEX)
    assert "last ones before yours go along" in form.text
    house.submits("ben", GLOBEX)
    said = description(house, "HELP-1")
    assert said.index("tikv-3 is down") < said.index("since when?")
    assert "forget it" not in said
    comments = house.box.jira_people.comments("HELP-1")
    assert [file.name for one in comments for file in one.attachments] == ["trace.txt"]


def test_files_that_stood_before_in_the_thread_go_along_once(house: House) -> None:
    people = house.box.lark_people
    root = people.send_file("dora", GLOBEX, "root.txt", b"line 0")
    assert people.wait_delivered(root)
    for name in ("one.txt", "two.txt"):
        sent = people.send_file("dora", GLOBEX, name, name.encode(), thread=root)
        assert people.wait_delivered(sent)
    house.says("ben", GLOBEX, "@Support Bot open a ticket", thread=root)
    away = house.fail("jsm", "POST /rest/servicedeskapi/request$", "refuse", times=-1, status=429)
    house.submits("ben", GLOBEX, summary="Store down", description="Please look.")
    away.times = 0
    house.until(house.ticket_keys, step=60)
    comments = house.box.jira_people.comments("HELP-1")
    names = [file.name for one in comments for file in one.attachments]
    assert sorted(names) == ["one.txt", "root.txt", "two.txt"]
    assert house.undelivered() == []


def test_what_was_recalled_meanwhile_in_the_thread_stays_out(house: House) -> None:
    root = house.says("dora", GLOBEX, "tikv-3 is down")
    secret = house.says("dora", GLOBEX, "my password is hunter2", thread=root)
    message = house.says("dora", GLOBEX, "who can help?", thread=root)
    reacts(house, "ben", message)
    house.box.lark_people.recall("dora", secret)
    house.submits("ben", GLOBEX)
    assert "who can help?" in description(house, "HELP-1")
    assert "hunter2" not in repr(house.box.jira_people.ticket("HELP-1"))


def test_the_same_emoji_delivered_again_makes_one_form_and_one_ticket(house: House) -> None:
    switches = house.box.lark_state.switches
    message = house.says("ben", GLOBEX, "our cluster is down")
    switches.duplicate_events, switches.duplicates_have_own_ids = -1, True
    reacts(house, "ben", message)
    switches.duplicate_events = 0
    house.settle()
    assert len(forms(house, "ben", GLOBEX)) == 1
    assert reads(house) == 1
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]


def test_one_that_is_taken_off_and_put_there_again_shows_the_form_that_is_open(
    house: House,
) -> None:
    message = house.says("ben", GLOBEX, "our cluster is down")
    reacts(house, "ben", message)
    house.box.lark_people.unreact("ben", message, PIN)
    house.time_passes(seconds=2)
    reacts(house, "ben", message)
    before = {form.buttons[0].value["r"] for form in forms(house, "ben", GLOBEX)}
    assert len(before) == 1
    house.submits("ben", GLOBEX)
    house.box.lark_people.unreact("ben", message, PIN)
    house.time_passes(seconds=2)
    reacts(house, "ben", message)
    assert house.ticket_keys() == ["HELP-1"]
    assert forms(house, "ben", GLOBEX) == []
    assert any("HELP-1" in said for said in words(house, "ben"))


def test_of_a_crowd_one_gets_the_form_and_the_others_a_word(house: House) -> None:
    house.box.lark_state.limits.enforced = False
    crowd, people = ("aiko", "chen", "ben", "dora"), house.box.lark_people
    for person in ("ben", "dora"):
        people.join(person, ACME)
    message = house.says("chen", ACME, "our cluster is down")
    about = [people.react(person, message, PIN) for person in crowd]
    assert all(people.wait_delivered(one) for one in about)
    house.settle()
    (asker,) = [person for person in crowd if forms(house, person, ACME)]
    assert [len(words(house, person)) for person in crowd if person != asker] == [1, 1, 1]
    house.submits(asker, ACME)
    assert house.ticket_keys() == ["HELP-1"]


@pytest.mark.parametrize("case", ["another emoji", "a group that is not served", "off"])
def test_what_means_nothing_costs_nothing(make_house, case: str) -> None:
    house: House = make_house(**({"reactions.opens": ""} if case == "off" else {}))
    chat = LOBBY if case == "a group that is not served" else GLOBEX
    person = "ben" if "ben" in str(house.box.lark_state.chats[chat].members) else "aiko"
    message = house.says(person, chat, "our cluster is down")
    reacts(house, person, message, "THUMBSUP" if case == "another emoji" else PIN)
    assert forms(house, person, chat) == []
    assert words(house, person) == []
    assert reads(house) == (1 if chat == LOBBY else 0)
    assert house.undelivered() == []


def test_in_a_tickets_thread_whoever_asks_is_told_where_it_is(house: House) -> None:
    story = house.files("chen", ACME)
    reply = house.says("chen", ACME, "node 3, too", thread=story.root)
    (card, *_) = house.thread("aiko", ACME, story.root)
    reacts(house, "aiko", reply)
    reacts(house, "chen", card.message_id)
    reacts(house, "chen", story.root)
    assert any(story.key in said for said in words(house, "aiko"))
    assert any(story.key in said for said in words(house, "chen"))
    assert house.ticket_keys() == [story.key]
    assert len(house.box.jira_people.comments(story.key)) == 1


def test_a_message_of_ours_asks_for_nothing(house: House) -> None:
    house.box.lark_people.add_bot(GLOBEX)
    house.until(lambda: house.box.lark_people.view("ben", GLOBEX), step=5)
    (greeting,) = house.box.lark_people.view("ben", GLOBEX)
    reacts(house, "ben", greeting.message_id)
    assert forms(house, "ben", GLOBEX) == []
    assert house.undelivered() == []


@pytest.mark.parametrize("why", ["recalled", "scope", "history"])
def test_what_cannot_be_read_opens_nothing_and_alarms_nobody(house: House, why: str) -> None:
    message = house.says("ben", GLOBEX, "our cluster is down")
    people = house.box.lark_people
    about = people.react("ben", message, PIN)
    assert people.wait_delivered(about)
    if why == "recalled":
        people.recall("ben", message)
    elif why == "scope":
        house.box.lark_state.switches.scopes.discard("im:message.group_msg")
    else:
        route = "GET /open-apis/im/v1/messages/[^/]+"
        refused = '{"code": 230027, "msg": "Lack of necessary permissions"}'
        house.fail("lark", route, "refuse", times=-1, status=400, body=refused)
    house.settle()
    assert forms(house, "ben", GLOBEX) == []
    assert house.deliveries(DeliveryState.DEAD) == []
    assert house.undelivered() == []


def test_an_outage_delays_the_form(house: House) -> None:
    message = house.says("ben", GLOBEX, "our cluster is down")
    house.fail("lark", "GET /open-apis/im/v1/messages/[^/]+", "refuse", times=3, status=503)
    reacts(house, "ben", message)
    assert forms(house, "ben", GLOBEX) == []
    house.until(lambda: forms(house, "ben", GLOBEX), step=60)
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]


def test_nobody_asks_by_emojis_more_often_than_by_mentions(make_house) -> None:
    house: House = make_house(**{"limits.requests_per_person_per_hour": 2})
    messages = [house.says("ben", GLOBEX, f"problem {n}") for n in range(5)]
    for message in messages:
        reacts(house, "ben", message)
    assert len(forms(house, "ben", GLOBEX)) == 2
    assert reads(house) == 3
    assert len(words(house, "ben")) == 1


def test_in_a_topic_the_form_comes_directly(house: House) -> None:
    topic = house.says("chen", TOPIC, "集群挂了")
    reacts(house, "chen", topic)
    (form,) = [m for m in house.box.lark_people.direct("chen") if m.fields]
    assert form.field_named("summary").default == "集群挂了"
    house.submits("chen", TOPIC)
    assert house.ticket_keys() == ["HELP-1"]


def test_of_another_company_they_get_what_a_mention_gets_them(house: House) -> None:
    house.box.lark_state.limits.enforced = False
    message = house.says("mei", INITECH, "集群挂了")
    reacts(house, "omar", message)
    cards = [m for m in house.thread("omar", INITECH, message) if not m.recalled]
    (offer,) = [m for m in cards if any(b.name == "open_form" for b in m.buttons)]
    house.clicks("omar", offer, "open_form")
    cards = [m for m in house.thread("omar", INITECH, message) if not m.recalled]
    assert [m for m in cards if any(b.name == "cancel" for b in m.buttons)]


@pytest.mark.parametrize(
    "phrase", ["open a ticket", "创建工单", "チケットを作成", "Open a Ticket!"]
)
def test_the_words_for_it_open_a_form_with_the_thread_as_context(house: House, phrase: str) -> None:
    root = house.says("dora", GLOBEX, "tikv-3 is down")
    house.says("dora", GLOBEX, "panic: (x)", thread=root)
    house.says("ben", GLOBEX, f"@Support Bot {phrase}", thread=root)
    form = house.form("ben", GLOBEX)
    assert not form.field_named("summary").default
    house.submits("ben", GLOBEX, summary="Store down", description="Please look.")
    said = description(house, "HELP-1")
    assert said.startswith("Please look.")
    assert said.index("Dora Silva wrote:") < said.index("tikv-3 is down") < said.index("panic: (x)")
    assert phrase not in said


def test_in_a_tickets_thread_the_words_for_it_tell_where_it_is(house: House) -> None:
    story = house.files("chen", ACME)
    house.says("aiko", ACME, "@Support Bot チケットを作成", thread=story.root)
    assert any(story.key in said for said in words(house, "aiko"))
    assert house.box.jira_people.comments(story.key) == []
    assert house.ticket_keys() == [story.key]


def test_whoever_says_more_describes_a_problem(house: House) -> None:
    root = house.says("dora", GLOBEX, "tikv-3 is down")
    house.says("ben", GLOBEX, "@Support Bot open a ticket about tikv", thread=root)
    form = house.form("ben", GLOBEX)
    assert form.field_named("summary").default == "open a ticket about tikv"
