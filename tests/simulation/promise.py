"""The promise of syncd, asked of a world in which nothing goes wrong any more."""

from collections.abc import Iterator

from simulation.chat import PREMIUM, marks
from simulation.desk import Issue, Remark
from simulation.town import Town

from syncd.core.commands import Delivery, FileTicket, PostUpdate
from syncd.core.events import ChatMessage
from syncd.core.model import DeliveryState, Link, Plan, Request, RequestState
from syncd.core.views import PostView

_LISTED = (DeliveryState.DOUBT, DeliveryState.DEAD, DeliveryState.WITHHELD)
_UNDER_WAY = (DeliveryState.READY, DeliveryState.LEASED, DeliveryState.SENDING)
_CALM_STEPS_MS = (1_000, 35_000, 35_000, *(400_000,) * 5, 3_700_000, 60_000)
"""How the time passes in which everything late, waiting or in doubt comes to its end."""


def calm(town: Town) -> None:
    """Let nothing go wrong any more, and time pass until nothing is left to do."""
    town.stormy = False
    for step in _CALM_STEPS_MS:
        town.passes(step)
        work(town)


def work(town: Town) -> None:
    """Let each thread have its turn, and all that is to be delivered be delivered."""
    while town.waiting:
        town.turn("socket")
    for name in ("basics", "intake", "poll", "sweep", "reread", "janitor", "doubts"):
        town.turn(name)
    for courier in town.inside.couriers.values():
        while courier.run_once():
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
    for message in town.mentions:
        sentences += _asked(town, message, requests[message.message_id], undone)
    for id, issue in town.desk.issues.items():
        sentences += _told(town, issue, links[id], undone)
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
    if request.state is RequestState.ASKED and served and not town.chat.offers(request.id):
        yield f"{request.id} waits for a form that its asker does not see"


def _told(town: Town, issue: Issue, link: Link | None, undone: list[Delivery]) -> Iterator[str]:
    if link is None:
        yield f"{issue.key} was created and no thread knows it"
        return
    said = [s for s in town.chat.shown if _announces(s.content, issue)]
    served = link.thread.chat_id not in town.once_disabled
    if len(said) != 1 and not any(d.request_id == link.request_id for d in undone):
        yield f"{issue.key} was announced {len(said)} times"
    listed = {d.command.comment_id for d in undone if isinstance(d.command, PostUpdate)}
    plan = town.outside.chats[link.thread.chat_id].plan
    order: list[tuple[int, Remark]] = []
    for remark in issue.remarks:
        shown = town.chat.showing(_mark(remark)) if not remark.ref else []
        if not remark.public and any(not s.gone and _mark(remark) in s.remarks for s in shown):
            yield f"{_mark(remark)} is not public and stands in the chat"
        missed = remark.always_public and not remark.ref and not shown and served
        if missed and remark.id not in listed:
            yield f"{_mark(remark)} was never shown on plan {plan}"
        if shown and remark.always_public:
            order.append((town.chat.shown.index(shown[0]), remark))
    if order != sorted(order, key=lambda pair: pair[0]):
        yield f"{issue.key}: shown as {[_mark(r) for _, r in sorted(order, key=lambda p: p[0])]}"


def _replied(town: Town, undone: list[Delivery]) -> Iterator[str]:
    listed = {mark for d in undone for mark in marks(d.command)}
    remarks = [r for issue in town.desk.issues.values() for r in issue.remarks]
    for mark in town.replies:
        written = [r for r in remarks if r.ref and f"<<{mark}>>" in r.words]
        lost = not written and mark not in listed and PREMIUM not in town.once_disabled
        if len(written) > 1 or lost:
            yield f"the reply {mark} became {len(written)} comments"


def _mark(remark: Remark) -> str:
    return marks(remark.words)[0]


def _announces(content: object, issue: Issue) -> bool:
    return isinstance(content, PostView) and bool(content.lines) and not content.body and (
        content.link_url.endswith(f"/{issue.key}") and content.title.startswith(issue.key)
    )  # fmt: skip


def premium_threads(town: Town) -> list[Link]:
    """Return the links of the chat in which replies become comments."""
    with town.inside.store.read() as tx:
        links = [tx.links.of_ticket(id) for id in town.desk.issues]
    chats = town.outside.chats
    return [k for k in links if k is not None and chats[k.thread.chat_id].plan is Plan.PREMIUM]
