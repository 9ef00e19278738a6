"""config.toml < environment < credentials folder, every problem told at once."""

import os
from pathlib import Path

import pytest

from syncd import config
from syncd.config.values import read_address
from syncd.core.errors import ConfigError
from syncd.core.model import ChatId, Language, Plan, ReporterRule

SAMPLE = Path(__file__).parents[1] / "config.toml"
ACME = ChatId("oc_acme")
MINIMAL = """\
[lark]
app_id = "cli_1"
[jsm]
api_base = "https://acme.atlassian.net/"
portal_base = "https://support.acme.example"
account_email = "bot@acme.example"
service_desk = "1"
project = "HELP"
request_type = "10"
"""
CHAT = '[[chats]]\nid = "oc_acme"\n'
SECRETS = {"SYNCD_LARK__APP_SECRET": "lark-secret", "SYNCD_JSM__API_TOKEN": "jsm-token"}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Only the two secrets are set."""
    for name in [*os.environ]:
        if name.startswith("SYNCD_") or name in ("CREDENTIALS_DIRECTORY", "STATE_DIRECTORY"):
            monkeypatch.delenv(name)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A configuration that says no more than it has to."""
    return written(tmp_path / "etc" / "config.toml")


@pytest.fixture
def credentials(tmp_path: Path, environment: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "credentials"
    folder.mkdir()
    environment.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


def written(path: Path, more: str = "", text: str = MINIMAL) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text + more, encoding="utf-8")
    return path


def problems(path: Path, *, secrets: bool = True) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        config.load(path, secrets=secrets)
    return caught.value.problems


def problem(path: Path) -> str:
    """The one thing that is wrong with the file."""
    (line,) = problems(path)
    return line


def test_sample_file_is_right_and_says_what_would_be_so_without_it(tmp_path: Path) -> None:
    sample = config.load(SAMPLE)
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
        "chats[0].plan: must be 'enterprise' or 'premium'",
        "chats[1].id: oc_acme stands in chats[0] already",
        "jsm.api_base: not a web address; write it like https://your-site.example",
        "jsm.api_token: missing; set SYNCD_JSM__API_TOKEN or the credential jsm_api_token",
        "poll.intervall_seconds: no such key; see the sample config.toml",
    ]


def test_empty_file_is_told_what_it_lacks(tmp_path: Path) -> None:
    keys = "api_base portal_base account_email service_desk project request_type"
    expected = ["lark.app_id: missing", *(f"jsm.{key}: missing" for key in keys.split())]
    assert problems(written(tmp_path / "config.toml", text="")) == expected


