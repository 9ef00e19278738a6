"""chats list, show, enable, disable, forget."""

import json
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from syncd.cli import chat_options
from syncd.cli.options import ConfigFile, moment, opened, print_rows, read_config
from syncd.core.errors import SyncdError

if TYPE_CHECKING:
    from collections.abc import Callable

    from syncd.config import Config
    from syncd.core.model import Chat, ChatId
    from syncd.core.operators.serving import ChatDecision
    from syncd.core.reaching.capability import Refusal
    from syncd.store.tx import Tx

    Change = Callable[[ChatDecision], ChatDecision]

app = typer.Typer(help="Which chats are served.", no_args_is_help=True)

ChatArgument = Annotated[str, typer.Argument(help="The chat's id, oc_...")]


@app.command("list")
def list_chats(config: ConfigFile = None) -> None:
    """List every chat that the file or an operator has decided on, and who decided."""
    loaded = read_config(config, secrets=False)
    from syncd.core.model import ChatId
    from syncd.core.operators.serving import effective_chat

    with opened(loaded) as store, store.read() as tx:
        decided = {decision.chat_id: decision for decision in tx.chats.all()}
    ids = dict.fromkeys([*(ChatId(chat.id) for chat in loaded.chats), *decided])
    chats = (effective_chat(loaded.chat(id), decided.get(id)) for id in ids)
    offers = ("desks",) if loaded.desks else ()
    rows = (
        (
            chat.id,
            chat.name,
            "yes" if chat.enabled else "no",
            chat.plan,
            chat.language,
            *(_offers(chat, loaded) for _ in offers),
            chat.source,
        )
        for chat in chats
    )
    titles = ("chat", "name", "served", "plan", "language", *offers, "decided by")
    print_rows(*titles, rows=rows)


@app.command()
def show(chat: ChatArgument, config: ConfigFile = None) -> None:
    """Show how a chat is served, and who decided it."""
    loaded, id = read_config(config, secrets=False), _id(chat)
    from syncd.core.operators.serving import effective_chat
    from syncd.loops.refused import refusals

    with opened(loaded) as store, store.read() as tx:
        decided, joined_ms = tx.chats.decided(id), tx.facts.joined_ms(id)
        refused = refusals(tx, id)
    served = effective_chat(loaded.chat(id), decided)
    if not served.source and not joined_ms:
        raise SyncdError(_unknown(chat))
    rows = (
        ("name", served.name),
        ("served", "yes" if served.enabled else "no"),
        ("plan", served.plan),
        ("language", served.language),
        ("allowed_domains", ", ".join(served.allowed_domains)),
        ("reporter", served.reporter),
        ("form", served.form),
        ("zone", served.zone),
        ("escalate_to", served.escalate_to),
        ("organization", served.organization),
        ("presets", _presets(served)),
        ("announce", ", ".join(served.announce)),
        ("card", ", ".join(served.card)),
        ("participants", "yes" if served.participants else "no"),
        ("may_adopt", ", ".join(served.may_adopt)),
        ("may_submit", ", ".join(served.may_submit)),
        ("may_close", ", ".join(served.may_close)),
        ("satisfaction", "yes" if served.satisfaction else "no"),
        ("into", served.into),
        *(("desks", _offers(served, loaded)) for _ in loaded.desks[:1]),
        ("decided by", served.source or "nobody"),
        ("decided at", moment(decided.changed_ms if decided else 0)),
        ("bot was added at", moment(joined_ms)),
    )
    print_rows("key", "value", rows=rows)
    for sentence in _refused(refused):
        typer.echo(sentence)


def _presets(chat: "Chat") -> str:
    """Return the fields that are answered in the place of people, and what with."""
    answered = {one.field_id: json.loads(one.json or '""') for one in chat.presets}
    return ", ".join(
        f"{field} = {json.dumps(value, ensure_ascii=False)}" for field, value in answered.items()
    )


def _offers(chat: "Chat", config: "Config") -> str:
    """Return the names of the desks that a chat offers, empty where the only one has none."""
    from syncd.core.desks.desk import offered

    kinds = offered(chat.desks, config.all_desks())
    return ", ".join(dict.fromkeys(kind.desk for kind in kinds))


