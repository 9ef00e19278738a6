"""One life of syncd: the real loops over the real store, put together as `syncd.app` does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from simulation.chat import ENTERPRISE, PREMIUM, FakeChat
from simulation.desk import FakeDesk
from simulation.disk import Disk
from simulation.weather import Weather

from syncd.core.decide.known import Rules
from syncd.core.doubt import OnDoubt
from syncd.core.errors import RemoteFailure
from syncd.core.events import Received
from syncd.core.model import Chat, ChatId, Destination, MessageId, Plan
from syncd.core.retry import Patience
from syncd.loops.basics import Basics
from syncd.loops.courier import Courier
from syncd.loops.door import Door
from syncd.loops.doubts import Doubts
from syncd.loops.intake import Intake
from syncd.loops.janitor import Janitor
from syncd.loops.people import People
from syncd.loops.perform_chat import ChatPerformer
from syncd.loops.perform_helpdesk import HelpdeskPerformer
from syncd.loops.poller import Poller
from syncd.loops.portal_round import PortalRound
from syncd.loops.records import Records
from syncd.loops.rereader import Rereader
from syncd.loops.stragglers import Stragglers
from syncd.loops.sweeps import Sweeps
from syncd.outage import StoreOutage
from syncd.store.failures import Conflict, LeaseLost

OVERLAP_MS = 60_000
GRACE_MS = 300_000


@dataclass(frozen=True)
class Frame:
    """What the long connection brings; `raw` is only its number."""

    raw: bytes
    event: Received
    event_id: str
    kind: str
    message_id: MessageId | None


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
    return {
        PREMIUM: Chat(PREMIUM, "Premium", enabled=True, plan=Plan.PREMIUM),
        ENTERPRISE: Chat(ENTERPRISE, "Enterprise", enabled=True, plan=Plan.ENTERPRISE),
    }


class Inside:
    """What ends with the process."""

    def __init__(self, outside: Outside) -> None:
        self.store = outside.disk.store(outside.wall, outside.steady, outside.randbits)
        log = _log(outside.bug)
        rules = Rules("https://help.example", read_address=lambda typed: typed)
        self._chats = outside.chats
        records = self.records = Records(self.store, rules, self._chat, log)
        chat, desk = outside.chat, outside.desk
        people = People(self.store, chat, desk)
        self.basics = Basics(records, chat, desk, log)
        frames = outside.frames
        self.intake = Intake(
            records, lambda raw: frames[raw].event, frames.__getitem__, StoreOutage(log), log
        )
        self.door = Door(records, lambda raw: frames[raw].event, frames.__getitem__, log)
        self.couriers = {
            to: Courier(records, to, performer, Patience(), outside.chance, outside.steady, log)
            for to, performer in (
                (Destination.LARK, ChatPerformer(records, chat, desk, people, log)),
                (Destination.JSM, HelpdeskPerformer(records, desk, people, "invite", log)),
            )
        }
        self.poller = Poller(records, desk, self.basics, "sim", OVERLAP_MS, log)
        self.sweeps = Sweeps(records, self.poller, log)
        self.rereader = Rereader(records, desk, log)
        self.portal_round = PortalRound(records, desk, log)
        self.stragglers = Stragglers(records, desk, log)
        self.janitor = Janitor(records, log)
        doubt = (GRACE_MS, OnDoubt.RETRY, Patience(), outside.steady)
        self.doubts = {to: Doubts(records, to, chat, desk, *doubt, log) for to in Destination}

    def start(self, weather: Weather) -> None:
        """Do what `Daemon` does before its threads start; dying is possible from then on."""
        self.store.lock()
        self.store.write(lambda tx: tx.inbox.free_all())
        self.store.write(lambda tx: tx.leases.steal_all())
        self.janitor.rescue_all()
        self.store.weather = weather

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
