"""Comments that were told: which of them have to leave the chat, or say something else now."""

from dataclasses import replace

import pytest
from stories import (
    ACME,
    INTERNAL,
    NOW,
    OURS,
    PREMIUM,
    RULES,
    THREAD,
    comment,
    delivered,
    happens,
    knowing,
    linked,
    ordered,
    ticket,
)

from syncd.core.decide.versions import digest_of
from syncd.core.delivery import Decision
from syncd.core.ends import Delivered, Withheld
from syncd.core.events import CommentReread, CommentsHidden, TicketChanged
from syncd.core.files.found import of_files
from syncd.core.kinds import Alert, CorrectUpdate, PostUpdate, ReplaceUpdate, ShowFile, Withdraw
from syncd.core.model import (
    Comment,
    CommentId,
    DeliveryState,
    MessageId,
    Ms,
    SeenComment,
    SeenVerdict,
    TicketId,
)
from syncd.core.outcome import Outcome
from syncd.core.prose.said import blocks
from syncd.core.publicity import Signs
from syncd.core.reaching import lanes
from syncd.core.watching import KEPT_BACK_MS, LATE_MS, Reason

TICKET, C1 = TicketId("10007"), CommentId("c1")
SHOWN = {C1: (MessageId("om_9"),)}
REPLACING = ReplaceUpdate(THREAD, True, TICKET, ticket().key, "It is down", "/7", C1, "Eve")


def told(of: Comment, **more: object) -> dict[CommentId, SeenComment]:
    """What is on record of a comment that the chat shows."""
    seen = SeenComment(TICKET, of.id, SeenVerdict.TOLD, NOW)
    digest = digest_of(of.body)
    whole = replace(seen, edited_ms=of.updated_ms, digest=digest, shown=digest)
    return {of.id: replace(whole, **more)}


def read(*comments: Comment, gone: tuple[CommentId, ...] = (), **more: object) -> Decision:
    event = TicketChanged(ticket(*comments), OURS, gone=gone)
    known = {"link": linked(), "seen": told(comment(1)), "shown": SHOWN, **more}
    return happens(event, knowing(PREMIUM, **known))


def edited(words: str = "another remark", **more: object) -> Comment:
    return comment(1, body=blocks(words), updated_ms=Ms(NOW + 60_000), **more)


def test_an_edit_orders_that_its_message_is_changed_once() -> None:
    decision = read(edited())
    (command,) = ordered(decision, ReplaceUpdate)
    assert (command.comment_id, command.title) == ("c1", "It is down")
    (seen,) = decision.seen
    assert (seen.verdict, seen.digest) == (SeenVerdict.TOLD, digest_of(edited().body))
    assert read(edited(), seen={C1: seen}).orders == ()


@pytest.mark.parametrize(
    "same",
    [
        comment(1, updated_ms=Ms(NOW + 60_000)),
        comment(1, body=blocks("read otherwise by a newer syncd")),
    ],
    ids=["its stamp alone moved", "its words alone differ"],
)
def test_stamp_and_words_together_are_an_edit(same: Comment) -> None:
    decision = read(same)
    assert (decision.orders, decision.seen) == ((), ())


@pytest.mark.parametrize("signs", [INTERNAL, Signs(jsd_public=None)])
def test_an_edit_of_what_is_not_surely_public_changes_no_message(signs: Signs) -> None:
    assert ordered(read(edited(signs=signs)), ReplaceUpdate) == []


def test_a_told_comment_that_nobody_has_any_more_is_withdrawn() -> None:
    decision = read(gone=(C1,))
    assert [w.message_id for w in ordered(decision, Withdraw)] == ["om_9"]
    (seen,) = decision.seen
    assert (seen.verdict, seen.times) == (SeenVerdict.WITHDRAWN, 1)


def test_what_is_merely_not_in_the_reading_stays() -> None:
    assert read().orders == ()


