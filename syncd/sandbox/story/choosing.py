"""A group that offers several kinds of requests: which one, what that asks, and what it became."""

from typing import Any

from syncd.sandbox.jsm import site
from syncd.sandbox.jsm.fields import technical
from syncd.sandbox.jsm.records import Ticket
from syncd.sandbox.lark.shown import Shown
from syncd.sandbox.story.abroad import open_forms
from syncd.sandbox.story.asking import submit_button
from syncd.sandbox.story.scene import Scene, first_name

_KIND, _REPORTER = "request_kind", "reporter"
_MACHINES = "k8s 1.31，三个节点"
_INVOICE = "INV-2026-118"
_CHOSEN = ("Initech Payments", "prod-2")


def choose_technical(scene: Scene) -> None:
    scene.form = _choose(scene, technical.TECHNICAL, {_REPORTER: scene.asker.email})
    asked = [f.id for f in technical.TECHNICAL.fields if f.id != site.MARKER_FIELD]
    _check_asked(scene, asked)
    urgent = _option(scene.form, "priority", technical.URGENT.label)
    about = technical.URGENT.about
    scene.check(about in urgent, f"what {technical.URGENT.label} means: {about}", urgent)
    scene.tell(f"The form now asks for {', '.join(_labels(scene.form))}")
    scene.tell(f"Of the priorities one is told as “{urgent}”")


def choose_billing(scene: Scene) -> None:
    """Nothing that was typed for the other request is typed again."""
    scene.form = _choose(scene, site.INVOICE, {})
    _check_asked(scene, [f.id for f in site.INVOICE.fields])
    scene.tell(f"The form now asks for {', '.join(_labels(scene.form))}")


def submit_technical(scene: Scene) -> None:
    form = scene.the_form()
    values = {
        technical.WHOSE.id: _option(form, technical.WHOSE.id, " / ".join(_CHOSEN)),
        "priority": _option(form, "priority", technical.URGENT.label),
        "components": [o.label for o in technical.COMPONENTS.options[:2]],
        "versions": [technical.VERSIONS.options[0].label],
        "environment": _MACHINES,
    }
    ticket = _submit(scene, values, site.HOME)
    cluster = ticket.fields[technical.WHOSE.id]
    found = {
        "priority": ticket.fields["priority"]["name"],
        "components": [one["name"] for one in ticket.fields["components"]],
        "versions": [one["name"] for one in ticket.fields["versions"]],
        "cluster": (cluster["value"], cluster["child"]["value"]),
    }
    expected = {
        "priority": technical.URGENT.label,
        "components": values["components"],
        "versions": values["versions"],
        "cluster": _CHOSEN,
    }
    scene.check(found == expected, f"the ticket to have {expected}", str(found))
    environment = str(ticket.fields["environment"])
    scene.check(_MACHINES in environment, f"the environment {_MACHINES}", environment)
    told = f"{' / '.join(_CHOSEN)}, {found['priority']}, {', '.join(found['components'])}"
    scene.tell(f"{first_name(scene.engineer)} reads on it: {told}, {_MACHINES}")


def submit_billing(scene: Scene) -> None:
    ticket = _submit(scene, {site.INVOICE_NUMBER.id: _INVOICE}, site.BILLING)
    number = str(ticket.fields[site.INVOICE_NUMBER.id])
    scene.check(number == _INVOICE, f"invoice {_INVOICE}", number)
    scene.tell(f"{first_name(scene.engineer)} reads on it: {number}")


def _choose(scene: Scene, kind: site.RequestType, typed: dict[str, str]) -> Shown:
    asker, form, before = scene.asker, scene.the_form(), scene.the_form().message_id
    label = dict(kind.names)["zh"]
    offered = [o.text for o in form.field_named(_KIND).options]
    scene.check(label in offered, f"{label} among what can be asked for", str(offered))
    values = {f.name: f.default for f in form.fields if f.default}
    people, button = scene.sandbox.lark_people, submit_button(form).text
    people.click(asker.key, before, button, values | typed | {_KIND: label})
    scene.tell(f"{first_name(asker)} may choose from {', '.join(offered)}, and chooses {label}")

    def next_card() -> list[Shown]:
        return [card for card in open_forms(scene) if card.message_id != before]

    return scene.wait_for("the next card", next_card)[0]


def _check_asked(scene: Scene, expected: list[str]) -> None:
    form = scene.the_form()
    asked = [f.name for f in form.fields if f.name not in (_KIND, _REPORTER)]
    scene.check(sorted(asked) == sorted(expected), f"questions {expected}", str(asked))
    for label in _labels(form):
        scene.check_language(label)
    words = form.field_named("summary").default
    scene.check(words == scene.cast.trouble, "their words", words)
    scene.check(scene.asker.email not in str(form), "no address in what everybody sees", str(form))


def _submit(scene: Scene, values: dict[str, Any], project: site.Project) -> Ticket:
    asker, form = scene.asker, scene.the_form()
    held = {f.name: f.default for f in form.fields if f.default}
    button = submit_button(form).text
    click = scene.sandbox.lark_people.click(asker.key, form.message_id, button, held | values)
    accepted = click.toast is not None and click.toast.type == "success"
    scene.check(accepted, "a toast of success", str(click))
    ticket = scene.wait_for("a ticket", scene.tickets)[0]
    scene.ticket_key = ticket.key
    accounts = {a.account_id: a.email for a in scene.sandbox.jira_state.accounts()}
    email = accounts[ticket.reporter]
    scene.check(email == asker.email, f"{asker.email} to be the reporter", email)
    scene.check(ticket.project == project, f"a ticket of {project.key}", ticket.key)
    scene.check(scene.cast.detail in ticket.description, "what was asked", ticket.description)
    scene.tell(f"{first_name(scene.engineer)} sees {ticket.key} “{ticket.summary}” of {email}")
    return ticket


def _option(form: Shown, name: str, begins: str) -> str:
    """Return the choice as the card shows it."""
    texts = [option.text for option in form.field_named(name).options]
    found = [text for text in texts if text.startswith(begins)]
    if not found:
        raise LookupError(f"{name} offers no {begins}, only {texts}")
    return found[0]


def _labels(form: Shown) -> list[str]:
    asked = (f.label.split("\n")[0] for f in form.fields if f.name not in (_KIND, _REPORTER))
    return [label.removesuffix(" *") for label in asked]
