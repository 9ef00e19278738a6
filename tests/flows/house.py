"""A sandbox and one syncd in this process, whose loops a test steps by hand."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, and_, create_engine, select, update

from syncd import config, log
from syncd.app import App
from syncd.chat.lark.connection.timing import Timing
from syncd.core import watching
from syncd.core.arrival import SETTLES_MS
from syncd.core.delivery import Delivery
from syncd.core.model import DeliveryState, Ms
from syncd.core.watching import Reason
from syncd.loops.keep.prerequisites import Basics
from syncd.loops.watch.polling import NOT_READ
from syncd.loops.watch.watch import Watch, watches
from syncd.sandbox.box import Sandbox
from syncd.sandbox.faults import Fault
from syncd.sandbox.lark.shown import Shown
from syncd.store import schema
from syncd.store.schema import InboxState
from syncd.store.store import Store

ACME, GLOBEX, TOPIC, LOBBY = "oc_acme", "oc_globex", "oc_topic", "oc_lobby"
"""ACME: premium, Japanese. Globex: enterprise, English. Topics: premium, Chinese. Lobby: none."""
INITECH = "oc_initech"
"""Premium, Chinese; with people of another company."""


UNHURRIED = Timing(ack_budget=20)
"""Answers of a machine that is busy with other tests are in time; lateness has its own stories."""


@dataclass
class House:
    """One world, one syncd."""

    box: Sandbox
    app: App
    url: str

    # -- stepping the loops

    def settle(self) -> None:
        """Let intake and couriers work until nothing is left that is due.

        The moment passes in which earlier messages of a thread may still come.
        """
        while True:
            busy = self.app.intake.run_once()
            for courier in self.app.couriers.values():
                busy += courier.run_once()
            if not busy and not self.settles():
                return

    def settles(self) -> int:
        """Let the moment pass in which earlier messages of a thread may still come."""
        inbox = schema.inbox
        moment = inbox.c.not_before > 0, inbox.c.not_before <= inbox.c.received_ms + SETTLES_MS
        settling = and_(inbox.c.state == InboxState.NEW, inbox.c.note == "", *moment)
        with create_engine(self.url, poolclass=NullPool).begin() as connection:
            return connection.execute(update(inbox).where(settling).values(not_before=0)).rowcount

    def poll(self) -> int:
        """Run one poll cycle and deliver what it found; return how many tickets were read."""
        handled = self.polls()
        self.settle()
        return handled

    def polls(self, watch: Watch | None = None) -> int:
        """Run one poll cycle now, of this syncd or of another watch on its database."""
        with self.app.store.begin() as tx:
            tx.looks.ask(watching.poll(Ms(0)))
        return (watch or self.app.watch).look(Reason.CHANGES)

    def comes_due(self, reason: Reason, subject: str = "%") -> None:
        """Let the time come at which these looks are due."""
        looks = schema.looks
        due = update(looks).where(looks.c.reason == reason, looks.c.subject.like(subject))
        with create_engine(self.url, poolclass=NullPool).begin() as connection:
            connection.execute(due.values(due_ms=0))

    def rereads(self) -> None:
        """Look at shown comments again, and ask the portal for what is missing; deliver it."""
        self.comes_due(Reason.SHOWN)
        self.app.watch.look(Reason.SHOWN)
        self.app.slow_watch.look(Reason.MISSING)
        self.settle()

    def asks_portal(self) -> int:
        """Ask the portal about what is shown; return about how many tickets."""
        self.comes_due(Reason.PORTAL)
        return self.app.slow_watch.look(Reason.PORTAL)

    def looks_where(self) -> int:
        """Look where linked tickets are; return of how many it could be asked."""
        self.comes_due(Reason.WHERE)
        return self.app.slow_watch.look(Reason.WHERE)

    def sweeps(self, hours: int, watch: Watch | None = None) -> int:
        """Search so many hours back; return how many tickets the poll had missed."""
        with self.app.store.begin() as tx:
            swept = [look for look in tx.looks.due(Reason.SWEEP, 3) if look.subject != str(hours)]
            tx.looks.again((look, Ms(tx.now + 900_000)) for look in swept)
        self.comes_due(Reason.SWEEP, str(hours))
        return (watch or self.app.watch).look(Reason.SWEEP)

    def tidy(self) -> None:
        """Let the janitor look after what has waited, and deliver what comes of it."""
        self.app.janitor.run_once()
        for doubts in self.app.doubts.values():
            doubts.run_once()
        with suppress(*NOT_READ):  # The watch tries again.
            self.app.slow_watch.look(Reason.DUPLICATE)
        self.settle()

    def time_passes(self, *, seconds: float) -> None:
        """Move the world's clock, and on a server database what its rows say of the past."""
        self.box.world.clock.move(seconds=seconds)
        if not self.app.store.alone:
            age(self.url, int(seconds * 1000))

    def fail(self, side: str, route: str, kind: str, **how: Any) -> Fault:
        """Let the next call of that route go wrong."""
        return self.box.world.faults.add(Fault(side, route, kind, **how))

    def until(self, seen: Callable[[], object], step: float = 400) -> None:
        """Let time pass in steps until it is seen; what Lark limits goes by real seconds."""
        deadline = time.monotonic() + 20
        while not seen():
            assert time.monotonic() < deadline, "it is never seen"
            self.time_passes(seconds=step)
            self.settle()

    # -- what people do

    def says(self, person: str, chat: str, text: str, **where: Any) -> str:
        """Let somebody write in a chat, and syncd hear it; return the message's id."""
        message = self.box.lark_people.say(person, chat, text, **where)
        assert self.box.lark_people.wait_delivered(message), "the daemon did not ack the message"
        self.settle()
        return message

    def asks(self, person: str, chat: str, text: str = "our cluster is down") -> str:
        return self.says(person, chat, f"@Support Bot {text}")

    def form(self, person: str, chat: str) -> Shown:
        """Return the form card that the person sees now, wherever it was shown."""
        people = self.box.lark_people
        seen = [*people.view(person, chat), *people.direct(person)]
        seen += [reply for message in seen for reply in message.thread]
        forms = [m for m in seen if m.fields and not m.recalled]
        assert forms, f"{person} sees no form"
        return forms[-1]

    def clicks(self, person: str, card: Shown, button: str, **values: Any) -> Any:
        """Click a button of a card, a form filled as it is prefilled but for `values`."""
        filled = {f.name: f.default for f in card.fields if f.default} | values
        click = self.box.lark_people.click(
            person, card.message_id, button, filled if card.button(button).submits else None
        )
        self.settle()
        return click

    def submits(self, person: str, chat: str, **values: Any) -> Any:
        """Fill in what the form asks for and press Submit."""
        filled = {"customfield_10041": "2-Major"} | values
        return self.clicks(person, self.form(person, chat), "submit", **filled)

    def files(self, person: str, chat: str, text: str = "our cluster is down") -> "Story":
        """Ask, submit, and return the thread with its ticket."""
        root = self.asks(person, chat, text)
        before = set(self.ticket_keys())
        self.submits(person, chat)
        (key,) = set(self.ticket_keys()) - before
        return Story(root, key)

    def hides_before_the_post(self, key: str, text: str) -> str:
        """Let an engineer answer, and make it internal between the poll and the post."""
        comment = self.box.jira_people.comment("erin", key, text)
        self.polls()
        self.box.jira_people.flip(key, comment, public=False)
        self.settle()
        return comment

    # -- what can be seen

    def ticket_keys(self) -> list[str]:
        return [ticket.key for ticket in self.box.jira_people.tickets()]

    def thread(self, person: str, chat: str, root: str) -> list[Shown]:
        """Return the replies in a thread as the person sees them."""
        found = [m for m in self.box.lark_people.view(person, chat) if m.message_id == root]
        assert found, f"{person} does not see the message {root}"
        return found[0].thread

    def posts(self, person: str, chat: str) -> list[Shown]:
        """Return the bot's cards at the top level of a chat that everybody sees."""
        return [
            m for m in self.box.lark_people.view(person, chat) if m.kind == "card" and not m.private
        ]

    def told(self, person: str) -> list[str]:
        """Return what the bot told somebody directly."""
        return [m.text for m in self.box.lark_people.direct(person) if not m.recalled]

    def deliveries(self, state: DeliveryState) -> list[Delivery]:
        with self.app.store.read() as tx:
            return tx.outbox.in_state(state)

    def undelivered(self) -> list[Delivery]:
        """Return everything that is not done."""
        states = [state for state in DeliveryState if state is not DeliveryState.DONE]
        return [delivery for state in states for delivery in self.deliveries(state)]

    def sent_to_lark(self) -> str:
        """Return every byte that ever went to Lark."""
        calls = self.box.world.journal.calls("lark")
        return "\n".join(call.request.decode("utf-8", "replace") for call in calls)


