"""A message in the chat: a mention that opens a Request, or a reply in a linked thread."""

from dataclasses import replace

from syncd.core import text
from syncd.core.decide import helping, limiting
from syncd.core.decide.wishes import acting, commands, following, showing
from syncd.core.decide.wishes.commands import is_mentioned
from syncd.core.delivery import Decision, Order
from syncd.core.events import ChatMessage, MessageRevised
from syncd.core.kinds.add_comment import AddComment, add_comment
from syncd.core.kinds.files.attach_file import attach_files, attach_quoted
from syncd.core.kinds.hint_reply import hint_file, hint_reply
from syncd.core.kinds.replies.mark_reply import mark_failed, mark_in_part
from syncd.core.kinds.replies.revise_comment import revise_comment
from syncd.core.kinds.show_form import show_form
from syncd.core.kinds.tell_person import tell
from syncd.core.known import Known, Rules
from syncd.core.lifecycle import is_unused
from syncd.core.model import (
    Link,
    MessageId,
    Ms,
    PersonId,
    Plan,
    Request,
    RequestId,
    RequestState,
    Thread,
)
from syncd.core.prose.heard import body_of, layout_of, prefilled, said_of
from syncd.core.reaching import lanes
from syncd.core.reaching.allowed import may
from syncd.core.wording import words

LATE_MS = 5 * 60_000
_HELP = commands.Asked(commands.Word.HELP)
_OPEN = commands.Asked(commands.Word.OPEN)
_STATUS = commands.Asked(commands.Word.STATUS)


def message(event: ChatMessage, known: Known, rules: Rules, now: Ms) -> Decision:
    """Decide what a message in a chat asks for."""
    if not event.from_person or event.sender == known.bot:
        return Decision("not from a person")
    if event.direct:
        return helping.directly(event, known, rules, now)
    mentioned = is_mentioned(event, known.bot)
    if not known.chat.enabled:
        return _not_enabled(event, known, now) if mentioned else Decision("chat is not enabled")
    asked = commands.asked(event, known.bot)
    answer = showing.in_group(event, asked, known, rules) if asked else None
    if asked and answer:
        return limiting.writes(answer, event, asked.word, known, rules, now)
    if asked and asked.word is commands.Word.ADOPT:
        return following.adopts(event, asked, known, rules, now)
    if (event.thread_root or event.answers) and known.request is not None:
        by_state = _in_known_thread(event, known, known.request, mentioned, rules, now)
        if by_state is not None:
            return by_state
    if not mentioned:
        return Decision("does not mention the bot")
    return _ask(event, known, rules, now)


def spender(event: ChatMessage, bot: PersonId) -> PersonId:
    """Return who spends of a budget with this message; empty when it certainly costs nothing."""
    costs = event.thread_root or event.answers or is_mentioned(event, bot)
    return event.sender if event.from_person and not event.direct and costs else PersonId("")


def follows(event: ChatMessage, bot: PersonId) -> MessageId:
    """Return the root of the thread in which somebody replies, which may be a mention.

    A mention in a thread follows nothing: it begins something itself.
    """
    replies = event.from_person and not event.direct and not is_mentioned(event, bot)
    return event.thread_root if replies else MessageId("")


def revised(event: MessageRevised, known: Known, rules: Rules, now: Ms) -> Decision:
    """Let what the message became on a ticket follow it; whether it became anything is seen then.

    That it was taken back goes on record in any case: it may still be on its way.
    """
    if not known.chat.enabled or known.chat.plan is not Plan.PREMIUM:
        return Decision("nothing that reached a ticket")
    order = revise_comment(event.chat_id, event.message_id, now, recalled=event.recalled)
    return Decision("taken back" if event.recalled else "edited", orders=(order,))


def _not_enabled(event: ChatMessage, known: Known, now: Ms) -> Decision:
    hint = words(known.chat.language).chat_not_enabled.format(chat_id=event.chat_id)
    because = f"not-enabled:{event.chat_id}:{event.sender}:{lanes.day(now)}"
    order = tell(event.chat_id, event.sender, hint, because)
    return Decision("chat is not enabled: told so", orders=(order,))


def _in_known_thread(
    event: ChatMessage, known: Known, request: Request, mentioned: bool, rules: Rules, now: Ms
) -> Decision | None:
    """Decide in a thread that has a Request; None when the message may open a new one."""
    if request.state is RequestState.ASKED and is_unused(request):
        return None  # Whoever asked for help has begun nothing there.
    said = said_of(event, known)
    case = event, said, known, rules, now
    asked = commands.asked(event, known.bot)
    if _is_for_ticket(request, mentioned) and asked == _HELP:
        return limiting.writes(helping.in_thread(event, known), *case)
    if asked and asked.word in commands.ON_TICKET and known.link is not None:
        return limiting.writes(_on_ticket(event, asked.word, known, known.link, now), *case)
    if _is_for_ticket(request, mentioned) and asked == _OPEN:
        return limiting.writes(_told_where(event, known, request, rules), *case)
    if _is_for_ticket(request, mentioned):
        reply = _reply(event, known, request, mentioned, rules)
        unread = known.chat.plan is Plan.ENTERPRISE and not mentioned and not event.files
        return reply if unread else limiting.writes(reply, *case)
    if request.state is RequestState.ASKED and mentioned:
        if event.sender == request.asker:
            order = show_form(request, event.message_id)
            beside = _said_beside(event, known, request, said, rules)
            again = Decision("the asker's form is shown again", orders=(order, *beside))
            return limiting.shows(again, *case)
        told = words(known.chat.language).form_of_another
        order = _tell(event, told, f"another:{event.message_id}")
        another = Decision("the thread's form belongs to somebody else", orders=(order,))
        return limiting.writes(another, *case)
    if request.state is RequestState.FAILED and said and not mentioned:
        return limiting.writes(_reaches_nobody(event, known, request, rules), *case)
    return None


def _on_ticket(
    event: ChatMessage, word: commands.Word, known: Known, link: Link, now: Ms
) -> Decision:
    if word in commands.MOVING:
        return acting.said(event, word, known, link)
    return following.mutes(event, known, link, now, muted=word is commands.Word.MUTE)


def _is_for_ticket(request: Request, mentioned: bool) -> bool:
    """Tell whether a message belongs to the ticket, also while its form is filled in."""
    if request.state is RequestState.ASKED:
        return not mentioned
    return request.state in (RequestState.SUBMITTED, RequestState.FILED)


def _reply(
    event: ChatMessage, known: Known, request: Request, mentioned: bool, rules: Rules
) -> Decision:
    said = said_of(event, known)
    premium = known.chat.plan is Plan.PREMIUM
    if premium and said and (mentioned or event.thread_root):
        orders = _comments(event, known, request, rules)
        return Decision("a reply in the ticket's thread becomes a comment", orders=orders)
    if not mentioned:
        nothing = Decision("nothing that reaches the ticket on this plan")
        return nothing if premium else _not_read(event, known, request, said)
    return _told_where(event, known, request, rules)


def _told_where(event: ChatMessage, known: Known, request: Request, rules: Rules) -> Decision:
    told = where_the_ticket_is(known, rules)
    order = _tell(event, told, f"has-ticket:{event.message_id}", request)
    return Decision("told where the ticket of this thread is", orders=(order,))


def _comments(
    event: ChatMessage, known: Known, request: Request, rules: Rules
) -> tuple[Order, ...]:
    """Order what becomes of the words, then of each file."""
    files = attach_files(event, request)
    if event.bare:
        return (*files, *_lost(event, known, request, rules))
    comment = AddComment(
        thread=request.thread,
        message_id=event.message_id,
        author=event.sender,
        said_ms=event.sent_ms,
        body=text.dump(body_of(event, known)),
        early=request.state is RequestState.ASKED and not request.round,
    )
    return (*add_comment(comment, request.id), *files, *_lost(event, known, request, rules))


def _said_beside(
    event: ChatMessage, known: Known, request: Request, said: str, rules: Rules
) -> tuple[Order, ...]:
    """Return what becomes of the words with which the asker mentions the bot once more.

    The form itself answers who asks for help or how it stands; all else is for the ticket.
    """
    if not said or commands.heard(said) in (_HELP, _STATUS, _OPEN):
        return ()
    if known.chat.plan is Plan.PREMIUM:
        return _comments(event, known, request, rules)
    return _not_read(event, known, request, said).orders


def _lost(event: ChatMessage, known: Known, request: Request, rules: Rules) -> tuple[Order, ...]:
    """Tell somebody once a thread that what cannot be carried does not reach the ticket, which an
    emoji says on each such message."""
    if not event.lost:
        return ()
    marks = mark_in_part(event.message_id, "lost", known, rules)
    if known.link is not None:
        return (hint_file(known.link, event.sender), *marks)
    told = words(known.chat.language).files_not_carried
    because = f"files:{request.thread.root}:{event.sender}"
    return (_tell(event, told, because, request), *marks)


