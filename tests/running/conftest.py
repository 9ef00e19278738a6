"""One sandbox world, and running daemons on every database that is named."""

from collections.abc import Iterator
from pathlib import Path

import databases
import flows.conftest as flows
import pytest
import structlog
from running_house import RunningHouse

from syncd.sandbox.box import Sandbox

SETTINGS = {"jsm.doubt_grace_seconds": 0}

# A file of SQLite's takes one daemon alone.
collect_ignore = [] if databases.servers() else ["test_two_daemons.py"]

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tell each story on SQLite and on one server; one of two daemons on every server."""
    of_one = [i for i in items if i.path.parent == _HERE and i.path.name != "test_two_daemons.py"]
    databases.leave_to_one_server(config, items, of_one, one_in=1)


box = flows.box
url = databases.fresh_on(*databases.names())


@pytest.fixture
def log() -> Iterator[list[structlog.typing.EventDict]]:
    """Keep what the daemons say; a bug of theirs that they survived is one all the same."""
    with structlog.testing.capture_logs() as lines:
        yield lines
        for line in lines:
            print(line)
    assert [line for line in lines if line.get("exc_info")] == []


@pytest.fixture
def house(
    box: Sandbox, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: object
) -> Iterator[RunningHouse]:
    """A world with one daemon."""
    monkeypatch.setenv("SYNCD_STORE__URL", url)
    (tmp_path / "config.toml").write_text(box.config_toml(), encoding="utf-8")
    # A site lists its customers five times a second, which would be all that is waited for here.
    box.jira_state.switches.rate_limits = False
    # What was on its way to a connection that ended comes again.
    box.lark_state.switches.retry_scale = 0.1
    made = RunningHouse(box, tmp_path, SETTINGS)
    made.starts()
    yield made
    made.close()
