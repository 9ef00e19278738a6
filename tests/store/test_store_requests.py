"""What people asked for."""

from dataclasses import replace

import pytest
from stored_nouns import HOUR, request, thread

from syncd.core.model import Card, MessageId, Ms, Place, Request, RequestId, RequestState
from syncd.store.failures import Conflict
from syncd.store.store import Store

ASKED, SUBMITTED = RequestState.ASKED, RequestState.SUBMITTED


def add(store: Store, *requests: Request) -> None:
    with store.begin() as tx:
        for one in requests:
            tx.requests.add(one)


def test_a_request_comes_back_as_it_was_saved(store: Store) -> None:
    asked = request(values={"summary": "ＶＭが落ちた 😀 \x00", "labels": ["a", "b"]})
    add(store, asked)
    later = replace(
        asked,
        state=SUBMITTED,
        round=1,
        submitted_ms=Ms(9),
        slow_told=True,
        card=Card(Place.EPHEMERAL, MessageId("om_card")),
        problem="x" * 200_000,
    )
    with store.begin() as tx:
        assert tx.requests.get(asked.id) == asked
        tx.requests.save(later, was=ASKED)
        assert tx.requests.get(asked.id) == later
    with store.read() as tx:
        assert tx.requests.get(asked.id) == later
        assert tx.requests.get(RequestId("none")) is None


def test_the_newest_request_of_a_thread_counts(store: Store) -> None:
    add(store, request("r1"), request("r3", created_ms=Ms(3)), request("r2", created_ms=Ms(2)))
    add(store, request("r4", root="om_other", created_ms=Ms(4)))
    with store.read() as tx:
        found = tx.requests.of_thread(thread().root)
        assert found is not None
        assert found.id == "r3"
        assert tx.requests.of_thread(MessageId("om_none")) is None


def test_a_request_that_changed_meanwhile_is_not_overwritten(store: Store) -> None:
    asked = request()
    add(store, asked)
    with store.begin() as tx:
        tx.requests.save(replace(asked, state=RequestState.CANCELLED), was=ASKED)
    with pytest.raises(Conflict), store.begin() as tx:
        tx.requests.save(replace(asked, state=SUBMITTED), was=ASKED)


def test_what_may_still_become_a_ticket_is_found_the_submitted_first(store: Store) -> None:
    add(store, request("old", created_ms=Ms(1)), request("new", created_ms=Ms(3)))
    add(store, request("sent", created_ms=Ms(2), state=SUBMITTED))
    add(store, request("filed", created_ms=Ms(4), state=RequestState.FILED))
    with store.read() as tx:
        assert [one.id for one in tx.requests.open(9)] == ["sent", "new", "old"]
        assert [one.id for one in tx.requests.open(2)] == ["sent", "new"]


def test_forms_that_nobody_submitted_in_time_are_found(store: Store) -> None:
    add(store, request("late", expires_ms=Ms(HOUR)), request("early", expires_ms=Ms(HOUR - 1)))
    add(store, request("open", expires_ms=Ms(HOUR + 1)))
    add(store, request("gone", expires_ms=Ms(1), state=RequestState.CANCELLED))
    with store.read() as tx:
        assert [one.id for one in tx.requests.expired(Ms(HOUR))] == ["early", "late"]
        assert [one.id for one in tx.requests.expired(Ms(HOUR), limit=1)] == ["early"]


def test_slow_filings_are_found_until_the_asker_was_told(store: Store) -> None:
    add(store, request("slow", state=SUBMITTED, submitted_ms=Ms(5)))
    add(store, request("told", state=SUBMITTED, submitted_ms=Ms(5), slow_told=True))
    add(store, request("fast", state=SUBMITTED, submitted_ms=Ms(7)))
    add(store, request("filed", state=RequestState.FILED, submitted_ms=Ms(5)))
    with store.read() as tx:
        assert [one.id for one in tx.requests.slow(Ms(6))] == ["slow"]


def test_requests_are_counted_by_state(store: Store) -> None:
    add(store, *(request(f"r{number}", created_ms=Ms(number)) for number in range(3)))
    add(store, request("s", state=SUBMITTED, created_ms=Ms(9)))
    with store.read() as tx:
        assert tx.requests.counts() == {ASKED: 3, SUBMITTED: 1}
