"""What an operator can look at in the outbox, and do to it."""

from pathlib import Path

import pytest
from house import ACME, GLOBEX, LOBBY, House
from shell import Shell
from sqlalchemy import NullPool, create_engine, update

from syncd.core.delivery import Delivery
from syncd.core.model import DeliveryState, Link, Ms, RequestState, TicketId, TicketKey
from syncd.store.schema import outbox

CREATE = "POST /rest/servicedeskapi/request$"
REPLY = "POST /open-apis/im/v1/messages/[^/]+/reply"
DEAD, DOUBT, READY = DeliveryState.DEAD, DeliveryState.DOUBT, DeliveryState.READY


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def only(house: House, state: DeliveryState) -> Delivery:
    (found,) = house.deliveries(state)
    return found


def request_state(house: House, create: Delivery) -> RequestState:
    with house.app.store.read() as tx:
        request = tx.requests.get(create.request_id)
    assert request is not None
    return request.state


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
    assert shell.run("outbox", "list", "--state", "dead") == "No delivery is DEAD.\n"
    assert "--state: LOST is not READY" in shell.run("outbox", "list", "--state", "LOST", status=2)


def test_texts_are_shown_only_when_asked_for(house: House, shell: Shell) -> None:
    story = house.files("aiko", ACME)
    house.fail("jsm", ".*", "refuse", times=-1, status=503)
    house.says("aiko", ACME, "CANARY reply", thread=story.root)
    waiting = only(house, DOUBT)
    assert "CANARY" not in shell.run("outbox", "show", waiting.id)
    assert "CANARY reply" in shell.run("outbox", "show", waiting.id, "--body")
    assert "There is no delivery 7" in shell.run("outbox", "show", "7", status=2)


def test_moments_are_shown_with_their_time_zone(house: House, shell: Shell) -> None:
    waiting = waiting_create(house)
    assert "enqueued (UTC)" in shell.run("outbox", "show", waiting.id)


def test_a_dropped_create_fails_its_request_and_its_asker_is_told_why(
    house: House, shell: Shell
) -> None:
    waiting = waiting_create(house)
    shell.run("outbox", "drop", waiting.id, "--reason", "the desk moved house")
    assert request_state(house, waiting) is RequestState.FAILED
    house.settle()
    (told,) = house.told("ben")
    assert "the desk moved house" in told
    assert "DEAD already" in shell.run("outbox", "drop", waiting.id, status=2)


def test_what_was_delivered_can_neither_be_requeued_nor_dropped(house: House, shell: Shell) -> None:
    house.files("ben", GLOBEX)
    delivered = house.deliveries(DeliveryState.DONE)[0]
    for command in ("requeue", "drop"):
        told = shell.run("outbox", command, delivered.id, status=2)
        assert f"{delivered.id} was delivered already." in told


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
    assert request_state(house, waiting) is RequestState.SUBMITTED
    house.settle()
    assert house.ticket_keys() == ["HELP-1"]
    assert request_state(house, waiting) is RequestState.FILED


def test_what_ever_was_uncertain_is_requeued_into_doubt_and_found(
    house: House, shell: Shell
) -> None:
    house.files("aiko", ACME)
    doubtful = doubtful_create(house, "drop_after")
    shell.run("outbox", "drop", doubtful.id)
    assert request_state(house, doubtful) is RequestState.FAILED
    assert "DOUBT" in shell.run("outbox", "requeue", doubtful.id)
    assert only(house, DOUBT).id == doubtful.id
    for seconds in (1, 6, 400):
        house.time_passes(seconds=seconds)
        house.tidy()
    assert house.ticket_keys() == ["HELP-1", "HELP-2"]
    assert request_state(house, doubtful) is RequestState.FILED


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
    house.hides_before_the_post(story.key, "CANARY too early")
    withheld = only(house, DeliveryState.WITHHELD)
    for command in ("requeue", "drop"):
        told = shell.run("outbox", command, withheld.id, status=2)
        assert "as soon as the comment is public" in told
    assert only(house, DeliveryState.WITHHELD).id == withheld.id


