"""Comments get a translation below their words: later, marked, and never in their way."""

from collections.abc import Callable

import engine as engines
import pytest
from engine import Engine
from house import ACME, GLOBEX, House
from test_edited import PATCH, edits, patches
from test_leak import MARKERS, plant
from test_truth import minutes_pass, standing
from translated import MARK, card, comments, translates

from syncd.core.kinds import PostUpdate
from syncd.store.tables.cache import CacheKind

HOUR = 3_600


@pytest.fixture
def house(make_house: Callable[..., House], engine: Engine) -> House:
    return make_house(**engine.configured())


def test_the_translation_is_added_to_the_same_message_and_marked(
    house: House, engine: Engine
) -> None:
    story = house.files("ben", GLOBEX)
    comments(house, story, "the node is back")
    before = card(house)
    assert "the node is back" in before.text
    assert MARK not in before.text
    assert engine.asked == []
    translates(house)
    after = card(house)
    assert after.message_id == before.message_id
    original, _, translation = after.text.partition(MARK)
    assert "the node is back" in original
    assert "訳3 訳4 訳2 訳4" in translation
    assert "Edited" not in after.text
    assert engine.asked == ["the node is back"]
    assert house.undelivered() == []
    minutes_pass(house, 5)
    assert patches(house) == 1


def test_in_a_thread_it_is_marked_in_the_chats_language(
    make_house: Callable[..., House], engine: Engine
) -> None:
    house = make_house(**engine.configured("en"))
    story = house.files("aiko", ACME)
    comments(house, story, "ノードは復旧しました")
    translates(house)
    (update,) = [m for m in house.thread("chen", ACME, story.root) if "復旧" in m.text]
    assert "機械翻訳" in update.text


def test_an_engine_that_takes_its_time_holds_up_nothing(house: House, engine: Engine) -> None:
    story = house.files("ben", GLOBEX)
    for words in ("first answer", "second answer"):
        comments(house, story, words)
    assert "second answer" in standing(house)
    engine.status = 503
    translates(house)
    comments(house, story, "third answer")
    assert "third answer" in standing(house)
    assert MARK not in standing(house)
    engine.status = 200
    house.time_passes(seconds=120)
    translates(house)
    assert standing(house).count(MARK) == 3
    assert house.undelivered() == []


def test_code_links_names_and_ids_never_leave_and_come_back_whole(
    house: House, engine: Engine
) -> None:
    story = house.files("ben", GLOBEX)
    kept = ("HELP-7", "10.0.0.12:5432", "/etc/hosts", "ops@globex.example", "v2.4.1", "max_wal")
    comments(house, story, f"see {' and '.join(kept)} please. https://wiki.example/a?b=1")
    translates(house)
    (asked,) = engine.asked
    assert not any(one in asked for one in (*kept, "wiki.example"))
    translation = card(house).text.partition(MARK)[2]
    assert all(one in translation for one in (*kept, "https://wiki.example/a?b=1"))


def test_an_internal_comment_never_goes_to_the_engine(house: House, engine: Engine) -> None:
    story = house.files("ben", GLOBEX)
    comments(house, story, "CANARY internal", public=False)
    translates(house)
    assert engine.told == []


def test_of_a_ticket_full_of_secrets_the_engine_hears_what_is_public(
    house: House, engine: Engine
) -> None:
    story = house.files("ben", GLOBEX)
    plant(house, story.key)
    comments(house, story, "the node is back")
    translates(house)
    assert "the node is back" in engine.asked
    assert not any(marker in str(engine.told) for marker in (*MARKERS.values(), "LEAK"))


@pytest.mark.parametrize("how", ["internal", "role", "deleted"])
def test_what_is_hidden_before_the_engine_is_asked_never_goes_there(
    house: House, engine: Engine, how: str
) -> None:
    story = house.files("ben", GLOBEX)
    comment = comments(house, story, "CANARY by mistake")
    desk = house.box.jira_people
    {
        "internal": lambda: desk.flip(story.key, comment, public=False),
        "role": lambda: desk.restrict(story.key, comment, "Service Desk Team"),
        "deleted": lambda: desk.delete(story.key, comment),
    }[how]()
    translates(house)
    assert engine.told == []
    minutes_pass(house, 3)
    assert "CANARY" not in standing(house)


def test_a_translation_brings_no_hidden_comment_back(house: House, engine: Engine) -> None:
    story = house.files("ben", GLOBEX)
    comment = comments(house, story, "CANARY by mistake")

    def says(text: str) -> str:
        house.box.jira_people.flip(story.key, comment, public=False)
        return engines.in_other_words(text)

    engine.says = says
    translates(house)
    minutes_pass(house, 5)
    assert "CANARY" not in standing(house)
    assert MARK not in standing(house)
    assert house.undelivered() == []


