"""A backup that is older than what was sent since, and a move to another database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import databases
import pytest
from house import ACME, GLOBEX, House, build_house, close_house, open_house
from shell import Shell

from syncd.core.errors import StoreError
from syncd.daemon import take_store_over
from syncd.ops.copies import refuse_moved
from syncd.sandbox.box import Sandbox


@pytest.fixture(params=databases.names())
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of another database, without tables."""
    with databases.empty(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@contextmanager
def started_on(box: Sandbox, url: str, folder: Path) -> Iterator[House]:
    """Start another syncd, as the daemon starts, when the first is gone."""
    house = build_house(box, url, folder, {})
    try:
        house.app.store.lock()
        take_store_over(house.app)
        open_house(house)
        house.settle()
        yield house
    finally:
        close_house(house)


def under_way(house: House) -> tuple[str, str, str]:
    """Leave an answer, a reply and a submitted form unsent; return the threads and the ticket."""
    story = house.files("aiko", ACME)
    house.box.jira_people.comment("erin", story.key, "first answer")
    house.poll()
    mention = house.asks("ben", GLOBEX)
    form = house.form("ben", GLOBEX)
    house.box.jira_people.comment("erin", story.key, "second answer")
    house.polls()
    reply = house.box.lark_people.say("aiko", ACME, "first reply", thread=story.root)
    assert house.box.lark_people.wait_delivered(reply)
    house.settles()
    house.app.intake.run_once()
    filled = {f.name: f.default for f in form.fields if f.default}
    submitted = filled | {"customfield_10041": "2-Major"}
    house.box.lark_people.click("ben", form.message_id, "submit", submitted)
    assert len(house.undelivered()) == 3
    return story.root, mention, story.key


def seen(house: House, threads: tuple[str, str], key: str) -> object:
    """Everything that people and engineers see of the story."""
    in_chat = [
        [reply.text for reply in house.thread(person, chat, root)]
        for person, chat, root in (("aiko", ACME, threads[0]), ("ben", GLOBEX, threads[1]))
    ]
    on_ticket = [str(comment) for comment in house.box.jira_people.comments(key)]
    return in_chat, on_ticket, house.ticket_keys()


def goes_on(house: House, root: str, key: str) -> None:
    """An answer and a reply more arrive, once."""
    house.box.jira_people.comment("erin", key, "last answer")
    house.poll()
    house.says("aiko", ACME, "last reply", thread=root)
    thread = [reply.text for reply in house.thread("aiko", ACME, root)]
    comments = str(house.box.jira_people.comments(key))
    assert sum("last answer" in text for text in thread) == 1
    assert comments.count("last reply") == 1


def test_a_backup_that_is_older_than_what_was_sent_repeats_and_loses_nothing(
    house: House, shell: Shell, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, mention, key = under_way(house)
    copy = str(shell.folder / "backup.gz")
    shell.run("backup", copy)

    house.settle()
    house.box.jira_people.comment("erin", key, "third answer")
    house.poll()
    house.says("aiko", ACME, "second reply", thread=root)
    before = seen(house, (root, mention), key)
    assert before[2] == ["HELP-1", "HELP-2"]
    close_house(house)

    monkeypatch.setenv("SYNCD_STORE__URL", elsewhere)
    assert "project = HELP" in shell.run("restore", copy)
    with started_on(house.box, elsewhere, shell.folder) as restored:
        restored.poll()
        for seconds in (1, 6, 40, 200, 400, 400):
            restored.time_passes(seconds=seconds)
            restored.tidy()
        assert restored.undelivered() == []
        assert seen(restored, (root, mention), key) == before
        goes_on(restored, root, key)


def test_a_move_repeats_and_loses_nothing_and_the_old_database_is_left(
    house: House, url: str, shell: Shell, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, mention, key = under_way(house)
    close_house(house)
    shell.run("move", "--to", elsewhere)
    left = build_house(house.box, url, shell.folder, {})
    with pytest.raises(StoreError, match="was moved to"):
        refuse_moved(left.app.store)
    close_house(left)

    monkeypatch.setenv("SYNCD_STORE__URL", elsewhere)
    with started_on(house.box, elsewhere, shell.folder) as moved:
        moved.settle()
        assert moved.undelivered() == []
        in_chat, on_ticket, tickets = seen(moved, (root, mention), key)
        assert sum("second answer" in text for text in in_chat[0]) == 1
        assert len(on_ticket) == 3
        assert tickets == ["HELP-1", "HELP-2"]
        goes_on(moved, root, key)


def test_a_database_in_use_is_not_moved_and_a_filled_one_not_overwritten(
    house: House, shell: Shell, elsewhere: str
) -> None:
    house.files("aiko", ACME)
    copy = str(shell.folder / "backup.gz")
    shell.run("backup", copy)
    assert "is not empty" in shell.run("restore", copy, status=2)
    house.app.store.lock()
    house.app.report.begin()
    assert "stop it first" in shell.run("move", "--to", elsewhere, status=2)
    refuse_moved(house.app.store)