def test_a_comment_that_was_public_again_is_found_by_the_id_it_had(
    house: House, shell: Shell
) -> None:
    story = house.files("aiko", ACME)
    comment = house.hides_before_the_post(story.key, "a moment")
    withheld = only(house, DeliveryState.WITHHELD)
    house.box.jira_people.flip(story.key, comment, public=True)
    house.fail("lark", REPLY, "refuse", times=-1, status=429)
    house.time_passes(seconds=61)
    house.poll()
    again = only(house, READY)
    assert again.id != withheld.id
    for command in ("show", "requeue", "drop"):
        told = shell.run("outbox", command, withheld.id, status=2)
        assert f"{withheld.id} became public again and goes on as {again.id}" in told
    assert only(house, READY).id == again.id


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


def test_a_ticket_in_a_thread_that_has_one_already_is_listed(make_house, shell: Shell) -> None:
    house: House = make_house(**{"alerts.chat": LOBBY})
    waiting_create(house)
    with house.app.store.read() as tx:
        request = tx.requests.open(1)[0]
    before = Link(
        request.thread, TicketId("1"), TicketKey("HELP-77"), request.id, request.asker, Ms(1)
    )
    house.app.store.write(lambda tx: tx.links.add(before))
    house.box.world.faults.clear()
    house.time_passes(seconds=60)
    house.settle()
    assert house.ticket_keys() == ["HELP-1"]
    shown = shell.run("status", status=1)
    (line,) = [line for line in shown.splitlines() if "HELP-1" in line]
    assert "its thread belongs to HELP-77" in line
    assert "its thread has another ticket already" in shell.run("trace", "HELP-1")
    assert any("HELP-1" in post.text for post in house.posts("ben", LOBBY))


def test_an_event_that_cannot_be_read_is_listed_with_its_reason(house: House, shell: Shell) -> None:
    house.app.intake.receive(
        [b'{"header": {"event_id": "ev_bad", "event_type": "im.message.receive_v1"}}']
    )
    house.settle()
    (line,) = [line for line in shell.run("status", status=1).splitlines() if "ev_bad" in line]
    assert "unreadable" in line


def test_a_list_that_is_cut_says_how_to_see_the_rest(house: House, shell: Shell) -> None:
    for _ in range(2):
        shell.run("outbox", "drop", waiting_create(house).id)
        house.box.world.faults.clear()
        house.settle()
    assert "1 more are not shown; --limit shows more." in shell.run(
        "outbox", "list", "--state", "DEAD", "--limit", "1"
    )
    assert "more are not" not in shell.run("outbox", "list", "--state", "DEAD")


def test_only_the_newest_create_of_a_request_can_be_requeued(house: House, shell: Shell) -> None:
    house.files("aiko", ACME)
    house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, "refuse", status=400, body='{"errorMessage":"bad"}')
    house.submits("ben", GLOBEX)
    first = only(house, DEAD)
    assert "has the form again" in shell.run("outbox", "requeue", first.id, status=2)
    house.fail("jsm", CREATE, "drop_after")
    house.submits("ben", GLOBEX)
    second = only(house, DOUBT)
    shell.run("outbox", "drop", second.id)
    assert second.id in shell.run("outbox", "requeue", first.id, status=2)
    house.settle()
    assert house.ticket_keys() == ["HELP-1", "HELP-2"], "the second is the one that was doubtful"
    assert "DOUBT" in shell.run("outbox", "requeue", second.id)


