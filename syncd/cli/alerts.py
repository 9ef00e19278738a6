"""alerts test: whether alarms would arrive."""

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING

import typer

from syncd.cli.options import ConfigFile, read_config
from syncd.core.errors import RemoteFailure

if TYPE_CHECKING:
    from syncd.config import Config
    from syncd.network.network import Network

app = typer.Typer(help="How operators are told.", no_args_is_help=True)


@app.callback()
def alerts() -> None:
    """How operators are told."""


@app.command()
def test(config: ConfigFile = None) -> None:
    """Send a test by each way to the operators that is configured, and say what came of it.

    Exit status 1 when one of them fails, or there is none.
    """
    loaded = read_config(config, secrets=True)
    from syncd.app import make_network

    network = make_network(loaded)
    urls = loaded.alerts.urls()
    ways: dict[str, tuple[str, Callable[[Config, Network], str]]] = {
        "alerts.chat": (loaded.alerts.chat, _chat),
        "alerts.webhook_url": (urls["webhook_url"], _webhook),
        "alerts.heartbeat_url": (urls["heartbeat_url"], _heartbeat),
    }
    came = [_try(key, loaded, network, way) for key, (named, way) in ways.items() if named]
    for key, (named, _) in ways.items():
        if not named:
            typer.echo(f"{key}: not configured.")
    if not came or not all(came):
        raise typer.Exit(1)


def _try(
    key: str, config: "Config", network: "Network", way: "Callable[[Config, Network], str]"
) -> bool:
    from syncd.core.text import clean

    try:
        typer.echo(f"{key}: {way(config, network)}")
    except RemoteFailure as exc:
        typer.echo(f"{key}: FAILED: {' '.join(clean(str(exc)).split())}.", err=True)
        return False
    return True


def _chat(config: "Config", network: "Network") -> str:
    from syncd.app import make_messenger, new_key
    from syncd.core.model import ChatId
    from syncd.core.views import InChat, PostView

    chat = ChatId(config.alerts.chat)
    with closing(make_messenger(config, network)) as messenger:
        messenger.send(InChat(chat), PostView(title="", lines=(_text(config),)), new_key())
    return f"the test message stands in {chat}."


def _webhook(config: "Config", network: "Network") -> str:
    from syncd.app import make_webhook, wall_clock
    from syncd.core.views import AlarmView

    webhook = make_webhook(config, network)
    if webhook is None:
        raise LookupError("only what is configured is tried")
    with closing(webhook):
        webhook.tell(AlarmView(_text(config), "test", wall_clock(), over=False))
    return f"{webhook.host} took the test message."


def _heartbeat(config: "Config", network: "Network") -> str:
    from syncd.app import make_heartbeat

    heartbeat = make_heartbeat(config, network)
    if heartbeat is None:
        raise LookupError("only what is configured is tried")
    with closing(heartbeat):
        heartbeat.get()
    return f"{heartbeat.host} took the call, which counts as a sign of life."


def _text(config: "Config") -> str:
    from syncd.core.wording import words

    return words(config.defaults.language).alarm_test