def test_each_message_that_shows_it_is_taken_away() -> None:
    shown = {C1: (MessageId("om_9"), MessageId("om_correction"))}
    decision = read(comment(1, signs=INTERNAL), shown=shown)
    assert [w.message_id for w in ordered(decision, Withdraw)] == ["om_9", "om_correction"]


def test_what_a_notice_replaced_is_taken_away_twice_for_a_lost_change_may_come_true() -> None:
    known, notice = knowing(link=linked()), Outcome(MessageId("om_9"))
    (first,) = read(comment(1, signs=INTERNAL)).orders
    taken = delivered(first.command)
    (again,) = happens(Delivered(taken, notice), known).orders
    assert (first.not_before, again.not_before) == (0, NOW + LATE_MS)
    thread = lanes.in_chat(linked().thread.root)
    assert thread not in (first.lane, again.lane), "nothing of the thread waits for another"
    assert happens(Delivered(delivered(again.command), notice), known).orders == ()
    assert happens(Delivered(taken, Outcome()), known).orders == (), "it was recalled"


def test_what_was_withdrawn_is_posted_anew_when_it_is_public_again() -> None:
    withdrawn = told(comment(1), verdict=SeenVerdict.WITHDRAWN, times=1, digest="", shown="")
    decision = read(comment(1), seen=withdrawn, shown={})
    (order,) = decision.orders
    assert isinstance(order.command, PostUpdate)
    assert order.command.times == 1
    assert order.dedupe_key == "update:10007:c1:1"
    assert read(comment(1, signs=INTERNAL), seen=withdrawn, shown={}).orders == ()


def test_a_comment_that_was_read_again_and_edited_has_its_ticket_read() -> None:
    known = knowing(link=linked(), seen=told(comment(1)), shown=SHOWN)
    decision = happens(CommentReread(TICKET, C1, edited()), known)
    assert [(look.reason, look.due_ms) for look in decision.looks] == [(Reason.READ, NOW)]
    assert decision.orders == ()


def test_what_is_hidden_before_it_was_posted_is_withheld() -> None:
    known = knowing(link=linked(), seen=told(comment(1), times=2), shown={})
    decision = happens(CommentsHidden(TICKET, (C1,), "deleted"), known)
    assert decision.withhold == ("update:10007:c1:2", "show-file:10007:c1:2:")
    assert decision.orders == ()


@pytest.mark.parametrize("verdict", [SeenVerdict.TOLD, SeenVerdict.WITHHELD])
def test_a_file_that_was_withheld_comes_when_its_comment_stands(verdict: SeenVerdict) -> None:
    file = ShowFile(THREAD, True, TICKET, ticket().key, "It is down", "/7", C1, "Eve", 1)
    held = delivered(file, state=DeliveryState.LEASED, tries=1)
    seen = told(comment(1), verdict=verdict)
    event = Withheld(held, "the portal does not show this comment")
    looks = happens(event, knowing(link=linked(), seen=seen)).looks
    stands = verdict is SeenVerdict.TOLD
    assert [look.reason for look in looks] == [Reason.READ] * stands
    if stands:
        decision = read(comment(1, files=1), seen=seen)
        assert (decision.revive, decision.orders) == (("show-file:10007:c1:0:",), ())


def test_files_leave_the_chat_whose_words_never_came() -> None:
    known = knowing(
        link=linked(), seen=told(comment(1)), shown={of_files(C1): (MessageId("om_f"),)}
    )
    decision = happens(CommentsHidden(TICKET, (C1,), "internal"), known)
    assert [w.message_id for w in ordered(decision, Withdraw)] == ["om_f"]
    assert decision.withhold == ("update:10007:c1", "show-file:10007:c1:0:")
    (seen,) = decision.seen
    assert (seen.verdict, seen.times) == (SeenVerdict.WITHDRAWN, 1)


def test_what_is_not_known_to_have_come_is_kept_back_with_words_that_leave() -> None:
    decision = read(comment(1, signs=INTERNAL))
    assert decision.withhold == ("show-file:10007:c1:0:",)


