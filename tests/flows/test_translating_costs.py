"""What goes to the engine, and how often: each portion once, as long as it may be said."""

from collections.abc import Callable

import engine as engines
import pytest
from engine import Engine
from house import GLOBEX, House
from test_edited import PATCH, edits
from test_truth import minutes_pass, standing
from translated import MARK, comments, reasons, translates

from syncd.core.delivery import Order
from syncd.core.model import ChatId, DeliveryId, DeliveryState
from syncd.core.operators.serving import ChatDecision
from syncd.core.translating.translation import MONTH_MS, budget_of
from syncd.loops.keep import operating
from syncd.store.portable import FEW
from syncd.store.tables.cache import CacheKind

LONG = "\n".join(["all is well again with the node. " * 80] * 3 + ["CANARY words " * 40])


@pytest.fixture
def house(make_house: Callable[..., House], engine: Engine) -> House:
    return make_house(**engine.configured())


def used(house: House) -> int:
    with house.app.store.read() as tx:
        return tx.budgets.used([budget_of(tx.now)], MONTH_MS).get(budget_of(tx.now), 0)


@pytest.mark.parametrize("how", ["hidden", "edited"])
def test_words_that_may_not_be_said_any_more_stay_between_two_portions(
    house: House, engine: Engine, how: str
) -> None:
    story = house.files("ben", GLOBEX)
    comment = comments(house, story, LONG)

    def says(text: str) -> str:
        if how == "hidden":
            house.box.jira_people.flip(story.key, comment, public=False)
        else:
            edits(house, story, comment, "nothing to see here")
        return engines.in_other_words(text)

    engine.says = says
    translates(house)
    assert len(engine.asked) == 1
    assert "CANARY" not in engine.asked[0]
    assert used(house) == len(engine.asked[0])
    assert MARK not in standing(house)
    assert reasons(house) == []


def test_what_was_answered_before_a_failure_is_not_paid_again(house: House, engine: Engine) -> None:
    story = house.files("ben", GLOBEX)

    def says(text: str) -> str:
        engine.status = 503 if "CANARY" in text else 200
        return engines.in_other_words(text)

    engine.says = says
    comments(house, story, LONG)
    for _ in range(6):
        translates(house)
        house.time_passes(seconds=120)
    others = [text for text in engine.asked if "CANARY" not in text]
    assert len(others) == 1
    assert len(engine.asked) - len(others) >= 4
    assert used(house) == sum(map(len, others))
    engine.says = engines.in_other_words
    engine.status = 200
    house.time_passes(seconds=120)
    translates(house)
    assert MARK in standing(house)


def test_a_comment_of_which_nobody_tells_whether_it_is_public_is_asked_about_again(
    house: House, engine: Engine
) -> None:
    story = house.files("ben", GLOBEX)
    comments(house, story, "the node is back")
    nothing = {"status": 200, "body": '{"values":[]}'}
    house.fail("jsm", "POST /rest/api/3/comment/list", "refuse", times=2, **nothing)
    translates(house)
    assert engine.asked == []
    house.box.world.faults.clear()
    for _ in range(4):
        minutes_pass(house, 1)
        translates(house)
    assert standing(house).count(MARK) == 1


def test_what_can_never_be_shown_is_asked_once(house: House, engine: Engine) -> None:
    refused = {"status": 400, "body": '{"code":230027,"msg":"no"}'}
    house.fail("lark", PATCH, "refuse", times=-1, **refused)
    story = house.files("ben", GLOBEX)
    for number in range(3):
        comments(house, story, f"the node is back again {number}")
        translates(house)
        minutes_pass(house, 2)
    assert len(engine.asked) == 1
    assert reasons(house) == ["the chat lets no message be changed"] * 2


def test_many_untranslated_comments_do_not_hide_what_was_lost(
    make_house: Callable[..., House], engine: Engine
) -> None:
    house = make_house(**engine.configured(), **{"translate.characters_per_month": 0})
    story = house.files("ben", GLOBEX)
    no = {"status": 400, "body": '{"code":230001,"msg":"no"}'}
    house.fail("lark", "POST /open-apis/im/v1/messages", "refuse", times=2, **no)
    comments(house, story, "cannot be posted")
    house.settle()
    comments(house, story, "the node is back")
    translates(house)
    (untranslated,) = [d for d in house.deliveries(DeliveryState.DEAD) if d.command.extra]
    for number in range(FEW):
        bury_one_more(house, untranslated.id, number)
    with house.app.store.read() as tx:
        newest = tx.outbox.newest(DeliveryState.DEAD)
        assert [d.reason for d in newest if not d.command.extra] == []
        (lost,) = operating.to_act_on(tx)
        assert lost.command.kind() == "PostUpdate"
        assert lost.id in {d.id for d in tx.outbox.newest_of_each(DeliveryState.DEAD)}


def bury_one_more(house: House, like: DeliveryId, number: int) -> None:
    """Enqueue one as `like` is, and have it end DEAD, too."""
    with house.app.store.read() as tx:
        one = tx.outbox.get(like)
    assert one is not None
    order = Order(one.command, f"engine:{number}", f"translate:{number}", one.chat_id)
    id = house.app.store.write(lambda tx: tx.outbox.put(order))
    assert id is not None
    operating.drop(house.app.records, id, "")


def test_a_language_that_changes_meanwhile_gets_no_other_languages_words(
    house: House, engine: Engine
) -> None:
    story = house.files("ben", GLOBEX)
    comments(house, story, "the node is back")
    korean = ChatDecision(ChatId(GLOBEX), enabled=True, into="ko")

    def says(text: str) -> str:
        house.app.store.write(lambda tx: tx.chats.set(korean))
        return engines.in_other_words(text)

    engine.says = says
    translates(house)
    minutes_pass(house, 3)
    with house.app.store.read() as tx:
        (kept,) = tx.cache.all(CacheKind.TRANSLATION)
    assert kept[0].endswith(":ja")
    assert MARK not in standing(house)
