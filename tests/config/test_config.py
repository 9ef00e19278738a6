"""What the file may say, and every problem with it told at once."""

from pathlib import Path

import pytest
from config_file import CHAT, MINIMAL, problem, problems, written

from syncd import config
from syncd.config.values import read_address
from syncd.core.model import ChatId, Language, Plan, ReporterRule

SAMPLE = Path(__file__).parents[2] / "config.toml"
ACME = ChatId("oc_acme")


def filled_in(path: Path) -> Path:
    """The sample with what nobody else has."""
    text = SAMPLE.read_text(encoding="utf-8")
    for placeholder, own in (
        ("cli_0000000000000000", "cli_a1b2c3d4e5f60718"),
        ("your-site", "acme"),
        ("https://support.example.com", "https://support.acme.com"),
        ("oc_00000000000000000000000000000000", "oc_a1b2c3d4"),
    ):
        assert placeholder in text
        text = text.replace(placeholder, own)
    return written(path, text=text)


def test_what_the_sample_says_for_everybody_is_refused_with_its_keys() -> None:
    assert problems(SAMPLE) == [
        "lark.app_id: cli_0000000000000000 is the sample's; put your own there",
        "jsm.api_base: https://your-site.atlassian.net is the sample's; put your own there",
        "jsm.portal_base: https://support.example.com is the sample's; put your own there",
        "chats[0].id: oc_00000000000000000000000000000000 is the sample's; put your own there",
    ]
    assert config.load(SAMPLE, secrets=False).lark.app_id == "cli_0000000000000000"


def test_a_wrong_value_of_one_chat_among_many_names_value_and_chat(tmp_path: Path) -> None:
    chats = "".join(f'[[chats]]\nid = "oc_{n}"\nname = "Group {n}"\n' for n in range(40))
    path = written(tmp_path / "config.toml", f'{chats}language = "fr"\n')
    wrong = "must be 'en', 'zh' or 'ja' (it is 'fr'; chat oc_39, Group 39)"
    assert problem(path) == f"chats[39].language: {wrong}"


def test_sample_file_is_right_and_says_what_would_be_so_without_it(tmp_path: Path) -> None:
    sample = config.load(filled_in(tmp_path / "sample.toml"))
    bare = config.load(written(tmp_path / "config.toml"))
    for section in ("poll", "delivery", "http", "defaults"):
        assert getattr(sample, section) == getattr(bare, section)
    assert sample.jsm.unknown_reporter == bare.jsm.unknown_reporter
    assert sample.lark.base_url == bare.lark.base_url
    assert [chat.plan for chat in sample.chats] == [Plan.PREMIUM]


