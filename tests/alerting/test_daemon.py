"""The daemon itself: it calls while all is well, and tells elsewhere what is wrong."""

from functools import partial
from pathlib import Path

from faults.daemon import form_of, serving
from house import ACME
from receiver import TOKEN, Receiver, receiving

from syncd.sandbox.box import Sandbox
from syncd.sandbox.faults import Fault

MYSELF = "GET /rest/api/3/myself"

_PATIENCE = 60.0


def test_it_begins_to_call_when_it_is_well_and_tells_what_is_wrong_until_then(
    box: Sandbox, receiver: Receiver, tmp_path: Path
) -> None:
    fault = box.world.faults.add(Fault("jsm", MYSELF, times=-1, status=401))
    with receiving() as hook:
        environment = {
            "SYNCD_ALERTS__HEARTBEAT_URL": receiver.url,
            "SYNCD_ALERTS__WEBHOOK_URL": hook.url,
        }
        with serving(box, tmp_path, **environment) as program:
            people = box.lark_people
            assert people.wait_until(lambda: hook.told, _PATIENCE), program.log()
            assert people.wait_until(lambda: program.count("heartbeat_silent"), _PATIENCE)
            assert receiver.asked == []
            fault.times = 0
            assert people.wait_until(lambda: receiver.asked, _PATIENCE), program.log()
            assert people.wait_until(lambda: len(hook.told) == 2, _PATIENCE), program.log()
            assert program.stop() == 0
            assert TOKEN not in program.log()
    assert [(told["trouble"], told["over"]) for told in hook.told] == [
        ("jsm_login", False),
        ("jsm_login", True),
    ]


def test_receivers_that_hang_keep_it_neither_from_serving_nor_from_ending(
    box: Sandbox, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.hangs = True
    environment = {
        "SYNCD_ALERTS__HEARTBEAT_URL": receiver.url,
        "SYNCD_ALERTS__WEBHOOK_URL": receiver.url,
    }
    with serving(box, tmp_path, **environment) as program:
        people = box.lark_people
        assert people.wait_until(lambda: receiver.asked, _PATIENCE), program.log()
        people.say("aiko", ACME, "@Support Bot it is down")
        shown = partial(form_of, box, "aiko", ACME)
        assert people.wait_until(shown, _PATIENCE), program.log()
        assert program.stop() == 0
