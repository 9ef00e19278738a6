"""What our app may do, scope by scope, and what degrades without it.

https://open.feishu.cn/document/ukTMukTMukTM/uYTM5UjL2ETO14iNxkTN/scope-list
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from syncd.core.operators.platforms import Scopes
from syncd.doctor.case import Case
from syncd.doctor.finding import Finding, blocking, ok, unseen, warning


@dataclass(frozen=True)
class Scope:
    """One thing that the app must be allowed; any of `others` allows it as well."""

    name: str
    without: str
    """What people lose."""
    others: tuple[str, ...] = ()

    def is_in(self, granted: frozenset[str]) -> bool:
        return bool(granted & {self.name, *self.others})


NEEDED = (
    Scope("im:message:send_as_bot", "nothing can be sent: no form, no update", ("im:message",)),
    Scope(
        "im:message.group_at_msg:readonly",
        "a mention in a group does not arrive",
        ("im:message.group_at_msg", "im:message.group_msg"),
    ),
    Scope("im:message:readonly", "no message can be read", ("im:message",)),
    Scope(
        "im:chat:readonly",
        "it is not known what kind of group it is",
        ("im:chat", "im:chat:read"),
    ),
)
_REACTIONS = "im:message.reactions:write_only"
WISHED = (
    Scope(
        "im:message.group_msg",
        "without im:message.group_msg replies reach a ticket only with a mention, and what was "
        "missed is not read back",
        ("im:message.group_msg:readonly",),
    ),
    Scope(
        "im:message.p2p_msg:readonly",
        "direct messages to the bot are not answered",
        ("im:message.p2p_msg",),
    ),
    Scope(
        _REACTIONS,
        "no emoji says whether a reply has reached its ticket",
        ("im:message",),
    ),
    Scope(
        "im:chat.members:bot_access",
        "it is not heard that the bot is added to a group, or removed",
        ("im:chat", "im:chat:readonly"),
    ),
    Scope(
        "im:chat.members:read",
        "some people have a sign of four letters in the place of their name",
        ("im:chat", "im:chat:readonly", "im:chat.group_info:readonly"),
    ),
    Scope(
        "contact:user.basic_profile:readonly",
        "some people have a sign of four letters in the place of their name",
        ("contact:contact.base:readonly",),
    ),
    Scope(
        "im:chat.access_event.bot_p2p_chat:read",
        "people of other companies get their form by a button in the thread",
    ),
    Scope(
        "contact:contact.base:readonly",
        "the form does not know its asker's name",
        ("contact:contact:readonly_as_app",),
    ),
    Scope("contact:user.email:readonly", "people type their e-mail address themselves"),
)
ALL = NEEDED + WISHED


def needed(case: Case) -> Iterator[Finding]:
    if case.scopes is None:
        yield unseen("Lark: the app's scopes cannot be seen", f"look at {case.console('auth')}")
        return
    lacking = [scope for scope in NEEDED if not scope.is_in(case.scopes.granted)]
    for scope in lacking:
        said = _lacks(scope, case.scopes)
        yield blocking(said, scope.without, _give(case, lacking, case.scopes))
    if not lacking:
        yield ok("Lark: the app has every scope that it cannot do without")


def wished(case: Case) -> Iterator[Finding]:
    if case.scopes is None:
        return
    marks = case.config.reactions.arrived or case.config.reactions.failed
    wanted = [scope for scope in WISHED if marks or scope.name != _REACTIONS]
    lacking = [scope for scope in wanted if not scope.is_in(case.scopes.granted)]
    for scope in lacking:
        said = _lacks(scope, case.scopes)
        yield warning(said, scope.without, _give(case, lacking, case.scopes))
    if not lacking:
        yield ok("Lark: the app has every other scope, too")


def _lacks(scope: Scope, scopes: Scopes) -> str:
    waiting = scope.name in scopes.waiting
    more = ", which waits for the tenant's administrator" if waiting else ""
    return f"Lark: the app lacks the scope {scope.name}{more}"


def _give(case: Case, lacking: Iterable[Scope], scopes: Scopes) -> str:
    """Return the link that adds them all."""
    names = [scope.name for scope in lacking]
    if all(name in scopes.waiting for name in names):
        return f"have the version approved: {case.console('version')}"
    return f"add it at {asking(case, names)}, then publish a version and have it approved"


# Lark's own refusals name such a link for the scopes that a call lacks (code 99991672).
def asking(case: Case, names: Iterable[str]) -> str:
    """Return the page of the console that offers these scopes."""
    return case.console(f"auth?q={','.join(names)}&op_from=openapi&token_type=tenant")
