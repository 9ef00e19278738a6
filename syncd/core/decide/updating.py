"""A linked ticket was read: which of its comments does the chat get to see?"""

from dataclasses import dataclass, replace
from enum import StrEnum

from syncd.core import watching
from syncd.core.decide import moving, standing
from syncd.core.decide.changes import changes
from syncd.core.decide.versions import digest_of, times_of
from syncd.core.delivery import Decision, Order
from syncd.core.events import TicketChanged
from syncd.core.kinds.filed.tell_answer_by import tell_answer_by
from syncd.core.kinds.files.show_file import file_keys, show_files
from syncd.core.kinds.living.refresh_card import refresh_card
from syncd.core.kinds.post_update import post_update, update_key
from syncd.core.kinds.rating.ask_rating import ask_rating, question_of
from syncd.core.known import Known, Rules
from syncd.core.model import (
    AccountId,
    Comment,
    Link,
    Ms,
    Plan,
    SeenComment,
    SeenVerdict,
    Ticket,
)
from syncd.core.operators.history import HIDDEN, POST, SKIPPED, WAITS, Note
from syncd.core.publicity import Publicity, first_test, why_hidden
from syncd.core.reaching.marks import ends_with_mark
from syncd.core.ticket_card.card import TicketCard, face_of
from syncd.core.ticket_card.details import details_of
from syncd.core.watching import Look, Reason


class Fate(StrEnum):
    """What is decided on a comment that is news."""

    POST = "post"
    SKIP = "skip"
    HIDE = "hide"
    """Not public now; judged again whenever the ticket is read."""
    WAIT = "wait"
    """It may be our own comment whose answer was lost; later comments wait behind it."""
    KEEP = "keep until unmuted"
    """Its thread is muted: it stays news, and so do all that are to be posted."""


_VERDICTS = {
    Fate.POST: SeenVerdict.TOLD,
    Fate.SKIP: SeenVerdict.SKIPPED,
    Fate.HIDE: SeenVerdict.HIDDEN,
}
_SAID = {Fate.POST: POST, Fate.SKIP: SKIPPED, Fate.HIDE: HIDDEN, Fate.WAIT: WAITS, Fate.KEEP: WAITS}


@dataclass(frozen=True)
class _Judged:
    """A comment, what becomes of it, and why."""

    comment: Comment
    fate: Fate
    why: str
    before: SeenComment | None
    """What is on record of it."""


def ticket_changed(event: TicketChanged, known: Known, rules: Rules, now: Ms) -> Decision:
    """Decide which comments are posted, in the order in which they became public."""
    link = known.link
    if link is None:
        return Decision("the ticket is not linked")
    judged = _judged(event, known)
    posts = [one for one in judged if one.fate is Fate.POST]
    verdicts = [
        _verdict(one, link, now)
        for one in judged
        # A comment that stays hidden keeps the moment at which it was hidden first.
        if one.fate in _VERDICTS and not (one.fate is Fate.HIDE and one.before)
    ]
    untrue = standing.untrue(event, known, now)
    waits = any(one.fate is Fate.WAIT for one in judged)
    card, refreshed = _card(event.ticket, link, judged, known, now)
    return Decision(
        _reason(judged, untrue),
        card=card,
        link=_as_told(link, event.ticket, waits or event.unread),
        seen=(*verdicts, *untrue.seen),
        orders=(
            *(order for one in posts for order in _posts(one, event, known)),
            *untrue.orders,
            *refreshed,
            *(() if link.muted else tell_answer_by(link, event.ticket, now)),
            *moving.told_once(link, event.ticket.key, rules),
        ),
        looks=(*_looks(link, event.ticket, verdicts, rules, now, waits=waits), *untrue.looks),
        revive=(
            *(
                key
                for one in posts
                if one.before and one.before.verdict is SeenVerdict.WITHHELD
                for key in _keys(one, link)
            ),
            *untrue.revive,
        ),
        withhold=untrue.withhold,
        notes=(
            *(Note(one.comment.id, _SAID[one.fate], one.why) for one in judged if _is_news(one)),
            *untrue.notes,
        ),
    )


def _judged(event: TicketChanged, known: Known) -> list[_Judged]:
    """Judge the comments that are news, up to and including the first that has to wait."""
    judged = []
    for comment in changes(known.seen, event.ticket):
        fate, why = _fate(comment, event.ticket, event.ours, known)
        before = known.seen.get(comment.id)
        judged.append(_Judged(comment, fate, why, before))
        if fate is Fate.WAIT:
            break
    return judged


def _is_news(one: _Judged) -> bool:
    """Whether the history needs to be told: of what was withdrawn it says that it is hidden."""
    withdrawn = one.before is not None and one.before.verdict is SeenVerdict.WITHDRAWN
    return not (withdrawn and one.fate is Fate.HIDE)


def _verdict(one: _Judged, link: Link, now: Ms) -> SeenComment:
    """Return what becomes of the comment; of one that is posted, in which version."""
    comment, times = one.comment, times_of(one.before)
    verdict = SeenComment(link.ticket_id, comment.id, _VERDICTS[one.fate], now, times)
    if one.fate is not Fate.POST:
        return verdict
    return replace(verdict, edited_ms=comment.updated_ms, digest=digest_of(comment.body))


def _posts(one: _Judged, event: TicketChanged, known: Known) -> tuple[Order, ...]:
    """Return the orders of the comment's words, then of its files."""
    link, plan = known.sure_link(), known.chat.plan
    times = times_of(one.before)
    return (
        post_update(one.comment, event.ticket, link, plan, event.read_ms, times),
        *show_files(one.comment, event.ticket, link, plan, times),
    )


def _keys(one: _Judged, link: Link) -> tuple[str, ...]:
    times = times_of(one.before)
    files = file_keys(one.comment, link.ticket_id, times)
    return (update_key(link.ticket_id, one.comment.id, times), *files)


def _looks(
    link: Link,
    ticket: Ticket,
    verdicts: list[SeenComment],
    rules: Rules,
    now: Ms,
    *,
    waits: bool,
) -> tuple[Look, ...]:
    looks = watching.of_verdicts(link.ticket_id, [one.verdict for one in verdicts], now)
    again = _read_again(link, ticket, rules, now, waits=waits)
    return looks if again is None else (*looks, Look(link.ticket_id, Reason.READ, again))


def _read_again(link: Link, ticket: Ticket, rules: Rules, now: Ms, *, waits: bool) -> Ms | None:
    """Return when the ticket is read again although nothing tells that it changed; None: never."""
    if waits:
        return Ms(now + watching.WAITS_MS)
    if moving.has_left(ticket.key, rules):
        return Ms(now + watching.MOVED_MS)
    # Whether the SLA of a new ticket runs at once is not documented.
    settled = Ms(link.created_ms + watching.NO_SLA_YET_MS)
    return settled if ticket.answer_by == 0 and now < settled else None


def _fate(comment: Comment, ticket: Ticket, ours: AccountId, known: Known) -> tuple[Fate, str]:
    """Return what is decided on a comment, and the reason for the operator."""
    if comment.ref or comment.id in known.twins:
        return Fate.SKIP, "it came from the chat, or is shown there already"
    if comment.author.id == ours and ends_with_mark(comment.body):
        return Fate.SKIP, "our own account wrote this, with our mark"
    if comment.author.id == ours and known.comments_under_way:
        return Fate.WAIT, "it may be our own, of which the answer was lost"
    if first_test(comment.signs) is not Publicity.PUBLIC:
        return Fate.HIDE, why_hidden(comment.signs)
    stranger = _no_engineer(comment, ticket, ours)
    if known.chat.plan is Plan.ENTERPRISE and stranger:
        return Fate.SKIP, f"plan enterprise shows engineers' answers, and {stranger}"
    if known.sure_link().muted:
        return Fate.KEEP, "its thread is muted"
    return Fate.POST, "public"


def _no_engineer(comment: Comment, ticket: Ticket, ours: AccountId) -> str:
    """Return why a comment does not count as an engineer's; empty: it does."""
    author = comment.author
    if author.id == ours:
        return "our own account wrote this"
    if author.id == ticket.reporter:
        return "the reporter wrote this"
    if author.id in ticket.participants:
        return "a participant of the ticket wrote this"
    return "" if author.kind == "atlassian" else f"its author's account is of kind {author.kind}"


def _card(
    ticket: Ticket, link: Link, judged: list[_Judged], known: Known, now: Ms
) -> tuple[TicketCard | None, tuple[Order, ...]]:
    """Return the card with the ticket's present face where that is new, and what it causes."""
    card = known.card
    if card is None:
        return None, ()
    details = details_of(ticket, known.chat, _readable(ticket, judged, known))
    face = face_of(ticket, details)
    if card.face == face:
        return None, ()
    order = refresh_card(card, link, ticket, details, now)
    asked = ask_rating(link, ticket, card, now, wanted=known.chat.satisfaction)
    read = replace(card, face=face, resolved=ticket.resolved)
    read = replace(read, question=question_of(card, ticket, asked))
    return read, (*((order,) if card.message_id else ()), *asked)


def _readable(ticket: Ticket, judged: list[_Judged], known: Known) -> list[Comment]:
    """Return the comments that customers may read, as far as is known: a moment of another one is
    nothing that the chat is to hear of. One that is posted counts once it stands in the chat: just
    before that the portal is asked."""
    fates = {one.comment.id: one.fate for one in judged}
    skipped, told = SeenVerdict.SKIPPED, SeenVerdict.TOLD
    before = {
        id
        for id, one in known.seen.items()
        if one.verdict is skipped or (one.verdict is told and id in known.twins)
    }
    return [
        one
        for one in ticket.comments
        if first_test(one.signs) is Publicity.PUBLIC
        and (fates.get(one.id) is Fate.SKIP or one.id in before)
    ]


def _as_told(link: Link, ticket: Ticket, waiting: bool) -> Link:
    seen = link.updated_seen if waiting else ticket.updated
    return replace(link, ticket_key=ticket.key, updated_seen=seen)


def _reason(judged: list[_Judged], untrue: Decision) -> str:
    fates = [one.fate for one in judged]
    counts = {fate: fates.count(fate) for fate in Fate if fate in fates}
    said = [f"{count} to {fate}" for fate, count in counts.items()]
    return ", ".join([*said, untrue.reason] if untrue.reason else said) or "nothing new"
