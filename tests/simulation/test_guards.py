"""What each guard is for: the one story that goes wrong without it, whatever else may heal it."""

from collections.abc import Iterator

import pytest
from simulation.chat import PEOPLE, PREMIUM
from simulation.disk import Disk
from simulation.hand import Hand
from simulation.promise import broken, calm
from simulation.tickets import Issue, Secrecy
from simulation.town import Town
from simulation.weather import Fate

from syncd.core.arrival import SETTLES_MS
from syncd.core.model import Thread

ANN, BEN = PEOPLE[0], PEOPLE[1]
MINUTES = 60_000


class Hands:
    """A town, and the hand that holds its weather; no other thread comes in between."""

    def __init__(self, disk: Disk) -> None:
        self.hand = Hand()
        self.town = Town(disk, 2_000_000, self.hand)
        self.town.interleaves = False
        self.town.turn("basics")

    def form(self) -> None:
        self.town.mentions_bot(ANN, PREMIUM)
        self.turns("socket", "intake", "chat 1")

    def ticket(self) -> Issue:
        before = set(self.town.desk.issues)
        self.form()
        self.town.submits(self.town.chat.forms(ANN)[-1], ANN)
        # The form has no description: what the mention said follows the ticket as a comment.
        self.turns("desk 1", "desk 1", "chat 1", "chat 1", "poll", "chat 1")
        (id,) = set(self.town.desk.issues) - before
        return self.town.desk.issues[id]

    def turns(self, *names: str) -> None:
        for name in names:
            self.town.passes(100)
            self.town.turn(name)


@pytest.fixture
def hands(disk: Disk) -> Iterator[Hands]:
    opened = Hands(disk)
    yield opened
    opened.town.close()


def test_a_frame_that_was_not_stored_comes_again(hands: Hands) -> None:
    hands.town.mentions_bot(ANN, PREMIUM)
    hands.hand.will("commit", Fate.REFUSED)
    hands.turns("socket")
    assert hands.hand.struck
    assert hands.town.acked == []
    calm(hands.town)
    assert broken(hands.town) == []
    assert len(hands.town.chat.forms(ANN)) == 1


def test_a_create_whose_process_died_in_it_is_looked_for_and_not_sent_again(hands: Hands) -> None:
    hands.form()
    hands.town.submits(hands.town.chat.forms(ANN)[-1], ANN)
    hands.hand.will("create", Fate.KILLED_AFTER)
    hands.turns("desk 1")
    assert hands.hand.struck
    assert hands.town.deaths == 1
    hands.turns("basics", "desk 1", "desk 2")
    assert len(hands.town.desk.issues) == 1
    calm(hands.town)
    assert broken(hands.town) == []


COMMITS_OF_A_FILING = 5
"""Look the account up, look the floor up, claim, SENDING, settled."""


@pytest.mark.parametrize("fate", [Fate.KILLED_BEFORE, Fate.KILLED_AFTER, Fate.REFUSED])
@pytest.mark.parametrize("nth", range(1, COMMITS_OF_A_FILING + 1))
def test_a_filing_that_stops_at_any_commit_ends_in_one_linked_ticket(
    hands: Hands, nth: int, fate: Fate
) -> None:
    hands.form()
    hands.town.submits(hands.town.chat.forms(ANN)[-1], ANN)
    hands.hand.will("commit", fate, nth)
    hands.turns("desk 1")
    assert hands.hand.struck
    calm(hands.town)
    assert broken(hands.town) == []
    assert len(hands.town.desk.issues) == 1


@pytest.mark.parametrize("fate", [Fate.KILLED_BEFORE, Fate.KILLED_AFTER, Fate.REFUSED])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_an_update_that_stops_at_any_commit_is_shown_once(
    hands: Hands, nth: int, fate: Fate
) -> None:
    """Claim, SENDING, settled."""
    hands.town.desk.says(hands.ticket(), "<<C1>>")
    hands.turns("poll")
    hands.hand.will("commit", fate, nth)
    hands.turns("chat 1")
    assert hands.hand.struck
    calm(hands.town)
    assert broken(hands.town) == []
    assert len(hands.town.chat.showing("C1")) == 1


@pytest.mark.parametrize("call", ["changed_since", "tickets"])
def test_a_page_that_was_not_handled_is_read_again_when_newer_pages_have_come_since(
    hands: Hands, call: str
) -> None:
    """Without any sweep: the cursor alone has to wait."""
    first, second = hands.ticket(), hands.ticket()
    for number, issue in enumerate((first, second)):
        hands.town.desk.says(issue, f"<<C{number}>>")
        hands.hand.will(call, Fate.REFUSED)
        hands.turns("poll")
        assert hands.hand.struck
        hands.town.passes(10 * MINUTES)
    hands.turns("poll", *["chat 1"] * 4)
    assert [len(hands.town.chat.showing(f"C{n}")) for n in (0, 1)] == [1, 1]


@pytest.mark.parametrize("secrecy", [s for s in Secrecy if s is not Secrecy.NONE])
def test_what_becomes_secret_while_it_waits_for_its_post_is_not_posted(
    hands: Hands, secrecy: Secrecy
) -> None:
    issue = hands.ticket()
    remark = hands.town.desk.says(issue, "<<C1>>")
    hands.turns("poll")
    hands.town.desk.flips(issue, remark, secrecy, touch=False)
    hands.turns("chat 1")
    assert hands.town.chat.showing("C1") == []
    calm(hands.town)
    assert broken(hands.town) == []


@pytest.mark.parametrize("fate", [Fate.REPLY_LOST, Fate.LATE, Fate.KILLED_AFTER])
def test_a_reply_whose_answer_was_lost_is_neither_doubled_nor_echoed(
    hands: Hands, fate: Fate
) -> None:
    hands.ticket()
    thread = Thread(PREMIUM, hands.town.mentions[0].message_id)
    hands.town.replies_in(thread, BEN)
    hands.turns("socket")
    hands.town.passes(SETTLES_MS)
    hands.turns("intake")
    hands.hand.will("add_comment", fate)
    hands.turns("desk 1", "basics", "poll", "chat 1")
    assert hands.hand.struck
    calm(hands.town)
    assert broken(hands.town) == []
