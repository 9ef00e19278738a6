"""Cursors, the operator's decisions about chats, and answers kept for a while."""

from dataclasses import replace

import pytest
from still_clock import Time

from syncd.core.errors import StoreError
from syncd.core.model import ChatId, Language, Ms, Plan, Preset
from syncd.core.operators.serving import ChatDecision
from syncd.core.ticket_card.announced import Announced, OnCard
from syncd.store.store import Store

ACME = ChatId("oc_acme")


def test_a_source_that_was_never_read_starts_at_nothing(store: Store) -> None:
    with store.read() as tx:
        assert (tx.cursors.get("poll"), tx.cursors.at("poll")) == (0, 0)


def test_a_cursor_moves_and_tells_when_it_did(store: Store) -> None:
    for position in (5, 1_800_000_000_000):
        with store.begin() as tx:
            tx.cursors.set("poll", Ms(position))
            assert (tx.cursors.get("poll"), tx.cursors.at("poll")) == (position, tx.now)


def test_what_the_operator_decided_last_counts(store: Store) -> None:
    with store.begin() as tx:
        tx.chats.set(ChatDecision(ACME, True, "ACME 障害", Plan.PREMIUM, Language.JA))
        tx.chats.set(ChatDecision(ChatId("oc_b"), False))
        assert tx.chats.decided(ACME) == ChatDecision(
            ACME, True, "ACME 障害", Plan.PREMIUM, Language.JA, tx.now
        )
        tx.chats.set(ChatDecision(ACME, False, "ACME"))
        last = ChatDecision(ACME, False, "ACME", None, None, tx.now)
        assert tx.chats.all() == [last, ChatDecision(ChatId("oc_b"), False, changed_ms=tx.now)]
        assert tx.chats.decided(ChatId("oc_none")) is None


def test_all_that_an_operator_can_say_of_a_chat_is_kept(store: Store) -> None:
    said = ChatDecision(
        ACME,
        True,
        allowed_domains=("acme.com", "acme.org"),
        escalate_to="",
        desks=("technical",),
        zone="Asia/Tokyo",
        organization="27",
        presets=(Preset("labels", ("客户", "vip"), '["客户", "vip"]'), Preset("duedate")),
        announce=(),
        card=(OnCard.UPDATED,),
        participants=False,
        satisfaction=True,
    )
    with store.begin() as tx:
        tx.chats.set(said)
        assert tx.chats.decided(ACME) == replace(said, changed_ms=tx.now)
        announcing = replace(said, presets=(), announce=(Announced.STATUS, Announced.RESOLVED))
        tx.chats.set(announcing)
        kept = tx.chats.decided(ACME)
    assert kept == replace(announcing, changed_ms=kept.changed_ms)
    assert [type(word) for word in kept.announce or ()] == [Announced, Announced]
    assert [type(word) for word in kept.card or ()] == [OnCard]


def test_an_answer_is_used_again_only_while_it_is_fresh(store: Store) -> None:
    with store.begin() as tx:
        tx.cache.put("profile", "ou_ann", "old")
        tx.cache.put("profile", "ou_ann", "x" * 100_000)
        tx.cache.put("form", "ou_ann", "another kind")
        assert tx.cache.get("profile", "ou_ann") == "x" * 100_000
        assert tx.cache.get("profile", "ou_ann", tx.now) == "x" * 100_000
        assert tx.cache.get("profile", "ou_ann", Ms(tx.now + 1)) is None
        assert tx.cache.get("profile", "ou_bob") is None


def test_sweeping_the_cache_takes_few_old_answers_of_one_kind(store: Store) -> None:
    with store.begin() as tx:
        for number in range(4):
            tx.cache.put("profile", f"ou_{number}", "")
        tx.cache.put("form", "form", "")
        assert tx.cache.sweep("profile", tx.now) == 0
        assert tx.cache.sweep("profile", Ms(tx.now + 1), limit=3) == 3
        assert tx.cache.sweep("profile", Ms(tx.now + 1), limit=3) == 1
        assert tx.cache.get("form", "form") == ""


def test_reading_cannot_write(sqlite_store: Store) -> None:
    with pytest.raises(StoreError), sqlite_store.read() as tx:
        tx.cursors.set("poll", Ms(1))


def test_what_is_undone_was_never_there(store: Store) -> None:
    with pytest.raises(KeyError), store.begin() as tx:
        tx.cursors.set("poll", Ms(1))
        raise KeyError
    with store.read() as tx:
        assert tx.cursors.get("poll") == 0


def test_time_stands_still_inside_a_transaction(sqlite_store: Store, time: Time) -> None:
    with sqlite_store.begin() as tx:
        before = tx.now
        time.move(5)
        assert (tx.now, sqlite_store.now()) == (before, before + 5)