def _refused(refused: "list[Refusal]") -> list[str]:
    """Return what the chat refuses, what its people lose by that, and how it is got."""
    from syncd.core.reaching.capability import CONSEQUENCES

    sentences: list[str] = []
    for capability in dict.fromkeys(one.capability for one in refused):
        found = [one for one in refused if one.capability is capability]
        who = ", ".join(one.who for one in found)
        until, loses = moment(max(one.until_ms for one in found)), CONSEQUENCES[capability]
        sentences += [
            "",
            f"{capability} is refused here ({who}), and tried again after {until}: "
            f"{found[-1].reason}",
            f"  {loses.lost} {loses.remedy}",
        ]
    return sentences


_WHO = "anyone, own (your company) or ids of people, parted by commas; empty: nobody."
MAY_SUBMIT = f"Who may ask for tickets: {_WHO}"
MAY_CLOSE = f"Who may close, reopen and escalate tickets: {_WHO}"
MAY_ADOPT = f"Who may bring a ticket that exists into a thread: {_WHO}"


@app.command()
def enable(
    chat: ChatArgument,
    config: ConfigFile = None,
    plan: Annotated[str, typer.Option(help="enterprise or premium")] = "",
    language: Annotated[str, typer.Option(help="en, zh or ja")] = "",
    name: Annotated[str, typer.Option(help="What to call it in lists.")] = "",
    reporter: Annotated[str, typer.Option(help="self, domain or any")] = "",
    form: Annotated[str, typer.Option(help="auto, direct or thread")] = "",
    zone: Annotated[str, typer.Option(help="Time zone of its people, like Asia/Tokyo.")] = "",
    allowed_domains: Annotated[
        str | None,
        typer.Option(help="Domains of reporters, parted by commas; empty: any domain."),
    ] = None,
    escalate_to: Annotated[
        str | None,
        typer.Option(help="Who is told of the highest severity, ou_... or oc_...; empty: nobody."),
    ] = None,
    desks: Annotated[
        str | None,
        typer.Option(help="Names of [[desks]], parted by commas; empty: as the file says."),
    ] = None,
    organization: Annotated[
        str | None,
        typer.Option(help="Number of the customer's organization in JSM; empty: none."),
    ] = None,
    presets: Annotated[
        str | None,
        typer.Option(
            help="Answers in the place of people, as in the file: '{ priority = \"High\" }'. They "
            "add to the file's and replace what was said here before; empty: the file's alone."
        ),
    ] = None,
    announce: Annotated[
        str | None,
        typer.Option(help="resolved, status, assignee, parted by commas; empty: nothing."),
    ] = None,
    card: Annotated[
        str | None,
        typer.Option(
            help="What tickets' cards show besides title and status: assignee, priority, updated, "
            "parted by commas; empty: nothing."
        ),
    ] = None,
    participants: Annotated[
        bool | None,
        typer.Option(
            "--participants/--no-participants",
            help="Whether those who write in a ticket's thread become participants of its request.",
        ),
    ] = None,
    may_adopt: Annotated[str | None, typer.Option(help=MAY_ADOPT)] = None,
    may_submit: Annotated[str | None, typer.Option(help=MAY_SUBMIT)] = None,
    may_close: Annotated[str | None, typer.Option(help=MAY_CLOSE)] = None,
    satisfaction: Annotated[
        bool | None,
        typer.Option(
            "--satisfaction/--no-satisfaction",
            help="Whether askers are asked how satisfied they are once their ticket is resolved.",
        ),
    ] = None,
    into: Annotated[
        str | None,
        typer.Option(help="Language into which comments are translated, like ja; empty: none."),
    ] = None,
) -> None:
    """Serve a chat; this wins over the file, and a running daemon heeds it at once."""
    from syncd.core.model import ReporterRule

    loaded, id = read_config(config, secrets=False), _id(chat)
    said = chat_options.read(
        {
            "plan": plan,
            "language": language,
            "name": name,
            "reporter": reporter,
            "form": form,
            "zone": zone,
            "allowed_domains": allowed_domains,
            "escalate_to": escalate_to,
            "desks": desks,
            "organization": organization,
            "presets": presets,
            "announce": announce,
            "card": card,
            "participants": participants,
            "may_adopt": may_adopt,
            "may_submit": may_submit,
            "may_close": may_close,
            "satisfaction": satisfaction,
            "into": into,
        },
        loaded,
    )
    served = _decide(loaded, id, lambda before: replace(before, enabled=True, **said))
    typer.echo(f"The chat {chat} is served.")
    if served.reporter is ReporterRule.ANY and loaded.jsm.unknown_reporter in ("invite", "create"):
        typer.echo(
            "Mind that every member of it can have Jira make accounts for any address: reporter is "
            f"any, and jsm.unknown_reporter is {loaded.jsm.unknown_reporter}.",
            err=True,
        )