def test_a_translation_never_stands_below_newer_words(house: House, engine: Engine) -> None:
    story = house.files("ben", GLOBEX)
    comment = comments(house, story, "use the old server")

    def says(text: str) -> str:
        engine.says = engines.in_other_words
        edits(house, story, comment, "use another machine instead")
        house.poll()
        return engines.in_other_words(text)

    engine.says = says
    translates(house)
    while house.app.translation.run_once():
        pass
    minutes_pass(house, 1)
    text = card(house).text
    assert "use another machine instead" in text
    assert "訳3 訳7 訳7 訳7" in text.partition(MARK)[2]
    assert "訳3 訳3" not in text
    assert text.count(MARK) == 1
    assert "Edited" in text


def test_an_edit_gets_a_translation_of_its_own(house: House, engine: Engine) -> None:
    story = house.files("ben", GLOBEX)
    comment = comments(house, story, "use the old server")
    translates(house)
    edits(house, story, comment, "use another machine instead")
    house.poll()
    assert MARK not in card(house).text
    translates(house)
    text = card(house).text
    assert "訳3 訳7 訳7 訳7" in text
    assert "Edited" in text
    assert len(engine.asked) == 2


def test_a_comment_that_is_public_again_is_not_asked_twice(house: House, engine: Engine) -> None:
    story = house.files("ben", GLOBEX)
    comment = comments(house, story, "for everybody")
    translates(house)
    house.box.jira_people.flip(story.key, comment, public=False)
    house.box.jira_people.transition(story.key, "In progress")
    house.poll()
    assert "for everybody" not in standing(house)
    house.box.jira_people.flip(story.key, comment, public=True)
    house.box.jira_people.transition(story.key, "Waiting for customer")
    house.poll()
    assert "for everybody" in standing(house)
    translates(house)
    assert standing(house).count(MARK) == 1
    assert len(engine.asked) == 1


def test_a_change_whose_answer_was_lost_shows_it_once_and_calls_nothing_edited(
    house: House, engine: Engine
) -> None:
    story = house.files("ben", GLOBEX)
    comments(house, story, "the node is back")
    house.fail("lark", PATCH, "drop_after")
    translates(house)
    minutes_pass(house, 5)
    text = card(house).text
    assert text.count(MARK) == 1
    assert "Edited" not in text
    assert len(engine.asked) == 1
    assert house.undelivered() == []


def test_what_is_in_that_language_already_is_not_asked(house: House, engine: Engine) -> None:
    story = house.files("ben", GLOBEX)
    comments(house, story, "ノードは復旧しました")
    comments(house, story, "https://wiki.example/x HELP-7")
    code = {"type": "codeBlock", "content": [{"type": "text", "text": "kubectl get pods"}]}
    comments(house, story, {"type": "doc", "version": 1, "content": [code]})
    translates(house)
    assert engine.told == []
    assert house.undelivered() == []


def test_retention_forgets_a_translation(house: House, engine: Engine) -> None:
    story = house.files("ben", GLOBEX)
    comments(house, story, "the node is back")
    translates(house)
    assert kept(house)
    house.time_passes(seconds=31 * 24 * HOUR)
    house.app.sweeper.run_once()
    assert not kept(house)


def kept(house: House) -> bool:
    with house.app.store.read() as tx:
        return bool(tx.cache.all(CacheKind.TRANSLATION))


def test_without_an_engine_nothing_is_ordered(make_house: Callable[..., House]) -> None:
    house: House = make_house()
    story = house.files("ben", GLOBEX)
    comments(house, story, "the node is back")
    assert house.app.translation.run_once() == 0
    assert MARK not in standing(house)


def test_what_was_ordered_before_it_was_switched_off_is_closed(
    make_house: Callable[..., House], engine: Engine
) -> None:
    before: House = make_house(**engine.configured())
    story = before.files("ben", GLOBEX)
    for words in ("the node is back", "the disk is full"):
        comments(before, story, words)
    after: House = make_house(**{"defaults.into": "ja"})
    assert after.app.translation.run_out() == 2
    assert engine.told == []
    assert after.undelivered() == []


def test_a_language_that_outlives_its_engine_orders_nothing(
    make_house: Callable[..., House],
) -> None:
    house: House = make_house(**{"defaults.into": "ja"})
    story = house.files("ben", GLOBEX)
    comments(house, story, "the node is back")
    assert "the node is back" in standing(house)
    assert house.app.translation.run_out() == 0


def test_the_engine_is_told_nothing_but_the_words(house: House, engine: Engine) -> None:
    story = house.files("ben", GLOBEX)
    comments(house, story, "the node is back")
    translates(house)
    said = str(engine.told)
    assert not any(word in said for word in ("Erin", "erin", story.key, "our cluster", GLOBEX))
    assert PostUpdate.__name__ not in said
