"""check: what would keep syncd from working, before anybody mentions the bot."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from syncd.cli.options import ConfigFile, one_line, read_config
from syncd.core.errors import Cause, Rejected, RemoteFailure, StoreError, Unauthorized

if TYPE_CHECKING:
    from syncd.config import Config
    from syncd.core.desks.desk import RequestKind
    from syncd.core.model import Chat, ChatId, Form
    from syncd.core.reaching.capability import Group
    from syncd.core.views import Said
    from syncd.network.network import Network
    from syncd.store.tx import Tx

_ESCALATES = "escalate_to"
_STAYS = (
    "our account lacks the permission 'Edit issues' there, so that the reference at the end of a "
    "summary stays"
)
_RENEW_LARK = "check lark.app_id, and SYNCD_LARK__APP_SECRET or the credential lark_app_secret"
_RENEW_JSM = (
    "check jsm.account_email, and renew SYNCD_JSM__API_TOKEN or the credential jsm_api_token; "
    "a token with scopes needs the gateway's address in jsm.api_base"
)


def check(
    config: ConfigFile = None,
    online: Annotated[
        bool, typer.Option("--online", help="Ask Lark and the helpdesk as well.")
    ] = False,
) -> None:
    """Check the configuration and the database, and with --online both platforms.

    Exit status 2 when anything would keep syncd from working.
    """
    loaded = read_config(config, secrets=True)
    from syncd.app import make_network, wall_clock
    from syncd.config import find, warnings
    from syncd.core.operators.expiry import mind

    network = make_network(loaded)
    typer.echo("The configuration is right.")
    for warning in warnings(find(config)):
        typer.echo(f"Mind {warning}.", err=True)
    if ends := mind(loaded.jsm.token_expires, wall_clock()):
        typer.echo(f"Mind jsm.token_expires: {ends}", err=True)
    found = Findings()
    chats = _check_store(loaded, found)
    if online:
        _ask_lark(loaded, network, chats, found)
        _ask_jsm(loaded, network, chats, found)
    if found.problems:
        raise typer.Exit(2)


class _Groups(Protocol):
    """What is asked of Lark about groups."""

    def group_name(self, chat_id: "ChatId") -> str: ...
    def group(self, chat_id: "ChatId") -> "Group": ...
    def latest(self, chat_id: "ChatId") -> "list[Said]": ...


class _HasForm(Protocol):
    def form(self, kind: "RequestKind") -> "Form": ...


@dataclass
class Findings:
    """What was found wrong; each is told at once."""

    problems: list[str] = field(default_factory=list)

    def wrong(self, problem: str) -> None:
        self.problems.append(problem)
        typer.echo(problem, err=True)

    @contextmanager
    def about(self, what: str, remedy: str) -> Iterator[None]:
        """Tell a failure with what it is about, and the remedy for a login that is refused."""
        try:
            yield
        except Unauthorized as exc:
            self.wrong(f"{what}: {_whole(exc).rstrip('.')}; {remedy}")
        except RemoteFailure as exc:
            self.wrong(f"{what}: {_whole(exc)}")


def _whole(failure: RemoteFailure) -> str:
    """Return a platform's words on one line; they are bounded where they are read."""
    from syncd.core.text import clean

    return " ".join(clean(str(failure)).split())


def _check_store(config: "Config", found: Findings) -> list["Chat"]:
    """Return the chats that are served, by the file and by what operators decided."""
    from syncd.app import open_store
    from syncd.core.model import ChatId
    from syncd.loops.records import effective_chat

    decided = {}
    try:
        with closing(open_store(config)) as store:
            state = store.examine()
            typer.echo(f"The database {store.shown} {state}.")
            if "has this version's tables" in state:
                with store.read() as tx:
                    decided = {decision.chat_id: decision for decision in tx.chats.all()}
                    _tell_places(config, tx)
    except StoreError as exc:
        found.wrong(str(exc))
    ids = dict.fromkeys([*(ChatId(chat.id) for chat in config.chats), *decided])
    chats = [effective_chat(config.chat(id), decided.get(id)) for id in ids]
    return [chat for chat in chats if chat.enabled]


