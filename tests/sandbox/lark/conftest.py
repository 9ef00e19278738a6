"""A served fake Lark, and a small client of it that is nobody's production code."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from syncd.sandbox.lark.app import lark_app
from syncd.sandbox.lark.connection.frames import CONTROL, Frame, decode, encode
from syncd.sandbox.lark.people import LarkPeople
from syncd.sandbox.lark.rest.limits import Limits
from syncd.sandbox.lark.seed import seed
from syncd.sandbox.lark.state import LarkState
from syncd.sandbox.server import Servers, Watched
from syncd.sandbox.world import World

Json = dict[str, Any]
Answer = Callable[[Json], Json | None]
APP_SECRET = "sandbox-app-secret"


class Lark:
    """The fake, its people, and an app's HTTP client."""

    def __init__(self) -> None:
        self.world = World()
        self.state = seed(LarkState(self.world))
        self.people = LarkPeople(self.state)
        watched = Watched(lark_app(self.state), "lark", self.world)
        self.servers = Servers({"lark": watched})
        self.servers.start()
        self.http = httpx.Client(base_url=self.servers.address("lark"), timeout=10)

    def close(self) -> None:
        self.http.close()
        self.servers.stop()

    def token(self) -> str:
        body = {"app_id": "cli_5a4db0c5a4db0c5a", "app_secret": APP_SECRET}
        answer = self.http.post("/open-apis/auth/v3/tenant_access_token/internal", json=body)
        return str(answer.json()["tenant_access_token"])

    def call(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token()}"}
        return self.http.request(method, f"/open-apis{path}", headers=headers, **kwargs)

    def send(self, content: Json, msg_type: str = "text", to: str = "oc_acme", **more: Any) -> Json:
        """Send a message to a chat; returns the whole answer."""
        body = {"receive_id": to, "msg_type": msg_type, "content": json.dumps(content), **more}
        path = "/im/v1/messages?receive_id_type=chat_id"
        answer: Json = self.call("POST", path, json=body).json()
        return answer

    def reply(self, message_id: str, text: str, **more: Any) -> Json:
        body = {"msg_type": "text", "content": json.dumps({"text": text}), **more}
        answer: Json = self.call("POST", f"/im/v1/messages/{message_id}/reply", json=body).json()
        return answer

    def private(self, card: object, open_id: str = "ou_aiko", chat: str = "oc_acme") -> Json:
        body = {"chat_id": chat, "open_id": open_id, "msg_type": "interactive", "card": card}
        answer: Json = self.call("POST", "/ephemeral/v1/send", json=body).json()
        return answer

    def endpoint(self, secret: str = APP_SECRET) -> Json:
        body = {"AppID": "cli_5a4db0c5a4db0c5a", "AppSecret": secret}
        headers = {"locale": "zh"}
        answer: Json = self.http.post("/callback/ws/endpoint", json=body, headers=headers).json()
        return answer


class Bot:
    """A long connection that acks everything; what arrived is in `events`."""

    def __init__(self, lark: Lark) -> None:
        self._lark = lark
        self.events: list[Json] = []
        self.frames: list[Frame] = []
        self.code: int | None = 200
        """The ack's code; None acks nothing."""
        self.answer: Answer = lambda event: {}
        self.socket: ClientConnection = connect(
            lark.endpoint()["data"]["URL"], proxy=None, ping_interval=None, close_timeout=1
        )
        self._parts: dict[str, dict[int, bytes]] = {}
        self._arrived = threading.Condition()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def close(self) -> None:
        self.socket.close()
        self._thread.join()

    def ended(self) -> bool:
        """Block until the connection is over."""
        self._thread.join(10)
        return not self._thread.is_alive()

    def wait_for(self, found: Callable[[list[Json]], bool], timeout: float = 10) -> bool:
        with self._arrived:
            return self._arrived.wait_for(lambda: found(self.events), timeout)

    def ping(self) -> Frame:
        """Send a ping and return the pong."""
        headers = (("type", "ping"),)
        self.socket.send(encode(Frame(0, 0, 33554678, CONTROL, headers)))
        with self._arrived:
            self._arrived.wait_for(lambda: any(f.method == CONTROL for f in self.frames), 10)
        return next(f for f in self.frames if f.method == CONTROL)

    def ack(self, frame: Frame, code: int = 200, data: Json | None = None) -> None:
        body: Json = {"code": code}
        if data is not None:
            body["data"] = base64.b64encode(json.dumps(data).encode()).decode()
        answered = replace(frame, headers=(*frame.headers, ("biz_rt", "0")))
        self.socket.send(encode(answered.with_payload(json.dumps(body).encode())))

    def _read(self) -> None:
        try:
            for data in self.socket:
                assert isinstance(data, bytes)
                self._take(decode(data))
        except ConnectionClosed:
            return

    def _take(self, frame: Frame) -> None:
        event = None if frame.method == CONTROL else self._whole(frame)
        code = self.code
        with self._arrived:
            self.frames.append(frame)
            if event is not None:
                self.events.append(event)
            self._arrived.notify_all()
        if event is not None and code is not None:
            is_card = event["header"]["event_type"] == "card.action.trigger"
            self.ack(frame, code, self.answer(event) if is_card else None)

    def _whole(self, frame: Frame) -> Json | None:
        parts = self._parts.setdefault(frame.header("message_id") or "", {})
        parts[int(frame.header("seq") or 0)] = frame.payload or b""
        if len(parts) < int(frame.header("sum") or 1):
            return None
        event: Json = json.loads(b"".join(parts[i] for i in sorted(parts)))
        return event