ABOUT = (THREAD, True, TICKET, ticket().key, "It is down", "/7", C1, "Eve")


@pytest.mark.parametrize("command", [PostUpdate(*ABOUT, "[]"), ShowFile(*ABOUT, 1)])
def test_operators_are_told_of_what_was_given_up_in_doubt_and_may_stand(
    command: PostUpdate | ShowFile,
) -> None:
    given_up = delivered(command, state=DeliveryState.DEAD, was_uncertain=True)
    rules = replace(RULES, alarm_chat=ACME.id)
    decision = command.hidden_under_way(given_up, knowing(link=linked()), rules, NOW)
    (alarm,) = ordered(decision, Alert)
    assert "HELP-7" in alarm.text
    sending = replace(given_up, state=DeliveryState.SENDING)
    under_way = command.hidden_under_way(sending, knowing(link=linked()), rules, NOW)
    assert [look.reason for look in under_way.looks] == [Reason.READ]


def changed(outcome: Outcome, **more: object) -> Decision:
    delivery = delivered(REPLACING, **more)
    seen = told(edited(), shown=digest_of(comment(1).body))
    return happens(Delivered(delivery, outcome), knowing(link=linked(), seen=seen, shown=SHOWN))


def test_what_the_message_shows_is_on_record() -> None:
    (seen,) = changed(Outcome(digest="d")).seen
    assert (seen.shown, seen.again_ms) == ("d", 0)


def test_after_a_lost_answer_the_message_is_changed_once_more_later() -> None:
    decision = changed(Outcome(digest="d"), sent_before_ms=NOW)
    (seen,) = decision.seen
    assert seen.again_ms == NOW + LATE_MS
    assert (Reason.READ, NOW + LATE_MS) in [(k.reason, k.due_ms) for k in decision.looks]
    again = read(edited(), seen={C1: replace(seen, again_ms=NOW)})
    assert [command.again for command in ordered(again, ReplaceUpdate)] == [True]
    assert [one.again_ms for one in again.seen] == [0]


def test_a_message_that_cannot_be_changed_is_corrected_below() -> None:
    (command,) = ordered(changed(Outcome(MessageId("om_9"), refused=True)), CorrectUpdate)
    assert (command.corrects, command.comment_id) == ("om_9", "c1")


def test_what_was_kept_back_is_looked_at_now_and_tried_again_later() -> None:
    decision = changed(Outcome(kept_back="the portal does not show this comment"))
    assert {look.reason for look in decision.looks} == {Reason.READ, Reason.PORTAL}
    (seen,) = decision.seen
    assert seen.again_ms == NOW + KEPT_BACK_MS


def test_a_correction_that_comes_after_its_comment_was_hidden_is_taken_away() -> None:
    delivery = delivered(
        CorrectUpdate(
            THREAD, True, TICKET, ticket().key, "It is down", "/7", C1, "Eve", MessageId("om_9"), 0
        )
    )
    hidden = told(comment(1), verdict=SeenVerdict.WITHDRAWN, times=1)
    known = knowing(link=linked(), seen=hidden)
    decision = happens(Delivered(delivery, Outcome(MessageId("om_late"), digest="d")), known)
    assert [w.message_id for w in ordered(decision, Withdraw)] == ["om_late"]
    assert [twin.times for twin in decision.twins] == [0]


def test_a_post_of_which_nobody_knows_which_words_it_shows_is_changed_at_once() -> None:
    post = PostUpdate(THREAD, True, TICKET, ticket().key, "It is down", "/7", C1, "Eve", "[]")
    known = knowing(link=linked(), seen=told(comment(1), shown=""))
    decision = happens(Delivered(delivered(post), Outcome(MessageId("om_9"))), known)
    (seen,) = decision.seen
    assert (seen.shown, seen.again_ms) == ("", NOW)
    assert (Reason.READ, NOW) in [(look.reason, look.due_ms) for look in decision.looks]
