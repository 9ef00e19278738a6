"""sandbox and demo: syncd without a Lark or a Jira account."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.core.errors import SyncdError

if TYPE_CHECKING:
    from syncd.sandbox.box import Sandbox

PageAt = Annotated[
    int, typer.Option("--port", min=0, max=65535, help="Port of the page; 0 takes a free one.")
]
_STOP_SECONDS = 15
_CONFIG, _SECRETS = "config.toml", "secrets.sh"
_LOOKS = {"status": "", "trace": "HELP-1", "doctor": ""}
"""Commands to try, with what they are asked; one that syncd does not have is not told."""
_FOLDERS_OF_A_SERVICE = ("CREDENTIALS_DIRECTORY", "STATE_DIRECTORY")
_ENDINGS = (signal.SIGINT, signal.SIGTERM)


def sandbox(port: PageAt = 8700) -> None:
    """Start a fake Lark and a fake JSM, and print a configuration that points at them."""
    with _open_box(port) as box:
        _print_addresses(box)
        typer.echo("\n# config.toml\n" + box.config_toml())
        typer.echo("# environment")
        for name, value in box.environment().items():
            typer.echo(f"export {name}={value}")
        _wait_for_interrupt()


def demo(
    ctx: typer.Context,
    port: PageAt = 8700,
    script: Annotated[
        bool, typer.Option("--script", help="Play the whole story, check every step, and exit.")
    ] = False,
    refuse: Annotated[
        list[str] | None,
        typer.Option(
            help="Let the sandbox refuse a route, like 'jsm:POST /rest/servicedeskapi/request'."
        ),
    ] = None,
) -> None:
    """Start the sandbox and the daemon, and serve a page to play the story on, or play it here."""
    with (
        _open_box(0 if script else port) as box,
        tempfile.TemporaryDirectory(prefix="syncd-demo-") as folder,
    ):
        box.dress()
        for rule in refuse or ():
            _refuse(box, rule)
        with _daemon(box, Path(folder)) as (daemon, log):
            if script:
                _play(box, log)
                return
            _print_addresses(box)
            typer.echo(f"The daemon writes its log to {log}")
            _print_commands(ctx, Path(folder))
            typer.echo(f"\nOpen {box.page_url} and play the story. Ctrl-C ends it.")
            if not _wait_for_interrupt(lambda: daemon.poll() is None):
                typer.echo(f"\nThe daemon has ended. {_last_lines(log)}", err=True)
                raise typer.Exit(1)


def _play(box: "Sandbox", log: Path) -> None:
    from syncd.sandbox.story import StepFailed, play

    try:
        play(box, typer.echo)
    except StepFailed as exc:
        typer.echo(f"\nThe story failed.\n{exc}\n\n{_last_lines(log)}", err=True)
        raise typer.Exit(1) from None
    typer.echo("\nThe whole story was played, and every step was seen from the sandbox's side.")


def _last_lines(log: Path) -> str:
    last = "\n".join(log.read_text(encoding="utf-8").splitlines()[-15:])
    return f"The daemon's last lines:\n{last}"


@contextmanager
def _open_box(port: int) -> Iterator["Sandbox"]:
    try:
        from syncd.sandbox.box import Sandbox
    except ModuleNotFoundError as exc:
        raise SyncdError(
            f"the sandbox needs {exc.name}; install it with: pip install 'syncd[sandbox]'"
        ) from None
    for number in _ENDINGS:
        signal.signal(number, _interrupt_once)
    box = Sandbox({"page": port})
    try:
        box.start()
    except OSError as exc:
        raise SyncdError(f"{exc}; choose another port with --port") from None
    try:
        yield box
    finally:
        box.stop()


@contextmanager
def _daemon(box: "Sandbox", folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run the ordinary daemon as a process of its own; only the configuration lies between."""
    config = folder / _CONFIG
    config.write_text(box.demo_toml(), encoding="utf-8")
    secrets = "".join(f"export {name}={value}\n" for name, value in box.environment().items())
    (folder / _SECRETS).write_text(secrets, encoding="utf-8")
    log = folder / "daemon.log"
    environment = {**_without_settings(os.environ), **box.environment()}
    command = [sys.executable, "-m", "syncd", "run", "--config", str(config)]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
            command, env=environment, stdout=output, stderr=output, cwd=folder
        )
        try:
            yield process, log
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out what leads to an operator's real store or platforms."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith("SYNCD_") and name not in _FOLDERS_OF_A_SERVICE
    }


def _refuse(box: "Sandbox", rule: str) -> None:
    from syncd.sandbox.faults import Fault

    side, _, route = rule.partition(":")
    if side not in ("lark", "jsm") or not route:
        raise SyncdError(f"--refuse: {rule!r} is not lark:ROUTE or jsm:ROUTE")
    box.world.faults.add(Fault(side, route, times=-1, status=503))


def _print_addresses(box: "Sandbox") -> None:
    typer.echo(f"Lark  {box.lark_url}\nJSM   {box.jsm_url}\nPage  {box.page_url}")


def _print_commands(ctx: typer.Context, folder: Path) -> None:
    """Tell how the commands of whoever is on call are run against this world."""
    known = getattr(ctx.find_root().command, "commands", {})
    program = f"{shlex.quote(sys.executable)} -m syncd"
    typer.echo("\nIn another terminal, to look at it as whoever is on call does:")
    typer.echo(f". {folder / _SECRETS}; export SYNCD_CONFIG={folder / _CONFIG}")
    for name in (name for name in _LOOKS if name in known):
        typer.echo(f"{program} {name} {_LOOKS[name]}".rstrip())


def _interrupt_once(number: int, frame: FrameType | None) -> None:
    """Unwind, and let no second signal end the unwinding: it would leave the daemon behind."""
    for ending in _ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    raise KeyboardInterrupt


def _wait_for_interrupt(as_long_as: Callable[[], bool] = lambda: True) -> bool:
    """Return whether it was a signal that ended the waiting."""
    try:
        # In short sleeps: a signal that comes just before one is handled after it.
        while as_long_as():
            time.sleep(1)
    except KeyboardInterrupt:
        return True
    return False
