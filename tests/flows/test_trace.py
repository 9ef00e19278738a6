"""An operator asks why something was, or was not, posted."""

from pathlib import Path

import pytest
from house import ACME, GLOBEX, House
from shell import Shell

from syncd.core.operators.history import Entry
from syncd.core.operators.trace import sentences


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def steps(house: House, named: str) -> list[Entry]:
    with house.app.store.read() as tx:
        return tx.history.trace(named)


def told(house: House, named: str) -> str:
    return "\n".join(sentences(steps(house, named)))


def test_a_tickets_key_tells_its_whole_way_in_order(house: House) -> None:
    story = house.files("ben", GLOBEX)
    found = steps(house, story.key)
    words = [step.what for step in found]
    assert words[:2] == ["received", "decided"]
    assert [step.at_ms for step in found] == sorted(step.at_ms for step in found)
    assert "the form is right: a ticket is filed" in [step.detail for step in found]
    told_of = told(house, story.key)
    assert f"Message {story.root}: a mention opens a request." in told_of
    assert f"The form became the ticket {story.key}." in told_of
    (reply,) = house.thread("ben", GLOBEX, story.root)
    assert f"The link of {story.key} was posted as message {reply.message_id}." in told_of


def test_key_message_request_and_delivery_lead_to_the_same_story(house: House) -> None:
    story = house.files("ben", GLOBEX)
    whole = steps(house, story.key)
    request = next(step.request_id for step in whole if step.request_id)
    deliveries = {step.delivery_id for step in whole if step.delivery_id}
    assert deliveries
    for name in (story.root, request, *deliveries):
        assert steps(house, name) == whole


def test_stories_do_not_run_into_each_other(house: House) -> None:
    one, other = house.files("ben", GLOBEX), house.files("ben", GLOBEX, "the other cluster")
    assert one.root not in told(house, other.key)
    assert other.key not in told(house, one.key)


def test_each_comment_says_where_it_is_or_why_it_is_not(house: House) -> None:
    story = house.files("ben", GLOBEX)
    people = house.box.jira_people
    shown = people.comment("erin", story.key, "Please restart the node.")
    internal = people.comment("erin", story.key, "CANARY internal", public=False)
    reporter = people.comment("ben", story.key, "It is still down.")
    house.poll()
    (post,) = house.posts("dora", GLOBEX)
    told_of = told(house, story.key)
    assert f"Comment {shown} was posted in {GLOBEX} as {post.message_id}." in told_of
    assert f"Comment {internal} was not posted: hidden, internal." in told_of
    assert f"Comment {reporter} was not posted: skipped, plan enterprise" in told_of


