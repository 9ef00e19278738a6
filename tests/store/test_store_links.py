"""Threads, tickets, and what of each was told to the other."""

from dataclasses import replace

import pytest
from stored_nouns import link, request, thread

from syncd.core.model import (
    ChatId,
    CommentId,
    Link,
    MessageId,
    Ms,
    Origin,
    PersonId,
    RequestId,
    SeenComment,
    SeenVerdict,
    Thread,
    TicketId,
    TicketKey,
    Twin,
)
from syncd.core.ticket_card.card import TicketCard
from syncd.core.ticket_card.listed import Listed
from syncd.store.failures import Conflict
from syncd.store.store import Store

TICKET = TicketId("10001")


def add(store: Store, *links: Link) -> None:
    with store.begin() as tx:
        for one in links:
            assert tx.links.add(one)


def seen(comment: str, verdict: SeenVerdict = SeenVerdict.TOLD, updated: int = 1) -> SeenComment:
    return SeenComment(TICKET, CommentId(comment), verdict, Ms(updated))


def twin(message: str, comment: str, ticket: TicketId = TICKET) -> Twin:
    return Twin(MessageId(message), ticket, CommentId(comment), Origin.CHAT)


def test_a_link_is_found_from_both_sides(store: Store) -> None:
    made = link(portal_path="障害" * 500, updated_seen="2026-01-01T00:00:00.000+0900")
    add(store, made)
    with store.read() as tx:
        assert tx.links.of_thread(thread().root) == made == tx.links.of_ticket(TICKET)
        assert tx.links.of_thread(MessageId("OM_ROOT")) is None
        assert tx.links.of_ticket(TicketId("1")) is None


def test_a_thread_and_a_ticket_are_linked_once(store: Store) -> None:
    add(store, link())
    with store.begin() as tx:
        assert not tx.links.add(link(ticket="10002"))
        assert not tx.links.add(link(root="om_other"))
        assert tx.links.count() == 1


def test_a_link_can_be_saved_but_not_one_that_is_gone(store: Store) -> None:
    add(store, link())
    moved = replace(link(), ticket_key=TicketKey("NEW-1"), portal_path="/2")
    with store.begin() as tx:
        tx.links.save(moved)
        assert tx.links.of_ticket(TICKET) == moved
    with pytest.raises(Conflict), store.begin() as tx:
        tx.links.save(link(ticket="10002"))


def test_many_tickets_are_looked_up_together(store: Store) -> None:
    add(store, *(link(f"om_{number}", str(number)) for number in range(450)))
    wanted = [TicketId(str(number)) for number in range(100, 900)]
    with store.read() as tx:
        found = tx.links.of_tickets(wanted)
        assert tx.links.of_tickets([]) == {}
    assert set(found) == {str(number) for number in range(100, 450)}
    assert all(found[id].ticket_id == id for id in found)


def test_the_links_made_last_come_newest_first(store: Store) -> None:
    add(store, link("om_b", "2", created_ms=Ms(2)), link("om_a", "1", created_ms=Ms(1)))
    add(store, link("om_c", "3", created_ms=Ms(3)))
    with store.read() as tx:
        assert [one.ticket_id for one in tx.links.recent(2)] == ["3", "2"]


def asked_by(number: int, asker: str = "ou_ann", chat: str = "oc_chat") -> Link:
    made = link(f"om_{number}", str(number), created_ms=Ms(number))
    there = Thread(ChatId(chat), made.thread.root)
    return replace(made, thread=there, asker=PersonId(asker), request_id=RequestId(f"r{number}"))


def keys(found: list[Listed]) -> list[str]:
    return [listed.link.ticket_key for listed in found]


def test_open_tickets_are_listed_by_chat_and_by_person_newest_first(store: Store) -> None:
    add(store, asked_by(1), asked_by(2, "ou_ben"), asked_by(3), asked_by(4, chat="oc_other"))
    ann, here = PersonId("ou_ann"), ChatId("oc_chat")
    with store.begin() as tx:
        tx.cards.put(TicketCard(TicketId("1")))
        tx.cards.put(TicketCard(TicketId("3"), resolved=True))
        tx.requests.add(request("r1", "om_1", values={"summary": "it is down"}))
        tx.requests.add(request("r2", "om_2", values={}))
        bens, anns = Listed(asked_by(2, "ou_ben")), Listed(asked_by(1), "it is down")
        assert tx.links.open_in(here, 9) == [bens, anns]
        assert tx.links.open_in(here, 1) == [bens]
        assert tx.links.open_of(ann, here, 9) == [anns]
        assert keys(tx.links.open_of(ann, ChatId(""), 9)) == ["HELP-4", "HELP-1"]
        assert tx.links.open_in(ChatId("oc_none"), 9) == []
        assert tx.links.open_in(here, 1, lambda link: link.asker == ann) == [anns]


def test_a_ticket_is_found_by_its_key(store: Store) -> None:
    add(store, asked_by(1), asked_by(2))
    with store.read() as tx:
        assert tx.links.named(TicketKey("HELP-2")) == asked_by(2)
        assert tx.links.named(TicketKey("help-2")) is None


def test_what_became_of_a_comment_can_be_corrected(store: Store) -> None:
    with store.begin() as tx:
        tx.seen.put(seen("1", SeenVerdict.WITHHELD))
        tx.seen.put(seen("2"))
        tx.seen.put(seen("1", SeenVerdict.TOLD, updated=9))
        assert tx.seen.of(TICKET) == {"1": seen("1", updated=9), "2": seen("2")}
        assert tx.seen.of(TicketId("1")) == {}
        assert tx.seen.recent([TICKET, "1"], Ms(9)) == {TICKET: [seen("1", updated=9)]}


def test_a_message_shows_one_comment_and_a_comment_may_have_several_messages(store: Store) -> None:
    with store.begin() as tx:
        assert tx.twins.put(twin("om_1", "1"))
        assert not tx.twins.put(twin("om_1", "1"))
        assert not tx.twins.put(twin("om_1", "2"))
        assert tx.twins.put(twin("om_3", "1", ticket=TicketId("2")))
        again = replace(twin("om_4", "1"), origin=Origin.HELPDESK, times=1)
        assert tx.twins.put(again)
        assert tx.twins.of_ticket(TICKET) == [twin("om_1", "1"), again]
