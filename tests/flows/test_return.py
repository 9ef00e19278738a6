"""After an outage: what waits for a platform goes on when it answers, and waits for no other."""

from house import ACME, GLOBEX, House

from syncd.core.delivery import Delivery
from syncd.core.model import DeliveryState, Destination
from syncd.core.operators.alarms import Trouble
from syncd.core.retry import OUTAGE

_PORTAL = r"GET /rest/servicedeskapi/request/.*/comment/"
_SEND = "POST /open-apis/im/v1/messages"


def _waiting(house: House, kind: str = "PostUpdate") -> list[Delivery]:
    ready = house.deliveries(DeliveryState.READY)
    return [delivery for delivery in ready if delivery.command.kind() == kind]


def _fails_on(house: House, times: int) -> None:
    """Let an outage go on until what waits has failed so often."""
    for _ in range(times):
        house.time_passes(seconds=61)
        house.settle()


def _answers(house: House, key: str, text: str) -> None:
    house.box.jira_people.comment("erin", key, text)


def test_the_portals_failures_do_not_lengthen_the_wait_for_lark(house: House) -> None:
    story = house.files("ben", GLOBEX)
    house.fail("jsm", _PORTAL, "refuse", status=503, times=6)
    _answers(house, story.key, "restart it")
    house.poll()
    _fails_on(house, 5)
    assert _waiting(house)[0].failed_by == Destination.JSM
    house.fail("lark", _SEND, "refuse", status=503)
    house.time_passes(seconds=61)
    house.settle()
    (waiting,) = _waiting(house)
    assert (waiting.failed_by, waiting.failures) == (Destination.LARK, 1)
    house.time_passes(seconds=1)
    house.settle()
    assert len(house.posts("ben", GLOBEX)) == 1


def test_what_waits_for_lark_is_sent_as_soon_as_lark_answers_somebody(house: House) -> None:
    far, near = house.files("ben", GLOBEX), house.files("aiko", ACME)
    house.fail("lark", _SEND, "refuse", status=503, times=-1)
    _answers(house, far.key, "restart it")
    house.poll()
    _fails_on(house, 7)
    assert _waiting(house)[0].failures > OUTAGE
    house.box.world.faults.clear()
    _answers(house, near.key, "which version?")
    house.poll()
    # The world's clock stands still: the one that got through wakes the other.
    house.until(lambda: not _waiting(house), step=0)
    assert [post.text for post in house.posts("ben", GLOBEX) if "restart it" in post.text]


def test_what_waits_for_jira_is_sent_as_soon_as_jira_answers_the_poll(house: House) -> None:
    story = house.files("aiko", ACME)
    _answers(house, story.key, "restart it")
    house.fail("jsm", _PORTAL, "refuse", status=503, times=-1)
    house.poll()
    _fails_on(house, 7)
    assert _waiting(house)[0].failed_by == Destination.JSM
    house.box.world.faults.clear()
    house.poll()
    house.until(lambda: not _waiting(house), step=0)
    assert [m.text for m in house.thread("aiko", ACME, story.root) if "restart it" in m.text]


def test_one_update_that_always_fails_is_not_tried_whenever_another_succeeds(house: House) -> None:
    bad, good = house.files("ben", GLOBEX), house.files("aiko", ACME)
    fault = house.fail("lark", _SEND, "refuse", status=503, times=-1, asks="unlucky")
    _answers(house, bad.key, "unlucky")
    house.poll()
    _fails_on(house, 7)
    before = fault.hits
    for number in range(10):
        _answers(house, good.key, f"step {number}")
        house.poll()
    assert fault.hits - before <= 2


def test_a_change_that_the_portal_keeps_waiting_waits_for_jira_and_not_for_lark(
    house: House,
) -> None:
    story = house.files("ben", GLOBEX)
    comment = house.box.jira_people.comment("erin", story.key, "restart it")
    house.poll()
    house.fail("jsm", _PORTAL, "refuse", status=403, times=-1)
    house.time_passes(seconds=1)
    house.box.jira_people.edit(story.key, comment, "stop it")
    house.poll()
    (waiting,) = _waiting(house, "ReplaceUpdate")
    assert waiting.failed_by == Destination.JSM


def test_a_login_that_the_helpdesk_refuses_is_not_told_as_lost_at_lark(house: House) -> None:
    story = house.files("ben", GLOBEX)
    _answers(house, story.key, "restart it")
    house.polls()
    house.box.jira_state.token = "revoked"
    house.settle()
    assert _waiting(house)[0].failed_by == Destination.JSM
    assert Trouble.LARK_LOGIN not in house.app.records.board.standing()
