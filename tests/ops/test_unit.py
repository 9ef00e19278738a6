"""The unit, judged by systemd's own tools."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from syncd.ops.unit import Unit

_NEEDED = ("lark_app_secret", "jsm_api_token")
_PROGRAM, _PYTHON = Path("/opt/syncd/bin/syncd"), Path("/usr/bin/python3.11")
_CONFIG = Path("/etc/syncd/config.toml")


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit of the installation that runs these tests, as a file."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    python = Path(sys.executable)
    config = tmp_path / "config.toml"
    made = Unit(python.with_name("syncd"), python.resolve(), config, _NEEDED)
    path = tmp_path / "syncd.service"
    path.write_text(made.text(), encoding="utf-8")
    return path


def test_systemd_understands_every_line_of_the_unit(unit: Path) -> None:
    ran = _analyze("verify", "--man=no", str(unit))
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


def test_the_service_is_exposed_to_little(unit: Path) -> None:
    """15 is 1.5 of 10; the overall exposure is in the last line."""
    ran = _analyze("security", "--offline=true", "--threshold=15", "--no-pager", str(unit))
    assert ran.returncode == 0, ran.stdout.splitlines()[-1:]


def test_the_unit_names_program_configuration_and_secrets() -> None:
    names = (*_NEEDED, "store_url")
    text = Unit(_PROGRAM, _PYTHON, _CONFIG, names).text()
    assert "ExecStart=/opt/syncd/bin/syncd run --config /etc/syncd/config.toml\n" in text
    assert "ExecReload=/bin/kill -HUP $MAINPID\n" in text
    loads = [line for line in text.splitlines() if line.startswith("LoadCredential=")]
    assert loads == [f"LoadCredential={name}:/etc/syncd/{name}" for name in names]
    assert "${" not in text


@pytest.mark.parametrize(
    ("program", "python", "named"),
    [
        ("/root/venv/bin/syncd", "/usr/bin/python3.11", "/root/venv/bin/syncd is hidden"),
        ("/opt/syncd/bin/syncd", "/home/me/.pyenv/bin/python3", "/home/me/.pyenv/bin/python3 is"),
        ("/opt/my syncd", "/usr/bin/python3.11", "/opt/my syncd has letters"),
        ("/run/user/1/syncd", "/usr/bin/python3.11", "/run/user/1/syncd is hidden"),
        ("/opt/../root/syncd", "/usr/bin/python3.11", "/opt/../root/syncd is hidden"),
    ],
)
def test_a_place_that_a_service_cannot_reach_is_named(
    program: str, python: str, named: str
) -> None:
    (problem,) = Unit(Path(program), Path(python), _CONFIG, _NEEDED).problems()
    assert named in problem


def test_a_place_behind_a_link_is_named_as_well(tmp_path: Path) -> None:
    """The folder of this test is hidden, too: the service has a /tmp of its own."""
    for folder in ("/home/me", "/opt/syncd"):
        (tmp_path / "link").unlink(missing_ok=True)
        (tmp_path / "link").symlink_to(folder)
        program = tmp_path / "link" / "syncd"
        (told,) = Unit(program, _PYTHON, _CONFIG, _NEEDED).problems()
        assert told.startswith(f"{program} is hidden from services")


def test_it_is_never_given_up_and_waits_longer_each_time_where_systemd_can() -> None:
    old, new = (Unit(_PROGRAM, _PYTHON, _CONFIG, _NEEDED, version).text() for version in (252, 254))
    for text in (old, new):
        assert "StartLimitIntervalSec=0\n" in text
        assert "\nRestart=always\nRestartSec=" in text
    assert "RestartMaxDelaySec=60s" in new
    assert "RestartMaxDelaySec" not in old, "systemd would complain of it"


def _analyze(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SYSTEMD_LOG_LEVEL": "warning", "NO_COLOR": "1"}
    return subprocess.run(
        ["systemd-analyze", *words], capture_output=True, text=True, env=environment
    )
