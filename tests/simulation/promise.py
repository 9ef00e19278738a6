"""The promise of syncd, asked of a world in which nothing goes wrong any more."""

from collections.abc import Iterator
from itertools import combinations

from simulation.asking import is_severe, wrong
from simulation.chat import ARRIVED, Shown, edition_of, marks
from simulation.tickets import Issue, Remark
from simulation.town import Reply, Town, is_escalation

from syncd.core.delivery import Delivery
from syncd.core.events import ChatMessage
from syncd.core.kinds import (
    AddComment,
    CorrectUpdate,
    Escalate,
    FileTicket,
    MarkReply,
    OfferForm,
    PostUpdate,
    ReplaceUpdate,
    ReviseComment,
    ShowForm,
    Withdraw,
)
from syncd.core.model import DeliveryState, Link, Plan, Request, RequestState
from syncd.core.views import PostView
from syncd.core.watching import Reason
from syncd.store.schema import InboxState

_UNDER_WAY = (
    DeliveryState.READY,
    DeliveryState.LEASED,
    DeliveryState.SENDING,
    DeliveryState.DOUBT,
)
CHANGES = (ReplaceUpdate, CorrectUpdate, Withdraw)
"""What makes true what stands in the chat; where Lark refuses it, operators find it listed."""
_HOUR_MS = 3_700_000
_PACE_MS = 200_000
_STEPS_MS = (1_000, 35_000, 65_000, *(400_000,) * 8)
"""How the time passes in which everything late, waiting or in doubt comes to its end."""


def calm(town: Town) -> None:
    """Let nothing go wrong any more, and time pass until nothing is left to do."""
    town.stormy = False
    _settle(town)
    town.passes(_HOUR_MS)
    for _ in range(2):
        town.turn("watch")
        town.turn("slow watch")
        town.passes(_PACE_MS)  # By which the slow watch asks the portal about some tickets.
    _settle(town)


def _settle(town: Town) -> None:
    for step in _STEPS_MS:
        town.passes(step)
        work(town)
        if _is_settled(town):
            return


def _is_settled(town: Town) -> bool:
    with town.inside.store.read() as tx:
        left = any(tx.outbox.in_state(state, 1) for state in _UNDER_WAY)
        waits = any(tx.looks.of(Reason.READ, id) for id in town.desk.issues)
        return not left and not waits and InboxState.NEW not in tx.inbox.counts()


def work(town: Town) -> None:
    """Let each thread have its turn, and all that is to be delivered be delivered."""
    while town.waiting:
        town.turn("socket")
    for name in ("basics", "intake", "poll", "janitor", "chat doubts", "desk doubts"):
        town.turn(name)
    for name in ("chat 1", "desk 1"):
        while town.turn(name):
            pass


def broken(town: Town) -> list[str]:
    """Return a sentence for each way in which the promise was broken."""
    with town.inside.store.read() as tx:
        left = [d for state in DeliveryState for d in tx.outbox.in_state(state)]
        links = {id: tx.links.of_ticket(id) for id in town.desk.issues}
        requests = {m.message_id: tx.requests.of_thread(m.message_id) for m in town.mentions}
    undone = [d for d in left if d.state is not DeliveryState.DONE]
    sentences = list(town.broken)
    sentences += [f"{d.command} is still {d.state}" for d in undone if d.state in _UNDER_WAY]
    sentences += [f"{d.command} is {d.state} without a reason" for d in undone if not d.reason]
    for message in town.mentions:
        sentences += _asked(town, message, requests[message.message_id], undone)
    for id, issue in town.desk.issues.items():
        sentences += _told(town, issue, links[id], undone)
        sentences += [*wrong(issue), *_escalated(town, issue, undone)]
    sentences += _replied(town, undone)
    return sentences


def _asked(
    town: Town, message: ChatMessage, request: Request | None, undone: list[Delivery]
) -> Iterator[str]:
    served = message.chat_id not in town.once_disabled
    if request is None and served:
        yield f"{message.message_id} mentioned the bot and nothing came of it"
    if request is None:
        return
    made = [i for i in town.desk.issues.values() if i.marker.endswith(request.id)]
    if len(made) > 1:
        yield f"{[i.key for i in made]} were created for one request"
    if request.state is RequestState.FILED and len(made) != 1:
        yield f"{request.id} is FILED and has {len(made)} tickets"
    if request.state in (RequestState.ASKED, RequestState.CANCELLED) and made:
        yield f"{request.id} is {request.state} and has a ticket"
    listed = [d for d in undone if isinstance(d.command, FileTicket)]
    if request.state in (RequestState.SUBMITTED, RequestState.FAILED) and not listed:
        yield f"{request.id} is {request.state} and nobody is told"
    forms = [d for d in undone if isinstance(d.command, ShowForm | OfferForm)]
    unseen = not town.chat.offers(request.id)
    unlisted = not any(d.request_id == request.id for d in forms)
    if request.state is RequestState.ASKED and served and unseen and unlisted:
        yield f"{request.id} waits for a form that its asker does not see"


def _told(town: Town, issue: Issue, link: Link | None, undone: list[Delivery]) -> Iterator[str]:
    if link is None:
        yield f"{issue.key} was created and no thread knows it"
        return
    said = [s for s in town.chat.shown if _announces(s.content, issue)]
    served = link.thread.chat_id not in town.once_disabled
    if len(said) != 1 and not any(d.request_id == link.request_id for d in undone):
        yield f"{issue.key} was announced {len(said)} times"
    plan = town.outside.chats[link.thread.chat_id].plan
    for remark in issue.remarks:
        if not remark.ref:
            yield from _shown(town, remark, undone, f"on plan {plan}", served=served)
    yield from _in_order(town, issue)


def _escalated(town: Town, issue: Issue, undone: list[Delivery]) -> Iterator[str]:
    told = [s for s in town.chat.shown if is_escalation(s) and issue.key in repr(s.content)]
    orders = (d.command for d in undone if isinstance(d.command, Escalate))
    listed = any(order.key == issue.key for order in orders)
    if is_severe(issue) != bool(told) and not (is_severe(issue) and listed):
        yield f"{issue.key} is severe: {is_severe(issue)}, and somebody was told {len(told)} times"


def _shown(
    town: Town, remark: Remark, undone: list[Delivery], where: str, *, served: bool
) -> Iterator[str]:
    name = _mark(remark)
    shown = town.chat.showing(name)
    updates = {d.command.comment_id: d for d in undone if isinstance(d.command, PostUpdate)}
    listed = updates.get(remark.id)
    dead = listed is not None and listed.state is DeliveryState.DEAD
    stands = any(not s.gone and name in s.remarks for s in shown)
    # Of one that was given up in doubt operators are told that it may stand there.
    told = dead and listed is not None and listed.was_uncertain
    if stands and not remark.public and not told:
        yield f"{name} is not public and stands in the chat"
    if remark.public and not shown and served and not dead:
        yield f"{name} was never shown {where}"
    if remark.public and shown and served and not (dead or _listed(undone, remark)):
        yield from _as_it_is(shown, remark, name)


def _as_it_is(shown: list[Shown], remark: Remark, name: str) -> Iterator[str]:
    """The last message that shows it, its post or a correction, says what it says now."""
    last = [s for s in shown if not s.gone][-1:]
    if not last:
        yield f"{name} is public and stands in the chat no more"
    elif edition_of(last[0].content) != len(remark.edited):
        yield f"{name} was edited and stands in the chat as it was"


def _listed(undone: list[Delivery], remark: Remark) -> bool:
    """Whether operators are told that its message could not be changed or taken away."""
    changes = (d.command for d in undone if isinstance(d.command, CHANGES))
    return any(command.comment_id == remark.id for command in changes)


def _in_order(town: Town, issue: Issue) -> Iterator[str]:
    """What was said and became public before something else is shown before it.

    One that was made public counts from its last change, which may be a later correction.
    """
    shown = {
        r.id: town.chat.shown.index(first[0])
        for r in issue.remarks
        if not r.ref and r.public and (first := town.chat.showing(_mark(r)))
    }
    told = [r for r in issue.remarks if r.id in shown and r.id not in town.sent_again]
    remarks = [r for r in told if r.flips == 0 or (r.flips == 1 and not r.edited)]
    for before, after in combinations(remarks, 2):
        earlier = before.public_since < after.public_since
        if earlier and shown[before.id] > shown[after.id]:
            yield f"{issue.key}: {_mark(after)} was shown before {_mark(before)}"


def _replied(town: Town, undone: list[Delivery]) -> Iterator[str]:
    listed = {mark for d in undone for mark in marks(d.command)}
    remarks = [r for issue in town.desk.issues.values() for r in issue.remarks]
    unchanged = {d.command.message_id for d in undone if isinstance(d.command, ReviseComment)}
    for mark, reply in town.replies.items():
        written = [r for r in remarks if r.ref and f"<<{mark}>>" in r.words]
        may_miss = mark in listed or reply.taken_back or reply.chat_id in town.once_disabled
        if len(written) > 1 or not (written or may_miss):
            yield f"the reply {mark} became {len(written)} comments"
        if written and not (reply.id in unchanged or reply.chat_id in town.once_disabled):
            yield from _as_edited(mark, reply, written[0])
        if not (reply.taken_back or reply.id in town.chat.unmarked):
            yield from _as_marked(town, mark, reply, undone, arrived=bool(written))


def _as_marked(
    town: Town, mark: str, reply: Reply, undone: list[Delivery], *, arrived: bool
) -> Iterator[str]:
    """No emoji says that a reply has arrived which has not, and one says so of each that has."""
    emojis = town.chat.emojis.get(reply.id, set())
    if ARRIVED in emojis and not arrived:
        yield f"the reply {mark} is marked and stands on no ticket"
    may_miss = any(
        isinstance(d.command, AddComment | MarkReply) and d.command.message_id == reply.id
        for d in undone
    )
    served = reply.chat_id not in town.once_disabled
    premium = town.outside.chats[reply.chat_id].plan is Plan.PREMIUM
    if arrived and served and premium and not may_miss and ARRIVED not in emojis:
        yield f"the reply {mark} stands on its ticket and is not marked"


def _as_edited(mark: str, reply: Reply, written: Remark) -> Iterator[str]:
    if reply.taken_back:
        yield f"the reply {mark} was taken back and stands on the ticket"
    elif edition_of(written.words) != reply.edits:
        yield f"the reply {mark} was edited and stands on the ticket as it was"


def _mark(remark: Remark) -> str:
    return marks(remark.words)[0]


def _announces(content: object, issue: Issue) -> bool:
    return isinstance(content, PostView) and bool(content.lines) and not content.body and (
        content.link_url.endswith(f"/{issue.key}") and content.title.startswith(issue.key)
    )  # fmt: skip


def premium_threads(town: Town) -> list[Link]:
    """Return the links of the chats in which replies become comments."""
    with town.inside.store.read() as tx:
        links = [tx.links.of_ticket(id) for id in town.desk.issues]
    chats = town.outside.chats
    return [k for k in links if k is not None and chats[k.thread.chat_id].plan is Plan.PREMIUM]
