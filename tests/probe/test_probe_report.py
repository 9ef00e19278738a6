"""The command: what is asked before it writes, what is left, and what its report must not hold."""

import json
import re
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tenant import ABROAD, OURS, Tenant
from typer.testing import CliRunner, Result

from syncd.cli import app
from syncd.probe.people import STEPS
from syncd.probe.table import QUESTIONS, WRITES
from syncd.sandbox.faults import Fault
from syncd.sandbox.jsm import site

_ROOT = Path(__file__).parents[2]
_ONLY_ASK = (
    "/rest/api/3/search/jql", "/rest/api/3/issue/bulkfetch", "/request/validate", "basic_batch",
    "/tenant_access_token/internal",
)  # fmt: skip
"""What is asked by POST and changes nothing."""


def run(tenant: Tenant, *words: str, typed: str = "") -> Result:
    path = tenant.config_file()
    options = ["--config", str(path)]
    report = str(tenant.folder / "report.json")
    return CliRunner().invoke(app, ["probe", report, *words, *options], input=typed)


def report_of(tenant: Tenant) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tenant.folder / "report.json").read_text())
    return found


def state_of(found: dict[str, Any], code: str) -> str:
    (state,) = [one["state"] for one in found["questions"] if one["code"] == code]
    return str(state)


def tickets(tenant: Tenant) -> dict[str, str]:
    return {one.key: one.status for one in tenant.box.jira_state.tickets.values()}


def ours_in(tenant: Tenant, chat: str) -> list[str]:
    """The bot's messages that anybody in a chat still sees."""
    shown = tenant.box.lark_people.view("erin", chat)
    return [one.message_id for one in shown if one.kind == "card" and not one.recalled]


def test_read_only_asks_for_nothing_and_writes_nothing(tenant: Tenant) -> None:
    tenant.people_write()
    done = run(tenant, "--read-only", "--chat", OURS, "--person", "ou_aiko", "--yes", "PB-402")
    assert done.exit_code == 0, done.output
    assert "Do it?" not in done.output
    assert tickets(tenant) == {}
    assert ours_in(tenant, OURS) == []
    calls = [one for side in ("lark", "jsm") for one in tenant.box.world.journal.calls(side)]
    others = {one.path for one in calls if one.method != "GET"}
    assert {path for path in others if not path.endswith(_ONLY_ASK)} == set()
    found = report_of(tenant)
    assert {state_of(found, one.code) for one in WRITES} == {"left out"}
    assert state_of(found, "PB-103") == "answered"


def test_each_that_writes_is_asked_for_and_enter_is_no(tenant: Tenant) -> None:
    done = run(tenant, "--chat", OURS, "--person", "ou_aiko", typed="\n" * len(WRITES))
    assert done.output.count("Do it?") == len(WRITES)
    assert tickets(tenant) == {}
    assert ours_in(tenant, OURS) == []


def test_whoever_agrees_reads_which_chat_it_is_and_what_the_ticket_would_be(
    tenant: Tenant,
) -> None:
    for chat, who in ((OURS, "of our own company alone"), (ABROAD, "with people of other")):
        name = tenant.box.lark_state.chats[chat].name
        done = run(tenant, "--chat", chat, typed="\n" * len(WRITES))
        assert done.output.count(f"The chat is {name}, {who}") == 3
        told = "The ticket would be of the request type Get help; Severity: 4-Question."
        assert done.output.count(told) == 3
        assert name not in (tenant.folder / "report.json").read_text()
        for made in ("report.json", "report.txt"):
            (tenant.folder / made).unlink()


def test_a_chat_that_the_bot_is_not_in_is_refused_before_anything_is_asked(tenant: Tenant) -> None:
    done = run(tenant, "--chat", "oc_nowhere", "--yes", "PB-301")
    assert str(done.exception) == "--chat: the bot is in no group oc_nowhere"
    assert tenant.box.world.journal.calls("jsm") == []
    assert sorted(tenant.folder.glob("report.*")) == []