@dataclass(frozen=True)
class Story:
    root: str
    key: str


def build_house(
    box: Sandbox,
    url: str,
    folder: Path,
    changes: dict[str, Any],
    timing: Timing = UNHURRIED,
) -> House:
    """Configure and build a syncd against the sandbox; `changes` maps `section.key`, or a list of
    tables, to a value."""
    path = folder / "config.toml"
    path.write_text(box.config_toml(), encoding="utf-8")
    loaded = config.load(path)
    for key, value in changes.items():
        section, _, name = key.partition(".")
        whole = getattr(loaded, section)
        changed = whole.model_copy(update={name: value}) if name else value
        loaded = loaded.model_copy(update={section: changed})
    store = Store.open(loaded.store.url, clock=lambda: Ms(box.world.clock.now_ms()))
    if timing is UNHURRIED:
        box.lark_state.switches.ack_window_seconds = timing.ack_budget + 10
    return House(box, App(loaded, store, lambda: box.world.clock.now_ms() / 1000, timing), url)


def open_house(house: House) -> None:
    """Start listening, and ask what has to be known first."""
    house.app.socket.start()
    forms = sum(len(desk.kinds) for desk in house.app.records.rules.desks)
    assert house.app.basics.run_once() == 2 + forms, "bot, account or a form were not answered"
    people, socket = house.box.lark_people, house.app.socket
    assert people.wait_connected(10), "the long connection did not open"
    assert people.wait_until(lambda: socket.state().connected_since is not None)
    house.app.catchup.run_once()
    house.polls()


