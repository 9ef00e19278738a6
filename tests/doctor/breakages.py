"""One thing broken in a world where all is well, and what doctor has to say of it."""

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import create_engine, text

from syncd.app import open_store_at
from syncd.doctor.case import Case
from syncd.doctor.finding import Check, Level
from syncd.doctor.rounds import Told, rounds
from syncd.doctor.table import CHECKS, HERE, JSM, LARK, ROADS
from syncd.sandbox.box import Sandbox
from syncd.sandbox.faults import Fault
from syncd.sandbox.jsm import site

MANAGES_ITSELF = "application:application:self_manage"


@dataclass
class World:
    """A sandbox, a folder with a whole configuration, and the case that doctor takes up."""

    box: Sandbox
    folder: Path
    written: str
    free: int = 10**12
    on_world_time: bool = True
    brands: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.folder / "syncd.db"

    def rewrite(self, right: str, wrong: str) -> None:
        assert right in self.written
        self.written = self.written.replace(right, wrong)

    def scopes(self, *gone: str) -> None:
        self.box.lark_state.switches.scopes -= set(gone)

    def unsubscribe(self, name: str) -> None:
        self.box.lark_state.switches.subscriptions.discard(name)

    def answer(self, side: str, route: str, status: int, body: str = "{}") -> None:
        self.box.world.faults.add(Fault(side, route, times=-1, status=status, body=body))

    def secret(self, name: str, value: str, mode: int) -> None:
        path = self.folder / name
        path.write_text(value)
        path.chmod(mode)
        os.environ["CREDENTIALS_DIRECTORY"] = str(self.folder)

    def examine(self, *, mend: bool = False, about: str = "") -> list[Told]:
        """Return what doctor finds; `about` leaves out the rooms that this code is not in."""
        path = self.folder / "config.toml"
        path.write_text(self.written, encoding="utf-8")
        case = Case(
            path,
            clock=self.box.world.clock.now_ms if self.on_world_time else Case(path).clock,
            free=lambda _: self.free,
            brands=self.brands,
        )
        with case:
            return list(rounds(case, _around(about), mend=mend))


def _around(code: str) -> tuple[Check, ...]:
    if not code:
        return CHECKS
    (room,) = (room for room in (HERE, ROADS, LARK, JSM) if code in {c.code for c in room})
    return room if room is HERE else (*HERE, *room)


def healthy(box: Sandbox, folder: Path) -> World:
    """Everything as it should be, as far as it can be seen."""
    switches = box.lark_state.switches
    switches.scopes |= {MANAGES_ITSELF}
    switches.app_tells_events = True
    alarms = '[alerts]\nchat = "oc_lobby"\n\n[[chats]]\nid = "oc_acme"'
    written = box.config_toml().replace('[[chats]]\nid = "oc_acme"', alarms)
    written = written.replace('project = "HELP"', 'project = "HELP"\ntoken_expires = "2099-01-01"')
    world = World(box, folder, written)
    with closing(open_store_at(f"sqlite:///{world.database}")) as store:
        store.migrate()
    return world


def _sql(statement: str) -> Callable[[World], None]:
    def broken(world: World) -> None:
        with create_engine(f"sqlite:///{world.database}").begin() as connection:
            connection.execute(text(statement))

    return broken


def _clock(seconds: float) -> Callable[[World], None]:
    def moved(world: World) -> None:
        world.on_world_time = False
        world.box.world.clock.move(seconds=seconds)

    return moved


def _required(world: World) -> None:
    """Let the request type ask for something that a card cannot ask."""
    odd = replace(site.GET_HELP.fields[0], id="customfield_1", name="Team", kind="team")
    fields = (*site.GET_HELP.fields, replace(odd, required=True))
    world.box.jira_state.request_types["10"] = replace(site.GET_HELP, fields=fields)


def _switch(name: str, value: object) -> Callable[[World], None]:
    """Set a switch of the sandbox, whichever side has it."""

    def switched(world: World) -> None:
        sides = (world.box.lark_state.switches, world.box.jira_state.switches)
        (side,) = (side for side in sides if hasattr(side, name))
        setattr(side, name, value)

    return switched


def _rewritten(right: str, wrong: str) -> Callable[[World], None]:
    return lambda world: world.rewrite(right, wrong)


_LARK = 'base_url = "http://127.0.0.1:'
_ENGINE = '[translate]\nengine = "openai"\naddress = "http://127.0.0.1:1"\nmodel = "small"\n'
_UNLICENSED = '{"isLicensedForUse": false}'