def test_a_report_that_cannot_be_written_is_found_out_before_anything_is_asked(
    tenant: Tenant,
) -> None:
    (tenant.folder / "report.txt").symlink_to(tenant.folder / "nowhere")
    done = run(tenant, "--yes", "PB-402")
    assert "report.txt cannot be written: File exists" in str(done.exception)
    assert tenant.box.world.journal.calls("jsm") == []
    assert not (tenant.folder / "report.json").exists()


def test_without_a_terminal_nobody_agrees_and_nothing_is_named_twice(tenant: Tenant) -> None:
    done = run(tenant, "--chat", OURS)
    assert done.exit_code == 0, done.output
    assert done.output.count("Do it?") == 1
    assert tickets(tenant) == {}
    assert state_of(report_of(tenant), "PB-304") == "left out"


def test_yes_is_for_the_questions_that_are_named(tenant: Tenant) -> None:
    tenant.switch("bot_deletes_issues", True)
    done = run(tenant, "--yes", "PB-402", "--yes", "PB-403")
    assert done.exit_code == 0, done.output
    found = report_of(tenant)
    assert state_of(found, "PB-402") == state_of(found, "PB-403") == "answered"
    assert state_of(found, "PB-401") == "left out"
    assert found["cleaned"] == ["the ticket was deleted"]
    assert tickets(tenant) == {}


def test_a_ticket_that_may_not_be_deleted_is_closed(tenant: Tenant) -> None:
    run(tenant, "--yes", "PB-402")
    assert list(tickets(tenant).values()) == ["Resolved"]
    assert report_of(tenant)["left"] == []


def test_what_cannot_be_taken_away_is_told_to_the_operator_alone(tenant: Tenant) -> None:
    tenant.switch("bot_transitions_issues", False)
    tenant.switch("ext_recall", "230027")
    done = run(tenant, "--chat", ABROAD, "--yes", "PB-302", "--yes", "PB-402")
    ((key, _),) = tickets(tenant).items()
    (message,) = ours_in(tenant, ABROAD)
    assert f"Mind: a ticket of ours is still open: {key}." in done.stderr
    assert f"Mind: a message of ours is still there (230027): {message}." in done.stderr
    written = (tenant.folder / "report.json").read_text()
    assert key not in written
    assert message not in written
    assert len(report_of(tenant)["left"]) == 2


def test_a_ticket_that_may_have_been_made_is_told(tenant: Tenant) -> None:
    fault = Fault("jsm", "POST /rest/servicedeskapi/request$", "drop_after")
    tenant.box.world.faults.add(fault)
    done = run(tenant, "--yes", "PB-402", "--yes", "PB-403")
    assert "Mind: whether a ticket was made is not known: syncd probe: a test" in done.stderr
    assert len(tickets(tenant)) == 1, "no second one is made while the first may be there"
    for code in ("PB-402", "PB-403"):
        assert state_of(report_of(tenant), code) == "open"


def test_a_message_that_may_have_been_sent_is_told(tenant: Tenant) -> None:
    tenant.box.world.faults.add(Fault("lark", "POST /open-apis/im/v1/messages", "drop_after"))
    done = run(tenant, "--chat", OURS, "--yes", "PB-301")
    assert "Mind: whether a message was sent is not known: A test" in done.stderr
    assert state_of(report_of(tenant), "PB-301") == "open"


def test_a_form_that_nobody_can_fill_in_is_left_alone(tenant: Tenant) -> None:
    odd = replace(site.SUMMARY, id="customfield_1", name="Team", kind="team", required=True)
    kind = replace(site.GET_HELP, fields=(*site.GET_HELP.fields, odd))
    tenant.box.jira_state.request_types["10"] = kind
    (told,) = tenant.asks("PB-402")
    assert told.answers[0].said == "the form requires an answer that cannot be made up"
    assert tickets(tenant) == {}


