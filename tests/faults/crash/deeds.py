"""What the people of a play do, a function for each kind of line, and the weather."""

from collections.abc import Callable
from typing import Any

import internal
from faults.crash import witness
from faults.crash.asking import Asking
from faults.crash.play import Play
from faults.crash.script import (
    CORRECTED,
    FILE_CONTENT,
    SECRETS,
    SENT_FILE,
    SHOWN_FILE,
    Line,
    file_name,
)
from faults.stories import FETCH

from syncd.sandbox.faults import Fault
from syncd.sandbox.jsm import site

_ROLE, _OTHER_ROLE = "Service Desk Team", "Administrators"


def tell(play: Play) -> None:
    """Do every line of the script, one after the other."""
    for line in play.sight.script.lines:
        _DEEDS[line.kind](play, line)


# -- asking


def _ask(play: Play, line: Line) -> None:
    """Mention the bot, fill in whatever form comes, and wait for the ticket."""
    sight, script = play.sight, play.sight.script
    play.until("a daemon that listens", lambda: play.listens() and sight.hears())
    before = witness.seen(play.folder)
    sight.root = play.box.lark_people.say(script.asker, script.chat, "@Support Bot it is down")
    Asking(play).until_there_is_a_ticket()
    sight.on_the_way = witness.between(before, witness.seen(play.folder))
    if line.waits and script.wish.in_more_than_one_card:
        play.until("a word of when the first answer comes", sight.promised)


# -- answering, and changing one's mind


def _answer(play: Play, line: Line) -> None:
    _comment(play, line)
    if line.waits:
        _until_shown(play, line)


def _answer_unread(play: Play, line: Line) -> None:
    """Answer in a ticket that Jira cannot give at first."""
    number = play.box.jira_people.ticket(play.sight.key).id
    how: dict[str, Any] = {"times": -1, "status": 500, "asks": f'"{number}"'}
    fault = play.box.world.faults.add(Fault("jsm", FETCH, "refuse", **how))
    _comment(play, line)
    play.until("a look that is put aside", play.sight.puts_aside)
    fault.times = 0
    _until_shown(play, line)


def _correct(play: Play, line: Line) -> None:
    comment = _comment(play, line)
    if line.waits:
        _until_shown(play, line)
    corrected = f"{line.text} {CORRECTED[line.kind]}"
    play.box.jira_people.edit(play.sight.key, comment, corrected)
    if line.waits:
        play.until(f"{corrected!r} in the chat", lambda: play.sight.shown(corrected))


def _open(play: Play, line: Line) -> None:
    """What was internal becomes public, after it was read as internal."""
    comment = _comment(play, line, public=False)
    before = play.sight.searches()
    play.until("a poll", lambda: play.sight.searches() > before + 1)
    play.box.jira_people.flip(play.sight.key, comment, public=True)
    if line.waits:
        _until_shown(play, line)


def _flip(play: Play, line: Line) -> None:
    """What was public becomes internal, and is written anew for engineers only."""
    comment = _hide(play, line)
    secret = f"{SECRETS['comment made internal']} number {comment}"
    play.box.jira_people.edit(play.sight.key, comment, secret)
    _until_read(play, line, "comment made internal")
    _until_gone(play, line)


def _withdraw(play: Play, line: Line) -> None:
    _hide(play, line)
    _until_gone(play, line)


def _hide_and_open(play: Play, line: Line) -> None:
    """What was public becomes internal, is seen to be, and becomes public again."""
    comment = _hide(play, line)
    _until_gone(play, line)
    play.box.jira_people.flip(play.sight.key, comment, public=True)
    if line.waits:
        _until_shown(play, line)


def _take_from_us(play: Play, line: Line) -> None:
    """What was public is restricted to a role that the bot does not have."""
    comment = _comment(play, line)
    if line.waits:
        _until_shown(play, line)
    play.box.jira_people.restrict(play.sight.key, comment, _OTHER_ROLE)
    _until_gone(play, line)


def _delete(play: Play, line: Line) -> None:
    comment = _comment(play, line)
    if line.waits:
        _until_shown(play, line)
    play.box.jira_people.delete(play.sight.key, comment)
    _until_gone(play, line)


def _comment(play: Play, line: Line, *, public: bool = True) -> str:
    return play.box.jira_people.comment("erin", play.sight.key, line.text, public=public)


def _hide(play: Play, line: Line) -> str:
    comment = _comment(play, line)
    if line.waits:
        _until_shown(play, line)
    play.box.jira_people.flip(play.sight.key, comment, public=False)
    return comment


