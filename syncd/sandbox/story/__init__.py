"""The whole story, played by people of the sandbox against a daemon that runs elsewhere.

It looks at the world from the sandbox's side only. Nothing is waited for but what must be seen.
"""

from collections.abc import Callable, Sequence
from itertools import count

from syncd.sandbox.box import Sandbox
from syncd.sandbox.lark.client import ClickRefusedByClient
from syncd.sandbox.story import (
    abroad,
    answering,
    asking,
    carrying,
    choosing,
    ending,
    premium,
    rating,
)
from syncd.sandbox.story.scene import ACME, GLOBEX, INITECH, INITECH_INVOICE, Scene, Unseen

Step = tuple[str, Callable[[Scene], None]]

PROLOGUE: Sequence[Step] = (("The bot comes online", ending.bot_comes_online),)
ASKING: Sequence[Step] = (
    ("{asker} mentions the bot and gets a form that nobody else sees", asking.mention),
    ("{watcher} cannot use {asker}'s form", asking.click_of_another),
    ("A wrong form is refused with what is wrong", asking.wrong_form),
    ("{asker} submits, and one ticket exists in {asker}'s name", asking.submit),
    ("The form goes away, and the thread has the ticket's link", asking.announcement),
    ("A second click on Submit makes no second ticket", asking.second_click),
)
ENTERPRISE: Sequence[Step] = (
    *ASKING,
    ("{engineer}'s internal note stays inside, the answer is in the group", answering.in_group),
    ("What {asker} writes in the thread stays in the chat", answering.reply_stays),
)
IN_THE_THREAD: Sequence[Step] = (
    (
        "{engineer}'s internal note stays inside, the answer is in the thread",
        answering.in_thread,
    ),
    ("What {asker} writes in the thread becomes a comment", answering.reply_is_copied),
)
WHOLE: Sequence[Step] = (
    ("The screenshot is attached to the ticket", carrying.screenshot_is_attached),
    (
        "{engineer}'s internal note stays inside, an answer with table, code and log is in the "
        "thread",
        premium.answer_in_full_dress,
    ),
    ("What {asker} writes in the thread becomes a comment", answering.reply_is_copied),
    ("So does the file that {asker} sends there", carrying.reply_with_file),
    ("{engineer} edits the answer, and its message follows", premium.edit),
    ("{asker} takes a message back, and its comment follows", premium.recall),
    ("{engineer} takes the ticket, and its card says so", premium.status),
    ("{asker} resolves it by the card's button", premium.resolve),
    ("{asker} is asked how satisfied they are, and {engineer} reads it", rating.satisfaction),
)
PREMIUM: Sequence[Step] = (*ASKING, *WHOLE)
ABROAD: Sequence[Step] = (
    ("{asker}, of another company, gets a button in the thread", abroad.mention),
    ("{watcher} presses it and is told to ask", abroad.press_of_another),
    ("{asker} presses it, and the form opens in the thread", abroad.press),
    ("{asker} chooses technical support, and is asked for more", choosing.choose_technical),
    ("{asker} submits, and the ticket has every answer", choosing.submit_technical),
    ("The form goes away, and the thread has the ticket's link", abroad.announcement),
    *WHOLE,
)
INVOICE: Sequence[Step] = (
    ("{asker} asks about an invoice, and gets a button in a thread of its own", abroad.mention),
    ("{asker} presses it, and the form opens in the thread", abroad.press),
    ("{asker} chooses billing, and types no address again", choosing.choose_billing),
    ("{asker} submits, and the ticket is one of the other desk", choosing.submit_billing),
    ("The form goes away, and the thread has the ticket's link", abroad.announcement),
    *IN_THE_THREAD,
)
LOBBY: Sequence[Step] = (
    ("In a group that is not enabled the bot says so, privately", ending.not_enabled),
)
EPILOGUE: Sequence[Step] = (
    (
        "Two polls later {asker} and {watcher} see everything once, and nothing else",
        ending.everything_once,
    ),
)


class StepFailed(Exception):
    """A step of the story did not come about."""

    def __init__(self, step_name: str, what_was_expected: str, what_was_seen: str) -> None:
        super().__init__(f"{step_name}\n  expected: {what_was_expected}\n  seen: {what_was_seen}")
        self.step_name = step_name
        self.what_was_expected = what_was_expected
        self.what_was_seen = what_was_seen


def play(sandbox: Sandbox, narrate: Callable[[str], None], patience_seconds: float = 10) -> None:
    """Play every step and tell it line by line; raises StepFailed at the first that fails.

    Nothing is waited for longer than `patience_seconds`.
    """
    globex = Scene(sandbox, GLOBEX, narrate, patience_seconds)
    acme = Scene(sandbox, ACME, narrate, patience_seconds)
    initech = Scene(sandbox, INITECH, narrate, patience_seconds)
    invoice = Scene(sandbox, INITECH_INVOICE, narrate, patience_seconds)
    numbers = count(1)
    for scene, steps in (
        (globex, PROLOGUE),
        (globex, ENTERPRISE),
        (acme, PREMIUM),
        (initech, ABROAD),
        (invoice, INVOICE),
        (globex, LOBBY),
        (globex, EPILOGUE),
        (acme, EPILOGUE),
        (initech, EPILOGUE),
        (invoice, EPILOGUE),
    ):
        for name, step in steps:
            _perform(scene, f"{next(numbers)}. {scene.named(name)}", step)


def _perform(scene: Scene, name: str, step: Callable[[Scene], None]) -> None:
    scene.narrate(name)
    try:
        step(scene)
    except Unseen as exc:
        raise StepFailed(name, exc.expected, exc.seen) from None
    except (ClickRefusedByClient, LookupError) as exc:
        raise StepFailed(name, "everything that is used here to be there", str(exc)) from exc