@pytest.fixture
def lark() -> Iterator[Lark]:
    served = Lark()
    yield served
    served.close()


@pytest.fixture(scope="module")
def unlimited_lark() -> Iterator[Lark]:
    """One fake without rate limits for all tests of a file that leave nothing behind."""
    served = Lark()
    served.state.limits.enforced = False
    yield served
    served.close()


@pytest.fixture
def bot(lark: Lark) -> Iterator[Bot]:
    connected = Bot(lark)
    assert lark.people.wait_connected()
    yield connected
    connected.close()


@pytest.fixture
def new_bot(lark: Lark) -> Iterator[Callable[[], Bot]]:
    """Connect further bots; all are closed at the end."""
    bots: list[Bot] = []

    def make() -> Bot:
        bots.append(Bot(lark))
        return bots[-1]

    yield make
    for connected in bots:
        connected.close()


class Second:
    """The second in which calls are counted; it lasts until a test ends it."""

    def __init__(self) -> None:
        self._now = 0.0

    def now(self) -> float:
        return self._now

    def passes(self) -> None:
        self._now += 1


@pytest.fixture
def second(lark: Lark) -> Second:
    """Limits that go by the test's steps, so that a slow machine meets them too."""
    lasting = Second()
    lark.state.limits = Limits(lasting.now)
    return lasting


@pytest.fixture
def form_card() -> Json:
    """A card with one form, as syncd's users get it."""

    def plain(content: str) -> Json:
        return {"tag": "plain_text", "content": content}

    severities = ["1-Critical", "2-Major", "3-Minor"]
    submit = {
        "tag": "button",
        "name": "submit",
        "text": plain("Submit"),
        "type": "primary",
        "form_action_type": "submit",
        "behaviors": [{"type": "callback", "value": {"act": "submit"}}],
    }
    fields: list[Json] = [
        {"tag": "input", "name": "summary", "label": plain("Summary"), "required": True,
         "max_length": 50, "default_value": "Cluster down"},
        {"tag": "input", "name": "description", "label": plain("Description"),
         "input_type": "multiline_text", "rows": 4},
        {"tag": "div", "text": plain("Severity")},
        {"tag": "select_static", "name": "severity", "required": True,
         "placeholder": plain("Choose"),
         "options": [{"text": plain(s), "value": s} for s in severities]},
        {"tag": "multi_select_static", "name": "parts", "placeholder": plain("Choose"),
         "options": [{"text": plain(s), "value": s} for s in ("API", "Web")]},
        {"tag": "date_picker", "name": "due", "placeholder": plain("Due")},
        submit,
    ]  # fmt: skip
    cancel = {
        "tag": "button",
        "name": "cancel",
        "text": plain("Cancel"),
        "behaviors": [{"type": "callback", "value": {"act": "cancel"}}],
    }
    elements: list[Json] = [
        {"tag": "markdown", "content": "Tell us **more**"},
        {"tag": "form", "name": "ticket", "elements": fields},
        cancel,
    ]
    return {
        "schema": "2.0",
        "config": {"update_multi": True},
        "header": {"title": plain("New ticket")},
        "body": {"elements": elements},
    }
