"""The daemon is killed with -9 while a thread gets a ticket that exists already, or is muted: one
link and one card come of it, and what is answered is shown once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import databases
import pytest
from house import ACME
from mortal_daemon import OF_A_MUTING, OF_AN_ADOPTION
from processes import Process
from test_kill_filed import Play

from syncd.sandbox.box import Sandbox

url = databases.fresh_on(databases.SQLITE)
_COMPANY = ('language = "ja"', 'language = "ja"\norganization = "27"')


@pytest.fixture
def play(
    box: Sandbox, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Play]]:
    monkeypatch.setenv("SYNCD_STORE__URL", url)

    def begin() -> Play:
        written = box.config_toml()
        (tmp_path / "config.toml").write_text(written.replace(*_COMPANY, 1), encoding="utf-8")
        box.lark_state.switches.retry_scale = 0.2
        return Play(box, tmp_path, url)

    yield begin


@pytest.mark.parametrize("point", OF_AN_ADOPTION)
def test_a_ticket_that_is_adopted_has_one_thread_and_one_card(play, point: str) -> None:
    here: Play = play()
    desk, people = here.box.jira_people, here.box.lark_people
    key = desk.create_ticket("ben", "Invoices are wrong")
    desk.share(key, "27")
    desk.comment("erin", key, "of last week")
    desk.comment("erin", key, "LEAK-note", public=False)
    with Process(here.box, here.folder, point) as first:
        people.wait_connected(90)
        here.root = people.say("aiko", ACME, f"@Support Bot adopt {key}")
        here.dies(first, point)
    with Process(here.box, here.folder) as second:
        here.until(here.thread)
        desk.comment("erin", key, "of today")
        here.until(lambda: "of today" in str([m.text for m in here.thread()]))
        here.ends(second)
    said = [m.text for m in here.thread()]
    assert len(said) == 2, said
    assert key in said[0]
    assert "of last week" not in str(said)
    calls = here.box.world.journal.calls("lark")
    assert not [call for call in calls if b"LEAK" in call.request]


@pytest.mark.parametrize("point", OF_A_MUTING)
def test_what_is_news_while_a_thread_is_muted_comes_once_after_it(play, point: str) -> None:
    here: Play = play()
    desk, people = here.box.jira_people, here.box.lark_people

    def said() -> list[str]:
        return [m.text for m in here.thread()]

    def goes_on() -> None:
        here.until(lambda: any("静" in t or "ミュート" in t for t in said()))
        for words in ("first news", "second news"):
            desk.comment("erin", "HELP-1", words)
        people.say("chen", ACME, "@Support Bot unmute", thread=here.root)

    with Process(here.box, here.folder, point) as first:
        here.files(customfield_10041="2-Major")
        here.until(here.thread)
        people.say("aiko", ACME, "@Support Bot mute", thread=here.root)
        if point.startswith("unmuting"):
            goes_on()
        here.dies(first, point)
    with Process(here.box, here.folder) as second:
        if not point.startswith("unmuting"):
            goes_on()
        here.until(lambda: "second news" in str(said()))
        here.ends(second)
    assert len([text for text in said() if "ミュート" in text]) == 2
    shown = [text for text in said() if "news" in text]
    assert ["first" in text for text in shown] == [True, False]