def test_five_mistakes_are_told_in_five_lines_each_with_its_key(
    tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.delenv("SYNCD_JSM__API_TOKEN")
    wrong = MINIMAL.replace("https://acme.atlassian.net/", "acme.atlassian.net")
    wrong += "[poll]\nintervall_seconds = 5\n" + CHAT + 'plan = "gold"\n' + CHAT
    lines = problems(written(tmp_path / "config.toml", text=wrong))
    assert sorted(lines) == [
        "chats[0].plan: must be 'enterprise' or 'premium' (it is 'gold'; chat oc_acme)",
        "chats[1].id: oc_acme stands in chats[0] already",
        "jsm.api_base: not a web address; write it like https://your-site.example",
        "jsm.api_token: missing; set SYNCD_JSM__API_TOKEN or the credential jsm_api_token",
        "poll.intervall_seconds: no such key; [poll] has interval_seconds, overlap_seconds",
    ]


def test_empty_file_is_told_what_it_lacks(tmp_path: Path) -> None:
    keys = "api_base portal_base account_email service_desk project request_type"
    expected = ["lark.app_id: missing", *(f"jsm.{key}: missing" for key in keys.split())]
    assert problems(written(tmp_path / "config.toml", text="")) == expected


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ('"cli_1"', '""', "lark.app_id: must not be empty"),
        ('"HELP"', '"help desk"', "jsm.project: must be a project's key, like HELP"),
        ('service_desk = "1"', "service_desk = 1", "jsm.service_desk: must be a text in quotation"),
        ("bot@acme.example", "bot", "jsm.account_email: not an e-mail address"),
        ("https://support", "https://me:pw@support", "jsm.portal_base: not a web address"),
        ("https://support", "ftp://support", "jsm.portal_base: not a web address"),
        ("support.acme.example", "support.acme.example:port", "jsm.portal_base: not a web"),
        ("support.acme.example", "sup port.example", "jsm.portal_base: not a web address"),
        ("support.acme.example", "support.example/?a=b", "jsm.portal_base: not a web address"),
    ],
)
def test_wrong_value_is_told_with_its_key(
    tmp_path: Path, right: str, wrong: str, line: str
) -> None:
    assert MINIMAL.count(right) == 1
    path = written(tmp_path / "config.toml", text=MINIMAL.replace(right, wrong))
    assert problem(path).startswith(line)


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ('unknown_reporter = "ignore"', "jsm.unknown_reporter: must be invite, create, refuse or"),
        ('unknown_reporter = "account:"', "jsm.unknown_reporter: must be invite, create, refuse"),
        ('marker_field = "Marker"', "jsm.marker_field: must be a field's id, like customfield_"),
        ("[poll]\ninterval_seconds = 0", "poll.interval_seconds: must be at least 1"),
        ("[poll]\noverlap_seconds = 90000", "poll.overlap_seconds: must be at most 86400"),
        ("[poll]\noverlap_seconds = 7.5", "poll.overlap_seconds: must be a whole number"),
        ("[delivery]\nlark_workers = 1", "delivery.lark_workers: must be at least 2"),
        ('[http]\nlisten = "9464"', "http.listen: must be an address and a port, like 127.0.0.1:"),
        ('[http]\nlisten = "127.0.0.1:99999"', "http.listen: must be an address and a port"),
        ('[reactions]\narrived = "two words"', "reactions.arrived: must be the name that Lark has"),
        ('[reactions]\nfailed = "Pin"', "reactions.opens: must be another emoji than reactions.f"),
        (
            '[reactions]\nfailed = "DONE"',
            "reactions.failed: must be another emoji than reactions.a",
        ),
        ('[reactions]\nopens = "DONE"', "reactions.opens: must be another emoji than reactions.a"),
        ("[extra]", "extra: no such section; there are lark, jsm, store, network, poll, "),
        ('[store]\nurl = "syncd.db"', "store.url: not a database address"),
        ('[store]\nurl = "sqlite://"', "store.url: a database in memory forgets everything"),
        ('[store]\nurl = "sqlite:///:memory:"', "store.url: a database in memory forgets"),
        ('[store]\nurl = "mysql://host/db"', "store.url: this database driver is not one of"),
        ('[store]\nurl = "postgresql://host/db"', "store.url: this database driver is not one"),
        ('[[chats]]\nname = "no id"', "chats[0].id: missing"),
        ('[[chats]]\nid = ["odd"]', "chats[0].id: must be a text in quotation marks"),
        ('[[chats]]\nid = ""', "chats[0].id: must be a chat's id, oc_..."),
        ('[[chats]]\nid = "ACME support"', "chats[0].id: must be a chat's id, oc_..."),
        ('[chats]\nid = "oc_acme"', "chats: must be a table; write its keys under [[chats]]"),
        (CHAT + 'language = "fr"', "chats[0].language: must be 'en', 'zh' or 'ja'"),
        (CHAT + 'reporter = "domain"', "chats[0].reporter: domain needs allowed_domains"),
        (CHAT + 'allowed_domains = ["@acme.com"]', "chats[0].allowed_domains[0]: not a domain"),
        (CHAT + 'enabled = "yes"', "chats[0].enabled: no such key; [[chats]] has id, name, plan"),
        ('[defaults]\nallowed_domains = "acme.com"', "defaults.allowed_domains: must be a list"),
    ],
)
def test_wrong_key_is_told_with_what_would_be_right(tmp_path: Path, more: str, line: str) -> None:
    assert problem(written(tmp_path / "config.toml", more)).startswith(line)


@pytest.mark.parametrize("odd", ["lark = 5", "lark = []", "chats = 5", "chats = [5]"])
def test_section_of_the_wrong_kind_is_told(tmp_path: Path, odd: str) -> None:
    section = odd.partition(" ")[0]
    rest = MINIMAL.partition('app_id = "cli_1"\n')[2] if section == "lark" else MINIMAL
    lines = problems(written(tmp_path / "config.toml", text=f"{odd}\n{rest}"))
    assert [line.startswith(section) for line in lines] == [True] * len(lines)