def _until_shown(play: Play, line: Line) -> None:
    play.until(f"{line.text!r} in the chat", lambda: play.sight.shown(line.text))


def _until_gone(play: Play, line: Line) -> None:
    if line.waits:
        play.until(f"{line.text!r} to be gone", lambda: not play.sight.shown(line.text))


# -- for engineers only


def _say_internally(play: Play, line: Line) -> None:
    _comment(play, line, public=False)
    _until_read(play, line, "internal comment")


def _say_to_a_role(play: Play, line: Line) -> None:
    play.box.jira_people.comment("erin", play.sight.key, line.text, visibility=_ROLE)
    _until_read(play, line, "comment for a role")


def _attach(play: Play, line: Line) -> None:
    name = f"{SECRETS['name of that file']}.log"
    internal.attach(play.box, play.sight.key, line.text, name, FILE_CONTENT.encode())
    _until_read(play, line, "name of that file")


def _answer_with_file(play: Play, line: Line) -> None:
    sight, name = play.sight, file_name(line.text)
    files = [(name, line.text.encode())]
    play.box.jira_people.comment("erin", sight.key, "See the file.", files=files)
    if line.waits:
        play.until(f"{name!r} in the chat", lambda: sight.shows_file(name))


def _move(play: Play, line: Line) -> None:
    play.box.jira_people.transition(play.sight.key, site.INTERNAL_STATUS)
    _until_read(play, line, "internal status")


def _resolve(play: Play, line: Line) -> None:
    play.box.jira_people.resolve(play.sight.key)
    play.until("a card that is true", lambda: play.sight.card_says("Resolved"))
    play.until("word that it is resolved", play.sight.said_resolved)


def _until_read(play: Play, line: Line, kind: str) -> None:
    if line.waits:
        play.until(f"a daemon that knows of the {kind}", lambda: play.sight.received()[kind])


# -- talking in the thread


def _reply(play: Play, line: Line) -> None:
    _say(play, line.text)
    _until_carried(play, line)


def _mention(play: Play, line: Line) -> None:
    before = play.sight.told()
    _say(play, f"@Support Bot {line.text}")
    if play.sight.script.premium:
        _until_carried(play, line)
    elif line.waits:
        play.until("a word where the ticket is", lambda: play.sight.told() > before)


def _send_file(play: Play, line: Line) -> None:
    people, sight, name = play.box.lark_people, play.sight, file_name(line.text)
    where = sight.script.other, sight.script.chat
    people.send_file(*where, name, line.text.encode(), thread=sight.root)
    if line.waits:
        play.until(f"{name!r} on the ticket", lambda: sight.has_file(name))


def _recall(play: Play, line: Line) -> None:
    message = _say(play, line.text)
    _until_carried(play, line)
    play.box.lark_people.recall(play.sight.script.other, message)


def _say(play: Play, text: str) -> str:
    sight = play.sight
    return play.box.lark_people.say(sight.script.other, sight.script.chat, text, thread=sight.root)


def _until_carried(play: Play, line: Line) -> None:
    if line.waits:
        play.until(f"{line.text!r} in the ticket", lambda: play.sight.commented(line.text))


# -- the weather


def _kill(play: Play, line: Line) -> None:
    """Kill it wherever it happens to be; what follows is said while nobody listens."""
    play.kill()


def _jsm_is_away(play: Play, line: Line) -> None:
    play.box.world.faults.add(Fault("jsm", ".*", line.text, times=line.calls))


def _lark_is_away(play: Play, line: Line) -> None:
    play.box.world.faults.add(Fault("lark", ".*", line.text, times=line.calls))


_DEEDS: dict[str, Callable[[Play, Line], None]] = {
    "ask": _ask,
    "answer": _answer,
    "unread at first": _answer_unread,
    "corrected": _correct,
    "opened": _open,
    "flipped": _flip,
    "withdrawn": _withdraw,
    "deleted": _delete,
    "public again": _hide_and_open,
    "taken from us": _take_from_us,
    "internal": _say_internally,
    "restricted": _say_to_a_role,
    "attached": _attach,
    "status": _move,
    "resolved": _resolve,
    SENT_FILE: _send_file,
    SHOWN_FILE: _answer_with_file,
    "reply": _reply,
    "mention": _mention,
    "recalled": _recall,
    "killed": _kill,
    "jsm away": _jsm_is_away,
    "lark away": _lark_is_away,
}
