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


@pytest.mark.parametrize("point", OF_A_TRANSLATION)
def test_a_translation_is_shown_once(
    play: Callable[[str, str], Play], engine: Engine, point: str
) -> None:
    here = play('language = "ja"', 'language = "ja"\ninto = "en"')
    config = here.folder / "config.toml"
    asked = f'[translate]\nengine = "openai"\naddress = "{engine.address}"\nmodel = "small"\n'
    config.write_text(f"{asked}\n{config.read_text(encoding='utf-8')}", encoding="utf-8")

    def shown(words: str) -> list[str]:
        return [m.text for m in here.thread() if words in m.text and not m.recalled]

    with Process(here.box, here.folder, point) as first:
        here.files(customfield_10041="2-Major")
        here.until(here.thread)
        here.box.jira_people.comment("erin", "HELP-1", "ノードは復旧しました")
        here.dies(first, point)
    assert len(shown("ノードは復旧しました")) == 1
    with Process(here.box, here.folder) as second:
        here.until(lambda: shown(MARK))
        here.ends(second)
    (update,) = shown("ノードは復旧しました")
    assert update.count(MARK) == 1
    assert "編集" not in update
    assert 1 <= len(engine.asked) <= 2
