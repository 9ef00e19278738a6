"""What an operator can look at in the outbox, and do to it."""

from pathlib import Path

import pytest
from house import ACME, GLOBEX, House
from shell import Shell

from syncd.core.commands import Delivery
from syncd.core.model import DeliveryState, RequestState

CREATE = "POST /rest/servicedeskapi/request$"
DEAD, DOUBT, READY = DeliveryState.DEAD, DeliveryState.DOUBT, DeliveryState.READY


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def only(house: House, state: DeliveryState) -> Delivery:
    (found,) = house.deliveries(state)
    return found


def request_state(house: House) -> RequestState:
    with house.app.store.read() as tx:
        return tx.requests.recent(1)[0].state


def waiting_create(house: House) -> Delivery:
    """Ben submits a form while Jira is away."""
    house.asks("ben", GLOBEX)
    house.fail("jsm", ".*", "refuse", times=-1, status=503)
    house.submits("ben", GLOBEX)
    return only(house, READY)


def doubtful_create(house: House, kind: str) -> Delivery:
    """Ben submits a form while the answer to the create is lost."""
    house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, kind)
    house.submits("ben", GLOBEX)
    return only(house, DOUBT)


def test_the_list_names_what_is_not_delivered_and_all_names_the_rest(
    house: House, shell: Shell
) -> None:
    waiting = waiting_create(house)
    assert waiting.id in shell.run("outbox", "list")
    assert "ShowForm" not in shell.run("outbox", "list")
    assert "ShowForm" in shell.run("outbox", "list", "--all")
    assert waiting.id not in shell.run("outbox", "list", "--state", "dead")
    assert "--state: LOST is not READY" in shell.run("outbox", "list", "--state", "LOST", status=2)


def test_texts_are_shown_only_when_asked_for(house: House, shell: Shell) -> None:
    story = house.files("aiko", ACME)
    house.fail("jsm", ".*", "refuse", times=-1, status=503)
    house.says("aiko", ACME, "CANARY reply", thread=story.root)
    waiting = only(house, DOUBT)
    assert "CANARY" not in shell.run("outbox", "show", waiting.id)
    assert "CANARY reply" in shell.run("outbox", "show", waiting.id, "--body")
    assert "There is no delivery 7" in shell.run("outbox", "show", "7", status=2)


def test_a_dropped_create_fails_its_request_and_its_asker_is_told_why(
    house: House, shell: Shell
) -> None:
    waiting = waiting_create(house)
    shell.run("outbox", "drop", waiting.id, "--reason", "the desk moved house")
    assert request_state(house) is RequestState.FAILED
    house.settle()
    (told,) = house.told("ben")
    assert "the desk moved house" in told
    assert "DEAD already" in shell.run("outbox", "drop", waiting.id, status=2)


def test_a_dropped_delivery_frees_its_lane(house: House, shell: Shell) -> None:
    story = house.files("aiko", ACME)
    house.fail("jsm", "POST /rest/api/3/issue/.*/comment", "drop_before")
    house.says("aiko", ACME, "first", thread=story.root)
    house.says("aiko", ACME, "second", thread=story.root)
    assert len(house.box.jira_people.comments(story.key)) == 0
    shell.run("outbox", "drop", only(house, DOUBT).id)
    house.settle()
    (comment,) = house.box.jira_people.comments(story.key)
    assert "second" in str(comment)


def test_a_requeued_create_takes_its_failed_request_along(house: House, shell: Shell) -> None:
    waiting = waiting_create(house)
    shell.run("outbox", "drop", waiting.id)
    house.box.world.faults.clear()
    assert "waits to be sent" in shell.run("outbox", "requeue", waiting.id)
    assert request_state(house) is RequestState.SUBMITTED
    house.settle()
    assert house.ticket_keys() == ["HELP-1"]
    assert request_state(house) is RequestState.FILED


def test_what_ever_was_uncertain_is_requeued_into_doubt_and_found(
    house: House, shell: Shell
) -> None:
    house.files("aiko", ACME)
    doubtful = doubtful_create(house, "drop_after")
    shell.run("outbox", "drop", doubtful.id)
    assert request_state(house) is RequestState.FAILED
    assert "DOUBT" in shell.run("outbox", "requeue", doubtful.id)
    assert only(house, DOUBT).id == doubtful.id
    for seconds in (1, 6, 400):
        house.time_passes(seconds=seconds)
        house.tidy()
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]
    assert request_state(house) is RequestState.FILED


def test_a_doubtful_create_is_sent_again_only_on_the_operators_word(
    make_house, shell: Shell
) -> None:
    house: House = make_house(**{"jsm.on_doubt": "ask"})
    house.files("aiko", ACME)
    doubtful = doubtful_create(house, "drop_before")
    refused = shell.run("outbox", "requeue", doubtful.id, status=2)
    assert "LK" in refused
    assert "--sent-nothing" in refused
    house.settle()
    assert house.ticket_keys() == ["HELP-1"]
    shell.run("outbox", "requeue", doubtful.id, "--sent-nothing")
    house.settle()
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]


def test_a_withheld_comment_is_told_to_come_back_by_itself(house: House, shell: Shell) -> None:
    story = house.files("aiko", ACME)
    comment = house.box.jira_people.comment("erin", story.key, "CANARY too early")
    house.app.poller.run_once()
    house.box.jira_people.flip(story.key, comment, public=False)
    house.settle()
    withheld = only(house, DeliveryState.WITHHELD)
    assert "as soon as the comment is public" in shell.run(
        "outbox", "requeue", withheld.id, status=2
    )
    assert "nothing of it will be sent" in shell.run("outbox", "drop", withheld.id, status=2)
    assert only(house, DeliveryState.WITHHELD).id == withheld.id


def test_one_refusal_does_not_keep_the_others_back(house: House, shell: Shell) -> None:
    waiting = waiting_create(house)
    printed = shell.run("outbox", "drop", "7", waiting.id, status=2)
    assert "There is no delivery 7" in printed
    assert only(house, DEAD).id == waiting.id


def test_what_an_operator_did_stands_in_the_history(house: House, shell: Shell) -> None:
    waiting = waiting_create(house)
    shell.run("outbox", "drop", waiting.id, "--reason", "out of scope")
    shell.run("outbox", "requeue", waiting.id)
    printed = shell.run("trace", waiting.id)
    assert "out of scope" in printed
    assert "an operator wants it sent again: the request waits for its ticket again" in printed
