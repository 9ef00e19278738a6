"""config.toml < environment < credentials folder, and the secrets, which stay out of the first."""

from pathlib import Path

import pytest
from config_file import CHAT, MINIMAL, SECRETS, problem, problems, written

from syncd import config
from syncd.config.sections import TABLES


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


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("SYNCD_POLL__INTERVAL_SECONDS", "poll.interval_seconds: must be a whole number"),
        ("SYNCD_POLL__EVERY", "poll.every: no such key; [poll] has interval_seconds, "),
        ("SYNCD_JSM__PROJECT", "jsm.project: must be a project's key, like HELP"),
    ],
)
def test_wrong_variable_is_told_with_its_key_and_its_name(
    file: Path, environment: pytest.MonkeyPatch, name: str, line: str
) -> None:
    environment.setenv(name, "often")
    said = problem(file)
    assert said.startswith(line)
    assert said.endswith(f" (from {name})")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("SYNCD_JIRA__PROJECT", "SYNCD_JIRA__PROJECT: no such section; there are lark, jsm, "),
        ("syncd_pol__interval_seconds", "syncd_pol__interval_seconds: no such section; there are"),
        ("SYNCD_JSM_PROJECT", "SYNCD_JSM_PROJECT: two underscores part section and key; set "),
    ],
)
def test_variable_that_no_key_would_read_is_told(
    file: Path, environment: pytest.MonkeyPatch, name: str, line: str
) -> None:
    environment.setenv(name, "OPS")
    assert problem(file).startswith(line)


@pytest.mark.parametrize("name", ["SYNCD_TEST_DATABASES", "SYNCD_OPENAPI", "SYNCD_SERVICE_PORT"])
def test_variable_that_is_meant_for_something_else_is_let_be(
    file: Path, environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.setenv(name, "often")
    assert config.load(file).poll.interval_seconds == 20


@pytest.mark.parametrize("name", ["SYNCD_POLL", "SYNCD_DEFAULTS__ALLOWED_DOMAINS"])
def test_variable_that_cannot_be_read_is_told_with_how_it_is_written(
    file: Path, environment: pytest.MonkeyPatch, name: str
) -> None:
    environment.setenv(name, "acme.com")
    said = problem(file)
    assert said.startswith(f"{name}: cannot be read; ")
    assert 'a list is written like ["acme.com"]' in said


def test_list_comes_from_a_variable(file: Path, environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SYNCD_DEFAULTS__ALLOWED_DOMAINS", '["acme.com"]')
    assert config.load(file).defaults.allowed_domains == ("acme.com",)


def test_every_table_can_be_named() -> None:
    assert set(TABLES) == set(config.Config.model_fields)


def test_wrong_credential_is_told_with_its_name(file: Path, credentials: Path) -> None:
    (credentials / "store_url").write_text("syncd.db")
    said = problem(file)
    assert said.startswith("store.url: not a database address")
    assert said.endswith(" (from the credential store_url)")


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


def test_password_of_the_database_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    text = f'{MINIMAL}\n[store]\nurl = "postgresql+psycopg://syncd:hush@db/syncd"\n'
    for secrets in (True, False):
        (said,) = problems(written(tmp_path / "config.toml", text=text), secrets=secrets)
        assert said.startswith("store.url: a password must not stand in the file; set SYNCD_STORE")
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


def test_a_byte_order_mark_is_skipped_and_other_encodings_are_named(tmp_path: Path) -> None:
    path = written(tmp_path / "config.toml", CHAT + 'name = "客户群"\n')
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert config.load(path).chats[0].name == "客户群"
    for encoding in ("utf-16", "gbk"):
        path.write_bytes(text.encode(encoding))
        assert problem(path) == f"{path}: is not written in UTF-8; save it as UTF-8"


def test_secrets_come_without_the_line_ends_and_marks_of_their_files(
    file: Path, credentials: Path, environment: pytest.MonkeyPatch
) -> None:
    (credentials / "jsm_api_token").write_bytes("jsm-from-file\r\n".encode("utf-8-sig"))
    environment.setenv("SYNCD_LARK__APP_SECRET", "\ufefflark-word\r\n")
    environment.setenv("SYNCD_LARK__APP_ID", "cli_from_environment\r")
    loaded = config.load(file)
    assert loaded.jsm.api_token.get_secret_value() == "jsm-from-file"
    assert loaded.lark.app_secret.get_secret_value() == "lark-word"
    assert loaded.lark.app_id == "cli_from_environment"


def test_a_secret_in_another_encoding_is_told_with_its_file(file: Path, credentials: Path) -> None:
    token = credentials / "jsm_api_token"
    token.write_bytes("jsm-from-file".encode("utf-16"))
    assert problem(file) == f"jsm.api_token: {token} is not written in UTF-8; save it as UTF-8"
