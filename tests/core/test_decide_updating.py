"""A linked ticket was read: which of its comments does the chat get to see?"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import (
    ACME,
    ENGINEER,
    INTERNAL,
    NOW,
    OURS,
    PARTICIPANT,
    PREMIUM,
    REPORTER,
    THREAD,
    comment,
    delivered,
    happens,
    knowing,
    linked,
    only,
    ordered,
    ticket,
)

from syncd.core import text
from syncd.core.delivery import Decision
from syncd.core.ends import Delivered, Doubtful, Undeliverable, Withheld
from syncd.core.events import TicketChanged
from syncd.core.kinds import PostUpdate
from syncd.core.known import Known
from syncd.core.model import (
    AccountId,
    Chat,
    Comment,
    CommentId,
    DeliveryId,
    MessageId,
    Ms,
    Origin,
    SeenComment,
    SeenVerdict,
    TicketId,
    Twin,
)
from syncd.core.outcome import Outcome
from syncd.core.prose.said import blocks
from syncd.core.reaching.marks import words_of
from syncd.core.watching import WAITS_MS, Reason

TELLING = delivered(
    PostUpdate(
        THREAD,
        False,
        TicketId("10007"),
        ticket().key,
        "It is down",
        "/portal/2/HELP-7",
        CommentId("c1"),
        "Eve",
        "[]",
    )
)


def read(*comments: Comment, chat: Chat = ACME, **more: object) -> Decision:
    return happens(
        TicketChanged(ticket(*comments), OURS), knowing(chat, **{"link": linked(), **more})
    )


def posts(decision: Decision) -> list[str]:
    return [command.comment_id for command in ordered(decision, PostUpdate)]


def verdicts(decision: Decision) -> dict[str, str]:
    return {seen.comment_id: seen.verdict for seen in decision.seen}


def seen(id: str, verdict: SeenVerdict) -> dict[CommentId, SeenComment]:
    return {CommentId(id): SeenComment(TicketId("10007"), CommentId(id), verdict, NOW)}


def test_engineers_answer_is_posted_with_title_link_and_words() -> None:
    decision = read(comment(1))
    update = only(decision, PostUpdate)
    assert (update.key, update.title, update.author) == ("HELP-7", "It is down", "Eve")
    assert update.portal_path == "/portal/2/HELP-7"
    assert text.load(update.body) == blocks("remark 1")
    assert verdicts(decision) == {"c1": SeenVerdict.TOLD}


@pytest.mark.parametrize(("chat", "in_thread"), [(ACME, False), (PREMIUM, True)])
def test_plan_says_whether_an_update_stands_in_the_group_or_in_the_thread(
    chat: Chat, in_thread: bool
) -> None:
    update = only(read(comment(1), chat=chat), PostUpdate)
    assert (update.in_thread, update.thread) == (in_thread, THREAD)


@pytest.mark.parametrize(
    ("author", "kind", "on_enterprise", "on_premium"),
    [
        (ENGINEER, "atlassian", True, True),
        (REPORTER, "atlassian", False, True),
        (PARTICIPANT, "atlassian", False, True),
        (AccountId("acc-carl"), "customer", False, True),
        (AccountId("acc-robot"), "app", False, True),
        (OURS, "atlassian", False, True),
    ],
)
def test_whose_comments_each_plan_shows(
    author: AccountId, kind: str, on_enterprise: bool, on_premium: bool
) -> None:
    remark = comment(1, author, kind=kind)
    assert posts(read(remark)) == ["c1"] * on_enterprise
    assert posts(read(remark, chat=PREMIUM)) == ["c1"] * on_premium


def test_comment_that_a_plan_does_not_show_is_settled() -> None:
    assert verdicts(read(comment(1, REPORTER))) == {"c1": SeenVerdict.SKIPPED}


@pytest.mark.parametrize("chat", [ACME, PREMIUM])
@pytest.mark.parametrize("author", [ENGINEER, REPORTER, OURS])
def test_internal_comment_is_never_shown(chat: Chat, author: AccountId) -> None:
    decision = read(comment(1, author, signs=INTERNAL), chat=chat)
    assert decision.orders == ()
    assert [seen.verdict for seen in decision.seen] == [SeenVerdict.HIDDEN]


def test_internal_comment_that_becomes_public_is_news() -> None:
    assert posts(read(comment(1, signs=INTERNAL), comment(2))) == ["c2"]
    after = read(comment(1), comment(2), seen=seen("c2", SeenVerdict.TOLD))
    assert posts(after) == ["c1"]


def test_comments_are_posted_in_the_order_in_which_they_were_written() -> None:
    shuffled = (comment(3), comment(1), comment(10), comment(2))
    assert posts(read(*shuffled)) == ["c1", "c2", "c3", "c10"]


@pytest.mark.parametrize(("changed", "order"), [(1, ["c1", "c2"]), (3, ["c2", "c1"])])
def test_comment_that_was_internal_counts_from_its_last_change(
    changed: int, order: list[str]
) -> None:
    was_hidden = seen("c1", SeenVerdict.HIDDEN)
    made_public = comment(1, updated_ms=Ms(NOW + changed))
    assert posts(read(made_public, comment(2), seen=was_hidden)) == order


def test_comment_that_is_edited_before_anybody_saw_it_keeps_its_place() -> None:
    assert posts(read(comment(1, updated_ms=Ms(NOW + 3)), comment(2))) == ["c1", "c2"]


def test_moment_of_writing_counts_and_not_the_number() -> None:
    early, late = comment(1, id=CommentId("c9")), comment(2, id=CommentId("c1"))
    assert posts(read(late, early)) == ["c9", "c1"]


def test_comments_of_one_moment_are_posted_in_the_order_of_their_numbers() -> None:
    at_once = [
        comment(0, id=CommentId(number), created_ms=NOW) for number in ("1000", "998", "999")
    ]
    assert posts(read(*at_once)) == ["998", "999", "1000"]


def test_posts_of_one_thread_stand_in_one_lane_behind_its_announcement() -> None:
    assert {order.lane for order in read(comment(1), comment(2)).orders} == {"lark:om_root"}


@pytest.mark.parametrize("verdict", [SeenVerdict.TOLD, SeenVerdict.SKIPPED])
def test_comment_that_was_handled_is_not_news(verdict: SeenVerdict) -> None:
    decision = read(comment(1), seen=seen("c1", verdict))
    assert (decision.orders, decision.seen) == ((), ())


def test_one_comment_makes_one_post_however_often_it_is_read() -> None:
    keys = {order.dedupe_key for _ in range(2) for order in read(comment(1)).orders}
    assert keys == {"update:10007:c1"}


def test_reply_from_the_thread_does_not_come_back_as_an_update() -> None:
    by_twin = read(comment(1, OURS), chat=PREMIUM, twins=frozenset({CommentId("c1")}))
    by_reference = read(comment(1, OURS, ref="d9"), chat=PREMIUM)
    for decision in (by_twin, by_reference):
        assert decision.orders == ()
        assert verdicts(decision) == {"c1": SeenVerdict.SKIPPED}


@pytest.mark.parametrize(("author", "shown"), [(OURS, []), (ENGINEER, ["c1"])])
def test_what_our_account_wrote_with_our_mark_is_never_shown(
    author: AccountId, shown: list[str]
) -> None:
    words = words_of(DeliveryId("01M8Q5Z0W4QT0M3MRQKQC8G94J"))
    remark = replace(comment(1, author), body=blocks(f"Ann chose “Close” in Lark.\n{words}"))
    assert posts(read(remark, chat=PREMIUM)) == shown
    said_on = replace(remark, body=blocks(f"{words} is what the note says"))
    assert posts(read(said_on, chat=PREMIUM)) == ["c1"]


def test_comment_that_may_be_our_own_waits_and_holds_what_comes_after() -> None:
    comments = (comment(1), comment(2, OURS), comment(3))
    decision = read(*comments, chat=PREMIUM, comments_under_way=True)
    assert posts(decision) == ["c1"]
    assert verdicts(decision) == {"c1": SeenVerdict.TOLD}
    assert decision.link is not None
    assert decision.link.updated_seen == ""
    assert reading(decision) == [NOW + WAITS_MS]


def test_comment_of_our_account_is_shown_once_nothing_is_under_way() -> None:
    comments = (comment(1), comment(2, OURS), comment(3))
    decision = read(*comments, chat=PREMIUM, seen=seen("c1", SeenVerdict.TOLD))
    assert posts(decision) == ["c2", "c3"]


def test_others_do_not_wait_for_a_comment_that_is_under_way() -> None:
    decision = read(comment(1), chat=PREMIUM, comments_under_way=True)
    assert posts(decision) == ["c1"]
    assert reading(decision) == []


def test_link_remembers_the_ticket_as_it_was_last_told() -> None:
    link = read(comment(1), link=linked(updated_seen="2025")).link
    assert link == linked(updated_seen=ticket().updated)


def test_ticket_that_moved_is_known_by_its_new_key() -> None:
    link = read(link=linked(ticket_key="OLD-1")).link
    assert link is not None
    assert link.ticket_key == "HELP-7"


def test_ticket_that_is_not_linked_changes_nothing() -> None:
    decision = read(comment(1), link=None)
    assert (decision.orders, decision.seen, decision.link) == ((), (), None)


def test_posted_update_and_its_comment_are_twins() -> None:
    decision = happens(Delivered(TELLING, Outcome(MessageId("om_9"))), knowing())
    assert decision.twins == (
        Twin(MessageId("om_9"), TicketId("10007"), CommentId("c1"), Origin.HELPDESK),
    )


def reading(decision: Decision) -> list[int | None]:
    """Return when the ticket is to be read, whatever the search says."""
    return [look.due_ms for look in decision.looks if look.reason is Reason.READ]


def withheld(unreadable: bool) -> Decision:
    event = Withheld(TELLING, "the portal does not show it", unreadable)
    return happens(event, knowing(link=linked()))


def test_withheld_comment_is_a_candidate_again() -> None:
    decision = withheld(unreadable=False)
    assert verdicts(decision) == {"c1": SeenVerdict.WITHHELD}
    again = read(comment(1), seen=seen("c1", SeenVerdict.WITHHELD))
    assert posts(again) == ["c1"]
    assert again.revive == ("update:10007:c1",)
    assert verdicts(again) == {"c1": SeenVerdict.TOLD}


@pytest.mark.parametrize("fate", [{}, {"signs": INTERNAL}])
def test_a_verdict_has_its_own_time_however_old_the_comment_is(fate: dict[str, object]) -> None:
    (written,) = read(comment(1, updated_ms=Ms(1), **fate)).seen
    assert written.updated_ms == NOW


def test_first_post_of_a_comment_revives_nothing() -> None:
    assert read(comment(1)).revive == ()


def test_withheld_comment_that_became_internal_stays_withheld() -> None:
    decision = read(comment(1, signs=INTERNAL), seen=seen("c1", SeenVerdict.WITHHELD))
    assert (decision.orders, decision.revive, decision.seen) == ((), (), ())


def test_ticket_is_read_again_when_nobody_could_tell() -> None:
    assert reading(withheld(unreadable=True)) == [NOW + 3_600_000]


@pytest.mark.parametrize(("tries", "minutes"), [(1, 1), (2, 2), (6, 32)])
def test_ticket_is_read_again_soon_when_the_portal_does_not_show_it(
    tries: int, minutes: int
) -> None:
    event = Withheld(replace(TELLING, tries=tries), "the portal does not show it", False)
    assert reading(happens(event, knowing(link=linked()))) == [NOW + minutes * 60_000]


def test_what_the_portal_never_shows_is_left_to_the_hourly_reading() -> None:
    event = Withheld(replace(TELLING, tries=7), "the portal does not show it", False)
    assert reading(happens(event, knowing(link=linked()))) == []


@pytest.mark.parametrize(
    "event", [Doubtful(TELLING, "no answer"), Undeliverable(TELLING, "the group is gone")]
)
def test_lost_update_is_recorded_with_its_reason_and_told_nobody(event: object) -> None:
    decision = happens(event, knowing())
    assert decision.orders == ()
    assert event.reason in decision.reason


def play(comments: list[Comment], known: Known) -> list[str]:
    """Read the ticket until nothing changes, with what was under way settled after one read."""
    shown: list[str] = []
    for _ in range(3):
        decision = happens(TicketChanged(ticket(*comments), OURS), known)
        shown += posts(decision)
        handled = {s.comment_id: s for s in decision.seen}
        known = replace(known, seen={**known.seen, **handled}, comments_under_way=False)
    return shown


remarks = st.builds(
    lambda author, signs, ref: (author, signs, ref),
    st.sampled_from([ENGINEER, REPORTER, OURS]),
    st.sampled_from([INTERNAL, comment(0).signs]),
    st.sampled_from(["", "d1"]),
)


@given(st.lists(remarks, max_size=8), st.randoms(), st.booleans())
def test_every_public_comment_is_shown_once_and_in_order(
    drawn: list[tuple[AccountId, object, str]], chance: object, under_way: bool
) -> None:
    comments = [
        comment(number, author, signs=signs, ref=ref)
        for number, (author, signs, ref) in enumerate(drawn)
    ]
    expected = [c.id for c in comments if c.signs != INTERNAL and not c.ref]
    chance.shuffle(comments)
    known = knowing(PREMIUM, link=linked(), comments_under_way=under_way)
    assert play(comments, known) == expected
