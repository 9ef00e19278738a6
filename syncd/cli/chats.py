"""chats list, enable, disable."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.options import ConfigFile, console, open_migrated, read_config

if TYPE_CHECKING:
    from syncd.store.tx import Tx

app = typer.Typer(help="Which chats are served.", no_args_is_help=True)

ChatArgument = Annotated[str, typer.Argument(help="The chat's id, oc_...")]


@app.command("list")
def list_chats(config: ConfigFile = None) -> None:
    """List every chat that the file or an operator has decided on, and who decided."""
    loaded = read_config(config, secrets=False)
    from rich.table import Table

    from syncd.core.model import ChatId
    from syncd.loops.records import effective_chat

    store = open_migrated(loaded)
    try:
        with store.read() as tx:
            decided = {decision.chat_id: decision for decision in tx.chats.all()}
    finally:
        store.close()
    ids = dict.fromkeys([*(ChatId(chat.id) for chat in loaded.chats), *decided])
    table = Table("chat", "name", "served", "plan", "language", "decided by")
    for id in ids:
        chat = effective_chat(loaded.chat(id), decided.get(id))
        served = "yes" if chat.enabled else "no"
        table.add_row(chat.id, chat.name, served, chat.plan, chat.language, chat.source)
    console().print(table)


@app.command()
def enable(
    chat: ChatArgument,
    config: ConfigFile = None,
    plan: Annotated[str, typer.Option(help="enterprise or premium")] = "",
    language: Annotated[str, typer.Option(help="en, zh or ja")] = "",
    name: Annotated[str, typer.Option(help="What to call it in lists.")] = "",
) -> None:
    """Serve a chat; this wins over the file, and a running daemon heeds it at once."""
    _check_id(chat)
    _decide(config, chat, True, plan, language, name)
    typer.echo(f"The chat {chat} is served.")


@app.command()
def disable(chat: ChatArgument, config: ConfigFile = None) -> None:
    """Stop serving a chat; this wins over the file, and a running daemon heeds it at once."""
    _check_id(chat)
    _decide(config, chat, False, "", "", "")
    typer.echo(f"The chat {chat} is not served.")


def _check_id(chat: str) -> None:
    from syncd.config.values import is_chat_id
    from syncd.core.errors import SyncdError

    if not is_chat_id(chat):
        raise SyncdError(
            f"{chat} is no chat's id; it begins with oc_, and the bot tells it to whoever "
            "mentions it in a chat that is not served"
        )


def _decide(
    config: str | None, chat: str, enabled: bool, plan: str, language: str, name: str
) -> None:
    """Write the decision down; what is not said now stays as an operator said it before."""
    loaded = read_config(config, secrets=False)
    from syncd.core.errors import SyncdError
    from syncd.core.model import ChatId, Language, Plan
    from syncd.store.chats import ChatDecision

    if plan and plan not in list(Plan):
        raise SyncdError(f"--plan: {plan} is not enterprise or premium")
    if language and language not in list(Language):
        raise SyncdError(f"--language: {language} is not en, zh or ja")
    id = ChatId(chat)

    def work(tx: "Tx") -> None:
        before = tx.chats.decided(id) or ChatDecision(id, enabled)
        after = replace(
            before,
            enabled=enabled,
            name=name or before.name,
            plan=Plan(plan) if plan else before.plan,
            language=Language(language) if language else before.language,
        )
        tx.chats.set(after)

    store = open_migrated(loaded)
    try:
        store.write(work)
    finally:
        store.close()
