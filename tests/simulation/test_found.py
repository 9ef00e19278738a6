"""What the schedules found: each story alone, as it went wrong once."""

from collections.abc import Callable, Iterator

import pytest
from simulation.chat import PEOPLE, PREMIUM, edition_of
from simulation.disk import Disk
from simulation.promise import broken, calm, premium_threads, work
from simulation.tickets import Issue, Remark, Secrecy
from simulation.town import Town
from simulation.weather import Choose, Fate

from syncd.core.model import DeliveryState

ANN = PEOPLE[0]
Founder = Callable[[Choose], Town]


def fine(name: str, possible: tuple[Fate, ...]) -> Fate:
    return Fate.FINE


@pytest.fixture
def found(disk: Disk) -> Iterator[Founder]:
    """Found a town whose calls and commits go as the test says."""
    towns: list[Town] = []

    def make(choose: Choose) -> Town:
        towns.append(Town(disk, 1_000_000 + len(towns), choose))
        return towns[-1]

    yield make
    for town in towns:
        town.close()


def files(town: Town) -> None:
    """Let Ann ask, and submit."""
    town.turn("basics")
    town.mentions_bot(ANN, PREMIUM)
    work(town)
    town.submits(town.chat.forms(ANN)[0], ANN)
    work(town)


def test_a_disk_that_is_full_for_a_while_buries_no_event(found: Founder) -> None:
    """Seed 33: claiming needs no room, deciding does; five such tries buried a mention."""
    full = False

    def no_room_to_decide(name: str, possible: tuple[Fate, ...]) -> Fate:
        nonlocal claimed
        if not full or name != "commit":
            return Fate.FINE
        claimed = (claimed + 1) % 3  # claim, decide, give back
        return Fate.REFUSED if claimed == 2 else Fate.FINE

    claimed = 0
    town = found(no_room_to_decide)
    town.turn("basics")
    town.mentions_bot(ANN, PREMIUM)
    town.turn("socket")
    full = True
    for _ in range(8):
        town.passes(5_000)
        town.turn("intake")
    assert town.weather.met == {"commit: refused": 8}
    calm(town)
    assert len(town.chat.forms(ANN)) == 1
    assert broken(town) == []


def test_a_refused_create_is_no_doubt_though_the_disk_is_full_just_then(found: Founder) -> None:
    """Seed 602533: what is remembered of the reporter could not be forgotten, and that was told."""
    fates: list[tuple[str, Fate]] = []

    def refused_and_no_room(name: str, possible: tuple[Fate, ...]) -> Fate:
        if fates and name == fates[0][0]:
            return fates.pop(0)[1]
        return Fate.FINE

    town = found(refused_and_no_room)
    town.turn("basics")
    town.mentions_bot(ANN, PREMIUM)
    work(town)
    town.submits(town.chat.forms(ANN)[0], ANN)
    fates += [("create", Fate.REJECTED), ("commit", Fate.REFUSED)]
    town.turn("desk 1")
    assert fates == []
    assert town.deliveries(DeliveryState.DOUBT) == []
    (refused,) = town.deliveries(DeliveryState.DEAD)
    assert "too vague" in refused.reason
    assert town.broken == []
    calm(town)
    assert broken(town) == []


def test_an_update_that_turned_internal_while_it_waited_is_listed_with_its_reason(
    found: Founder,
) -> None:
    """Seed 1: it was WITHHELD, and nothing said why."""
    town = found(fine)
    files(town)
    (issue,) = town.desk.issues.values()
    remark = town.desk.says(issue, "<<C1>>")
    town.turn("poll")
    town.passes(1_000)
    town.desk.flips(issue, remark, Secrecy.FLAG, touch=True)
    town.turn("poll")
    (withheld,) = town.deliveries(DeliveryState.WITHHELD)
    assert "internal" in withheld.reason
    assert town.chat.showing("C1") == []


