"""What people are told who ask how it works, and a group that the bot joins."""

from dataclasses import replace

from syncd.core.decide.wishes import commands, showing
from syncd.core.delivery import Decision
from syncd.core.events import (
    BotAdded,
    BotRemoved,
    ChatMessage,
    DirectChatOpened,
    PeopleJoined,
    PeopleLeft,
)
from syncd.core.kinds.give_help import answer_directly, give_help, greet
from syncd.core.kinds.tell_person import tell
from syncd.core.known import Known, Rules
from syncd.core.lifecycle import is_unused
from syncd.core.model import Chat, Ms, Plan, Request
from syncd.core.reaching.allowed import anybody_may_adopt
from syncd.core.wording import words
from syncd.core.wording.table import Wording


def asks_for_help(event: ChatMessage, said: str) -> bool:
    """Tell whether somebody asks how it works: by the word, or at the top level by what comes near
    to it or by a bare mention. A thread or a quote gives a sign its meaning."""
    if event.thread_root or event.answers:
        return commands.heard(said) == commands.Asked(commands.Word.HELP)
    return not said or commands.asks_for_help(said)


def helped(event: ChatMessage, request: Request, known: Known) -> Decision:
    """Tell privately what can be done, with a button for a form: of `request`, which is new.

    One that such a button opens already, and that nobody has pressed, is offered again.
    """
    unused = (r for r in known.open_forms if r.thread.chat_id == event.chat_id and is_unused(r))
    offered = next(unused, None)
    order = give_help(offered or request, event.message_id)
    new = None if offered else request
    return Decision("asks how it works: told", request=new, orders=(order,))


def in_thread(event: ChatMessage, known: Known) -> Decision:
    """Tell privately what can be done, in the thread of a ticket, where no form is offered."""
    wording = words(known.chat.language)
    told = f"{what_can_be_done(known.chat, wording)}\n{the_words(known.chat, wording)}"
    root = event.thread_root or event.message_id
    order = tell(event.chat_id, event.sender, told, f"help:{event.message_id}", root=root)
    return Decision("asks how it works: told", orders=(order,))


def what_can_be_done(chat: Chat, wording: Wording) -> str:
    """Return what somebody is told who asks there; a direct chat is none that is served."""
    if not chat.enabled:
        return wording.ask_in_a_group
    return wording.help_premium if chat.plan is Plan.PREMIUM else wording.help_enterprise


def the_words(chat: Chat, wording: Wording) -> str:
    """Return which words are answered, without those that can do nothing there."""
    adopt = wording.help_adopt if anybody_may_adopt(chat) else ""
    return wording.help_words.format(adopt=adopt)


def directly(event: ChatMessage, known: Known, rules: Rules, now: Ms) -> Decision:
    """Answer a direct message: one of our words, else with where to ask; once a minute."""
    asked = commands.asked(event, known.bot)
    answer = showing.directly(event, asked, known, rules, now) if asked else None
    if answer is not None:
        return replace(answer, reached=event.sender)
    order = answer_directly(event.chat_id, event.sender, now)
    told = "a direct message: pointed to the groups"
    return Decision(told, orders=(order,), reached=event.sender)


def opened(event: DirectChatOpened, known: Known, rules: Rules, now: Ms) -> Decision:
    """Note that direct messages reach that person now."""
    return Decision("direct messages reach them", reached=event.person)


def people_joined(event: PeopleJoined, known: Known, rules: Rules, now: Ms) -> Decision:
    """Note what they are called; nothing else follows."""
    return Decision("their names are noted")


def people_left(event: PeopleLeft, known: Known, rules: Rules, now: Ms) -> Decision:
    """Note that they are there no more; nothing else follows."""
    return Decision("it is noted that they left")


def joined(event: BotAdded, known: Known, rules: Rules, now: Ms) -> Decision:
    """Record since when the bot receives a group's messages; greet it once, where it is served.

    Whoever added it to another group is told what enables it.
    """
    if known.chat.enabled:
        return Decision("greeted", joined=event.chat_id, orders=(greet(event.chat_id),))
    if not event.by:
        return Decision("noted", joined=event.chat_id)
    told = words(known.chat.language).added_unserved.format(chat_id=event.chat_id)
    order = tell(event.chat_id, event.by, told, f"added:{event.chat_id}:{event.by}:{now // 60_000}")
    return Decision("not enabled: told who added it", joined=event.chat_id, orders=(order,))


def left(event: BotRemoved, known: Known, rules: Rules, now: Ms) -> Decision:
    """Do nothing: Lark itself refuses what is still sent to a group that the bot has left."""
    return Decision("noted")
