"""The daemon is killed with -9 while a summary carries the marker; the ticket is known all the
same, and its summary is clean in the end."""

import time
from collections.abc import Callable
from pathlib import Path

import databases
import pytest
from house import ACME
from mortal_daemon import OF_A_REFERENCE
from processes import Process

from syncd.sandbox.box import Sandbox

url = databases.fresh_on(databases.SQLITE)
_PATIENCE = 60.0


@pytest.mark.parametrize("point", OF_A_REFERENCE)
def test_one_ticket_with_a_clean_summary_comes_of_it(
    box: Sandbox, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    monkeypatch.setenv("SYNCD_STORE__URL", url)
    right = 'request_type = "10"\nmarker_field = "customfield_10050"'
    written = box.config_toml()
    assert right in written
    (tmp_path / "config.toml").write_text(written.replace(right, 'request_type = "14"'), "utf-8")
    box.lark_state.switches.retry_scale = 0.2
    people, desk = box.lark_people, box.jira_people

    def until(seen: Callable[[], object], *daemons: Process) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not people.wait_until(lambda: bool(seen()), timeout=1.0):
            logs = [daemon.log.read_text(encoding="utf-8") for daemon in daemons]
            assert time.monotonic() < deadline, "\n".join(logs)

    with Process(box, tmp_path, point) as first:
        assert people.wait_connected(_PATIENCE), first.log.read_text(encoding="utf-8")
        root = people.say("aiko", ACME, "@Support Bot It is down\nNode 3.")
        until(lambda: any(m.fields for m in people.view("aiko", ACME)), first)
        (form,) = [m for m in people.view("aiko", ACME) if m.fields]
        filled = {f.name: f.default for f in form.fields if f.default}
        people.click("aiko", form.message_id, "submit", filled)
        until(first.died, first)
        assert first.exit_code() == -9, f"the daemon never came to the point {point!r}"
        with Process(box, tmp_path) as second:

            def is_clean() -> bool:
                return [t.summary for t in desk.tickets()] == ["It is down"]

            def is_said() -> bool:
                (asked,) = [m for m in people.view("chen", ACME) if m.message_id == root]
                return bool(asked.thread) and "Node 3." in str(desk.comments("HELP-1"))

            until(lambda: is_clean() and is_said(), first, second)
            assert second.stop() == 0
    (ticket,) = desk.tickets()
    assert "syncd.ref" in ticket.properties
    assert len(desk.comments(ticket.key)) == 1
    (asked,) = [m for m in people.view("chen", ACME) if m.message_id == root]
    assert [m.title for m in asked.thread if ticket.key in m.title] == [asked.thread[0].title]
    assert not [c for c in box.world.journal.calls("lark") if b"[LK" in c.request]
