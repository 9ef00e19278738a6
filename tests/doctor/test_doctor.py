"""Whatever is wrong is named, with what it means and what is to be done; nothing else is."""

import re
import stat
from contextlib import closing
from pathlib import Path

import pytest
from breakages import BREAKAGES, MANAGES_ITSELF, Breakage, World
from sqlalchemy import create_engine, text

from syncd.app import open_store_at
from syncd.core.model import ChatId
from syncd.core.operators.serving import ChatDecision
from syncd.doctor.finding import Level
from syncd.doctor.rounds import Told
from syncd.doctor.scopes import ALL
from syncd.doctor.table import CHECKS
from syncd.sandbox.box import Sandbox

_DOCS = Path(__file__).parents[2] / "docs"
_UNSEEN = {"SY-128", "SY-152", "SY-160"}
"""What no API tells, however well all is."""
_SILENT = {"SY-155", "SY-108", "SY-115"}
"""What there is nothing of: a Form, an engine that translates."""


def wrong(told: list[Told]) -> list[str]:
    levels = (Level.WARNING, Level.BLOCKING)
    return [f"{one.check.code} {one.said}" for one in told if one.level in levels]


def test_where_all_is_well_nothing_is_found_but_what_cannot_be_seen(world: World) -> None:
    file_ticket(world)
    told = world.examine()
    assert wrong(told) == ["SY-105 syncd is not running: start it; the end of its log says why"]
    assert {one.check.code for one in told if one.level is Level.UNSEEN} == _UNSEEN
    assert not any(one.level is Level.SKIPPED for one in told)
    assert {one.check.code for one in told} == {check.code for check in CHECKS} - _SILENT


def file_ticket(world: World) -> None:
    world.box.jira_people.create_ticket("ben", "The printer is on fire")


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda one: f"{one.code}-{one.level}")
def test_each_breakage_is_named_with_what_it_means_and_its_fix(
    world: World, breakage: Breakage
) -> None:
    if breakage.code == "SY-162" and breakage.level is Level.BLOCKING:
        file_ticket(world)
    breakage.broken(world)
    told = world.examine(about=breakage.code)
    found = [one for one in told if one.check.code == breakage.code and breakage.says in one.said]
    assert {one.level for one in found} == {breakage.level}, [one.said for one in told]
    assert found[0].means
    assert breakage.fix in found[0].fix
    assert not any(secret in str(told) for secret in world.box.environment().values())


def test_every_check_that_can_fail_was_provoked() -> None:
    silent = {"SY-120", "SY-150"}  # They tell which way calls go, and find nothing.
    provoked = {breakage.code for breakage in BREAKAGES}
    assert provoked == {check.code for check in CHECKS} - silent


def test_an_app_of_the_other_brand_is_told_where_it_is(world: World) -> None:
    with Sandbox() as other:
        other.lark_state.app_id = "cli_of_somebody_else"
        world.rewrite(world.box.lark_url, other.lark_url)
        world.brands = {"Lark": other.lark_url, "Feishu": world.box.lark_url}
        (found,) = [one for one in world.examine() if one.check.code == "SY-121"]
    assert found.level is Level.BLOCKING
    wanted = f'write lark.base_url = "{world.box.lark_url}"'
    assert found.fix == f"the app is one of Feishu: {wanted}"


def test_what_leaves_for_whom_is_told_of_an_engine_that_answers(world: World) -> None:
    world.box.lark_state.switches.scopes.add("translation:text")
    world.rewrite("[poll]", '[translate]\nengine = "lark"\n[poll]')
    world.rewrite('language = "ja"', 'language = "ja"\ninto = "en"')
    said = {one.check.code: (one.level, one.said) for one in world.examine()}
    level, leaves = said["SY-108"]
    assert level is Level.OK
    assert "ACME support (en) go to Lark at http://127.0.0.1" in leaves
    assert "at most 500000 characters a month" in leaves
    assert said["SY-115"] == (Level.OK, "The engine that translates answers (lark)")


