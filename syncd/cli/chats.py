"""chats list, show, enable, disable, forget."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from syncd.cli.options import ConfigFile, moment, opened, print_rows, read_config
from syncd.core.errors import SyncdError

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum

    from syncd.config import Config
    from syncd.core.model import Chat, ChatId
    from syncd.core.reaching.capability import Refusal
    from syncd.store.tables.chats import ChatDecision
    from syncd.store.tx import Tx

    Change = Callable[[ChatDecision], ChatDecision]

app = typer.Typer(help="Which chats are served.", no_args_is_help=True)

ChatArgument = Annotated[str, typer.Argument(help="The chat's id, oc_...")]


@app.command("list")
def list_chats(config: ConfigFile = None) -> None:
    """List every chat that the file or an operator has decided on, and who decided."""
    loaded = read_config(config, secrets=False)
    from syncd.core.model import ChatId
    from syncd.loops.records import effective_chat

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
    from syncd.loops.records import effective_chat
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
        ("announce", ", ".join(served.announce)),
        ("participants", "yes" if served.participants else "no"),
        *(("desks", _offers(served, loaded)) for _ in loaded.desks[:1]),
        ("decided by", served.source or "nobody"),
        ("decided at", moment(decided.changed_ms if decided else 0)),
        ("bot was added at", moment(joined_ms)),
    )
    print_rows("key", "value", rows=rows)
    for sentence in _refused(refused):
        typer.echo(sentence)


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


@app.command()
def enable(
    chat: ChatArgument,
    config: ConfigFile = None,
    plan: Annotated[str, typer.Option(help="enterprise or premium")] = "",
    language: Annotated[str, typer.Option(help="en, zh or ja")] = "",
    name: Annotated[str, typer.Option(help="What to call it in lists.")] = "",
    reporter: Annotated[str, typer.Option(help="self, domain or any")] = "",
    form: Annotated[str, typer.Option(help="auto, direct or thread")] = "",
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
) -> None:
    """Serve a chat; this wins over the file, and a running daemon heeds it at once."""
    from syncd.core.model import FormWay, Language, Plan, ReporterRule

    loaded, id = read_config(config, secrets=False), _id(chat)
    _one_of("plan", plan, Plan, "enterprise or premium")
    _one_of("language", language, Language, "en, zh or ja")
    _one_of("reporter", reporter, ReporterRule, "self, domain or any")
    _one_of("form", form, FormWay, "auto, direct or thread")
    _check_escalate_to(escalate_to or "")
    domains = None if allowed_domains is None else _domains(allowed_domains)
    named = None if desks is None else _desks(desks, loaded)

    def change(before: "ChatDecision") -> "ChatDecision":
        return replace(
            before,
            enabled=True,
            name=name or before.name,
            plan=Plan(plan) if plan else before.plan,
            language=Language(language) if language else before.language,
            reporter=ReporterRule(reporter) if reporter else before.reporter,
            form=FormWay(form) if form else before.form,
            allowed_domains=before.allowed_domains if domains is None else domains,
            escalate_to=before.escalate_to if escalate_to is None else escalate_to,
            desks=before.desks if named is None else named or None,
        )

    served = _decide(loaded, id, change)
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
def forget(chat: ChatArgument, config: ConfigFile = None) -> None:
    """Take back what operators decided on a chat: the file alone decides again."""
    loaded, id = read_config(config, secrets=False), _id(chat)
    with opened(loaded) as store:
        if not store.write(lambda tx: tx.chats.forget(id)):
            raise SyncdError(f"No operator has decided on the chat {chat}; nothing is forgotten.")
    served = "is served, as the file says" if loaded.chat(id).enabled else "is not served"
    typer.echo(f"What operators decided on the chat {chat} is forgotten; it {served}.")


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


def _one_of(option: str, value: str, words: "type[StrEnum]", right: str) -> None:
    if value and value not in list(words):
        raise SyncdError(f"--{option}: {value} is not {right}")


def _check_escalate_to(said: str) -> None:
    from syncd.config.values import may_be_escalated_to

    if not may_be_escalated_to(said):
        raise SyncdError(f"--escalate-to: {said} is no person's id, ou_..., and no chat's, oc_...")


def _domains(said: str) -> tuple[str, ...]:
    from syncd.config.values import read_domain

    try:
        return tuple(dict.fromkeys(map(read_domain, filter(None, said.split(",")))))
    except ValueError as exc:
        raise SyncdError(f"--allowed-domains: {exc}") from None


def _desks(said: str, config: "Config") -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in said.split(",") if name.strip()))
    known = [desk.name for desk in config.desks]
    for name in names:
        if name not in known:
            right = f"there are {', '.join(known)}" if known else "[[desks]] names none"
            raise SyncdError(f"--desks: there is no desk {name!r}; {right}")
    return names


def _decide(config: "Config", id: "ChatId", change: "Change") -> "Chat":
    """Write the decision down; what is not said now stays as an operator said it before."""
    from syncd.core.model import ReporterRule
    from syncd.loops.records import effective_chat
    from syncd.store.tables.chats import ChatDecision

    def work(tx: "Tx") -> "Chat":
        decided = change(tx.chats.decided(id) or ChatDecision(id, False))
        served = effective_chat(config.chat(id), decided)
        if served.reporter is ReporterRule.DOMAIN and not served.allowed_domains:
            raise SyncdError("--reporter: domain needs --allowed-domains")
        tx.chats.set(decided)
        return served

    with opened(config) as store:
        return store.write(work)
