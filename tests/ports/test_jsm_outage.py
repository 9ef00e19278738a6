import socket
import threading
import time
from collections.abc import Callable

import pytest
from jsm_served import Served, filing

from syncd.core.errors import Unavailable, Uncertain
from syncd.core.model import DeliveryId, Ms, TicketId, TicketKey
from syncd.core.prose.said import blocks
from syncd.helpdesk.jsm.client import JsmHelpdesk
from syncd.network.bounded import MOST_BYTES
from syncd.sandbox.jsm.limits import too_many

CREATE = "POST /rest/servicedeskapi/request$"
COMMENT = "POST /rest/api/3/issue/HELP-1/comment$"


def ready(here: Served, **settings: object) -> JsmHelpdesk:
    """A helpdesk that knows the form, so that a create is its next call."""
    helpdesk = here.helpdesk(**settings)
    helpdesk.form()
    here.people.create_ticket("aiko", "The first")
    return helpdesk


def comment(helpdesk: JsmHelpdesk) -> None:
    helpdesk.add_comment(TicketKey("HELP-1"), "Aiko", blocks("x"), DeliveryId("D1"))


def create(helpdesk: JsmHelpdesk) -> None:
    helpdesk.create(filing())


WRITES = pytest.mark.parametrize(
    ("route", "write"), [(CREATE, create), (COMMENT, comment)], ids=["create", "comment"]
)
READS: dict[str, Callable[[JsmHelpdesk], object]] = {
    "search": lambda h: h.changed_since(Ms(0), ""),
    "tickets": lambda h: h.tickets([TicketId("10001")]),
    "form": lambda h: h.form(),
    "whoami": lambda h: h.whoami(),
    "account": lambda h: h.make_account("x@y.example", "X", invite=True),
}
EACH_READ = pytest.mark.parametrize("read", READS.values(), ids=READS.keys())


def closed_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


@WRITES
def test_refused_connection_sent_nothing(
    here: Served, route: str, write: Callable[[JsmHelpdesk], None]
) -> None:
    helpdesk = here.helpdesk(api_base=f"http://127.0.0.1:{closed_port()}")
    with pytest.raises(Unavailable):
        write(helpdesk)
    with pytest.raises(Unavailable):
        helpdesk.whoami()


@WRITES
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_write_whose_answer_is_lost_is_in_doubt_and_not_repeated(
    here: Served, route: str, write: Callable[[JsmHelpdesk], None], kind: str
) -> None:
    helpdesk = ready(here)
    fault = here.fault(route, kind, times=-1)
    with pytest.raises(Uncertain):
        write(helpdesk)
    assert fault.hits == 1
    tickets = here.people.tickets()
    found = len(tickets) - 1 + len(tickets[0].comments)
    assert found == (1 if kind == "drop_after" else 0)


@WRITES
def test_write_that_takes_too_long_is_in_doubt(
    here: Served, route: str, write: Callable[[JsmHelpdesk], None]
) -> None:
    helpdesk = ready(here, write_seconds=0.2)
    here.fault(route, "hang", seconds=1.0)
    with pytest.raises(Uncertain):
        write(helpdesk)


@WRITES
@pytest.mark.parametrize("status", [500, 502, 503])
def test_write_answered_by_a_broken_server_is_in_doubt(
    here: Served, route: str, write: Callable[[JsmHelpdesk], None], status: int
) -> None:
    helpdesk = ready(here)
    here.fault(route, "refuse", status=status, headers={"Retry-After": "3"})
    with pytest.raises(Uncertain):
        write(helpdesk)


@WRITES
def test_write_done_but_told_in_nonsense_is_in_doubt(
    here: Served, route: str, write: Callable[[JsmHelpdesk], None]
) -> None:
    helpdesk = ready(here)
    here.fault(route, "refuse", status=201, body="<html>thanks</html>")
    with pytest.raises(Uncertain):
        write(helpdesk)


@WRITES
def test_rate_limited_write_did_nothing_and_says_when_to_come_back(
    here: Served, route: str, write: Callable[[JsmHelpdesk], None]
) -> None:
    helpdesk = ready(here)
    now = here.world.clock.now_ms()
    reason = "jira-per-issue-on-write"
    here.world.faults.add(too_many(route, reason=reason, now_ms=now, retry_after=20))
    with pytest.raises(Unavailable) as failure:
        write(helpdesk)
    assert failure.value.retry_after is not None
    assert failure.value.retry_after >= 20


