"""The connection to Lark is open, and nothing comes over it."""

import pytest
from house import ACME, GLOBEX, House

HALF_AN_HOUR = 1800


def falls_deaf(house: House, why: str) -> None:
    switches = house.box.lark_state.switches
    if why == "another program of the same app":
        switches.events_go_elsewhere = True
    else:
        switches.subscriptions.discard("im.message.receive_v1")


@pytest.mark.parametrize("why", ["another program of the same app", "no subscription any more"])
def test_what_never_arrived_is_read_from_the_history(house: House, fault_row, why: str) -> None:
    people, state = house.box.lark_people, house.app.socket.state
    story = house.files("aiko", ACME)
    house.app.catchup.run_once()
    house.time_passes(seconds=HALF_AN_HOUR)
    assert house.app.canary.run_once() == 0
    falls_deaf(house, why)
    before = state().connected_since
    people.say("aiko", ACME, "@Support Bot is anybody there?")
    people.say("chen", ACME, "in the thread", thread=story.root)
    people.say("ben", GLOBEX, "@Support Bot hello?")
    house.time_passes(seconds=HALF_AN_HOUR)
    house.settle()
    assert not house.box.jira_people.comments(story.key)
    assert house.app.canary.run_once() == 1
    assert people.wait_until(lambda: state().connected_since not in (None, before), 20)
    house.app.catchup.run_once()
    house.settle()
    for person, chat in (("aiko", ACME), ("ben", GLOBEX)):
        assert len([m for m in people.view(person, chat) if m.fields]) == 1
    assert len(house.box.jira_people.comments(story.key)) == 1
    house.app.catchup.run_once()
    house.settle()
    assert house.undelivered() == []
    fault_row(
        "Lark's connection is open, but events go to another program of the app, or nowhere",
        "the form when it is noticed, with an apology; replies reach the ticket then",
        "`deaf_while_connected`, an alarm, `caught_up` with the number of messages",
    )