def test_the_report_holds_nothing_of_anybody(tenant: Tenant) -> None:
    """Whatever a platform says of secrets, people and places."""
    tenant.people_write()
    tenant.box.lark_people.send_file("aiko", OURS, "secret plan.txt", b"words")
    key = tenant.box.jira_people.create_ticket("aiko", "Our secret summary")
    tenant.box.jira_people.comment("erin", key, "secret words", visibility="Service Desk Team")
    said = "bob@acme.example and token-of-the-site tell secrets of https://hr.acme.example"
    body = json.dumps({"code": 230099, "msg": said, "errorMessage": said, "errorMessages": [said]})
    tenant.box.world.faults.add(
        Fault("lark", "POST .*basic_batch", times=-1, status=400, body=body)
    )
    tenant.box.world.faults.add(Fault("jsm", "POST .*validate", times=-1, status=403, body=body))
    codes = [word for one in WRITES for word in ("--yes", one.code)]
    done = run(tenant, "--chat", OURS, "--person", "ou_aiko", *codes)
    assert done.exit_code == 0, done.output
    people = tenant.box.world.people.values()
    tabooed = {
        *tenant.box.environment().values(), tenant.box.lark_state.app_id, "127.0.0.1", "secret",
        "token-of", "@", "http", key, OURS, ABROAD, "oc_", "ou_", "om_", "HELP-", "acme", "initech",
        *(person.name for person in people), *(person.open_id for person in people),
    }  # fmt: skip
    for name in ("report.json", "report.txt"):
        path = tenant.folder / name
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        written = path.read_text().lower()
        assert [word for word in tabooed if word and word.lower() in written] == []
    assert {state_of(report_of(tenant), code) for code in ("PB-207", "PB-402")} == {"answered"}


def test_people_read_the_same_with_what_is_left_for_them(tenant: Tenant) -> None:
    run(tenant, "--read-only")
    text = (tenant.folder / "report.txt").read_text()
    for one in QUESTIONS:
        assert f"{one.code}  {one.asks}  [{state_of(report_of(tenant), one.code)}]" in text
    for step in STEPS:
        assert f"{step.code}  {step.asks}\n        do: {step.do}.\n" in text


def test_a_report_that_is_there_is_not_written_over(tenant: Tenant) -> None:
    (tenant.folder / "report.txt").write_text("mine")
    done = run(tenant, "--read-only")
    assert done.exit_code != 0
    assert "report.txt is there already" in str(done.exception)
    assert tenant.box.world.journal.calls("jsm") == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report.txt",), "report.txt would be both"),
        (("nowhere/report.json",), "there is no folder"),
        (("--chat", "ACME"), "--chat: ACME is no chat's id, oc_..."),
        (("--person", "oc_acme"), "--person: oc_acme is no person's id, ou_..."),
        (("--yes", "PB-101"), "--yes: PB-101 is no question that writes; PB-301, "),
    ],
)
def test_what_cannot_be_meant_is_told_before_anything_is_asked(
    tenant: Tenant, words: tuple[str, ...], said: str
) -> None:
    options = ["--config", str(tenant.config_file())]
    done = CliRunner().invoke(app, ["probe", *words, *options])
    assert said in str(done.exception)
    assert tenant.box.world.journal.calls("jsm") == []


def test_a_platform_that_is_away_leaves_its_questions_open(tenant: Tenant) -> None:
    tenant.rewrite(tenant.box.lark_url, "http://127.0.0.1:1")
    done = run(tenant, "--read-only")
    assert done.exit_code == 0, done.output
    found = report_of(tenant)
    assert state_of(found, "PB-101") == "open"
    assert state_of(found, "PB-202") == "answered"


def test_the_page_has_every_question_and_step_and_no_other() -> None:
    page = (_ROOT / "docs" / "probe.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (PB-\d+) \| ([^|]+) \|", page, re.MULTILINE)
    assert told == [(one.code, one.asks) for one in (*QUESTIONS, *STEPS)]
    codes = [code for code, _ in told]
    assert len(set(codes)) == len(codes)


def test_what_writes_says_how_it_goes_away() -> None:
    assert [one.code for one in WRITES if not (one.writes and one.cleans)] == []
    assert [one.code for one in QUESTIONS if one not in WRITES and one.writes] == []
