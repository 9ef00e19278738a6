"""A create of which the answer was lost is looked for, and sent again only when proven absent."""

import pytest
from house import ACME, GLOBEX, House

from syncd.core.model import DeliveryState

CREATE = "POST /rest/servicedeskapi/request$"


def lose_the_answer(house: House, kind: str) -> str:
    """Ben submits a form while Jira's answer to the create is lost; return the thread's root."""
    root = house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, kind)
    house.submits("ben", GLOBEX)
    assert len(house.deliveries(DeliveryState.DOUBT)) == 1
    return root


def wait_and_look(house: House, *seconds: float) -> None:
    for wait in seconds:
        house.time_passes(seconds=wait)
        house.tidy()


@pytest.fixture(params=["last line", "labels", "marker field"])
def with_a_ticket(request, box, make_house) -> House:
    """A project that has a ticket already, so that it can be seen to be visible."""
    box.jira_state.switches.labels_on_form = request.param == "labels"
    marker_field = "customfield_10050" if request.param == "marker field" else ""
    house: House = make_house(**{"jsm.marker_field": marker_field})
    house.files("aiko", ACME)
    return house


def test_the_asker_is_told_when_it_lasts_and_nothing_is_sent_blindly(house: House) -> None:
    lose_the_answer(house, "drop_before")
    wait_and_look(house, 0, 3, 6, 11)
    assert house.told("ben") == []
    wait_and_look(house, 15)
    (told,) = house.told("ben")
    assert "cannot tell" in told
    wait_and_look(house, 30, 60)
    assert len(house.told("ben")) == 1
    house.tidy()
    house.poll()
    assert house.ticket_keys() == []
    assert house.deliveries(DeliveryState.DOUBT)[0].was_uncertain


def test_a_private_word_says_which_request_or_reply_it_is_about(house: House) -> None:
    story = house.files("aiko", ACME)
    house.fail("jsm", "POST /rest/api/3/issue/.*/comment", "drop_before")
    house.says("aiko", ACME, "restarting did not help", thread=story.root)
    house.fail("jsm", CREATE, "drop_before")
    house.asks("ben", GLOBEX, "our cluster is down")
    house.submits("ben", GLOBEX, summary="Cluster 7 is down since noon")
    wait_and_look(house, 0, 31)
    house.until(lambda: house.told("aiko") and house.told("ben"), step=1)
    titles = [house.box.lark_people.direct(person)[0].title for person in ("aiko", "ben")]
    assert titles == ["restarting did not help", "Cluster 7 is down since noon"]


def test_the_log_says_why_nobody_can_tell(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    lose_the_answer(house, "drop_before")
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "uncertain" in line]
    assert "no answer to POST" in line


def test_a_ticket_that_was_created_is_found_and_linked(with_a_ticket: House) -> None:
    house = with_a_ticket
    root = lose_the_answer(house, "drop_after")
    wait_and_look(house, 1, 6)
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]
    assert house.told("ben") == []
    (reply,) = house.thread("dora", GLOBEX, root)
    assert "HELP-2" in reply.title
    assert "/HELP-2?ref=" in reply.links[0][1]
    assert house.undelivered() == []


def test_a_ticket_that_was_never_created_is_sent_again_after_the_grace(
    with_a_ticket: House,
) -> None:
    house = with_a_ticket
    root = lose_the_answer(house, "drop_before")
    wait_and_look(house, 1, 6, 10, 15, 30, 60, 120)
    assert house.ticket_keys() == ["HELP-1"]
    wait_and_look(house, 100)
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]
    assert "HELP-2" in house.thread("dora", GLOBEX, root)[0].title
    worry, relief = house.told("ben")
    assert "cannot tell" in worry
    assert relief.startswith("HELP-2 was created. http://")
    assert house.undelivered() == []


def test_a_ticket_is_found_though_another_field_takes_the_marker_by_now(make_house) -> None:
    """An operator chose another place for the marker while the create was in doubt."""
    house: House = make_house(**{"jsm.marker_field": "customfield_10050"})
    house.files("aiko", ACME)
    lose_the_answer(house, "drop_after")
    house.app.socket.stop()
    again: House = make_house(**{"jsm.marker_field": ""})
    wait_and_look(again, 1, 6, 10, 45, 60, 120, 100, 300)
    assert again.ticket_keys() == ["HELP-1", "HELP-2"]
    assert again.undelivered() == []


def test_a_create_that_comes_true_late_is_found_not_doubled(with_a_ticket: House) -> None:
    """The index does not know it yet; reading by key does."""
    house = with_a_ticket
    house.box.jira_state.switches.index_lag_ms = 3_600_000
    lose_the_answer(house, "drop_after")
    wait_and_look(house, 1, 6)
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]
    assert house.deliveries(DeliveryState.DOUBT) == []


def test_while_the_login_is_lost_nothing_is_proven_absent(with_a_ticket: House) -> None:
    house = with_a_ticket
    lose_the_answer(house, "drop_before")
    good = house.box.jira_state.token
    house.box.jira_state.token = "expired"
    wait_and_look(house, 1, 400, 400, 400)
    assert len(house.deliveries(DeliveryState.DOUBT)) == 1
    house.box.jira_state.token = good
    wait_and_look(house, 400, 400)
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]


