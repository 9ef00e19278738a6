"""Asks the questions, in the order of the table."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from syncd.core.errors import RemoteFailure, SyncdError
from syncd.helpdesk.jsm.wire.members import UnreadableError
from syncd.probe.draft import NotMadeUpError
from syncd.probe.ground import Ground
from syncd.probe.question import Answer, Question, State, untold


@dataclass(frozen=True)
class Told:
    """A question and what came of it."""

    question: Question
    answers: tuple[Answer, ...]

    @property
    def state(self) -> State:
        """Answered as soon as a part of it is."""
        states = [one.state for one in self.answers]
        return State.ANSWERED if State.ANSWERED in states else states[0]


def rounds(
    ground: Ground, questions: Iterable[Question], may: Callable[[Question], bool]
) -> Iterator[Told]:
    """Yield what each question is answered with; `may` says whether one that writes is asked."""
    given = {"--chat": ground.chat, "--person": ground.person}
    for question in questions:
        lacking = [name for name in question.needs if not given[name]]
        if lacking:
            yield Told(question, (_left_out(f"it needs {' and '.join(lacking)}"),))
        elif question.writes and not may(question):
            yield Told(question, (_left_out("it writes, and nobody agreed"),))
        else:
            yield Told(question, tuple(_answers(question, ground)))


def broken_off(questions: Iterable[Question], told: Iterable[Told]) -> Iterator[Told]:
    """Yield those of which nothing is told, as somebody broke off before."""
    known = {one.question.code for one in told}
    for question in questions:
        if question.code not in known:
            yield Told(question, (_left_out("it was broken off"),))


def about(question: Question, ground: Ground) -> str:
    """Return where a question would write and what, for whoever has to agree to it."""
    try:
        return question.about(ground)
    except (SyncdError, UnreadableError):
        return "Where and what that would be cannot be looked up now"


def _left_out(said: str) -> Answer:
    return Answer("", said, State.LEFT_OUT)


def _answers(question: Question, ground: Ground) -> list[Answer]:
    """What a platform says in its own words is not repeated: only its number is."""
    found: list[Answer] = []
    try:
        found += question.ask(ground)
    except RemoteFailure as failure:
        by = failure.code or failure.status
        how = f"{type(failure).__name__.lower()}, {by}" if by else type(failure).__name__.lower()
        found.append(untold(f"it could not be asked: {how}"))
    except NotMadeUpError:
        found.append(untold("the form requires an answer that cannot be made up"))
    except UnreadableError:
        found.append(untold("it was answered in a form that no page tells"))
    except Exception as broken:
        # What nobody foresaw keeps no other question from being asked; its words may be anybody's.
        found.append(untold(f"it could not be asked: {type(broken).__name__}"))
    return found or [untold("nothing was told")]