def turned_internal_while_its_post_was_on_the_way(found: Founder) -> tuple[Town, Issue, Remark]:
    """The answer to a post is lost, the portal says no before the retry, the post comes true."""
    fates = [Fate.LATE]

    def first_post_late(name: str, possible: tuple[Fate, ...]) -> Fate:
        is_update = name.startswith("send PostView") and town.desk.issues
        return fates.pop() if fates and late and is_update else Fate.FINE

    late = False
    town = found(first_post_late)
    town.interleaves = False
    files(town)
    work(town)
    (issue,) = town.desk.issues.values()
    remark = town.desk.says(issue, "<<C1>>")
    town.turn("poll")
    late = True
    town.turn("chat 1")
    town.desk.flips(issue, remark, Secrecy.FLAG, touch=True)
    town.passes(2_000)
    for thread in ("chat 1", "chat doubts", "chat 1"):
        town.turn(thread)
    assert fates == []
    assert town.chat.showing("C1") == []
    town.passes(120_000)
    assert len(town.chat.showing("C1")) == 1
    return town, issue, remark


def test_what_turned_internal_while_its_post_was_on_the_way_is_withdrawn(found: Founder) -> None:
    """One look, at once, took the post for absent."""
    town, _, _ = turned_internal_while_its_post_was_on_the_way(found)
    calm(town)
    assert broken(town) == []


def test_what_was_on_the_way_is_shown_once_when_it_is_public_again(found: Founder) -> None:
    town, issue, remark = turned_internal_while_its_post_was_on_the_way(found)
    town.desk.flips(issue, remark, Secrecy.NONE, touch=True)
    calm(town)
    assert broken(town) == []


def told_and_edited(town: Town) -> tuple[Issue, Remark]:
    """A comment stands in the chat, and its edit has been queued."""
    town.interleaves = False
    files(town)
    work(town)
    (issue,) = town.desk.issues.values()
    remark = town.desk.says(issue, "<<C1>>")
    work(town)
    assert len(town.chat.showing("C1")) == 1
    town.passes(20_000)
    town.desk.edits(issue, remark)
    town.turn("poll")
    return issue, remark


def first_change_late(name: str, fates: list[Fate]) -> Fate:
    return fates.pop() if name == "replace" and fates else Fate.FINE


def test_a_change_that_comes_true_after_a_newer_one_does_not_stay(found: Founder) -> None:
    fates = [Fate.LATE]
    town = found(lambda name, possible: first_change_late(name, fates))
    issue, remark = told_and_edited(town)
    town.turn("chat 1")
    assert fates == []
    town.passes(2_000)
    town.desk.edits(issue, remark)
    work(town)
    (shown,) = town.chat.showing("C1")
    assert edition_of(shown.content) == 2
    town.passes(120_000)
    assert edition_of(shown.content) == 1, "the first change came late"
    calm(town)
    assert edition_of(shown.content) == 2
    assert broken(town) == []


def test_a_change_that_comes_true_late_brings_back_nothing_that_was_hidden(
    found: Founder,
) -> None:
    """Its message could not be recalled: a notice stands in the place of the words."""
    fates = [Fate.LATE]

    def no_recall(name: str, possible: tuple[Fate, ...]) -> Fate:
        return Fate.REJECTED if name == "remove" else first_change_late(name, fates)

    town = found(no_recall)
    issue, remark = told_and_edited(town)
    town.turn("chat 1")
    town.passes(2_000)
    work(town)
    town.desk.flips(issue, remark, Secrecy.FLAG, touch=True)
    work(town)
    assert town.chat.showing("C1") == []
    town.passes(120_000)
    assert len(town.chat.showing("C1")) == 1, "the first change came late"
    calm(town)
    assert [shown for shown in town.chat.showing("C1") if not shown.gone] == []
    assert broken(town) == []


def test_what_is_public_again_is_shown_by_another_message(found: Founder) -> None:
    town = found(fine)
    issue, remark = told_and_edited(town)
    for secrecy in (Secrecy.FLAG, Secrecy.NONE, Secrecy.ROLE, Secrecy.NONE):
        town.passes(20_000)
        town.desk.flips(issue, remark, secrecy, touch=True)
        work(town)
        work(town)
    calm(town)
    assert [shown.gone for shown in town.chat.showing("C1")] == [True, True, False]
    assert broken(town) == []


def test_an_edit_that_is_told_before_its_message_is_followed(found: Founder) -> None:
    """Seed 214: the message waited to be delivered again, and there was nothing to change yet."""
    town = found(fine)
    files(town)
    work(town)
    town.replies_in(premium_threads(town)[0].thread, ANN)
    (mark,) = town.replies
    message = town.waiting.pop()
    town.revises(mark, recalled=False)
    work(town)
    town.waiting.append(message)
    calm(town)
    assert broken(town) == []
    assert town.replies[mark].edits == 1
