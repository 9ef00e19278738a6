"""Puts syncd together; the one place that names concrete adapters."""

import os
import platform
import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from syncd import log
from syncd.alerting.address import Address
from syncd.alerting.webhook import Webhook
from syncd.chat.lark import features, wire
from syncd.chat.lark.client import LarkMessenger
from syncd.chat.lark.connection.socket import LarkSocket
from syncd.chat.lark.connection.timing import Timing
from syncd.chat.lark.translation.translator import LarkTranslator
from syncd.config import Config
from syncd.config.values import read_address
from syncd.core.desks.desk import projects
from syncd.core.errors import Hears, nobody_hears
from syncd.core.known import Limits, Reactions, Rules
from syncd.core.model import PLATFORMS, ChatId, DeliveryId, Destination, Ms
from syncd.core.operators.meter import Meter
from syncd.core.retry import Patience
from syncd.core.wording import words
from syncd.core.wording.table import Wording
from syncd.helpdesk.jsm import features as jsm_features
from syncd.helpdesk.jsm.client import JsmHelpdesk
from syncd.helpdesk.jsm.forms.calls import standard_host
from syncd.helpdesk.jsm.settings import JsmSettings
from syncd.loops.incoming.canary import Canary
from syncd.loops.incoming.catchup import CatchUp
from syncd.loops.incoming.clicks import Door
from syncd.loops.incoming.intake import Intake
from syncd.loops.keep.alarms import Alarms
from syncd.loops.keep.census import census
from syncd.loops.keep.condition import TROUBLES, Condition
from syncd.loops.keep.dead_man import DeadMan
from syncd.loops.keep.janitor import Janitor
from syncd.loops.keep.prerequisites import Basics
from syncd.loops.keep.presence import this_process
from syncd.loops.keep.report import Line, Report
from syncd.loops.keep.retention import Sweeper
from syncd.loops.keep.second_way import SecondWay
from syncd.loops.keep.site import SitePin
from syncd.loops.outgoing.courier import Courier
from syncd.loops.outgoing.doubts import Doubts
from syncd.loops.outgoing.hands import Hands
from syncd.loops.outgoing.key_ages import KeyAges
from syncd.loops.outgoing.kinds import performers
from syncd.loops.outgoing.performing import Policy, Tools
from syncd.loops.outgoing.reach import Reach
from syncd.loops.outgoing.settling import Settler
from syncd.loops.records import Records
from syncd.loops.watch.watch import watches
from syncd.network.network import Network
from syncd.ops.metrics.counted import Vocabulary
from syncd.ops.metrics.page import Metrics
from syncd.ops.metrics.standing import Sources
from syncd.ops.pulse import Pulse
from syncd.store.store import Store
from syncd.store_outage import StoreOutage
from syncd.translation.chat_completions import ChatCompletions

_ALL_REQUESTS = "/servicedesk/customer/user/requests"
"""Where a portal lists all one's requests, unless `help.requests_url` names another place."""


