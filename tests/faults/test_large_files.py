"""The largest files pass through a daemon that never holds one of them in its memory."""

from pathlib import Path

from faults.daemon import Program, files, serving
from house import ACME

from syncd.sandbox.box import Sandbox
from syncd.sandbox.lark.shown import Shown

_MEGABYTE = 1024 * 1024
_MOST_ADDED = 60 * _MEGABYTE


def memory(program: Program, what: str) -> int:
    """Return bytes of the daemon's memory: `VmRSS` now, `VmHWM` at its peak."""
    status = Path(f"/proc/{program.pid}/status").read_text(encoding="ascii")
    (line,) = [one for one in status.splitlines() if one.startswith(what)]
    return int(line.split()[1]) * 1024


def test_95_mb_come_in_and_28_mb_go_out_with_less_than_60_mb_of_memory(tmp_path: Path) -> None:
    with Sandbox() as box, serving(box, tmp_path) as program:
        people, desk = box.lark_people, box.jira_people
        root = files(box, "aiko", ACME, program)
        key = desk.tickets()[0].key

        def attached() -> list[int]:
            return [len(file.content) for c in desk.comments(key) for file in c.attachments]

        def shown() -> list[Shown]:
            (seen,) = [m for m in people.view("aiko", ACME) if m.message_id == root]
            return [m for m in seen.thread if m.attachments and m.sender == "Support Bot"]

        people.send_file("chen", ACME, "small.log", b"x", thread=root)
        assert people.wait_until(lambda: attached() == [1], 60), program.log()
        before = memory(program, "VmRSS")

        large = bytes(95 * _MEGABYTE)
        people.send_file("chen", ACME, "large.bin", large, thread=root)
        assert people.wait_until(lambda: len(attached()) == 2, 120), program.log()
        assert attached() == [1, len(large)]
        desk.comment("erin", key, "see", files=[("core.bin", bytes(28 * _MEGABYTE))])
        assert people.wait_until(lambda: bool(shown()), 120), program.log()
        assert [file.size for m in shown() for file in m.attachments] == [28 * _MEGABYTE]

        assert memory(program, "VmHWM") - before < _MOST_ADDED
        kept = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert sum(path.stat().st_size for path in kept) < _MEGABYTE * 5, kept