def test_while_the_project_is_invisible_nothing_is_proven_absent(with_a_ticket: House) -> None:
    house = with_a_ticket
    lose_the_answer(house, "drop_after")
    house.box.jira_state.switches.bot_sees_project = False
    wait_and_look(house, 1, 400, 400, 400)
    (doubtful,) = house.deliveries(DeliveryState.DOUBT)
    assert "may not see" in doubtful.reason
    house.box.jira_state.switches.bot_sees_project = True
    wait_and_look(house, 400)
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]
    assert house.undelivered() == []


def test_in_a_project_without_a_ticket_our_permissions_prove_absence(house: House) -> None:
    lose_the_answer(house, "drop_before")
    wait_and_look(house, 1, 6, 10, 45, 60, 120)
    assert house.ticket_keys() == []
    wait_and_look(house, 100)
    assert house.ticket_keys() == ["HELP-1"]
    assert house.undelivered() == []


@pytest.mark.parametrize("as_customer", [True, False], ids=["customers only", "no access"])
def test_in_a_project_without_a_ticket_a_lost_permission_is_no_absence(
    house: House, as_customer: bool
) -> None:
    root = lose_the_answer(house, "drop_after")
    switches = house.box.jira_state.switches
    switches.bot_sees_project = False
    switches.portal_customers_browse = as_customer
    wait_and_look(house, 1, 400, 400, 400)
    (doubtful,) = house.deliveries(DeliveryState.DOUBT)
    assert "may not see" in doubtful.reason
    switches.bot_sees_project = True
    wait_and_look(house, 400)
    assert house.ticket_keys() == ["HELP-1"]
    assert "HELP-1" in house.thread("dora", GLOBEX, root)[0].title


def test_numbers_that_were_skipped_do_not_hide_the_ticket(with_a_ticket: House) -> None:
    house = with_a_ticket
    house.box.jira_state.skip_numbers(60)
    lose_the_answer(house, "drop_after")
    wait_and_look(house, 1, 6)
    assert house.ticket_keys() == ["HELP-1", "HELP-62"]
    assert house.deliveries(DeliveryState.DOUBT) == []


def test_an_operator_who_wants_to_be_asked_is_asked(make_house) -> None:
    house: House = make_house(**{"jsm.on_doubt": "ask"})
    house.files("aiko", ACME)
    lose_the_answer(house, "drop_before")
    wait_and_look(house, 1, 400, 400, 400)
    assert house.ticket_keys() == ["HELP-1"]
    (doubtful,) = house.deliveries(DeliveryState.DOUBT)
    assert "operator decides" in doubtful.reason


def test_a_comment_from_before_the_link_comes_after_the_tickets_link_once(house: House) -> None:
    """The create was in doubt for longer than the overlap while an engineer answered."""
    root = house.asks("aiko", ACME)
    house.fail("jsm", CREATE, "drop_after")
    house.submits("aiko", ACME)
    house.box.jira_people.comment("erin", "HELP-1", "We see it too.")
    house.time_passes(seconds=3600)
    house.poll()
    house.time_passes(seconds=3600)
    assert house.thread("chen", ACME, root) == []

    wait_and_look(house, 1, 3600)
    for _ in range(3):
        house.poll()
    link, answer = house.thread("chen", ACME, root)
    assert "HELP-1" in link.title
    assert "We see it too." in answer.text
    assert house.undelivered() == []


COMMENT = "POST /rest/api/3/issue/[^/]+/comment$"


def replies(house: House, *said: str, fault: str, **how: object) -> str:
    """Aiko answers in her ticket's thread while Jira's answer is lost; return the ticket's key."""
    story = house.files("aiko", ACME)
    house.fail("jsm", COMMENT, fault, **how)
    for words in said:
        house.says("aiko", ACME, words, thread=story.root)
    return story.key


def on_ticket(house: House, key: str) -> list[str]:
    return [str(comment) for comment in house.box.jira_people.comments(key)]


def test_one_lost_answer_holds_a_thread_for_seconds_and_frightens_nobody(house: House) -> None:
    key = replies(house, "first", "second", fault="drop_after")
    wait_and_look(house, 0, 2)
    first, second = on_ticket(house, key)
    assert ("first" in first, "second" in second) == (True, True)
    assert house.undelivered() == []
    assert house.told("aiko") == []


def test_an_author_who_was_worried_learns_that_the_reply_is_there(house: House) -> None:
    key = replies(house, "first", fault="drop_after")
    down = house.fail("jsm", "GET /rest/api/3/issue/.*/comment", "refuse", status=503, times=-1)
    wait_and_look(house, 0, 2, 10, 20)
    (worry,) = house.told("aiko")
    assert "cannot tell whether" in worry or "確認できません" in worry
    down.times = 0
    wait_and_look(house, 31, 61)
    assert len(on_ticket(house, key)) == 1
    _, relief = house.told("aiko")
    assert "届きました" in relief


def test_an_author_is_told_that_a_reply_which_had_to_be_sent_again_is_there(house: House) -> None:
    key = replies(house, "first", fault="drop_before")
    wait_and_look(house, 0, 2, 10, 20, 31)
    assert len(house.told("aiko")) == 1
    wait_and_look(house, 300, 31, 31)
    assert len(on_ticket(house, key)) == 1
    assert "届きました" in house.told("aiko")[-1]
