"""What operators decide on chats, on the command line."""

from collections.abc import Iterator
from pathlib import Path

import databases
import pytest
from test_cli import CONFIG, Shell

from syncd.config.sections import ChatConfig, ChatDefaults


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Shell]:
    with databases.fresh(databases.SQLITE, tmp_path):
        yield Shell(tmp_path)


def test_chat_of_the_file_is_listed_with_who_decided(migrated: Shell) -> None:
    assert migrated.row("oc_filed") == [
        "oc_filed", "ACME support", "yes", "premium", "en", "file",
    ]  # fmt: skip


def test_operator_enables_a_chat_and_what_was_said_stays_said(migrated: Shell) -> None:
    said = ("--plan", "premium", "--language", "ja", "--name", "[/odd]")
    assert migrated.says("chats", "enable", "oc_new", *said) == "The chat oc_new is served.\n"
    assert migrated.says("chats", "disable", "oc_new") == "The chat oc_new is not served.\n"
    assert migrated.row("oc_new") == ["oc_new", "[/odd]", "no", "premium", "ja", "operator"]
    migrated.says("chats", "enable", "oc_new", "--language", "zh")
    assert migrated.row("oc_new") == ["oc_new", "[/odd]", "yes", "premium", "zh", "operator"]


def test_operator_wins_over_the_file_and_leaves_the_rest_to_it(migrated: Shell) -> None:
    migrated.says("chats", "disable", "oc_filed")
    assert migrated.row("oc_filed") == [
        "oc_filed", "ACME support", "no", "premium", "en", "operator",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("option", "value", "right"),
    [("--plan", "gold", "enterprise or premium"), ("--language", "fr", "en, zh or ja")],
)
def test_wrong_option_is_told_with_what_would_be_right(
    migrated: Shell, option: str, value: str, right: str
) -> None:
    (line,) = migrated.refuses("chats", "enable", "oc_new", option, value)
    assert line == f"{option}: {value} is not {right}"
    assert "oc_new" not in migrated.says("chats", "list")


@pytest.mark.parametrize(
    ("verb", "id"),
    [
        ("enable", "ACME support"),
        ("enable", "ou_ann"),
        ("enable", "oc_"),
        ("enable", "xoc_new"),
        ("disable", "ACME support"),
    ],
)
def test_what_is_no_chats_id_is_not_decided_on(migrated: Shell, verb: str, id: str) -> None:
    before = migrated.says("chats", "list")
    (line,) = migrated.refuses("chats", verb, id)
    assert line.startswith(f"{id} is no chat's id; it begins with oc_")
    assert migrated.says("chats", "list") == before


def keys_of(shell: Shell, id: str) -> dict[str, str]:
    """What `chats show` says, by key."""
    lines = [line.split("│") for line in shell.says("chats", "show", id).splitlines()]
    return {cells[1].strip(): cells[2].strip() for cells in lines if len(cells) == 4}


def test_enable_sets_all_that_the_file_can_say(migrated: Shell) -> None:
    said = ("--name", "New", "--plan", "premium", "--language", "ja", "--reporter", "self")
    said = (*said, "--form", "direct", "--escalate-to", "ou_olga", "--zone", "Asia/Tokyo")
    said = (*said, "--organization", "27", "--announce", "status,resolved", "--participants")
    said = (*said, "--may-adopt", "own, ou_olga", "--may-submit", "own", "--may-close", "")
    said = (*said, "--card", "assignee,updated", "--satisfaction")
    said = (*said, "--presets", '{ priority = "High", labels = ["客户", "vip"], duedate = "" }')
    (line,) = migrated.refuses("chats", "enable", "oc_new", "--into", "zh-Hant")
    assert line == "--into: nothing translates; name an engine in translate.engine"
    migrated.write(f'{CONFIG}\n[translate]\nengine = "lark"\n')
    said = (*said, "--into", "zh-Hant")
    migrated.says("chats", "enable", "oc_new", *said, "--allowed-domains", "Acme.com,acme.org")
    shown = keys_of(migrated, "oc_new")
    assert shown.pop("decided at") != "-"
    assert shown == {
        "name": "New",
        "served": "yes",
        "plan": "premium",
        "language": "ja",
        "allowed_domains": "acme.com, acme.org",
        "reporter": "self",
        "form": "direct",
        "zone": "Asia/Tokyo",
        "escalate_to": "ou_olga",
        "organization": "27",
        "presets": 'priority = "High", labels = ["客户", "vip"], duedate = ""',
        "announce": "status, resolved",
        "card": "assignee, updated",
        "participants": "yes",
        "may_submit": "own",
        "may_close": "",
        "may_adopt": "own, ou_olga",
        "satisfaction": "yes",
        "into": "zh-Hant",
        "decided by": "operator",
        "bot was added at": "-",
    }


def test_enable_knows_every_key_that_the_file_has(migrated: Shell) -> None:
    helped = migrated.says("chats", "enable", "--help", COLUMNS="200")
    options = {f"--{name.replace('_', '-')}" for name in ChatConfig.model_fields if name != "id"}
    assert {option for option in options if option not in helped} == set()
    assert set(keys_of(migrated, "oc_filed")) >= set(ChatDefaults.model_fields) - {"desks"}


_DECIDED = (
    CONFIG.replace(
        "[[chats]]",
        """\
[defaults]
presets = { duedate = "" }
[[chats]]""",
    )
    + """\
zone = "Asia/Tokyo"
organization = "27"
announce = ["status"]
card = ["priority"]
participants = true
presets = { priority = "High", labels = ["vip"] }
"""
)


