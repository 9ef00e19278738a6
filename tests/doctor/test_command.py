"""The same for people, for programs, and in short."""

import json

from breakages import World
from typer.testing import CliRunner, Result

from syncd.cli import app
from syncd.doctor.table import CHECKS


def run(world: World, *words: str) -> Result:
    path = world.folder / "config.toml"
    path.write_text(world.written, encoding="utf-8")
    return CliRunner().invoke(app, [*words, "--config", str(path)])


def test_programs_read_every_check_by_its_code(world: World) -> None:
    done = run(world, "doctor", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["ok"] is True
    row = next(one for one in told["checks"] if one["code"] == "SY-121")
    assert row["level"] == "ok"
    assert row["said"] == "Lark: the bot is Support Bot (ou_bot)"
    world.box.lark_people.remove_bot("oc_acme")
    done = run(world, "doctor", "--json")
    assert done.exit_code == 2
    told = json.loads(done.stdout)
    (row,) = [one for one in told["checks"] if one["level"] == "blocking"]
    assert (row["code"], row["means"]) == ("SY-129", "nobody is served there")
    assert row["fix"] == "add the bot to that group, or mend the id"


def test_people_read_what_it_means_and_what_to_do_below_the_line(world: World) -> None:
    world.scopes("contact:user.email:readonly")
    done = run(world, "doctor")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    at = next(n for n, one in enumerate(lines) if one.startswith("warning   SY-124  "))
    assert lines[at + 1].strip() == "means: people type their e-mail address themselves."
    assert lines[at + 2].strip().startswith("do: add it at http")
    assert lines[-1] == "syncd can work; 2 of this could be better."


def test_a_wrong_file_is_told_without_looking_any_further(world: World) -> None:
    world.rewrite("[poll]", "[poll]\nspeed = 1")
    done = run(world, "doctor")
    assert done.exit_code == 2
    assert "blocking  SY-101  poll.speed: no such key" in done.stdout
    assert done.stdout.count("skipped") == len(CHECKS) - 1
    assert "SY-101 comes first" in done.stdout


def test_check_tells_a_part_of_it_on_one_line_each(world: World) -> None:
    done = run(world, "check", "--online")
    assert done.exit_code == 0, done.output
    assert "SY-" not in done.output
    assert "Lark: the bot is in ACME support (oc_acme), a group." in done.stdout
    world.box.lark_people.remove_bot("oc_acme")
    assert run(world, "check", "--online").exit_code == 2
    assert run(world, "check").exit_code == 0
