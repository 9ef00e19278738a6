"""The same for somebody of another company, whom no card reaches alone."""

import json

from syncd.sandbox.jsm import site
from syncd.sandbox.lark.shown import Shown
from syncd.sandbox.story.asking import SEVERITY, reporter_field, see_announcements, submit_button
from syncd.sandbox.story.scene import Scene, first_name

_BUTTON = "open_form"


def mention(scene: Scene) -> None:
    cast, asker = scene.cast, scene.asker
    said = f"@{scene.sandbox.lark_state.bot_name} {cast.trouble}\n{cast.detail}"
    scene.root = scene.sandbox.lark_people.say(asker.key, cast.chat_id, said)
    scene.tell(f"{first_name(asker)} writes: {' '.join(said.split())}")
    offer = scene.wait_for("a button in the thread", lambda: _with_button(scene))[0]
    scene.check_language(offer.text)
    scene.tell(f"Everybody reads in the thread: {offer.text}")


def press_of_another(scene: Scene) -> None:
    watcher, offer = scene.watcher, _with_button(scene)[0]
    click = scene.sandbox.lark_people.click(watcher.key, offer.message_id, _BUTTON)
    said = click.toast.content if click.toast else click.outcome
    scene.check_language(said)
    scene.check("@" in said, "a word to mention the bot", said)
    scene.check(not _open_forms(scene), "no form")
    scene.tell(f"{first_name(watcher)} presses it and reads: {said}")


def press(scene: Scene) -> None:
    asker, cast = scene.asker, scene.cast
    scene.sandbox.lark_people.click(asker.key, _with_button(scene)[0].message_id, _BUTTON)
    form = scene.form = scene.wait_for("a form in the thread", lambda: _open_forms(scene))[0]
    scene.check_language(form.title)
    shown = form.field_named("summary").default, form.field_named("description").default
    scene.check(
        shown == (cast.trouble, f"{cast.trouble}\n{cast.detail}"), "their words", str(shown)
    )
    scene.check(not reporter_field(form).default, "no address")
    scene.tell(f"{first_name(asker)}'s form is in the thread and holds what they wrote: {shown[0]}")


def submit(scene: Scene) -> None:
    asker, form = scene.asker, scene.the_form()
    values = {f.name: f.default for f in form.fields if f.default}
    typed = {reporter_field(form).name: asker.email, site.SEVERITY.id: SEVERITY}
    button, people = submit_button(form).text, scene.sandbox.lark_people
    click = people.click(asker.key, form.message_id, button, values | typed)
    scene.check(click.toast is not None and click.toast.type == "success", "a toast of success")
    ticket = scene.wait_for("a ticket", scene.tickets)[0]
    scene.ticket_key = ticket.key
    accounts = {a.account_id: a.email for a in scene.sandbox.jira_state.accounts()}
    email = accounts[ticket.reporter]
    scene.check(email == asker.email, f"{asker.email} to be the reporter", email)
    scene.tell(f"{first_name(scene.engineer)} sees {ticket.key} “{ticket.summary}” of {email}")


def announcement(scene: Scene) -> None:
    scene.wait_for("the form to go away", lambda: not _open_forms(scene))
    see_announcements(scene)
    state = scene.sandbox.lark_state
    said = [json.loads(m.content) for m in state.in_chat(state.chats[scene.cast.chat_id])]
    scene.check(scene.asker.email not in str(said), "no address in the group", str(said))
    scene.tell("No card in the group holds an address")


def _with_button(scene: Scene) -> list[Shown]:
    shown = scene.thread(scene.watcher)
    return [s for s in shown if any(b.name == _BUTTON for b in s.buttons) and not s.recalled]


def _open_forms(scene: Scene) -> list[Shown]:
    return [s for s in scene.thread(scene.watcher) if s.fields and not s.recalled]
