"""Groups in which the bot may do little: a translation that cannot be added is left out, and status
lists what is missing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from engine import Engine
from house import GLOBEX, INITECH, House
from shell import Shell
from test_outsiders import files, unlimited
from test_truth import minutes_pass
from translated import comments, translates

__all__ = ["unlimited"]


@pytest.fixture
def house(make_house: Callable[..., House], engine: Engine) -> House:
    return make_house(**engine.configured())


def said(house: House, root: str, words: str) -> list[str]:
    house.settle()
    seen = house.thread("omar", INITECH, root)
    return [m.text for m in seen if words in m.text and not m.recalled]


@pytest.mark.parametrize(
    ("switch", "to", "times"), [("ext_patch", "230027", 1), ("ext_cards", "230054", 0)]
)
def test_where_nothing_can_be_changed_the_comment_stands_once_and_as_it_was(
    house: House, engine: Engine, switch: str, to: str, times: int
) -> None:
    root = files(house, "mei")
    setattr(house.box.lark_state.switches, switch, to)
    house.box.jira_people.comment("erin", "HELP-1", "the node is back")
    house.poll()
    assert len(said(house, root, "the node is back")) == 1
    translates(house)
    minutes_pass(house, 3)
    (text,) = said(house, root, "the node is back")
    assert "机器翻译" not in text
    assert "更正" not in text
    assert len(engine.asked) == times, "what was refused once is remembered"


def test_where_cards_can_be_changed_people_of_other_companies_get_it(
    house: House, engine: Engine
) -> None:
    root = files(house, "mei")
    house.box.jira_people.comment("erin", "HELP-1", "the node is back")
    house.poll()
    assert said(house, root, "the node is back")
    translates(house)
    (text,) = said(house, root, "the node is back")
    assert text.count("机器翻译") == 1


def test_status_lists_what_was_not_translated_and_asks_nobody_to_act(
    house: House, engine: Engine, tmp_path: Path
) -> None:
    engine.says = lambda text: "three\nlines\nfor one"
    story = house.files("ben", GLOBEX)
    comments(house, story, "the node is back")
    translates(house)
    _, shown = Shell(tmp_path).ask("status")
    assert "TranslateUpdate" in shown
    assert "more or fewer lines" in " ".join(shown.replace("│", " ").split())
    assert "is DEAD" not in shown
