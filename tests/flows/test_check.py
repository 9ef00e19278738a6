"""An operator asks whether what the file says will work, before anybody mentions the bot."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from syncd.cli import app
from syncd.sandbox.box import Sandbox
from syncd.sandbox.faults import Fault
from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields.every import EVERY_KIND


def check(box: Sandbox, folder: Path, right: str = "", wrong: str = "") -> tuple[int, str]:
    """Run `syncd check --online` on the sandbox's file, with one thing changed."""
    return check_file(box, folder, box.config_toml().replace(right, wrong))


def check_file(box: Sandbox, folder: Path, written: str) -> tuple[int, str]:
    config = folder / "config.toml"
    config.write_text(written, encoding="utf-8")
    done = CliRunner().invoke(app, ["check", "--online", "--config", str(config)])
    return done.exit_code, done.output


def test_a_file_that_works_is_told_so_even_where_no_ticket_exists(
    box: Sandbox, tmp_path: Path
) -> None:
    status, said = check(box, tmp_path)
    assert status == 0, said
    assert "the bot is Support Bot (ou_" in said
    assert "we are Support Bot, support-bot@example.com (712020:bot)" in said
    assert "the form has 7 fields: Summary (required), Description, Severity (required)" in said
    assert "HELP has no ticket yet" in said
    assert "the bot is in ACME support (oc_acme)" in said
    assert said.count("directly.") == 2


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("customfield_10050", "customfield_19999", "no text field customfield_19999"),
        ("customfield_10050", "customfield_10041", "no text field customfield_10041"),
        ('project = "HELP"', 'project = "HLEP"', "jsm.project: HLEP: "),
        ('id = "oc_globex"', 'id = "oc_typo"', "chats[1].id: oc_typo (Globex support): "),
        ("[poll]", '[alerts]\nchat = "oc_typo"\n[poll]', "alerts.chat: oc_typo "),
        ('request_type = "10"', 'request_type = "999"', "jsm.service_desk, jsm.request_type: "),
        ('app_id = "cli_', 'app_id = "cli_x', "Lark at http://127.0.0.1"),
    ],
)
def test_what_would_refuse_every_submit_is_named(
    box: Sandbox, tmp_path: Path, right: str, wrong: str, says: str
) -> None:
    assert right in box.config_toml()
    status, said = check(box, tmp_path, right, wrong)
    assert status == 2, said
    assert says in said


def test_a_permission_that_the_account_lacks_is_named(box: Sandbox, tmp_path: Path) -> None:
    box.jira_state.switches.bot_is_agent = False
    status, said = check(box, tmp_path)
    assert status == 2, said
    assert "lacks the permission 'Service project agent'" in said
    assert "Create issues" not in said


def test_what_cannot_be_seen_beforehand_is_said_to_be_unproven(
    box: Sandbox, tmp_path: Path
) -> None:
    status, said = check(box, tmp_path)
    assert status == 0, said
    assert "every scope" in said
    assert "unproven" in said


def test_what_of_a_long_form_has_no_room_is_told_in_numbers(box: Sandbox, tmp_path: Path) -> None:
    choices = tuple(site.Option(str(20_000 + n), f"Component {n}") for n in range(400))
    fields = (replace(f, options=f.options and choices) for f in site.GET_HELP.fields)
    box.jira_state.request_types["10"] = replace(site.GET_HELP, fields=tuple(fields))
    status, said = check(box, tmp_path)
    assert status == 0, said
    assert "(customfield_10041) has 400 choices; the form shows " in said
    assert "(customfield_10042) has 400 choices; the form shows " in said


def test_each_field_is_told_as_shown_preset_or_left_to_the_portal(
    box: Sandbox, tmp_path: Path
) -> None:
    plain = 'request_type = "10"\nmarker_field = "customfield_10050"'
    full = box.config_toml().replace(plain, 'request_type = "12"\nmarker_field = ""')
    status, said = check_file(box, tmp_path, full)
    assert status == 0, said
    assert "JSM: 'Priority' (priority): shown." in said
    assert "JSM: 'Team' (customfield_10087): portal." in said
    presets = 'id = "oc_globex"\norganization = "27"\npresets = { duedate = "", team = "x" }'
    status, said = check_file(box, tmp_path, full.replace('id = "oc_globex"', presets))
    assert status == 2
    assert "'Organizations' (customfield_10002): portal (in ACME support" in said
    assert "; preset (in Globex support)." in said
    assert "; preset, left empty (in Globex support)." in said
    assert "presets: the form asks for no team that could be preset (in Globex support)" in said


def test_a_required_field_that_leads_to_the_portal_is_named_with_its_chats(
    box: Sandbox, tmp_path: Path
) -> None:
    group = 'id = "oc_acme"\npresets = { customfield_10084 = { name = "approvers" } }'
    plain = 'request_type = "10"\nmarker_field = "customfield_10050"'
    full = box.config_toml().replace(plain, 'request_type = "12"\nmarker_field = ""')
    fields = (replace(f, required=f.kind in ("text", "group")) for f in EVERY_KIND.fields)
    box.jira_state.request_types["12"] = replace(EVERY_KIND, fields=tuple(fields))
    status, said = check_file(box, tmp_path, full.replace('id = "oc_acme"', group))
    assert status == 2
    assert "the required field 'Approver group' (customfield_10084, required) cannot be" in said
    assert "(in Globex support, " in said


def test_a_chat_that_the_bot_is_not_in_is_named(box: Sandbox, tmp_path: Path) -> None:
    box.lark_people.remove_bot("oc_acme")
    status, said = check(box, tmp_path)
    assert status == 2
    assert "chats[0].id: oc_acme (ACME support): Lark answered 232011" in said
    assert "add the bot to that group" in said