@EACH_READ
@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_read_whose_answer_is_lost_is_an_outage(
    here: Served, read: Callable[[JsmHelpdesk], object], kind: str
) -> None:
    helpdesk = ready(here)
    here.fault(".*", kind, times=-1)
    with pytest.raises(Unavailable):
        read(helpdesk)
    assert len(here.people.tickets()) == 1


@EACH_READ
@pytest.mark.parametrize(
    ("status", "body"), [(200, "<html>hello</html>"), (200, "{}"), (302, ""), (503, "busy")]
)
def test_read_answered_in_nonsense_is_an_outage(
    here: Served, read: Callable[[JsmHelpdesk], object], status: int, body: str
) -> None:
    helpdesk = ready(here)
    helpdesk.changed_since(Ms(0), "")
    told = {"Location": "/elsewhere", "X-AACCOUNTID": "712020:bot"}
    here.fault(".*", "refuse", times=-1, status=status, body=body, headers=told)
    with pytest.raises(Unavailable):
        read(helpdesk)


def test_read_that_takes_too_long_is_an_outage(here: Served) -> None:
    helpdesk = here.helpdesk(read_seconds=0.2)
    here.fault("POST /rest/api/3/search/jql", "hang", seconds=1.0)
    with pytest.raises(Unavailable):
        helpdesk.changed_since(Ms(0), "")


def test_lost_invitation_is_found_when_asked_again(here: Served) -> None:
    helpdesk = here.helpdesk()
    here.fault(".*/invite$", "drop_after")
    with pytest.raises(Unavailable):
        helpdesk.make_account("new@globex.example", "New", invite=True)
    here.state.switches.customers_in_user_search = True
    account = helpdesk.make_account("new@globex.example", "New", invite=True)
    assert account in here.state.desk_customers
    assert len(here.state.created_accounts) == 1


@WRITES
def test_write_whose_answer_trickles_is_in_doubt(
    here: Served, route: str, write: Callable[[JsmHelpdesk], None]
) -> None:
    helpdesk = ready(here, write_seconds=0.5)
    here.fault(route, "trickle", seconds=0.2)
    with pytest.raises(Uncertain):
        write(helpdesk)


def test_read_whose_answer_trickles_is_given_up(here: Served) -> None:
    helpdesk = ready(here, read_seconds=0.5)
    here.fault("GET .*/myself", "trickle", seconds=0.2)
    began = time.monotonic()
    with pytest.raises(Unavailable) as failure:
        helpdesk.whoami()
    assert "not through" in str(failure.value)
    assert time.monotonic() - began < 4
    assert helpdesk.whoami()


def test_compressed_answer_that_comes_in_time_is_read(here: Served) -> None:
    here.fault("GET .*/myself", "trickle")
    assert here.helpdesk().whoami()


def test_each_create_has_a_connection_of_its_own(here: Served) -> None:
    kept_open = OneByOne()
    helpdesk = ready(here)
    helpdesk_elsewhere = here.helpdesk(api_base=kept_open.base)
    helpdesk_elsewhere._request_types = helpdesk._request_types
    try:
        for _ in range(2):
            assert helpdesk_elsewhere.create(filing()).key == "HELP-1"
    finally:
        kept_open.close()
    assert kept_open.connections == 2


class OneByOne:
    """Answers every request with a created ticket and keeps the connection open afterwards."""

    ANSWER = b'{"issueId": "1", "issueKey": "HELP-1"}'

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.connections = 0
        self._held: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            self._held.append(connection)
            seen = b""
            while b"LK01TEST" not in seen:
                seen += connection.recv(65536)
            head = f"HTTP/1.1 201 Created\r\nContent-Length: {len(self.ANSWER)}\r\n\r\n"
            connection.sendall(head.encode() + self.ANSWER)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()
        for connection in self._held:
            connection.close()


def test_an_answer_without_end_is_not_taken_whole(here: Served) -> None:
    """The answer to a question is asked for again, the one to a create is in doubt."""
    endless = "x" * (MOST_BYTES + 1)
    here.fault("GET /rest/api/3/myself", "refuse", status=200, body=endless)
    with pytest.raises(Unavailable, match="longer than 32 MiB"):
        here.helpdesk().whoami()
    helpdesk = here.helpdesk()
    helpdesk.form()
    here.fault(CREATE, "refuse", status=201, body=endless)
    with pytest.raises(Uncertain, match="longer than 32 MiB"):
        helpdesk.create(filing())
