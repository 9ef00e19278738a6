"""One life of syncd: the real loops over the real store, put together as `syncd.app` does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from simulation.asking import BOSS, DESKS, HIDDEN, ORGANIZATION
from simulation.chat import ABROAD, ARRIVED, ENTERPRISE, FAILED, PREMIUM, FakeChat
from simulation.desk import FakeDesk
from simulation.disk import Disk
from simulation.weather import Weather

from syncd.core import watching
from syncd.core.answering.promise import Answering
from syncd.core.arrival import Envelope
from syncd.core.doubt import OnDoubt
from syncd.core.errors import RemoteFailure
from syncd.core.events import Received
from syncd.core.known import Limits, Reactions, Rules
from syncd.core.model import PLATFORMS, Chat, ChatId, Ms, Plan, Preset, ReporterRule
from syncd.core.retry import Patience
from syncd.core.watching import Reason
from syncd.loops.incoming.clicks import Door
from syncd.loops.incoming.intake import Intake
from syncd.loops.keep.janitor import Janitor
from syncd.loops.keep.prerequisites import Basics
from syncd.loops.outgoing.courier import Courier
from syncd.loops.outgoing.doubts import Doubts
from syncd.loops.outgoing.hands import Hands
from syncd.loops.outgoing.key_ages import KeyAges
from syncd.loops.outgoing.kinds import performers
from syncd.loops.outgoing.performing import Policy, Tools
from syncd.loops.outgoing.settling import Settler
from syncd.loops.records import Records
from syncd.loops.watch.watch import watches
from syncd.store.failures import Conflict, LeaseLost
from syncd.store_outage import StoreOutage

INTERVAL_MS = 20_000
OVERLAP_MS = 60_000
GRACE_MS = 300_000


@dataclass(frozen=True)
class Frame:
    """What the long connection brings; `raw` is only its number."""

    raw: bytes
    event: Received
    told: Envelope

    @property
    def event_id(self) -> str:
        return self.told.event_id


@dataclass(frozen=True)
class Outside:
    """Everything that outlives a process."""

    disk: Disk
    weather: Weather
    chat: FakeChat
    desk: FakeDesk
    frames: dict[bytes, Frame]
    chats: dict[ChatId, Chat]
    wall: Callable[[], int]
    steady: Callable[[], int]
    randbits: Callable[[int], int]
    chance: Callable[[], float]
    bug: Callable[[str], None]
    """Told of each failure that is nobody's fault but ours."""


def chats_in_file() -> dict[ChatId, Chat]:
    abroad = Chat(
        ABROAD, "Abroad", True, Plan.PREMIUM, reporter=ReporterRule.ANY,
        desks=tuple(desk.name for desk in DESKS), organization=ORGANIZATION,
        presets=(Preset("contract", (HIDDEN,)),), escalate_to=BOSS,
    )  # fmt: skip
    return {
        ABROAD: abroad,
        PREMIUM: Chat(PREMIUM, "Premium", True, Plan.PREMIUM, reporter=ReporterRule.ANY),
        ENTERPRISE: Chat(ENTERPRISE, "Enterprise", True, reporter=ReporterRule.ANY),
    }


class Inside:
    """What ends with the process."""

    def __init__(self, outside: Outside) -> None:
        self.store = outside.disk.store(outside.wall, outside.steady, outside.randbits)
        log = _log(outside.bug)
        # Its people are few and ask often, and the promise is that each is answered with a form.
        often = Limits(open_forms_per_person=100, requests_per_person_per_hour=10_000)
        rules = Rules(
            "https://help.example",
            read_address=lambda typed: typed,
            limits=often,
            reactions=Reactions(ARRIVED, FAILED),
            answering=Answering("severity"),
            desks=DESKS,
        )
        self._chats = outside.chats
        records = self.records = Records(self.store, rules, self._chat, log)
        chat, desk = outside.chat, outside.desk
        self.basics = Basics(records, chat, desk, log)
        frames = outside.frames
        read = (lambda raw: frames[raw].event), (lambda raw: frames[raw].told)
        self.intake = Intake(records, *read, StoreOutage(log), log)
        self.door = Door(records, *read, log)
        policy = Policy("invite", GRACE_MS, OnDoubt.RETRY, Patience())
        tools = Tools(records, chat, desk, policy, log)
        carry_out = performers(tools)
        self.couriers = {
            to: Courier(
                Settler(tools, to, outside.chance, KeyAges(outside.steady)), carry_out, Hands(2)
            )
            for to in PLATFORMS
        }
        self.watch, self.slow_watch = watches(
            records,
            desk,
            self.basics,
            owner="sim",
            interval_ms=INTERVAL_MS,
            overlap_ms=OVERLAP_MS,
            steady=outside.steady,
            log=log,
        )
        self.janitor = Janitor(records, log)
        self.doubts = {to: Doubts(tools, carry_out, to, outside.steady) for to in PLATFORMS}

    def start(self, weather: Weather) -> None:
        """Do what `Daemon` does before its threads start; dying is possible from then on."""
        self.store.lock()
        self.store.write(lambda tx: tx.inbox.free_all())
        self.store.write(lambda tx: tx.leases.steal_all())
        self.janitor.rescue_all()
        self.store.weather = weather

    def poll(self) -> int:
        """Poll now, whenever the next poll is due."""
        self.store.write(lambda tx: tx.looks.ask(watching.poll(Ms(0))))
        return self.watch.look(Reason.CHANGES)

    def _chat(self, chat_id: ChatId) -> Chat:
        return self._chats.get(chat_id, Chat(chat_id))


_OUTSIDE = (RemoteFailure, LeaseLost, Conflict)


def _log(bug: Callable[[str], None]) -> Any:
    """A log that only looks for exceptions that no platform and no other process caused."""

    def look(logger: Any, name: str, line: dict[str, Any]) -> dict[str, Any]:
        failure = line.get("exc_info")
        if failure and not isinstance(failure, _OUTSIDE):
            bug(f"{line['event']}: {structlog.processors.format_exc_info(logger, name, line)}")
        raise structlog.DropEvent

    errors_only = structlog.make_filtering_bound_logger("warning")
    return structlog.wrap_logger(None, processors=[look], wrapper_class=errors_only).bind()
