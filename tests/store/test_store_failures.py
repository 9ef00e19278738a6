"""A database that cannot be used is explained in a sentence."""

import os
from pathlib import Path

import others
import pytest
from still_clock import Time

from syncd.core.errors import StoreError
from syncd.core.model import Ms
from syncd.store import engine
from syncd.store.failures import Conflict
from syncd.store.file import DatabaseFile
from syncd.store.store import Store
from syncd.store.tx import Tx

LOCK = """
import sys
from syncd.store.store import Store
store = Store.open(sys.argv[1], clock=lambda: 1)
store.lock()
print("locked", flush=True)
sys.stdin.readline()
"""

WRITE_VERSION = 18
"""Where a SQLite file says which version may write it: https://www.sqlite.org/fileformat.html"""


def used(url: str) -> str:
    """Return the sentence that says why the database cannot be written."""
    store = Store.open(url, clock=lambda: Ms(1))
    with pytest.raises(StoreError) as caught, store.begin() as tx:
        tx.cursors.set("poll", Ms(1))
    store.close()
    return str(caught.value)


def test_a_file_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    assert f"{path} cannot be opened" in used(f"sqlite:///{path}")
    assert not path.exists()


def test_only_the_owner_may_read_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    store = Store.open(f"sqlite:///{path}", clock=lambda: Ms(1))
    store.migrate()
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    DatabaseFile(path).make()
    assert path.stat().st_mode & 0o777 == 0o600, "also one that was made by somebody else"
    store.close()


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/none/syncd.db", clock=lambda: Ms(1))
    with pytest.raises(StoreError, match="cannot be made: No such file or directory"):
        store.migrate()
    with pytest.raises(StoreError, match=r"lock .* cannot be made: No such file"):
        store.lock()
    store.close()


def test_a_file_that_may_not_be_written_is_explained(sqlite_url: str, tmp_path: Path) -> None:
    with open(tmp_path / "syncd.db", "r+b") as file:
        file.seek(WRITE_VERSION)
        file.write(b"\x09")
    assert "cannot be written" in used(sqlite_url)


@pytest.mark.parametrize("damage", [b"not a database", b"\x00" * 32], ids=["at head", "zeros"])
def test_a_file_that_is_no_database_is_explained(
    sqlite_url: str, tmp_path: Path, damage: bytes
) -> None:
    with open(tmp_path / "syncd.db", "r+b") as file:
        file.write(damage)
    assert "not a SQLite database" in used(sqlite_url)


def test_a_damaged_file_is_explained(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "syncd.db"
    with open(path, "r+b") as file:
        file.seek(100)
        file.write(os.urandom(path.stat().st_size - 100))
    assert "damaged; restore it from a backup" in used(sqlite_url)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "cannot be read"),
        ("oracle://scott:s3cret@host/db", "cannot use a oracle database"),
        ("sqlite://", "in memory forgets everything"),
        ("sqlite:///:memory:", "in memory forgets everything"),
        ("mysql+nodriver://bob:s3cret@host/db", r"install syncd\[mysql\]"),
        ("postgresql+psycopg2://bob:s3cret@host/db", r"install syncd\[postgresql\]"),
    ],
)
def test_an_address_we_cannot_use_is_explained(url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence) as caught:
        Store.open(url, clock=lambda: Ms(1))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("kind", ["postgresql+psycopg", "mysql+pymysql"])
def test_a_server_that_is_not_there_is_named_without_the_password(kind: str) -> None:
    sentence = used(f"{kind}://bob:s3cret@127.0.0.1:1/syncd")
    assert "127.0.0.1:1/syncd cannot be reached" in sentence
    assert "s3cret" not in sentence


def test_a_second_daemon_on_the_same_file_is_refused(sqlite_url: str, time: Time) -> None:
    first, second = Store.open(sqlite_url, clock=time), Store.open(sqlite_url, clock=time)
    first.lock()
    first.lock()
    with pytest.raises(StoreError, match="Another syncd is running"):
        second.lock()
    first.close()
    second.lock()
    second.close()


def test_a_daemon_in_another_process_is_noticed_until_it_ends(
    sqlite_url: str, sqlite_store: Store
) -> None:
    other = others.start_process(LOCK, sqlite_url)
    assert other.stdout.readline() == "locked\n"
    with pytest.raises(StoreError, match="Another syncd is running"):
        sqlite_store.lock()
    other.kill()
    other.communicate()
    sqlite_store.lock()


def test_work_is_done_again_when_what_it_read_had_changed(store: Store) -> None:
    seen: list[int] = []

    def work(tx: Tx) -> str:
        tx.cursors.set("poll", Ms(tx.cursors.get("poll") + 1))
        seen.append(tx.cursors.get("poll"))
        if len(seen) < 3:
            raise Conflict("changed")
        return "done"

    assert store.write(work) == "done"
    assert seen == [1, 1, 1]


def test_work_that_never_succeeds_is_given_up(store: Store) -> None:
    tries: list[int] = []

    def work(_: Tx) -> None:
        tries.append(1)
        raise Conflict("changed")

    with pytest.raises(Conflict):
        store.write(work)
    assert len(tries) == 5


def test_a_commit_is_on_disk_before_it_returns(sqlite_url: str) -> None:
    opened = engine.sqlite_writer(engine.parsed(sqlite_url))
    with opened.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous")
        }
    opened.dispose()
    full = 2
    assert found == {"journal_mode": "wal", "synchronous": full}