def test_a_failed_request_is_not_filed_into_a_thread_that_has_a_ticket_by_now(
    house: House, shell: Shell
) -> None:
    root = house.asks("ben", GLOBEX)
    house.fail("jsm", ".*", "refuse", times=-1, status=503)
    house.submits("ben", GLOBEX)
    failed = only(house, READY)
    shell.run("outbox", "drop", failed.id)
    house.box.world.faults.clear()
    house.settle()
    house.says("ben", GLOBEX, "@Support Bot still down", thread=root)
    house.submits("ben", GLOBEX)
    assert house.ticket_keys() == ["HELP-1"]
    assert "has the ticket HELP-1" in shell.run("outbox", "requeue", failed.id, status=2)
    house.settle()
    assert house.ticket_keys() == ["HELP-1"]


def test_what_nobody_can_find_is_sent_again_on_the_operators_word(
    house: House, shell: Shell
) -> None:
    story = house.files("aiko", ACME)
    house.box.lark_state.switches.stub_cards = True
    house.fail("lark", "POST /open-apis/im/v1/messages/.*/reply", "drop_before", times=-1)
    house.box.jira_people.comment("erin", story.key, "never arrived")
    house.poll()
    house.time_passes(seconds=2 * 3600)
    house.box.world.faults.clear()
    house.settle()
    house.tidy()
    dead = only(house, DEAD)
    assert "nobody can tell" in dead.reason
    assert "DOUBT" in shell.run("outbox", "requeue", dead.id)
    house.tidy()
    assert only(house, DEAD).id == dead.id
    assert "waits to be sent" in shell.run("outbox", "requeue", dead.id, "--sent-nothing")
    house.settle()
    assert "never arrived" in house.thread("chen", ACME, story.root)[-1].text
    assert house.undelivered() == []


def test_a_form_that_its_asker_has_to_correct_is_nothing_for_operators(
    house: House, shell: Shell
) -> None:
    house.asks("ben", GLOBEX)
    house.fail("jsm", CREATE, "refuse", times=2, status=400, body='{"errorMessage":"Too vague"}')
    house.submits("ben", GLOBEX)
    refused = only(house, DEAD)
    assert request_state(house, refused) is RequestState.ASKED
    assert refused.id not in shell.run("status", status=1)
    assert refused.id in shell.run("outbox", "list")
    house.submits("ben", GLOBEX)
    assert request_state(house, refused) is RequestState.FILED
    assert refused.id not in shell.run("status", status=1)


def test_a_form_beside_a_requeued_create_makes_no_second_ticket_of_the_thread(
    house: House, shell: Shell
) -> None:
    """The second could not be linked: what is answered there would never be shown."""
    root = house.asks("aiko", ACME)
    house.fail("jsm", ".*", "refuse", times=-1, status=503)
    house.submits("aiko", ACME)
    failed = only(house, READY)
    shell.run("outbox", "drop", failed.id)
    house.says("chen", ACME, "@Support Bot once more", thread=root)
    shell.run("outbox", "requeue", failed.id)
    being_filed = house.submits("chen", ACME)
    assert "作成しています" in being_filed.toast.content
    house.box.world.faults.clear()
    house.time_passes(seconds=60)
    house.settle()
    assert "HELP-1" in house.submits("chen", ACME).toast.content
    assert house.ticket_keys() == ["HELP-1"]


def becomes(house: House, id: str, kind: str) -> None:
    """Let another version have ordered it, or the one that did order it come back."""
    engine = create_engine(house.app.config.store.url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(update(outbox).where(outbox.c.id == id).values(kind=kind))


def test_what_another_version_ordered_is_listed_with_its_reason_and_goes_on_with_that_one(
    house: House, shell: Shell
) -> None:
    waiting = waiting_create(house)
    becomes(house, waiting.id, "FlyToTheMoon")
    house.box.world.faults.clear()
    house.time_passes(seconds=61)
    house.settle()
    assert only(house, DEAD).id == waiting.id
    assert "does not know this kind of delivery (FlyToTheMoon)" in shell.run("outbox", "list")
    assert waiting.id in shell.run("status", status=1)
    becomes(house, waiting.id, "FileTicket")
    shell.run("outbox", "requeue", waiting.id)
    house.settle()
    assert house.ticket_keys() == ["HELP-1"]