def test_a_quiet_poll_writes_nothing_and_a_hidden_comment_is_noted_once(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.box.jira_people.comment("erin", story.key, "CANARY", public=False)
    house.poll()
    before = steps(house, story.key)
    house.poll()
    house.box.jira_people.assign(story.key, "erin")
    house.poll()
    assert steps(house, story.key) == before
    assert [step.what for step in before].count("hidden") == 1


def test_a_withheld_comment_says_so_until_it_is_posted(house: House) -> None:
    story = house.files("aiko", ACME)
    comment = house.hides_before_the_post(story.key, "CANARY too early")
    assert f"Comment {comment} was not posted: withheld, the portal" in told(house, story.key)
    house.box.jira_people.flip(story.key, comment, public=True)
    house.box.jira_people.transition(story.key, "In progress")
    house.poll()
    assert f"Comment {comment} was posted in {ACME}" in told(house, story.key)


def test_a_reply_names_the_comment_it_became_and_a_waiting_one_why_not(house: House) -> None:
    story = house.files("aiko", ACME)
    reply = house.says("aiko", ACME, "Any news?", thread=story.root)
    house.fail("jsm", "POST /rest/api/3/issue/.*/comment", "refuse", status=400)
    waiting = house.says("aiko", ACME, "Hello?", thread=story.root)
    told_of = told(house, story.key)
    assert f"Message {reply} was carried over: it is comment " in told_of
    assert f"Message {waiting} was not carried over: it waits, the helpdesk answered" in told_of
    house.time_passes(seconds=120)
    house.settle()
    assert f"Message {waiting} was carried over: it is comment " in told(house, story.key)


def test_a_message_that_means_nothing_says_why(house: House) -> None:
    message = house.says("ben", GLOBEX, "hello everybody")
    assert told(house, message) == f"Message {message}: does not mention the bot."


def test_a_lost_create_is_told_step_by_step(house: House) -> None:
    house.files("aiko", ACME)
    root = house.asks("ben", GLOBEX)
    house.fail("jsm", "POST /rest/servicedeskapi/request$", "drop_after")
    house.submits("ben", GLOBEX)
    assert "The form may have become a ticket: nobody can tell whether" in told(house, root)
    for seconds in (1, 6):
        house.time_passes(seconds=seconds)
        house.tidy()
    words = [step.what for step in steps(house, root)]
    assert words.index("send") < words.index("uncertain") < words.index("found")
    assert "The form became the ticket HELP-2." in told(house, root)


def test_history_holds_no_text_and_no_address(house: House) -> None:
    story = house.files("ben", GLOBEX, "CANARY our cluster is down")
    house.box.jira_people.comment("erin", story.key, "CANARY answer")
    house.box.jira_people.comment("erin", story.key, "CANARY internal", public=False)
    house.poll()
    everything = repr(steps(house, story.key))
    assert "CANARY" not in everything
    assert "@" not in everything


def test_the_command_prints_the_table_and_the_sentences(house: House, shell: Shell) -> None:
    story = house.files("ben", GLOBEX)
    printed = shell.run("trace", story.key)
    assert "FileTicket" in printed
    assert f"The form became the ticket {story.key}." in printed


def test_a_key_may_be_typed_in_small_letters(house: House, shell: Shell) -> None:
    story = house.files("ben", GLOBEX)
    assert f"became the ticket {story.key}." in shell.run("trace", story.key.lower())


def test_an_unknown_key_is_answered_with_a_sentence(house: House, shell: Shell) -> None:
    printed = shell.run("trace", "HELP-999", status=2)
    assert printed.startswith("Nothing is on record for HELP-999")


def test_one_ticket_with_a_fault_of_each_kind_explains_every_remark(house: House) -> None:
    people = house.box.jira_people
    house.fail("lark", "POST /open-apis/ephemeral/v1/send", "refuse", status=429)
    house.fail("jsm", "POST /rest/servicedeskapi/request$", "refuse", status=429)
    root = house.asks("aiko", ACME)
    house.until(lambda: any(m.fields for m in house.box.lark_people.view("aiko", ACME)), step=10)
    house.submits("aiko", ACME)
    house.time_passes(seconds=120)
    house.settle()
    (key,) = house.ticket_keys()
    house.fail("jsm", "POST /rest/api/3/issue/.*/comment", "drop_after")
    lost = house.says("aiko", ACME, "Any news?", thread=root)
    doubtful = told(house, key)
    house.time_passes(seconds=31)
    house.tidy()
    internal = people.comment("erin", key, "CANARY", public=False)
    delayed = people.comment("erin", key, "late because Lark was away")
    house.fail("lark", "POST /open-apis/im/v1/messages.*", "refuse", status=503)
    house.poll()
    held_up = told(house, key)
    house.time_passes(seconds=120)
    house.settle()
    withheld = house.hides_before_the_post(key, "CANARY too early")
    assert f"Message {lost} may have been carried over: nobody can tell whether" in doubtful
    assert f"Comment {delayed} was not posted: it waits" in held_up
    told_of = told(house, key)
    assert f"The form became the ticket {key}." in told_of
    assert f"Message {lost} was carried over: it is comment " in told_of
    assert f"Comment {internal} was not posted: hidden, internal." in told_of
    assert f"Comment {delayed} was posted in {ACME} as " in told_of
    assert f"Comment {withheld} was not posted: withheld" in told_of
    for comment in people.comments(key):
        assert f"omment {comment.id} " in told_of


def test_an_edit_and_a_mark_do_not_hide_that_a_message_was_carried(house: House) -> None:
    story = house.files("chen", ACME)
    message = house.says("chen", ACME, "node 3 is down", thread=story.root)
    house.box.lark_people.edit("chen", message, "node 4 is down")
    house.until(lambda: "node 4" in str(house.box.jira_people.comments(story.key)), step=10)
    assert f"Message {message} was carried over: it is comment " in told(house, story.key)
    assert f"Message {message} was carried over: it is comment " in told(house, message)