def wall_clock() -> Ms:
    """Return the time of day in epoch milliseconds."""
    return Ms(time.time_ns() // 1_000_000)


def steady_clock() -> Ms:
    """Return monotonic milliseconds."""
    return Ms(time.monotonic_ns() // 1_000_000)


class App:
    """All parts of a running syncd, put together; nothing is started and nobody is called.

    `monotonic` returns seconds; by it the helpdesk's pauses and logins end. `timing` says how long
    the long connection waits for what.
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        monotonic: Callable[[], float] = time.monotonic,
        timing: Timing | None = None,
    ) -> None:
        def steady() -> int:
            return int(monotonic() * 1000)

        self.config, self.store = config, store
        self.metrics = metrics = Metrics(_vocabulary(), monotonic)
        store.meter = meter = metrics.meter
        self.records = records = make_records(config, store, meter)
        reach, network = Reach(), make_network(config)
        self.messenger = messenger = make_messenger(config, network, reach.heard, meter)
        self.helpdesk = helpdesk = make_helpdesk(config, network, monotonic, reach.heard, meter)
        chats = tuple(ChatId(chat.id) for chat in config.chats)
        self.basics = Basics(records, messenger, helpdesk, log.get("basics"), chats)
        self.outage = StoreOutage(log.get("store"))
        self.pulse = Pulse(monotonic)
        frames = wire.read_event, wire.envelope
        self.intake = Intake(
            records, *frames, self.outage, log.get("intake"), lambda: self.catchup.unread()
        )
        self.door = Door(records, *frames, log.get("door"))
        self.socket = socket = _socket(
            config,
            self.intake,
            self.door,
            network,
            partial(reach.heard, Destination.LARK, None),
            self.pulse,
            meter,
            timing,
        )
        self.webhook = webhook = make_webhook(config, network, reach.heard)
        policy, delivering = _policy(config), log.get("delivering")
        self.translator = translator = make_translator(config, network, reach.heard, meter)
        tools = Tools(records, messenger, helpdesk, policy, delivering, reach, webhook, translator)
        carry_out = performers(tools)
        workers = workers_of(config)
        self.couriers = {
            to: Courier(
                Settler(tools, to, random.random, KeyAges(steady)),
                carry_out,
                # One worker is kept for what is urgent, and one for the other chats.
                Hands(max(workers[to] - 2, 1)),
            )
            for to in PLATFORMS
        }
        self.doubts = {to: Doubts(tools, carry_out, to, steady) for to in PLATFORMS}
        # Containers may have the same name, and each a process 1.
        owner = f"{platform.node()}:{os.getpid()}:{os.urandom(4).hex()}"
        # The watch takes what costs Jira one call for many, the slow one what may ask the portal,
        # which must not hold up the poll.
        self.watch, self.slow_watch = watches(
            records,
            helpdesk,
            self.basics,
            owner=owner,
            interval_ms=config.poll.interval_seconds * 1000,
            overlap_ms=config.poll.overlap_seconds * 1000,
            steady=steady,
            log=log.get("watch"),
        )

        def since() -> Ms | None:
            return socket.state().connected_since

        reading = records, messenger, self.intake, lambda: _listening(socket)
        self.catchup = CatchUp(*reading, chats, steady, log.get("catchup"))
        self.canary = Canary(
            records, messenger, self.catchup, since, socket.reconnect, log.get("canary")
        )
        self.alarms = Alarms(records, lambda: since() is not None, log.get("alarms"))
        alone = Settler(tools, Destination.WEBHOOK, random.random, KeyAges(steady))
        self.second_way = SecondWay(
            records, Courier(alone, carry_out, Hands(1)), log.get("second-way")
        )
        engine = Settler(tools, Destination.ENGINE, random.random, KeyAges(steady))
        self.translation = Courier(engine, carry_out, Hands(1))
        self.condition = condition = Condition(
            store,
            records.board,
            reach,
            self.outage,
            lambda: self.basics.account is not None,
            lambda: since() is not None,
            lambda: bool(socket.state().attempts),
        )
        self.heartbeat = make_heartbeat(config, network)
        self.dead_man = self.heartbeat and DeadMan(
            condition.wrong, self.heartbeat.get, steady, log.get("dead-man")
        )
        self.janitor = Janitor(records, log.get("janitor"))
        self.sweeper = Sweeper(store, config.store.retention_days, log.get("sweeper"))
        self.site = SitePin(
            store, helpdesk, config.jsm.api_base, projects(config.all_desks()), log.get("site")
        )
        self.report = Report(
            store, this_process(owner), lambda: _line(socket), records.board, steady_clock
        )
        sources = Sources(
            condition.connected, condition.ready, condition.standing, TROUBLES, store.kind
        )
        quota = config.lark.monthly_quota
        metrics.ask(lambda: census(store), sources, quota, features.FREE)

    def close(self) -> None:
        self.messenger.close()
        self.helpdesk.close()
        for called in (self.webhook, self.heartbeat, self.translator):
            if called:
                called.close()
        self.store.close()


def _vocabulary() -> Vocabulary:
    of_platforms = {Destination.LARK: features.FEATURES, Destination.JSM: jsm_features.FEATURES}
    return Vocabulary(wire.KINDS, of_platforms)


def workers_of(config: Config) -> dict[Destination, int]:
    """Return how many threads carry deliveries to each destination."""
    return {
        Destination.LARK: config.delivery.lark_workers,
        Destination.JSM: config.delivery.jsm_workers,
    }


def open_store(config: Config) -> Store:
    """Open the configured database; nothing is read or made yet."""
    return open_store_at(config.store.url)


def open_store_at(url: str) -> Store:
    """Open the database of that address; nothing is read or made yet."""
    return Store.open(url, clock=wall_clock, steady=steady_clock)


def make_network(config: Config) -> Network:
    """ConfigError where a proxy or the certificates cannot be used."""
    network = Network(config.network.proxy, config.network.ca_file)
    for address in (config.lark.base_url, config.jsm.api_base, forms_base(config)):
        network.way(address)
    return network


def make_webhook(config: Config, network: Network, heard: Hears = nobody_hears) -> Webhook | None:
    """Return the second way of alarms; None where there is none."""
    url = config.alerts.urls()["webhook_url"]
    return Webhook(url, network, heard) if url else None


def make_heartbeat(config: Config, network: Network) -> Address | None:
    """Return the address that is called while all is well; None where there is none."""
    url = config.alerts.urls()["heartbeat_url"]
    return Address(url, network) if url else None


def make_translator(
    config: Config, network: Network, heard: Hears = nobody_hears, meter: Meter | None = None
) -> LarkTranslator | ChatCompletions | None:
    """Return the engine that translates; None where there is none."""
    asked, lark = config.translate, config.lark
    if asked.engine == "lark":
        login = lark.base_url, lark.app_id, lark.app_secret.get_secret_value()
        return LarkTranslator(*login, time.monotonic, network, heard, meter)
    key = asked.api_key.get_secret_value()
    named = asked.engine == "openai"
    return ChatCompletions(asked.address, asked.model, key, network, heard) if named else None


def new_key() -> DeliveryId:
    """Return an id for a message that belongs to no delivery."""
    return DeliveryId(os.urandom(12).hex())


def make_messenger(
    config: Config, network: Network, heard: Hears = nobody_hears, meter: Meter | None = None
) -> LarkMessenger:
    lark = config.lark
    login = lark.base_url, lark.app_id, lark.app_secret.get_secret_value()
    return LarkMessenger(*login, now=time.monotonic, network=network, heard=heard, meter=meter)


def make_helpdesk(
    config: Config,
    network: Network,
    monotonic: Callable[[], float] = time.monotonic,
    heard: Hears = nobody_hears,
    meter: Meter | None = None,
) -> JsmHelpdesk:
    jsm, first = config.jsm, config.all_desks()[0]
    settings = JsmSettings(
        api_base=jsm.api_base,
        account_email=jsm.account_email,
        api_token=jsm.api_token.get_secret_value(),
        service_desk=first.service_desk,
        project=first.project,
        request_type=first.request_types[0],
        named=tuple(desk for desk in config.all_desks() if desk.name),
        marker_field=jsm.marker_field,
        forms_base=forms_base(config),
        choices=jsm.choices,
        first_response=config.severity.first_response,
        # Who is to be refused when unknown is known when Jira says so; who can be invited is
        # known only when the desk lists them.
        desk_only=jsm.unknown_reporter != "refuse",
    )
    return JsmHelpdesk(
        settings,
        monotonic=monotonic,
        chance=random.random,
        network=network,
        heard=heard,
        meter=meter,
    )


def forms_base(config: Config) -> str:
    """Return where the request type's Form is asked for."""
    return config.jsm.forms_base or standard_host(config.jsm.api_base)


def make_records(config: Config, store: Store, meter: Meter | None = None) -> Records:
    rules = Rules(
        portal_base=config.jsm.portal_base,
        read_address=read_address,
        alarm_chat=ChatId(config.alerts.chat),
        alarm_webhook=bool(config.alerts.urls()["webhook_url"]),
        token_expires=config.jsm.token_expires,
        alarm_language=config.defaults.language,
        translates=bool(config.translate.engine),
        contact=config.help.contact,
        requests_url=config.help.requests_url or config.jsm.portal_base + _ALL_REQUESTS,
        limits=Limits(**config.limits.model_dump()),
        points_out_secrets=config.forms.point_out_secrets,
        reactions=Reactions(**config.reactions.model_dump()),
        answering=config.answering(),
        desks=config.all_desks(),
        notes_ratings=config.jsm.on_rating_refused == "note",
    )
    about = store, rules, config.chat, log.get("records")
    return Records(*about, meter=meter or Meter())


def _listening(socket: LarkSocket) -> tuple[Ms | None, Ms | None]:
    state = socket.state()
    return state.connected_since, state.last_frame


def _line(socket: LarkSocket) -> Line:
    state = socket.state()
    return Line(state.connected_since, state.attempts, state.last_error)


def _policy(config: Config) -> Policy:
    return Policy(
        unknown_reporter=config.jsm.unknown_reporter,
        grace_ms=config.jsm.doubt_grace_seconds * 1000,
        on_doubt=config.jsm.on_doubt,
        patience=Patience(age_ms=config.delivery.give_up_after_hours * 3_600_000),
        characters_per_month=config.translate.characters_per_month,
        deletes_recalled=config.jsm.on_recall == "delete",
    )


def _socket(
    config: Config,
    intake: Intake,
    door: Door,
    network: Network,
    on_open: Callable[[], None],
    pulse: Pulse,
    meter: Meter,
    timing: Timing | None,
) -> LarkSocket:
    def wording_of(raw: bytes) -> Wording:
        return words(wire.language_of(raw) or config.defaults.language)

    def on_card(raw: bytes, is_late: Callable[[], bool]) -> dict[str, Any]:
        with pulse.round("lark-card"):
            toast = door.answer(raw, is_late)
        return wire.card_answer(toast.tone.value, toast.text)

    def on_events(raws: Sequence[bytes]) -> None:
        with pulse.round("lark-event"):
            intake.receive(raws)

    return LarkSocket(
        config.lark.base_url,
        config.lark.app_id,
        config.lark.app_secret.get_secret_value(),
        on_events=on_events,
        on_card=on_card,
        late_answer=lambda raw: wire.card_answer("info", wording_of(raw).received_late),
        failed_answer=lambda raw: wire.card_answer("error", wording_of(raw).our_fault),
        clock=wall_clock,
        chance=random.random,
        network=network,
        on_open=on_open,
        meter=meter,
        timing=timing,
    )
