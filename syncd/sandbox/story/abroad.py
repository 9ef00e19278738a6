"""The same for somebody of another company, whom no card reaches alone."""

import json

from syncd.sandbox.lark.shown import Shown
from syncd.sandbox.story.asking import ask, see_announcements
from syncd.sandbox.story.scene import Scene, first_name

_BUTTON = "open_form"


def mention(scene: Scene) -> None:
    ask(scene)
    offer = scene.wait_for("a button in the thread", lambda: _with_button(scene))[0]
    scene.check_language(offer.text)
    scene.tell(f"Everybody reads in the thread: {offer.text}")


def press_of_another(scene: Scene) -> None:
    watcher, offer = scene.watcher, _with_button(scene)[0]
    click = scene.sandbox.lark_people.click(watcher.key, offer.message_id, _BUTTON)
    said = click.toast.content if click.toast else click.outcome
    scene.check_language(said)
    scene.check("@" in said, "a word to mention the bot", said)
    scene.check(not open_forms(scene), "no form")
    scene.tell(f"{first_name(watcher)} presses it and reads: {said}")


def press(scene: Scene) -> None:
    asker, cast = scene.asker, scene.cast
    scene.sandbox.lark_people.click(asker.key, _with_button(scene)[0].message_id, _BUTTON)
    form = scene.form = scene.wait_for("a form in the thread", lambda: open_forms(scene))[0]
    scene.check_language(form.title)
    shown = form.field_named("summary").default, form.field_named("description").default
    theirs = shown[0] == cast.trouble and shown[1].startswith(f"{cast.trouble}\n{cast.detail}")
    scene.check(theirs, "their words", str(shown))
    scene.check(not form.field_named("reporter").default, "no address")
    scene.tell(f"{first_name(asker)}'s form is in the thread and holds what they wrote: {shown[0]}")


def announcement(scene: Scene) -> None:
    scene.wait_for("the form to go away", lambda: not open_forms(scene))
    see_announcements(scene)
    state = scene.sandbox.lark_state
    said = [json.loads(m.content) for m in state.in_chat(state.chats[scene.cast.chat_id])]
    scene.check(scene.asker.email not in str(said), "no address in the group", str(said))
    scene.tell("No card in the group holds an address")


def _with_button(scene: Scene) -> list[Shown]:
    shown = scene.thread(scene.watcher)
    return [s for s in shown if any(b.name == _BUTTON for b in s.buttons) and not s.recalled]


def open_forms(scene: Scene) -> list[Shown]:
    """Return the forms that stand in the thread."""
    return [s for s in scene.thread(scene.watcher) if s.fields and not s.recalled]
