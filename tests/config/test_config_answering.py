"""What the file says of severities, first answers, zones and who is told."""

from pathlib import Path

import pytest
from config_file import CHAT, problem, problems, written

from syncd import config
from syncd.core.answering.hours import read_hours
from syncd.core.answering.promise import Answering, Response
from syncd.core.model import ChatId, Plan

ACME = ChatId("oc_acme")
HOUR = 3_600_000
TABLE = """[severity]
field = "customfield_10041"
highest = ["S1"]
first_response = "Time to first response"
[[responses]]
plan = "premium"
severity = "S1"
hours = 0.5
[[responses]]
hours = 8
service_hours = "Mon-Fri 09:00-18:00 Asia/Tokyo"
"""


def test_rows_are_read_in_their_order(tmp_path: Path) -> None:
    loaded = config.load(written(tmp_path / "config.toml", TABLE))
    office = read_hours("Mon-Fri 09:00-18:00 Asia/Tokyo")
    rows = Response(HOUR // 2, Plan.PREMIUM, "S1"), Response(8 * HOUR, hours=office)
    assert loaded.answering() == Answering("customfield_10041", ("S1",), rows)
    assert loaded.severity.first_response == "Time to first response"


def test_without_a_word_nothing_is_promised(tmp_path: Path) -> None:
    loaded = config.load(written(tmp_path / "config.toml", CHAT))
    assert loaded.answering() == Answering("priority")
    assert loaded.severity.first_response == ""
    chat = loaded.chat(ACME)
    assert (chat.zone, chat.escalate_to) == ("UTC", "")


def test_a_chat_has_its_own_zone_and_somebody_of_its_own(tmp_path: Path) -> None:
    more = f'[defaults]\nzone = "Asia/Tokyo"\nescalate_to = "oc_ops"\n{CHAT}'
    chat = config.load(written(tmp_path / "config.toml", more)).chat(ACME)
    assert (chat.zone, chat.escalate_to) == ("Asia/Tokyo", "oc_ops")
    more += 'zone = "Europe/Berlin"\nescalate_to = ""\n'
    chat = config.load(written(tmp_path / "config.toml", more)).chat(ACME)
    assert (chat.zone, chat.escalate_to) == ("Europe/Berlin", "")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[[responses]]\n", "responses[0].hours: missing"),
        ('[[responses]]\nhours = "four"\n', "responses[0].hours: must be a number"),
        ("[[responses]]\nhours = 0\n", "responses[0].hours: must be more than 0"),
        ("[[responses]]\nhours = -1\n", "responses[0].hours: must be more than 0"),
        ("[[responses]]\nhours = nan\n", "responses[0].hours: must be a number"),
        ("[[responses]]\nhours = 1001\n", "responses[0].hours: must be at most 1000"),
        ('[[responses]]\nhours = 1\nplan = "gold"\n', "responses[0].plan: must be 'enterprise' or"),
        (
            "[responses]\nhours = 1\n",
            "responses: must be a table; write its keys under [[responses",
        ),
        (
            "[[responses]]\nhours = 1\nhour = 1\n",
            "responses[0].hour: no such key; [[responses]] has",
        ),
        (
            '[[responses]]\nhours = 1\nservice_hours = "9 to 5"\n',
            "responses[0].service_hours: must be like Mon-Fri 09:00-18:00 Asia/Tokyo, or empty",
        ),
        (
            '[[responses]]\nhours = 1\nservice_hours = "Mon 09:00-18:00 Tokyo"\n',
            "responses[0].service_hours: Tokyo is no time zone",
        ),
        ('[severity]\nfield = "Severity"\n', "severity.field: must be priority, or a field's id"),
        ('[severity]\nhighest = "S1"\n', "severity.highest: must be a list, in brackets"),
        (f'{CHAT}zone = "Tokyo"\n', "chats[0].zone: Tokyo is no time zone that this machine kno"),
        (f'{CHAT}escalate_to = "olga"\n', "chats[0].escalate_to: must be a person's id, ou_..."),
        ('[defaults]\nescalate_to = "olga"\n', "defaults.escalate_to: must be a person's id, ou_"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, more: str, said: str) -> None:
    assert problem(written(tmp_path / "config.toml", more)).startswith(said)


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    more = '[[responses]]\nhours = 0\n[[responses]]\nservice_hours = "x"\n[severity]\nfield = "S"\n'
    assert len(problems(written(tmp_path / "config.toml", more + f'{CHAT}zone = "x"\n'))) == 5