ANSWERING = """[severity]
field = "customfield_10041"
highest = ["1"]
first_response = "Time to first response"
[[responses]]
severity = "2-Major"
hours = 4
[defaults]
escalate_to = "oc_lobby"
"""


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("2-Major", "2-Minor", "responses[0].severity: 'Severity' has no choice '2-Minor'"),
        ('["1"]', '["1", "S1"]', "severity.highest[1]: 'Severity' has no choice 'S1'"),
        ("first response", "lunch", "severity.first_response: the site has no SLA 'Time to lunch'"),
        ("customfield_10041", "priority", "severity.field: the form asks for no priority"),
        ("oc_lobby", "oc_typo", "escalate_to: oc_typo (told of the highest severity): "),
        ("oc_lobby", "oc_initech", "escalate_to: people of another company are in oc_initech"),
    ],
)
def test_what_of_severities_and_answers_names_nothing_is_named(
    box: Sandbox, tmp_path: Path, right: str, wrong: str, says: str
) -> None:
    status, said = check_file(box, tmp_path, ANSWERING.replace(right, wrong) + box.config_toml())
    assert status == 2, said
    assert says in said


def test_severities_and_answers_that_are_there_are_no_problem(box: Sandbox, tmp_path: Path) -> None:
    status, said = check_file(box, tmp_path, ANSWERING + box.config_toml())
    assert status == 0, said
    assert "the bot is in Lobby (oc_lobby)" in said


def test_a_scope_that_lacks_is_named_once(box: Sandbox, tmp_path: Path) -> None:
    scopes = box.lark_state.switches.scopes
    box.lark_state.switches.scopes = {s for s in scopes if not s.startswith("im:chat")}
    status, said = check(box, tmp_path)
    assert status == 2
    assert said.count("give it im:chat:readonly") == 1
    box.lark_state.switches.scopes = {s for s in scopes if "group_msg" not in s}
    status, said = check(box, tmp_path)
    assert status == 0, said
    assert "without im:message.group_msg replies reach a ticket only with a mention" in said


def test_a_login_that_is_refused_comes_with_its_remedy(box: Sandbox, tmp_path: Path) -> None:
    words = '{"message": "Client must be authenticated to access this resource."}'
    box.world.faults.add(Fault("jsm", "GET /rest/api/3/myself", times=-1, status=401, body=words))
    status, said = check(box, tmp_path)
    assert status == 2
    assert "renew SYNCD_JSM__API_TOKEN" in said
    status, said = check(box, tmp_path, 'app_id = "cli_', 'app_id = "cli_x')
    assert "SYNCD_LARK__APP_SECRET" in said


def test_a_form_that_is_attached_is_seen_and_each_question_told(
    box: Sandbox, tmp_path: Path
) -> None:
    right, wrong = 'request_type = "10"\nmarker_field = "customfield_10050"', 'request_type = "13"'
    status, said = check(box, tmp_path, right, wrong)
    assert status == 0, said
    assert "the request type has the Form 'Incident'." in said
    assert "'Area' (question_3, required): shown." in said
    assert "'How bad is it?' (customfield_10041, required): shown." in said


@pytest.mark.parametrize("how", [403, 503])
def test_a_form_that_cannot_be_read_is_minded(box: Sandbox, tmp_path: Path, how: int) -> None:
    box.jira_state.switches.forms_status = how
    status, said = check(box, tmp_path)
    assert status == 0, said
    assert "Mind JSM: whether the request type has a Form cannot be read: " in said


def test_where_a_marker_is_put_is_told_and_that_a_reference_may_have_to_stay(
    box: Sandbox, tmp_path: Path
) -> None:
    right, wrong = 'request_type = "10"\nmarker_field = "customfield_10050"', 'request_type = "14"'
    status, said = check(box, tmp_path)
    assert "JSM: tickets carry their marker in customfield_10050." in said
    status, said = check(box, tmp_path, right, wrong)
    assert status == 0, said
    assert "a reference at the end of the summary, which is taken away" in said
    assert "'Edit issues'" not in said
    box.jira_state.switches.bot_edits_issues = False
    status, said = check(box, tmp_path, right, wrong)
    assert status == 0, said
    assert "Mind jsm.project: our account lacks the permission 'Edit issues' there" in said


BILLING = """
[[desks]]
name = "technical"
service_desk = "1"
project = "HELP"
request_types = ["10"]

[[desks]]
name = "billing"
service_desk = "3"
project = "BILL"
request_types = ["20"]

[defaults]
desks = ["technical", "billing"]
presets = { customfield_10061 = 7 }
"""


def test_each_desk_and_request_type_is_told(box: Sandbox, tmp_path: Path) -> None:
    status, said = check(box, tmp_path, "[poll]", f"{BILLING}\n[poll]")
    assert status == 0, said
    assert "the form of Get help (technical/10) has 7 fields: Summary (required)" in said
    assert "the form of Billing (billing/20) has 4 fields: Summary (required)" in said
    assert "'Amount' (customfield_10061): preset" in said
    assert "HELP has no ticket yet" in said
    assert "BILL has no ticket yet" in said


def test_a_desk_that_is_denied_keeps_no_other_from_being_told(box: Sandbox, tmp_path: Path) -> None:
    box.jira_state.switches.bot_sees_billing = False
    status, said = check(box, tmp_path, "[poll]", f"{BILLING}\n[poll]")
    assert status == 2, said
    assert "desks.billing.service_desk, desks.billing.request_types 20: " in said
    assert "desks.billing.project: our account lacks the permission 'Service project agent'" in said
    assert "the form of Get help (technical/10) has 7 fields" in said
    assert "HELP has no ticket yet" in said
