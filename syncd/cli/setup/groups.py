"""The groups: which are served, how, and where operators are told."""

from typing import TYPE_CHECKING

from syncd.cli.setup.answers import Answers
from syncd.cli.setup.asking import ask, choose, choose_some, say, title

if TYPE_CHECKING:
    from syncd.config.edited import Value
    from syncd.core.operators.platforms import NamedChat

_PLANS = [
    ("enterprise: answers in the group, replies are told where they will be read", "enterprise"),
    ("premium: each ticket has a thread, and replies there become comments", "premium"),
]
_LANGUAGES = [("English", "en"), ("中文", "zh"), ("日本語", "ja")]


def groups(answers: Answers) -> None:
    """Add groups that the bot is in and that are not served yet."""
    title("Groups")
    served = {chat["id"] for chat in answers.raw.get("chats", []) if "id" in chat}
    every = _known(answers)
    new = [(_label(one), one) for one in every if one.id not in served]
    if served:
        say(f"  Served already: {len(served)}; the file says how.")
    if not new:
        say("  The bot is in no other group. Add it to one, and run `syncd setup` again.")
        return
    for one in choose_some("Which of them shall be served, like 1,3 (Enter: none)", new):
        answers.add_chat(_chat(one))


def _known(answers: Answers) -> "list[NamedChat]":
    with answers.case() as case:
        return list(case.messenger.groups())


def _label(one: "NamedChat") -> str:
    return f"{one.name or one.id}{' (with people of other companies)' if one.external else ''}"


def _chat(one: "NamedChat") -> "dict[str, Value]":
    say(f"\n  {one.name or one.id}")
    chat: dict[str, Value] = {"id": one.id, "name": one.name}
    chat["plan"] = choose("  Which plan", _PLANS)
    chat["language"] = choose("  In which language", _LANGUAGES)
    question = "  Domains of addresses that may be reporters, like acme.com (Enter: only one's own)"
    if domains := ask(question, problem=_no_domains).replace(",", " ").split():
        chat["allowed_domains"] = [domain.lower() for domain in domains]
    return chat


def _no_domains(said: str) -> str:
    from syncd.config.values import read_domain

    for domain in said.replace(",", " ").split():
        try:
            read_domain(domain)
        except ValueError as wrong:
            return f"{domain}: {wrong}"
    return ""


def alarms(answers: Answers) -> None:
    """Choose the group in which operators are told of trouble."""
    title("Where operators are told when something is wrong")
    inside = [(_label(one), str(one.id)) for one in _known(answers) if not one.external]
    now = answers.said("alerts", "chat")
    ids = [id for _, id in inside]
    default = ids.index(now) + 1 if now in ids else len(inside) + 1
    chosen = choose("In which group", [*inside, ("nowhere", "")], default)
    if chosen or now:
        answers.put("alerts", "chat", chosen)
