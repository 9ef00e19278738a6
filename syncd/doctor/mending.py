"""What `--fix` may do: what is on this machine, and harms nobody."""

from collections.abc import Iterator
from contextlib import suppress

from syncd.core.errors import StoreError
from syncd.doctor.case import Case
from syncd.doctor.here import OTHERS, exposed


def close_files(case: Case) -> Iterator[str]:
    """Take from others what they may do with secrets and with the database; the check tells of
    what is not ours to change."""
    for path in exposed(case):
        with suppress(OSError):
            path.chmod(path.stat().st_mode & 0o777 & ~OTHERS)
            yield f"{path} is its owner's alone"


def bring_up(case: Case) -> Iterator[str]:
    """Bring a database that is there to this version, if no daemon uses it."""
    try:
        state = case.store.examine()
        behind = "is older" in state or "holds no tables" in state
        if not behind or case.store.holder() is not None:
            return
    except StoreError:
        return  # The check says why.
    case.store.migrate()
    yield f"the database {case.store.shown} has this version's tables"
