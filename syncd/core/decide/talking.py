"""A message in the chat: a mention that opens a Request, or a reply in a linked thread."""

import re

from syncd.core import text
from syncd.core.commands import AddComment
from syncd.core.decide import lanes
from syncd.core.decide.known import Decision, Known, Rules
from syncd.core.events import ChatMessage
from syncd.core.model import (
    DESCRIPTION,
    SUMMARY,
    Ms,
    Plan,
    Request,
    RequestState,
    Thread,
)
from syncd.core.wording import words

_SUMMARY_LENGTH = 120
_LATE_MS = 5 * 60_000
_DESCRIPTION_LENGTH = 1000


def message(event: ChatMessage, known: Known, rules: Rules, now: Ms) -> Decision:
    """Decide what a message in a chat asks for."""
    if not event.from_person or event.sender == known.bot:
        return Decision("not from a person")
    if event.direct:
        return _direct(event, known, now)
    mentioned = any(named.person == known.bot for named in event.named)
    if not known.chat.enabled:
        return _not_enabled(event, known, now) if mentioned else Decision("chat is not enabled")
    if event.thread_root and known.request is not None:
        by_state = _in_known_thread(event, known, known.request, mentioned, rules)
        if by_state is not None:
            return by_state
    if not mentioned:
        return Decision("does not mention the bot")
    return _ask(event, known, rules, now)


def _direct(event: ChatMessage, known: Known, now: Ms) -> Decision:
    hint = words(known.chat.language).ask_in_a_group
    order = lanes.tell(event.chat_id, event.sender, hint, f"direct:{event.sender}:{lanes.day(now)}")
    return Decision("a direct message: pointed to the groups", orders=(order,))


def _not_enabled(event: ChatMessage, known: Known, now: Ms) -> Decision:
    hint = words(known.chat.language).chat_not_enabled.format(chat_id=event.chat_id)
    because = f"not-enabled:{event.chat_id}:{event.sender}:{lanes.day(now)}"
    order = lanes.tell(event.chat_id, event.sender, hint, because)
    return Decision("chat is not enabled: told so", orders=(order,))


def _in_known_thread(
    event: ChatMessage, known: Known, request: Request, mentioned: bool, rules: Rules
) -> Decision | None:
    """Decide in a thread that has a Request; None when that Request ended without a ticket."""
    if _is_for_ticket(request, mentioned):
        return _reply(event, known, request, mentioned, rules)
    if request.state is RequestState.ASKED and mentioned:
        if event.sender == request.asker:
            order = lanes.show_form(request, event.message_id)
            return Decision("the asker's form is shown again", orders=(order,))
        told = words(known.chat.language).form_of_another
        order = lanes.tell(event.chat_id, event.sender, told, f"another:{event.message_id}")
        return Decision("the thread's form belongs to somebody else", orders=(order,))
    return None


def _is_for_ticket(request: Request, mentioned: bool) -> bool:
    """Tell whether what is said is for the ticket, also while its refused form is corrected."""
    if request.state is RequestState.ASKED:
        return request.round > 0 and not mentioned
    return request.state in (RequestState.SUBMITTED, RequestState.FILED)


def _reply(
    event: ChatMessage, known: Known, request: Request, mentioned: bool, rules: Rules
) -> Decision:
    said = readable(event, known)
    if known.chat.plan is Plan.PREMIUM and said:
        comment = AddComment(
            thread=request.thread,
            message_id=event.message_id,
            author=event.sender,
            said_ms=event.sent_ms,
            body=text.dump(text.paragraphs(said)),
        )
        order = lanes.add_comment(comment, request.id)
        return Decision("a reply in the ticket's thread becomes a comment", orders=(order,))
    if not mentioned:
        return Decision("nothing that reaches the ticket on this plan")
    told = where_the_ticket_is(known, rules)
    order = lanes.tell(
        event.chat_id, event.sender, told, f"has-ticket:{event.message_id}", request.id
    )
    return Decision("told where the ticket of this thread is", orders=(order,))


def where_the_ticket_is(known: Known, rules: Rules) -> str:
    """Return what a person is told who asks for another ticket in a thread that has one."""
    wording, link = words(known.chat.language), known.link
    if link is None:
        return wording.thread_is_being_filed
    url = rules.portal_base + link.portal_path
    return wording.thread_has_ticket.format(key=link.ticket_key, url=url)


def _ask(event: ChatMessage, known: Known, rules: Rules, now: Ms) -> Decision:
    said = readable(event, known)
    request = Request(
        id=known.fresh_id,
        thread=Thread(event.chat_id, event.thread_root or event.message_id),
        top_level=not event.thread_root,
        asker=event.sender,
        state=RequestState.ASKED,
        values=_prefilled(said),
        created_ms=now,
        expires_ms=Ms(now + rules.form_lives_ms),
    )
    late = now - event.sent_ms > _LATE_MS
    return Decision(
        "a mention opens a request" + (", found late" if late else ""),
        request=request,
        orders=(lanes.show_form(request, event.message_id, late=late),),
    )


def _prefilled(said: str) -> dict[str, str | list[str]]:
    if not said:
        return {}
    first = said.split("\n", 1)[0]
    return {SUMMARY: _cut(first, _SUMMARY_LENGTH), DESCRIPTION: _cut(said, _DESCRIPTION_LENGTH)}


def _cut(said: str, limit: int) -> str:
    return said if len(said) <= limit else said[: limit - 1] + "…"


def readable(event: ChatMessage, known: Known) -> str:
    """Return what was said, mentions turned to names and the bot's own mention left out."""
    shown = {n.token: "" if n.person == known.bot else f"@{n.name}" for n in event.named}
    # Longest first, because one token may begin another; once, because a name may look like one.
    tokens = "|".join(re.escape(token) for token in sorted(shown, key=len, reverse=True))
    said = re.sub(tokens, lambda found: shown[found[0]], event.text) if shown else event.text
    lines = (re.sub(r"[ \t]{2,}", " ", line).strip() for line in text.clean(said).split("\n"))
    return "\n".join(lines).strip()
