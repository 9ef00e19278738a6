"""The pages on http.listen, asked over a real connection while the world goes wrong."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import databases
import httpx
import pytest
from faults.daemon import Installed, Program, configure, form_of, serving
from faults.relay import relayed
from house import ACME
from scraped import Scraped
from sqlalchemy import make_url

from syncd.sandbox.box import Sandbox
from syncd.sandbox.faults import Fault

_PATIENCE = 60.0

url = databases.fresh_on(*databases.servers())


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the daemon listens: a port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setenv("SYNCD_HTTP__LISTEN", listen)
    return listen


@pytest.fixture
def program(box: Sandbox, address: str, tmp_path: Path) -> Iterator[Program]:
    with serving(box, tmp_path) as started:
        assert becomes(box, address, 200, "")
        yield started


def ask(address: str, path: str) -> httpx.Response:
    with httpx.Client(trust_env=False, timeout=20) as http:
        return http.get(f"http://{address}{path}")


def readiness(address: str) -> tuple[int, dict[str, Any]]:
    try:
        answer = ask(address, "/readyz")
    except httpx.TransportError:
        return 0, {}
    return answer.status_code, answer.json()


def becomes(box: Sandbox, address: str, status: int, reason: str) -> bool:
    """Ask until the status is that, and one of the reasons has that name."""

    def is_so() -> bool:
        code, told = readiness(address)
        names = [one["what"] for one in told.get("reasons", [])]
        return code == status and (not reason or reason in names)

    return box.lark_people.wait_until(is_so, _PATIENCE)


def test_it_is_ready_and_live_while_all_is_well(address: str, program: Program) -> None:
    assert readiness(address) == (200, {"ready": True, "reasons": []})
    answer = ask(address, "/healthz")
    assert (answer.status_code, answer.json()["live"]) == (200, True)
    assert ask(address, "/").status_code == 404
    with httpx.Client(trust_env=False) as http:
        head = http.head(f"http://{address}/healthz")
        assert (head.status_code, head.content) == (200, b"")
        assert http.post(f"http://{address}/readyz").status_code == 501


def test_metrics_are_what_prometheus_reads(box: Sandbox, address: str, program: Program) -> None:
    box.lark_people.say("aiko", "oc_acme", "@Support Bot it is down")
    assert box.lark_people.wait_until(lambda: form_of(box, "aiko", "oc_acme"), _PATIENCE)

    def shown() -> float:
        return scraped().value("syncd_deliveries_total", kind="ShowForm", outcome="done")

    def scraped() -> Scraped:
        answer = ask(address, "/metrics")
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        return Scraped(answer.text)

    assert box.lark_people.wait_until(lambda: shown() == 1, _PATIENCE)
    told = scraped()
    assert told.value("syncd_ready") == 1
    assert told.value("syncd_database_readable") == 1
    assert told.value("syncd_answer_seconds_count", kind="ShowForm") == 1
    assert told.value("syncd_database_bytes") > 8_192
    assert told.value("process_resident_memory_bytes") > 0


def test_the_helpdesk_that_is_away_is_a_reason_until_it_is_back(
    box: Sandbox, address: str, program: Program
) -> None:
    fault = box.world.faults.add(Fault("jsm", ".*", "refuse", times=-1, status=503))
    assert becomes(box, address, 503, "poll")
    assert ask(address, "/healthz").status_code == 200, "a restart would help nobody"
    fault.times = 0
    assert becomes(box, address, 200, "")


def test_a_lost_login_is_a_reason_until_it_is_back(
    box: Sandbox, address: str, program: Program
) -> None:
    token, box.jira_state.token = box.jira_state.token, "another"
    assert becomes(box, address, 503, "jsm_login")
    box.jira_state.token = token
    assert becomes(box, address, 200, "")


def test_lark_that_is_away_is_a_reason_until_it_is_back(
    box: Sandbox, address: str, program: Program
) -> None:
    box.lark_state.switches.endpoint_502 = True
    for connection in box.lark_state.delivery.connections.all():
        connection.cut()
    assert becomes(box, address, 503, "socket")
    box.lark_state.switches.endpoint_502 = False
    assert becomes(box, address, 200, "")


def test_lark_that_refuses_what_is_sent_is_a_reason_though_its_connection_is_open(
    box: Sandbox, address: str, program: Program
) -> None:
    fault = box.world.faults.add(Fault("lark", ".*/open-apis/", "refuse", times=-1, status=503))
    box.lark_people.say("aiko", ACME, "@Support Bot it is down")
    assert becomes(box, address, 503, "lark")
    fault.times = 0
    assert becomes(box, address, 200, "")


def test_one_group_where_the_bot_may_not_speak_is_no_reason(
    box: Sandbox, address: str, program: Program
) -> None:
    """Whoever asks there gets the form directly."""
    box.lark_state.chats[ACME].bot_muted = True
    box.lark_people.say("aiko", ACME, "@Support Bot it is down")
    people = box.lark_people
    assert people.wait_until(lambda: program.count("silenced"), _PATIENCE), program.log()
    assert people.wait_until(lambda: [m for m in people.direct("aiko") if m.fields], _PATIENCE)
    assert readiness(address) == (200, {"ready": True, "reasons": []})


def test_a_database_server_that_is_away_is_a_reason_until_it_is_back(
    box: Sandbox, address: str, url: str, tmp_path: Path
) -> None:
    server = make_url(url)
    assert server.host
    assert server.port
    with relayed(server.host, server.port) as relay:
        by_relay = server.set(host="127.0.0.1", port=relay.port)
        with serving(box, tmp_path, by_relay.render_as_string(hide_password=False)):
            assert becomes(box, address, 200, "")
            relay.cut()
            assert becomes(box, address, 503, "store")
            relay.mend()
            assert becomes(box, address, 200, "")


def test_a_port_that_is_taken_is_a_sentence_and_exit_status_2(
    box: Sandbox, address: str, tmp_path: Path
) -> None:
    host, _, port = address.partition(":")
    configure(box, tmp_path)
    with (
        socket.create_server((host, int(port))),
        Program(box, tmp_path) as program,
    ):
        assert program.wait(_PATIENCE) == 2
        assert f"http.listen: {address} cannot be listened on: " in program.log()


def test_nothing_listens_where_nothing_was_asked_for(box: Sandbox, tmp_path: Path) -> None:
    configure(box, tmp_path)
    with Installed(box, tmp_path) as program:
        assert box.lark_people.wait_connected(_PATIENCE), program.log()
        proc = Path(f"/proc/{program.pid}")
        rows = (proc / "net/tcp").read_text(encoding="ascii").splitlines()[1:]
        listening = {row.split()[9] for row in rows if row.split()[3] == "0A"}
        held = {str(number.readlink()) for number in (proc / "fd").iterdir()}
        assert not {f"socket:[{inode}]" for inode in listening} & held


def test_neither_secret_nor_words_are_on_any_page(
    box: Sandbox, address: str, program: Program
) -> None:
    box.lark_people.say("aiko", ACME, "@Support Bot project Manhattan is down")
    box.world.faults.add(Fault("jsm", ".*", "refuse", times=-1, status=503))
    assert becomes(box, address, 503, "poll")
    pages = "".join(ask(address, path).text for path in ("/healthz", "/readyz", "/metrics"))
    assert json.loads(ask(address, "/readyz").text)["reasons"]
    for secret in (*box.environment().values(), "Manhattan", "aiko"):
        assert secret not in pages
