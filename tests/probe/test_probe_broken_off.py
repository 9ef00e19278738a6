"""Whoever ends the command, and whenever: what was written goes away, or is told."""

import json
import signal
from typing import Any

import pytest
from command import Command
from tenant import OURS, Tenant
from typer.testing import CliRunner

from syncd.cli import app
from syncd.sandbox.faults import Fault

_COMMENT = "POST /rest/api/3/issue/.*/comment"


def tickets(tenant: Tenant) -> dict[str, str]:
    return {one.key: one.status for one in tenant.box.jira_state.tickets.values()}


def hangs(tenant: Tenant, side: str, route: str) -> Fault:
    return tenant.box.world.faults.add(Fault(side, route, kind="hang", seconds=100))


def states(tenant: Tenant) -> dict[str, tuple[str, str]]:
    found: dict[str, Any] = json.loads((tenant.folder / "report.json").read_text())
    return {q["code"]: (q["state"], q["answers"][0]["said"]) for q in found["questions"]}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_ends_it_the_ticket_goes_away_and_the_answers_stay(
    tenant: Tenant, number: signal.Signals
) -> None:
    comment = hangs(tenant, "jsm", _COMMENT)
    with Command(tenant, "--yes", "PB-403") as command:
        command.says_no()  # to PB-401
        command.wait(lambda: comment.hits)
        ((key, _),) = tickets(tenant).items()
        assert f"{key} was made; it goes away in the end." in command.said
        command.hears(number)
        assert command.ends() != 0
        assert "Mind:" not in command.said
    assert tickets(tenant) == {key: "Resolved"}
    found = states(tenant)
    assert found["PB-202"][0] == "answered"
    assert found["PB-403"] == found["PB-402"] == ("left out", "it was broken off")
    assert key not in (tenant.folder / "report.json").read_text()


def test_a_ticket_that_is_being_made_is_told(tenant: Tenant) -> None:
    create = hangs(tenant, "jsm", "POST /rest/servicedeskapi/request$")
    with Command(tenant, "--yes", "PB-403") as command:
        command.says_no()  # to PB-401
        command.wait(lambda: create.hits)
        command.hears(signal.SIGINT)
        assert command.ends() != 0
        assert "Mind: whether a ticket was made is not known: syncd probe: a test" in command.said


def test_a_message_that_is_being_sent_is_told(tenant: Tenant) -> None:
    send = hangs(tenant, "lark", "POST /open-apis/im/v1/messages")
    with Command(tenant, "--chat", OURS, "--yes", "PB-301") as command:
        # It asks for the one that was not agreed to only afterwards.
        command.wait(lambda: send.hits)
        command.hears(signal.SIGINT)
        assert command.ends() != 0
        assert "Mind: whether a message was sent is not known: A test" in command.said


def test_whoever_breaks_off_the_cleaning_is_told_of_what_is_there(tenant: Tenant) -> None:
    comment = hangs(tenant, "jsm", _COMMENT)
    delete = hangs(tenant, "jsm", "DELETE /rest/api/3/issue/")
    with Command(tenant, "--yes", "PB-403") as command:
        command.says_no()  # to PB-401
        command.wait(lambda: comment.hits)
        command.hears(signal.SIGINT)
        command.wait(lambda: delete.hits)
        command.hears(signal.SIGINT)
        assert command.ends() != 0
        ((key, _),) = tickets(tenant).items()
        assert f"Mind: a ticket of ours is still open: {key}." in command.said
    assert states(tenant)["PB-202"][0] == "answered"


def test_ctrl_c_at_a_prompt_takes_back_what_was_agreed_to_before(tenant: Tenant) -> None:
    with Command(tenant, "--chat", OURS, "--yes", "PB-402") as command:
        command.wait(lambda: "Do it?" in command.said)
        command.hears(signal.SIGINT)
        assert command.ends() == 0, command.said
    assert tickets(tenant) == {}
    assert states(tenant)["PB-402"] == ("left out", "it writes, and nobody agreed")


def test_without_a_terminal_what_was_agreed_to_is_asked(tenant: Tenant) -> None:
    report = str(tenant.folder / "report.json")
    config = ["--config", str(tenant.config_file())]
    done = CliRunner().invoke(app, ["probe", report, "--chat", OURS, "--yes", "PB-402", *config])
    assert done.exit_code == 0, done.output
    assert done.output.count("Do it?") == 1
    assert states(tenant)["PB-402"][0] == "answered"
