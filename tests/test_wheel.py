"""The built wheel, installed outside the checkout.

Its environment sees the libraries of the one that runs the tests through a .pth file. A folder
named there has its own .pth files left alone (https://docs.python.org/3/library/site.html), so
the checkout, which is installed in the latter by such a file, stays out of sight.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import venv
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest

from syncd import __version__
from syncd.sandbox.box import Sandbox

_CHECKOUT = Path(__file__).parents[1]
_PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as the index of packages would get it; nothing is downloaded."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    _run(build, _CHECKOUT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of an environment that holds the wheel."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, with_pip=False)
    programs = folder / "bin"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(folder)]
    install = ["install", "--quiet", "--no-deps", "--no-index", "--no-compile", str(wheel)]
    _run([*pip, *install], folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return programs


def test_the_wheel_carries_migrations_sample_and_licence(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        assert archive.read("syncd/_config/config.toml") == (_CHECKOUT / "config.toml").read_bytes()
    for migration in (_CHECKOUT / "migrations").rglob("*.py"):
        assert f"syncd/_migrations/{migration.relative_to(_CHECKOUT / 'migrations')}" in names
    assert "syncd/sandbox/page/index.html" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert any(name.endswith(".data/data/share/man/man1/syncd.1") for name in names)
    assert not [name for name in names if name.startswith("tests/")]


def test_the_installed_program_is_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    said = _run([str(installed / "python"), "-c", "import syncd; print(syncd.__file__)"], tmp_path)
    assert Path(said.strip()).is_relative_to(installed.parent)


def test_the_installed_program_makes_its_database(installed: Path, tmp_path: Path) -> None:
    (sample,) = installed.parent.glob("lib/python*/site-packages/syncd/_config/config.toml")
    shutil.copy(sample, tmp_path)
    said = _run([str(installed / "syncd"), "migrate"], tmp_path)
    assert "this version's tables" in said
    with closing(sqlite3.connect(tmp_path / "syncd.db")) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
        ((version,),) = database.execute("SELECT version_num FROM alembic_version")
    assert {"inbox", "outbox", "requests", "links"} <= tables
    assert version


def test_the_installed_program_plays_the_whole_story(installed: Path, tmp_path: Path) -> None:
    said = _run([str(installed / "syncd"), "demo", "--script"], tmp_path)
    assert "The whole story was played" in said


def test_the_installed_program_is_one_that_pipx_would_offer(
    installed: Path, tmp_path: Path
) -> None:
    """All that it takes to make a service of it is in the wheel."""
    syncd = str(installed / "syncd")
    assert _run([syncd, "--version"], tmp_path).strip() == __version__
    with Sandbox() as box:
        (tmp_path / "config.toml").write_text(box.config_toml(), encoding="utf-8")
        checked = _run([syncd, "check"], tmp_path, **box.environment())
    assert "The configuration is right." in checked
    unit = _run([syncd, "service", "unit", "--config", "/etc/syncd/config.toml"], tmp_path)
    assert f"ExecStart={syncd} run --config /etc/syncd/config.toml\n" in unit


def _run(command: list[str], folder: Path, **environment: str) -> str:
    """Run a program as somebody who has never heard of the checkout."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    ended = subprocess.run(
        command,
        cwd=folder,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout
