"""What people are told who ask for tickets: one's status, their own, all of the group."""

from syncd.core.decide.wishes.commands import ASKING, Asked, Word
from syncd.core.delivery import Decision, Order
from syncd.core.events import ChatMessage
from syncd.core.kinds.living.answer_status import answer_status
from syncd.core.kinds.tell_person import tell
from syncd.core.known import Known, Rules
from syncd.core.lifecycle import is_unused
from syncd.core.model import Link, Ms, Request, RequestState
from syncd.core.text import Anchor, Body, Paragraph, Text
from syncd.core.ticket_card.listed import MOST, Listed
from syncd.core.wording import words

_TITLE = 80
"""Letters; enough to know a ticket again."""
_DIRECTLY_AGAIN_MS = 60_000


def in_group(event: ChatMessage, asked: Asked, known: Known, rules: Rules) -> Decision | None:
    """Answer privately; None where the word is not about tickets, or is for an open form."""
    if asked.word not in ASKING:
        return None
    below = bool(event.thread_root or event.answers)
    request, link = (known.request, known.link) if below else (None, None)
    because = str(event.message_id)
    if asked.word is Word.STATUS and not asked.key:
        if link is not None and _is_of(event, link):
            return _status(event, link, because)
        if request is not None and _has_form(request):
            return None
        if request is not None and request.state is RequestState.SUBMITTED:
            told = words(known.chat.language).thread_is_being_filed
            return Decision("its ticket is being created", orders=(_tell(event, told, because),))
    return _answered(event, asked, known, rules, because)


def directly(
    event: ChatMessage, asked: Asked, known: Known, rules: Rules, now: Ms
) -> Decision | None:
    """Answer somebody who writes to the bot alone, once a minute for each word, and for
    each ticket that is theirs; what else they name makes no difference."""
    if asked.word not in ASKING:
        return None
    because = f"{event.sender}:{asked.word}:{now // _DIRECTLY_AGAIN_MS}"
    return _answered(event, asked, known, rules, because)


def _answered(
    event: ChatMessage, asked: Asked, known: Known, rules: Rules, because: str
) -> Decision:
    if asked.key:
        links = (listed.link for listed in known.tickets)
        found = next((link for link in links if _is_of(event, link)), None)
        if found is not None:
            return _status(event, found, f"{because}:{found.ticket_id}")
        told = words(known.chat.language).ticket_unknown.format(key=asked.key)
        return Decision("no ticket of theirs", orders=(_tell(event, told, because),))
    tickets = tuple(listed for listed in known.tickets if _is_of(event, listed.link))
    mine = event.direct or asked.word is not Word.LIST
    wording = words(known.chat.language)
    lead = wording.tickets_mine if mine else wording.tickets_all
    if not tickets:
        lead = wording.tickets_mine_none if mine else wording.tickets_none
    body = _listed(tickets, known, rules, mine=mine)
    return Decision("told which tickets are open", orders=(_tell(event, lead, because, body),))


def _has_form(request: Request) -> bool:
    """Tell whether a form is being filled in; whoever only asked for help has none."""
    return request.state is RequestState.ASKED and not is_unused(request)


def _is_of(event: ChatMessage, link: Link) -> bool:
    """Tell whether it may be told of there: in its own group; to its asker alone, anywhere."""
    return link.asker == event.sender if event.direct else link.thread.chat_id == event.chat_id


def _status(event: ChatMessage, link: Link, because: str) -> Decision:
    root = event.thread_root or event.message_id
    order = answer_status(link, event.chat_id, event.sender, root, because)
    return Decision("told what the ticket is like", orders=(order,))


def _tell(event: ChatMessage, told: str, because: str, body: Body = ()) -> Order:
    root = event.thread_root or event.message_id
    because = f"tickets:{because}"
    return tell(event.chat_id, event.sender, told, because, root=root, body=body)


def _listed(tickets: tuple[Listed, ...], known: Known, rules: Rules, *, mine: bool) -> Body:
    wording = words(known.chat.language)
    lines = [_line(listed, rules, wording.colon) for listed in tickets[:MOST]]
    if len(tickets) > MOST:
        lines.append(Paragraph((Text(wording.tickets_more.format(count=MOST)),)))
    if mine and rules.requests_url:
        lines.append(Paragraph((Anchor(wording.help_requests, rules.requests_url),)))
    return tuple(lines)


def _line(listed: Listed, rules: Rules, colon: str) -> Paragraph:
    link, title = listed.link, " ".join(listed.title.split())
    short = title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"
    key = Anchor(link.ticket_key, rules.portal_base + link.portal_path)
    return Paragraph((key, Text(f"{colon}{short}")) if short else (key,))
