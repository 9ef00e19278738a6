"""A served fake Lark, the adapter's messenger and socket, and real connections between them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from lark_listening import FAILED, LATE, QUICK, Handlers, is_open

from syncd.chat.lark.client import LarkMessenger
from syncd.chat.lark.connection.socket import LarkSocket
from syncd.chat.lark.connection.timing import Timing
from syncd.sandbox.journal import Call
from syncd.sandbox.lark.app import lark_app
from syncd.sandbox.lark.people import LarkPeople
from syncd.sandbox.lark.seed import seed
from syncd.sandbox.lark.state import LarkState
from syncd.sandbox.server import Servers, Watched
from syncd.sandbox.world import World


@dataclass
class Lark:
    """The fake and what its people do."""

    world: World
    state: LarkState
    people: LarkPeople
    url: str

    def calls(self, path_part: str, method: str = "") -> list[Call]:
        return self.world.journal.calls("lark", path_part, method)


@pytest.fixture
def lark() -> Iterator[Lark]:
    world = World()
    state = seed(LarkState(world))
    servers = Servers({"lark": Watched(lark_app(state), "lark", world)})
    servers.start()
    yield Lark(world, state, LarkPeople(state), servers.address("lark"))
    servers.stop()


@pytest.fixture
def new_messenger(lark: Lark) -> Iterator[Callable[..., LarkMessenger]]:
    """Make messengers; all are closed at the end."""
    made: list[LarkMessenger] = []

    def world_time() -> float:
        return lark.world.clock.now_ms() / 1000

    def make(
        secret: str = lark.state.app_secret,
        url: str = lark.url,
        now: Callable[[], float] = world_time,
        read_timeout: float = 10.0,
    ) -> LarkMessenger:
        made.append(
            LarkMessenger(url, "cli_5a4db0c5a4db0c5a", secret, now=now, read_timeout=read_timeout)
        )
        return made[-1]

    yield make
    for messenger in made:
        messenger.close()


@pytest.fixture
def messenger(new_messenger: Callable[..., LarkMessenger]) -> LarkMessenger:
    return new_messenger()


@pytest.fixture
def handlers() -> Iterator[Handlers]:
    made = Handlers()
    yield made
    made.gate.set()


@pytest.fixture
def new_socket(lark: Lark, handlers: Handlers) -> Iterator[Callable[..., LarkSocket]]:
    """Make sockets; all are stopped at the end."""
    made: list[LarkSocket] = []

    def make(timing: Timing = QUICK, secret: str = lark.state.app_secret) -> LarkSocket:
        socket = LarkSocket(
            lark.url,
            "cli_5a4db0c5a4db0c5a",
            secret,
            on_events=handlers.on_events,
            on_card=handlers.on_card,
            late_answer=lambda raw: LATE,
            failed_answer=lambda raw: FAILED,
            clock=lark.world.clock.now_ms,
            chance=lambda: 0.5,
            timing=timing,
        )
        made.append(socket)
        socket.start()
        return socket

    yield make
    handlers.gate.set()
    for socket in made:
        socket.stop()


@pytest.fixture
def open_socket(lark: Lark, new_socket: Callable[..., LarkSocket]) -> LarkSocket:
    socket = new_socket()
    assert is_open(lark, socket)
    return socket
