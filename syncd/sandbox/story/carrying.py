"""Pictures and files on their way: they arrive on the other side byte for byte, and once."""

import struct
import zlib

from syncd.sandbox.jsm.records import Attachment
from syncd.sandbox.lark.shown import Shown
from syncd.sandbox.story.scene import Scene, first_name
from syncd.sandbox.world import Person


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


_PNG = (
    b"\x89PNG\r\n\x1a\n",
    _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
    _chunk(b"IDAT", zlib.compress(b"\x00\x80")),
    _chunk(b"IEND", b""),
)
"""One grey pixel."""
SCREENSHOT = b"".join(_PNG)
LOG_NAME, LOG = "tikv.log", b"09:40:12 [WARN] region unreachable\n" * 40
FOUND_NAME, FOUND = "slow-queries.csv", "query,秒\nselect 1,41\n".encode()
_EVERY = {SCREENSHOT, LOG, FOUND}


def screenshot_is_attached(scene: Scene) -> None:
    def pictures() -> list[Attachment]:
        return [file for file in attached(scene) if file.content == SCREENSHOT]

    (picture,) = scene.wait_for("the screenshot on the ticket", pictures)
    scene.check(picture.mime_type == "image/png", "a picture", picture.mime_type)
    _check_on_portal(scene, picture)
    engineer = first_name(scene.engineer)
    scene.tell(f"{engineer} opens {picture.name} on {scene.ticket_key}: {len(SCREENSHOT)} bytes")


def reply_with_file(scene: Scene) -> None:
    """Have the asker send a file in the thread, which stands behind their words on the ticket."""
    people, asker = scene.sandbox.lark_people, scene.asker
    message = people.send_file(asker.key, scene.cast.chat_id, FOUND_NAME, FOUND, thread=scene.root)
    scene.check(people.wait_delivered(message, scene.patience), "the bot to acknowledge the file")
    scene.tell(f"{first_name(asker)} sends {FOUND_NAME} in the thread")

    def files() -> list[Attachment]:
        return [file for file in attached(scene) if file.name == FOUND_NAME]

    (found,) = scene.wait_for("the file on the ticket", files)
    scene.check(found.content == FOUND, "the file byte for byte")
    _check_on_portal(scene, found)
    comments = [c.text for c in scene.ticket().comments if c.public]
    reply = next(i for i, said in enumerate(comments) if scene.cast.reply in said)
    behind = next(c for c in scene.ticket().comments if found in c.attachments).text
    scene.check(comments.index(behind) > reply, "the file behind the words", str(comments))
    scene.tell(f"{first_name(scene.engineer)} opens {FOUND_NAME}: {len(FOUND)} bytes")


def see_log(scene: Scene, person: Person) -> None:
    """Have somebody see the engineer's log in the thread, once and whole."""
    found = scene.wait_for(f"{LOG_NAME} in the thread", lambda: logs(scene, person))
    scene.check(len(found) == 1, f"{LOG_NAME} once")
    upload = scene.sandbox.lark_state.uploads[found[0].attachments[0].key]
    scene.check(upload.data == LOG, "the log byte for byte")
    scene.tell(f"{first_name(person)} opens {LOG_NAME} in the thread: {len(LOG)} bytes")


def logs(scene: Scene, person: Person) -> list[Shown]:
    """Return the messages of the thread that carry the engineer's log."""
    everything = [*scene.thread(person), *scene.top_level(person)]
    return [s for s in everything if LOG_NAME in [file.name for file in s.attachments]]


def every_file_once(scene: Scene) -> None:
    names = sorted(file.name for file in attached(scene))
    scene.check(len(names) == len(_EVERY), "each file once on the ticket", str(names))
    contents = {file.content for file in attached(scene)}
    scene.check(contents == _EVERY, "the screenshot, the log and the asker's file", str(names))
    for person in (scene.asker, scene.watcher):
        scene.check(len(logs(scene, person)) == 1, f"{LOG_NAME} once in the thread")
    scene.tell(f"{', '.join(names)} are there once each, on both sides")


def attached(scene: Scene) -> list[Attachment]:
    """Return the files of the ticket, in their order."""
    return [file for comment in scene.ticket().comments for file in comment.attachments]


def _check_on_portal(scene: Scene, file: Attachment) -> None:
    seen = scene.sandbox.jira_people.portal_view(scene.ticket_key).comments
    files = [one for comment in seen for one in comment.files]
    times = files.count((file.name, len(file.content)))
    scene.check(times == 1, f"{file.name} once on the portal", str(files))