def _tell_places(config: "Config", tx: "Tx") -> None:
    """Tell where tickets carry their marker, by the forms as they were last read."""
    from syncd.loops.forms.stored import on_record
    from syncd.loops.keep.form_check import key_of, place_of_marker

    for desk in config.all_desks():
        for kind in desk.kinds:
            if marked := place_of_marker(on_record(tx, kind)):
                typer.echo(f"{key_of(kind)}, as it was last read: {marked}.")


def _ask_lark(config: "Config", network: "Network", chats: list["Chat"], found: Findings) -> None:
    from syncd.app import make_messenger

    _tell_way("Lark", config.lark.base_url, network)
    with (
        closing(make_messenger(config, network)) as messenger,
        found.about(f"Lark at {config.lark.base_url}", _RENEW_LARK),
    ):
        typer.echo(f"Lark: the bot is {messenger.bot_name()} ({messenger.bot()}).")
        _ask_chats(config, messenger, chats, found)


def _ask_chats(
    config: "Config", messenger: "_Groups", chats: list["Chat"], found: Findings
) -> None:
    """Look at each chat; a scope that lacks is told once, and ends the looking."""
    inside = []
    for key, id, name in _named(config, chats):
        try:
            known = messenger.group_name(id)
        except Rejected as exc:
            if exc.cause is Cause.FORBIDDEN:
                found.wrong(f"Lark: chats cannot be looked at: {exc}; give it im:chat:readonly")
                return
            called = f" ({name})" if name else ""
            found.wrong(f"{key}: {id}{called}: {exc}; add the bot to that group, or mend the id")
            continue
        typer.echo(f"Lark: the bot is in {one_line(known) or name} ({id}).")
        inside.append(id)
        if key == _ESCALATES and messenger.group(id).external:
            found.wrong(f"{key}: people of another company are in {id}, so that it is told nothing")
    if inside:
        _ask_history(messenger, inside[0])


def _named(config: "Config", chats: list["Chat"]) -> list[tuple[str, "ChatId", str]]:
    """Return each chat that the bot has to be in: by which key, its id, and what it is called."""
    from syncd.core.model import ChatId

    keys = {chat.id: f"chats[{number}].id" for number, chat in enumerate(config.chats)}
    named = [(keys.get(chat.id, "`syncd chats enable`"), chat.id, chat.name) for chat in chats]
    told = dict.fromkeys(chat.escalate_to for chat in chats if chat.escalate_to.startswith("oc_"))
    named += [(_ESCALATES, ChatId(id), "told of the highest severity") for id in told]
    if config.alerts.chat:
        named.append(("alerts.chat", ChatId(config.alerts.chat), "where operators are told"))
    return named


def _ask_history(messenger: "_Groups", chat: "ChatId") -> None:
    """Tell whether a group's messages can be read back; it works without, so it is no problem."""
    try:
        messenger.latest(chat)
        typer.echo("Lark: a group's messages can be read back (im:message.group_msg).")
    except Rejected as exc:
        lacks = "without im:message.group_msg replies reach a ticket only with a mention, and what "
        typer.echo(f"Mind Lark: {exc}; {lacks}was missed is not read back.", err=True)


def _ask_jsm(config: "Config", network: "Network", chats: list["Chat"], found: Findings) -> None:
    from syncd.app import make_helpdesk
    from syncd.loops.keep.form_check import key_of_desk

    _tell_way("JSM", config.jsm.api_base, network)
    with (
        closing(make_helpdesk(config, network)) as helpdesk,
        found.about(f"JSM at {config.jsm.api_base}", _RENEW_JSM),
    ):
        helpdesk.whoami()
        typer.echo(f"JSM: we are {helpdesk.account_name()}.")
        marked = _ask_forms(config, network, helpdesk, chats, found)
        for project, desk in {desk.project: desk.name for desk in config.all_desks()}.items():
            key = key_of_desk(desk, "project")
            with found.about(f"{key}: {project}", _RENEW_JSM):
                newest = helpdesk.key_floor(project)
                tickets = f"tickets up to {project}-{newest}" if newest else "no ticket yet"
                typer.echo(f"JSM: {project} has {tickets}.")
                for permission in helpdesk.lacking(project):
                    found.wrong(f"{key}: our account lacks the permission {permission!r} there")
                if project in marked and not helpdesk.may_edit(project):
                    typer.echo(f"Mind {key}: {_STAYS}", err=True)
        typer.echo(
            "JSM: whether the token has every scope, and the account may invite customers, is "
            "unproven: it shows when it is used, in the log as `denied` and in alerts.chat."
        )