def test_missing_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.toml"
    assert problem(path) == f"{path}: no such file; name one with --config or SYNCD_CONFIG"


def test_folder_is_no_file(tmp_path: Path) -> None:
    assert problem(tmp_path).startswith(f"{tmp_path}: cannot be read: ")


@pytest.mark.parametrize("content", [b"[lark\n", b"a = 1\na = 2\n"])
def test_broken_file_is_told_as_broken(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    assert problem(path).startswith(f"{path}: is not TOML: ")


def test_relative_database_lies_beside_the_file(file: Path) -> None:
    assert config.load(file).store.url == f"sqlite:///{file.parent / 'syncd.db'}"


@pytest.mark.parametrize("state", ["/var/lib/syncd", "/var/lib/syncd:/var/lib/other"])
def test_relative_database_lies_in_the_state_directory_of_the_service(
    file: Path, environment: pytest.MonkeyPatch, state: str
) -> None:
    environment.setenv("STATE_DIRECTORY", state)
    assert config.load(file).store.url == "sqlite:////var/lib/syncd/syncd.db"


def test_absolute_database_lies_where_it_says(
    tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("STATE_DIRECTORY", "/var/lib/syncd")
    path = written(tmp_path / "config.toml", '[store]\nurl = "sqlite:////srv/syncd.db"\n')
    assert config.load(path).store.url == "sqlite:////srv/syncd.db"


def test_chat_that_the_file_does_not_name_is_not_served(file: Path) -> None:
    chat = config.load(file).chat(ACME)
    assert (chat.enabled, chat.source, chat.plan) == (False, "", Plan.ENTERPRISE)


def test_chat_inherits_what_it_does_not_say(tmp_path: Path) -> None:
    defaults = '[defaults]\nplan = "premium"\nlanguage = "zh"\nallowed_domains = ["Acme.Example"]\n'
    path = written(tmp_path / "config.toml", defaults + CHAT + 'language = "ja"\n')
    chat = config.load(path).chat(ACME)
    assert (chat.enabled, chat.source) == (True, "file")
    assert (chat.plan, chat.language) == (Plan.PREMIUM, Language.JA)
    assert chat.allowed_domains == ("acme.example",)
    assert config.load(path).chat(ChatId("oc_other")).language is Language.ZH


@pytest.mark.parametrize(
    ("defaults", "chat", "rule"),
    [
        ("", "", ReporterRule.SELF),
        ("", 'allowed_domains = ["acme.com"]', ReporterRule.DOMAIN),
        ('allowed_domains = ["acme.com"]', "", ReporterRule.DOMAIN),
        ('allowed_domains = ["acme.com"]', "allowed_domains = []", ReporterRule.SELF),
        ('allowed_domains = ["acme.com"]', 'reporter = "any"', ReporterRule.ANY),
        ('reporter = "self"', 'allowed_domains = ["acme.com"]', ReporterRule.SELF),
        ('reporter = "self"', 'reporter = "any"', ReporterRule.ANY),
    ],
)
def test_whose_address_may_be_typed(
    tmp_path: Path, defaults: str, chat: str, rule: ReporterRule
) -> None:
    path = written(tmp_path / "config.toml", f"[defaults]\n{defaults}\n{CHAT}{chat}\n")
    path.write_text(path.read_text("utf-8").replace("[jsm]", f"[jsm]\n{INVITE}"), "utf-8")
    assert config.load(path).chat(ACME).reporter is rule


INVITE = 'unknown_reporter = "invite"'


def test_to_invite_whomever_anybody_names_has_to_be_said_and_check_minds_it(tmp_path: Path) -> None:
    """Every member of a customer's group could have Jira write to any address on earth."""
    any_of_both = '[defaults]\nreporter = "any"\n' + CHAT + 'reporter = "any"\n'
    path = written(tmp_path / "config.toml", any_of_both)
    default, chat = problems(path)
    assert default.startswith("defaults.reporter: any needs jsm.unknown_reporter to be said")
    assert chat.startswith("chats[0].reporter: any needs jsm.unknown_reporter to be said")
    said = path.read_text("utf-8").replace("[jsm]", f"[jsm]\n{INVITE}")
    path.write_text(said, "utf-8")
    assert config.load(path).chat(ACME).reporter is ReporterRule.ANY
    assert [line.partition(":")[0] for line in config.warnings(path)] == [
        "defaults.reporter",
        "chats[0].reporter",
    ]
    path.write_text(said.replace('"invite"', '"refuse"'), "utf-8")
    assert config.warnings(path) == []


def test_domain_rule_of_the_defaults_needs_domains_in_every_chat(tmp_path: Path) -> None:
    path = written(tmp_path / "config.toml", '[defaults]\nreporter = "domain"\n' + CHAT)
    default, chat = problems(path)
    assert default.startswith("defaults.reporter: domain needs defaults.allowed_domains")
    assert chat == "chats[0].reporter: domain needs allowed_domains"


def test_default_rule_without_domains_is_refused_where_no_chat_of_the_file_needs_it(
    tmp_path: Path,
) -> None:
    """An operator may enable chats that the file does not name; nobody there could ask."""
    own = CHAT + 'allowed_domains = ["acme.com"]'
    path = written(tmp_path / "config.toml", '[defaults]\nreporter = "domain"\n' + own)
    assert problem(path).startswith("defaults.reporter: domain needs")


def test_addresses_of_the_web_lose_their_last_slash(file: Path) -> None:
    assert config.load(file).jsm.api_base == "https://acme.atlassian.net"


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ann@acme.example", "ann@acme.example"),
        ("Ann@ACME.Example", "Ann@acme.example"),
        ("ann@acme.test", "ann@acme.test"),
        ("ann", None),
        ("ann@", None),
        ("ann@localhost", None),
        ("Ann <ann@acme.example>", None),
        ("ann@acme.example, ben@acme.example", None),
        ("ann@acme.example\nbcc: ben@acme.example", None),
    ],
)
def test_address_is_read_in_its_normal_form(typed: str, address: str | None) -> None:
    assert read_address(typed) == address


