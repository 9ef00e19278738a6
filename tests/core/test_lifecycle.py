"""The lives of a Request and of a Delivery, as tables."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

import pytest
from sqlalchemy import CheckConstraint, Table

from syncd.core.lifecycle import (
    DELIVERY,
    HOLDS_LANE,
    REQUEST,
    WrongTurn,
    effect_of,
    request_after,
)
from syncd.core.model import DeliveryState, Origin, RequestState, SeenVerdict
from syncd.store import schema

D, R = DeliveryState, RequestState

LEADS_TO = {pair: effect.after for pair, effect in DELIVERY.items()}


def reachable(table: Mapping[tuple[StrEnum, str], StrEnum], start: StrEnum) -> set[StrEnum]:
    found = {start}
    while more := {to for (state, _), to in table.items() if state in found} - found:
        found |= more
    return found


def allowed_words(table: Table, column: str) -> set[str]:
    """The words that a table's CHECK constraint lets into one column."""
    name = f"ck_{table.name}_{column}"
    (check,) = (
        check
        for check in table.c[column].constraints
        if isinstance(check, CheckConstraint) and str(check.name) == name
    )
    return set(re.findall(r"'(\w+)'", str(check.sqltext)))


def steps(table: Mapping[tuple[StrEnum, str], StrEnum], state: StrEnum) -> set[str]:
    return {happened for at, happened in table if at is state}


def test_request_reaches_every_state() -> None:
    assert reachable(REQUEST, R.ASKED) == set(R)


def test_delivery_reaches_every_state() -> None:
    assert reachable(LEADS_TO, D.READY) == set(D)


@pytest.mark.parametrize("state", [R.FILED, R.REFUSED, R.EXPIRED, R.CANCELLED])
def test_request_that_ended_goes_nowhere(state: R) -> None:
    assert steps(REQUEST, state) == set()


def test_delivery_that_is_done_is_done() -> None:
    assert steps(LEADS_TO, D.DONE) == set()


@pytest.mark.parametrize("state", sorted(set(D) - {D.DONE}))
def test_every_other_delivery_can_still_come_to_an_end(state: D) -> None:
    assert D.DONE in reachable(LEADS_TO, state)


def test_only_what_was_sent_can_be_in_doubt() -> None:
    into_doubt = {state for (state, _), to in LEADS_TO.items() if to is D.DOUBT}
    # A claimed one whose key has died may have been sent under an earlier claim.
    assert into_doubt == {D.SENDING, D.LEASED, D.DEAD}


def test_delivery_is_sent_only_by_whom_claimed_it() -> None:
    assert {state for (state, _), to in LEADS_TO.items() if to is D.SENDING} == {D.LEASED}
    assert {state for (state, _), to in LEADS_TO.items() if to is D.LEASED} == {D.READY}


def test_delivery_in_doubt_is_never_simply_sent_again() -> None:
    assert steps(LEADS_TO, D.DOUBT) == {"found", "proven absent", "give up"}


def test_what_has_ended_frees_its_lane() -> None:
    assert set(D) - set(HOLDS_LANE) == {D.DONE, D.DEAD, D.WITHHELD}


def test_one_submit_is_one_step() -> None:
    assert {state for (state, happened) in REQUEST if happened == "submit"} == {R.ASKED}
    assert {state for (state, happened) in REQUEST if happened == "filed"} == {R.SUBMITTED}


def test_steps_that_a_table_does_not_have_are_our_own_bugs() -> None:
    for state in R:
        for happened in {step for _, step in REQUEST} - steps(REQUEST, state):
            with pytest.raises(WrongTurn, match=f"{state}.*{happened}"):
                request_after(state, happened)
    for state in D:
        for happened in {step for _, step in DELIVERY} - steps(LEADS_TO, state):
            with pytest.raises(WrongTurn, match=f"{state}.*{happened}"):
                effect_of(state, happened)


def test_steps_lead_where_the_tables_say() -> None:
    assert {pair: request_after(*pair) for pair in REQUEST} == REQUEST
    assert {pair: effect_of(*pair) for pair in DELIVERY} == DELIVERY


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        (schema.requests, "state", R),
        (schema.outbox, "state", D),
        (schema.seen_comments, "verdict", SeenVerdict),
        (schema.twins, "origin", Origin),
        (schema.inbox, "state", schema.InboxState),
    ],
)
def test_database_knows_the_same_states(table: Table, column: str, words: Iterable[str]) -> None:
    assert allowed_words(table, column) == set(words)
