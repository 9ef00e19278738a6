"""Whether the promise was kept: what each person sees in the end, and what is on record."""

from collections.abc import Iterator
from dataclasses import dataclass

import internal
from crowd import Case
from house import GLOBEX
from running_house import RunningHouse

from syncd.core.kinds import ShowForm
from syncd.core.model import DeliveryState
from syncd.sandbox.jsm.records import Comment, Ticket
from syncd.sandbox.lark.shown import Shown
from syncd.sandbox.lark.view import show, show_private

SEARCH = "/rest/api/3/search/jql"
UNDER_WAY = (
    DeliveryState.READY,
    DeliveryState.LEASED,
    DeliveryState.SENDING,
    DeliveryState.DOUBT,
)


@dataclass(frozen=True)
class Post:
    """One of the bot's messages that stands where everybody in the chat sees it."""

    chat: str
    root: str
    """The message in whose thread it stands, empty at the top level."""
    shown: Shown

    def says(self, mark: str) -> bool:
        return mark in self.shown.text

    def links_to(self, key: str) -> bool:
        return any(f"/{key}?" in url for _, url in self.shown.links)


def promise_is_kept(house: RunningHouse, cases: list[Case]) -> None:
    """Wait until all is as promised, and see that it stays so when syncd has looked again."""

    def wrong() -> list[str]:
        return broken(house, cases)

    house.until("the promise kept", lambda: not wrong(), wrong)
    looked = _searches(house)
    house.until("two more polls", lambda: _searches(house) >= looked + 2)
    house.until("the end of all that is under way", lambda: not _under_way(house))
    assert wrong() == []
    assert internal.got_out(house.box) == []
    assert house.box.lark_state.delivery.protocol_faults == []


def all_shown(house: RunningHouse, cases: list[Case]) -> bool:
    """Whether each comment stands somewhere."""
    posts = _posts(house)
    return all(any(p.says(said.mark) for p in posts) for case in cases for said in case.said)


def broken(house: RunningHouse, cases: list[Case]) -> list[str]:
    """Return a sentence for each way in which the promise is not kept (yet)."""
    posts = _posts(house)
    with house.box.world.lock:
        tickets = list(house.box.jira_state.tickets.values())
    sentences = [*_under_way(house), *_dead(house), *_forms(house, cases, posts)]
    for case in cases:
        own = [t for t in tickets if t.summary == case.text]
        if len(own) != 1:
            sentences.append(f"{case.text!r} became {[t.key for t in own]}")
            continue
        asker = house.box.world.person(case.person)
        if own[0].reporter != asker.account_id:
            sentences.append(f"{own[0].key} was raised for {own[0].reporter}, not {asker.key}")
        sentences += _announced(case, own[0], posts)
        sentences += _told(case, own[0], posts)
        sentences += _replied(case, own[0], posts)
    known = {case.text for case in cases}
    return sentences + [f"nobody asked for {t.key}" for t in tickets if t.summary not in known]


def _searches(house: RunningHouse) -> int:
    calls = house.box.world.journal.calls("jsm")
    return sum(call.path == SEARCH and call.status == 200 for call in calls)


def _under_way(house: RunningHouse) -> list[str]:
    return [f"{d.command} is {d.state}: {d.reason}" for d in house.deliveries(*UNDER_WAY)]


def _dead(house: RunningHouse) -> list[str]:
    """A form that may not have come is given up, and offered again."""
    dead = house.deliveries(DeliveryState.DEAD)
    return [f"{d.command} is dead: {d.reason}" for d in dead if not isinstance(d.command, ShowForm)]


def _posts(house: RunningHouse) -> list[Post]:
    state = house.box.lark_state
    with house.box.world.lock:
        standing = [m for m in state.messages.values() if not m.sender and not m.recalled]
        standing.sort(key=lambda m: m.order)
        return [Post(m.chat_id, m.root_id, show(state, m)) for m in standing]


def _forms(house: RunningHouse, cases: list[Case], posts: list[Post]) -> Iterator[str]:
    """Each form is its asker's alone, and leaves when the ticket is there."""
    state = house.box.lark_state
    askers = {case.text: f"ou_{case.person}" for case in cases}
    with house.box.world.lock:
        cards = [(c, show_private(state, c)) for c in state.ephemerals.values()]
        shown_to = [(c.open_id, c.visible_to(c.open_id), form) for c, form in cards]
        for person in house.box.world.people.values():
            direct = house.box.lark_people.direct(person.key) if person.open_id else []
            shown_to += [(person.open_id, True, form) for form in direct]
        shown_to += [("everybody", True, p.shown) for p in posts if not _is_direct(p)]
    for reader, still, shown in shown_to:
        values = [str(field.default) for field in shown.fields]
        for text, asker in askers.items():
            if reader != asker and any(text in value for value in values):
                yield f"{reader} was shown the form of {text!r}"
        if shown.fields and still:
            yield f"{reader} still sees a form: {values}"


def _is_direct(post: Post) -> bool:
    return post.chat.startswith("oc_p2p_")


def _announced(case: Case, ticket: Ticket, posts: list[Post]) -> Iterator[str]:
    marks = [said.mark for said in case.said]
    about = [p for p in posts if p.links_to(ticket.key) and not any(map(p.says, marks))]
    there = [p for p in about if p.root == case.root]
    if len(there) != 1 or len(about) != 1:
        yield f"{ticket.key} was announced {len(there)} times in its thread, {len(about)} in all"


def _told(case: Case, ticket: Ticket, posts: list[Post]) -> Iterator[str]:
    public = {str(c.id) for c in ticket.comments if c.public}
    where = "" if case.chat == GLOBEX else case.root
    order: list[int] = []
    for said in case.said:
        shown = [n for n, post in enumerate(posts) if post.says(said.mark)]
        if len(shown) != (said.id in public):
            yield f"{said.mark} of {ticket.key} stands {len(shown)} times"
        if any((posts[n].chat, posts[n].root) != (case.chat, where) for n in shown):
            yield f"{said.mark} of {ticket.key} stands in another place"
        order += shown
    if order != sorted(order):
        yield f"{ticket.key}: its comments stand in the order {order}"


def _replied(case: Case, ticket: Ticket, posts: list[Post]) -> Iterator[str]:
    written: list[int] = []
    for reply in case.replies:
        found = [n for n, c in enumerate(ticket.comments) if _is_ours(c) and reply in c.text]
        if len(found) != 1:
            yield f"{reply} of {ticket.key} became {len(found)} comments"
        if any(post.says(reply) for post in posts):
            yield f"{reply} of {ticket.key} came back as an echo"
        written += found
    if written != sorted(written):
        yield f"{ticket.key}: its replies were written in the order {written}"


def _is_ours(comment: Comment) -> bool:
    return "syncd.ref" in comment.properties
