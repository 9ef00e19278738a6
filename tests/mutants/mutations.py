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
        "syncd/chat/lark/answering.py",
        "return _OK if _succeeded(work) else _FAILED",
        "return _OK",
        (
            "tests/ports/lark/test_lark_socket.py"
            "::test_event_that_cannot_be_stored_is_delivered_again",
        ),
    ),
    Mutation(
        "a frame that could not be stored is acked",
        "syncd/loops/intake.py",
        """\
            self.refused.set()
            raise
""",
        """\
            new = False
""",
        ("tests/simulation/test_guards.py::test_a_frame_that_was_not_stored_comes_again",),
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
        "syncd/core/decide/filing.py",
        "twins=(twin,), seen=(seen,))",
        "twins=(twin,))",
        ("tests/core/test_decide_talking.py", "tests/core/test_decide_filing.py"),
    ),
    Mutation(
        "the portal is not asked before a comment is posted",
        "syncd/loops/perform_chat.py",
        "        if publicity is Publicity.NOT_PUBLIC:\n",
        "        publicity = Publicity.PUBLIC\n        if publicity is Publicity.NOT_PUBLIC:\n",
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
        "SENDING is committed after the call instead of before it",
        "syncd/loops/courier.py",
        """\
        sending = store.write(lambda tx: tx.outbox.step(delivery, "send", note=prepared.note))
        self._settler.sends(sending)
        try:
            outcome = prepared.send()
        except Exception as exc:
""",
        """\
        sending = delivery
        try:
            outcome = prepared.send()
            sending = store.write(lambda tx: tx.outbox.step(delivery, "send", note=prepared.note))
        except Exception as exc:
            sending = store.write(lambda tx: tx.outbox.step(delivery, "send", note=prepared.note))
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
        "syncd/chat/lark/markdown.py",
        'c: f"&#{ord(c)};" for c in "&<>-!',
        'c: f"&#{ord(c)};" for c in "&>-!',
        ("tests/wire/test_lark_markdown.py",),
    ),
    Mutation(
        "the cursor moves before its page is stored",
        "syncd/loops/reading.py",
        "            tickets += self._handle(sorted(changed | waiting), turn)\n",
        """\
            ahead = min(newest, server_ms)
            self._records.store.write(lambda tx: tx.cursors.set("poll", ahead))
            tickets += self._handle(sorted(changed | waiting), turn)
""",
        (
            "tests/simulation/test_guards.py"
            "::test_a_page_that_was_not_handled_is_read_again_when_newer_pages_have_come_since",
        ),
    ),
    Mutation(
        "what may have been sent goes back to READY after a kill",
        "syncd/loops/janitor.py",
        "elif key_lives(attempt_of(delivery), tx.now):",
        "elif True:",
        (
            "tests/simulation/test_guards.py"
            "::test_a_create_whose_process_died_in_it_is_looked_for_and_not_sent_again",
        ),
    ),
    Mutation(
        "an operator's requeue sends again what may have been sent",
        "syncd/loops/operating.py",
        'return "requeue in doubt" if delivery.was_uncertain else "requeue"',
        'return "requeue"',
        (
            "tests/flows/test_outbox_commands.py"
            "::test_what_ever_was_uncertain_is_requeued_into_doubt_and_found",
        ),
    ),
    Mutation(
        "a delivery is settled without its Delivered",
        "syncd/loops/settling.py",
        """\
        decision = self._records.store.write(
            lambda tx: settle(self._records, tx, delivery, happened, event, reason)
        )
""",
        """\
        self._records.store.write(
            lambda tx: tx.outbox.step(delivery, happened, reason=reason, result=_result(event))
        )
        decision = self._records.store.write(lambda tx: self._records.decide(tx, event))
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
                raise Unavailable(f"our own limit for {full} is reached", wait)
""",
        """\
                __import__("time").sleep(wait)
""",
        ("tests/ports/lark/test_lark_limiter.py::test_refusal_says_when_the_next_call_passes",),
    ),
)