@pytest.mark.parametrize(
    ("right", "wrong", "line"),
    [
        ('"cli_1"', '""', "lark.app_id: must not be empty"),
        ('"HELP"', '"help desk"', "jsm.project: "),
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
        ('marker_field = "Marker"', "jsm.marker_field: "),
        ("[poll]\ninterval_seconds = 0", "poll.interval_seconds: "),
        ("[poll]\noverlap_seconds = 4", "poll.overlap_seconds: "),
        ("[delivery]\nlark_workers = 1", "delivery.lark_workers: "),
        ("[extra]", "extra: no such key"),
        ('[store]\nurl = "syncd.db"', "store.url: not a database address"),
        ('[store]\nurl = "sqlite://"', "store.url: a database in memory forgets everything"),
        ('[store]\nurl = "sqlite:///:memory:"', "store.url: a database in memory forgets"),
        ('[store]\nurl = "mysql://host/db"', "store.url: this database driver is not one of"),
        ('[store]\nurl = "postgresql://host/db"', "store.url: this database driver is not one"),
        ('[[chats]]\nname = "no id"', "chats[0].id: missing"),
        ('[[chats]]\nid = ["odd"]', "chats[0].id: "),
        (CHAT + 'language = "fr"', "chats[0].language: must be 'en', 'zh' or 'ja'"),
        (CHAT + 'reporter = "domain"', "chats[0].reporter: domain needs allowed_domains"),
        (CHAT + 'allowed_domains = ["@acme.com"]', "chats[0].allowed_domains[0]: not a domain"),
        (CHAT + 'enabled = "yes"', "chats[0].enabled: no such key"),
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


@pytest.mark.parametrize("content", [b"[lark\n", b'a = "\xff"', b"a = 1\na = 2\n"])
def test_broken_file_is_told_as_broken(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    assert problem(path).startswith(f"{path}: is not TOML: ")


def test_option_names_the_file_before_the_environment(environment: pytest.MonkeyPatch) -> None:
    assert config.find(None) == Path("config.toml").absolute()
    environment.setenv("SYNCD_CONFIG", "/etc/syncd/config.toml")
    assert config.find(None) == Path("/etc/syncd/config.toml")
    assert config.find("/srv/other.toml") == Path("/srv/other.toml")


def test_environment_wins_over_the_file(file: Path, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SYNCD_POLL__INTERVAL_SECONDS", "7")
    environment.setenv("SYNCD_JSM__PROJECT", "OPS")
    loaded = config.load(file)
    assert (loaded.poll.interval_seconds, loaded.jsm.project) == (7, "OPS")
    assert loaded.jsm.request_type == "10"


def test_wrong_variable_is_told_with_its_key(file: Path, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SYNCD_POLL__INTERVAL_SECONDS", "often")
    assert problem(file).startswith("poll.interval_seconds: ")


def test_variable_that_cannot_be_read_is_told(file: Path, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SYNCD_POLL", "often")
    said = problem(file)
    assert said.startswith("environment: ")
    assert '"poll"' in said


def test_credentials_win_over_the_environment(file: Path, credentials: Path) -> None:
    (credentials / "lark_app_secret").write_text("from the folder\n")
    (credentials / "store_url").write_text("sqlite:////srv/other.db\n")
    loaded = config.load(file)
    assert loaded.lark.app_secret.get_secret_value() == "from the folder"
    assert loaded.jsm.api_token.get_secret_value() == "jsm-token"
    assert loaded.store.url == "sqlite:////srv/other.db"


def test_credentials_alone_are_enough(
    file: Path, credentials: Path, environment: pytest.MonkeyPatch
) -> None:
    for name in SECRETS:
        environment.delenv(name)
    (credentials / "lark_app_secret").write_text("one")
    (credentials / "jsm_api_token").write_text("two")
    (credentials / "of_another_service").write_text("three")
    assert config.load(file).secrets() == ["one", "two"]


def test_empty_secret_is_a_missing_one(
    file: Path, credentials: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SYNCD_LARK__APP_SECRET", "")
    environment.delenv("SYNCD_JSM__API_TOKEN")
    (credentials / "jsm_api_token").write_text(" \n")
    assert [line.split(";")[0] for line in problems(file)] == [
        "lark.app_secret: missing",
        "jsm.api_token: missing",
    ]


def test_credential_that_cannot_be_read_is_told_and_not_shown(
    file: Path, credentials: Path
) -> None:
    (credentials / "jsm_api_token").write_bytes(b"hush\xff")
    said = problem(file)
    assert said.startswith("jsm.api_token: ")
    assert "hush" not in said


@pytest.mark.parametrize(
    ("section", "key"), [("[lark]\n", "lark.app_secret"), ("[jsm]\n", "jsm.api_token")]
)
def test_secret_in_the_file_is_refused_and_not_repeated(
    tmp_path: Path, section: str, key: str
) -> None:
    text = MINIMAL.replace(section, f'{section}{key.partition(".")[2]} = "hush"\n')
    for secrets in (True, False):
        (said,) = problems(written(tmp_path / "config.toml", text=text), secrets=secrets)
        assert said.startswith(f"{key}: a secret must not stand in the file; set SYNCD_")
        assert "hush" not in said


def test_secrets_do_not_show_in_the_configuration(file: Path) -> None:
    loaded = config.load(file)
    assert [secret in repr(loaded) for secret in SECRETS.values()] == [False, False]


def test_password_of_the_database_is_a_secret_too(
    file: Path, environment: pytest.MonkeyPatch
) -> None:
    environment.setenv("SYNCD_STORE__URL", "postgresql+psycopg://syncd:p%40ss@db/syncd")
    loaded = config.load(file)
    assert "p@ss" in loaded.secrets()
    assert loaded.store.url == "postgresql+psycopg://syncd:p%40ss@db/syncd"


def test_what_only_touches_the_store_needs_no_secret_of_the_platforms(
    file: Path, environment: pytest.MonkeyPatch
) -> None:
    for name in SECRETS:
        environment.delenv(name)
    assert config.load(file, secrets=False).secrets() == []
    assert len(problems(file, secrets=True)) == 2


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
        ("", "", ReporterRule.ANY),
        ("", 'allowed_domains = ["acme.com"]', ReporterRule.DOMAIN),
        ('allowed_domains = ["acme.com"]', "", ReporterRule.DOMAIN),
        ('allowed_domains = ["acme.com"]', "allowed_domains = []", ReporterRule.ANY),
        ('allowed_domains = ["acme.com"]', 'reporter = "any"', ReporterRule.ANY),
        ('reporter = "self"', 'allowed_domains = ["acme.com"]', ReporterRule.SELF),
        ('reporter = "self"', 'reporter = "any"', ReporterRule.ANY),
    ],
)
def test_whose_address_may_be_typed(
    tmp_path: Path, defaults: str, chat: str, rule: ReporterRule
) -> None:
    path = written(tmp_path / "config.toml", f"[defaults]\n{defaults}\n{CHAT}{chat}\n")
    assert config.load(path).chat(ACME).reporter is rule


def test_domain_rule_of_the_defaults_needs_domains_in_every_chat(tmp_path: Path) -> None:
    path = written(tmp_path / "config.toml", '[defaults]\nreporter = "domain"\n' + CHAT)
    assert problem(path) == "chats[0].reporter: domain needs allowed_domains"


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