def _ask_forms(
    config: "Config",
    network: "Network",
    helpdesk: "_HasForm",
    chats: list["Chat"],
    found: Findings,
) -> set[str]:
    """Ask for each form; one that cannot be read keeps no other from being told.

    Returns the projects whose tickets carry a reference in their summary.
    """
    from syncd.core.answering.strange import strange
    from syncd.core.desks.desk import offered
    from syncd.core.model import SUMMARY, ChatId, Form
    from syncd.loops.keep.form_check import key_of, key_of_desk, strange_desks

    desks, every = config.all_desks(), chats or [config.chat(ChatId(""))]
    forms: dict[RequestKind, Form] = {}
    for desk in desks:
        for kind in desk.kinds:
            place = key_of_desk(desk.name, "service_desk")
            with found.about(f"{place}, {key_of(kind)}", _RENEW_JSM):
                forms[kind] = helpdesk.form(kind)
    for problem in strange_desks(every, desks):
        found.wrong(problem)
    for kind, form in forms.items():
        asking = [chat for chat in every if kind in offered(chat.desks, desks)]
        every_kind = (one for desk in desks for one in desk.kinds if one != kind)
        others = [forms.get(one, Form()) for one in every_kind]
        _tell_form(config, network, (kind, form), others, asking, found)
    answering, first_response = config.answering(), config.severity.first_response
    for problem in strange(answering, first_response, forms.values(), every) if forms else ():
        found.wrong(problem)
    marked = {kind.desk for kind, form in forms.items() if form.marker_place == SUMMARY}
    return {desk.project for desk in desks if desk.name in marked}


def _tell_form(
    config: "Config",
    network: "Network",
    asked: tuple["RequestKind", "Form"],
    others: list["Form"],
    asking: list["Chat"],
    found: Findings,
) -> None:
    """Tell how each field is answered, and measure the card that it makes."""
    from syncd.app import make_messenger
    from syncd.config.values import read_address
    from syncd.core.desks.choice import Asking
    from syncd.core.model import ChatId
    from syncd.loops.forms.empty import shortened
    from syncd.loops.keep.form_check import form_problems, how_answered, key_of, place_of_marker

    kind, form = asked
    name = f"form of {one_line(form.name)} ({kind})" if kind.desk else "form"
    names = [f"{one_line(f.label)}{' (required)' if f.required else ''}" for f in form.fields]
    typer.echo(f"JSM: the {name} has {len(names)} fields: {', '.join(names)}.")
    if not asking:
        typer.echo(f"Mind {key_of(kind)}: no chat offers it.", err=True)
        return
    _tell_attached(form, f"the request type {kind}" if kind.desk else "the request type")
    if marked := place_of_marker(form):
        typer.echo(f"JSM: {f'{kind}: ' if kind.desk else ''}{marked}.")
    for line in how_answered(form, asking, read_address):
        typer.echo(f"JSM: {line}.")
    for problem in form_problems(form, asking, read_address, others, key_of(kind)):
        found.wrong(problem)
    unconfigured, portal = config.chat(ChatId("")), config.jsm.portal_base
    with closing(make_messenger(config, network)) as lark:
        short = shortened(Asking(form, kind), unconfigured, read_address, portal, lark)
    for said in short:
        typer.echo(f"JSM: {said}.")


def _tell_attached(form: "Form", request_type: str) -> None:
    if form.attached:
        typer.echo(f"JSM: {request_type} has the Form {one_line(form.attached)!r}.")
    if form.unread:
        said = f"whether {request_type} has a Form cannot be read: {one_line(form.unread)}"
        typer.echo(f"Mind JSM: {said}; tickets are made without one.", err=True)


def _tell_way(name: str, address: str, network: "Network") -> None:
    way = network.way(address)
    by = f"{way.shown} (by {way.said_by})" if way.proxy else "directly"
    typer.echo(f"{name}: asked at {address}, {by}.")
