"""The frame codec against the vendor's own SDK, which runs in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.sandbox.lark.connection.frames import BadFrame, Frame, decode, encode

SDK_ENCODES = """
import json, sys, warnings
warnings.simplefilter("ignore")
from lark_oapi.ws.pb.pbbp2_pb2 import Frame
for given in json.load(sys.stdin):
    frame = Frame()
    for key, value in given["headers"]:
        header = frame.headers.add()
        header.key, header.value = key, value
    frame.SeqID, frame.LogID = given["seq_id"], given["log_id"]
    frame.service, frame.method = given["service"], given["method"]
    for ours, theirs in (("payload_encoding", "payload_encoding"), ("log_id_new", "LogIDNew"),
                         ("payload_type", "payload_type")):
        if given[ours] is not None:
            setattr(frame, theirs, given[ours])
    if given["payload"] is not None:
        frame.payload = bytes.fromhex(given["payload"])
    print(frame.SerializeToString().hex())
"""

SDK_CLIENT = """
import sys, warnings
warnings.simplefilter("ignore")
import lark_oapi
from lark_oapi.event.callback.model.p2_card_action_trigger import P2CardActionTriggerResponse
def clicked(data):
    said = data.event.action.form_value["summary"]
    return P2CardActionTriggerResponse({"toast": {"type": "info", "content": said}})
handler = (lark_oapi.EventDispatcherHandler.builder("", "")
    .register_p2_im_message_receive_v1(lambda data: print(data.event.message.content, flush=True))
    .register_p2_card_action_trigger(clicked).build())
lark_oapi.ws.Client("cli_5a4db0c5a4db0c5a", "sandbox-app-secret", event_handler=handler,
    domain=sys.argv[1], log_level=lark_oapi.LogLevel.CRITICAL).start()
"""

FRAMES = [
    Frame(0, 0, 33554678, 0, (("type", "ping"),)),
    Frame(2**64 - 1, 7, -1, 1, (("a", ""), ("a", "第二")), "gzip", "json", b"\x00\xff", "log"),
    Frame(1, 1, 1, 1, payload=b""),
    Frame(1, 300, 2**31 - 1, 1, payload=b"x" * 70000),
]


def test_bytes_are_those_of_the_sdk() -> None:
    given = [{**vars(f), "payload": None if f.payload is None else f.payload.hex()} for f in FRAMES]
    ran = subprocess.run(
        [sys.executable, "-c", SDK_ENCODES],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.split() == [encode(f).hex() for f in FRAMES]


_text = st.text(max_size=20)


@given(
    st.builds(
        Frame,
        st.integers(0, 2**64 - 1),
        st.integers(0, 2**64 - 1),
        st.integers(-(2**31), 2**31 - 1),
        st.integers(0, 1),
        st.lists(st.tuples(_text, _text), max_size=5).map(tuple),
        st.none() | _text,
        st.none() | _text,
        st.none() | st.binary(),
        st.none() | _text,
    )
)
def test_what_is_encoded_is_decoded(frame: Frame) -> None:
    assert decode(encode(frame)) == frame


@given(st.binary())
def test_noise_is_a_bad_frame_and_nothing_else(noise: bytes) -> None:
    try:
        frame = decode(noise)
    except BadFrame:
        return
    assert decode(encode(frame)) == frame


@pytest.fixture
def sdk_client(lark: Any) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SDK_CLIENT, str(lark.http.base_url)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
        assert lark.people.wait_connected(60)
        yield client
        client.terminate()


def test_real_sdk_client_is_served(lark: Any, sdk_client: Any, form_card: Any) -> None:
    lark.state.switches.fragment_bytes = 300
    message_id = lark.people.say("aiko", "oc_acme", "@Support Bot 助けて")
    assert lark.people.wait_delivered(message_id)
    assert json.loads(sdk_client.stdout.readline()) == {"text": "@_user_1 助けて"}
    card = lark.private(form_card)["data"]["message_id"]
    click = lark.people.click("aiko", card, "submit", {"severity": "1-Critical"})
    assert (click.outcome, click.toast.content) == ("ok", "Cluster down")
    assert lark.state.delivery.connections.all()[0].pings == 1
    assert lark.state.delivery.protocol_faults == []
