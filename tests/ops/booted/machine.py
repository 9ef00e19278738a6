"""A real systemd in a container that shares this machine's files and loopback, and obeys a test."""

import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_CHECKOUT = Path(__file__).parents[3]
_BOOT_SECONDS = 60
_ORDER_SECONDS = 180

_TARGET = """\
[Unit]
Description=Boots as far as services need, then obeys
Requires=sysinit.target basic.target
After=sysinit.target basic.target
Wants=obey.service
AllowIsolate=yes
"""
_SERVICE = """\
[Unit]
After=sysinit.target basic.target
[Service]
Type=simple
ExecStart=/bin/bash /opt/talk/obey.sh
"""
# Each order is a file; its answer is what it printed, and its exit status.
_OBEY = """\
touch /opt/talk/booted
for number in $(seq 1 100000); do
  while [ ! -e /opt/talk/$number.order ]; do sleep 0.05; done
  bash /opt/talk/$number.order >/opt/talk/$number.out 2>&1 </dev/null
  echo $? >/opt/talk/$number.part && mv /opt/talk/$number.part /opt/talk/$number.rc
done
"""
# It stands outside syncd: a signal lets one of its threads stand still for ever, in Python's own
# sleep, the next time that it comes to the database.
_FREEZE = """\
import signal

def freeze(*_):
    import threading, time
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    @event.listens_for(Engine, "before_cursor_execute")
    def stand_still(*_):
        while threading.current_thread().name == "intake":
            time.sleep(1)

signal.signal(signal.SIGUSR1, freeze)
"""


def why_not() -> str:
    """Return why no machine can be booted here; empty when one can."""
    if os.geteuid():
        return "only root can boot a container"
    for needed in ("systemd-nspawn", "mount"):
        if shutil.which(needed) is None:
            return f"{needed} is not installed (Debian: systemd-container)"
    if not _system_python():
        return "the Python that runs the tests is hidden from services"
    return ""


@dataclass
class Machine:
    """Orders go in as files, and answers come back so."""

    root: Path
    talk: Path
    log: Path
    _orders: int = field(default=0)

    def sh(self, order: str) -> str:
        """Run a line of shell inside and return what it printed; AssertionError when it failed."""
        status, printed = self.ask(order)
        assert status == 0, f"{order}: {status}: {printed}\n{self.journal()}"
        return printed

    def ask(self, order: str) -> tuple[int, str]:
        self._orders += 1
        name = self.talk / str(self._orders)
        name.with_suffix(".new").write_text(order + "\n", encoding="utf-8")
        name.with_suffix(".new").rename(name.with_suffix(".order"))
        answered = name.with_suffix(".rc")
        _until(answered.exists, f"an answer to {order!r}", _ORDER_SECONDS, self.console)
        printed = name.with_suffix(".out").read_text(encoding="utf-8", errors="replace")
        return int(answered.read_text()), printed.strip()

    def show(self, name: str) -> str:
        """Return a property of the service, as `systemctl show` tells it."""
        return self.sh(f"systemctl show --value --property={name} syncd.service")

    def until(self, what: str, order: str, seconds: float = 90) -> None:
        """Wait until a line of shell succeeds inside."""
        _until(lambda: self.ask(order)[0] == 0, what, seconds, self.journal)

    def journal(self) -> str:
        return self.ask("journalctl --no-pager -u syncd.service -o cat | tail -60")[1]

    def console(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-3000:]


@contextmanager
def booted(folder: Path) -> Iterator[Machine]:
    """Boot a machine with syncd installed in /opt/syncd; nothing that it writes stays."""
    talk = folder / "talk"
    talk.mkdir()
    (talk / "obey.sh").write_text(_OBEY, encoding="utf-8")
    with ExitStack() as stack:
        root = stack.enter_context(_files(folder))
        _install(root)
        log = folder / "console.txt"
        machine = Machine(root, talk, log)
        with log.open("wb") as console:
            process = subprocess.Popen(
                _nspawn(root, talk), stdin=subprocess.DEVNULL, stdout=console, stderr=console
            )
            stack.callback(_power_off, process)
            _until((talk / "booted").exists, "the boot", _BOOT_SECONDS, machine.console)
            yield machine


def _nspawn(root: Path, talk: Path) -> list[str]:
    libraries = sysconfig.get_paths()["purelib"]
    return [
        "systemd-nspawn", "--quiet", f"--directory={root}", "--boot",
        f"--machine=syncd-test-{os.getpid()}", "--register=no", "--keep-unit", "--console=pipe",
        f"--bind={talk}:/opt/talk", f"--bind-ro={libraries}:/opt/libraries",
        f"--bind-ro={_CHECKOUT}:/opt/checkout", "systemd.unit=syncd-test.target",
    ]  # fmt: skip


@contextmanager
def _files(folder: Path) -> Iterator[Path]:
    """This machine's files, with a layer on top that takes what is written."""
    layer = folder / "layer"
    layer.mkdir()
    _run("mount", "-t", "tmpfs", "tmpfs", str(layer))
    try:
        for name in ("upper", "work", "root"):
            (layer / name).mkdir()
        root = layer / "root"
        how = f"lowerdir=/,upperdir={layer / 'upper'},workdir={layer / 'work'}"
        _run("mount", "-t", "overlay", "overlay", "-o", how, str(root))
        try:
            yield root
        finally:
            _run("umount", "--lazy", str(root))
    finally:
        _run("umount", "--lazy", str(layer))


def _install(root: Path) -> None:
    opt = root / "opt" / "syncd"
    shutil.rmtree(opt, ignore_errors=True)
    _run(_system_python(), "-m", "venv", "--without-pip", str(opt))
    (packages,) = opt.glob("lib/python*/site-packages")
    (packages / "syncd.pth").write_text("/opt/libraries\n/opt/checkout\nimport freezing\n")
    (packages / "freezing.py").write_text(_FREEZE)
    program = opt / "bin" / "syncd"
    program.write_text("#!/opt/syncd/bin/python\nfrom syncd.cli import main\nmain()\n")
    program.chmod(0o755)
    for name in ("libraries", "checkout", "talk"):
        (root / "opt" / name).mkdir(exist_ok=True)
    units = root / "etc/systemd/system"
    (units / "syncd-test.target").write_text(_TARGET)
    (units / "obey.service").write_text(_SERVICE)
    for masked in ("systemd-timesyncd.service", "systemd-pstore.service"):
        (units / masked).unlink(missing_ok=True)
        (units / masked).symlink_to("/dev/null")


def _system_python() -> str:
    """Return a Python that services may see and that runs the libraries of this one."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    folders = ("/usr/bin", "/usr/local/bin")
    return next((f"{f}/{version}" for f in folders if Path(f, version).exists()), "")


def _power_off(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def _until(seen: object, what: str, seconds: float, told: object) -> None:
    assert callable(seen)
    assert callable(told)
    deadline = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < deadline, f"never seen: {what}\n{told()}"
        time.sleep(0.05)
