"""A post of which nobody can tell whether it is shown, and whose comment is then made internal."""

from faults.stories import REPLY, engineer_says, wait_and_poll
from house import ACME, LOBBY, House

from syncd.core.model import DeliveryState


def test_operators_are_told_when_a_post_given_up_in_doubt_becomes_internal(make_house) -> None:
    house: House = make_house(**{"alerts.chat": LOBBY})
    story = house.files("aiko", ACME)
    house.box.lark_state.switches.stub_cards = True
    house.fail("lark", REPLY, "drop_after")
    house.fail("lark", "(GET|POST) /open-apis/im", "refuse", times=-1, status=503)
    comment = engineer_says(house, story, "shown, as nobody knows")
    house.poll()
    wait_and_poll(house, 3700)
    house.box.world.faults.clear()
    wait_and_poll(house, 10, 60, 60)
    (dead,) = house.deliveries(DeliveryState.DEAD)
    before = len([m for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"])
    house.box.jira_people.flip(story.key, comment, public=False)
    house.rereads()
    wait_and_poll(house, 10, 10)
    shown = house.thread("chen", ACME, story.root)[1:]
    after = len([m for m in house.box.lark_people.view("dora", LOBBY) if m.kind == "card"])
    assert not [m for m in shown if "nobody knows" in m.text] or after > before, dead.reason