@app.command()
def disable(chat: ChatArgument, config: ConfigFile = None) -> None:
    """Stop serving a chat; this wins over the file, and a running daemon heeds it at once."""
    loaded, id = read_config(config, secrets=False), _id(chat)
    with opened(loaded) as store, store.read() as tx:
        known = loaded.chat(id).source or tx.chats.decided(id) or tx.facts.joined_ms(id)
    if not known:
        raise SyncdError(_unknown(chat))
    _decide(loaded, id, lambda before: replace(before, enabled=False))
    typer.echo(f"The chat {chat} is not served.")


@app.command()
def forget(
    chat: ChatArgument,
    key: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY", help="Only this key of `[[chats]]`; may be repeated."),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Take back what operators decided on a chat: the file alone decides again."""
    loaded, id = read_config(config, secrets=False), _id(chat)
    nothing = f"No operator has decided on the chat {chat}; nothing is forgotten."
    if key:
        said = _unsaid(key)
        with opened(loaded) as store, store.read() as tx:
            if tx.chats.decided(id) is None:
                raise SyncdError(nothing)
        _decide(loaded, id, lambda before: replace(before, **said))
        typer.echo(f"What operators decided on {', '.join(said)} of the chat {chat} is forgotten.")
        return
    with opened(loaded) as store:
        if not store.write(lambda tx: tx.chats.forget(id)):
            raise SyncdError(nothing)
    served = "is served, as the file says" if loaded.chat(id).enabled else "is not served"
    typer.echo(f"What operators decided on the chat {chat} is forgotten; it {served}.")


def _unsaid(keys: list[str]) -> dict[str, Any]:
    """Return what a decision says of keys of which nothing is said."""
    from syncd.core.operators.serving import ChatDecision

    kept = ("chat_id", "enabled", "changed_ms")
    may = {one.name: one.default for one in fields(ChatDecision) if one.name not in kept}
    for key in keys:
        if key not in may:
            raise SyncdError(f"--key: {key} is not one of {', '.join(may)}")
    return {key: may[key] for key in keys}


def _id(chat: str) -> "ChatId":
    from syncd.config.values import is_chat_id
    from syncd.core.model import ChatId

    if not is_chat_id(chat):
        raise SyncdError(
            f"{chat} is no chat's id; it begins with oc_, and the bot tells it to whoever "
            "mentions it in a chat that is not served"
        )
    return ChatId(chat)


def _unknown(chat: str) -> str:
    return (
        f"The chat {chat} is unknown: neither the file nor an operator names it, and the bot was "
        "not added to it. `syncd chats list` names those there are."
    )


def _decide(config: "Config", id: "ChatId", change: "Change") -> "Chat":
    """Write the decision down; what is not said now stays as an operator said it before."""
    from syncd.core.model import ReporterRule
    from syncd.core.operators.serving import ChatDecision, effective_chat

    def work(tx: "Tx") -> "Chat":
        decided = change(tx.chats.decided(id) or ChatDecision(id, False))
        served = effective_chat(config.chat(id), decided)
        if served.reporter is ReporterRule.DOMAIN and not served.allowed_domains:
            raise SyncdError("--reporter: domain needs --allowed-domains")
        tx.chats.set(decided)
        return served

    with opened(config) as store:
        return store.write(work)
