"""The beginning and the end: the bot is there, a foreign group is told so, and all is once."""

from dataclasses import asdict

from syncd.sandbox.story import carrying
from syncd.sandbox.story.answering import echoes
from syncd.sandbox.story.scene import Scene, by_bot, first_name

LOBBY = "oc_lobby"
_POLLS_LATER = 2
_STARTS = 6
"""How much longer a start may take than any step: Python has to load, on whatever machine."""
_QUESTION = "can you help us here?"


def bot_comes_online(scene: Scene) -> None:
    connections = scene.sandbox.lark_state.delivery.connections
    scene.wait_for("a long connection", connections.all, _STARTS)
    scene.tell("It is connected to Lark")


def not_enabled(scene: Scene) -> None:
    people, watcher = scene.sandbox.lark_people, scene.watcher
    said = f"@{scene.sandbox.lark_state.bot_name} {_QUESTION}"
    people.say(watcher.key, LOBBY, said)
    scene.tell(f"{first_name(watcher)} writes in the lobby: {said}")

    def told() -> str:
        private = [s for s in people.view(watcher.key, LOBBY) if s.private]
        found = [s for s in (*people.direct(watcher.key), *private) if LOBBY in s.text]
        return found[0].text if found else ""

    answer = scene.wait_for(f"a private word that names {LOBBY}", told)
    scene.tell(f"{first_name(watcher)} reads privately: {answer}")
    members = scene.sandbox.lark_state.chats[LOBBY].members
    for person in list(scene.sandbox.world.people.values()):
        if person.open_id in members and person.key != watcher.key:
            seen = [*people.view(person.key, LOBBY), *people.direct(person.key)]
            heard = str([asdict(s) for s in seen])
            scene.check(_QUESTION in heard, f"{person.name} to see the question", heard)
            scene.check(LOBBY not in heard, f"{person.name} to see no answer", heard)
    scene.tell("Nobody else in the lobby sees an answer")


def everything_once(scene: Scene) -> None:
    _wait_for_polls(scene)
    scene.check(len(scene.tickets()) == 1, "one ticket")
    where = scene.thread if scene.cast.premium else scene.top_level
    for person in (scene.asker, scene.watcher):
        times = [len(by_bot(where(person), text)) for text in scene.told]
        scene.check(times == [1] * len(scene.told), "each answer once", str(times))
        announced = by_bot(scene.thread(person), scene.ticket().summary)
        expected = 1 + (len(scene.told) if scene.cast.premium else 0)
        scene.check(len(announced) == expected, f"{expected} messages in the thread")
    if scene.cast.screenshot:
        carrying.every_file_once(scene)
    scene.check(not echoes(scene), "no echo of the reply")
    scene.tell(f"{first_name(scene.asker)} and {first_name(scene.watcher)} see each answer once")
    _check_nothing_internal(scene)


def _wait_for_polls(scene: Scene) -> None:
    journal = scene.sandbox.world.journal

    def polls() -> int:
        return sum(c.status == 200 for c in journal.calls("jsm", "/search/jql"))

    before = polls()
    scene.wait_for(f"{_POLLS_LATER} more polls", lambda: polls() >= before + _POLLS_LATER)
    scene.tell(f"{_POLLS_LATER} polls later:")


def _check_nothing_internal(scene: Scene) -> None:
    """Search every byte that ever went to Lark, also what was deleted or never shown."""
    calls = scene.sandbox.world.journal.calls("lark")
    acks = [e.ack.data or b"" for e in scene.sandbox.lark_state.delivery.events if e.ack]
    asked = [f"{c.path}?{c.query}".encode() for c in calls]
    sent = b"\n".join([*asked, *(c.request for c in calls), *acks])
    marker = scene.cast.internal.split()[0]
    # What is public went there, so this is the place to look.
    scene.check(scene.ticket_key.encode() in sent, f"{scene.ticket_key} on its way to Lark")
    scene.check(marker.encode() not in sent, f"no {marker} on its way to Lark")
    scene.tell(f"{marker} is in none of the {len(sent)} bytes that went to Lark")
