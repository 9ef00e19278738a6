"""From the engineer's answer to the chat, and back."""

from syncd.sandbox.lark.shown import Shown
from syncd.sandbox.story.asking import check_link
from syncd.sandbox.story.scene import Scene, by_bot, first_name, one_line
from syncd.sandbox.world import Person


def in_group(scene: Scene) -> None:
    _note_and_answer(scene)
    see_answer(scene, scene.cast.answer)
    scene.check(not by_bot(scene.thread(scene.asker), scene.cast.answer), "nothing in the thread")


def in_thread(scene: Scene) -> None:
    _note_and_answer(scene)
    see_answer(scene, scene.cast.answer)
    group = by_bot(scene.top_level(scene.asker), scene.cast.answer)
    scene.check(not group, "nothing at the group's top level")


def reply_stays(scene: Scene) -> None:
    _reply(scene)
    # The next answer makes the way there and back once more, so the reply had its time.
    _answer(scene, scene.cast.second_answer)
    see_answer(scene, scene.cast.second_answer)
    comments = [c.text for c in scene.ticket().comments]
    expected = [scene.cast.internal, scene.cast.answer, scene.cast.second_answer]
    scene.check(comments == expected, "only the engineer's comments", str(comments))
    scene.tell(f"{scene.ticket_key} has the engineer's comments only")


def reply_is_copied(scene: Scene) -> None:
    cast, name = scene.cast, scene.asker.name
    _reply(scene)
    scene.wait_for("the reply on the ticket", lambda: _copies(scene))
    scene.check(len(_copies(scene)) == 1, "the reply once")
    scene.check(name in _copies(scene)[0], f"the reply under the name of {name}", _copies(scene)[0])
    scene.tell(f"{first_name(scene.engineer)} reads on {scene.ticket_key}: {_copies(scene)[0]!r}")
    _answer(scene, cast.second_answer)
    see_answer(scene, cast.second_answer)
    scene.check(not echoes(scene), "no echo in the thread")
    scene.tell("The reply is not echoed into the thread")


def echoes(scene: Scene) -> list[Shown]:
    """Return what the bot showed of the asker's own reply."""
    everything = [*scene.thread(scene.asker), *scene.top_level(scene.asker)]
    return by_bot(everything, scene.cast.reply)


def _copies(scene: Scene) -> list[str]:
    """Return the comments that the portal shows and that hold the asker's reply."""
    seen = scene.sandbox.jira_people.portal_view(scene.ticket_key).comments
    return [c.text for c in seen if scene.cast.reply in c.text]


def _note_and_answer(scene: Scene) -> None:
    note(scene)
    _answer(scene, scene.cast.answer)


def note(scene: Scene) -> None:
    """Have the engineer note something that no customer reads."""
    cast, engineer = scene.cast, scene.engineer
    jira = scene.sandbox.jira_people
    jira.comment(engineer.key, scene.ticket_key, cast.internal, public=False)
    scene.tell(f"{first_name(engineer)} notes internally: {cast.internal}")


def _answer(scene: Scene, text: str) -> None:
    scene.sandbox.jira_people.comment(scene.engineer.key, scene.ticket_key, text)
    scene.told.append(text)
    scene.tell(f"{first_name(scene.engineer)} answers publicly: {text}")


def _reply(scene: Scene) -> None:
    cast, people = scene.cast, scene.sandbox.lark_people
    message_id = people.say(scene.asker.key, cast.chat_id, cast.reply, thread=scene.root)
    acked = people.wait_delivered(message_id, scene.patience)
    scene.check(acked, "the bot to acknowledge the reply")
    scene.tell(f"{first_name(scene.asker)} replies in the thread: {cast.reply}")


def see_answer(scene: Scene, text: str) -> None:
    """Have both see an answer where the plan shows it, once, with its ticket and its author."""
    for person in (scene.asker, scene.watcher):
        _one_sees_answer(scene, person, text)


def _one_sees_answer(scene: Scene, person: Person, text: str) -> None:
    where = scene.thread if scene.cast.premium else scene.top_level
    place = "the thread" if scene.cast.premium else "the group"
    found = scene.wait_for(f"{text!r} in {place}", lambda: by_bot(where(person), text))
    scene.check(len(found) == 1, f"{text!r} once in {place}")
    words = f"{found[0].title}\n{found[0].text}"
    for part in (scene.ticket_key, scene.ticket().summary, scene.engineer.name):
        scene.check(part in words, f"{part} in the update", words)
    scene.check(scene.cast.internal not in words, "nothing internal", words)
    check_link(scene, found[0])
    scene.tell(f"{first_name(person)} sees in {place}: {one_line(words)}")
