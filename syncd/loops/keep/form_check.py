"""What operators are told of the form: how each field is answered, and what is wrong with that."""

from collections.abc import Iterable, Mapping

from syncd.core.desks.desk import Desks, RequestKind
from syncd.core.fields.field import Field
from syncd.core.fields.form import Form
from syncd.core.fields.plan import How, Planned, ReadAddress, plan, strange_presets
from syncd.core.model import DESCRIPTION, SUMMARY, Chat, ChatId
from syncd.core.operators.serving import effective_chat
from syncd.loops.records import Records


def served(records: Records, in_file: Iterable[ChatId]) -> list[Chat]:
    """Return the chats that are served; where there is none yet, one of which nothing is said."""
    with records.store.read() as tx:
        decided = {decision.chat_id: decision for decision in tx.chats.all()}
    ids = dict.fromkeys([*in_file, *decided])
    chats = [effective_chat(records.chat_in_file(id), decided.get(id)) for id in ids]
    return [chat for chat in chats if chat.enabled] or [records.chat_in_file(ChatId(""))]


def key_of(kind: RequestKind) -> str:
    """Return by what the configuration names it."""
    return f"desks.{kind.desk}.request_types {kind.type}" if kind.desk else "jsm.request_type"


def key_of_desk(name: str, key: str) -> str:
    """Return by what the configuration names what it says of a desk."""
    return f"desks.{name}.{key}" if name else f"jsm.{key}"


def strange_desks(chats: Iterable[Chat], desks: Desks) -> list[str]:
    """Return a sentence for each desk that operators named for a chat and that there is not."""
    known = {desk.name for desk in desks}
    return [
        f"`syncd chats enable {chat.id} --desks`: there is no desk {name!r} in the configuration"
        for chat in chats
        for name in chat.desks
        if name not in known
    ]


def form_problems(
    form: Form,
    chats: Iterable[Chat],
    read_address: ReadAddress,
    others: Iterable[Form] = (),
    key: str = "jsm.request_type",
) -> list[str]:
    """Return a sentence for each reason for which this form could file no ticket, and for each
    preset that does not do what it says.

    `others`: the forms of other kinds of requests, empty while unknown; presets may be about them
    as well.
    """
    beside = list(others)
    homeless = f"{key}: the request type has no text field {form.without}, which takes "
    homeless += "the marker of every ticket; add it, or name another one in jsm.marker_field"
    found: dict[str, list[Chat]] = {}
    every = list(chats)
    for chat in every:
        problems = [*_problems(form, chat, read_address, key), *_strange(form, chat, beside)]
        for problem in problems:
            found.setdefault(problem, []).append(chat)
    return [homeless] * bool(form.without) + [
        problem + _where(there, every) for problem, there in found.items()
    ]


def how_answered(form: Form, chats: Iterable[Chat], read_address: ReadAddress) -> list[str]:
    """Return a line for each field: shown, preset or portal, and where chats differ, in which."""
    every = list(chats)
    plans = [(chat, plan(form, chat, read_address)) for chat in every]
    lines = []
    for number, field in enumerate(form.fields):
        ways: dict[str, list[Chat]] = {}
        for chat, planned in plans:
            ways.setdefault(_way(planned[number]), []).append(chat)
        lines.append(f"{_name(field)}: {_told(ways, every)}")
    return lines


def place_of_marker(form: Form) -> str:
    """Return a sentence on where its tickets carry their marker, empty where nobody knows it."""
    place = form.marker_place
    if place == SUMMARY:
        return (
            "tickets carry their marker as a reference at the end of the summary, which is taken "
            "away when the ticket is known"
        )
    as_last_line = " as its last line" if place == DESCRIPTION else ""
    return f"tickets carry their marker in {place}{as_last_line}" if place else ""


def _problems(form: Form, chat: Chat, read_address: ReadAddress, key: str) -> Iterable[str]:
    for one in plan(form, chat, read_address):
        if one.problem:
            yield f"presets: {_name(one.field)}: {one.problem}"
        if one.how is How.PORTAL and one.field.required:
            yield (
                f"{key}: the required field {_name(one.field)} cannot be shown in a "
                "card, so that people are led to the portal; make it optional, or answer it in "
                "presets of [[chats]]"
            )


def _strange(form: Form, chat: Chat, others: list[Form]) -> Iterable[str]:
    if not all(other.fields for other in others):
        return
    elsewhere = [strange_presets(other, chat) for other in others]
    for field_id in strange_presets(form, chat):
        if all(field_id in strange for strange in elsewhere):
            yield f"presets: the form asks for no {field_id} that could be preset"


def _way(one: Planned) -> str:
    if one.how is How.PRESET and not (one.value or one.json):
        return "preset, left empty"
    return str(one.how)


def _told(ways: Mapping[str, list[Chat]], every: list[Chat]) -> str:
    return "; ".join(way + _where(there, every) for way, there in ways.items())


def _where(there: list[Chat], every: list[Chat]) -> str:
    if len(there) == len(every):
        return ""
    return f" (in {', '.join(chat.name or chat.id for chat in there)})"


def _name(field: Field) -> str:
    needed = ", required" if field.required else ""
    return f"{field.label!r} ({field.id}{needed})"