@pytest.mark.parametrize("key", ["lark.base_url", "jsm.api_base"])
def test_secrets_are_sent_in_clear_to_nobody_but_this_machine(tmp_path: Path, key: str) -> None:
    section, name = key.split(".")
    for host, refused in (("acme.example", True), ("127.0.0.1:8080", False), ("[::1]", False)):
        address = f'{name} = "http://{host}"\n'
        text = MINIMAL.replace('api_base = "https://acme.atlassian.net/"\n', "")
        other = "" if section == "jsm" else 'api_base = "https://acme.atlassian.net"\n'
        text = text.replace("[jsm]\n", f"[jsm]\n{other}").replace(
            f"[{section}]\n", f"[{section}]\n{address}"
        )
        path = written(tmp_path / "config.toml", text=text)
        if refused:
            right = "would send secrets in clear; write it with https://"
            assert problems(path) == [f"{key}: {right}"]
        else:
            config.load(path)


def test_the_proxys_password_comes_from_outside_the_file_and_is_masked(
    tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SYNCD_NETWORK__PROXY", "http://me:pass-word@proxy.test:3128")
    environment.setenv("https_proxy", "http://me:other-word@proxy.test:3128")
    loaded = config.load(written(tmp_path / "config.toml"))
    assert loaded.network.proxy == "http://me:pass-word@proxy.test:3128"
    assert {"pass-word", "other-word"} <= set(loaded.secrets())


def test_the_logs_level_is_a_key_and_its_misnamed_variable_is_refused(
    tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "config.toml", '[log]\nlevel = "warning"\n')
    assert config.load(path).log.level == "warning"
    environment.setenv("SYNCD_LOG__LEVEL", "error")
    assert config.load(path).log.level == "error"
    environment.setenv("SYNCD_LOG__LEVEL", "loud")
    assert problem(path).startswith("log.level: must be 'debug', 'info', 'warning' or 'error'")
    environment.delenv("SYNCD_LOG__LEVEL")
    environment.setenv("SYNCD_LOG_LEVEL", "debug")
    right = "two underscores part section and key; set SYNCD_LOG__LEVEL"
    assert problem(path) == f"SYNCD_LOG_LEVEL: {right}"
