"""The operators' chat is told once of an outage, once of its end, and of what they must act on."""

import databases
import pytest
from house import ACME, GLOBEX, LOBBY, House

from syncd.core.model import DeliveryState
from syncd.core.watching import Reason
from syncd.loops.keep import operating

COMMENT = "POST /rest/api/3/issue/.*/comment"
MESSAGE = "POST /open-apis/im/v1/messages$"
CREATE = "POST /rest/servicedeskapi/request$"

# On SQLite alone: a trouble lasts by the clock, and a server's cannot be moved.
url = databases.fresh_on(databases.SQLITE)


@pytest.fixture
def house(make_house) -> House:
    """Operators sit in the lobby, which asks for no support."""
    house: House = make_house(**{"alerts.chat": LOBBY})
    return house


def watch(house: House, *seconds: float) -> None:
    """Let the daemon's jobs run after each of these waits."""
    for wait in seconds:
        house.time_passes(seconds=wait)
        house.polls()
        house.app.watch.run_once()
        house.app.alarms.run_once()
        house.settle()


def alarms(house: House) -> list[str]:
    """Return what the operators read in their chat, oldest first."""
    with house.app.store.read() as tx:
        alerts = [d for d in tx.outbox.newest(DeliveryState.DONE) if "alert" in d.lane]
    shown = [m.text for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"]
    assert len(shown) == len(alerts)
    return shown


def test_quiet_days_are_quiet(house: House) -> None:
    house.files("ben", GLOBEX)
    watch(house, 0, 60, 3600)
    assert alarms(house) == []


def test_a_poll_that_fails_is_told_after_five_minutes_and_once_at_its_end(house: House) -> None:
    fault = house.fail("jsm", ".*search/jql", "refuse", times=-1, status=503)
    watch(house, 0, 200)
    assert alarms(house) == []
    watch(house, 200, 200, 200)
    (begun,) = alarms(house)
    assert "cannot be read" in begun
    fault.times = 0
    watch(house, 60, 60)
    _, over = alarms(house)
    assert over.startswith("Over after")
    assert "cannot be read" in over


def test_a_short_hiccup_is_not_told(house: House) -> None:
    fault = house.fail("jsm", ".*search/jql", "refuse", times=-1, status=503)
    watch(house, 0, 100)
    fault.times = 0
    watch(house, 10)
    assert alarms(house) == []


def test_that_a_process_begins_without_a_connection_is_no_outage(house: House, make_house) -> None:
    house.app.socket.stop()
    house.app.alarms.run_once()
    house.time_passes(seconds=600)
    again: House = make_house(**{"alerts.chat": LOBBY})
    again.app.socket.stop()
    watch(again, 0, 60)
    assert alarms(again) == []
    watch(again, 90)
    assert len(alarms(again)) == 1


def test_an_alarm_that_lark_refuses_once_is_told_in_plainer_words(house: House) -> None:
    house.fail("jsm", ".*search/jql", "refuse", times=-1, status=503)
    headers = {"content-type": "application/json"}
    refusal = '{"code": 230099, "msg": "the card is refused"}'
    house.fail("lark", MESSAGE, "refuse", status=400, body=refusal, headers=headers)
    watch(house, 0, 400)
    (told,) = alarms(house)
    assert "cannot be read" in told
    assert house.deliveries(DeliveryState.DEAD) == []


def test_a_restart_does_not_tell_the_same_outage_again(house: House, make_house) -> None:
    house.fail("jsm", ".*search/jql", "refuse", times=-1, status=503)
    watch(house, 0, 400)
    assert len(alarms(house)) == 1
    house.app.socket.stop()
    again: House = make_house(**{"alerts.chat": LOBBY})
    watch(again, 0, 400)
    assert len(alarms(again)) == 1


def test_a_lost_login_is_told_at_once(house: House) -> None:
    good, house.box.jira_state.token = house.box.jira_state.token, "expired"
    watch(house, 0, 60)
    (begun,) = alarms(house)
    assert "API token" in begun
    house.box.jira_state.token = good
    watch(house, 60)
    assert len(alarms(house)) == 2


def test_a_lost_permission_is_told(house: House) -> None:
    one, other = house.files("aiko", ACME), house.files("ben", GLOBEX)
    for story in (one, other):
        house.box.jira_people.comment("erin", story.key, "hello")
    ours = {"content-type": "application/json", "x-aaccountid": str(house.app.basics.account)}
    house.fail(
        "jsm", ".*bulkfetch", "refuse", times=-1, status=200, body='{"issues": []}', headers=ours
    )
    watch(house, 0)
    (told,) = alarms(house)
    assert "None of the linked tickets" in told


def test_a_permission_lost_on_a_quiet_day_is_told_once_and_its_end_once(house: House) -> None:
    """Then the search finds nothing, as if nothing had changed."""
    story = house.files("aiko", ACME)
    watch(house, 0)
    house.box.jira_state.switches.bot_sees_project = False
    house.box.jira_people.comment("erin", story.key, "unseen")
    watch(house, 20, 400)
    house.app.watch.look(Reason.SWEEP)
    watch(house, 20, 400)
    (told,) = alarms(house)
    assert "None of the linked tickets" in told
    house.box.jira_state.switches.bot_sees_project = True
    watch(house, 20)
    _, over = alarms(house)
    assert over.startswith("Over after")
    assert "unseen" in house.thread("chen", ACME, story.root)[-1].text


@pytest.mark.parametrize("left", [0, 1])
def test_deleted_tickets_are_no_lost_permission(house: House, left: int) -> None:
    """The last twelve were deleted, and one that nobody here linked is still there."""
    house.box.jira_people.create_ticket("erin", "written in Jira")
    stories = [house.files("ben", GLOBEX) for _ in range(12 + left)]
    watch(house, 0)
    for story in stories[left:]:
        house.box.jira_people.delete_ticket(story.key)
    watch(house, 400, 400)
    assert alarms(house) == []


def test_a_permission_is_missed_although_the_last_tickets_were_deleted(house: House) -> None:
    stories = [house.files("ben", GLOBEX) for _ in range(12)]
    watch(house, 0)
    for story in stories[1:]:
        house.box.jira_people.delete_ticket(story.key)
    watch(house, 400)
    assert alarms(house) == []
    house.box.jira_state.switches.bot_sees_project = False
    watch(house, 400)
    (told,) = alarms(house)
    assert "None of the linked tickets" in told


def test_a_ticket_that_cannot_be_read_is_told_once(house: House) -> None:
    odd = house.files("aiko", ACME)
    house.files("ben", GLOBEX)
    watch(house, 0)
    ticket = house.box.jira_people.ticket(odd.key)
    house.box.jira_state.switches.comment_field_limit = 1
    for words in ("one", "two"):
        house.box.jira_people.comment("erin", odd.key, words)
    house.fail("jsm", f"GET /rest/api/3/issue/{ticket.id}/comment", "refuse", times=-1, status=500)
    watch(house, 0, 100, 200)
    assert alarms(house) == []
    watch(house, 400, 800, 3600, 3600)
    (told,) = alarms(house)
    assert odd.key in told
    with house.app.store.read() as tx:
        steps = [step for step in tx.history.trace(odd.key) if "read whole" in step.detail]
    assert len(steps) == 1


def test_a_deaf_socket_is_told_after_two_minutes(house: House) -> None:
    house.app.socket.stop()
    watch(house, 0, 60)
    assert alarms(house) == []
    watch(house, 90, 90)
    (told,) = alarms(house)
    assert "no message arrives" in told


def test_a_request_without_a_ticket_is_told_without_what_was_typed(house: House) -> None:
    house.asks("ben", GLOBEX, "CANARY our cluster is down")
    house.fail("jsm", CREATE, "refuse", times=-1, status=403, body='{"errorMessage": "CANARY"}',
               headers={"content-type": "application/json"})  # fmt: skip
    house.submits("ben", GLOBEX)
    house.until(lambda: "ended without a ticket" in "".join(alarms(house)), step=4 * 3600)
    assert "ended without a ticket" in alarms(house)[-1]
    assert not [told for told in alarms(house) if "CANARY" in told or "ben" in told]


def test_what_an_operator_gave_up_is_no_news_to_operators(house: House) -> None:
    house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, "drop_before")
    house.submits("ben", GLOBEX)
    (doubtful,) = house.deliveries(DeliveryState.DOUBT)
    operating.drop(house.app.records, doubtful.id, "not ours")
    house.settle()
    assert alarms(house) == []
    assert len(house.told("ben")) == 1


