"""service unit, install: syncd under systemd."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.core.errors import ConfigError, SyncdError

if TYPE_CHECKING:
    from syncd.ops.unit import Unit

app = typer.Typer(help="Run syncd as a systemd service.", no_args_is_help=True)

_UNITS = Path("/etc/systemd/system")
_NEEDED = ("lark_app_secret", "jsm_api_token")

At = Annotated[
    Path | None,
    typer.Option("--config", help="The service's configuration file; /etc/syncd/config.toml."),
]


@app.command()
def unit(config: At = None) -> None:
    """Print the unit that `install` would install."""
    made = _unit(config)
    typer.echo(made.text(), nl=False)
    for problem in made.problems():
        typer.echo(problem, err=True)


@app.command()
def install(config: At = None) -> None:
    """Install the unit and start the service, or say what is still missing; as root."""
    made = _unit(config)
    if problems := made.problems():
        raise SyncdError("\n".join(problems))
    _prepare(made)
    target = _UNITS / "syncd.service"
    _keep(target, made.text())
    _write(target, made.text(), 0o644)
    typer.echo(f"{target} is installed.")
    _manual_page()
    _systemctl("daemon-reload")
    if missing := _missing(made):
        typer.echo("The service is not started yet; it needs:")
        for sentence in missing:
            typer.echo(f"  {sentence}")
        typer.echo(
            f"`syncd setup --config {made.config}` asks for it. Then run this command again."
        )
        raise typer.Exit(1)
    _systemctl("enable", "--quiet", "syncd.service")
    _systemctl("restart", "syncd.service")
    typer.echo("syncd is running: see `systemctl status syncd` and `journalctl -u syncd`.")


def _manual_page() -> None:
    """Let `man syncd` show this program's page; a service needs none, so its lack stops nothing."""
    from syncd.cli.upkeep import manual

    try:
        manual.write()
    except OSError as exc:
        typer.echo(f"`man syncd` will show nothing: {exc}.", err=True)


def _unit(config: Path | None) -> "Unit":
    from syncd.config.credentials import CREDENTIALS
    from syncd.ops.unit import FOLDER, Unit

    file = (config or FOLDER / "config.toml").absolute()
    optional = [name for name in CREDENTIALS if name not in _NEEDED]
    there = [name for name in optional if (file.parent / name).exists()]
    # The file beside the interpreter, whatever name the command was called by.
    python = Path(sys.executable)
    names = (*_NEEDED, *there)
    return Unit(python.with_name("syncd"), python.resolve(), file, names, _version_of_systemd())


def _version_of_systemd() -> int:
    try:
        ran = subprocess.run(
            ["systemctl", "--version"],  # noqa: S607 - where it is differs from system to system
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        return 0
    found = re.match(r"systemd (\d+)", ran.stdout)
    return int(found[1]) if found else 0


def _prepare(made: "Unit") -> None:
    """Make the folder, with the sample where there is no configuration yet."""
    from syncd.ops.unit import sample

    try:
        made.config.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not made.config.exists():
            shutil.copyfile(sample(), made.config)
            made.config.chmod(0o644)
    except OSError as exc:
        raise SyncdError(f"{made.config} cannot be made: {exc}; run this as root.") from None


def _missing(made: "Unit") -> list[str]:
    from syncd.ops.unit import sample

    found = []
    if made.config.read_bytes() == sample().read_bytes():
        found.append(f"your values in {made.config}, which is the sample as yet")
    for name in made.credentials:
        path = made.config.parent / name
        if not path.exists():
            found.append(f"{path} with the secret: install -m 600 /dev/stdin {path}")
    return found or _wrong(made)


def _wrong(made: "Unit") -> list[str]:
    """Return what the service would refuse; one that runs goes on as it is."""
    from syncd import config

    # As the service will find them.
    os.environ["CREDENTIALS_DIRECTORY"] = str(made.config.parent)
    try:
        config.load(made.config)
    except ConfigError as exc:
        return [f"another value: {problem}" for problem in exc.problems]
    return []


def _keep(target: Path, new: str) -> None:
    """Keep what another unit says that is about to be written over."""
    there = target.read_text(encoding="utf-8", errors="replace") if target.exists() else new
    if there != new:
        kept = target.with_suffix(".service.before")
        _write(kept, there, 0o644)
        typer.echo(f"The unit that was there is another one; it is kept as {kept}.")
        typer.echo("What you changed in it belongs into `systemctl edit syncd`.")


def _write(path: Path, text: str, mode: int) -> None:
    try:
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
    except OSError as exc:
        raise SyncdError(f"{path} cannot be written: {exc}; run this as root.") from None


def _systemctl(*words: str) -> None:
    try:
        ran = subprocess.run(  # noqa: S603 - our own words to the system's own program
            ["systemctl", *words],  # noqa: S607 - where it is differs from system to system
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        raise SyncdError("There is no systemctl here; this machine does not run systemd.") from None
    if ran.returncode:
        raise SyncdError(f"systemctl {' '.join(words)}: {ran.stderr.strip() or ran.stdout.strip()}")
