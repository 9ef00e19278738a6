"""Puts syncd together; the one place that names concrete adapters."""

import json
import os
import platform
import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from syncd import log
from syncd.chat.lark import wire
from syncd.chat.lark.client import LarkMessenger
from syncd.chat.lark.socket import LarkSocket
from syncd.config import Config
from syncd.config.values import read_address
from syncd.core.decide.known import Rules
from syncd.core.errors import StoreError
from syncd.core.model import ChatId, Destination, Ms
from syncd.core.retry import Patience
from syncd.core.wording import words
from syncd.core.wording.table import Wording
from syncd.helpdesk.jsm.client import JsmHelpdesk
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.loops.basics import Basics
from syncd.loops.canary import Canary
from syncd.loops.catchup import CatchUp
from syncd.loops.courier import Courier
from syncd.loops.door import Door
from syncd.loops.doubts import Doubts
from syncd.loops.intake import Intake
from syncd.loops.janitor import Janitor
from syncd.loops.moves import Moves
from syncd.loops.people import People
from syncd.loops.perform_chat import ChatPerformer
from syncd.loops.perform_helpdesk import HelpdeskPerformer
from syncd.loops.poller import Poller
from syncd.loops.portal_round import PortalRound
from syncd.loops.records import Records
from syncd.loops.rereader import Rereader
from syncd.loops.stragglers import Stragglers
from syncd.loops.sweeper import Sweeper
from syncd.loops.sweeps import Sweeps
from syncd.loops.troubles import Alarms
from syncd.outage import StoreOutage
from syncd.store.store import Store

SOCKET_REPORT = ("health", "socket")
"""Where the daemon leaves the state of its socket for `syncd status`."""
_SITE = ("site", "jsm")


