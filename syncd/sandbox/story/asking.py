"""From the mention to the ticket's link in the thread."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from syncd.sandbox.jsm import portal, site
from syncd.sandbox.lark.client import Click, ClickRefusedByClient, action, judge, trigger
from syncd.sandbox.lark.connection.delivery import ACKED, GIVEN_UP, LOST
from syncd.sandbox.lark.shown import Button, Field, Shown
from syncd.sandbox.story.carrying import SCREENSHOT
from syncd.sandbox.story.scene import Scene, by_bot, first_name, one_line
from syncd.sandbox.world import Person

SEVERITY = site.SEVERITY.options[0].label
_REFUSED = ("warning", "error")


def ask(scene: Scene) -> None:
    """Have the asker mention the bot with their trouble, and a screenshot where they have one."""
    cast, people, asker = scene.cast, scene.sandbox.lark_people, scene.asker
    said = f"@{scene.sandbox.lark_state.bot_name} {cast.trouble}\n{cast.detail}"
    if cast.screenshot:
        pictures = [SCREENSHOT]
        scene.root = people.say_post(asker.key, cast.chat_id, "", said, pictures=pictures)
    else:
        scene.root = people.say(asker.key, cast.chat_id, said)
    shot = " [screenshot]" if cast.screenshot else ""
    scene.tell(f"{first_name(asker)} writes: {' '.join(said.split())}{shot}")


def mention(scene: Scene) -> None:
    ask(scene)
    cast, asker = scene.cast, scene.asker
    forms = scene.wait_for("a private form", lambda: scene.forms(asker))
    scene.check(len(forms) == 1, "one private form")
    form = scene.form = forms[0]
    scene.check_language(form.title)
    reporter = reporter_field(form)
    summary, description = form.field_named("summary"), form.field_named("description")
    scene.check(reporter.default == asker.email, "the reporter's address", str(reporter.default))
    scene.check(summary.default == cast.trouble, "the summary", str(summary.default))
    scene.check(cast.detail in description.default, "the description", str(description.default))
    shown = ", ".join(f"{_first_line(f.label)}: {f.default!r}" for f in (reporter, summary))
    scene.tell(f"{first_name(asker)} sees a private form “{form.title}” with {shown}")
    _check_unseen_by_others(scene, form)


def _check_unseen_by_others(scene: Scene, form: Shown) -> None:
    members = scene.sandbox.lark_state.chats[scene.cast.chat_id].members
    for person in list(scene.sandbox.world.people.values()):
        if person.open_id not in members or person.open_id == scene.asker.open_id:
            continue
        everything = [*scene.top_level(person), *scene.sandbox.lark_people.direct(person.key)]
        seen = str([asdict(s) for s in everything])
        scene.check(scene.cast.trouble in seen, f"{person.name} to see what was asked", seen)
        for secret in (form.message_id, scene.asker.email, form.title):
            scene.check(secret not in seen, f"{person.name} to see nothing of the form", seen)
        scene.tell(f"{first_name(person)} sees the question and nothing of the form")


def click_of_another(scene: Scene) -> None:
    form, watcher = scene.the_form(), scene.watcher
    submit = submit_button(form)
    try:
        scene.sandbox.lark_people.click(watcher.key, form.message_id, submit.text)
    except ClickRefusedByClient as exc:
        scene.tell(f"{first_name(watcher)}'s Lark refuses the click: {exc}")
    else:
        scene.check(False, f"{first_name(watcher)}'s Lark to know no such card")
    click = forge(scene, watcher, submit, _right_values(scene))
    _check_refused(scene, click)
    scene.tell(f"A forged click of {first_name(watcher)} is answered: {_said(click)}")


def wrong_form(scene: Scene) -> None:
    form, asker, cast = scene.the_form(), scene.asker, scene.cast
    submit = submit_button(form)
    typed = _right_values(scene) | {reporter_field(form).name: cast.wrong_address}
    people = scene.sandbox.lark_people
    click = people.click(asker.key, form.message_id, submit.text, typed)
    _check_refused(scene, click)
    scene.check(cast.complaint in _said(click), f"the toast to name {cast.complaint}", _said(click))
    scene.tell(f"{first_name(asker)} types {cast.wrong_address!r} and reads: {_said(click)}")
    values = _right_values(scene)
    del values["summary"]
    click = forge(scene, asker, submit, values)
    _check_refused(scene, click)
    label = form.field_named("summary").label
    scene.check(label in _said(click), f"the toast to name {label}", _said(click))
    scene.tell(f"Without a summary {first_name(asker)} reads: {_said(click)}")


def submit(scene: Scene) -> None:
    form, asker = scene.the_form(), scene.asker
    values = _right_values(scene)
    people = scene.sandbox.lark_people
    click = people.click(asker.key, form.message_id, submit_button(form).text, values)
    accepted = click.toast is not None and click.toast.type == "success"
    scene.check(accepted, "a toast that says it was received", _said(click))
    scene.check_language(_said(click))
    scene.tell(f"{first_name(asker)} reads: {_said(click)}")
    ticket = scene.wait_for("a ticket", scene.tickets)[0]
    scene.ticket_key = ticket.key
    account = scene.asker.account_id
    scene.check(ticket.reporter == account, f"{account} to be the reporter", ticket.reporter)
    scene.check(ticket.creator == site.BOT_ACCOUNT_ID, "the bot to raise it", ticket.creator)
    scene.check(scene.cast.detail in ticket.description, "what was asked", ticket.description)
    severity = str(ticket.fields[site.SEVERITY.id].get("value"))
    scene.check(severity == SEVERITY, f"severity {SEVERITY}", severity)
    reporter = scene.sandbox.jira_people.author_name(ticket.reporter)
    scene.tell(f"{first_name(scene.engineer)} sees {ticket.key} “{ticket.summary}” of {reporter}")


def announcement(scene: Scene) -> None:
    scene.wait_for("the form to go away", lambda: not scene.forms(scene.asker))
    scene.tell(f"{first_name(scene.asker)}'s form is gone")
    see_announcements(scene)


def see_announcements(scene: Scene) -> None:
    """Have both see the ticket's link in the thread."""
    for person in (scene.asker, scene.watcher):
        _see_announcement(scene, person)


