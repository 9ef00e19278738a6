"""The daemon is killed with -9 while a comment is translated: the comment stands there at once, its
translation once in the end, and the engine is asked twice at most."""

from collections.abc import Callable

import databases
import pytest
from engine import Engine
from mortal_daemon import OF_A_TRANSLATION
from processes import Process
from test_kill_filed import Play, play

__all__ = ["play"]
url = databases.fresh_on(databases.SQLITE)
MARK = "機械翻訳"


def _translating(play: Callable[[str, str], Play], engine: Engine) -> Play:
    here = play('language = "ja"', 'language = "ja"\ninto = "en"')
    config = here.folder / "config.toml"
    asked = f'[translate]\nengine = "openai"\naddress = "{engine.address}"\nmodel = "small"\n'
    config.write_text(f"{asked}\n{config.read_text(encoding='utf-8')}", encoding="utf-8")
    return here


def _shown(here: Play, words: str) -> list[str]:
    return [m.text for m in here.thread() if words in m.text and not m.recalled]


@pytest.mark.parametrize("point", OF_A_TRANSLATION)
def test_a_translation_is_shown_once(
    play: Callable[[str, str], Play], engine: Engine, point: str
) -> None:
    here = _translating(play, engine)
    with Process(here.box, here.folder, point) as first:
        here.files(customfield_10041="2-Major")
        here.until(here.thread)
        here.box.jira_people.comment("erin", "HELP-1", "ノードは復旧しました")
        here.dies(first, point)
    assert len(_shown(here, "ノードは復旧しました")) == 1
    with Process(here.box, here.folder) as second:
        here.until(lambda: _shown(here, MARK))
        here.ends(second)
    (update,) = _shown(here, "ノードは復旧しました")
    assert update.count(MARK) == 1
    assert "編集" not in update
    assert 1 <= len(engine.asked) <= 2


def test_an_engine_that_hangs_holds_up_neither_comments_nor_the_end(
    play: Callable[[str, str], Play], engine: Engine
) -> None:
    here = _translating(play, engine)
    desk = here.box.jira_people
    engine.may_answer.clear()
    with Process(here.box, here.folder) as first:
        here.files(customfield_10041="2-Major")
        here.until(here.thread)
        desk.comment("erin", "HELP-1", "ノードは復旧しました")
        here.until(lambda: engine.asked)
        desk.comment("erin", "HELP-1", "ディスクも正常です")
        here.until(lambda: _shown(here, "ディスク"))
        assert first.stop() == 0
    assert _shown(here, MARK) == []
    engine.may_answer.set()
    with Process(here.box, here.folder) as second:
        here.until(lambda: len(_shown(here, MARK)) == 2)
        here.ends(second)
    assert len(engine.asked) <= 3