def wall_clock() -> Ms:
    """Return the time of day in epoch milliseconds."""
    return Ms(time.time_ns() // 1_000_000)


def steady_clock() -> Ms:
    """Return milliseconds that are never set back."""
    return Ms(time.monotonic_ns() // 1_000_000)


@dataclass(frozen=True)
class App:
    """All parts of a running syncd."""

    config: Config
    store: Store
    records: Records
    outage: StoreOutage
    messenger: LarkMessenger
    helpdesk: JsmHelpdesk
    basics: Basics
    intake: Intake
    door: Door
    couriers: dict[Destination, Courier]
    poller: Poller
    janitor: Janitor
    doubts: dict[Destination, Doubts]
    stragglers: Stragglers
    rereader: Rereader
    portal_round: PortalRound
    moves: Moves
    socket: LarkSocket
    catchup: CatchUp
    canary: Canary
    alarms: Alarms
    sweeper: Sweeper
    sweeps: Sweeps

    def report(self) -> None:
        """Leave the state of the socket in the store, where `syncd status` finds it."""
        state = json.dumps(asdict(self.socket.state()))
        self.store.write(lambda tx: tx.cache.put(*SOCKET_REPORT, state))

    def check_site(self) -> None:
        """Refuse to go on with another helpdesk's tickets: their numbers mean nothing here."""
        here = f"{self.config.jsm.api_base} {self.config.jsm.project}"
        with self.store.read() as tx:
            before, linked = tx.cache.get(*_SITE), tx.links.count()
        if before is not None and before != here and linked:
            raise StoreError(
                f"jsm.api_base and jsm.project were {before!r} and are {here!r} now, but "
                f"{linked} threads are linked to tickets there; give another site its own store"
            )
        self.store.write(lambda tx: tx.cache.put(*_SITE, here))

    def close(self) -> None:
        self.messenger.close()
        self.helpdesk.close()
        self.store.close()


def open_store(config: Config) -> Store:
    """Open the configured database; nothing is read or made yet."""
    return Store.open(config.store.url, clock=wall_clock, steady=steady_clock)


def make_messenger(config: Config) -> LarkMessenger:
    lark = config.lark
    return LarkMessenger(
        lark.base_url, lark.app_id, lark.app_secret.get_secret_value(), now=time.monotonic
    )


def make_helpdesk(config: Config, monotonic: Callable[[], float] = time.monotonic) -> JsmHelpdesk:
    jsm = config.jsm
    settings = JsmSettings(
        api_base=jsm.api_base,
        account_email=jsm.account_email,
        api_token=jsm.api_token.get_secret_value(),
        service_desk=jsm.service_desk,
        project=jsm.project,
        request_type=jsm.request_type,
        marker_field=jsm.marker_field,
        # Who is to be refused when unknown is known when Jira says so; who can be invited is
        # known only when the desk lists them.
        desk_only=jsm.unknown_reporter != "refuse",
    )
    return JsmHelpdesk(settings, monotonic=monotonic, chance=random.random)


def make_records(config: Config, store: Store) -> Records:
    rules = Rules(
        portal_base=config.jsm.portal_base,
        read_address=read_address,
        alarm_chat=ChatId(config.alerts.chat),
        alarm_language=config.defaults.language,
        project=config.jsm.project,
    )
    return Records(store, rules, config.chat, log.get("records"))


def build(config: Config, store: Store, monotonic: Callable[[], float] = time.monotonic) -> App:
    """Put everything together; nothing is started and nobody is called.

    `monotonic` returns seconds; by it the helpdesk's pauses and logins end.
    """
    records = make_records(config, store)
    messenger, helpdesk = make_messenger(config), make_helpdesk(config, monotonic)
    people = People(store, messenger, helpdesk)
    basics = Basics(records, messenger, helpdesk, log.get("basics"))
    outage = StoreOutage(log.get("store"))
    intake = Intake(records, wire.read_event, wire.envelope, outage, log.get("intake"))
    door = Door(records, wire.read_event, wire.envelope, log.get("door"))
    socket = _socket(config, intake, door)
    poller = Poller(
        records,
        helpdesk,
        basics,
        # Containers may have the same name, and each a process 1.
        owner=f"{platform.node()}:{os.getpid()}:{os.urandom(4).hex()}",
        overlap_ms=config.poll.overlap_seconds * 1000,
        log=log.get("poller"),
    )
    catchup = CatchUp(
        records,
        messenger,
        intake,
        lambda: _listening(socket),
        tuple(ChatId(chat.id) for chat in config.chats),
        log.get("catchup"),
    )
    return App(
        config=config,
        store=store,
        records=records,
        outage=outage,
        messenger=messenger,
        helpdesk=helpdesk,
        basics=basics,
        intake=intake,
        door=door,
        couriers=_couriers(config, records, messenger, helpdesk, people, monotonic),
        poller=poller,
        janitor=Janitor(records, log.get("janitor")),
        rereader=Rereader(records, helpdesk, log.get("rereader")),
        portal_round=PortalRound(records, helpdesk, log.get("portal_round")),
        moves=Moves(records, helpdesk, log.get("moves")),
        doubts=_doubts(config, records, messenger, helpdesk, monotonic),
        stragglers=Stragglers(records, helpdesk, log.get("stragglers")),
        socket=socket,
        catchup=catchup,
        canary=Canary(
            records,
            messenger,
            catchup,
            lambda: socket.state().connected_since,
            socket.reconnect,
            log.get("canary"),
        ),
        alarms=Alarms(
            records, lambda: socket.state().connected_since is not None, log.get("alarms")
        ),
        sweeper=Sweeper(store, config.store.retention_days, log.get("sweeper")),
        sweeps=Sweeps(records, poller, log.get("sweeps")),
    )


def _listening(socket: LarkSocket) -> tuple[Ms | None, Ms | None]:
    state = socket.state()
    return state.connected_since, state.last_frame


def _couriers(
    config: Config,
    records: Records,
    messenger: LarkMessenger,
    helpdesk: JsmHelpdesk,
    people: People,
    monotonic: Callable[[], float],
) -> dict[Destination, Courier]:
    chat = ChatPerformer(records, messenger, helpdesk, people, log.get("showing"))
    desk = HelpdeskPerformer(
        records, helpdesk, people, config.jsm.unknown_reporter, log.get("filing")
    )
    return {
        destination: Courier(
            records,
            destination,
            performer,
            _patience(config),
            random.random,
            lambda: int(monotonic() * 1000),
            log.get("courier"),
        )
        for destination, performer in ((Destination.LARK, chat), (Destination.JSM, desk))
    }


def _doubts(
    config: Config,
    records: Records,
    messenger: LarkMessenger,
    helpdesk: JsmHelpdesk,
    monotonic: Callable[[], float],
) -> dict[Destination, Doubts]:
    return {
        destination: Doubts(
            records,
            destination,
            messenger,
            helpdesk,
            config.jsm.doubt_grace_seconds * 1000,
            config.jsm.on_doubt,
            _patience(config),
            lambda: int(monotonic() * 1000),
            log.get("doubts"),
        )
        for destination in Destination
    }


def _patience(config: Config) -> Patience:
    return Patience(age_ms=config.delivery.give_up_after_hours * 3_600_000)


def _socket(config: Config, intake: Intake, door: Door) -> LarkSocket:
    def wording_of(raw: bytes) -> Wording:
        return words(wire.language_of(raw) or config.defaults.language)

    def on_card(raw: bytes, is_late: Callable[[], bool]) -> dict[str, Any]:
        toast = door.answer(raw, is_late)
        return wire.card_answer(toast.tone.value, toast.text)

    return LarkSocket(
        config.lark.base_url,
        config.lark.app_id,
        config.lark.app_secret.get_secret_value(),
        on_event=intake.receive,
        on_card=on_card,
        late_answer=lambda raw: wire.card_answer("info", wording_of(raw).received_late),
        failed_answer=lambda raw: wire.card_answer("error", wording_of(raw).our_fault),
        clock=wall_clock,
        chance=random.random,
    )
