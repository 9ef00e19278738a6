"""The groups that the bot has to be in."""

from collections.abc import Iterator

from syncd.core.errors import Cause, Rejected
from syncd.core.model import ChatId
from syncd.core.operators.history import presentable
from syncd.core.reaching.capability import Group
from syncd.core.text import clean
from syncd.doctor.case import Case
from syncd.doctor.finding import Finding, blocking, ok, unseen, warning

_ESCALATES = "escalate_to"
_ADD = "add the bot to that group, or mend the id"
_KINDS = {"group": "a group", "topic": "a topic group"}


def one_line(foreign: str) -> str:
    """Return text from outside on one line, without addresses."""
    return presentable(clean(foreign))


def inside(case: Case) -> Iterator[Finding]:
    """Look at each chat; a scope that lacks is told once, and ends the looking."""
    served = {chat.id: chat for chat in case.chats}
    for key, id, name in _named(case):
        try:
            known, group = case.messenger.described(id)
        except Rejected as exc:
            if exc.cause is Cause.FORBIDDEN:
                fix = "give it im:chat:readonly"
                yield blocking(f"Lark: chats cannot be looked at: {exc}", fix=fix)
                return
            called = f" ({name})" if name else ""
            yield blocking(f"{key}: {id}{called}: {exc}", fix=_ADD)
            continue
        yield from _known(key, id, one_line(known) or name, group)
        if id in served:
            case.inside.append(served[id])
        if group.external:
            case.external.append(id)
    if not case.chats:
        yield warning("No group is served yet: [[chats]] is empty")


def _known(key: str, id: ChatId, name: str, group: Group) -> Iterator[Finding]:
    if key == _ESCALATES and group.external:
        yield blocking(f"{key}: people of another company are in {id}, so that it is told nothing")
    if group.mode not in _KINDS:
        yield blocking(f"{key}: {name} ({id}) is no group, but a chat with one person")
        return
    kind = _KINDS[group.mode] + (" with people of other companies" if group.external else "")
    yield ok(f"Lark: the bot is in {name} ({id}), {kind}")


def _named(case: Case) -> Iterator[tuple[str, ChatId, str]]:
    """Yield each chat that the bot has to be in: by which key, its id, and what it is called."""
    config = case.config
    keys = {chat.id: f"chats[{number}].id" for number, chat in enumerate(config.chats)}
    for chat in case.chats:
        yield keys.get(chat.id, "`syncd chats enable`"), chat.id, chat.name
    told = dict.fromkeys(c.escalate_to for c in case.chats if c.escalate_to.startswith("oc_"))
    for id in told:
        yield _ESCALATES, ChatId(id), "told of the highest severity"
    if config.alerts.chat:
        yield "alerts.chat", ChatId(config.alerts.chat), "where operators are told"


def sharing(case: Case) -> Iterator[Finding]:
    """The bot in a group with people of other companies shows that its app is shared; whether it
    would be let into another one, no API tells."""
    served = [chat.name or chat.id for chat in case.inside if chat.id in case.external]
    if served:
        yield ok(f"Lark: the app is shared with other companies: {', '.join(served)}")
        return
    look = f'look for "external sharing" on the version\'s page: {case.console("version")}'
    yield unseen("Lark: whether the app may be in groups with other companies cannot be seen", look)


def history(case: Case) -> Iterator[Finding]:
    """Tell whether a group's messages can be read back; it works without, so it is no problem."""
    if not case.inside:
        return
    try:
        case.messenger.latest(case.inside[0].id)
    except Rejected as exc:
        lacks = "without im:message.group_msg replies reach a ticket only with a mention, and what "
        yield warning(f"Lark: {exc}", f"{lacks}was missed is not read back")
        return
    yield ok("Lark: a group's messages can be read back (im:message.group_msg)")