def test_what_an_operator_says_wins_key_by_key_until_it_is_forgotten(migrated: Shell) -> None:
    migrated.write(_DECIDED)
    in_file = keys_of(migrated, "oc_filed")
    migrated.says("chats", "enable", "oc_filed", "--presets", '{ priority = "Low" }')
    shown = keys_of(migrated, "oc_filed")
    assert shown["presets"] == 'duedate = "", priority = "Low", labels = ["vip"]'
    kept = ("zone", "organization", "announce", "card", "participants", "plan")
    assert {key: shown[key] for key in kept} == {key: in_file[key] for key in kept}
    said = ("--organization", "", "--announce", "", "--no-participants", "--zone", "UTC")
    said = (*said, "--card", "")
    migrated.says("chats", "enable", "oc_filed", *said)
    shown = keys_of(migrated, "oc_filed")
    assert [shown[key] for key in kept] == ["UTC", "", "", "", "no", "premium"]
    assert shown["presets"] == 'duedate = "", priority = "Low", labels = ["vip"]'
    migrated.says("chats", "enable", "oc_filed", "--presets", "{}")
    assert keys_of(migrated, "oc_filed")["presets"] == in_file["presets"]
    migrated.says("chats", "forget", "oc_filed")
    assert keys_of(migrated, "oc_filed") == in_file


def test_domains_that_an_operator_gives_are_the_rule_unless_he_names_another(
    migrated: Shell,
) -> None:
    migrated.says("chats", "enable", "oc_new", "--allowed-domains", "acme.com")
    assert keys_of(migrated, "oc_new")["reporter"] == "domain"
    migrated.says("chats", "enable", "oc_new", "--allowed-domains", "")
    assert keys_of(migrated, "oc_new")["reporter"] == "self"


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (("--reporter", "domain"), "--reporter: domain needs --allowed-domains"),
        (("--reporter", "us"), "--reporter: us is not self, domain or any"),
        (
            ("--escalate-to", "olga"),
            "--escalate-to: olga is no person's id, ou_..., and no chat's, oc_...",
        ),
        (
            ("--allowed-domains", "acme com"),
            "--allowed-domains: not a domain; write it like acme.com",
        ),
        (
            ("--presets", "{ customfield_1 = inf }"),
            "--presets: must not hold nan or inf, which no field takes",
        ),
        (
            ("--zone", "Mars/Olympus"),
            "--zone: Mars/Olympus is no time zone that this machine knows; write it like "
            "Asia/Tokyo",
        ),
        (
            ("--organization", "ACME"),
            "--organization: must be an organization's id, a number like 27, or empty",
        ),
        (
            ("--announce", "resolved,closed"),
            "--announce: closed is not resolved, status or assignee",
        ),
        (("--card", "summary"), "--card: summary is not assignee, priority or updated"),
        (
            ("--presets", 'priority = "High"'),
            "--presets: must be a table, like '{ customfield_10050 = \"ACME\" }'",
        ),
        (
            ("--presets", '"High"'),
            "--presets: must be a table, like '{ customfield_10050 = \"ACME\" }'",
        ),
    ],
)
def test_a_rule_that_nobody_could_meet_is_refused(
    migrated: Shell, options: tuple[str, ...], line: str
) -> None:
    assert migrated.refuses("chats", "enable", "oc_new", *options) == [line]
    assert "oc_new" not in migrated.says("chats", "list")


def test_one_key_can_be_forgotten_alone(migrated: Shell) -> None:
    said = ("--zone", "Asia/Tokyo", "--form", "direct", "--name", "Their name")
    (line,) = migrated.refuses("chats", "forget", "oc_filed", "--key", "zone")
    assert line == "No operator has decided on the chat oc_filed; nothing is forgotten."
    in_file = keys_of(migrated, "oc_filed")
    migrated.says("chats", "enable", "oc_filed", *said)
    done = migrated.says("chats", "forget", "oc_filed", "--key", "zone", "--key", "name")
    assert "on zone, name of the chat oc_filed is forgotten" in done
    shown = keys_of(migrated, "oc_filed")
    assert (shown["zone"], shown["name"]) == (in_file["zone"], in_file["name"])
    assert (shown["form"], shown["decided by"]) == ("direct", "operator")
    (line,) = migrated.refuses("chats", "forget", "oc_filed", "--key", "enabled")
    assert line.startswith("--key: enabled is not one of name, plan, language, ")


def test_what_operators_decided_can_be_forgotten(migrated: Shell) -> None:
    migrated.says("chats", "disable", "oc_filed")
    said = migrated.says("chats", "forget", "oc_filed")
    assert "forgotten; it is served, as the file says" in said
    assert migrated.row("oc_filed")[-1] == "file"
    (line,) = migrated.refuses("chats", "forget", "oc_filed")
    assert line == "No operator has decided on the chat oc_filed; nothing is forgotten."


@pytest.mark.parametrize("verb", ["disable", "show"])
def test_a_chat_that_nobody_knows_is_said_to_be_unknown(migrated: Shell, verb: str) -> None:
    (line,) = migrated.refuses("chats", verb, "oc_nobody")
    assert line.startswith("The chat oc_nobody is unknown")
    assert "oc_nobody" not in migrated.says("chats", "list")
