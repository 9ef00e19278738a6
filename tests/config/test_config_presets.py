"""What the file answers in the place of people."""

from pathlib import Path

import pytest
from config_file import CHAT, problem, written

from syncd import config
from syncd.core.model import ChatId, Preset

ACME = ChatId("oc_acme")
DEFAULTS = """[defaults]
organization = "27"
presets = { priority = "High", duedate = "", components = ["API", 7] }
"""


def presets(path: Path, more: str) -> dict[str, Preset]:
    chat = config.load(written(path / "config.toml", DEFAULTS + CHAT + more)).chat(ACME)
    return {preset.field_id: preset for preset in chat.presets}


def test_presets_of_a_chat_add_to_those_of_all_chats_and_win(tmp_path: Path) -> None:
    more = 'presets = { priority = 3, customfield_1 = { name = "vip" } }\n'
    assert presets(tmp_path, more) == {
        "priority": Preset("priority", ("3",), "3"),
        "duedate": Preset("duedate"),
        "components": Preset("components", ("API", "7"), '["API", 7]'),
        "customfield_1": Preset("customfield_1", (), '{"name": "vip"}'),
    }


@pytest.mark.parametrize(("more", "id"), [("", "27"), ('organization = "28"\n', "28"),
                                          ('organization = ""\n', "")])  # fmt: skip
def test_a_chat_has_the_organization_of_all_chats_or_its_own(
    tmp_path: Path, more: str, id: str
) -> None:
    loaded = config.load(written(tmp_path / "config.toml", DEFAULTS + CHAT + more))
    assert loaded.chat(ACME).organization == id


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('organization = "ACME"', "chats[0].organization: must be an organization's id"),
        ("presets = 3", "chats[0].presets: must be "),
        ('presets = "priority"', "chats[0].presets: must be "),
        ("presets = { customfield_1 = [1, nan] }", "chats[0].presets: must not hold nan or inf"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, more: str, said: str) -> None:
    assert said in problem(written(tmp_path / "config.toml", CHAT + more))


def test_choices_that_jira_does_not_list_are_labels_by_value(tmp_path: Path) -> None:
    table = '[jsm.choices.customfield_10070]\n"w:123" = "db-01"\n'
    loaded = config.load(written(tmp_path / "config.toml", table))
    assert loaded.jsm.choices == {"customfield_10070": {"w:123": "db-01"}}
