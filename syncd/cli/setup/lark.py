"""The Lark part: which app, what it may do, what it is subscribed to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from syncd.cli.setup.answers import Answers
from syncd.cli.setup.asking import agrees, ask, choose, right, say, secret, title, wrong
from syncd.cli.setup.scanning import SCAN, scanned
from syncd.core.errors import RemoteFailure

if TYPE_CHECKING:
    from syncd.doctor.case import Case

_SECRET = "lark_app_secret"  # noqa: S105 - the name of a file
_OTHER = "another address"


def lark(answers: Answers) -> None:
    """Ask for the app until Lark knows it, then for what it lacks."""
    title("Lark: the bot's app")
    address = _address(answers)
    say(f"  Open {address}/app and create a custom app (Create Custom App / 创建企业自建应用).")
    say('  Its page "Credentials & Basic Info" (凭证与基础信息) has the two that are asked now.')
    say(f'  Or type "{SCAN}": Lark makes the app when you scan a code (experimental).')
    while not (_credentials(answers, address) and _is_known(answers)):
        pass
    _console(answers)


def _address(answers: Answers) -> str:
    from syncd.config.answered import problem
    from syncd.doctor.case import BRANDS

    now = answers.said("lark", "base_url")
    labels = [(f"{brand} ({address})", address) for brand, address in BRANDS.items()]
    known = [address for _, address in labels]
    options = [*labels, (_OTHER, "")]
    default = known.index(now) + 1 if now in known else len(options) if now else 1
    chosen = choose("Which one is it", options, default)
    if not chosen:
        kept = now if now not in known else ""
        chosen = ask("Its address", kept, lambda said: problem("lark", "base_url", said))
    return chosen.rstrip("/")


def _credentials(answers: Answers, address: str) -> bool:
    """Ask for the two; False where Lark was to make an app and did not."""

    def not_an_id(said: str) -> str:
        from syncd.config.answered import problem

        if said == SCAN:
            return ""
        if said.startswith("cli_") and said.strip("cli_0"):
            return problem("lark", "app_id", said)
        return "An App ID begins with cli_"

    now = answers.said("lark", "app_id")
    app = ask("App ID", now, not_an_id)
    if app == SCAN:
        if (made := scanned(address)) is None:
            return False
        answers.put("lark", "base_url", made.address)
        answers.put("lark", "app_id", made.app_id)
        answers.put_secret(_SECRET, made.app_secret)
        return True
    is_same = app == now and bool(answers.secret(_SECRET))
    answers.put("lark", "base_url", address)
    answers.put("lark", "app_id", app)
    answers.put_secret(_SECRET, secret("App Secret", kept=is_same))
    return True


def _is_known(answers: Answers) -> bool:
    """Ask Lark at once; where the app is one of the other brand, that is written."""
    from syncd.doctor import lark as looks

    with answers.case() as case:
        (found,) = looks.login(case)
        if found.level == "ok":
            right(found.said)
            return True
        wrong(found.said)
        for brand, address in case.brands.items():
            if address in found.fix and agrees(f"The app is one of {brand}. Take that"):
                answers.put("lark", "base_url", address)
                return _is_known(answers)
    return False


def _console(answers: Answers) -> None:
    """Lead through the console, and look whether it is done; a step may be left for later."""
    with answers.case() as case:
        if case.application and not list(_lacking(case)):
            right("The app has all that it needs in the console")
            return
        _steps(case)
        with _line(case):
            say("  While this waits syncd is connected, which the console wants for step 3.")
            ask("Press Enter when that is done, or to do it later")
    while True:
        with answers.case() as case:
            lacking = list(_lacking(case))
        for said, fix in lacking:
            wrong(f"{said}: {fix}" if fix else said)
        if not lacking:
            right("The app is set up, as far as Lark tells")
            return
        if not agrees("Look again", default=False):
            say("  Left for later; `syncd doctor` names it.")
            return


def _steps(case: "Case") -> None:
    from syncd.doctor.lark import CLICKS, EVENTS, MESSAGES
    from syncd.doctor.scopes import ALL, asking

    names = [scope.name for scope in ALL]
    say("\n  In the console of this app (docs/lark.md tells more):")
    say(f"  1. Bot (机器人): switch it on: {case.console('bot')}")
    say(f"  2. Scopes (权限管理): {asking(case, names)}")
    say(f"     or import this: {json.dumps({'scopes': {'tenant': names}})}")
    say(f"  3. Events & Callbacks (事件与回调): {case.console('event')}")
    say('     Event configuration: "long connection" (使用长连接接收事件), and these events:')
    say(f"     {', '.join((MESSAGES, *EVENTS))}")
    say(f'     Callback configuration: "long connection", too, and {CLICKS}')
    say(f"  4. A version (版本管理与发布), for everybody who may ask: {case.console('version')}")
    say("     Publish it, and have the tenant's administrator approve it.")
    say('     For groups with people of other companies: "external sharing" (对外共享) there.')


@contextmanager
def _line(case: "Case") -> Iterator[None]:
    """Keep a long connection open that acknowledges nothing."""
    from syncd.doctor.listening import deaf_socket

    socket = deaf_socket(case)
    socket.start()
    try:
        yield
    finally:
        socket.stop(timeout=1.0)


def _lacking(case: "Case") -> Iterator[tuple[str, str]]:
    """Yield what Lark says that the app lacks, and how it gets it."""
    from syncd.doctor import lark as looks
    from syncd.doctor import scopes
    from syncd.doctor.finding import Level

    every = (
        looks.bot_ability,
        scopes.needed,
        scopes.wished,
        looks.release,
        looks.events,
        looks.callbacks,
    )
    try:
        for look in every:
            for found in look(case):
                if found.level in (Level.WARNING, Level.BLOCKING):
                    means = f" ({found.means})" if found.means else ""
                    yield f"{found.said}{means}", found.fix
    except RemoteFailure as failure:
        yield str(failure), ""


def send_test(answers: Answers) -> None:
    """Say hello in a group that is chosen, so that somebody sees the bot work."""
    from syncd.app import new_key
    from syncd.core.model import ChatId
    from syncd.core.views import InChat, PostView

    try:
        with answers.case() as case:
            groups = [(one.name or one.id, one.id) for one in case.messenger.groups()]
            title("A test message")
            none = len(groups) + 1
            if chosen := choose("Into which group", [*groups, ("none", ChatId(""))], none):
                words = PostView(title="", lines=("syncd is set up: this is a test message.",))
                case.messenger.send(InChat(chosen), words, new_key())
                right("It stands there")
    except RemoteFailure as failure:
        wrong(str(failure))