@dataclass(frozen=True)
class Breakage:
    code: str
    level: Level
    says: str
    broken: Callable[[World], None]
    fix: str = ""
    """Words that what is to be done has in it."""


def _(
    code: str, level: Level, says: str, broken: Callable[[World], None], fix: str = ""
) -> Breakage:
    return Breakage(code, level, says, broken, fix)


BAD, MIND, UNSEEN = Level.BLOCKING, Level.WARNING, Level.UNSEEN
BREAKAGES = (
    _("SY-101", BAD, "poll.speed: no such key", _rewritten("[poll]", "[poll]\nspeed = 1")),
    _("SY-101", BAD, "is not TOML", _rewritten("[lark]", "[lark")),
    _("SY-102", MIND, "lark_app_secret can be read by others (mode 644)",
      lambda w: w.secret("lark_app_secret", w.box.lark_state.app_secret, 0o644), "chmod 600"),
    _("SY-102", MIND, "syncd.db can be read by others", lambda w: w.database.chmod(0o640)),
    _("SY-103", BAD, "migrated by a newer syncd",
      _sql("UPDATE alembic_version SET version_num = '9999'")),
    _("SY-103", BAD, "is not there", _rewritten("sqlite:///syncd.db", "sqlite:////nowhere/syncd.db")),
    _("SY-104", MIND, "400 MB are free", lambda w: setattr(w, "free", 400 * 1024**2)),
    _("SY-104", BAD, "10 MB are free", lambda w: setattr(w, "free", 10 * 1024**2)),
    _("SY-105", MIND, "syncd has never run", lambda w: w.database.unlink()),
    _("SY-105", MIND, "syncd is not running", lambda w: None, "syncd run"),
    _("SY-106", MIND, "Nobody is told", _rewritten('"oc_lobby"', '""'), "alerts.chat"),
    _("SY-107", BAD, "2020-01-01 is past", _rewritten("2099-01-01", "2020-01-01"), "new token"),
    _("SY-107", UNSEEN, "does not tell when", _rewritten("2099-01-01", "")),
    _("SY-108", MIND, "no chat that is served has `into`",
      _rewritten("[poll]", '[translate]\nengine = "lark"\n[poll]'), "`into`"),
    _("SY-115", MIND, "127.0.0.1:1 cannot be reached",
      _rewritten("[poll]", f"{_ENGINE}[poll]"), "the engine's key"),
    _("SY-115", MIND, "translation:text",
      _rewritten("[poll]", '[translate]\nengine = "lark"\n[poll]'), "[translate]"),
    _("SY-111", BAD, "jsm.api_base: the name jira.invalid is not known",
      lambda w: w.rewrite(f'api_base = "{w.box.jsm_url}"', 'api_base = "https://jira.invalid"')),
    _("SY-112", BAD, "lark.base_url: http://127.0.0.1:1 does not answer: ConnectError",
      lambda w: w.rewrite(w.box.lark_url, "http://127.0.0.1:1"), "firewall"),
    _("SY-112", BAD, "no TLS",
      lambda w: w.rewrite(f'api_base = "{w.box.jsm_url}"',
                          f'api_base = "{w.box.jsm_url.replace("http:", "https:")}"')),
    _("SY-112", BAD, "does not answer through the proxy http://127.0.0.1:1",
      _rewritten("[poll]", '[network]\nproxy = "http://127.0.0.1:1"\n[poll]'), "network.proxy"),
    _("SY-113", MIND, "s behind", _clock(100), "set-ntp"),
    _("SY-113", BAD, "s ahead", _clock(-3600), "set-ntp"),
    _("SY-114", MIND, "jsm.portal_base: https://portal.invalid does not answer",
      lambda w: w.rewrite(f'portal_base = "{w.box.jsm_url}"', 'portal_base = "https://portal.invalid"')),
    _("SY-121", BAD, "10014", lambda w: setattr(w.box.lark_state, "app_secret", "renewed"),
      "lark_app_secret"),
    _("SY-121", BAD, "10003", _rewritten('app_id = "cli_', 'app_id = "cli_x'), "lark.app_id"),
    _("SY-122", BAD, "the bot Support Bot is switched off", _switch("bot_enabled", False),
      "bot ability"),
    _("SY-122", BAD, "the app has no bot",
      lambda w: w.answer("lark", "GET /open-apis/bot/v3/info", 200, '{"code": 0, "bot": {}}')),
    _("SY-123", BAD, "lacks the scope im:message:send_as_bot",
      lambda w: w.scopes("im:message:send_as_bot"), "/auth?q=im:message:send_as_bot&"),
    _("SY-123", BAD, "which waits for the tenant's administrator",
      lambda w: (w.scopes("im:chat:readonly"),
                 w.box.lark_state.switches.scopes_waiting.add("im:chat:readonly")), "approved"),
    _("SY-123", UNSEEN, "scopes cannot be seen", _switch("tells_scopes", False), "/auth"),
    _("SY-124", MIND, "im:message.group_msg", lambda w: w.scopes("im:message.group_msg"),
      "/auth?q=im:message.group_msg&"),
    _("SY-124", MIND, "contact:user.email", lambda w: w.scopes("contact:user.email:readonly")),
    _("SY-125", BAD, "no version of the app is", _switch("online_version", ""), "/version"),
    _("SY-125", MIND, "waits for approval", _switch("waiting_version", "oav_2"), "/version"),
    _("SY-125", UNSEEN, MANAGES_ITSELF, lambda w: w.scopes(MANAGES_ITSELF), "/version"),
    _("SY-126", BAD, "im.message.receive_v1 is not subscribed",
      lambda w: w.unsubscribe("im.message.receive_v1"), "/event"),
    _("SY-126", BAD, "events come by webhook", _switch("events_by", "webhook"), "long connection"),
    _("SY-126", MIND, "bot.added_v1", lambda w: w.unsubscribe("im.chat.member.bot.added_v1")),
    _("SY-126", UNSEEN, MANAGES_ITSELF, lambda w: w.scopes(MANAGES_ITSELF), "/event"),
    _("SY-127", BAD, "card.action.trigger is not", lambda w: w.unsubscribe("card.action.trigger")),
    _("SY-127", BAD, "callbacks come by webhook", _switch("callbacks_by", "webhook"), "long"),
    _("SY-128", UNSEEN, "another program", lambda w: None, "deaf"),
    _("SY-129", BAD, "oc_acme (ACME support): Lark answered 232011",
      lambda w: w.box.lark_people.remove_bot("oc_acme"), "add the bot"),
    _("SY-129", BAD, "alerts.chat: oc_typo", _rewritten('"oc_lobby"', '"oc_typo"')),
    _("SY-129", BAD, "is no group",
      lambda w: setattr(w.box.lark_state.chats["oc_globex"], "chat_mode", "p2p")),
    _("SY-130", UNSEEN, "groups with other companies",
      lambda w: w.box.lark_people.remove_bot("oc_initech"), "external sharing"),
    _("SY-131", MIND, "Lark answered", lambda w: w.scopes("im:message.group_msg")),
    _("SY-151", BAD, "JSM at http://127.0.0.1",
      lambda w: w.answer("jsm", "GET /rest/api/3/myself", 401), "SYNCD_JSM__API_TOKEN"),
    _("SY-152", UNSEEN, "unproven", lambda w: None, "docs/jira.md"),
    _("SY-153", BAD, "no licence",
      lambda w: w.answer("jsm", "GET /rest/servicedeskapi/info", 200, _UNLICENSED)),
    _("SY-154", BAD, "jsm.request_type: ",
      _rewritten('request_type = "10"', 'request_type = "999"'), "syncd setup"),
    _("SY-155", MIND, "has a Form cannot be read", _switch("forms_status", 403)),
    _("SY-156", BAD, "no text field customfield_19999",
      _rewritten("customfield_10050", "customfield_19999"), "presets"),
    _("SY-157", BAD, "has no choice 'S9'",
      _rewritten("[poll]", '[severity]\nfield = "customfield_10041"\nhighest = ["S9"]\n[poll]')),
    _("SY-158", BAD, "lacks the permission 'Service project agent'", _switch("bot_is_agent", False),
      "role of an agent"),
    _("SY-158", BAD, "jsm.project: HLEP", _rewritten('project = "HELP"', 'project = "HLEP"')),
    _("SY-159", BAD, "may not raise tickets on behalf", _switch("bot_is_agent", False)),
    _("SY-160", UNSEEN, "may invite customers", lambda w: None, "try it"),
    _("SY-160", UNSEEN, "whether the account nobody:1 is there",
      _rewritten("[store]", 'unknown_reporter = "account:nobody:1"\n[store]')),
    _("SY-161", UNSEEN, "time zone is not told", _switch("time_zone", "")),
    _("SY-162", BAD, "does not find changes", _switch("epoch_ms_in_jql", False)),
    _("SY-162", UNSEEN, "no ticket on which", lambda w: None),
)  # fmt: skip