def _not_read(event: ChatMessage, known: Known, request: Request, said: str) -> Decision:
    """On this plan a reply stays in the chat: its author is told so, once a thread.

    But the files that the asker adds while the form is filled in go along, as its words do.
    """
    if not said:
        return Decision("nothing that reaches the ticket on this plan")
    if event.files and request.state is RequestState.ASKED and event.sender == request.asker:
        files = attach_files(event, request)
        if event.bare:
            return Decision("the asker's files go along with the form", orders=files)
        return replace(hinted := _hint(event, known, request), orders=(*files, *hinted.orders))
    return _hint(event, known, request)


def _hint(event: ChatMessage, known: Known, request: Request) -> Decision:
    if known.link is not None:
        order = hint_reply(known.link, event.thread_root, event.sender)
    else:
        wording, asked = words(known.chat.language), request.state is RequestState.ASKED
        told = wording.reply_too_early if asked else wording.reply_unfiled
        because = f"{'early' if asked else 'unfiled'}:{request.thread.root}:{event.sender}"
        order = _tell(event, told, because, request)
    return Decision("not carried on this plan: its author is told so once", orders=(order,))


def _tell(event: ChatMessage, told: str, because: str, request: Request | None = None) -> Order:
    """Order a word to the sender; where nothing reaches them alone, it waits in the thread."""
    id = request.id if request is not None else RequestId("")
    root = event.thread_root or event.message_id
    return tell(event.chat_id, event.sender, told, because, id, root=root)


def _reaches_nobody(event: ChatMessage, known: Known, request: Request, rules: Rules) -> Decision:
    """Tell somebody once a thread that it got no ticket, which they may not know."""
    told = words(known.chat.language).reply_without_ticket
    because = f"no-ticket:{request.thread.root}:{event.sender}"
    orders = (
        _tell(event, told, because, request),
        *mark_failed(event.message_id, "no-ticket", known, rules),
    )
    return Decision("the thread got no ticket: its author is told so once", orders=orders)


def where_the_ticket_is(known: Known, rules: Rules) -> str:
    """Return the answer to somebody who asks for another ticket in a thread that has one."""
    wording, link = words(known.chat.language), known.link
    if link is None:
        return wording.thread_is_being_filed
    url = rules.portal_base + link.portal_path
    if known.chat.plan is Plan.PREMIUM:
        return wording.thread_is_the_ticket.format(key=link.ticket_key, url=url)
    return wording.thread_has_ticket.format(key=link.ticket_key, url=url)


def _ask(event: ChatMessage, known: Known, rules: Rules, now: Ms) -> Decision:
    """Open a form with what was said; who asks for a ticket about a thread has said nothing yet."""
    said = said_of(event, known)
    below = bool(event.thread_root or event.answers)
    about_thread = below and commands.asked(event, known.bot) == _OPEN
    said = "" if about_thread else said
    request = Request(
        id=known.fresh_id,
        thread=Thread(event.chat_id, event.thread_root or event.message_id),
        top_level=not event.thread_root,
        asker=event.sender,
        state=RequestState.ASKED,
        values=prefilled(said, wordless=event.wordless),
        said=said,
        layout="" if about_thread else layout_of(event, known),
        context_ms=event.sent_ms if about_thread and event.thread_root else Ms(0),
        wordless=event.wordless,
        answers=event.thread_root or next(iter(event.answers), MessageId("")),
        created_ms=now,
        expires_ms=Ms(now + rules.form_lives_ms),
    )
    if helping.asks_for_help(event, said):
        unfilled = replace(request, values={}, said="", layout="", answers=MessageId(""))
        return limiting.shows(
            helping.helped(event, unfilled, known), event, said, known, rules, now
        )
    if not may(known.chat.may_submit, event.sender, known.side):
        told = words(known.chat.language).may_not_submit
        order = tell(
            event.chat_id,
            event.sender,
            told,
            f"may-not:{event.message_id}",
            about=said,
            root=request.thread.root,
        )
        refused = Decision("may not ask there: told so", orders=(order,))
        return limiting.shows(refused, event, said, known, rules, now)
    late = now - event.sent_ms > LATE_MS
    show = Decision(
        "a mention opens a request" + (", found late" if late else ""),
        orders=(
            show_form(request, event.message_id, late=late, written_ms=event.sent_ms),
            *attach_files(event, request),
            *attach_quoted(event, request),
        ),
    )
    return limiting.opens(request, show, event, said, known, rules, now)
