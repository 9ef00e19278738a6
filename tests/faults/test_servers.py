"""The database server goes away, or ends connections; run where SYNCD_TEST_DATABASES names one."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import databases
import pytest
from faults.daemon import files, replies, serving, submits
from faults.relay import Relay, relayed
from house import ACME, GLOBEX
from sqlalchemy import NullPool, create_engine, func, make_url, select
from sqlalchemy.exc import DBAPIError

from syncd.sandbox.box import Sandbox
from syncd.sandbox.lark.connection.delivery import ACKED
from syncd.store import schema

_STRIKES = 20

url = databases.fresh_on(*databases.servers())


@pytest.fixture
def relay(url: str) -> Iterator[Relay]:
    address = make_url(url)
    assert address.host
    assert address.port
    with relayed(address.host, address.port) as made:
        yield made


def through(relay: Relay, url: str) -> str:
    address = make_url(url).set(host="127.0.0.1", port=relay.port)
    return address.render_as_string(hide_password=False)


def not_done(url: str) -> int:
    """Return how many deliveries and received events are not settled as they should be."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        tables = (schema.outbox, schema.inbox)
        counts = [select(func.count()).where(t.c.state != "DONE") for t in tables]
        return sum(connection.execute(count).scalar_one() for count in counts)


def test_a_database_server_that_goes_away_loses_nothing(
    box: Sandbox, url: str, relay: Relay, tmp_path: Path, fault_row
) -> None:
    box.lark_state.switches.retry_scale = 0.05
    people = box.lark_people
    with serving(box, tmp_path, through(relay, url)) as program:
        root = files(box, "aiko", ACME, program)
        (ticket,) = box.jira_people.tickets()
        relay.cut()
        message = people.say("ben", GLOBEX, "@Support Bot our cluster is down")
        (event,) = box.lark_state.delivery.about(message)
        assert people.wait_until(lambda: "500" in event.answers, 30), program.log()
        assert event.status != ACKED
        box.jira_people.comment("erin", ticket.key, "meanwhile")
        assert people.wait_until(lambda: program.count("store_failed"), 30), program.log()
        relay.mend()
        assert people.wait_delivered(message, 60), program.log()
        submits(box, "ben", GLOBEX, program)
        assert people.wait_until(
            lambda: (
                [m.text.splitlines()[-1] for m in replies(box, "aiko", ACME, root)][1:]
                == ["meanwhile"]
            ),
            60,
        ), program.log()
        assert people.wait_until(lambda: len(box.jira_people.tickets()) == 2, 60), program.log()
        assert people.wait_until(lambda: not_done(url) == 0, 60), program.log()
        assert people.wait_until(lambda: program.count("store_recovered"), 30), program.log()
        assert "Traceback" not in program.log()
        assert program.stop() == 0
    assert len(box.world.journal.calls("lark", "ephemeral/v1/send")) == 2
    fault_row(
        "the database server is away for a while",
        "the form later: Lark delivers again what was not acknowledged; updates afterwards",
        "`store_failed` and `store_recovered`; nothing half-written",
    )


def test_a_database_server_that_ends_our_connections_all_the_time_doubles_nothing(
    box: Sandbox, url: str, tmp_path: Path, fault_row
) -> None:
    box.lark_state.switches.retry_scale = 0.05
    people = box.lark_people
    between = threading.Event()

    def strike() -> None:
        for _ in range(_STRIKES):
            with suppress(DBAPIError):
                databases.kill_connections(url)
            between.wait(0.3)

    def shown() -> list[str]:
        cards = [m for m in replies(box, "aiko", ACME, root) if m.kind == "card"]
        return [card.text.splitlines()[-1] for card in cards][1:]

    with serving(box, tmp_path, url, SYNCD_JSM__DOUBT_GRACE_SECONDS="30") as program:
        root = files(box, "aiko", ACME, program)
        (ticket,) = box.jira_people.tickets()
        striking = threading.Thread(target=strike)
        striking.start()
        said = [people.say("ben", GLOBEX, f"@Support Bot number {n}") for n in range(3)]
        for number in range(3):
            box.jira_people.comment("erin", ticket.key, f"answer {number}")
            people.say("chen", ACME, f"reply {number}", thread=root)
        striking.join()
        for message in said:
            assert people.wait_delivered(message, 60), program.log()
        assert people.wait_until(
            lambda: (
                len(box.jira_people.comments(ticket.key)) >= 6
                and len(shown()) >= 3
                and not_done(url) == 0
            ),
            400,
        ), program.log()
        assert program.stop() == 0
    forms = [m for m in people.view("ben", GLOBEX) if m.fields]
    assert len(forms) == 3
    assert shown() == ["answer 0", "answer 1", "answer 2"]
    assert len(box.jira_people.comments(ticket.key)) == 6
    fault_row(
        "the database server ends our connections again and again",
        "everything once, and answers in order",
        "`store_failed` and `store_recovered`, several times",
    )
