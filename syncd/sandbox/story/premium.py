"""What only a premium thread has: an answer in full dress, second thoughts of both sides, a card
that stays true, and its buttons."""

from typing import Any

from syncd.sandbox.jsm.text.adf import Adf
from syncd.sandbox.lark.shown import Shown
from syncd.sandbox.story.answering import note, see_answer
from syncd.sandbox.story.carrying import LOG, LOG_NAME, logs, see_log
from syncd.sandbox.story.scene import Scene, by_bot, first_name, one_line
from syncd.sandbox.world import Person

_ROWS = (("node", "region"), ("tikv-1", "Leader"), ("tikv-2", "Unreachable"))
_CODE = "tiup cluster restart prod -N tikv-2"
_STATUS, _RESOLVED = "Waiting for customer", "Resolved"
_CHANGES = 3
"""How much longer a card may take than any step: it is changed every few seconds at most."""


def answer_in_full_dress(scene: Scene) -> None:
    cast, engineer = scene.cast, scene.engineer
    note(scene)
    scene.answer_id = scene.sandbox.jira_people.comment(
        engineer.key, scene.ticket_key, _document(cast.answer), files=[(LOG_NAME, LOG)]
    )
    scene.told.append(cast.answer)
    scene.tell(
        f"{first_name(engineer)} answers publicly with a table, code and {LOG_NAME}: {cast.answer}"
    )
    see_answer(scene, cast.answer)
    for person in (scene.asker, scene.watcher):
        (shown,) = by_bot(scene.thread(person), cast.answer)
        for part in (*(cell for row in _ROWS for cell in row), _CODE):
            scene.check(part in shown.text, f"{part} in the answer", shown.text)
        see_log(scene, person)
    scene.check(not by_bot(scene.top_level(scene.asker), cast.answer), "nothing in the group")


def edit(scene: Scene) -> None:
    cast, jira = scene.cast, scene.sandbox.jira_people
    (before,) = by_bot(scene.thread(scene.asker), cast.answer)
    (comment,) = [c for c in jira.comments(scene.ticket_key) if str(c.id) == scene.answer_id]
    body = {**comment.body, "content": [_words(cast.corrected), *comment.body["content"][1:]]}
    jira.edit(scene.ticket_key, scene.answer_id, body)
    scene.told[scene.told.index(cast.answer)] = cast.corrected
    scene.tell(f"{first_name(scene.engineer)} edits the answer: {cast.corrected}")
    for person in (scene.asker, scene.watcher):
        _see_correction(scene, person, before.message_id)


def _see_correction(scene: Scene, person: Person, message_id: str) -> None:
    corrected = scene.cast.corrected
    now = scene.wait_for(
        "the edited answer", lambda: by_bot(scene.thread(person), corrected), _CHANGES
    )
    scene.check([s.message_id for s in now] == [message_id], "the same message")
    scene.check(_CODE in now[0].text, "the rest of the answer as it was", now[0].text)
    scene.check(not by_bot(scene.thread(person), scene.cast.answer), "the old words gone")
    scene.check(len(logs(scene, person)) == 1, f"{LOG_NAME} once, as before")
    scene.tell(f"{first_name(person)} reads in the same message: {corrected}")


def recall(scene: Scene) -> None:
    cast, people, asker = scene.cast, scene.sandbox.lark_people, scene.asker
    message = people.say(asker.key, cast.chat_id, cast.slip, thread=scene.root)
    scene.tell(f"{first_name(asker)} writes in the thread: {cast.slip}")
    scene.wait_for("it on the ticket", lambda: _portal_has(scene, cast.slip))
    comments = len(scene.ticket().comments)
    people.recall(asker.key, message)
    scene.tell(f"{first_name(asker)} takes it back")
    scene.wait_for("it gone from the ticket", lambda: not _portal_has(scene, cast.slip))
    everything = str([(c.text, c.body) for c in scene.ticket().comments])
    scene.check(cast.slip not in everything, "nothing of it on the ticket", everything)
    scene.check(len(scene.ticket().comments) == comments, "a comment that says so in its place")
    seen = [s for s in scene.thread(scene.watcher) if s.message_id == message]
    scene.check(all(s.recalled for s in seen), f"{scene.watcher.name} to read nothing of it")
    scene.tell(f"On {scene.ticket_key} it says that the message was taken back, and no more")


