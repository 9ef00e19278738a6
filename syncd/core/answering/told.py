"""The line that tells by when the first answer comes."""

from syncd.core.answering.hours import read_clock
from syncd.core.model import Chat, Ms
from syncd.core.wording import words


def first_answer(due: Ms, now: Ms, chat: Chat) -> tuple[str, ...]:
    """Return the line, in the chat's zone; none where nothing is promised or the time is over."""
    if due <= now:
        return ()
    told = read_clock(due, now, chat.zone)
    return (words(chat.language).first_answer.format(time=told, zone=chat.zone),)
