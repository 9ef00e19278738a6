"""Lark's own SDKs against the fake Lark: what the platform takes from them, the fake takes too."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parent
_PATIENCE = 60.0
_SAID = {
    "same uuid, same message": True,
    "patched": 0,
    "listed": ["interactive", "post", "text"],
    "thread": 2,
    "private card removed": 0,
    "removed again": 18051,
    "recalled": 0,
    "ready": True,
}


class Client:
    """A running client, and what it told."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._told: dict[str, Any] = {}
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def told(self, step: str) -> Any:
        """Return what it told of that step; None when it ended, or never came to it."""
        with self._changed:
            self._changed.wait_for(lambda: step in self._told or "ended" in self._told, _PATIENCE)
            return self._told.get(step)

    def end(self) -> None:
        self._process.terminate()
        self._reader.join()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                step = json.loads(line)
            except ValueError:
                continue
            self._note(step["step"], step["value"])
        self._note("ended", True)

    def _note(self, step: str, value: Any) -> None:
        with self._changed:
            self._told[step] = value
            self._changed.notify_all()


@contextmanager
def _run(command: list[str]) -> Iterator[Client]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        client = Client(process)
        try:
            yield client
        finally:
            client.end()


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the Node SDK by its hashes; skips where npm, Node or its registry is missing."""
    if not (shutil.which("npm") and shutil.which("node")):
        pytest.skip("Lark's Node SDK is not tried: npm and node are not at hand; install them")
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_HERE / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if ran.returncode:
        pytest.skip("Lark's Node SDK is not tried: npm cannot reach its registry")
    return folder


def _follow(lark: Any, client: Client, form_card: Any, name: str) -> None:
    assert client.told("ready"), client.told("failed")
    assert client.told("got") == f"hello from {name}"
    assert {step: client.told(step) for step in _SAID} == _SAID

    assert lark.people.wait_connected(_PATIENCE)
    message = lark.people.say("aiko", "oc_acme", "@Support Bot 助けて")
    assert lark.people.wait_delivered(message)
    assert client.told("heard") == "@_user_1 助けて"
    card = lark.private(form_card)["data"]["message_id"]
    click = lark.people.click("aiko", card, "submit", {"severity": "1-Critical"})
    assert client.told("clicked") == "Cluster down"
    assert (click.outcome, click.toast.content) == ("ok", "heard: Cluster down")
    # The Node SDK leaves its time out of an ack that took none.
    faults = set(lark.state.delivery.protocol_faults)
    assert faults <= {"the ack does not say how long it took"}


def _arguments(lark: Any, form_card: Any) -> list[str]:
    state = lark.state
    url = str(lark.http.base_url).rstrip("/")
    return [url, state.app_id, state.app_secret, json.dumps(form_card)]


def test_the_python_sdk_is_served(lark: Any, form_card: Any) -> None:
    command = [sys.executable, str(_HERE / "client.py"), *_arguments(lark, form_card)]
    with _run(command) as client:
        _follow(lark, client, form_card, "Python")


def test_the_node_sdk_is_served(lark: Any, form_card: Any, node_modules: Path) -> None:
    program = ["node", str(_HERE / "client.cjs"), str(node_modules)]
    with _run([*program, *_arguments(lark, form_card)]) as client:
        _follow(lark, client, form_card, "Node")