def test_a_language_that_outlives_its_engine_is_told(world: World) -> None:
    with closing(open_store_at(f"sqlite:///{world.database}")) as store:
        said = ChatDecision(ChatId("oc_acme"), enabled=True, into="en")
        store.write(lambda tx: tx.chats.set(said))
    (found,) = [one for one in world.examine() if one.check.code == "SY-108"]
    assert found.level is Level.WARNING
    assert "nothing is translated for ACME support (en)" in found.said


def test_what_stands_on_what_failed_is_not_looked_at(world: World) -> None:
    world.rewrite('app_id = "cli_', 'app_id = "cli_x')
    told = {one.check.code: one for one in world.examine()}
    assert told["SY-121"].level is Level.BLOCKING
    assert told["SY-129"].level is told["SY-131"].level is Level.SKIPPED
    assert told["SY-151"].level is Level.OK
    assert "SY-121 comes first" in told["SY-129"].said


def test_what_is_safe_and_local_is_mended(world: World) -> None:
    world.secret("lark_app_secret", world.box.lark_state.app_secret, 0o644)
    world.database.chmod(0o644)
    told = world.examine(mend=True)
    said = [one.said for one in told if one.check.code == "SY-102"]
    assert [line.partition(":")[0] for line in said[:2]] == ["mended", "mended"]
    assert said[2:] == ["Secrets and the database can be read by their owner alone"]
    secret = world.folder / "lark_app_secret"
    assert {stat.S_IMODE(path.stat().st_mode) for path in (secret, world.database)} == {0o600}


def test_a_database_that_is_behind_is_brought_up(world: World) -> None:
    with create_engine(f"sqlite:///{world.database}").begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    before, after = world.examine(), world.examine(mend=True)
    assert "holds no tables yet" in next(o.said for o in before if o.check.code == "SY-103")
    said = [one.said for one in after if one.check.code == "SY-103"]
    assert said[0].startswith("mended: ")
    assert "has this version's tables" in said[1]


def test_a_folder_that_systemd_will_make_is_no_problem(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(world.folder / "state"))
    told = {one.check.code: one for one in world.examine(about="SY-103")}
    assert told["SY-103"].level is told["SY-104"].level is Level.OK
    assert "when the service starts for the first time" in told["SY-103"].said


def test_nothing_is_made_or_sent_by_looking(world: World) -> None:
    world.database.unlink()
    world.examine()
    assert not world.database.exists()
    calls = world.box.world.journal.calls("jsm") + world.box.world.journal.calls("lark")
    asked = {"search/jql", "bulkfetch", "comment/list", "tenant_access_token/internal"}
    writes = [c.path for c in calls if c.method != "GET" and not c.path.endswith(tuple(asked))]
    assert writes == []


def test_the_events_are_read_from_the_released_version_where_the_app_has_none(world: World) -> None:
    world.box.lark_state.switches.app_tells_events = False
    world.unsubscribe("im.chat.member.user.added_v1")
    (found,) = [one for one in world.examine() if one.check.code == "SY-126"]
    assert (found.level, found.said) == (
        Level.WARNING,
        "Lark: the event im.chat.member.user.added_v1 is not subscribed",
    )


def test_every_code_has_its_paragraph_and_every_paragraph_its_code() -> None:
    written = (_DOCS / "errors.md").read_text(encoding="utf-8")
    told = re.findall(r"^## (SY-\d+): (.+)$", written, re.MULTILINE)
    assert told == [(check.code, check.name) for check in CHECKS]


def test_every_scope_stands_in_the_table_of_the_set_up() -> None:
    written = (_DOCS / "lark.md").read_text(encoding="utf-8")
    assert [scope.name for scope in ALL if f"`{scope.name}`" not in written] == []
    assert MANAGES_ITSELF in written
