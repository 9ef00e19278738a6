"""What the configuration says of the engine that translates."""

from pathlib import Path

import pytest
from config_file import CHAT, written

from syncd import config
from syncd.core.errors import ConfigError
from syncd.core.model import ChatId

OPENAI = '[translate]\nengine = "openai"\naddress = "https://llm.example/v1"\nmodel = "small"\n'


def test_nothing_is_translated_unless_somebody_says_so(tmp_path: Path) -> None:
    loaded = config.load(written(tmp_path / "config.toml", CHAT))
    assert loaded.translate.engine == ""
    assert loaded.chat(ChatId("oc_1")).into == ""


def test_a_chat_has_its_own_language_or_the_one_of_all(tmp_path: Path) -> None:
    more = f'{OPENAI}[defaults]\ninto = "zh-Hant"\n{CHAT}[[chats]]\nid = "oc_2"\ninto = ""\n'
    loaded = config.load(written(tmp_path / "config.toml", more))
    assert [loaded.chat(ChatId(chat.id)).into for chat in loaded.chats] == ["zh-Hant", ""]


def test_its_key_is_a_secret(tmp_path: Path, environment: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "config.toml", OPENAI + CHAT)
    assert config.load(path).translate.api_key.get_secret_value() == ""
    environment.setenv("SYNCD_TRANSLATE__API_KEY", "sk-CANARY")
    loaded = config.load(path)
    assert loaded.translate.api_key.get_secret_value() == "sk-CANARY"
    assert "sk-CANARY" in loaded.secrets()
    assert "sk-CANARY" not in repr(loaded)


@pytest.mark.parametrize("key", ["sk-CANARY-ключ", "sk-1\nCANARY", "sk CANARY", "sk-\x01CANARY"])
def test_a_key_that_fits_no_header_is_refused_and_not_repeated(
    tmp_path: Path, environment: pytest.MonkeyPatch, key: str
) -> None:
    path = written(tmp_path / "config.toml", OPENAI + CHAT)
    environment.setenv("SYNCD_TRANSLATE__API_KEY", key)
    with pytest.raises(ConfigError) as told:
        config.load(path)
    (wrong,) = told.value.problems
    assert "not a key" in wrong
    assert "translate.api_key" in wrong or "SYNCD_TRANSLATE__API_KEY" in wrong
    assert "CANARY" not in wrong


def test_a_line_end_around_its_key_is_left_out(
    tmp_path: Path, environment: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "config.toml", OPENAI + CHAT)
    environment.setenv("SYNCD_TRANSLATE__API_KEY", "sk-CANARY\n")
    assert config.load(path).translate.api_key.get_secret_value() == "sk-CANARY"


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ('[translate]\nengine = "babel"\n', "translate.engine: "),
        ('[translate]\nengine = "openai"\n', "translate.address: missing"),
        (OPENAI.replace("https", "http"), "translate.address: would send secrets in clear"),
        (OPENAI + 'api_key = "sk-1"\n', "translate.api_key: a secret must not stand in the file"),
        ('[translate]\nengine = "lark"\nmodel = "small"\n', "translate.model: is of use with"),
        ('[defaults]\ninto = "ja"\n', "defaults.into: nothing translates"),
        (CHAT + 'into = "ja"\n', "chats[0].into: nothing translates"),
        (OPENAI + '[defaults]\ninto = "tlh"\n', "defaults.into: must be one of zh, zh-Hant"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, more: str, wrong: str) -> None:
    path = written(tmp_path / "config.toml", more)
    with pytest.raises(ConfigError) as told:
        config.load(path)
    assert any(line.startswith(wrong) for line in told.value.problems), told.value.problems