def watch_of(
    house: House, owner: str, helpdesk: object = None, basics: Basics | None = None
) -> Watch:
    """Return the watch of another process, or of one to which the helpdesk looks like this."""
    app = house.app
    return watches(
        app.records,
        helpdesk or app.helpdesk,
        basics or app.basics,
        owner=owner,
        interval_ms=20_000,
        overlap_ms=300_000,
        steady=lambda: house.box.world.clock.now_ms(),
        log=log.get("watch"),
    )[0]


def close_house(house: House) -> None:
    house.app.socket.stop()
    house.app.close()


def age(url: str, ms: int) -> None:
    """Let every row of a server database be older by that many milliseconds."""
    moments = {
        schema.outbox: ("not_before", "lease_until", "enqueued_ms", "first_sent_ms", "settled_ms"),
        schema.requests: ("created_ms", "expires_ms", "submitted_ms", "offer_ms"),
        schema.inbox: ("not_before", "lease_until", "received_ms"),
        schema.history: ("at_ms",),
        schema.leases: ("lease_until",),
        schema.looks: ("due_ms", "asked_ms", "failing_since_ms"),
        schema.cache: ("at_ms",),
        schema.cursors: ("at_ms",),
        schema.seen_comments: ("updated_ms", "again_ms"),
        schema.budgets: ("until_ms",),
        schema.links: ("created_ms",),
    }
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        outbox = schema.outbox.c
        written = select(outbox.id, outbox.note, outbox.command)
        for id, note, command in connection.execute(written).all():
            older = {"note": _older(note, ms), "command": _older(command, ms)}
            connection.execute(update(schema.outbox).where(outbox.id == id).values(older))
        for table, columns in moments.items():
            for column in columns:
                cell = table.c[column]
                connection.execute(update(table).where(cell > 0).values({column: cell - ms}))


def _older(written: str, ms: int) -> str:
    return re.sub(
        r'("(?:sent|read|written)_ms": )(\d+)', lambda m: f"{m[1]}{int(m[2]) - ms}", written
    )
