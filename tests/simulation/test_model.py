"""Whatever people, engineers, operators and the weather do, in whatever order: the promise holds.

`MODEL=500 pytest tests/simulation/test_model.py` tries more of them.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from simulation.chat import CHATS, PEOPLE
from simulation.disk import Disk
from simulation.hand import Hand
from simulation.promise import broken, calm, premium_threads
from simulation.tickets import Issue, Remark, Secrecy
from simulation.town import Town
from simulation.weather import COMMITS, READS, WRITES, Fate

from syncd.core.model import DeliveryState

_SEED = 3_000_000
_PEOPLE = st.sampled_from(PEOPLE)
_CHATS = st.sampled_from(CHATS)
_THREADS = (
    "basics", "intake", "poll", "watch", "slow watch", "janitor", "chat doubts",
    "desk doubts", "socket", "chat 1", "chat 2", "desk 1", "desk 2",
)  # fmt: skip
_OF_A_FORM = ("OnlyFor", "Direct", "InThread")
_TROUBLES = (
    *(("commit", fate) for fate in COMMITS),
    *((name, fate) for name in ("create", "add_comment") for fate in WRITES),
    *((name, fate) for name in ("remove", "replace") for fate in WRITES),
    *((name, fate) for name in ("change_comment", "delete_comment") for fate in WRITES),
    *((f"send PostView {where}", fate) for where in ("InThread", "InChat") for fate in WRITES),
    *((f"send FormView {where}", fate) for where in _OF_A_FORM for fate in WRITES),
    *((name, fate) for name in ("form", "problems") for fate in READS),
    *((name, fate) for name in ("changed_since", "tickets", "publicity") for fate in READS),
    *((name, fate) for name in ("comment_details", "find_created", "find") for fate in READS),
    *((name, Fate.UNSURE) for name in ("tickets", "publicity", "comment_details", "find")),
)


class Machine(RuleBasedStateMachine):
    """Each rule is something that somebody does; syncd's threads run when a rule lets them."""

    def __init__(self, disk: Disk) -> None:
        super().__init__()
        self.hand = Hand()
        self.town = Town(disk, _SEED, self.hand)
        self.town.interleaves = False
        self.said = 0

    @property
    def remarks(self) -> list[tuple[Issue, Remark]]:
        issues = self.town.desk.issues.values()
        return [(i, r) for i in issues for r in i.remarks if not r.ref and not r.deleted]

    @rule(person=_PEOPLE, chat_id=_CHATS)
    def mention(self, person: str, chat_id: str) -> None:
        self.town.mentions_bot(person, chat_id)
        for name in ("basics", "socket", "intake", "chat 1"):
            self.town.turn(name)

    @precondition(lambda self: any(self.town.chat.forms(p) for p in PEOPLE))
    @rule(data=st.data(), twice=st.booleans(), cancel=st.sampled_from((False, False, True)))
    def submit(self, data: st.DataObject, twice: bool, cancel: bool) -> None:
        forms = [(p, form) for p in PEOPLE for form in self.town.chat.forms(p)]
        person, form = data.draw(st.sampled_from(forms))
        for _ in range(1 + twice):
            self.town.submits(form, person, cancel=cancel)
        self.town.turn("desk 1")

    @precondition(lambda self: self.town.chat.buttons())
    @rule(data=st.data())
    def press(self, data: st.DataObject) -> None:
        offer = data.draw(st.sampled_from(self.town.chat.buttons()))
        self.town.wants_form(offer, self.town.asker_of(offer.content))
        self.town.turn("chat 1")

    @precondition(lambda self: self.town.desk.issues)
    @rule(data=st.data(), secrecy=st.sampled_from((Secrecy.NONE, Secrecy.NONE, *Secrecy)))
    def comment(self, data: st.DataObject, secrecy: Secrecy) -> None:
        issue = data.draw(st.sampled_from(sorted(self.town.desk.issues)))
        self.said += 1
        self.town.desk.says(self.town.desk.issues[issue], f"<<C{self.said}>>", secrecy)

    @precondition(lambda self: self.remarks)
    @rule(
        data=st.data(),
        secrecy=st.sampled_from(Secrecy),
        touch=st.booleans(),
    )
    def flip(self, data: st.DataObject, secrecy: Secrecy, touch: bool) -> None:
        issue, remark = data.draw(st.sampled_from(self.remarks))
        self.town.desk.flips(issue, remark, secrecy, touch=touch)

    @precondition(lambda self: self.remarks)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        self.town.desk.deletes(*data.draw(st.sampled_from(self.remarks)))

    @precondition(lambda self: self.remarks)
    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        self.town.desk.edits(*data.draw(st.sampled_from(self.remarks)))

    @precondition(lambda self: self.town.mentions)
    @rule(data=st.data())
    def recall(self, data: st.DataObject) -> None:
        message = data.draw(st.sampled_from(self.town.mentions))
        self.town.chat.recalled.add(message.message_id)

    @precondition(lambda self: self.town.acked)
    @rule(data=st.data())
    def event_comes_again(self, data: st.DataObject) -> None:
        self.town.comes_again(data.draw(st.sampled_from(self.town.acked)))

    @precondition(lambda self: self.town.deliveries(DeliveryState.DEAD))
    @rule(data=st.data())
    def requeue(self, data: st.DataObject) -> None:
        dead = self.town.deliveries(DeliveryState.DEAD)
        self.town.sends_again(data.draw(st.sampled_from(dead)).id)

    @precondition(lambda self: premium_threads(self.town))
    @rule(person=_PEOPLE, data=st.data())
    def reply(self, person: str, data: st.DataObject) -> None:
        link = data.draw(st.sampled_from(premium_threads(self.town)))
        self.town.replies_in(link.thread, person)
        for name in ("socket", "intake"):
            self.town.turn(name)

    @precondition(lambda self: self.town.replies)
    @rule(data=st.data(), recalled=st.booleans())
    def revise(self, data: st.DataObject, recalled: bool) -> None:
        mark = data.draw(st.sampled_from(sorted(self.town.replies)))
        self.town.revises(mark, recalled=recalled)

    @rule(chat_id=_CHATS, enabled=st.booleans())
    def serve(self, chat_id: str, enabled: bool) -> None:
        self.town.serves(chat_id, enabled=enabled)

    @rule(hours=st.sampled_from((-3, 0, 2, 30)))
    def set_clock(self, hours: int) -> None:
        self.town.skew_ms = hours * 3_600_000

    @rule(lag=st.sampled_from((0, 5_000, 3_000_000)))
    def index_lags(self, lag: int) -> None:
        self.town.lag_ms = lag

    @rule()
    def asks_more(self) -> None:
        self.town.desk.forms.asks_more = True

    @rule(ms=st.sampled_from((1, 900, 31_000, 400_000, 4_000_000)))
    def time_passes(self, ms: int) -> None:
        self.town.passes(ms)

    @rule(trouble=st.sampled_from(_TROUBLES), nth=st.integers(1, 3))
    def trouble(self, trouble: tuple[str, object], nth: int) -> None:
        name, fate = trouble
        self.hand.will(name, fate, nth)

    @rule(names=st.lists(st.sampled_from(_THREADS), min_size=1, max_size=6))
    def threads_run(self, names: list[str]) -> None:
        for name in names:
            self.town.passes(1)
            self.town.turn(name)

    @invariant()
    def nothing_is_broken(self) -> None:
        assert self.town.broken == []

    def teardown(self) -> None:
        try:
            calm(self.town)
            assert broken(self.town) == []
        finally:
            self.town.close()


def test_the_promise_holds_whatever_happens(disk: Disk) -> None:
    examples = int(os.environ.get("MODEL", "8"))
    run_state_machine_as_test(
        lambda: Machine(disk),
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
