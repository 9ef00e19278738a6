"""syncd as a service of a real systemd, with the sandbox on the same loopback."""

import os
from collections.abc import Iterator

import pytest
from booted import machine
from booted.machine import Machine
from house import ACME

from syncd.sandbox.box import Sandbox
from syncd.sandbox.faults import Fault

pytestmark = pytest.mark.skipif(
    bool(machine.why_not()), reason=f"no systemd was booted: {machine.why_not()}"
)
_RESTARTS = int(os.environ.get("SYNCD_TEST_RESTARTS", "3"))
_WATCHDOG = 10
_SIDES = ("jsm", "lark")


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox() as opened:
        yield opened


@pytest.fixture(scope="module")
def service(box: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which syncd was installed by its own command, and runs."""
    with machine.booted(tmp_path_factory.mktemp("machine")) as opened:
        status, told = opened.ask("/opt/syncd/bin/syncd service install")
        assert status == 1
        assert "your values in /etc/syncd/config.toml" in told
        assert "/etc/syncd/lark_app_secret" in told
        _configure(opened, box)
        told = opened.sh("/opt/syncd/bin/syncd service install")
        assert "syncd is running" in told
        assert "no such" not in opened.sh(
            "grep -c 'syncd doctor' /usr/local/share/man/man1/syncd.1"
        )
        yield opened


def _configure(opened: Machine, box: Sandbox) -> None:
    folder = opened.root / "etc/syncd"
    (folder / "config.toml").write_text(box.config_toml(), encoding="utf-8")
    secrets = box.environment()
    for name, variable in (
        ("lark_app_secret", "SYNCD_LARK__APP_SECRET"),
        ("jsm_api_token", "SYNCD_JSM__API_TOKEN"),
    ):
        path = folder / name
        path.write_text(secrets[variable], encoding="utf-8")
        path.chmod(0o600)
    drop_in = opened.root / "etc/systemd/system/syncd.service.d"
    drop_in.mkdir(parents=True)
    (drop_in / "test.conf").write_text(f"[Service]\nWatchdogSec={_WATCHDOG}s\n")


@pytest.fixture
def restarts(service: Machine) -> int:
    """How often systemd has started it anew so far; it runs, and is connected."""
    service.until("an active service", "systemctl is-active --quiet syncd.service")
    return int(service.show("NRestarts"))


def test_it_is_active_once_it_is_ready_and_says_how_it_is(service: Machine, restarts: int) -> None:
    assert service.show("ActiveState") == "active"
    assert service.show("SubState") == "running"
    service.until("its status", "systemctl show -p StatusText syncd | grep -q 'Serving'")
    uid = service.sh("stat -c %u /proc/$(systemctl show --value -p MainPID syncd)")
    assert uid != "0"


def test_a_stopped_process_is_started_anew(service: Machine, restarts: int) -> None:
    service.sh("kill -STOP $(systemctl show --value -p MainPID syncd)")
    _until_restarted(service, restarts)


def test_one_thread_that_stands_still_is_enough(service: Machine, restarts: int) -> None:
    service.sh("systemctl kill --signal=USR1 --kill-whom=main syncd.service")
    _until_restarted(service, restarts)
    journal = service.sh("journalctl --no-pager -u syncd.service -o cat")
    assert '"thread_frozen"' in journal
    assert '"thread": "intake"' in journal


@pytest.mark.parametrize("side", _SIDES)
def test_a_platform_that_hangs_is_no_reason(
    service: Machine, restarts: int, box: Sandbox, side: str
) -> None:
    before = service.show("MainPID")
    fault = box.world.faults.add(Fault(side, ".*", "hang", times=-1, seconds=3 * _WATCHDOG))
    service.sh(f"sleep {2 * _WATCHDOG}")
    fault.times = 0
    assert int(service.show("NRestarts")) == restarts
    assert service.show("MainPID") == before
    assert service.show("ActiveState") == "active"


def test_a_reload_takes_the_new_configuration_in_the_same_process(
    service: Machine, restarts: int
) -> None:
    before = service.show("MainPID")
    config = service.root / "etc/syncd/config.toml"
    right = config.read_text(encoding="utf-8")
    service.sh("sed -i 's/interval_seconds = 1/interval_seconds = 0/' /etc/syncd/config.toml")
    service.sh("systemctl reload syncd.service")
    refused = "journalctl --no-pager -u syncd.service -o cat | grep -q reload_refused"
    service.until("a refusal with its reason", refused)
    service.sh("sed -i 's/interval_seconds = 0/interval_seconds = 2/' /etc/syncd/config.toml")
    service.sh("systemctl reload syncd.service")
    started = "journalctl --no-pager -u syncd.service -o cat | grep -A9 reloading | grep -q ready"
    service.until("the new start", started)
    assert service.show("MainPID") == before
    assert int(service.show("NRestarts")) == restarts
    config.write_text(right, encoding="utf-8")


def test_a_reload_while_everything_hangs_is_no_reason(
    service: Machine, restarts: int, box: Sandbox
) -> None:
    before = service.show("MainPID")
    hanging = [Fault(side, ".*", "hang", times=-1, seconds=3 * _WATCHDOG) for side in _SIDES]
    faults = [box.world.faults.add(fault) for fault in hanging]
    service.sh(f"sleep 2; systemctl reload syncd.service; sleep {2 * _WATCHDOG}")
    for fault in faults:
        fault.times = 0
    assert int(service.show("NRestarts")) == restarts
    assert service.show("MainPID") == before


def test_a_process_that_is_stopped_for_less_than_the_watchdogs_time_goes_on(
    service: Machine, restarts: int
) -> None:
    before = service.show("MainPID")
    main = "$(systemctl show --value -p MainPID syncd)"
    service.sh(f"kill -STOP {main}; sleep {_WATCHDOG * 0.7}; kill -CONT {main}; sleep 5")
    assert int(service.show("NRestarts")) == restarts
    assert service.show("MainPID") == before


def test_a_second_installation_keeps_what_somebody_edited_and_refuses_what_is_wrong(
    service: Machine, restarts: int
) -> None:
    before = service.show("MainPID")
    unit = "/etc/systemd/system/syncd.service"
    right = (service.root / unit[1:]).read_text(encoding="utf-8")
    service.sh(f"sed -i 's/^MemoryMax=.*/MemoryMax=1G/' {unit}")
    service.sh("sed -i 's/interval_seconds = 1/interval_seconds = 0/' /etc/syncd/config.toml")
    status, told = service.ask("/opt/syncd/bin/syncd service install")
    service.sh("sed -i 's/interval_seconds = 0/interval_seconds = 1/' /etc/syncd/config.toml")
    assert status == 1
    assert f"it is kept as {unit}.before" in told
    assert "poll.interval_seconds" in told
    assert "MemoryMax=1G" in service.sh(f"cat {unit}.before")
    assert (service.root / unit[1:]).read_text(encoding="utf-8") == right
    assert service.show("MainPID") == before, "what runs goes on"


def test_operators_commands_find_the_services_database_and_secrets(
    service: Machine, restarts: int
) -> None:
    config = "--config /etc/syncd/config.toml"
    status, told = service.ask(f"/opt/syncd/bin/syncd status {config}")
    assert (status, "is running" in told) == (0, True), told
    assert "The configuration is right." in service.sh(f"/opt/syncd/bin/syncd check {config}")


def test_it_stops_as_asked_and_keeps_nobody_waiting(service: Machine, restarts: int) -> None:
    service.sh("systemctl stop syncd.service")
    assert (service.show("Result"), service.show("ExecMainStatus")) == ("success", "0")
    service.sh("systemctl start syncd.service")


def test_restarts_in_the_middle_of_stories_lose_and_double_nothing(
    service: Machine, restarts: int, box: Sandbox
) -> None:
    people, desk = box.lark_people, box.jira_people
    box.lark_state.switches.retry_scale = 0.05
    _restart(service, box)
    root = people.say("aiko", ACME, "@Support Bot it is down")
    assert people.wait_until(lambda: any(m.fields for m in people.view("aiko", ACME)), 60)
    (form,) = [m for m in people.view("aiko", ACME) if m.fields]
    people.click("aiko", form.message_id, "submit", {"customfield_10041": "2-Major"})
    assert people.wait_until(lambda: bool(desk.tickets()), 60)
    (ticket,) = desk.tickets()
    for number in range(_RESTARTS):
        desk.comment("erin", ticket.key, f"answer {number:03}")
        people.say("chen", ACME, f"reply {number:03}", thread=root)
        _restart(service, box)

    def thread() -> list[str]:
        (shown,) = [m for m in people.view("chen", ACME) if m.message_id == root]
        return [m.text.splitlines()[-1] for m in shown.thread]

    answers = [f"answer {number:03}" for number in range(_RESTARTS)]
    replies = [f"reply {number:03}" for number in range(_RESTARTS)]
    assert people.wait_until(lambda: set(answers) <= set(thread()), 120)
    assert people.wait_until(lambda: len(desk.comments(ticket.key)) >= 2 * _RESTARTS, 120)
    assert [text for text in thread() if text.startswith("answer")] == answers
    said = [comment.text for comment in desk.comments(ticket.key)]
    carried = [reply for text in said for reply in replies if reply in text]
    assert carried == replies
    assert len(desk.tickets()) == 1


def _restart(service: Machine, box: Sandbox) -> None:
    service.sh("systemctl restart syncd.service")
    assert box.lark_people.wait_connected(60)


def _until_restarted(service: Machine, restarts: int) -> None:
    wanted = f'[ "$(systemctl show --value -p NRestarts syncd.service)" -gt {restarts} ]'
    service.until("a restart by the watchdog", wanted)
    service.until("an active service", "systemctl is-active --quiet syncd.service")