def status(scene: Scene) -> None:
    jira, engineer = scene.sandbox.jira_people, scene.engineer
    jira.assign(scene.ticket_key, engineer.key)
    jira.transition(scene.ticket_key, _STATUS)
    scene.tell(f"{first_name(engineer)} takes {scene.ticket_key} and sets it to {_STATUS}")
    shown = scene.wait_for(
        "the card to follow", lambda: _card_with(scene, _STATUS, engineer.name), _CHANGES
    )
    reader = first_name(scene.watcher)
    scene.tell(f"{reader} reads on the ticket's card: {one_line(shown.text)}")


def resolve(scene: Scene) -> None:
    people, asker = scene.sandbox.lark_people, scene.asker
    card = scene.wait_for("a button on the card", lambda: _card_that_offers(scene), _CHANGES)
    click = people.click(asker.key, card.message_id, "resolve")
    said = click.toast.content if click.toast else click.outcome
    scene.check_language(said)
    scene.tell(f"{first_name(asker)} presses “{card.button('resolve').text}” and reads: {said}")
    scene.wait_for("a resolved ticket", lambda: scene.ticket().resolution)
    scene.check(scene.ticket().status == _RESOLVED, f"a ticket that is {_RESOLVED}")
    notes = [c for c in scene.ticket().comments if asker.name in c.text]
    scene.check(bool(notes), f"a note on the ticket that names {asker.name}")
    scene.tell(f"{first_name(scene.engineer)} reads on it: {one_line(notes[-1].text)}")
    scene.wait_for("a card that says so", lambda: _card_with(scene, _RESOLVED), _CHANGES)
    for person in (scene.asker, scene.watcher):
        _see_news(scene, person)


def _see_news(scene: Scene, person: Person) -> None:
    news = scene.wait_for("a word in the thread", lambda: _news(scene, person), _CHANGES)
    scene.check(len(news) == 1, "one word in the thread")
    scene.check_language(news[0].text)
    scene.tell(f"{first_name(person)} reads in the thread: {news[0].text}")


def _card_with(scene: Scene, *words: str) -> Shown | None:
    """Return the ticket's card as the watcher sees it, once it has these words."""
    found = by_bot(scene.thread(scene.watcher), scene.ticket().summary)
    return found[0] if found and all(word in found[0].text for word in words) else None


def _card_that_offers(scene: Scene) -> Shown | None:
    found = by_bot(scene.thread(scene.asker), scene.ticket().summary)
    return found[0] if any(b.name == "resolve" for b in found[0].buttons) else None


def _news(scene: Scene, person: Person) -> list[Shown]:
    """Return what says that the ticket is resolved, besides its card."""
    said = by_bot(scene.thread(person), _RESOLVED)
    return [s for s in said if scene.ticket_key in s.text and not s.title]


def _portal_has(scene: Scene, words: str) -> bool:
    seen = scene.sandbox.jira_people.portal_view(scene.ticket_key).comments
    return any(words in comment.text for comment in seen)


def _document(answer: str) -> Adf:
    rows = [_row(row, "tableHeader" if not i else "tableCell") for i, row in enumerate(_ROWS)]
    code = {"type": "codeBlock", "attrs": {"language": "bash"}, "content": [_text(_CODE)]}
    content = [_words(answer), {"type": "table", "content": rows}, code]
    return {"type": "doc", "version": 1, "content": content}


def _row(cells: tuple[str, ...], kind: str) -> dict[str, Any]:
    return {"type": "tableRow", "content": [{"type": kind, "content": [_words(c)]} for c in cells]}


def _words(said: str) -> dict[str, Any]:
    return {"type": "paragraph", "content": [_text(said)]}


def _text(said: str) -> dict[str, Any]:
    return {"type": "text", "text": said}
