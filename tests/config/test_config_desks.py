"""Several desks, and which of them a chat offers."""

from pathlib import Path

import pytest
from config_file import BILLING, CHAT, MINIMAL, TECHNICAL, problem, problems, written

from syncd import config
from syncd.core.desks.desk import Desk
from syncd.core.model import ChatId

ACME = ChatId("oc_acme")
ONE_DESK = 'service_desk = "1"\nproject = "HELP"\nrequest_type = "10"\n'
WITHOUT = MINIMAL.replace(ONE_DESK, "")


def test_one_desk_needs_no_line(tmp_path: Path) -> None:
    loaded = config.load(written(tmp_path / "config.toml", CHAT))
    assert loaded.all_desks() == (Desk("", "1", "HELP", ("10",)),)
    assert loaded.chat(ACME).desks == ()


@pytest.mark.parametrize("text", [MINIMAL, WITHOUT], ids=["beside the first", "alone"])
def test_desks_stand_in_the_place_of_the_one(tmp_path: Path, text: str) -> None:
    loaded = config.load(written(tmp_path / "config.toml", TECHNICAL + BILLING, text=text))
    assert loaded.all_desks() == (
        Desk("technical", "1", "HELP", ("10", "11")),
        Desk("billing", "3", "BILL", ("20",)),
    )


def test_a_chat_offers_the_desks_of_all_chats_or_its_own(tmp_path: Path) -> None:
    more = '[defaults]\ndesks = ["billing"]\n' + CHAT + 'desks = ["billing", "technical"]\n'
    more += '[[chats]]\nid = "oc_globex"\n'
    loaded = config.load(written(tmp_path / "config.toml", TECHNICAL + BILLING + more))
    assert loaded.chat(ACME).desks == ("billing", "technical")
    assert loaded.chat(ChatId("oc_globex")).desks == ("billing",)


@pytest.mark.parametrize(
    ("more", "line"),
    [
        (
            TECHNICAL + CHAT + 'desks = ["billing"]',
            "chats[0].desks: there is no desk 'billing'; there are technical",
        ),
        (CHAT + 'desks = ["x"]', "chats[0].desks: there is no desk 'x'; [[desks]] names none"),
        (TECHNICAL + '[defaults]\ndesks = ["x"]', "defaults.desks: there is no desk 'x'"),
        (TECHNICAL + TECHNICAL, "desks[1].name: technical stands in desks[0] already"),
        (TECHNICAL.replace('"11"', '"10"'), "desks[0].request_types: 10 stands there twice"),
        (TECHNICAL.replace('["10", "11"]', "[]"), "desks[0].request_types: must not be empty"),
        (TECHNICAL.replace('["10", "11"]', '"10"'), "desks[0].request_types: must be a list"),
        (TECHNICAL.replace("technical", "a/b"), "desks[0].name: must be a name of up to 40"),
        (TECHNICAL.replace('name = "technical"', ""), "desks[0].name: missing"),
        (TECHNICAL + "portal = 1", "desks[0].portal: no such key; [[desks]] has name, service_"),
        ("[desks]\nname = 'x'", "desks: must be a table; write its keys under [[desks]]"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, more: str, line: str) -> None:
    text = WITHOUT if "[[desks]]" in more else MINIMAL
    assert problem(written(tmp_path / "config.toml", more, text=text)).startswith(line)


@pytest.mark.parametrize(
    ("right", "wrong", "key"),
    [
        ('service_desk = "1"\np', 'service_desk = "9"\np', "jsm.service_desk: 9 is not what"),
        ('"HELP"\nrequest_type =', '"OPS"\nrequest_type =', "jsm.project: OPS is not what"),
        ('request_type = "10"', 'request_type = "20"', "jsm.request_type: 20 is not what desks[0]"),
    ],
)
def test_a_key_of_the_one_desk_may_not_contradict(
    tmp_path: Path, right: str, wrong: str, key: str
) -> None:
    text = MINIMAL.replace(right, wrong)
    assert problem(written(tmp_path / "config.toml", TECHNICAL, text=text)).startswith(key)


def test_all_is_told_at_once(tmp_path: Path) -> None:
    twice = TECHNICAL + BILLING.replace("billing", "technical").replace('"BILL"', '"bill"')
    lines = problems(written(tmp_path / "config.toml", twice + CHAT + 'desks = ["x"]'))
    assert [line.partition(":")[0] for line in lines] == [
        "desks[1].name",
        "chats[0].desks",
        "desks[1].project",
    ]
