"""Each promise of syncd broken once, by one small change, and the tests that must notice it."""

from dataclasses import dataclass
from pathlib import Path


class Misfit(Exception):
    """The code has moved on: the change no longer fits it and has to be written anew."""


@dataclass(frozen=True)
class Mutation:
    """One guard taken away: `found` becomes `put` in `file`, and one of `tests` must fail."""

    name: str
    file: str
    found: str
    put: str
    tests: tuple[str, ...]

    def apply(self, tree: Path) -> None:
        """Change the file below `tree`; Misfit when the place is not there exactly once."""
        path = tree / self.file
        code = path.read_text(encoding="utf-8")
        if code.count(self.found) != 1:
            times = code.count(self.found)
            raise Misfit(
                f"{self.name}: {self.file} has this {times} times, not once:\n{self.found}"
            )
        path.write_text(code.replace(self.found, self.put), encoding="utf-8")


MUTATIONS = (
    Mutation(
        "the ack does not wait for the inbox commit",
        "syncd/chat/lark/connection/answering.py",
        """\
        frame.given_up = True
        return _FAILED
""",
        """\
        return _OK
""",
        (
            "tests/ports/lark/test_lark_socket.py"
            "::test_event_that_cannot_be_stored_is_delivered_again",
        ),
    ),
    Mutation(
        "a frame that could not be stored is acked",
        "syncd/loops/incoming/intake.py",
        """\
            self.refused.set()
            raise
""",
        """\
            stored = [False] * len(told)
""",
        ("tests/simulation/test_guards.py::test_a_frame_that_was_not_stored_comes_again",),
    ),
    Mutation(
        "a reply does not wait for an earlier one that may be on its way",
        "syncd/core/arrival.py",
        "return Ms(now + SETTLES_MS) if self.in_thread else Ms(0)",
        "return Ms(0)",
        ("tests/store/test_store_inbox.py::test_a_reply_waits_a_moment_for_an_earlier_one",),
    ),
    Mutation(
        "what was said is kept in the inbox when it was read",
        "syncd/store/tables/inbox.py",
        """"closed_ms": self._scope.now, "raw": b""}""",
        """"closed_ms": self._scope.now}""",
        ("tests/flows/test_retention.py::test_what_means_nothing_to_the_bot_is_not_kept",),
    ),
    Mutation(
        "it is forgotten what arrived while it may still come again",
        "syncd/core/arrival.py",
        "REMEMBERED_MS = 2 * READ_BACK_MS",
        "REMEMBERED_MS = READ_BACK_MS // 7",
        ("tests/flows/test_retention.py::test_a_duplicate_is_known_as_long_as_it_may_come",),
    ),
    Mutation(
        "the inbox is claimed whoever has the conversation in hand",
        "syncd/store/tables/inbox.py",
        "exists(select(other.c.id).where(same, or_(in_hand, earlier)))",
        "exists(select(other.c.id).where(same, earlier))",
        (
            "tests/store/test_store_inbox.py"
            "::test_a_conversation_that_somebody_has_in_hand_is_left_to_him",
        ),
    ),
    Mutation(
        "a reply does not wait for what is read back of its thread",
        "syncd/loops/incoming/catchup.py",
        """\
            return None
        left = gap.left
""",
        """\
            return frozenset()
        left = gap.left
""",
        (
            "tests/flows/test_order.py"
            "::test_what_was_missed_is_read_back_before_what_comes_first_on_a_new_connection",
        ),
    ),
    Mutation(
        "replies that wait for a ticket go as they were queued",
        "syncd/core/kinds/add_comment.py",
        "        written_ms=written_ms,\n",
        "",
        (
            "tests/flows/test_order.py"
            "::test_one_that_comes_late_goes_before_later_ones_that_wait_for_the_ticket",
        ),
    ),
    Mutation(
        "a comment that carries our reference counts as news",
        "syncd/core/decide/updating.py",
        "if comment.ref or comment.id in known.twins:",
        "if comment.id in known.twins:",
        ("tests/core/test_decide_updating.py",),
    ),
    Mutation(
        "a comment that has a twin counts as news",
        "syncd/core/decide/updating.py",
        "if comment.ref or comment.id in known.twins:",
        "if comment.ref:",
        ("tests/core/test_decide_updating.py",),
    ),
    Mutation(
        "a reply that became a comment is not noted as seen",
        "syncd/core/kinds/add_comment.py",
        "twins=twins, seen=(seen,), orders=orders)",
        "twins=twins, orders=orders)",
        ("tests/core/test_decide_talking.py", "tests/core/test_decide_filing.py"),
    ),
    Mutation(
        "the portal is not asked before a comment is posted",
        "syncd/loops/outgoing/kinds/post_update.py",
        "if no := on_portal(self.tools, command.key, command.comment_id):",
        "if no := None:",
        (
            "tests/flows/test_updates.py"
            "::test_a_comment_turned_internal_before_it_was_posted_is_withheld",
        ),
    ),
    Mutation(
        "the comment's own signs are not asked",
        "syncd/core/decide/updating.py",
        "if first_test(comment.signs) is not Publicity.PUBLIC:",
        "if False:",
        ("tests/core/test_decide_updating.py",),
    ),
    Mutation(
        "a change of a message is said without asking whether it is public",
        "syncd/loops/outgoing/public_now.py",
        "return no or by_its_signs(lambda: read([comment_id]).get(comment_id))",
        "return read([comment_id])[comment_id]",
        (
            "tests/flows/test_edited.py"
            "::test_an_edit_is_not_said_when_the_comment_was_hidden_meanwhile",
        ),
    ),
    Mutation(
        "one list that leaves a comment out is proof enough",
        "syncd/loops/watch/reading.py",
        "if details[id] is None)",
        "if True)",
        ("tests/flows/test_truth.py::test_one_list_that_leaves_a_comment_out_withdraws_nothing",),
    ),
    Mutation(
        "a stamp that moved is an edit",
        "syncd/core/decide/versions.py",
        "and bool(others)",
        "and True",
        ("tests/core/test_decide_standing.py",),
    ),
    Mutation(
        "the message of an earlier time counts as standing in the chat",
        "syncd/core/decide/versions.py",
        "if twin.origin is Origin.HELPDESK and twin.times == times_of(one):",
        "if twin.origin is Origin.HELPDESK:",
        ("tests/flows/test_truth.py::test_what_is_public_again_is_shown_again_by_another_message",),
    ),
    Mutation(
        "what was withdrawn is never shown again",
        "syncd/core/decide/changes.py",
        "CANDIDATES = (SeenVerdict.HIDDEN, SeenVerdict.WITHHELD, SeenVerdict.WITHDRAWN)",
        "CANDIDATES = (SeenVerdict.HIDDEN, SeenVerdict.WITHHELD)",
        ("tests/core/test_decide_standing.py",),
    ),
    Mutation(
        "a change whose answer was lost is not repeated later",
        "syncd/core/kinds/replace_update.py",
        "            seen = later(seen, Ms(now + LATE_MS))",
        "            pass",
        ("tests/core/test_decide_standing.py",),
    ),
    Mutation(
        "SENDING is committed after the call instead of before it",
        "syncd/loops/outgoing/courier.py",
        """\
        sending = store.write(lambda tx: tx.outbox.step(delivery, Step.SEND, note=prepared.note))
        self.settler.key_ages.begins(sending)
        try:
            outcome = prepared.send()
        except Exception as exc:
""",
        """\
        sends = lambda tx: tx.outbox.step(delivery, Step.SEND, note=prepared.note)
        sending = delivery
        try:
            outcome = prepared.send()
            sending = store.write(sends)
        except Exception as exc:
            sending = store.write(sends)
""",
        (
            "tests/simulation/test_guards.py"
            "::test_a_create_whose_process_died_in_it_is_looked_for_and_not_sent_again",
        ),
    ),
    Mutation(
        "an answer to another account is believed",
        "syncd/helpdesk/jsm/login.py",
        "if account != self._ours:",
        "if False:",
        ("tests/wire/test_jsm_login.py", "tests/ports/test_jsm_login.py"),
    ),
    Mutation(
        "an answer without our id is believed where it always came",
        "syncd/helpdesk/jsm/login.py",
        "if family in self._families_with_id:",
        "if False:",
        ("tests/wire/test_jsm_login.py", "tests/ports/test_jsm_login.py"),
    ),
    Mutation(
        "`<` is not escaped",
        "syncd/chat/lark/cards/escape.py",
        'c: f"&#{ord(c)};" for c in "&<>-!',
        'c: f"&#{ord(c)};" for c in "&>-!',
        ("tests/wire/test_lark_markdown.py",),
    ),
    Mutation(
        "the cursor moves before what it passes is stored",
        "syncd/loops/watch/polling.py",
        "            found = self._since(watching.window(start, self.overlap_ms), turn)\n",
        """\
            turn.write(lambda tx: tx.cursors.set(CURSOR, tx.now))
            found = self._since(watching.window(start, self.overlap_ms), turn)
""",
        (
            "tests/simulation/test_guards.py"
            "::test_a_page_that_was_not_handled_is_read_again_when_newer_pages_have_come_since",
        ),
    ),
    Mutation(
        "what may have been sent goes back to READY after a kill",
        "syncd/loops/keep/janitor.py",
        "elif key_lives(attempt_of(delivery), tx.now):",
        "elif True:",
        (
            "tests/simulation/test_guards.py"
            "::test_a_create_whose_process_died_in_it_is_looked_for_and_not_sent_again",
        ),
    ),
    Mutation(
        "an operator's requeue sends again what may have been sent",
        "syncd/loops/keep/operating.py",
        "return Step.REQUEUE_IN_DOUBT if delivery.was_uncertain else Step.REQUEUE",
        "return Step.REQUEUE",
        (
            "tests/flows/test_outbox_commands.py"
            "::test_what_ever_was_uncertain_is_requeued_into_doubt_and_found",
        ),
    ),
    Mutation(
        "a delivery is settled without its Delivered",
        "syncd/loops/outgoing/settling.py",
        """\
        records.commit(lambda tx: settle(records, tx, step, event))
""",
        """\
        records.store.write(lambda tx: tx.outbox.step(delivery, step, reason=event.reason))
        records.commit(lambda tx: records.decide(tx, event))
""",
        (
            "tests/simulation/test_guards.py"
            "::test_a_filing_that_stops_at_any_commit_ends_in_one_linked_ticket",
        ),
    ),
    Mutation(
        "the limiter sleeps instead of giving the delivery back",
        "syncd/chat/lark/limiter.py",
        """\
            raise Limited(f"our own limit for {full} is reached", wait)
""",
        """\
            __import__("time").sleep(wait)
""",
        ("tests/ports/lark/test_lark_limiter.py::test_refusal_says_when_the_next_call_passes",),
    ),
)