def _see_announcement(scene: Scene, person: Person) -> None:
    ticket = scene.ticket()
    found = scene.wait_for(
        f"{ticket.key} in the thread", lambda: by_bot(scene.thread(person), ticket.key)
    )
    scene.check(len(found) == 1, "one announcement")
    words = f"{found[0].title}\n{found[0].text}"
    for part in (ticket.key, ticket.summary, ticket.status):
        scene.check(part in words, f"{part} in the announcement", words)
    check_link(scene, found[0])
    scene.check_language(found[0].text)
    scene.tell(f"{first_name(person)} sees in the thread: {one_line(words)}")


def second_click(scene: Scene) -> None:
    click = forge(scene, scene.asker, submit_button(scene.the_form()), _right_values(scene))
    said = _said(click)
    scene.check(scene.ticket_key in said, f"the toast to name {scene.ticket_key}", said)
    scene.check_language(said)
    scene.check(len(scene.tickets()) == 1, "one ticket")
    scene.tell(f"{first_name(scene.asker)} reads: {said}")


def reporter_field(form: Shown) -> Field:
    """Return the field that the helpdesk's own form does not have."""
    known = {f.id for f in site.GET_HELP.fields}
    for item in form.fields:
        if item.name not in known:
            return item
    raise LookupError("the form does not ask for a reporter")


def submit_button(form: Shown) -> Button:
    """Return the button that submits the form, whatever it says."""
    for button in form.buttons:
        if button.submits:
            return button
    raise LookupError("the form has no button that submits it")


def check_link(scene: Scene, shown: Shown) -> None:
    """Raise Unseen unless the message links to the ticket's page in the portal."""
    route = portal.route(scene.ticket().project).format(key=scene.ticket_key)
    addresses = [address for _, address in shown.links]
    found = any(
        address.startswith(scene.sandbox.jsm_url) and urlsplit(address).path == route
        for address in addresses
    )
    scene.check(found, f"a link to {scene.sandbox.jsm_url}{route}", str(addresses))


def forge(scene: Scene, person: Person, button: Button, values: dict[str, Any]) -> Click:
    """Send the callback of a click that no honest client would send, and return what comes."""
    state = scene.sandbox.lark_state
    with state.changed:
        body = action(button, values)
        event = trigger(state, person, scene.the_form(), scene.cast.chat_id, body)
        ended = (ACKED, GIVEN_UP, LOST)
        state.changed.wait_for(lambda: event.status in ended, scene.patience)
        return judge(state, event)


def _right_values(scene: Scene) -> dict[str, Any]:
    form = scene.the_form()
    values = {f.name: f.default for f in form.fields if f.default}
    return values | {site.SEVERITY.id: SEVERITY}


def _check_refused(scene: Scene, click: Click) -> None:
    refused = click.toast is not None and click.toast.type in _REFUSED
    scene.check(refused, "a toast that refuses", _said(click))
    scene.check_language(_said(click))
    scene.check(not scene.tickets(), "no ticket")
    still_there = [s.message_id for s in scene.forms(scene.asker)]
    scene.check(still_there == [scene.the_form().message_id], "the form to stay")


def _said(click: Click) -> str:
    return click.toast.content if click.toast else click.outcome


def _first_line(label: str) -> str:
    return label.split("\n")[0]
