"""The demo's script plays the whole story, and cannot pass for nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_DEMO = [sys.executable, "-W", "error", "-m", "syncd", "demo", "--script"]
_PATIENCE = 400
_IN_TWO_COMPANIES = (
    "The screenshot is attached to the ticket",
    "an answer with table, code and log is in the thread",
    "So does the file that",
    "edits the answer, and its message follows",
    "takes a message back, and its comment follows",
    "takes the ticket, and its card says so",
    "resolves it by the card's button",
    "is asked how satisfied they are",
)


def test_script_plays_the_whole_story_and_no_operators_settings_lead_it_to_the_real_store(
    tmp_path: Path,
) -> None:
    real = tmp_path / "real"
    real.mkdir()
    settings = {
        "SYNCD_STORE__URL": f"sqlite:///{real}/syncd.db",
        "SYNCD_JSM__API_BASE": "http://127.0.0.1:1",
        "STATE_DIRECTORY": str(real),
        "CREDENTIALS_DIRECTORY": str(real),
    }
    played = subprocess.run(
        _DEMO, capture_output=True, text=True, timeout=_PATIENCE, env={**os.environ, **settings}
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert "every step was seen from the sandbox's side" in played.stdout
    assert played.stderr == ""
    told = {step: played.stdout.count(step) for step in _IN_TWO_COMPANIES}
    assert told == dict.fromkeys(_IN_TWO_COMPANIES, 2)
    assert played.stdout.count("are there once each, on both sides") == 2
    assert list(real.iterdir()) == []


def test_script_fails_while_the_daemon_stands_still() -> None:
    with subprocess.Popen(
        _DEMO, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as playing:
        assert playing.stdout is not None
        for line in playing.stdout:
            if "It is connected" in line:
                break
        (daemon,) = children(playing.pid)
        os.kill(daemon, signal.SIGSTOP)
        said, told = playing.communicate(timeout=_PATIENCE)
    assert playing.returncode == 1, said + told
    assert "The story failed." in told
    assert "gets a form that nobody else sees\n  expected:" in told


@pytest.mark.parametrize(
    ("route", "step"),
    [
        ("jsm:POST /rest/servicedeskapi/request$", "one ticket exists"),
        ("lark:POST /open-apis/ephemeral/v1/send", "gets a form"),
        ("jsm:POST /rest/api/3/issue/bulkfetch", "internal note stays inside"),
        ("lark:POST /open-apis/im/v1/messages/[^/]*/reply", "the thread has the ticket's link"),
        ("jsm:POST .*/attachTemporaryFile", "The screenshot is attached"),
        ("lark:POST /open-apis/im/v1/files", "an answer with table, code and log"),
        ("lark:PATCH /open-apis/im/v1/messages/[^/]*", "its message follows"),
        ("jsm:POST /rest/servicedeskapi/request/[^/]+/transition", "resolves it by the card"),
        ("jsm:POST /rest/servicedeskapi/request/[^/]+/feedback", "how satisfied"),
    ],
)
def test_script_fails_when_one_route_is_refused(route: str, step: str) -> None:
    played = subprocess.run(
        [*_DEMO, "--refuse", route], capture_output=True, text=True, timeout=_PATIENCE
    )
    assert played.returncode == 1, played.stdout + played.stderr
    assert step in played.stderr


def children(pid: int) -> list[int]:
    """Return the processes that this one started, as Linux lists them."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(child) for child in listed]