@pytest.mark.parametrize(("on_doubt", "wait"), [("ask", 400), ("retry", 3700)])
def test_a_doubt_that_looking_does_not_end_is_told_once(
    make_house, on_doubt: str, wait: float
) -> None:
    house: House = make_house(**{"alerts.chat": LOBBY, "jsm.on_doubt": on_doubt})
    house.files("aiko", ACME)
    house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, "drop_before")
    house.submits("ben", GLOBEX)
    (doubtful,) = house.deliveries(DeliveryState.DOUBT)
    if on_doubt == "retry":
        house.fail("jsm", "POST /rest/api/3/issue/bulkfetch", "refuse", times=-1, status=503)
    for _ in range(4):
        house.time_passes(seconds=wait)
        house.tidy()
    (told,) = [text for text in alarms(house) if "Nobody can tell" in text]
    assert f"syncd outbox show {doubtful.id}" in told


def test_without_a_chat_nobody_is_told(make_house) -> None:
    house: House = make_house()
    house.box.jira_state.token = "expired"
    house.time_passes(seconds=1)
    house.polls()
    assert house.app.alarms.run_once() == 0
    assert house.deliveries(DeliveryState.READY) == []


def test_a_chat_where_the_bot_is_muted_is_told_once_and_its_end(house: House) -> None:
    story = house.files("ben", GLOBEX)
    chat = house.box.lark_state.chats[GLOBEX]
    chat.bot_muted = True
    house.box.jira_people.comment("erin", story.key, "CANARY")
    watch(house, 0, 400, 400)
    (begun,) = alarms(house)
    assert "may not speak" in begun
    chat.bot_muted = False
    watch(house, 400)
    house.until(lambda: house.posts("dora", GLOBEX), step=30)
    watch(house, 60)
    (_, over) = alarms(house)
    assert "Over after" in over
    assert "CANARY" not in " ".join(alarms(house))


