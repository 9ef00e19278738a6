"""Many people who ask, click, answer and reply at once, and what each of them does."""

import itertools
from dataclasses import dataclass, field

from house import ACME, GLOBEX, TOPIC
from running_house import RunningHouse

from syncd.core.delivery import Delivery
from syncd.core.model import DeliveryState
from syncd.sandbox.lark.client import ClickRefusedByClient, action, filled, trigger
from syncd.sandbox.lark.shown import Shown
from syncd.sandbox.lark.state import Message
from syncd.sandbox.lark.view import show, show_private
from syncd.sandbox.world import Person

CHATS = (ACME, GLOBEX, TOPIC)
SEVERITY = {"customfield_10041": "2-Major"}
_CLICKS = 20
_NUMBERS = itertools.count(1000)


@dataclass(frozen=True)
class Said:
    """A comment of an engineer's; `mark` stands in its words and nowhere else."""

    id: str
    mark: str


@dataclass
class Case:
    """One request, from its first word on."""

    person: str
    chat: str
    text: str
    root: str
    key: str = ""
    said: list[Said] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    """The mark of each reply, in the order in which they were written."""


def mark(kind: str) -> str:
    """Return a word that was never said before."""
    return f"{kind}{next(_NUMBERS)}"


class Crowd:
    """People who were not in the world before, spread over the three groups that are served."""

    def __init__(self, house: RunningHouse, count: int) -> None:
        self._house = house
        self._box = house.box
        self._pressed: set[str] = set()
        self.people = [(f"guest{n}", CHATS[n % 3]) for n in range(count)]
        with self._box.world.lock:
            for number, (key, chat) in enumerate(self.people):
                self._moves_in(key, chat, is_customer=number % 4 != 0)

    def _moves_in(self, key: str, chat: str, *, is_customer: bool) -> None:
        email = f"{key}@{'globex' if chat == GLOBEX else 'acme'}.example"
        name = f"Guest {key.removeprefix('guest')}"
        account = (f"qm:sandbox:{key}", "customer") if is_customer else ()
        self._box.world.people[key] = Person(key, name, email, f"ou_{key}", *account)
        self._box.lark_state.chats[chat].members.add(f"ou_{key}")
        self._box.jira_state.desk_customers.update(account[:1])

    # -- in the chat

    def asks(self, person: str, chat: str) -> Case:
        text = f"{mark('question')} our cluster is down"
        root = self._box.lark_people.say(person, chat, f"@Support Bot {text}")
        return Case(person, chat, text, root)

    def files(self, person: str, chat: str) -> Case:
        """Ask, submit, and wait until the ticket's link stands in the thread."""
        case = self.asks(person, chat)
        self.submits(case)
        self.is_told(case)
        return case

    def submits(self, case: Case) -> None:
        """Press Submit as a person does: again, when there was no answer."""
        for _ in range(_CLICKS):
            if self.clicks(case, self.form(case)):
                return
            self._house.listens()
        raise AssertionError(f"no click was ever answered: {case}")

    def clicks(self, case: Case, form: Shown | None) -> bool:
        """Press Submit once; False when nothing came of it."""
        if form is None:
            return True
        try:
            click = self._box.lark_people.click(case.person, form.message_id, "submit", SEVERITY)
        except ClickRefusedByClient:
            # Submitted by now, or another form takes its place: `form` tells which.
            return False
        return click.outcome == "ok"

    def forges_click(self, case: Case, form: Shown, person: str) -> None:
        """Submit another's form, which no client shows, and no platform may be trusted to stop."""
        state, submit = self._box.lark_state, form.button("submit")
        values = action(submit, filled(form, submit, SEVERITY, state))
        with state.changed:
            trigger(state, state.world.person(person), form, case.chat, values)

    def is_told(self, case: Case) -> None:
        """Wait until the ticket's link stands in the thread."""
        tickets = self._tickets
        self._house.until(f"a ticket of {case}", lambda: case.text in tickets(), self._unsettled)
        case.key = tickets()[case.text]
        self._house.until(
            f"the link of {case} in its thread",
            lambda: any(f"/{case.key}?" in url for m in self.thread(case) for _, url in m.links),
            lambda: self.thread(case),
        )

    def _unsettled(self) -> list[Delivery]:
        return self._house.deliveries(*(set(DeliveryState) - {DeliveryState.DONE}))

    def replies(self, case: Case, person: str = "") -> None:
        """Say something in the thread, which is to become a comment."""
        word = mark("reply")
        with self._box.world.lock:
            case.replies.append(word)
            self._box.lark_people.say(
                person or case.person, case.chat, f"{word} it still is", thread=case.root
            )

    def form(self, case: Case) -> Shown | None:
        """Wait for the form, and return it; None when it was submitted and is gone."""
        found: list[Shown] = []

        def seen() -> bool:
            form = self._private_form(case)
            found[:] = [form] if form else []
            if form is None:
                self._takes_offer(case)
            return form is not None or case.text in self._tickets()

        self._house.until(f"the form of {case}", seen, lambda: self.thread(case))
        return found[0] if found else None

    def _takes_offer(self, case: Case) -> None:
        """A form that may not have come is offered by a button in the thread; press it once."""
        for shown in self.thread(case):
            for button in shown.buttons:
                if button.value is not None and shown.message_id not in self._pressed:
                    self._pressed.add(shown.message_id)
                    self._box.lark_people.click(case.person, shown.message_id, button.name)

    def _private_form(self, case: Case) -> Shown | None:
        """Return the form as the person sees it in the group, or in the chat with the bot."""
        state = self._box.lark_state
        open_id = f"ou_{case.person}"
        with self._box.world.lock:
            cards = [c for c in state.ephemerals.values() if c.visible_to(open_id)]
            shown = [show_private(state, card) for card in cards]
            shown += self._box.lark_people.direct(case.person)
        own = [m for m in shown if any(case.text in str(f.default) for f in m.fields)]
        return own[-1] if own else None

    def thread(self, case: Case) -> list[Shown]:
        """Return what stands below the root; a whole chat is too much to look at so often."""
        state = self._box.lark_state
        with self._box.world.lock:
            root = state.messages[case.root]
            below: list[Message] = [
                m
                for m in state.messages.values()
                if root.thread_id and m.thread_id == root.thread_id and m is not root
            ]
            return [show(state, message) for message in below]

    # -- both

    def lives(self, person: str, chat: str, cases: list[Case]) -> None:
        """File a ticket, and talk about it."""
        case = self.files(person, chat)
        cases.append(case)
        self.talks(case)

    def talks(self, case: Case) -> None:
        """Let engineers answer, in public and among themselves, and the asker go on in between."""
        for public in (True, False, True):
            self.answers(case, public=public)
            if case.chat != GLOBEX:
                self.replies(case)

    # -- in Jira

    def _tickets(self) -> dict[str, str]:
        with self._box.world.lock:
            return {t.summary: t.key for t in self._box.jira_state.tickets.values()}

    def answers(self, case: Case, *, public: bool = True, engineer: str = "erin") -> None:
        """Let an engineer comment on the ticket."""
        word = mark("answer" if public else "internal")
        with self._box.world.lock:
            id = self._box.jira_people.comment(
                engineer, case.key, f"{word} have a look at the node", public=public
            )
            case.said.append(Said(id, word))
