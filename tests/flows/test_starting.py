"""The daemon starts on a database server that is away, or that does not want it."""

from collections.abc import Iterator
from pathlib import Path

import databases
import pytest
from faults.daemon import Program, configure
from faults.relay import Relay, relayed
from sqlalchemy import make_url

from syncd.sandbox.box import Sandbox

url = databases.fresh_on(*databases.servers())


@pytest.fixture
def relay(url: str) -> Iterator[Relay]:
    address = make_url(url)
    assert address.host
    assert address.port
    with relayed(address.host, address.port) as made:
        yield made


def changed(url: str, **how: object) -> str:
    return make_url(url).set(**how).render_as_string(hide_password=False)


@pytest.mark.parametrize("how", [{"database": "no_such_database"}, {"username": "nobody"}])
def test_a_database_that_refuses_us_is_told_in_a_sentence(
    box: Sandbox, url: str, tmp_path: Path, how: dict[str, str]
) -> None:
    configure(box, tmp_path)
    with Program(box, tmp_path, SYNCD_STORE__URL=changed(url, **how)) as program:
        assert program.wait(60) == 2
    last = program.log().splitlines()[-1]
    assert last.startswith("The database ")
    assert "refuses us" in last
    assert "SYNCD_STORE__URL" in last


def test_one_that_waits_for_its_database_stops_as_it_is_asked_to(
    box: Sandbox, url: str, relay: Relay, tmp_path: Path
) -> None:
    relay.cut()
    configure(box, tmp_path)
    away = changed(url, host="127.0.0.1", port=relay.port)
    with Program(box, tmp_path, SYNCD_STORE__URL=away) as program:
        assert box.lark_people.wait_until(lambda: program.count("store_away"), 60), program.log()
        assert program.stop() == 0
    assert "Traceback" not in program.log()


def test_one_that_waits_for_its_database_starts_when_that_comes(
    box: Sandbox, url: str, relay: Relay, tmp_path: Path
) -> None:
    relay.cut()
    configure(box, tmp_path)
    away = changed(url, host="127.0.0.1", port=relay.port)
    with Program(box, tmp_path, SYNCD_STORE__URL=away) as program:
        assert box.lark_people.wait_until(lambda: program.count("store_away"), 60), program.log()
        relay.mend()
        assert box.lark_people.wait_connected(60), program.log()
        assert program.stop() == 0