@pytest.mark.parametrize("dissolved", [False, True], ids=["taken out", "dissolved"])
def test_a_chat_that_the_bot_is_not_in_any_more_is_told_once_by_its_name(
    house: House, dissolved: bool
) -> None:
    lost = [house.files("ben", GLOBEX), house.files("ben", GLOBEX, "the disk is full")]
    left = house.box.lark_state.chats[GLOBEX]
    left.dissolved, left.bot_in_chat = dissolved, dissolved
    for story in (*lost, *lost):
        house.box.jira_people.comment("erin", story.key, "CANARY")
    watch(house, 0)
    house.until(lambda: len(house.deliveries(DeliveryState.DEAD)) == 4, step=1)
    (told,) = alarms(house)
    assert GLOBEX in told
    assert "CANARY" not in told


def test_each_chat_that_the_bot_is_not_in_any_more_is_told(house: House) -> None:
    stories = house.files("ben", GLOBEX), house.files("aiko", ACME)
    for story, chat in zip(stories, (GLOBEX, ACME), strict=True):
        house.box.lark_people.remove_bot(chat)
        house.box.jira_people.comment("erin", story.key, "hello")
    watch(house, 0, 60)
    assert [GLOBEX in told for told in alarms(house)].count(True) == 1
    assert len(alarms(house)) == 2
