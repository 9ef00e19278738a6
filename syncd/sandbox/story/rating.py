"""How satisfied the asker is: asked once, said once, and nothing of it in the chat."""

from dataclasses import asdict

from syncd.sandbox.jsm.records import Comment
from syncd.sandbox.lark.shown import Shown
from syncd.sandbox.story.scene import Scene, first_name, one_line
from syncd.sandbox.world import Person

_STARS = "5"
_WORD = "RATED-2204"
"""What is written nowhere but in the sentence."""


def satisfaction(scene: Scene) -> None:
    asker, people = scene.asker, scene.sandbox.lark_people
    (card,) = scene.wait_for("a question", lambda: _questions(scene, asker))
    scene.check_language(card.text)
    scene.check(scene.ticket_key in card.title, f"{scene.ticket_key} on the card", card.title)
    where = "in their chat with the bot" if not _in_thread(scene, card) else "in the thread"
    scene.tell(f"{first_name(asker)} reads {where}: {one_line(card.text)}")
    best = next(o.text for o in card.field_named("rating").options if o.text.startswith(_STARS))
    typed = {"rating": best, "sentence": f"{scene.cast.reply} {_WORD}"}
    click = people.click(asker.key, card.message_id, "submit", typed)
    said = click.toast.content if click.toast else click.outcome
    accepted = click.toast is not None and click.toast.type == "success"
    scene.check(accepted, "a toast that says it was received", said)
    scene.check_language(said)
    scene.tell(f"{first_name(asker)} chooses “{best}” and reads: {said}")
    scene.wait_for("the card to go", lambda: not _questions(scene, asker))
    _see_in_desk(scene)
    for person in (asker, scene.watcher):
        seen = str([asdict(s) for s in (*scene.top_level(person), *people.direct(person.key))])
        scene.check(_WORD not in seen, f"{person.name} to read nothing of it in the chat", seen)


def _see_in_desk(scene: Scene) -> None:
    """Where the desk takes no feedback of the bot, as documented, there is one internal note."""
    (note,) = scene.wait_for("a note on the ticket", lambda: _notes(scene))
    scene.check(note.internal, "an internal note")
    scene.check(scene.asker.name in note.text, f"the name of {scene.asker.name}", note.text)
    shown = str(scene.sandbox.jira_people.portal_view(scene.ticket_key))
    scene.check(_WORD not in shown, "nothing of it on the portal", shown)
    scene.tell(f"{first_name(scene.engineer)} reads internally: {one_line(note.text)}")


def _notes(scene: Scene) -> list[Comment]:
    return [c for c in scene.ticket().comments if _WORD in c.text]


def _questions(scene: Scene, person: Person) -> list[Shown]:
    seen = [*scene.sandbox.lark_people.direct(person.key), *scene.thread(person)]
    asked = [s for s in seen if any(f.name == "rating" for f in s.fields) and not s.recalled]
    return [s for s in asked if scene.ticket_key in s.title]


def _in_thread(scene: Scene, card: Shown) -> bool:
    return card.message_id in [s.message_id for s in scene.thread(scene.watcher)]
